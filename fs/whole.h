/* SPDX-License-Identifier: ISC
 *
 * whole - copy one root into another, the root directory's own looks included.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "fs/copy.h"

/* to is an empty directory. Flushed to disk when it returns. */
int fs_copy_whole(int from, int to, struct fs_progress *p, struct err *e)
    MUST_CHECK;
