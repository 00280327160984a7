/* SPDX-License-Identifier: ISC
 *
 * resource - the file systems of a zone's configuration beside its root: a
 * directory of the global zone, a tmpfs, or the file system of a device or of
 * an image file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Whose the files of a directory are. Mapped, the zone's root is the owner of
 * what belongs to root; unmapped, all of it is nobody's in the zone, and what
 * the zone makes belongs to an id of its own range. */
enum fs_owners {
	FS_OWNERS_AUTO, /* mapped, where nobody but root can come by */
	FS_OWNERS_MAPPED,
	FS_OWNERS_PLAIN,
};

struct fs_resource {
	char *dir;      /* in the zone */
	char *special;  /* in the global zone */
	char *raw;      /* what fsck(8) looks at first; "": nothing */
	char *type;     /* "lofs": special is a directory or a file */
	unsigned attrs; /* MOUNT_ATTR_*; without device nodes always */
	enum fs_owners owners;
	char **option;   /* of the file system: pairs of key and value (NULL: a
			    flag), as fs_mount_new takes them */
	size_t noptions; /* strings of it */
	bool is_file;    /* lofs: special is no directory */
};

/* What is written in the configuration; checked as far as that goes without
 * looking at the host, but for is_file. e->code ERR_CONFIG says what is wrong
 * with "fs DIR: ". */
struct fs_resource_text {
	const char *dir;
	const char *special;
	const char *raw;
	const char *type;
	const char *const *option; /* words of mount(8), NULL-terminated */
};
int fs_resource_parse(const struct fs_resource_text *text,
    struct fs_resource *out, struct err *e) MUST_CHECK;
void fs_resource_done(struct fs_resource *r);
#define _cleanup_resource __attribute__((cleanup(fs_resource_done)))

/* Could it be mounted here: the checks of fs_resource_mount, without it. */
int fs_resource_check(const struct fs_resource *r, struct err *e) MUST_CHECK;

/* Where raw is set: 0 if fsck.TYPE -n finds no fault there. */
int fs_resource_fsck(const struct fs_resource *r, struct err *e) MUST_CHECK;

/* Mount it, detached. The caller is in the global user namespace; userns is the
 * zone's and id_base its first id. No component of special may be a symbolic
 * link: another zone might have put it there. An image file gets a loop device
 * that goes with the mount (loop(4), LO_FLAGS_AUTOCLEAR). Returns the
 * descriptor of the mount, or -1. */
int fs_resource_mount(const struct fs_resource *r, int userns, uint32_t id_base,
    struct err *e) MUST_CHECK;
