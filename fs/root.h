/* SPDX-License-Identifier: ISC
 *
 * root - carry out a plan: build a zone's root in a mount namespace that the
 * global zone owns.
 *
 * Nothing below the zone's root is reached by a path string: targets are opened
 * beneath the root's descriptor without following symbolic links, and mounts
 * attached by descriptor.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/device.h"
#include "fs/plan.h"

/* What a zone can be denied where its file systems are made. */
enum fs_withhold {
	FS_HIDE_PROCESSES = 1, /* of other users, in /proc (proc(5), hidepid) */
	FS_NO_PING = 2,        /* ICMP sockets for nobody (icmp(7)) */
	FS_NO_USERNS = 4,      /* and services are told so */
};

/* The file systems of a zone, detached, and the two ends of its console. */
struct fs_parts {
	int made[FS_MADE_N]; /* -1: not made, its operation is skipped */
	uint32_t id_base;    /* first id of the zone's range */
	int root; /* the zone's tree where it stands on layers, else -1 */
	int console_master;
	int console_slave;
	char console_name[16]; /* its name in devpts: "0" */
};
#define FS_PARTS_NONE                                                     \
	{                                                                 \
		{ -1, -1, -1, -1, -1, -1, -1, -1, -1 }, 0, -1, -1, -1, "" \
	}

enum { FS_PTYS_MAX = 256 }; /* of a zone, in its own /dev/pts */

/* Make /dev/pts, owned by the zone's root, and open the console there; without
 * one when the host has no pty left. The caller is in the host's first mount
 * namespace, if it can: what is mounted there may use the ptys that the kernel
 * keeps back (kernel.pty.reserve; fs/devpts/inode.c, Linux 3.3), and nothing
 * that a zone mounts may. */
int fs_parts_make_ptys(const struct fs_plan *plan, uint32_t id_base,
    struct fs_parts *p, struct err *e) MUST_CHECK;

/* Make what the plan wants of the zone's own namespaces: all but /dev and its
 * ptys. The caller is in all of the zone's namespaces, root there, and in a
 * mount namespace of that user namespace. Also brings the loopback link up. */
int fs_parts_make_inside(const struct fs_plan *plan, unsigned withhold,
    struct fs_parts *p, struct err *e) MUST_CHECK;

/* What a zone may know of itself: the lines of /dev/.zone. */
struct fs_identity {
	const char *zone;
	const char *uuid;
	const char *privs; /* names, comma-separated */
};

/* Make /dev: a tmpfs of the global zone's (its device nodes work, and nothing
 * in the zone can make more), owned by the zone's root. It has the devices of
 * every zone and those given. */
int fs_parts_make_dev(struct fs_parts *p, uint32_t id_base,
    const struct fs_identity *who, const struct fs_devices *more, struct err *e)
    MUST_CHECK;

/* Carry the plan out, but for what makes the zone immutable. The caller is in a
 * private mount namespace of the global user namespace; userns is the zone's.
 * Returns the descriptor of the zone's root mount, or -1; what was attached
 * goes with the mount namespace. */
int fs_root_up(const struct fs_plan *plan, const struct fs_parts *p, int userns,
    struct err *e) MUST_CHECK;

/* The rest of the plan: root is what fs_root_up returned. */
int fs_root_seal(const struct fs_plan *plan, int root, struct err *e)
    MUST_CHECK;
