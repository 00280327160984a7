/* SPDX-License-Identifier: ISC
 *
 * store - configurations on disk: /etc/zones/NAME.cfg, exactly what
 * "zonecfg export" prints.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

enum { ZC_STORE_MAX = 1024 * 1024 }; /* bytes of one configuration */

/* Read a zone's configuration. The caller frees it with zc_zone_free. A missing
 * one gives e->code ERR_UNKNOWN_ZONE and "NAME: No such zone configured"; one
 * that is damaged, or that others than root can write, ERR_CONFIG. "global" is
 * blank until something was stored for it. */
int zc_store_load(const char *name, struct zc_zone **out, struct err *e)
    MUST_CHECK;

/* A template of the site, /etc/zones/SUNWname.cfg, for a zone called name. Such
 * names are no zones'. */
int zc_store_load_template(const char *template, const char *name,
    struct zc_zone **out, struct err *e) MUST_CHECK;

bool zc_store_exists(const char *name);

/* The same from text; where is what messages call it ("line 3 of WHERE"). */
int zc_store_parse(const char *name, const char *where, const char *text,
    size_t len, struct zc_zone **out, struct err *e) MUST_CHECK;

/* Replace the configuration and bring the index in line: after a kill or a
 * power cut there is the old one or the new one. The caller holds the zone's
 * lock (index.h). It is not verified here. */
int zc_store_save(const struct zc_zone *zone, struct err *e) MUST_CHECK;

/* Remove configuration, index entry, logs and run directory; what lies in
 * zonepath is left alone. The caller's lock is of no use any more. */
int zc_store_remove(const char *name, struct err *e) MUST_CHECK;

/* Give a stored zone another name, its state with it, in one atomic step; then
 * its logs. The caller holds both locks. EEXIST where the new name is taken. */
int zc_store_rename(const char *from, const char *to, struct err *e) MUST_CHECK;
