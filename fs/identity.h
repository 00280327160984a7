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

/* A clone's: besides the above, host keys of its own for those that the source
 * had (1: it had some, and this host has no ssh-keygen to make new ones; they
 * are gone), and no seed of random numbers. scratch is a directory that no
 * zone sees, for a moment. */
int fs_identity_fresh(int root, const char *zone, int scratch, struct err *e)
    MUST_CHECK;

/* In a root that stands on layers: bring the files up that clients of the
 * global zone look for in a halted zone's root, unchanged. */
int fs_identity_show(int root, struct err *e) MUST_CHECK;
