/* SPDX-License-Identifier: ISC
 *
 * guard - what a zone may send, enforced at the host's end of its links.
 */
#include "net/guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "net/guard_link.h"

#define COMMON "zones"

static const struct nft_table common = { .name = COMMON };

/* The default network has one of its own: who does not use it does not pay for
 * following connections. */
static const struct nft_table nat = { .name = "zones-nat" };
enum { SOURCES_MAX = 65536 };

/* The last of its sets says of which build a common table is: one of another
 * build gets what it lacks, and the rules of this one. A new name is due with
 * each change of a set or a rule; a set that changes gets a new name too. */
#define COMMON_BUILT "built-1"
#define NAT_BUILT "built-2"

static const struct nft_set nat_sets[] = {
	{ "inside", NFT_F_IP_SRC, NFT_NO_MAP, 0 },  /* addresses of zones */
	{ "ports", NFT_F_L4PORT, NFT_MAP_IP, 0 },   /* forwarded to them */
	{ "selves", NFT_F_IP_PAIR, NFT_NO_MAP, 0 }, /* each twice */
	{ "flows", NFT_F_IP_SRC, NFT_NO_MAP, SOURCES_MAX }, /* of each */
	{ "inside6", NFT_F_IP6_SRC, NFT_NO_MAP, 0 },
	{ "ports6", NFT_F_L4PORT, NFT_MAP_IP6, 0 },
	{ "selves6", NFT_F_IP6_PAIR, NFT_NO_MAP, 0 },
	{ "flows6", NFT_F_IP6_SRC, NFT_NO_MAP, SOURCES_MAX },
	{ NAT_BUILT, NFT_F_IP_SRC, NFT_NO_MAP, 0 },
};

static const struct nft_set common_sets[] = {
	/* Links that forward because of us alone. */
	{ "uplink4", NFT_F_IIFNAME, NFT_NO_MAP, 0 },
	{ "uplink6", NFT_F_IIFNAME, NFT_NO_MAP, 0 },
	/* Addresses of zones. */
	{ "served4", NFT_F_IP_DST, NFT_NO_MAP, 0 },
	{ "served6", NFT_F_IP6_DST, NFT_NO_MAP, 0 },
	/* Host ends of zones' links; with the uplink of each; those that may
	 * send by any link. */
	{ "ends", NFT_F_IIFNAME, NFT_NO_MAP, 0 },
	{ "pairs", NFT_F_IFPAIR, NFT_NO_MAP, 0 },
	{ "nat", NFT_F_IIFNAME, NFT_NO_MAP, 0 },
	{ COMMON_BUILT, NFT_F_IP_SRC, NFT_NO_MAP, 0 },
};

/* A host that forwards only for its zones forwards nothing else; and what a
 * zone sends goes to its own link of the host, or to other zones. */
static const struct nft_rule common_rules[] = {
	{ { IS(NFT_F_NFPROTO, 2), IN(NFT_F_IIFNAME, "uplink4"),
	      NOT_IN(NFT_F_IP_DST, "served4") },
	    NFT_V_DROP },
	{ { IS(NFT_F_NFPROTO, 10), IN(NFT_F_IIFNAME, "uplink6"),
	      NOT_IN(NFT_F_IP6_DST, "served6") },
	    NFT_V_DROP },
	{ { IN(NFT_F_IIFNAME, "ends"), IN(NFT_F_OIFNAME, "ends") },
	    NFT_V_ACCEPT },
	{ { IN(NFT_F_IFPAIR, "pairs") }, NFT_V_ACCEPT },
	{ { IN(NFT_F_IIFNAME, "nat") }, NFT_V_ACCEPT },
	{ { IN(NFT_F_IIFNAME, "ends") }, NFT_V_DROP },
};

size_t
guard_common(const struct nft_rule **rules)
{
	*rules = common_rules;
	return ARRAY_LEN(common_rules);
}

#define IPV4 IS(NFT_F_NFPROTO, 2)
#define IPV6 IS(NFT_F_NFPROTO, 10)
/* The bit of ct state, in a number of the host (IP_CT_NEW). */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NF_CT_NEW 8
#else
#define NF_CT_NEW 0, 0, 0, 8
#endif
#define LOCAL IS(NFT_F_LOCAL, RTN_LOCAL)

