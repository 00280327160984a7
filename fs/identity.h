/* SPDX-License-Identifier: ISC
 *
 * identity - make a root the zone's own: its name, and none of another
 * system's.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"

/* In the root (an open directory): etc/hostname is the zone's name, etc/hosts
 * knows it and localhost, etc/machine-id is empty (made at the first boot), a
 * dangling etc/resolv.conf becomes a file. etc is made where it is missing; it
 * must be a real directory. Nothing is followed out of the root. */
int fs_identity_set(int root, const char *zone, struct err *e) MUST_CHECK;
