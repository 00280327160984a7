/* SPDX-License-Identifier: ISC
 *
 * cgroup - the zone's control groups.
 *
 *   <cgroup2>/zones.<root id>              the budget of all zones, budget.h
 *   <cgroup2>/zones.<root id>/NAME         limits are set here
 *   <cgroup2>/zones.<root id>/NAME/zone    root of the zone's cgroup namespace
 *   .../NAME/zone/zlogin                   sessions of zlogin
 *   <each v1>/zones.<root id>/NAME         on hybrid hosts, cgroup_v1.h
 *
 * The zone's service manager may move sessions on, so they begin below what it
 * manages.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/device.h"
#include "zoned/cgroup_v1.h"
#include "zoned/limits.h"

struct zd_cgroup {
	int dir;   /* .../NAME, -1: none */
	int zone;  /* .../NAME/zone */
	int login; /* .../NAME/zone/zlogin */
	struct zd_cgroup_v1 v1;
	char *path; /* below the cgroup2 mount */
};
#define ZD_CGROUP_NONE                              \
	(struct zd_cgroup)                          \
	{                                           \
		-1, -1, -1, ZD_CGROUP_V1_NONE, NULL \
	}

/* Make them (or open those of a running zone), owned by the zone's root where
 * it manages them; limited as zoned/budget.h and the configuration say, and to
 * the devices of every zone and these. */
struct zd_cgroup_spec {
	uint32_t id_base;
	struct zd_limits limits;
	const struct fs_devices *devices;
};
int zd_cgroup_up(struct zd_cgroup *g, const char *zone,
    const struct zd_cgroup_spec *spec, struct err *e) MUST_CHECK;
int zd_cgroup_open(struct zd_cgroup *g, const char *zone, struct err *e)
    MUST_CHECK;

/* The directory for a session; made anew where the zone has removed it. The
 * descriptor stays the structure's. */
int zd_cgroup_login(struct zd_cgroup *g, uint32_t id_base, struct err *e)
    MUST_CHECK;

/* The mount of version 2; the caller closes it. */
int zd_cgroup_v2(struct err *e) MUST_CHECK;

/* Kill all processes of the zone (cgroup.kill, kernel 5.14). */
int zd_cgroup_kill(const struct zd_cgroup *g, struct err *e) MUST_CHECK;

/* 1 while a process is left, 0 when none is. */
int zd_cgroup_populated(const struct zd_cgroup *g, struct err *e) MUST_CHECK;

/* Remove them, with what the zone made below. */
int zd_cgroup_down(struct zd_cgroup *g, const char *zone, struct err *e)
    MUST_CHECK;
void zd_cgroup_close(struct zd_cgroup *g);
