/* SPDX-License-Identifier: ISC
 *
 * probe - does somebody on the wire have an address: asked as RFC 5227 and RFC
 * 4862 ask, with little patience, and told once we have it.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "net/link.h"
#include "net/spec.h"

/* EADDRINUSE where a station answers for one of the link's addresses within
 * PROBE_MS; its hardware address is in the message. */
enum { PROBE_MS = 30 };
int probe_addresses(const struct net_link *l, const struct link_info *lower,
    struct err *e) MUST_CHECK;

/* Who had one of the addresses cached hears where it is now (best effort). */
void probe_announce(const struct net_link *l, const struct link_info *lower);
