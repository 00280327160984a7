/* SPDX-License-Identifier: ISC
 *
 * limits - what a zone's configuration allows it.
 */
#include "zoned/limits.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "zonecfg/value.h"

enum {
	CPU_PERIOD = 100000, /* microseconds, the kernel's own */
	/* Of one share: what a group has to begin with. */
	WEIGHT = 100,
	WEIGHT_MOST = 10000,
	SHARES = 1024,
	SHARES_LEAST = 2,
	SHARES_MOST = 262144,
};

static uint64_t
clamp(uint64_t n, uint64_t low, uint64_t high)
{
	if (n < low)
		return low;
	return n > high ? high : n;
}

static char *
plain(const struct zd_limits *l, enum zd_limit which)
{
	return mem_printf("%" PRIu64, l->value[which]);
}

/* v2 counts swap space alone. */
static char *
swap_alone(const struct zd_limits *l, enum zd_limit which)
{
	return mem_printf("%" PRIu64,
	    l->value[which] - l->value[ZD_LIMIT_MEMORY]);
}

static uint64_t
quota(const struct zd_limits *l)
{
	return l->value[ZD_LIMIT_CPU_CAP] * (CPU_PERIOD / 100);
}

static char *
cpu_max(const struct zd_limits *l, enum zd_limit which)
{
	(void)which;
	return mem_printf("%" PRIu64 " %d", quota(l), CPU_PERIOD);
}

static char *
cpu_quota(const struct zd_limits *l, enum zd_limit which)
{
	(void)which;
	return mem_printf("%" PRIu64, quota(l));
}

static char *
cpu_weight(const struct zd_limits *l, enum zd_limit which)
{
	return mem_printf("%" PRIu64,
	    clamp(l->value[which] * WEIGHT, 1, WEIGHT_MOST));
}

static char *
cpu_shares(const struct zd_limits *l, enum zd_limit which)
{
	return mem_printf("%" PRIu64,
	    clamp(l->value[which] * SHARES, SHARES_LEAST, SHARES_MOST));
}

/* In this order: with v1 memory alone may not be more than both together. */
static const struct {
	enum zd_limit limit;
	const char *file;
	char *(*print)(const struct zd_limits *l, enum zd_limit which);
} rows[] = {
	{ ZD_LIMIT_LWPS, "pids.max", plain },
	{ ZD_LIMIT_MEMORY, "memory.max", plain },
	{ ZD_LIMIT_MEMORY, "memory.limit_in_bytes", plain },
	{ ZD_LIMIT_SWAP, "memory.swap.max", swap_alone },
	{ ZD_LIMIT_SWAP, "memory.memsw.limit_in_bytes", plain },
	{ ZD_LIMIT_CPU_CAP, "cpu.max", cpu_max },
	{ ZD_LIMIT_CPU_CAP, "cpu.cfs_quota_us", cpu_quota },
	{ ZD_LIMIT_CPU_SHARES, "cpu.weight", cpu_weight },
	{ ZD_LIMIT_CPU_SHARES, "cpu.shares", cpu_shares },
};

static const struct {
	const char *name;
	const char *rctl; /* NULL: a property of capped-memory */
} sources[] = {
	[ZD_LIMIT_LWPS] = { "max-lwps", "zone.max-lwps" },
	[ZD_LIMIT_MEMORY] = { "capped-memory: physical", NULL },
	[ZD_LIMIT_SWAP] = { "capped-memory: swap", "zone.max-swap" },
	[ZD_LIMIT_CPU_CAP] = { "capped-cpu", "zone.cpu-cap" },
	[ZD_LIMIT_CPU_SHARES] = { "cpu-shares", "zone.cpu-shares" },
};

const char *
zd_limit_name(enum zd_limit limit)
{
	return sources[limit].name;
}

struct zd_limits
zd_limits_of(const struct zc_zone *cfg)
{
	struct zd_limits l;
	uint64_t *memory = &l.value[ZD_LIMIT_MEMORY];
	const char *physical = zc_count(cfg, "capped-memory") > 0
	    ? zc_res_get(cfg, "capped-memory", 0, "physical")
	    : NULL;

	for (size_t i = 0; i < ZD_LIMITS; i++) {
		if (!sources[i].rctl ||
		    !zc_limit(cfg, sources[i].rctl, &l.value[i]))
			l.value[i] = ZD_LIMIT_NONE;
	}
	if (physical && *physical != '\0' &&
	    zc_size_parse(physical, memory) == -1)
		*memory = ZD_LIMIT_NONE;
	/* Both together are no less than the one. */
	if (*memory > l.value[ZD_LIMIT_SWAP])
		*memory = l.value[ZD_LIMIT_SWAP];
	return l;
}

int
zd_limits_put(const struct zd_limits *limits, int dir, unsigned *done,
    struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		_autofree char *text = NULL;

		if (limits->value[rows[i].limit] == ZD_LIMIT_NONE ||
		    faccessat(dir, rows[i].file, F_OK, 0) == -1)
			continue;
		text = rows[i].print(limits, rows[i].limit);
		if (fd_put(dir, rows[i].file, text, e) == -1) {
			(void)err_in(e, "%s", zd_limit_name(rows[i].limit));
			return err_set(e, e->code,
			    "%s; 'zoneadm verify' tells what this host allows",
			    e->msg);
		}
		*done |= 1U << rows[i].limit;
	}
	return 0;
}
