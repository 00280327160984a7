/* SPDX-License-Identifier: ISC
 *
 * unpack_jail - give everything up that unpacking does not need.
 *
 * After it, a process that a hostile archive took over sees an empty directory
 * and the root that it fills, with the ids of one zone, and can call little.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* A user namespace whose ids 0..65535 are the host's from base on. Returns its
 * descriptor, or -1. Needs root. */
int unpack_userns(uint32_t base, struct err *e) MUST_CHECK;

/* New mount, pid (for children), network, ipc, uts and cgroup namespaces; the
 * root is an empty read-only directory afterwards. */
int unpack_leave_host(struct err *e) MUST_CHECK;

/* In a child of the above: become root of the user namespace, keep the five
 * capabilities over files, and no way to get more; then limits and the filter
 * of system calls. */
struct unpack_limits {
	uint64_t file;   /* bytes of one file */
	uint64_t memory; /* address space */
	uint64_t files;  /* open at once */
};
int unpack_drop(int userns, const struct unpack_limits *limits, struct err *e)
    MUST_CHECK;
