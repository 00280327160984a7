/* SPDX-License-Identifier: ISC
 *
 * remove - take away a tree that a hostile zone filled: by descriptors, never
 * through a link, never into another mount, whatever its depth.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Remove name (one component) in dirfd, a directory with everything in it or
 * anything else. Immutable and append-only flags are cleared. A missing one is
 * no error. A mount in the tree is (EBUSY), and what lies on it is untouched.
 */
int fs_remove_tree(int dirfd, const char *name, struct err *e) MUST_CHECK;

/* Be called with the number of entries removed so far, by all calls of this
 * process, now and then; NULL ends that. */
void fs_remove_watch(void (*tick)(uint64_t removed));
