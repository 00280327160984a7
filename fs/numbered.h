/* SPDX-License-Identifier: ISC
 *
 * numbered - targets of which the kernel has one for each number, as a
 * processor's.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"

typedef int fs_numbered_fn(const char *target, void *arg, struct err *e);

/* Call fn for each name below the directory root that pattern stands for: its
 * one '*' is a decimal number at the end of a component ("cpu/cpu*" followed by
 * "/cache", say). In no order; the first failure of fn ends it. A directory
 * that is missing has none. What lies behind the number need not exist. No
 * symbolic link is followed. -1: fn's error, or the directory cannot be read.
 */
int fs_each_numbered(int root, const char *pattern, fs_numbered_fn *fn,
    void *arg, struct err *e) MUST_CHECK;
