/* SPDX-License-Identifier: ISC
 *
 * upgrade - zoned re-executes itself in place, as a newer program, and loses
 * nothing: lock, socket and the console's client stay open, the zone is adopted
 * from its record.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zoned/proto.h"
#include "zoned/zone.h"

/* Check that it can be done now and open the new program; "path" of the request
 * is the directory of the new programs, else it is where ours lie. */
int zd_upgrade_prepare(struct zd_zone *z, const struct zd_msg *m, struct err *e)
    MUST_CHECK;

/* Execute it. Returns only on failure, with everything as before. */
void zd_upgrade_exec(struct zd_zone *z);

/* Take over the sessions that the program before us started: they are our
 * children, and one that nobody waits for keeps the zone's pid namespace. To be
 * called before anything else opens a pidfd. */
void zd_upgrade_sessions(void);

/* The lock that this zoned holds, for the next one. */
void zd_upgrade_keep_lock(int lock);