/* From outside comes what was sent to the host, or asked for; an address inside
 * is nobody's to send to. Zones among themselves are another matter. */
static const struct nft_rule nat_forward[] = {
	{ { IPV4, IN(NFT_F_IP_SRC, "inside") }, NFT_V_ACCEPT },
	{ { IPV4, IN(NFT_F_IP_DST, "inside"), NOT_IN(NFT_F_CT_DST, "inside") },
	    NFT_V_ACCEPT },
	{ { IPV4, IN(NFT_F_IP_DST, "inside") }, NFT_V_DROP },
	{ { IPV6, IN(NFT_F_IP6_SRC, "inside6") }, NFT_V_ACCEPT },
	{ { IPV6, IN(NFT_F_IP6_DST, "inside6"),
	      NOT_IN(NFT_F_CT_DST6, "inside6") },
	    NFT_V_ACCEPT },
	{ { IPV6, IN(NFT_F_IP6_DST, "inside6") }, NFT_V_DROP },
};
/* The kernel follows so many connections for the whole host (nf_conntrack_max);
 * past that it drops those of the host too. */
enum { FLOWS_MAX = 16384 };
static const struct nft_rule nat_flows[] = {
	{ { IS(NFT_F_CT_STATE, NF_CT_NEW), IPV4, IN(NFT_F_IP_SRC, "inside") },
	    NFT_V_COUNT, FLOWS_MAX, .map = "flows" },
	{ { IS(NFT_F_CT_STATE, NF_CT_NEW), IPV6, IN(NFT_F_IP6_SRC, "inside6") },
	    NFT_V_COUNT, FLOWS_MAX, .map = "flows6", .ip6 = true },
};
static const struct nft_rule nat_source[] = {
	{ { IPV4, IN(NFT_F_IP_SRC, "inside"), NOT_IN(NFT_F_IP_DST, "inside") },
	    NFT_V_MASQUERADE },
	/* Its own forwarded port: it would take no packet of its own. */
	{ { IPV4, IN(NFT_F_IP_PAIR, "selves") }, NFT_V_MASQUERADE },
	{ { IPV6, IN(NFT_F_IP6_SRC, "inside6"),
	      NOT_IN(NFT_F_IP6_DST, "inside6") },
	    NFT_V_MASQUERADE },
	{ { IPV6, IN(NFT_F_IP6_PAIR, "selves6") }, NFT_V_MASQUERADE },
};
static const struct nft_rule nat_ports[] = {
	{ { IPV4, LOCAL }, NFT_V_DNAT, .map = "ports" },
	{ { IPV6, LOCAL }, NFT_V_DNAT, .map = "ports6", .ip6 = true },
};
static const struct nft_chain nat_chains[] = {
	{ "flows", NFT_H_NEW, NULL, nat_flows, ARRAY_LEN(nat_flows) },
	{ "forward", NFT_H_BEHIND, NULL, nat_forward, ARRAY_LEN(nat_forward) },
	{ "source", NFT_H_SRCNAT, NULL, nat_source, ARRAY_LEN(nat_source) },
	{ "ports", NFT_H_DSTNAT, NULL, nat_ports, ARRAY_LEN(nat_ports) },
	{ "own-ports", NFT_H_OUTNAT, NULL, nat_ports, ARRAY_LEN(nat_ports) },
};

size_t
guard_nat(const struct nft_chain **chains)
{
	*chains = nat_chains;
	return ARRAY_LEN(nat_chains);
}

/* --- the batch ------------------------------------------------------------ */

/* What a link has on its own: made of its hardware address (RFC 4291). */
static void
link_local(const uint8_t mac[6], uint8_t ip[16])
{
	static const uint8_t head[8] = { 0xfe, 0x80 };

	memcpy(ip, head, 8);
	memcpy(ip + 8, mac, 3);
	ip[8] ^= 2;
	ip[11] = 0xff;
	ip[12] = 0xfe;
	memcpy(ip + 13, mac + 3, 3);
}

