/* SPDX-License-Identifier: ISC
 *
 * stage - a zone's root that stands on layers: an overlay mounted by the zone's
 * own root, from layers whose owners are mapped.
 *
 * An overlay must be mounted inside the zone's user namespace to be writable
 * there, and finds its layers by path. So whoever prepares the zone attaches
 * the mapped layers on a small stage, enters it, and lets a child that has
 * become the zone's root mount the overlay from names in its own directory.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/layer.h"
#include "fs/plan.h"

struct fs_stage {
	size_t n;               /* layers; 0: the root is a plain directory */
	char work[FS_LAYER_ID]; /* name in ZONEPATH/work */
	int mount;              /* -1: no stage */
};
#define FS_STAGE_NONE       \
	{                   \
		.mount = -1 \
	}

/* In a private mount namespace of the global zone's; userns is the zone's.
 * Where the root stands on layers, *out is a stage and the working directory
 * lies on it. */
int fs_stage_up(const struct fs_plan *plan, int userns, struct fs_stage *out,
    struct err *e) MUST_CHECK;

/* As the zone's root, in a copy of that mount namespace: mount the overlay and
 * make the mount points of the plan that are missing in it. Returns the
 * descriptor of a detached mount. */
int fs_stage_mount(const struct fs_stage *stage, const struct fs_plan *plan,
    struct err *e) MUST_CHECK;

/* Leave the stage and take it away. */
void fs_stage_down(struct fs_stage *stage);
