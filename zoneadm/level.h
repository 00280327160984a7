/* SPDX-License-Identifier: ISC
 *
 * level - the patch level of a zone that inherits directories: its own package
 * database against the global zone's programs.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "fs/packages.h"
#include "zoneadm/cmd.h"
#include "zonecfg/model.h"

/* ZONEPATH/this holds what an installation would make now. */
#define LEVEL_DIR "update"

/* The packages that an installed zone says it has: 1, or 0 where it has no
 * database. */
int level_read(const struct zc_entry *entry, struct fs_packages *out,
    struct err *e) MUST_CHECK;

/* Call say with a sentence for each difference; returns their number. */
int level_compare(const struct fs_packages *zone,
    const struct fs_packages *host, void (*say)(void *arg, const char *text),
    void *arg);

/* Bring an installed zone, whose root is a plain tree, to this host's level;
 * what the administrator must know is said. Killed, it is repeated. */
int level_update(struct cmd_call *call, const struct zc_zone *cfg,
    struct err *e) MUST_CHECK;
