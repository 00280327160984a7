/* SPDX-License-Identifier: ISC
 *
 * limits - what a zone's configuration allows it, in files of control groups.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

enum zd_limit {
	ZD_LIMIT_LWPS,       /* processes and threads */
	ZD_LIMIT_MEMORY,     /* bytes */
	ZD_LIMIT_SWAP,       /* bytes, memory and swap space together */
	ZD_LIMIT_CPU_CAP,    /* hundredths of a processor */
	ZD_LIMIT_CPU_SHARES, /* 1: as many as a zone without */
	ZD_LIMITS,
};

/* ZD_LIMIT_NONE where the configuration says nothing. */
#define ZD_LIMIT_NONE UINT64_MAX
struct zd_limits {
	uint64_t value[ZD_LIMITS];
};

struct zd_limits zd_limits_of(const struct zc_zone *cfg);

/* As it is called in the configuration. */
const char *zd_limit_name(enum zd_limit limit);

/* Write each that is set and that the group has a file for, by the names of
 * cgroup v2 or v1; done gets a bit (1 << limit) for each. The files and their
 * units: admin-guide/cgroup-v2 and cgroup-v1 of the kernel's documentation. */
int zd_limits_put(const struct zd_limits *limits, int dir, unsigned *done,
    struct err *e) MUST_CHECK;
