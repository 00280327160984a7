/* SPDX-License-Identifier: ISC
 *
 * guard - what a zone may send, enforced at the host's end of its links: rules
 * of nf_tables, one transaction a zone.
 *
 * Every zone has a table of its own (netdev family) whose chains hang at its
 * own links: a packet meets the rules of one link, however many zones there
 * are. What all zones with shared links have in common is one table (inet) of
 * sets.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "net/nft.h"
#include "net/spec.h"

enum { GUARD_RULES = 48 };

/* The rules for what a link of the zone sends. fwd: the index of the link that
 * takes it (NET_BELOW_NIC, NET_BELOW_ALONE), else 0; index: its place in the
 * zone. Returns how many. */
size_t guard_rules(const struct net_link *l, unsigned index, int fwd,
    struct nft_rule rule[GUARD_RULES]);

/* Rules of the table of all shared links. */
size_t guard_common(const struct nft_rule **rules);

/* Rules of the table of the default network, chain by chain. */
size_t guard_nat(const struct nft_chain **chains);

/* Put all rules of a zone in place. over[i]: index of the link that link i is
 * forwarded to (0: none), host[i] of its host end. filtered4, filtered6: bit i
 * is set where the uplink of link i forwards only because of us. */
struct guard_links {
	int host[NET_LINKS_MAX];
	int over[NET_LINKS_MAX];
	uint32_t filtered4;
	uint32_t filtered6;
};
int guard_up(const struct net_spec *s, const struct guard_links *links,
    struct err *e) MUST_CHECK;

/* Take them away; last: no other zone uses the common table. Nothing there is
 * fine. */
int guard_down(const struct net_spec *s, bool last, struct err *e) MUST_CHECK;
