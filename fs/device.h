/* SPDX-License-Identifier: ISC
 *
 * device - device nodes of the global zone that a zone gets in its /dev: found
 * by a pattern, checked, and made anew in the zone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct fs_device {
	char *name; /* below /dev: "net/tun" */
	bool block;
	unsigned major;
	unsigned minor;
	unsigned mode; /* permission bits, those of the global zone */
};

enum { FS_DEVICES_MAX = 256 };

struct fs_devices {
	struct fs_device *item;
	size_t n;
};
void fs_devices_done(struct fs_devices *d);
#define _cleanup_devices __attribute__((cleanup(fs_devices_done)))

/* Add what a pattern (glob(7), "/dev/loop*") names in the global zone's /dev:
 * character and block devices, also by symbolic links there; each once. One
 * that no zone may have fails with e->code EPERM, a block device that the
 * global zone uses with EBUSY, a pattern that finds nothing with ENODEV, all
 * with "device PATTERN: ". What is mounted below /dev is not looked at. */
int fs_devices_add(struct fs_devices *d, const char *pattern, struct err *e)
    MUST_CHECK;

/* Make them below dev, the fresh and empty /dev of a zone; owned by id, the
 * zone's root. A name that is taken there stays what it is. */
int fs_devices_make(const struct fs_devices *d, int dev, uint32_t id,
    struct err *e) MUST_CHECK;
