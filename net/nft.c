/* SPDX-License-Identifier: ISC
 *
 * nft - nf_tables in one transaction.
 */
#include "net/nft.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "base/mem.h"
#include "net/nft_fields.h"
#include "net/rtnl.h"

enum { BATCH_MAX = 256 * 1024, BATCH_ROOM = 4096 };

/* Of the values of a map: an address, inet_service. */
enum { MAP_TYPE = 7 << 6 | 13, MAP6_TYPE = 8 << 6 | 13 };

/* Type, length and value, as libnftnl writes them. */
static const uint8_t host_order[] = { 0, 4, 1, 0, 0, 0 };

struct nft_batch {
	char *buf;
	size_t len;
	size_t size;
	uint32_t seq;
	uint32_t set_id;
	size_t last;          /* where the last whole message starts */
	struct nlmsghdr *nlh; /* under construction, at len */
};

/* --- messages ------------------------------------------------------------- */

static struct nlmsghdr *
start(struct nft_batch *b, uint16_t type, uint16_t flags, uint8_t family,
    uint16_t res_id)
{
	struct nfgenmsg *nf;

	if (b->len + BATCH_ROOM > b->size) {
		b->size += BATCH_MAX / 8;
		b->buf = mem_grow(b->buf, b->size, 1);
	}
	b->nlh = mnl_nlmsg_put_header(b->buf + b->len);
	b->nlh->nlmsg_type = type;
	b->nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	b->nlh->nlmsg_seq = b->seq++;
	nf = mnl_nlmsg_put_extra_header(b->nlh, sizeof(*nf));
	*nf = (struct nfgenmsg){ .nfgen_family = family,
		.version = NFNETLINK_V0,
		.res_id = htons(res_id) };
	return b->nlh;
}

static void
end(struct nft_batch *b)
{
	b->last = b->len;
	b->len += b->nlh->nlmsg_len;
	b->nlh = NULL;
}

static struct nlmsghdr *
nft_msg(struct nft_batch *b, const struct nft_table *t, unsigned type,
    uint16_t flags)
{
	return start(b, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), flags,
	    t->netdev ? NFPROTO_NETDEV : NFPROTO_INET, 0);
}

static void
put32(struct nlmsghdr *nlh, uint16_t type, uint32_t value)
{
	mnl_attr_put_u32(nlh, type, htonl(value));
}

static void
put_value(struct nlmsghdr *nlh, uint16_t type, const void *data, size_t len)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	mnl_attr_put(nlh, NFTA_DATA_VALUE, len, data);
	mnl_attr_nest_end(nlh, nest);
}

struct nft_batch *
nft_begin(void)
{
	struct nft_batch *b = mem_alloc(sizeof(*b));

	b->seq = (uint32_t)time(NULL);
	(void)start(b, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC,
	    NFNL_SUBSYS_NFTABLES);
	end(b);
	return b;
}

void
nft_free_at(struct nft_batch **batch)
{
	if (*batch)
		free((*batch)->buf);
	free(*batch);
	*batch = NULL;
}

/* --- expressions ---------------------------------------------------------- */

struct expr {
	struct nlmsghdr *nlh;
	struct nlattr *elem;
	struct nlattr *data;
};

static struct expr
expr_start(struct nlmsghdr *nlh, const char *name)
{
	struct expr x = { .nlh = nlh };

	x.elem = mnl_attr_nest_start(nlh, NFTA_LIST_ELEM);
	mnl_attr_put_strz(nlh, NFTA_EXPR_NAME, name);
	x.data = mnl_attr_nest_start(nlh, NFTA_EXPR_DATA);
	return x;
}

static void
expr_end(struct expr *x)
{
	mnl_attr_nest_end(x->nlh, x->data);
	mnl_attr_nest_end(x->nlh, x->elem);
}

static void
put_meta(struct nlmsghdr *nlh, unsigned key, unsigned reg)
{
	struct expr x = expr_start(nlh, "meta");

	put32(nlh, NFTA_META_KEY, key);
	put32(nlh, NFTA_META_DREG, reg);
	expr_end(&x);
}

