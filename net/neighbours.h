/* SPDX-License-Identifier: ISC
 *
 * neighbours - the kernel's tables of who has which address on a link: one each
 * for IPv4 and IPv6, whatever the number of network namespaces.
 *
 * Two zones that speak take two places, and by default there are 1,024
 * (net.ipv4.neigh.default.gc_thresh3): who needs one more waits in vain. The
 * first zone with a link makes them larger, the last one leaves them as they
 * were.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "net/spec.h"

/* A zone has links, or no more. Under the lock of the uplinks. A table that
 * cannot be changed stays as it is. */
int neighbours_join(const struct net_spec *s, struct err *e) MUST_CHECK;
void neighbours_leave(const struct net_spec *s);
