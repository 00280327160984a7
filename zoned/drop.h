/* SPDX-License-Identifier: ISC
 *
 * drop - the last steps of every process that enters a zone, init and login
 * alike: limits, keyring, capabilities, filter.
 */
#pragma once

#include <stdint.h>

#include "privileges/filter.h"

/* What a process is given when it enters a zone. */
struct zd_power {
	uint64_t caps; /* bound of its capabilities */
	const struct priv_filter *filter;
	unsigned persona; /* personality(2) that it starts with */
	int sched;        /* its policy, sched(7): none of real time */
};

/* Called in the zone's namespaces as its root, before exec. Uses raw system
 * calls only. Returns 0 or -errno; *step then says which step failed. What it
 * leaves: capabilities bounded, inheritable and ambient empty, the
 * filter loaded, signals unblocked and default, a new session keyring, umask
 * 022, limits of what a zone may take. */
long zd_drop(const struct zd_power *power, const char **step);

/* The same limits for zoned itself, before it makes anything: what its starter
 * had must not bound the zone, raising takes a capability that is gone in
 * there, and a user namespace remembers those of its maker. 0 or -errno. */
long zd_limits_own(void);
