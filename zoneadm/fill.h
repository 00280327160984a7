/* SPDX-License-Identifier: ISC
 *
 * fill - what install and clone do alike to the zone that gets a root.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "fs/backend.h"
#include "zonecfg/index.h"
#include "zonecfg/model.h"

/* Claim the zone's ids and record them, with its backend, before anything uses
 * them: entry is read anew and noted (zc_index_note). */
int fill_claim(const char *zone, const struct fs_backend *backend,
    struct zc_entry *entry, struct err *e) MUST_CHECK;

/* Give the ids back; nothing for a zone that never had any. */
int fill_release(const char *zone, const struct zc_entry *entry, struct err *e)
    MUST_CHECK;

/* Limit an empty root before it is filled, where the zone has a quota. */
int fill_limit(const struct zc_zone *cfg, const struct fs_home *home,
    struct err *e) MUST_CHECK;

/* Note what the zone must not see of the directories that it inherits. */
int fill_hide(const struct zc_zone *cfg, const char *zonepath, struct err *e)
    MUST_CHECK;

/* Compile the zone's filter into the cache now: boot has no time for it. What
 * goes wrong here is told by boot. */
void fill_prime_filter(const struct zc_zone *cfg);