static void
put_payload(struct nlmsghdr *nlh, enum nft_field f, unsigned reg)
{
	struct expr x = expr_start(nlh, "payload");

	put32(nlh, NFTA_PAYLOAD_DREG, reg);
	put32(nlh, NFTA_PAYLOAD_BASE, nft_fields[f].base);
	put32(nlh, NFTA_PAYLOAD_OFFSET, nft_fields[f].offset);
	put32(nlh, NFTA_PAYLOAD_LEN, nft_fields[f].len);
	expr_end(&x);
}

static void
put_ct(struct nlmsghdr *nlh, unsigned key)
{
	struct expr x = expr_start(nlh, "ct");

	put32(nlh, NFTA_CT_DREG, NFT_REG_1);
	put32(nlh, NFTA_CT_KEY, key);
	if (key != NFT_CT_STATE)
		mnl_attr_put_u8(nlh, NFTA_CT_DIRECTION, 0);
	expr_end(&x);
}

static void
put_fib(struct nlmsghdr *nlh)
{
	struct expr x = expr_start(nlh, "fib");

	put32(nlh, NFTA_FIB_DREG, NFT_REG_1);
	put32(nlh, NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	put32(nlh, NFTA_FIB_FLAGS, NFTA_FIB_F_DADDR);
	expr_end(&x);
}

static void
put_load(struct nlmsghdr *nlh, enum nft_field f)
{
	switch (nft_fields[f].load) {
	case PAYLOAD:
		put_payload(nlh, f, NFT_REG_1);
		break;
	case META:
		put_meta(nlh, nft_fields[f].base, NFT_REG_1);
		break;
	case PAIR:
		put_meta(nlh, NFT_META_IIFNAME, NFT_REG_1);
		put_meta(nlh, NFT_META_OIFNAME, NFT_REG_2);
		break;
	case CT:
	case CT_BITS:
		put_ct(nlh, nft_fields[f].base);
		break;
	case FIB:
		put_fib(nlh);
		break;
	case L4PORT:
		put_meta(nlh, NFT_META_L4PROTO, NFT_REG32_00);
		put_payload(nlh, NFT_F_DPORT, NFT_REG32_01);
		break;
	case IP_PAIR:
		put_payload(nlh, NFT_F_IP_SRC, NFT_REG32_00);
		put_payload(nlh, NFT_F_IP_DST, NFT_REG32_01);
		break;
	case IP6_PAIR:
		put_payload(nlh, NFT_F_IP6_SRC, NFT_REG32_00);
		put_payload(nlh, NFT_F_IP6_DST, NFT_REG32_04);
		break;
	}
}

/* Are there any of these bits? */
static void
put_bits(struct nlmsghdr *nlh, const struct nft_match *m)
{
	static const uint8_t none[4];
	struct expr x = expr_start(nlh, "bitwise");

	put32(nlh, NFTA_BITWISE_SREG, NFT_REG_1);
	put32(nlh, NFTA_BITWISE_DREG, NFT_REG_1);
	put32(nlh, NFTA_BITWISE_LEN, sizeof(none));
	put_value(nlh, NFTA_BITWISE_MASK, m->value, sizeof(none));
	put_value(nlh, NFTA_BITWISE_XOR, none, sizeof(none));
	expr_end(&x);
	x = expr_start(nlh, "cmp");
	put32(nlh, NFTA_CMP_SREG, NFT_REG_1);
	put32(nlh, NFTA_CMP_OP, m->differs ? NFT_CMP_EQ : NFT_CMP_NEQ);
	put_value(nlh, NFTA_CMP_DATA, none, sizeof(none));
	expr_end(&x);
}

static void
put_match(struct nlmsghdr *nlh, const struct nft_match *m)
{
	struct expr x;

	put_load(nlh, m->field);
	if (nft_fields[m->field].load == CT_BITS) {
		put_bits(nlh, m);
		return;
	}
	if (m->set) {
		x = expr_start(nlh, "lookup");
		mnl_attr_put_strz(nlh, NFTA_LOOKUP_SET, m->set);
		put32(nlh, NFTA_LOOKUP_SREG, NFT_REG_1);
		put32(nlh, NFTA_LOOKUP_FLAGS,
		    m->differs ? NFT_LOOKUP_F_INV : 0);
	} else {
		x = expr_start(nlh, "cmp");
		put32(nlh, NFTA_CMP_SREG, NFT_REG_1);
		put32(nlh, NFTA_CMP_OP, m->differs ? NFT_CMP_NEQ : NFT_CMP_EQ);
		put_value(nlh, NFTA_CMP_DATA, m->value,
		    nft_fields[m->field].len);
	}
	expr_end(&x);
}

static void
put_verdict(struct nlmsghdr *nlh, int code)
{
	struct expr x = expr_start(nlh, "immediate");
	struct nlattr *data;
	struct nlattr *verdict;

	put32(nlh, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = mnl_attr_nest_start(nlh, NFTA_IMMEDIATE_DATA);
	verdict = mnl_attr_nest_start(nlh, NFTA_DATA_VERDICT);
	put32(nlh, NFTA_VERDICT_CODE, (uint32_t)code);
	mnl_attr_nest_end(nlh, verdict);
	mnl_attr_nest_end(nlh, data);
	expr_end(&x);
}

static void
put_fwd(struct nlmsghdr *nlh, uint32_t ifindex)
{
	struct expr x = expr_start(nlh, "immediate");

	put32(nlh, NFTA_IMMEDIATE_DREG, NFT_REG_1);
	put_value(nlh, NFTA_IMMEDIATE_DATA, &ifindex, sizeof(ifindex));
	expr_end(&x);
	x = expr_start(nlh, "fwd");
	put32(nlh, NFTA_FWD_SREG_DEV, NFT_REG_1);
	expr_end(&x);
}

static void
put_mark(struct nlmsghdr *nlh, uint32_t mark)
{
	struct expr x = expr_start(nlh, "immediate");

	put32(nlh, NFTA_IMMEDIATE_DREG, NFT_REG_1);
	put_value(nlh, NFTA_IMMEDIATE_DATA, &mark, sizeof(mark));
	expr_end(&x);
	x = expr_start(nlh, "meta");
	put32(nlh, NFTA_META_KEY, NFT_META_MARK);
	put32(nlh, NFTA_META_SREG, NFT_REG_1);
	expr_end(&x);
}

/* What comes faster than this matches. The bucket holds a twentieth of a
 * second, and a burst of segments. */
static void
put_limit(struct nlmsghdr *nlh, uint64_t bytes)
{
	struct expr x = expr_start(nlh, "limit");
	uint64_t burst = bytes / 20 < 128 * 1024 ? 128 * 1024 : bytes / 20;

	mnl_attr_put_u64(nlh, NFTA_LIMIT_RATE, htobe64(bytes));
	mnl_attr_put_u64(nlh, NFTA_LIMIT_UNIT, htobe64(1));
	put32(nlh, NFTA_LIMIT_BURST, (uint32_t)burst);
	put32(nlh, NFTA_LIMIT_TYPE, NFT_LIMIT_PKT_BYTES);
	put32(nlh, NFTA_LIMIT_FLAGS, NFT_LIMIT_F_INV);
	expr_end(&x);
}

/* What belongs to a connection of a source that has so many, and is the first
 * of it, matches. The kernel counts those alone that are not over (4.18). */
static void
put_count(struct nlmsghdr *nlh, const struct nft_rule *r)
{
	struct expr x;
	struct nlattr *inner;
	struct nlattr *data;

	put_load(nlh, r->ip6 ? NFT_F_IP6_SRC : NFT_F_IP_SRC);
	x = expr_start(nlh, "dynset");
	mnl_attr_put_strz(nlh, NFTA_DYNSET_SET_NAME, r->map);
	put32(nlh, NFTA_DYNSET_OP, NFT_DYNSET_OP_ADD);
	put32(nlh, NFTA_DYNSET_SREG_KEY, NFT_REG_1);
	inner = mnl_attr_nest_start(nlh, NFTA_DYNSET_EXPR);
	mnl_attr_put_strz(nlh, NFTA_EXPR_NAME, "connlimit");
	data = mnl_attr_nest_start(nlh, NFTA_EXPR_DATA);
	put32(nlh, NFTA_CONNLIMIT_COUNT, (uint32_t)r->arg);
	put32(nlh, NFTA_CONNLIMIT_FLAGS, NFT_CONNLIMIT_F_INV);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, inner);
	expr_end(&x);
}

/* The map's value, address and port, takes the place of its key. */
static void
put_dnat(struct nlmsghdr *nlh, const struct nft_rule *r)
{
	struct expr x;

	put_load(nlh, NFT_F_L4PORT);
	x = expr_start(nlh, "lookup");
	mnl_attr_put_strz(nlh, NFTA_LOOKUP_SET, r->map);
	put32(nlh, NFTA_LOOKUP_SREG, NFT_REG32_00);
	put32(nlh, NFTA_LOOKUP_DREG, NFT_REG32_00);
	expr_end(&x);
	x = expr_start(nlh, "nat");
	put32(nlh, NFTA_NAT_TYPE, NFT_NAT_DNAT);
	put32(nlh, NFTA_NAT_FAMILY, r->ip6 ? NFPROTO_IPV6 : NFPROTO_IPV4);
	put32(nlh, NFTA_NAT_REG_ADDR_MIN, NFT_REG32_00);
	put32(nlh, NFTA_NAT_REG_PROTO_MIN,
	    r->ip6 ? NFT_REG32_04 : NFT_REG32_01);
	expr_end(&x);
}

static void
put_masquerade(struct nlmsghdr *nlh)
{
	struct expr x = expr_start(nlh, "masq");

	expr_end(&x);
}

static void
put_end(struct nlmsghdr *nlh, const struct nft_rule *r)
{
	switch (r->verdict) {
	case NFT_V_MASQUERADE:
		put_masquerade(nlh);
		break;
	case NFT_V_COUNT:
		put_count(nlh, r);
		put_verdict(nlh, NF_DROP);
		break;
	case NFT_V_DNAT:
		put_dnat(nlh, r);
		break;
	case NFT_V_NEXT:
		break;
	case NFT_V_ACCEPT:
		put_verdict(nlh, NF_ACCEPT);
		break;
	case NFT_V_DROP:
		put_verdict(nlh, NF_DROP);
		break;
	case NFT_V_FWD:
		put_fwd(nlh, (uint32_t)r->arg);
		break;
	case NFT_V_LIMIT:
		put_limit(nlh, r->arg);
		put_verdict(nlh, NF_DROP);
		break;
	case NFT_V_MARK:
		put_mark(nlh, (uint32_t)r->arg);
		break;
	}
}

/* --- tables, chains, sets ------------------------------------------------- */

void
nft_add_table(struct nft_batch *b, const struct nft_table *t)
{
	struct nlmsghdr *nlh = nft_msg(b, t, NFT_MSG_NEWTABLE, NLM_F_CREATE);

	mnl_attr_put_strz(nlh, NFTA_TABLE_NAME, t->name);
	put32(nlh, NFTA_TABLE_FLAGS, 0);
	end(b);
}

void
nft_del_table(struct nft_batch *b, const struct nft_table *t)
{
	struct nlmsghdr *nlh = nft_msg(b, t, NFT_MSG_DELTABLE, 0);

	mnl_attr_put_strz(nlh, NFTA_TABLE_NAME, t->name);
	end(b);
}

void
nft_add_set(struct nft_batch *b, const struct nft_table *t,
    const struct nft_set *set)
{
	struct nlmsghdr *nlh = nft_msg(b, t, NFT_MSG_NEWSET, NLM_F_CREATE);
	struct nlattr *desc;

	mnl_attr_put_strz(nlh, NFTA_SET_TABLE, t->name);
	mnl_attr_put_strz(nlh, NFTA_SET_NAME, set->name);
	put32(nlh, NFTA_SET_FLAGS,
	    (set->map ? NFT_SET_MAP : 0) | (set->dynamic ? NFT_SET_EVAL : 0));
	put32(nlh, NFTA_SET_KEY_TYPE, nft_fields[set->key].type);
	put32(nlh, NFTA_SET_KEY_LEN, nft_fields[set->key].len);
	put32(nlh, NFTA_SET_ID, ++b->set_id);
	if (set->map) {
		put32(nlh, NFTA_SET_DATA_TYPE,
		    set->map == NFT_MAP_IP6 ? MAP6_TYPE : MAP_TYPE);
		put32(nlh, NFTA_SET_DATA_LEN, set->map);
	}
	if (set->dynamic) {
		desc = mnl_attr_nest_start(nlh, NFTA_SET_DESC);
		put32(nlh, NFTA_SET_DESC_SIZE, set->dynamic);
		mnl_attr_nest_end(nlh, desc);
	}
	/* For nft(8) alone: names are in the byte order of the host. */
	if (nft_fields[set->key].shape == NAME)
		mnl_attr_put(nlh, NFTA_SET_USERDATA, sizeof(host_order),
		    host_order);
	end(b);
}

static void
elem(struct nft_batch *b, const struct nft_table *t, const struct nft_elem *el,
    enum nft_field key, uint16_t type)
{
	struct nlmsghdr *nlh = nft_msg(b, t, type,
	    type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0);
	struct nlattr *list;
	struct nlattr *one;

	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, t->name);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, el->set);
	list = mnl_attr_nest_start(nlh, NFTA_SET_ELEM_LIST_ELEMENTS);
	one = mnl_attr_nest_start(nlh, NFTA_LIST_ELEM);
	put_value(nlh, NFTA_SET_ELEM_KEY, el->key, nft_fields[key].len);
	if (el->map && type == NFT_MSG_NEWSETELEM)
		put_value(nlh, NFTA_SET_ELEM_DATA, el->data, el->map);
	mnl_attr_nest_end(nlh, one);
	mnl_attr_nest_end(nlh, list);
	end(b);
}

