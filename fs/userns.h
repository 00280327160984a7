/* SPDX-License-Identifier: ISC
 *
 * userns - whose a new user namespace is.
 *
 * The kernel charges inotify instances, message queues, pending signals,
 * locked memory and namespaces of a user namespace to the effective user that
 * made it, all the way up. Made by the host's root, the namespaces of all zones
 * share one account; made by the first id of its range, each zone has its own.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Make id the caller's effective user, all capabilities kept, and take that
 * back: around what makes the namespace, and nothing else. *saved is what the
 * second needs. Being another user for a moment takes PR_SET_PDEATHSIG back and
 * sets the dumpable flag to fs.suid_dumpable: set both again behind it. */
int fs_userns_owner(uint32_t id, unsigned *saved, struct err *e) MUST_CHECK;
int fs_userns_owner_end(unsigned saved, struct err *e) MUST_CHECK;
