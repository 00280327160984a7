/* SPDX-License-Identifier: ISC
 *
 * cgroup_v1 - a group for the zone in each hierarchy of cgroup v1, on hosts
 * that still mount them.
 *
 * They hold a limit only where v2 lacks the controller (pids), and the list of
 * devices. The others are
 * there so that the zone's cgroup namespace begins at a group of its own: else
 * its root could mount the hierarchy and read the names of all groups.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/device.h"

enum { ZD_V1_MAX = 16 };

struct zd_cgroup_v1 {
	int fd[ZD_V1_MAX]; /* .../zones.<root id>/NAME of each hierarchy */
	size_t n;
	int pids;    /* one of them again, -1: not there */
	int devices; /* one of them again, -1: not there */
};
#define ZD_CGROUP_V1_NONE        \
	{                        \
		{ 0 }, 0, -1, -1 \
	}

/* The directory below which control groups are mounted, of either version. */
int zd_cgroup_mounts(struct err *e) MUST_CHECK;

/* Make and open them all; none is no error. */
int zd_cgroup_v1_up(struct zd_cgroup_v1 *v1, const char *all, const char *zone,
    const struct fs_devices *devices, struct err *e) MUST_CHECK;

/* Open those of a running zone. */
void zd_cgroup_v1_open(struct zd_cgroup_v1 *v1, const char *all,
    const char *zone);

/* Call fn for each hierarchy's mount; the first failure is reported, the others
 * are tried all the same. */
int zd_cgroup_v1_each(int (*fn)(int top, void *arg, struct err *e), void *arg,
    struct err *e) MUST_CHECK;

void zd_cgroup_v1_close(struct zd_cgroup_v1 *v1);
