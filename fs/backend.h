/* SPDX-License-Identifier: ISC
 *
 * backend - a way to keep zone roots: one row of operations each.
 *
 * A zonepath holds root/, and of a zone that has snapshots a directory for each
 * (fs/snapshot.h), in which the backend keeps what it needs. An operation that
 * a backend lacks is NULL and its bit unset; callers ask the bit.
 *
 * Every operation can be killed at any instant: a root is, before and after,
 * one that the zone can have; what lies about is taken away by the next
 * operation on that zonepath, at the latest by remove.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum fs_can {
	FS_CAN_CREATE = 1,
	FS_CAN_REMOVE = 2,
	FS_CAN_VIEW = 4,
	FS_CAN_FREEZE = 8,   /* snapshots, and what stands on them */
	FS_CAN_LIVE = 16,    /* also of a root that is in use */
	FS_CAN_FLATTEN = 32, /* a root may stand on others' */
	FS_IS_MOUNTED = 64,  /* a root is a file system, mounted in its place */
};

/* A zonepath at work; the caller holds the zone's lock. */
struct fs_home {
	int dir;          /* that fs_zonepath_open gave */
	const char *path; /* its name */
};

enum fs_view {
	FS_VIEW_READ, /* nothing is written */
	FS_VIEW_WRITE,
	/* Written to before the root is of use to anybody: closing it does not
	 * wait for the disk, the caller settles and flushes. */
	FS_VIEW_FRESH,
};

struct fs_backend {
	const char *name; /* as the index keeps it */
	unsigned can;     /* enum fs_can */
	/* 1: it can keep roots in this directory, 0: it cannot. */
	int (*probe)(int dirfd, struct err *e);
	/* 1: this open directory is a root as it makes them; NULL: any is. */
	int (*owns)(int root, struct err *e);
	/* Make an empty root, 0755 and root's; an empty directory that is there
	 * already is taken. */
	int (*create)(const struct fs_home *h, struct err *e);
	/* Take root, and what the backend keeps beside it, away; not the
	 * snapshots. Repeated on what is left, it goes on. */
	int (*remove)(const struct fs_home *h, struct err *e);
	/* A detached mount of the whole tree as the zone sees it, below its
	 * root file system alone. snap: of a snapshot (always read-only), else
	 * -1. Gone when its descriptor is closed. */
	int (*view)(const struct fs_home *h, int snap, enum fs_view how,
	    struct err *e);
	/* Keep the present root in the empty directory snap of the snapshot
	 * that will have this name. */
	int (*freeze)(const struct fs_home *h, int snap, const char *name,
	    struct err *e);
	/* 1: the root is still what the snapshot shows, as far as is known. */
	int (*same)(const struct fs_home *h, int snap, struct err *e);
	/* Make a root, where there is none, from a snapshot of this or another
	 * zone. EXDEV: that one lies where no clone can be made from. It is on
	 * disk after a flush. */
	int (*clone)(const struct fs_home *h, int snap, struct err *e);
	/* Put what a snapshot shows in place of the root. */
	int (*revert)(const struct fs_home *h, int snap, struct err *e);
	/* Take away what is kept in a snapshot's directory. */
	int (*forget)(const struct fs_home *h, int snap, struct err *e);
	/* Bytes on disk that only this snapshot needs (snap -1: the root). */
	int (*used)(const struct fs_home *h, int snap, uint64_t *bytes,
	    struct err *e);
	/* The root was filled and nothing but that has happened to it: a clone
	 * need not keep that much apart. No view of it is open any more. May
	 * be NULL. */
	int (*settle)(const struct fs_home *h, struct err *e);
	/* What a clone has so far is on disk when this returns, and no more
	 * than that is waited for. NULL: syncfs(2). */
	int (*flush)(const struct fs_home *h, struct err *e);
	/* Take away what was left, outside the zonepath, by who was killed:
	 * before that is renamed. May be NULL. */
	int (*tidy)(const struct fs_home *h, struct err *e);
	/* The zonepath was renamed to h: what has a name after it follows. May
	 * be NULL; where it fails everything still works. */
	int (*moved)(const struct fs_home *h, struct err *e);
	/* Copy whatever the root stands on into it: afterwards it is a plain
	 * tree that can be carried away. */
	int (*flatten)(const struct fs_home *h, struct err *e);
};

/* By name; "" is the default. NULL: there is none of that name. */
const struct fs_backend *fs_backend_by_name(const char *name);

/* The same, or an error that says so. */
int fs_backend_find(const char *name, const struct fs_backend **out,
    struct err *e) MUST_CHECK;

/* The best one for a directory: never NULL with 0. */
int fs_backend_for(int dirfd, const struct fs_backend **out, struct err *e)
    MUST_CHECK;

/* The best one for a root that is in dirfd already; was names the one that kept
 * it ("": unknown). */
int fs_backend_for_root(int dirfd, const char *was,
    const struct fs_backend **out, struct err *e) MUST_CHECK;

/* The i-th, NULL behind the last: for tests that try each. */
const struct fs_backend *fs_backend_at(size_t i);

/* Both lie on one mount: what rename(2) can move between. */
int fs_same_mount(int a, int b, struct err *e) MUST_CHECK;

extern const struct fs_backend fs_backend_layers;
extern const struct fs_backend fs_backend_btrfs;
extern const struct fs_backend fs_backend_zfs;
extern const struct fs_backend fs_backend_copy;
