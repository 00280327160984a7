/* SPDX-License-Identifier: ISC
 *
 * tree - questions about a root's tree that a zone may have filled: how much it
 * holds, and whether it is still what it was.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Remember how the small tree looks now (names, inodes, times, in an extended
 * attribute of its root that no zone sees), and whether it looks the same. A
 * tree of more than some hundred entries is never settled. */
int fs_tree_settle(int dir, struct err *e) MUST_CHECK;
bool fs_tree_is_settled(int dir);

/* Flush a small tree to disk, nothing else of its file system: 1, or 0 where it
 * has more than some hundred entries, and nothing is promised. */
int fs_tree_flush(int dir, struct err *e) MUST_CHECK;

/* Bytes on disk, a file of several names counted once. */
int fs_tree_used(int dir, uint64_t *bytes, struct err *e) MUST_CHECK;
