/* SPDX-License-Identifier: ISC
 *
 * backend - a way to keep zone roots: one row of operations each.
 *
 * An operation that a backend lacks is NULL and its bit unset; callers ask the
 * bit. Further rows and operations (snapshots, clones) join at their end.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

enum fs_can {
	FS_CAN_CREATE = 1,
	FS_CAN_REMOVE = 2,
	FS_CAN_SOURCES = 4,
	FS_CAN_FREEZE = 8,
	FS_CAN_CLONE = 16,
	FS_CAN_SNAPSHOT = 32,
};

/* Layers of one root, at most. */
enum { FS_SOURCES_MAX = 64 };

/* dirfd is a zonepath that fs_zonepath_open gave; root one name in it. */
struct fs_backend {
	const char *name; /* as the index keeps it */
	unsigned can;
	/* 1: it can keep roots in this directory, 0: it cannot. */
	int (*probe)(int dirfd, struct err *e);
	/* Make an empty root, 0755 and root's; an empty directory that is there
	 * already is taken. */
	int (*create)(int dirfd, const char *root, struct err *e);
	int (*remove)(int dirfd, const char *root, struct err *e);
	/* Descriptors of the layers, topmost first; the first is the one that
	 * is written to. The caller closes them. */
	int (*sources)(int dirfd, const char *root, int fds[FS_SOURCES_MAX],
	    size_t *n, struct err *e);
};

/* By name; "" is the default. NULL: there is none of that name. */
const struct fs_backend *fs_backend_by_name(const char *name);

/* The best one for a directory: never NULL with 0. */
int fs_backend_for(int dirfd, const struct fs_backend **out, struct err *e)
    MUST_CHECK;

/* The i-th, NULL behind the last: for tests that try each. */
const struct fs_backend *fs_backend_at(size_t i);

extern const struct fs_backend fs_backend_layers;
