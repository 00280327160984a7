/* SPDX-License-Identifier: ISC
 *
 * limits - resource controls, and the shorter spellings that are views of them:
 * max-lwps, cpu-shares ..., capped-cpu, swap and locked of capped-memory.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

struct zc_rctl {
	uint64_t limit;
	bool deny; /* the action; else none */
};

/* "(priv=privileged,limit=N,action=deny)", in any order. 0, or -1. */
int zc_rctl_parse(const char *text, struct zc_rctl *out);
char *zc_rctl_print(const struct zc_rctl *rctl); /* the caller frees */

/* The property quota in bytes; 0: no limit. */
uint64_t zc_quota(const struct zc_zone *zone);

/* The rctl resource of that name, or NULL. */
struct zc_rec *zc_rctl_find(const struct zc_zone *zone, const char *name);

/* A property that is another spelling of a resource control: ZC_ALIAS,
 * ZC_SHARES or ZC_RCTL_BACKED. get gives its text, NULL where it is unset or
 * the resource control has values the spelling cannot express; the caller
 * frees. set takes a value that was checked; NULL removes it. */
char *zc_alias_get(const struct zc_zone *zone, enum zc_prop_id id);
int zc_alias_set(struct zc_zone *zone, enum zc_prop_id id, const char *text,
    struct err *e) MUST_CHECK;

/* A ZC_VIEW resource put together from its record and resource controls.
 * False: the zone has none. The caller releases *out. */
bool zc_view_load(const struct zc_zone *zone, enum zc_type type,
    struct zc_rec *out);
int zc_view_store(struct zc_zone *zone, const struct zc_rec *rec, struct err *e)
    MUST_CHECK;
void zc_view_remove(struct zc_zone *zone, enum zc_type type);
