/* SPDX-License-Identifier: ISC
 *
 * facts - what a manifest tells of the host that a zone left, and what of it
 * another host must have too.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/index.h"
#include "zonecfg/model.h"

/* Lines for zc_detached_print; the caller frees. */
int facts_of(const struct zc_zone *cfg, const struct zc_entry *entry,
    char **lines, struct err *e) MUST_CHECK;

/* What a manifest says of KEY, "" where nothing; the caller frees. */
char *facts_get(const char *manifest, const char *key);

struct facts_result {
	bool update; /* given: packages that differ will be brought along */
	int faults;  /* lines said on stderr */
	int drift;   /* of them packages */
};

/* Compare a manifest's text and its configuration with this host, and with the
 * configuration that the zone has now (NULL: none). Each fault is said as a
 * line on stderr. */
int facts_check(const char *manifest, const struct zc_zone *was,
    const struct zc_zone *now, struct facts_result *out, struct err *e)
    MUST_CHECK;
