/* SPDX-License-Identifier: ISC
 *
 * guard_link - the rules for what one link of a zone sends.
 */
#include <netinet/in.h>
#include <string.h>

#include "net/guard_link.h"

const char *const guard_sets4[NET_LINKS_MAX] = { "addr4", "addr4_1", "addr4_2",
	"addr4_3", "addr4_4", "addr4_5", "addr4_6", "addr4_7", "addr4_8",
	"addr4_9", "addr4_10", "addr4_11", "addr4_12", "addr4_13", "addr4_14",
	"addr4_15", "addr4_16", "addr4_17", "addr4_18", "addr4_19", "addr4_20",
	"addr4_21", "addr4_22", "addr4_23", "addr4_24", "addr4_25", "addr4_26",
	"addr4_27", "addr4_28", "addr4_29", "addr4_30", "addr4_31" };
const char *const guard_sets6[NET_LINKS_MAX] = { "addr6", "addr6_1", "addr6_2",
	"addr6_3", "addr6_4", "addr6_5", "addr6_6", "addr6_7", "addr6_8",
	"addr6_9", "addr6_10", "addr6_11", "addr6_12", "addr6_13", "addr6_14",
	"addr6_15", "addr6_16", "addr6_17", "addr6_18", "addr6_19", "addr6_20",
	"addr6_21", "addr6_22", "addr6_23", "addr6_24", "addr6_25", "addr6_26",
	"addr6_27", "addr6_28", "addr6_29", "addr6_30", "addr6_31" };

const uint8_t guard_headers[GUARD_HEADERS] = { IPPROTO_HOPOPTS, IPPROTO_ROUTING,
	IPPROTO_FRAGMENT, IPPROTO_AH, IPPROTO_DSTOPTS, IPPROTO_MH };

struct rules {
	struct nft_rule *rule;
	size_t n;
};

static struct nft_match
is_bytes(enum nft_field f, bool differs, const uint8_t *bytes, size_t n)
{
	struct nft_match m = { .field = f, .differs = differs };

	memcpy(m.value, bytes, n);
	return m;
}

#define ADD(r, v, ...) \
	((r)->rule[(r)->n++] = (struct nft_rule){ { __VA_ARGS__ }, (v) })
#define M(m) ((struct nft_match)m)

#define ETHER_IP M(IS(NFT_F_PROTO, 0x08, 0x00))
#define ETHER_ARP M(IS(NFT_F_PROTO, 0x08, 0x06))
#define ETHER_IP6 M(IS(NFT_F_PROTO, 0x86, 0xdd))
#define L4(n) M(IS(NFT_F_L4, (n)))
#define ICMP6(t) ETHER_IP6, L4(58), M(IS(NFT_F_ICMP6_TYPE, (t)))

/* No tag of a VLAN ever: a zone is in the one it was put in. A frame that the
 * kernel took a tag from shows it here. */
static void
vlan_rules(struct rules *r)
{
	ADD(r, NFT_V_DROP, M(IS(NFT_F_ETHER_TYPE, 0x81, 0x00)));
	ADD(r, NFT_V_DROP, M(IS(NFT_F_ETHER_TYPE, 0x88, 0xa8)));
	ADD(r, NFT_V_DROP, M(IS(NFT_F_ETHER_TYPE, 0x91, 0x00)));
}

/* What the kernel finds behind the headers of IPv6 can be hidden from it: it
 * looks through one fragment alone (nft_set_pktinfo_ipv6_validate). Two headers
 * in a row are more than anything of a zone needs; and what neighbours tell
 * each other comes in one piece (RFC 6980). */
static void
chain_rules(struct rules *r)
{
	ADD(r, NFT_V_DROP, ETHER_IP6, M(IN(NFT_F_IP6_NEXT, GUARD_HEADER_SET)),
	    M(IN(NFT_F_IP6_SECOND, GUARD_HEADER_SET)));
	for (uint8_t type = 133; type <= 137; type++)
		ADD(r, NFT_V_DROP, ICMP6(type),
		    M(IS(NFT_F_IP6_NEXT, IPPROTO_FRAGMENT)));
}

/* Of several options with a hardware address the first one counts, so that is
 * what an option must be; a solicitation without a source has none, but may
 * have a number in its place (RFC 7527). To those that are for the next bridge
 * alone (IEEE 802.1D) a zone says nothing. */
static void
mac_rules(struct rules *r, const struct net_link *l)
{
	ADD(r, NFT_V_DROP, is_bytes(NFT_F_ETHER_SRC, true, l->mac, 6));
	ADD(r, NFT_V_DROP, M(IS(NFT_F_ETHER_GROUP, 0x01, 0x80, 0xc2, 0, 0)));
	ADD(r, NFT_V_DROP, ETHER_ARP, is_bytes(NFT_F_ARP_MAC, true, l->mac, 6));
	ADD(r, NFT_V_DROP, ICMP6(136), M(ISNT(NFT_F_ND_OPTION, 2)));
	ADD(r, NFT_V_DROP, ICMP6(136), is_bytes(NFT_F_ND_MAC, true, l->mac, 6));
	ADD(r, NFT_V_DROP, ICMP6(135), M(ISNT(NFT_F_ND_OPTION, 1)),
	    M(ISNT(NFT_F_IP6_SRC, 0)));
	ADD(r, NFT_V_DROP, ICMP6(135), M(IS(NFT_F_ND_OPTION, 1)),
	    is_bytes(NFT_F_ND_MAC, true, l->mac, 6));
	ADD(r, NFT_V_DROP, ICMP6(133), M(ISNT(NFT_F_RS_OPTION, 1)));
	ADD(r, NFT_V_DROP, ICMP6(133), is_bytes(NFT_F_RS_MAC, true, l->mac, 6));
}

