/* SPDX-License-Identifier: ISC
 *
 * cpus - CPUs that a zone has alone (dedicated-cpu): its processes run on them
 * only, those of other zones of the host, whatever their ZONES_ROOT, do not.
 *
 * Who has which stands in the control groups, and goes with them: an extended
 * attribute trusted.zones.cpus, in the hierarchy that has the controller
 * cpuset, of
 *   zones.<root id>/NAME   "CPUS PID START": and the zoned that took them
 *   zones.<root id>        "CPUS": those of all its zones together
 * A claim is good while that zoned lives or the zone has processes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

enum { ZD_CPUS_MAX = 8192 }; /* as many as a kernel counts */

struct zd_cpus {
	uint64_t bit[ZD_CPUS_MAX / 64];
};

/* As the kernel writes it: "0-3,8", "" for none. 0, or -1. */
int zd_cpus_parse(const char *list, struct zd_cpus *out);
char *zd_cpus_print(const struct zd_cpus *cpus); /* the caller frees */
unsigned zd_cpus_count(const struct zd_cpus *cpus);

/* What a zone is to have: which, or else how many. */
struct zd_cpus_want {
	struct zd_cpus which;
	unsigned least; /* 0: which */
	unsigned most;
};

/* Of all CPUs and those that other zones have: the last ones, as the kernel
 * does most for itself on the first; one is left for everybody else. Those of
 * which must not be taken. Pure. */
int zd_cpus_choose(const struct zd_cpus_want *want, const struct zd_cpus *all,
    const struct zd_cpus *taken, struct zd_cpus *out, struct err *e) MUST_CHECK;

/* When the zone's groups are made and nothing runs in them: give it the CPUs of
 * its own, and take them from the others, or keep it off theirs. *own is their
 * list, "" for none; the caller frees it. */
int zd_cpus_up(const struct zc_zone *cfg, char **own, struct err *e) MUST_CHECK;

/* When nothing runs in them any more: give them back. */
int zd_cpus_down(const char *zone, struct err *e) MUST_CHECK;