static void
add_addresses(struct nft_batch *b, const struct nft_table *t,
    const struct net_link *l, unsigned i)
{
	struct nft_set set4 = { guard_sets4[i], NFT_F_IP_SRC, NFT_NO_MAP, 0 };
	struct nft_set set6 = { guard_sets6[i], NFT_F_IP6_SRC, NFT_NO_MAP, 0 };
	struct nft_elem el = { .set = set6.name };

	nft_add_set(b, t, &set4);
	nft_add_set(b, t, &set6);
	link_local(l->mac, el.key);
	nft_add_elem(b, t, &el, set6.key);
	for (size_t k = 0; k < l->address.n; k++) {
		const struct net_addr *a = &l->address.a[k];

		memcpy(el.key, a->ip, 16);
		el.set = a->family == AF_INET ? set4.name : set6.name;
		nft_add_elem(b, t, &el,
		    a->family == AF_INET ? set4.key : set6.key);
	}
}

static void
add_headers(struct nft_batch *b, const struct nft_table *t)
{
	static const struct nft_set set = { GUARD_HEADER_SET, NFT_F_IP6_NEXT,
		NFT_NO_MAP, 0 };
	struct nft_elem el = { .set = GUARD_HEADER_SET };

	nft_add_set(b, t, &set);
	for (size_t i = 0; i < GUARD_HEADERS; i++) {
		el.key[0] = guard_headers[i];
		nft_add_elem(b, t, &el, set.key);
	}
}

/* Both ways where the link is wired to another one. */
static void
add_link(struct nft_batch *b, const struct nft_table *t,
    const struct net_link *l, unsigned i, const struct guard_links *links)
{
	struct nft_rule rule[GUARD_RULES];
	struct nft_rule back = { .verdict = NFT_V_FWD,
		.arg = (uint64_t)links->host[i],
		.dev = l->host };
	struct nft_chain chain = { .name = l->host,
		.dev = l->host,
		.rule = rule };
	const uint32_t mark = GUARD_ISOLATED;
	struct nft_rule apart = { .verdict = NFT_V_DROP,
		.match = { { .field = NFT_F_MARK } } };
	struct nft_chain out = { .hook = NFT_H_OUT,
		.dev = l->host,
		.rule = &apart,
		.nrules = 1 };
	struct nft_chain other = { .dev = *l->over != '\0' ? l->over : l->lower,
		.rule = &back,
		.nrules = 1 };

	memcpy(apart.match[0].value, &mark, sizeof(mark));
	if (guard_pins_addresses(l))
		add_addresses(b, t, l, i);
	chain.nrules = guard_rules(l, i, links->over[i], rule);
	nft_add_chain(b, t, &chain);
	if (guard_is_isolated(l)) {
		_autofree char *name = mem_printf("%s-out", l->host);

		out.name = name;
		nft_add_chain(b, t, &out);
	}
	if (links->over[i] != 0) {
		_autofree char *name = mem_printf("%s-in", l->host);

		other.name = name;
		nft_add_chain(b, t, &other);
	}
}

static struct nft_elem
named(const char *set, const char *first, const char *second)
{
	struct nft_elem el = { .set = set };

	memcpy(el.key, first, strnlen(first, 16));
	if (second)
		memcpy(el.key + 16, second, strnlen(second, 16));
	return el;
}

typedef void (*elem_fn)(struct nft_batch *, const struct nft_table *,
    const struct nft_elem *, enum nft_field);

/* A routed link's part of the common table. */
static void
common_elems(struct nft_batch *b, const struct net_link *l, elem_fn fn)
{
	struct nft_elem el = named("ends", l->host, NULL);

	fn(b, &common, &el, NFT_F_IIFNAME);
	el = named("pairs", l->host, l->lower);
	if (l->kind == NET_SHARED)
		fn(b, &common, &el, NFT_F_IFPAIR);
	el = named("nat", l->host, NULL);
	if (l->below == NET_BELOW_NAT)
		fn(b, &common, &el, NFT_F_IIFNAME);
	for (size_t k = 0; k < l->address.n; k++) {
		const struct net_addr *a = &l->address.a[k];
		bool v4 = a->family == AF_INET;

		el = (struct nft_elem){ .set = v4 ? "served4" : "served6" };
		memcpy(el.key, a->ip, 16);
		fn(b, &common, &el, v4 ? NFT_F_IP_DST : NFT_F_IP6_DST);
	}
}

