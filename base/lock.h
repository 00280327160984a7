/* SPDX-License-Identifier: ISC
 *
 * lock - advisory locks on files.
 *
 * The kernel drops a lock with its last descriptor, so a killed holder leaves
 * none behind (flock(2)). Order where two are taken: index, then zone.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/* Take the lock name in dirfd exclusively, making the file where it is missing,
 * and note who holds it ("PID WHAT") inside. Waits at most wait_ms
 * milliseconds, -1 for ever. Returns a descriptor that holds the lock until it
 * is closed, or -1: e->code is EWOULDBLOCK where somebody else holds it, and
 * the message names the holder. */
/* Only who holds a lock may remove its file: who waited for it then takes the
 * file that is there. */
int lock_take(int dirfd, const char *name, const char *what, int wait_ms,
    struct err *e) MUST_CHECK;

/* The lock's file is still there: no other process can have the same lock. */
bool lock_is_valid(int lock);
