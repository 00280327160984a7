/* SPDX-License-Identifier: ISC
 *
 * cpus - sets of CPUs, and which of them a zone is to have alone (claim.h).
 */
#pragma once

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
void zd_cpus_unite(struct zd_cpus *to, const struct zd_cpus *from);
struct zd_cpus zd_cpus_without(const struct zd_cpus *all,
    const struct zd_cpus *some);
/* The first that both have, or ZD_CPUS_MAX. */
unsigned zd_cpus_common(const struct zd_cpus *a, const struct zd_cpus *b);

/* What a zone is to have: which, or else how many. */
struct zd_cpus_want {
	struct zd_cpus which;
	unsigned least; /* 0: which */
	unsigned most;
};

/* What the resource dedicated-cpu of the configuration says, of this host. */
int zd_cpus_want_of(const struct zc_zone *cfg, struct zd_cpus_want *want,
    struct err *e) MUST_CHECK;

/* Of all CPUs and those that other zones have: the last ones, as the kernel
 * does most for itself on the first; one is left for everybody else. Those of
 * which must not be taken. Pure. */
int zd_cpus_choose(const struct zd_cpus_want *want, const struct zd_cpus *all,
    const struct zd_cpus *taken, struct zd_cpus *out, struct err *e) MUST_CHECK;
