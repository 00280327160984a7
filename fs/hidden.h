/* SPDX-License-Identifier: ISC
 *
 * hidden - files of inherited directories that others than root may not read:
 * they are not for a zone either.
 *
 * The owners of an inherited directory are mapped, so that set-id programs work
 * in the zone; the zone's root is therefore their owner's equal and would read
 * them. They are masked instead. The list lies in the zonepath, beside the
 * root, where no zone comes; it is made anew by install and verify, and by boot
 * when packages of the global zone have changed since.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

#define FS_HIDDEN_FILE "hidden"

struct fs_hidden {
	const char **path; /* absolute */
	size_t n;
	char *text; /* storage */
};

/* Read the list of a zonepath. A missing one is an error: without it a zone
 * would read too much. */
int fs_hidden_load(const char *zonepath, struct fs_hidden *out, struct err *e)
    MUST_CHECK;
void fs_hidden_done(struct fs_hidden *hidden);

/* Write it, paths NUL-terminated. */
int fs_hidden_save(const char *zonepath, const char *const *path, size_t n,
    struct err *e) MUST_CHECK;

/* There is a list, and it is newer than the package database of the host. */
bool fs_hidden_is_current(const char *zonepath);