/* The sets of a family in the table of the default network. */
struct nat_row {
	int family;
	const char *inside;
	const char *selves;
	const char *ports;
	enum nft_field src;
	enum nft_field pair;
	enum nft_map map;
};
static const struct nat_row nat_rows[] = {
	{ AF_INET, "inside", "selves", "ports", NFT_F_IP_SRC, NFT_F_IP_PAIR,
	    NFT_MAP_IP },
	{ AF_INET6, "inside6", "selves6", "ports6", NFT_F_IP6_SRC,
	    NFT_F_IP6_PAIR, NFT_MAP_IP6 },
};

static void
nat_ports_of(struct nft_batch *b, const struct net_link *l,
    const struct nat_row *row, const struct net_addr *to, elem_fn fn)
{
	size_t len = net_addr_len(to);

	for (size_t k = 0; k < l->ports.n; k++) {
		const struct net_port *p = &l->ports.p[k];
		uint16_t from = htons(p->host);
		uint16_t inside = htons(p->zone);
		struct nft_elem el = { .set = row->ports,
			.key = { p->proto },
			.map = row->map };

		memcpy(el.key + 4, &from, 2);
		memcpy(el.data, to->ip, len);
		memcpy(el.data + len, &inside, 2);
		fn(b, &nat, &el, NFT_F_L4PORT);
	}
}

/* A family of a link in the table of the default network. Ports go to the first
 * address. */
static void
nat_family(struct nft_batch *b, const struct net_link *l,
    const struct nat_row *row, elem_fn fn)
{
	const struct net_addr *first = NULL;

	for (size_t k = 0; k < l->address.n; k++) {
		const struct net_addr *a = &l->address.a[k];
		struct nft_elem el = { .set = row->inside };
		size_t len = net_addr_len(a);

		if (a->family != row->family)
			continue;
		if (!first)
			first = a;
		memcpy(el.key, a->ip, len);
		fn(b, &nat, &el, row->src);
		memcpy(el.key + len, a->ip, len);
		el.set = row->selves;
		fn(b, &nat, &el, row->pair);
	}
	if (first)
		nat_ports_of(b, l, row, first, fn);
}

static void
nat_elems(struct nft_batch *b, const struct net_link *l, elem_fn fn)
{
	struct nft_elem el = { .set = "inside6" };

	for (size_t i = 0; i < ARRAY_LEN(nat_rows); i++)
		nat_family(b, l, &nat_rows[i], fn);
	/* What it asks the host's end for from there is counted too. */
	link_local(l->mac, el.key);
	fn(b, &nat, &el, NFT_F_IP6_SRC);
}

static void
uplink_elems(struct nft_batch *b, const struct net_link *l, unsigned i,
    const struct guard_links *links)
{
	struct nft_elem el = named("uplink4", l->lower, NULL);

	if (links->filtered4 & 1U << i)
		nft_add_elem(b, &common, &el, NFT_F_IIFNAME);
	el = named("uplink6", net_lower(l, true), NULL);
	if (links->filtered6 & 1U << i)
		nft_add_elem(b, &common, &el, NFT_F_IIFNAME);
}

/* What zones have in common. */
static const struct nft_chain common_chain = { .name = "forward",
	.rule = common_rules,
	.nrules = ARRAY_LEN(common_rules) };
static const struct shared_table {
	const struct nft_table *table;
	const char *built;
	const struct nft_set *set;
	size_t nsets;
	const struct nft_chain *chain;
	size_t nchains;
} tables[] = {
	{ &common, COMMON_BUILT, common_sets, ARRAY_LEN(common_sets),
	    &common_chain, 1 },
	{ &nat, NAT_BUILT, nat_sets, ARRAY_LEN(nat_sets), nat_chains,
	    ARRAY_LEN(nat_chains) },
};
enum { WITH_COMMON = 1, WITH_NAT = 2 }; /* a bit for each */

/* build: made, or made what it is to be; else it is as it must be, or the whole
 * transaction fails. */
static void
add_tables(struct nft_batch *b, unsigned with, bool build)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		const struct shared_table *t = &tables[i];
		struct nft_elem built = { .set = t->built };

		if (!(with & 1U << i))
			continue;
		if (build) {
			nft_add_table(b, t->table);
			for (size_t k = 0; k < t->nsets; k++)
				nft_add_set(b, t->table, &t->set[k]);
			for (size_t k = 0; k < t->nchains; k++)
				nft_add_chain(b, t->table, &t->chain[k]);
		}
		nft_add_elem(b, t->table, &built, NFT_F_IP_SRC);
	}
}

