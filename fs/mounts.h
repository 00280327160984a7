/* SPDX-License-Identifier: ISC
 *
 * mounts - what is mounted below a directory of the global zone.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct fs_mounts {
	char **path; /* in the order they were mounted */
	size_t n;
};
void fs_mounts_done(struct fs_mounts *m);
#define _cleanup_mounts __attribute__((cleanup(fs_mounts_done)))

/* The mount points at or below dir (absolute, normal), as this process sees
 * them. */
int fs_mounts_below(const char *dir, struct fs_mounts *out, struct err *e)
    MUST_CHECK;

/* The same from the text of a mountinfo file (proc_pid_mountinfo(5)). Pure. */
void fs_mounts_parse(const char *text, const char *dir, struct fs_mounts *out);
