/* SPDX-License-Identifier: ISC
 *
 * copy - fill a root from a directory or from a list: file contents by reflink
 * where the file system can, holes, hard links, owners, times, ACLs and file
 * capabilities kept.
 *
 * Everything is done by descriptors below the two roots; no link is followed,
 * no mount crossed, nothing but regular files and directories opened.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/entry.h"

/* How far it is; tick (which may be NULL) is called after each entry and
 * within long files. */
struct fs_progress {
	uint64_t entries;
	uint64_t bytes;
	void (*tick)(const struct fs_progress *p);
	void *arg;
};
void fs_progress_add(struct fs_progress *p, uint64_t entries, uint64_t bytes);

/* Ids that a zone has; anything else in a source is refused. */
enum { FS_ID_MAX = 65535 };

/* Copy what lies in the directory from into the empty directory to, which keeps
 * its own owner and mode. Devices and sockets are left out. */
int fs_copy_tree(int from, int to, struct fs_progress *p, struct err *e)
    MUST_CHECK;

/* Carry out a finished list: files are read below source. Both sides belong to
 * who calls: a file that vanished meanwhile is an error. */
int fs_copy_entries(const struct fs_entries *list, int source, int to,
    struct fs_progress *p, struct err *e) MUST_CHECK;

/* Whether an extended attribute may come along: user.* but overlayfs' own,
 * security.capability and POSIX ACLs. */
bool fs_xattr_comes_along(const char *name);

/* A file capability as it may be set: version 2 as it is, version 3 of the
 * zone's own root turned into version 2 (*len shrinks); anything else is
 * refused. */
int fs_xattr_capability(unsigned char *value, size_t *len, struct err *e)
    MUST_CHECK;

/* The extended attributes of an open file; only: the one name to copy, NULL for
 * all that may come along. */
int fs_copy_xattrs(int from, int to, const char *only, struct err *e)
    MUST_CHECK;

/* The contents of a regular file from the current end of to on: by reflink,
 * else by data segments. to is empty. */
int fs_copy_data(int from, int to, struct fs_progress *p, struct err *e)
    MUST_CHECK;
