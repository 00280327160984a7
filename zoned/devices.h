/* SPDX-License-Identifier: ISC
 *
 * devices - which device nodes the processes of a control group may open.
 *
 * A further guard behind those that keep nodes out of a zone (no mknod, mounts
 * with nodev, a /dev from a list): a node that gets there all the same is of no
 * use.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "fs/device.h"

/* Those of every zone, and more of the configuration's. By the controller
 * "devices" of cgroup v1. */
int zd_devices_v1(int dir, const struct fs_devices *more, struct err *e)
    MUST_CHECK;

/* By a program attached to a group of cgroup2 (kernel 4.15). */
int zd_devices_v2(int dir, const struct fs_devices *more, struct err *e)
    MUST_CHECK;
