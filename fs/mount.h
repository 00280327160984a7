/* SPDX-License-Identifier: ISC
 *
 * mount - the mount API by descriptors (fsopen(2), open_tree(2), kernel 5.2),
 * with readable errors.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/* A new file system, detached. options: NULL-terminated pairs of key and value
 * ("mode", "755"), or of a flag and NULL. attrs: MOUNT_ATTR_*. Returns its
 * descriptor, or -1. */
int fs_mount_new(const char *type, const char *const *options, unsigned attrs,
    struct err *e) MUST_CHECK;

/* The same of a device, which path names. */
int fs_mount_source(const char *type, const char *path, bool readonly,
    const char *const *options, unsigned attrs, struct err *e) MUST_CHECK;

/* Map the owners of a detached mount through a user namespace. e->code EINVAL:
 * its file system cannot (mount_setattr(2)). */
int fs_mount_map(int mount, int userns, struct err *e) MUST_CHECK;

/* A detached copy of the mount at path (non-recursive), with attributes set
 * and, where userns is not -1, owners mapped through it (mount_setattr(2),
 * kernel 5.12). Returns its descriptor, or -1. */
int fs_mount_clone(int dirfd, const char *path, unsigned attrs, int userns,
    struct err *e) MUST_CHECK;

/* Attach a detached mount onto the directory or file that target holds. */
int fs_mount_attach(int mount, int target, struct err *e) MUST_CHECK;
