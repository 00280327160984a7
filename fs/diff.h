/* SPDX-License-Identifier: ISC
 *
 * diff - in what two trees differ, name by name.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"

/* '+': only in the second, '-': only in the first, 'M': in both, and not the
 * same. path is relative to the top. Not 0 ends the comparison with that. */
typedef int fs_diff_fn(char what, const char *path, void *arg);

/* Both are directories, or detached mounts of one. A file that is the same
 * inode with the same time of change in both is not opened. */
int fs_diff(int before, int now, fs_diff_fn *fn, void *arg, struct err *e)
    MUST_CHECK;
