/* SPDX-License-Identifier: ISC
 *
 * detached - the manifest that a detached zone carries with it.
 *
 * ZONEPATH/SUNWdetached.cfg is the configuration as export prints it, with
 * comments in front: "#: KEY VALUE" lines of facts about the zone and the host
 * it left. The command language skips them, so the rest is read like any stored
 * configuration.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

#define ZC_DETACHED_FILE "SUNWdetached.cfg"
#define ZC_DETACHED_MARK "#: "

/* The first fact; a manifest with a higher one is refused. */
enum { ZC_DETACHED_FORMAT = 1 };

/* The text of a manifest. facts are whole lines without the mark
 * ("uuid ...\n"), "" for none; the format is written too. The caller frees. */
char *zc_detached_print(const struct zc_zone *zone, const char *facts);

/* Read the text of a manifest; file is what messages call it, the zone is
 * called name. The caller frees *out. */
int zc_detached_parse(const char *name, const char *file, const char *text,
    size_t len, struct zc_zone **out, struct err *e) MUST_CHECK;

/* Read the manifest in the directory path, which becomes the zonepath of *out;
 * the zone is called name. The caller frees *out. */
int zc_detached_load(const char *path, const char *name, struct zc_zone **out,
    struct err *e) MUST_CHECK;
