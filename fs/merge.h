/* SPDX-License-Identifier: ISC
 *
 * merge - lay one tree of overlayfs over another, on disk: several layers
 * become one, which says the same to what lies below it.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"

/* Put what the tree upper says on top of what lower says. lower may be written
 * to, is nobody's root, and upper stays as it is. Costs what upper holds. */
int fs_merge(int upper, int lower, struct err *e) MUST_CHECK;
