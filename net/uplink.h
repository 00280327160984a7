/* SPDX-License-Identifier: ISC
 *
 * uplink - links of the host that zones share: which zones use them, what was
 * switched on for that, and back with the last.
 *
 * What was there before is kept in one place for the whole host, by network
 * namespace, whatever the root:
 *
 *	/run/zones-net/NAMESPACE/LINK/was4	values before the first zone
 *	/run/zones-net/NAMESPACE/LINK/zones/ROOT.ZONE
 *	/run/zones-net/NAMESPACE/:claims/NAME -> ROOT.ZONE
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "net/spec.h"

/* Taken around what follows, together with the rules that go with it. Returns a
 * descriptor that holds it. */
int uplink_lock(struct err *e) MUST_CHECK;

/* Make a link forward and answer for zones' addresses of a family. *filter:
 * the host did not forward from it before. */
int uplink_up(const struct net_spec *s, const char *link, int family,
    bool *filter, struct err *e) MUST_CHECK;

/* Whether zones of the default network can have IPv6: the global zone has it,
 * and can forward it on some links only, or does so on all. */
bool uplink_can6(void);

/* The zone uses it no more. Works where nothing was done. */
int uplink_down(const struct net_spec *s, const char *link, struct err *e)
    MUST_CHECK;
/* No zone in this network namespace uses a link, a switch or a claim. */
bool uplink_unused(void);

/* Names that one zone at a time may have on this host: addresses of the default
 * network, ports. Taking one twice is fine. EEXIST where another zone has it:
 * the message names that. */
int claim_take(const struct net_spec *s, const char *what, struct err *e)
    MUST_CHECK;
void claim_drop(const struct net_spec *s, const char *what);

/* A zone uses a switch; uplink_leave: it does no more, and nobody else does. */
int uplink_join(const struct net_spec *s, const char *link, struct err *e)
    MUST_CHECK;
bool uplink_leave(const struct net_spec *s, const char *link);

/* The global zone itself does not speak on a link. */
int uplink_mute(const char *link, struct err *e) MUST_CHECK;

/* The zone's own end routes; it takes no routes or addresses from the zone. */
int uplink_end(const char *link, struct err *e) MUST_CHECK;
