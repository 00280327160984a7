/* SPDX-License-Identifier: ISC
 *
 * nft_fields - the table of what a rule can look at, and rules as text.
 */
#include "net/nft_fields.h"

#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>
#include <netinet/in.h>
#include <string.h>

#include "base/mem.h"

/* inet_proto . inet_service */
enum { SERVICE_TYPE = 12 << 6 | 13 };
/* ipv4_addr . ipv4_addr, and of IPv6 */
enum { IP4_PAIR_TYPE = 7 << 6 | 7, IP6_PAIR_TYPE = 8 << 6 | 8 };

const struct nft_field_row nft_fields[NFT_FIELDS] = {
	[NFT_F_ETHER_SRC] = { "ether saddr", PAYLOAD, NFT_PAYLOAD_LL_HEADER, 6,
	    6, MAC, 9 },
	[NFT_F_ETHER_GROUP] = { "@ll,0,40", PAYLOAD, NFT_PAYLOAD_LL_HEADER, 0,
	    5, MAC, 0 },
	[NFT_F_MARK] = { "meta mark", META, NFT_META_MARK, 0, 4, MARK, 0 },
	[NFT_F_ETHER_TYPE] = { "ether type", PAYLOAD, NFT_PAYLOAD_LL_HEADER, 12,
	    2, HEX16, 0 },
	[NFT_F_PROTO] = { "meta protocol", META, NFT_META_PROTOCOL, 0, 2, HEX16,
	    0 },
	[NFT_F_IP_SRC] = { "ip saddr", PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 12,
	    4, IP4, 7 },
	[NFT_F_IP_DST] = { "ip daddr", PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 16,
	    4, IP4, 7 },
	[NFT_F_IP_FRAGMENT] = { "ip frag-off", PAYLOAD,
	    NFT_PAYLOAD_NETWORK_HEADER, 6, 2, HEX16, 0 },
	[NFT_F_IP6_NEXT] = { "ip6 nexthdr", PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER,
	    6, 1, NUMBER8, 12 },
	[NFT_F_IP6_SECOND] = { "@nh,320,8", PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER,
	    40, 1, NUMBER8, 12 },
	[NFT_F_IP6_SRC] = { "ip6 saddr", PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 8,
	    16, IP6, 8 },
	[NFT_F_IP6_DST] = { "ip6 daddr", PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER,
	    24, 16, IP6, 8 },
	[NFT_F_ARP_MAC] = { "arp saddr ether", PAYLOAD,
	    NFT_PAYLOAD_NETWORK_HEADER, 8, 6, MAC, 9 },
	[NFT_F_ARP_IP] = { "arp saddr ip", PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER,
	    14, 4, IP4, 7 },
	[NFT_F_ARP_TARGET] = { "arp daddr ip", PAYLOAD,
	    NFT_PAYLOAD_NETWORK_HEADER, 24, 4, IP4, 7 },
	[NFT_F_L4] = { "meta l4proto", META, NFT_META_L4PROTO, 0, 1, NUMBER8,
	    0 },
	[NFT_F_SPORT] = { "th sport", PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 0,
	    2, PORT, 0 },
	[NFT_F_DPORT] = { "th dport", PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 2,
	    2, PORT, 0 },
	[NFT_F_L4_TYPE] = { "@th,0,8", PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 0,
	    1, NUMBER8, 0 },
	[NFT_F_ICMP6_TYPE] = { "icmpv6 type", PAYLOAD,
	    NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, NUMBER8, 0 },
	[NFT_F_ND_TARGET] = { "nd target", PAYLOAD,
	    NFT_PAYLOAD_TRANSPORT_HEADER, 8, 16, IP6, 8 },
	[NFT_F_ND_OPTION] = { "nd option", PAYLOAD,
	    NFT_PAYLOAD_TRANSPORT_HEADER, 24, 1, NUMBER8, 0 },
	[NFT_F_ND_MAC] = { "nd lladdr", PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER,
	    26, 6, MAC, 9 },
	[NFT_F_RS_OPTION] = { "rs option", PAYLOAD,
	    NFT_PAYLOAD_TRANSPORT_HEADER, 8, 1, NUMBER8, 0 },
	[NFT_F_RS_MAC] = { "rs lladdr", PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER,
	    10, 6, MAC, 9 },
	[NFT_F_DHCP_MAC] = { "dhcp chaddr", PAYLOAD,
	    NFT_PAYLOAD_TRANSPORT_HEADER, 36, 6, MAC, 9 },
	[NFT_F_IIFNAME] = { "iifname", META, NFT_META_IIFNAME, 0, 16, NAME,
	    41 },
	[NFT_F_OIFNAME] = { "oifname", META, NFT_META_OIFNAME, 0, 16, NAME,
	    41 },
	[NFT_F_NFPROTO] = { "meta nfproto", META, NFT_META_NFPROTO, 0, 1,
	    NUMBER8, 0 },
	[NFT_F_IFPAIR] = { "iifname . oifname", PAIR, 0, 0, 32, NAME,
	    41 << 6 | 41 },
	[NFT_F_CT_DST] = { "ct original ip daddr", CT, NFT_CT_DST_IP, 0, 4, IP4,
	    7 },
	[NFT_F_CT_DST6] = { "ct original ip6 daddr", CT, NFT_CT_DST_IP6, 0, 16,
	    IP6, 8 },
	[NFT_F_CT_STATE] = { "ct state", CT_BITS, NFT_CT_STATE, 0, 4, STATE,
	    0 },
	[NFT_F_LOCAL] = { "fib daddr type", FIB, 0, 0, 4, NUMBER32, 0 },
	[NFT_F_L4PORT] = { "meta l4proto . th dport", L4PORT, 0, 0, 8, SERVICE,
	    SERVICE_TYPE },
	[NFT_F_IP_PAIR] = { "ip saddr . ip daddr", IP_PAIR, 0, 0, 8, IP4_PAIR,
	    IP4_PAIR_TYPE },
	[NFT_F_IP6_PAIR] = { "ip6 saddr . ip6 daddr", IP6_PAIR, 0, 0, 32,
	    IP6_IP6, IP6_PAIR_TYPE },
};