/* Those that the zone needs. */
static unsigned
tables_of(const struct net_spec *s)
{
	unsigned with = 0;

	for (size_t i = 0; i < s->nlinks; i++) {
		if (net_is_routed(&s->link[i]))
			with |= WITH_COMMON;
		if (s->link[i].below == NET_BELOW_NAT)
			with |= WITH_NAT;
	}
	return with;
}

static char *
table_name(const struct net_spec *s)
{
	return mem_printf("zone-%s-%s", s->root, s->zone);
}

static int
try_up(const struct net_spec *s, const struct guard_links *links, bool build,
    struct err *e)
{
	_autofree char *name = table_name(s);
	struct nft_table own = { .netdev = true, .name = name };
	_autonft struct nft_batch *b = nft_begin();

	add_tables(b, tables_of(s), build);
	/* What a killed one left goes in the same stroke. */
	nft_add_table(b, &own);
	nft_del_table(b, &own);
	nft_add_table(b, &own);
	add_headers(b, &own);
	for (unsigned i = 0; i < s->nlinks; i++) {
		if (s->link[i].kind == NET_NIC)
			continue;
		add_link(b, &own, &s->link[i], i, links);
		if (!net_is_routed(&s->link[i]))
			continue;
		common_elems(b, &s->link[i], nft_add_elem);
		if (s->link[i].below == NET_BELOW_NAT)
			nat_elems(b, &s->link[i], nft_add_elem);
		uplink_elems(b, &s->link[i], i, links);
	}
	return nft_commit(&b, e);
}

int
guard_up(const struct net_spec *s, const struct guard_links *links,
    struct err *e)
{
	/* What zones have in common is made by the first, under the lock of the
	 * uplinks; the administrator may have removed one of the tables, or
	 * another build of ours made them. */
	if (try_up(s, links, false, e) == 0 ||
	    (e->code == ENOENT && try_up(s, links, true, e) == 0))
		return 0;
	if (e->code == ENOENT && (tables_of(s) & WITH_NAT))
		return err_in(e,
		    "this kernel lacks nf_tables or its address translation");
	return -1;
}

/* What is not there needs not go; a kernel without nftables has nothing. */
static int
commit_quietly(struct nft_batch **b, struct err *e)
{
	struct err why;

	if (nft_commit(b, &why) == 0 || why.code == ENOENT ||
	    why.code == EPROTONOSUPPORT)
		return 0;
	*e = why;
	return -1;
}

/* --- away ----------------------------------------------------------------- */

static int
drop_table(const struct nft_table *t, struct err *e)
{
	struct nft_batch *b = nft_begin();

	nft_add_table(b, t);
	nft_del_table(b, t);
	return commit_quietly(&b, e);
}

/* One element, that may not be there. */
static void
drop_alone(struct nft_batch *unused, const struct nft_table *t,
    const struct nft_elem *el, enum nft_field key)
{
	struct nft_batch *b = nft_begin();
	struct err ignored;

	(void)unused;
	nft_del_elem(b, t, el, key);
	(void)!nft_commit(&b, &ignored);
}

static void
all_elems(const struct net_spec *s, struct nft_batch *b, elem_fn fn)
{
	for (size_t i = 0; i < s->nlinks; i++) {
		if (net_is_routed(&s->link[i]))
			common_elems(b, &s->link[i], fn);
		if (s->link[i].below == NET_BELOW_NAT)
			nat_elems(b, &s->link[i], fn);
	}
}

int
guard_down(const struct net_spec *s, bool last, struct err *e)
{
	_autofree char *name = table_name(s);
	struct nft_table own = { .netdev = true, .name = name };
	struct nft_batch *b;
	struct err why;

	if (drop_table(&own, e) == -1)
		return -1;
	if (last)
		return drop_table(&common, e) == -1 ? -1 : drop_table(&nat, e);
	if (tables_of(s) == 0)
		return 0;
	b = nft_begin();
	all_elems(s, b, nft_del_elem);
	if (nft_commit(&b, &why) == 0)
		return 0;
	if (why.code != ENOENT) {
		*e = why;
		return -1;
	}
	/* It never came up, or another build of ours brought it up. */
	all_elems(s, NULL, drop_alone);
	return 0;
}
