/* SPDX-License-Identifier: ISC
 *
 * overlay - overlayfs as we mount it, everywhere the same: a tree that was
 * written through one kind of mount is not read through another.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct fs_overlay {
	const char *lower; /* "A:B:C", topmost first, relative to the working
			    * directory, at most 255 bytes: what fsconfig(2)
			    * takes */
	const char *upper; /* NULL: read-only, of the lower ones alone */
	const char *work;
	unsigned attrs; /* MOUNT_ATTR_* */
};

/* Returns the descriptor of a detached mount, or -1. */
int fs_overlay_mount(const struct fs_overlay *o, struct err *e) MUST_CHECK;

/* The directory work/ID of a zonepath, made where it is missing. */
int fs_overlay_work(int zonepath, const char *id, struct err *e) MUST_CHECK;
