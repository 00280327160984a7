/* SPDX-License-Identifier: ISC
 *
 * overlay - overlayfs as we mount it, everywhere the same: a tree that was
 * written through one kind of mount is not read through another.
 */
#pragma once

#include <stdbool.h>
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
	/* Option volatile: neither a copy up nor unmounting, which writes the
	 * whole file system of upper out, waits for the disk. It is mounted
	 * again after fs_overlay_forgive alone. */
	bool fresh;
};

/* Returns the descriptor of a detached mount, or -1. */
int fs_overlay_mount(const struct fs_overlay *o, struct err *e) MUST_CHECK;

/* The directory work/ID of a zonepath, made where it is missing. */
int fs_overlay_work(int zonepath, const char *id, struct err *e) MUST_CHECK;

/* Of one that is not mounted any more; was it fresh, it was flushed or is about
 * to be: take away what would refuse to mount it again (work/incompat in its
 * work directory, Documentation/filesystems/overlayfs.rst of the kernel). */
int fs_overlay_forgive(int zonepath, const char *id, struct err *e) MUST_CHECK;
