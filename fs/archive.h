/* SPDX-License-Identifier: ISC
 *
 * archive - fill a root from a tar archive that nobody vouches for.
 *
 * For a process that can do no harm outside the root: see fs/unpack.c. The
 * archive must be whole: its end marker is there and nothing behind it, and
 * checksums that the compression has are right.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/copy.h"

struct fs_archive_limits {
	uint64_t bytes;   /* of all files, holes included */
	uint64_t entries; /* members, and directories made for them */
};
#define FS_ARCHIVE_LIMITS            \
	(struct fs_archive_limits)   \
	{                            \
		16ULL << 30, 2000000 \
	}

/* Of a zone that root of another host sent: what the disk holds. */
#define FS_ARCHIVE_CARRIED             \
	(struct fs_archive_limits)     \
	{                              \
		1ULL << 50, 1ULL << 32 \
	}

/* Once, before the process closes itself in: what the library loads. */
void fs_archive_prepare(void);

/* Unpack the archive that fd reads into the empty directory root. */
int fs_archive_unpack(int fd, int root, const struct fs_archive_limits *limits,
    struct fs_progress *p, struct err *e) MUST_CHECK;

/* A member's name in normal form ("./etc/" is "etc", "./" is "."): a pointer
 * to the caller's to free, or NULL where it is absolute, empty, has an empty,
 * "." or ".." component in it, or is too long. Pure. */
char *fs_archive_name(const char *raw);
