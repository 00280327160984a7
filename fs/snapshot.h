/* SPDX-License-Identifier: ISC
 *
 * snapshot - what a zone's root was at a moment, by name.
 *
 *	ZONEPATH/snapshots/NAME		the backend's; made complete, then named
 *	ZONEPATH/snapshots/NAME/clones	zones that were made from it, by uuid
 *	ZONEPATH/origin			of a clone: where it came from
 *
 * Snapshots named SUNWzoneN are made for clones, and go with the last of them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/backend.h"

#define FS_SNAPSHOTS "snapshots"
#define FS_ORIGIN "origin"

enum { FS_SNAPSHOT_NAME_MAX = 63 };

/* Letters, digits and ".-_", the first a letter or digit. */
bool fs_snapshot_name_ok(const char *name);

/* Whether it was made for clones. */
bool fs_snapshot_is_ours(const char *name);

/* Its directory, or -1: e->code ENOENT where there is none. */
int fs_snapshot_open(const struct fs_home *h, const char *name, struct err *e)
    MUST_CHECK;

/* Keep the present root under a name that is free. */
int fs_snapshot_make(const struct fs_backend *b, const struct fs_home *h,
    const char *name, struct err *e) MUST_CHECK;

/* One for a clone: the last SUNWzoneN where the root is still what it shows,
 * else a new one. The name is the caller's. */
int fs_snapshot_for_clone(const struct fs_backend *b, const struct fs_home *h,
    char **name, struct err *e) MUST_CHECK;

/* Take one away; ENOENT where there is none. */
int fs_snapshot_remove(const struct fs_backend *b, const struct fs_home *h,
    const char *name, struct err *e) MUST_CHECK;

/* All of them, and what was left by who was killed: for uninstall. */
int fs_snapshot_remove_all(const struct fs_backend *b, const struct fs_home *h,
    struct err *e) MUST_CHECK;

struct fs_snapshot {
	char *name;
	time_t made;
	size_t clones; /* zones made from it that are still there */
};
struct fs_snapshots {
	struct fs_snapshot *of; /* the oldest first */
	size_t n;
};
int fs_snapshot_list(const struct fs_home *h, struct fs_snapshots *out,
    struct err *e) MUST_CHECK;
void fs_snapshots_done(struct fs_snapshots *s);

/* Where a clone came from; texts are the caller's of save, ours of load. */
struct fs_origin {
	char *zone;
	char *uuid;
	char *zonepath;
	char *snapshot;
};
void fs_origin_done(struct fs_origin *o);

/* Note that the zone uuid, whose home is h, comes from there; the caller
 * flushes the home. */
int fs_origin_save(const struct fs_home *h, const struct fs_origin *o,
    const struct fs_home *source, const char *uuid, struct err *e) MUST_CHECK;

/* 1: it comes from nowhere. */
int fs_origin_load(const struct fs_home *h, struct fs_origin *out,
    struct err *e) MUST_CHECK;

/* The zone uuid is gone: forget it at its source, and the snapshot with it that
 * was made for clones and has no other. The caller holds the source's lock. */
int fs_origin_leave(const struct fs_backend *b, const struct fs_home *source,
    const char *snapshot, const char *uuid, struct err *e) MUST_CHECK;
