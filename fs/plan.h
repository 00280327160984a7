/* SPDX-License-Identifier: ISC
 *
 * plan - what a zone's root is made of, as an ordered list of mount operations:
 * pure, compared as text in tests. fs/root.h carries it out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/resource.h"

/* Which parts of its own root a zone can write: fs/profile.def. */
enum fs_profile {
	FS_PROFILE_NONE, /* all */
	FS_PROFILE_STRICT,
	FS_PROFILE_FIXED,
	FS_PROFILE_FLEXIBLE,
	FS_PROFILE_DYNAMIC, /* as FIXED: a zone has no zones of its own */
};

/* By the name in the configuration; e->code
 * ERR_CONFIG for another. */
int fs_profile_parse(const char *name, enum fs_profile *out, struct err *e)
    MUST_CHECK;

/* What a zone's file systems are to be: owned by the caller. */
struct fs_root_spec {
	const char *zonepath;       /* holds root/ */
	const char *const *inherit; /* directories of the global zone, read-only
				     * at the same place in the zone */
	size_t ninherit;
	const char *const *hidden; /* of these, not for the zone */
	size_t nhidden;
	const struct fs_resource *resource; /* in the order of mounting */
	size_t nresources;
	enum fs_profile profile;
};

/* File systems made inside the zone's namespaces, and /dev. */
enum fs_made {
	FS_MADE_PROC,
	FS_MADE_SYSFS,
	FS_MADE_CGROUP,
	FS_MADE_DEV,
	FS_MADE_DEVPTS,
	FS_MADE_SHM,
	FS_MADE_MQUEUE,
	FS_MADE_RUN,
	FS_MADE_TMP, /* only where the root is read-only */
	FS_MADE_N,
};
const char *fs_made_name(enum fs_made which);

enum fs_op_kind {
	FS_OP_ROOT,      /* the zone's own tree, owners mapped */
	FS_OP_INHERIT,   /* a directory of the global zone, read-only, mapped */
	FS_OP_MADE,      /* attach a file system that was made for the zone */
	FS_OP_LOCK,      /* bind the target onto itself read-only */
	FS_OP_UNLOCK,    /* ... and a part of it writable again */
	FS_OP_MASK,      /* hide the target behind an empty file or directory */
	FS_OP_MASK_EACH, /* ... each that its '*' stands for: fs/numbered.h */
	FS_OP_MOUNT,     /* a file system of the configuration */
	FS_OP_CONSOLE,   /* bind the console's pty over the target */
	FS_OP_SEAL,      /* the root itself becomes read-only */
};

struct fs_op {
	enum fs_op_kind kind;
	enum fs_made made; /* FS_OP_MADE only */
	const char
	    *source; /* FS_OP_ROOT, FS_OP_INHERIT: path in the global zone */
	const struct fs_resource *resource; /* FS_OP_MOUNT only */
	const char *target; /* path in the zone without the first '/' */
	unsigned attrs;     /* MOUNT_ATTR_* */
};

struct fs_plan {
	struct fs_op *op;
	size_t n;
	size_t nopen; /* before those that make the zone immutable; n where it
			 is not */
	char *text;   /* storage of the strings */
};

/* Never fails for a spec of normal paths; else e->code ERR_CONFIG. */
int fs_plan_make(const struct fs_root_spec *spec, struct fs_plan *out,
    struct err *e) MUST_CHECK;
void fs_plan_done(struct fs_plan *plan);

/* Does the plan attach this one? */
bool fs_plan_makes(const struct fs_plan *plan, enum fs_made which);

/* One line an operation; the caller frees. */
char *fs_plan_print(const struct fs_plan *plan);