void
nft_add_elem(struct nft_batch *b, const struct nft_table *t,
    const struct nft_elem *el, enum nft_field key)
{
	elem(b, t, el, key, NFT_MSG_NEWSETELEM);
}

void
nft_del_elem(struct nft_batch *b, const struct nft_table *t,
    const struct nft_elem *el, enum nft_field key)
{
	elem(b, t, el, key, NFT_MSG_DELSETELEM);
}

static void
add_rule(struct nft_batch *b, const struct nft_table *t, const char *chain,
    const struct nft_rule *r)
{
	struct nlmsghdr *nlh = nft_msg(b, t, NFT_MSG_NEWRULE,
	    NLM_F_CREATE | NLM_F_APPEND);
	struct nlattr *list;

	mnl_attr_put_strz(nlh, NFTA_RULE_TABLE, t->name);
	mnl_attr_put_strz(nlh, NFTA_RULE_CHAIN, chain);
	list = mnl_attr_nest_start(nlh, NFTA_RULE_EXPRESSIONS);
	for (size_t i = 0; i < ARRAY_LEN(r->match); i++) {
		if (r->match[i].field == NFT_F_NONE)
			break;
		put_match(nlh, &r->match[i]);
	}
	put_end(nlh, r);
	mnl_attr_nest_end(nlh, list);
	end(b);
}

