/* SPDX-License-Identifier: ISC
 *
 * quota - the most that a zone's root may take of its file system.
 *
 * On btrfs a limit of the subvolume's qgroup: of what it shares with nobody, so
 * that neither a clone nor its source pays for what both stand on. On ZFS the
 * quota of the dataset: of what is its own, its snapshots among that.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* 0: a root in this directory can be limited; path names it in messages.
 * e->code ENOTSUP says why not, and what helps. */
int fs_quota_check(int dir, const char *path, struct err *e) MUST_CHECK;

/* Limit the root in a zonepath; 0 bytes: no limit, also where none can be set.
 */
int fs_quota_set(int zonepath, const char *path, uint64_t bytes, struct err *e)
    MUST_CHECK;