/* An address being probed has no source: that says nothing false, but who asks
 * for one that is not its own keeps others from taking it. */
static void
ip_rules(struct rules *r, const char *set4, const char *set6)
{
	ADD(r, NFT_V_DROP, ETHER_IP, M(NOT_IN(NFT_F_IP_SRC, set4)));
	ADD(r, NFT_V_DROP, ETHER_ARP, M(ISNT(NFT_F_ARP_IP, 0)),
	    M(NOT_IN(NFT_F_ARP_IP, set4)));
	ADD(r, NFT_V_DROP, ETHER_ARP, M(IS(NFT_F_ARP_IP, 0)),
	    M(NOT_IN(NFT_F_ARP_TARGET, set4)));
	ADD(r, NFT_V_DROP, ETHER_IP6, M(ISNT(NFT_F_IP6_SRC, 0)),
	    M(NOT_IN(NFT_F_IP6_SRC, set6)));
	ADD(r, NFT_V_DROP, ETHER_IP6, M(IS(NFT_F_IP6_SRC, 0)),
	    M(ISNT(NFT_F_L4, 58)));
	ADD(r, NFT_V_DROP, ICMP6(135), M(IS(NFT_F_IP6_SRC, 0)),
	    M(NOT_IN(NFT_F_ND_TARGET, set6)));
	ADD(r, NFT_V_DROP, ICMP6(136), M(NOT_IN(NFT_F_ND_TARGET, set6)));
}

/* A zone is neither a router (nor the one that asks who listens to a group) nor
 * a server of addresses for others, and asks for addresses in its own name. The
 * first fragment of a packet may end before the name: those to the ports of
 * DHCP come in one piece. */
static void
server_rules(struct rules *r, const struct net_link *l)
{
	ADD(r, NFT_V_DROP, ETHER_IP, L4(IPPROTO_UDP), M(IS(NFT_F_SPORT, 0, 67)),
	    M(ISNT(NFT_F_DPORT, 0, 67)));
	ADD(r, NFT_V_DROP, ETHER_IP, L4(IPPROTO_UDP),
	    M(IS(NFT_F_DPORT, 0, 68)));
	ADD(r, NFT_V_DROP, ETHER_IP, L4(IPPROTO_UDP), M(IS(NFT_F_DPORT, 0, 67)),
	    is_bytes(NFT_F_DHCP_MAC, true, l->mac, 6));
	ADD(r, NFT_V_DROP, ETHER_IP, L4(IPPROTO_UDP), M(IS(NFT_F_DPORT, 0, 67)),
	    M(ISNT(NFT_F_IP_FRAGMENT, 0)), M(ISNT(NFT_F_IP_FRAGMENT, 0x40)));
	ADD(r, NFT_V_DROP, ETHER_IP6, L4(IPPROTO_UDP),
	    M(IS(NFT_F_SPORT, 547 >> 8, 547 & 0xff)));
	ADD(r, NFT_V_DROP, ETHER_IP6, L4(IPPROTO_UDP),
	    M(IS(NFT_F_DPORT, 546 >> 8, 546 & 0xff)));
	ADD(r, NFT_V_DROP, ICMP6(134));
	ADD(r, NFT_V_DROP, ICMP6(137));
	ADD(r, NFT_V_DROP, ICMP6(130));
	ADD(r, NFT_V_DROP, ETHER_IP, L4(IPPROTO_IGMP),
	    M(IS(NFT_F_L4_TYPE, 0x11)));
}

static void
restricted_rules(struct rules *r)
{
	ADD(r, NFT_V_DROP, M(ISNT(NFT_F_ETHER_TYPE, 0x08, 0x00)),
	    M(ISNT(NFT_F_ETHER_TYPE, 0x08, 0x06)),
	    M(ISNT(NFT_F_ETHER_TYPE, 0x86, 0xdd)));
}

bool
guard_is_isolated(const struct net_link *l)
{
	return l->isolated && l->demand && l->below == NET_BELOW_SWITCH;
}

bool
guard_pins_addresses(const struct net_link *l)
{
	return net_is_routed(l) || (l->protect & NET_IP_NOSPOOF);
}

static bool
looks_inside(const struct net_link *l)
{
	return net_is_routed(l) ||
	    (l->protect &
		(NET_MAC_NOSPOOF | NET_IP_NOSPOOF | NET_DHCP_NOSPOOF));
}

size_t
guard_rules(const struct net_link *l, unsigned index, int fwd,
    struct nft_rule rule[GUARD_RULES])
{
	struct rules r = { .rule = rule };
	bool shared = net_is_routed(l);

	vlan_rules(&r);
	if (looks_inside(l))
		chain_rules(&r);
	if (shared || (l->protect & NET_RESTRICTED))
		restricted_rules(&r);
	if (shared || (l->protect & NET_MAC_NOSPOOF))
		mac_rules(&r, l);
	if (guard_pins_addresses(l))
		ip_rules(&r, guard_sets4[index], guard_sets6[index]);
	if (shared || (l->protect & (NET_DHCP_NOSPOOF | NET_IP_NOSPOOF)))
		server_rules(&r, l);
	if (guard_is_isolated(l))
		rule[r.n++] = (struct nft_rule){ .verdict = NFT_V_MARK,
			.arg = GUARD_ISOLATED };
	if (l->maxbw > 0)
		rule[r.n++] = (struct nft_rule){ .verdict = NFT_V_LIMIT,
			.arg = l->maxbw / 8 };
	if (fwd != 0)
		rule[r.n++] = (struct nft_rule){ .verdict = NFT_V_FWD,
			.arg = (uint64_t)fwd,
			.dev = *l->over != '\0' ? l->over : l->lower };
	return r.n;
}