static const struct {
	unsigned inet; /* NF_INET_* */
	int priority;
	const char *type;
} hooks[] = {
	[NFT_H_FILTER] = { NF_INET_FORWARD, -5, "filter" },
	[NFT_H_OUT] = { NF_INET_FORWARD, -5, "filter" },
	[NFT_H_BEHIND] = { NF_INET_FORWARD, -4, "filter" },
	[NFT_H_NEW] = { NF_INET_PRE_ROUTING, -150, "filter" },
	[NFT_H_DSTNAT] = { NF_INET_PRE_ROUTING, -100, "nat" },
	[NFT_H_OUTNAT] = { NF_INET_LOCAL_OUT, -100, "nat" },
	[NFT_H_SRCNAT] = { NF_INET_POST_ROUTING, 100, "nat" },
};

void
nft_add_chain(struct nft_batch *b, const struct nft_table *t,
    const struct nft_chain *c)
{
	struct nlmsghdr *nlh = nft_msg(b, t, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
	struct nlattr *hook;

	mnl_attr_put_strz(nlh, NFTA_CHAIN_TABLE, t->name);
	mnl_attr_put_strz(nlh, NFTA_CHAIN_NAME, c->name);
	hook = mnl_attr_nest_start(nlh, NFTA_CHAIN_HOOK);
	put32(nlh, NFTA_HOOK_HOOKNUM,
	    !t->netdev                 ? hooks[c->hook].inet
		: c->hook == NFT_H_OUT ? NF_NETDEV_EGRESS
				       : NF_NETDEV_INGRESS);
	put32(nlh, NFTA_HOOK_PRIORITY, (uint32_t)hooks[c->hook].priority);
	if (c->dev)
		mnl_attr_put_strz(nlh, NFTA_HOOK_DEV, c->dev);
	mnl_attr_nest_end(nlh, hook);
	put32(nlh, NFTA_CHAIN_POLICY, NF_ACCEPT);
	mnl_attr_put_strz(nlh, NFTA_CHAIN_TYPE, hooks[c->hook].type);
	end(b);
	nlh = nft_msg(b, t, NFT_MSG_DELRULE, 0); /* all of it */
	mnl_attr_put_strz(nlh, NFTA_RULE_TABLE, t->name);
	mnl_attr_put_strz(nlh, NFTA_RULE_CHAIN, c->name);
	end(b);
	for (size_t i = 0; i < c->nrules; i++)
		add_rule(b, t, c->name, &c->rule[i]);
}

/* --- to the kernel -------------------------------------------------------- */

/* Only the last one is acknowledged; what fails says so. The first error is the
 * cause. A batch refused as a whole is told once. */
static int
hear(struct mnl_socket *nl, uint32_t last, struct err *e)
{
	char buf[8192];

	for (;;) {
		ssize_t got = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		const struct nlmsghdr *nlh = (const void *)buf;
		const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return err_sys(e, "nftables: no answer");
		if (!mnl_nlmsg_ok(nlh, (int)got) ||
		    nlh->nlmsg_type != NLMSG_ERROR)
			continue;
		if (ack->error != 0)
			return err_set(e, -ack->error, "nftables: %s",
			    strerror(-ack->error));
		if (nlh->nlmsg_seq == last)
			return 0;
	}
}

int
nft_commit(struct nft_batch **batch, struct err *e)
{
	_autonft struct nft_batch *b = mem_take(batch);
	_autonl struct mnl_socket *nl = rtnl_open(NETLINK_NETFILTER, e);
	const struct timeval limit = { .tv_sec = 10 };
	struct nlmsghdr *last;

	if (!nl && e->code == EPROTONOSUPPORT)
		return err_set(e, EPROTONOSUPPORT,
		    "nftables: this kernel lacks it, and nothing else holds a "
		    "zone to its addresses; 'modprobe nf_tables' loads it "
		    "where it is a module");
	if (!nl)
		return err_in(e, "nftables");
	last = (void *)(b->buf + b->last);
	last->nlmsg_flags |= NLM_F_ACK;
	(void)start(b, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	end(b);
	(void)setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVTIMEO, &limit,
	    sizeof(limit));
	if (b->len > BATCH_MAX)
		return err_set(e, E2BIG, "nftables: too many rules");
	if (mnl_socket_sendto(nl, b->buf, b->len) == -1)
		return err_sys(e, "nftables");
	return hear(nl, b->seq - 2, e);
}