static char *
value_text(const struct nft_match *m)
{
	const uint8_t *v = m->value;
	char ip[INET6_ADDRSTRLEN] = "?";
	uint32_t mark;

	switch (nft_fields[m->field].shape) {
	case HEX16:
		return mem_printf("0x%02x%02x", v[0], v[1]);
	case STATE: /* all we ask for, as RTN_LOCAL below */
		return mem_strdup("new");
	case NUMBER32:
		return mem_strdup("local");
	case MARK:
		memcpy(&mark, v, sizeof(mark));
		return mem_printf("0x%x", (unsigned)mark);
	case NUMBER8:
		return mem_printf("%u", v[0]);
	case PORT:
		return mem_printf("%u", (unsigned)v[0] << 8 | v[1]);
	case MAC:
		return mem_printf("%02x:%02x:%02x:%02x:%02x:%02x", v[0], v[1],
		    v[2], v[3], v[4], v[5]);
	case IP4:
		(void)inet_ntop(AF_INET, v, ip, sizeof(ip));
		return mem_strdup(ip);
	case IP6:
		(void)inet_ntop(AF_INET6, v, ip, sizeof(ip));
		return mem_strdup(ip);
	case SERVICE:
		return mem_printf("%u . %u", v[0], (unsigned)v[4] << 8 | v[5]);
	case IP4_PAIR: /* in sets alone */
	case IP6_IP6:
		break;
	case NAME:
		return mem_printf("\"%.16s\"", (const char *)v);
	}
	return mem_strdup("?");
}

static char *
end_text(const struct nft_rule *r)
{
	switch (r->verdict) {
	case NFT_V_ACCEPT:
		return mem_strdup("accept");
	case NFT_V_DROP:
		return mem_strdup("drop");
	case NFT_V_MASQUERADE:
		return mem_strdup("masquerade");
	case NFT_V_COUNT:
		return mem_printf("add @%s { %s saddr ct count over %u } drop",
		    r->map, r->ip6 ? "ip6" : "ip", (unsigned)r->arg);
	case NFT_V_DNAT:
		return mem_printf("dnat %s to meta l4proto . th dport map @%s",
		    r->ip6 ? "ip6" : "ip", r->map);
	case NFT_V_FWD:
		return mem_printf("fwd to \"%s\"", r->dev);
	case NFT_V_LIMIT:
		return mem_printf("limit rate over %llu bytes/second drop",
		    (unsigned long long)r->arg);
	case NFT_V_MARK:
		return mem_printf("meta mark set 0x%x", (unsigned)r->arg);
	case NFT_V_NEXT:
		break;
	}
	return mem_strdup("continue");
}

char *
nft_rule_text(const struct nft_rule *r)
{
	char *text = mem_strdup("");

	for (size_t i = 0; i < ARRAY_LEN(r->match); i++) {
		const struct nft_match *m = &r->match[i];
		_autofree char *value = NULL;
		char *longer;

		if (m->field == NFT_F_NONE)
			break;
		value = m->set ? mem_printf("@%s", m->set) : value_text(m);
		longer = mem_printf("%s%s %s%s ", text,
		    nft_fields[m->field].text, m->differs ? "!= " : "", value);
		free(text);
		text = longer;
	}
	_autofree char *front = text;
	_autofree char *last = end_text(r);

	return mem_printf("%s%s", front, last);
}
