/* SPDX-License-Identifier: ISC
 *
 * link - links, addresses, routes and neighbours.
 */
#include "net/link.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* --- looking -------------------------------------------------------------- */

static void
copy_text(char *out, size_t size, const struct nlattr *attr)
{
	(void)snprintf(out, size, "%.*s", (int)mnl_attr_get_payload_len(attr),
	    mnl_attr_get_str(attr));
}

static void
read_nested(const struct nlattr *attr, uint16_t type, char *out, size_t size)
{
	const struct nlattr *in;

	rtnl_each_in(in, attr)
	{
		if (mnl_attr_get_type(in) == type && *out == '\0')
			copy_text(out, size, in);
	}
}

static void
read_info(const struct nlattr *info, struct link_info *out)
{
	const struct nlattr *a;
	const struct nlattr *in;

	rtnl_each_in(a, info)
	{
		if (mnl_attr_get_type(a) == IFLA_INFO_KIND)
			copy_text(out->kind, sizeof(out->kind), a);
		if (mnl_attr_get_type(a) != IFLA_INFO_SLAVE_DATA)
			continue;
		rtnl_each_in(in, a)
		{
			if (mnl_attr_get_type(in) == IFLA_BRPORT_NO &&
			    mnl_attr_get_payload_len(in) == sizeof(uint16_t))
				out->port = mnl_attr_get_u16(in);
		}
	}
}

static int
read_link(const struct nlmsghdr *nlh, void *arg)
{
	struct link_info *out = arg;
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;

	out->index = ifi->ifi_index;
	out->up = ifi->ifi_flags & IFF_UP;
	rtnl_each(a, nlh, sizeof(*ifi))
	{
		switch (mnl_attr_get_type(a)) {
		case IFLA_IFNAME:
			copy_text(out->name, sizeof(out->name), a);
			break;
		case IFLA_MASTER:
			out->master = (int)mnl_attr_get_u32(a);
			break;
		case IFLA_MTU:
			out->mtu = mnl_attr_get_u32(a);
			break;
		case IFLA_ADDRESS:
			if (mnl_attr_get_payload_len(a) == 6)
				memcpy(out->mac, mnl_attr_get_payload(a), 6);
			break;
		case IFLA_LINKINFO:
			read_info(a, out);
			break;
		case IFLA_PROP_LIST:
			read_nested(a, IFLA_ALT_IFNAME, out->altname,
			    sizeof(out->altname));
			break;
		default:
			break;
		}
	}
	return MNL_CB_OK;
}

static int
find(struct mnl_socket *nl, struct rtnl_msg *m, struct link_info *out,
    struct err *e)
{
	struct link_info info = { 0 };
	struct err why;

	if (rtnl_ask(nl, m, read_link, &info, &why) == -1) {
		if (why.code == ENODEV)
			return 0;
		*e = why;
		return err_in(e, "look up a link");
	}
	*out = info;
	return 1;
}

int
link_find(struct mnl_socket *nl, const char *name, struct link_info *out,
    struct err *e)
{
	struct rtnl_msg m;

	(void)rtnl_start(&m, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	if (strlen(name) < NET_NAME_SIZE)
		mnl_attr_put_strz(m.nlh, IFLA_IFNAME, name);
	else
		mnl_attr_put_strz(m.nlh, IFLA_ALT_IFNAME, name);
	return find(nl, &m, out, e);
}

int
link_find_index(struct mnl_socket *nl, int index, struct link_info *out,
    struct err *e)
{
	struct rtnl_msg m;
	struct ifinfomsg *ifi = rtnl_start(&m, RTM_GETLINK, 0, sizeof(*ifi));

	ifi->ifi_index = index;
	return find(nl, &m, out, e);
}

static int
read_route(const struct nlmsghdr *nlh, void *arg)
{
	struct link_reach *out = arg;
	const struct rtmsg *r = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;

	out->type = r->rtm_type;
	out->prefix = r->rtm_dst_len;
	out->exact = r->rtm_dst_len == (r->rtm_family == AF_INET ? 32 : 128);
	rtnl_each(a, nlh, sizeof(*r))
	{
		if (mnl_attr_get_type(a) == RTA_OIF)
			out->index = (int)mnl_attr_get_u32(a);
		if (mnl_attr_get_type(a) == RTA_GATEWAY &&
		    mnl_attr_get_payload_len(a) <= sizeof(out->router))
			memcpy(out->router, mnl_attr_get_payload(a),
			    mnl_attr_get_payload_len(a));
	}
	return MNL_CB_OK;
}

int
route_get(struct mnl_socket *nl, const struct net_addr *a,
    struct link_reach *out, struct err *e)
{
	struct rtnl_msg m;
	struct rtmsg *r = rtnl_start(&m, RTM_GETROUTE, 0, sizeof(*r));
	struct link_reach reach = { 0 };
	struct err why;

	r->rtm_family = (unsigned char)a->family;
	r->rtm_dst_len = (unsigned char)(net_addr_len(a) * 8);
	/* The route itself, with its own prefix. */
	r->rtm_flags = RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH;
	mnl_attr_put(m.nlh, RTA_DST, net_addr_len(a), a->ip);
	if (rtnl_ask(nl, &m, read_route, &reach, &why) == -1) {
		if (why.code == ENETUNREACH || why.code == EHOSTUNREACH)
			return 0;
		*e = why;
		return err_in(e, "look up a route");
	}
	*out = reach;
	return 1;
}

struct first_addr {
	int index;
	struct net_addr *out;
	bool found;
};

static int
read_addr(const struct nlmsghdr *nlh, void *arg)
{
	struct first_addr *f = arg;
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;

	if ((int)ifa->ifa_index != f->index || f->found ||
	    ifa->ifa_scope >= RT_SCOPE_LINK)
		return MNL_CB_OK;
	rtnl_each(a, nlh, sizeof(*ifa))
	{
		if (mnl_attr_get_type(a) != IFA_ADDRESS ||
		    mnl_attr_get_payload_len(a) > 16)
			continue;
		*f->out = (struct net_addr){ .family = ifa->ifa_family,
			.prefix = ifa->ifa_prefixlen };
		memcpy(f->out->ip, mnl_attr_get_payload(a),
		    mnl_attr_get_payload_len(a));
		f->found = true;
	}
	return MNL_CB_OK;
}

int
addr_any(struct mnl_socket *nl, int index, struct net_addr *out, struct err *e)
{
	struct rtnl_msg m;
	struct first_addr f = { .index = index, .out = out };
	struct ifaddrmsg *ifa = rtnl_start(&m, RTM_GETADDR, NLM_F_DUMP,
	    sizeof(*ifa));

	ifa->ifa_index = (unsigned)index;
	if (rtnl_ask(nl, &m, read_addr, &f, e) == -1)
		return err_in(e, "list addresses");
	return f.found ? 1 : 0;
}

/* --- making --------------------------------------------------------------- */

static struct nlattr *
start_info(struct rtnl_msg *m, const char *kind, struct nlattr **data)
{
	struct nlattr *info = mnl_attr_nest_start(m->nlh, IFLA_LINKINFO);

	mnl_attr_put_strz(m->nlh, IFLA_INFO_KIND, kind);
	*data = mnl_attr_nest_start(m->nlh, IFLA_INFO_DATA);
	return info;
}

static void
end_info(struct rtnl_msg *m, struct nlattr *info, struct nlattr *data)
{
	mnl_attr_nest_end(m->nlh, data);
	mnl_attr_nest_end(m->nlh, info);
}

/* One end of a pair: its name; its address, or NULL; its namespace, or -1 for
 * the socket's. */
struct veth_end {
	const char *name;
	const uint8_t *mac;
	int ns;
};

static void
put_end(struct rtnl_msg *m, const struct veth_end *end, unsigned mtu)
{
	mnl_attr_put_strz(m->nlh, IFLA_IFNAME, end->name);
	if (end->mac)
		mnl_attr_put(m->nlh, IFLA_ADDRESS, 6, end->mac);
	mnl_attr_put_u32(m->nlh, IFLA_MTU, mtu);
	if (end->ns != -1)
		mnl_attr_put_u32(m->nlh, IFLA_NET_NS_FD, (uint32_t)end->ns);
}

static int
make_veth(struct mnl_socket *nl, const struct veth_end *here,
    const struct veth_end *there, unsigned mtu, struct err *e)
{
	struct rtnl_msg m;
	struct nlattr *info;
	struct nlattr *data;
	struct nlattr *peer;

	(void)rtnl_start(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
	    sizeof(struct ifinfomsg));
	put_end(&m, here, mtu);
	info = start_info(&m, "veth", &data);
	peer = mnl_attr_nest_start(m.nlh, VETH_INFO_PEER);
	(void)mnl_nlmsg_put_extra_header(m.nlh, sizeof(struct ifinfomsg));
	put_end(&m, there, mtu);
	mnl_attr_nest_end(m.nlh, peer);
	end_info(&m, info, data);
	return rtnl_talk(nl, &m, e, "make the link '%s'", here->name);
}

int
link_veth(struct mnl_socket *nl, const struct net_link *l, unsigned mtu,
    int peer_ns, struct err *e)
{
	const struct veth_end here = { l->host, l->host_mac, -1 };
	const struct veth_end there = { l->name, l->mac, peer_ns };

	return make_veth(nl, &here, &there, mtu, e);
}

int
link_pair(struct mnl_socket *nl, const char *one, const char *other,
    unsigned mtu, struct err *e)
{
	const struct veth_end here = { one, NULL, -1 };
	const struct veth_end there = { other, NULL, -1 };

	return make_veth(nl, &here, &there, mtu, e);
}

int
link_macvlan(struct mnl_socket *nl, const struct net_link *l, int lower,
    struct err *e)
{
	struct rtnl_msg m;
	struct nlattr *info;
	struct nlattr *data;

	(void)rtnl_start(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
	    sizeof(struct ifinfomsg));
	mnl_attr_put_strz(m.nlh, IFLA_IFNAME, l->over);
	mnl_attr_put(m.nlh, IFLA_ADDRESS, 6, l->mac);
	mnl_attr_put_u32(m.nlh, IFLA_LINK, (uint32_t)lower);
	info = start_info(&m, "macvlan", &data);
	mnl_attr_put_u32(m.nlh, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
	end_info(&m, info, data);
	return rtnl_talk(nl, &m, e, "make the macvlan '%s' over '%s'", l->over,
	    l->lower);
}

int
link_bridge(struct mnl_socket *nl, const char *name, const uint8_t mac[6],
    unsigned mtu, struct err *e)
{
	struct rtnl_msg m;
	struct nlattr *info;
	struct nlattr *data;

	(void)rtnl_start(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
	    sizeof(struct ifinfomsg));
	mnl_attr_put_strz(m.nlh, IFLA_IFNAME, name);
	/* Else it would be that of one of its ports, and change with them. */
	mnl_attr_put(m.nlh, IFLA_ADDRESS, 6, mac);
	mnl_attr_put_u32(m.nlh, IFLA_MTU, mtu);
	info = start_info(&m, "bridge", &data);
	end_info(&m, info, data);
	return rtnl_talk(nl, &m, e, "make the switch '%s'", name);
}

int
link_vlan(struct mnl_socket *nl, const char *name, int lower, unsigned id,
    struct err *e)
{
	struct rtnl_msg m;
	struct nlattr *info;
	struct nlattr *data;

	(void)rtnl_start(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
	    sizeof(struct ifinfomsg));
	mnl_attr_put_strz(m.nlh, IFLA_IFNAME, name);
	mnl_attr_put_u32(m.nlh, IFLA_LINK, (uint32_t)lower);
	info = start_info(&m, "vlan", &data);
	mnl_attr_put_u16(m.nlh, IFLA_VLAN_ID, (uint16_t)id);
	end_info(&m, info, data);
	return rtnl_talk(nl, &m, e, "make VLAN %u", id);
}

static struct ifinfomsg *
start_link(struct rtnl_msg *m, uint16_t type, uint16_t flags, int index)
{
	struct ifinfomsg *ifi = rtnl_start(m, type, flags, sizeof(*ifi));

	ifi->ifi_index = index;
	return ifi;
}

int
link_delete(struct mnl_socket *nl, int index, struct err *e)
{
	struct rtnl_msg m;

	(void)start_link(&m, RTM_DELLINK, 0, index);
	return rtnl_talk(nl, &m, e, "remove a link");
}

int
link_altname(struct mnl_socket *nl, int index, const char *altname,
    struct err *e)
{
	struct rtnl_msg m;
	struct nlattr *list;

	(void)start_link(&m, RTM_NEWLINKPROP,
	    NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, index);
	list = mnl_attr_nest_start(m.nlh, IFLA_PROP_LIST);
	mnl_attr_put_strz(m.nlh, IFLA_ALT_IFNAME, altname);
	mnl_attr_nest_end(m.nlh, list);
	return rtnl_talk(nl, &m, e, "name a link '%s'", altname);
}

int
link_up(struct mnl_socket *nl, int index, bool allmulti, struct err *e)
{
	struct rtnl_msg m;
	struct ifinfomsg *ifi = start_link(&m, RTM_NEWLINK, 0, index);

	ifi->ifi_flags = IFF_UP | (allmulti ? IFF_ALLMULTI : 0);
	ifi->ifi_change = ifi->ifi_flags;
	return rtnl_talk(nl, &m, e, "switch a link on");
}

int
link_quiet(struct mnl_socket *nl, int index, struct err *e)
{
	struct rtnl_msg m;
	struct nlattr *families;
	struct nlattr *family;
	struct err why = { 0 };

	(void)start_link(&m, RTM_NEWLINK, 0, index);
	families = mnl_attr_nest_start(m.nlh, IFLA_AF_SPEC);
	family = mnl_attr_nest_start(m.nlh, AF_INET6);
	mnl_attr_put_u8(m.nlh, IFLA_INET6_ADDR_GEN_MODE,
	    IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(m.nlh, family);
	mnl_attr_nest_end(m.nlh, families);
	if (rtnl_talk(nl, &m, &why, "quieten a link") == 0 ||
	    why.code == EAFNOSUPPORT)
		return 0;
	*e = why;
	return -1;
}

int
link_move(struct mnl_socket *nl, int index, const char *name, int ns,
    struct err *e)
{
	struct rtnl_msg m;

	(void)start_link(&m, RTM_NEWLINK, 0, index);
	mnl_attr_put_strz(m.nlh, IFLA_IFNAME, name);
	mnl_attr_put_u32(m.nlh, IFLA_NET_NS_FD, (uint32_t)ns);
	return rtnl_talk(nl, &m, e, "move the link '%s'", name);
}

int
link_port(struct mnl_socket *nl, int index, int bridge, unsigned flags,
    struct err *e)
{
	struct rtnl_msg m;
	struct nlattr *info;
	struct nlattr *data;

	(void)start_link(&m, RTM_NEWLINK, 0, index);
	mnl_attr_put_u32(m.nlh, IFLA_MASTER, (uint32_t)bridge);
	if (rtnl_talk(nl, &m, e, "make a port") == -1)
		return -1;
	if (flags == 0)
		return 0;
	(void)start_link(&m, RTM_NEWLINK, 0, index);
	info = mnl_attr_nest_start(m.nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(m.nlh, IFLA_INFO_SLAVE_KIND, "bridge");
	data = mnl_attr_nest_start(m.nlh, IFLA_INFO_SLAVE_DATA);
	if (flags & LINK_PINNED) {
		mnl_attr_put_u8(m.nlh, IFLA_BRPORT_LEARNING, 0);
		mnl_attr_put_u8(m.nlh, IFLA_BRPORT_UNICAST_FLOOD, 0);
		mnl_attr_put_u8(m.nlh, IFLA_BRPORT_GUARD, 1);
	}
	mnl_attr_put_u8(m.nlh, IFLA_BRPORT_ISOLATED,
	    flags & LINK_ISOLATED ? 1 : 0);
	mnl_attr_put_u8(m.nlh, IFLA_BRPORT_PROXYARP_WIFI,
	    flags & LINK_ANSWERED ? 1 : 0);
	end_info(&m, info, data);
	return rtnl_talk(nl, &m, e, "set a port up");
}

int
addr_add(struct mnl_socket *nl, int index, const struct net_addr *a, bool bare,
    struct err *e)
{
	struct rtnl_msg m;
	char text[NET_ADDR_TEXT];
	struct ifaddrmsg *ifa = rtnl_start(&m, RTM_NEWADDR,
	    NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifa));
	uint32_t flags = (a->family == AF_INET6 ? IFA_F_NODAD : 0) |
	    (bare ? IFA_F_NOPREFIXROUTE : 0);

	ifa->ifa_family = (uint8_t)a->family;
	ifa->ifa_prefixlen = (uint8_t)a->prefix;
	ifa->ifa_index = (uint32_t)index;
	mnl_attr_put(m.nlh, IFA_LOCAL, net_addr_len(a), a->ip);
	mnl_attr_put(m.nlh, IFA_ADDRESS, net_addr_len(a), a->ip);
	mnl_attr_put_u32(m.nlh, IFA_FLAGS, flags);
	if (a->family == AF_INET && a->prefix < 31) {
		uint8_t broadcast[4];

		for (unsigned i = 0; i < 4; i++) {
			unsigned keep = a->prefix > i * 8 ? a->prefix - i * 8
							  : 0;

			broadcast[i] = (uint8_t)(a->ip[i] |
			    (keep >= 8 ? 0 : (uint8_t)(0xff >> keep)));
		}
		mnl_attr_put(m.nlh, IFA_BROADCAST, 4, broadcast);
	}
	return rtnl_talk(nl, &m, e, "set address %s", net_addr_text(a, text));
}

int
route_add(struct mnl_socket *nl, const struct link_route *r, struct err *e)
{
	struct rtnl_msg m;
	char text[NET_ADDR_TEXT] = "default";
	struct rtmsg *rt = rtnl_start(&m, RTM_NEWROUTE,
	    NLM_F_CREATE | NLM_F_EXCL, sizeof(*rt));

	rt->rtm_family = (unsigned char)r->family;
	rt->rtm_table = RT_TABLE_MAIN;
	rt->rtm_protocol = RTPROT_BOOT;
	rt->rtm_type = RTN_UNICAST;
	rt->rtm_scope = r->via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	rt->rtm_flags = r->onlink ? RTNH_F_ONLINK : 0;
	if (r->dst) {
		rt->rtm_dst_len = (unsigned char)(net_addr_len(r->dst) * 8);
		mnl_attr_put(m.nlh, RTA_DST, net_addr_len(r->dst), r->dst->ip);
		(void)net_addr_text(r->dst, text);
	}
	if (r->via)
		mnl_attr_put(m.nlh, RTA_GATEWAY, net_addr_len(r->via),
		    r->via->ip);
	mnl_attr_put_u32(m.nlh, RTA_OIF, (uint32_t)r->index);
	return rtnl_talk(nl, &m, e, "route %s", text);
}

static int
neigh(struct mnl_socket *nl, struct rtnl_msg *m, const struct net_addr *a,
    struct err *e)
{
	char text[NET_ADDR_TEXT];

	mnl_attr_put(m->nlh, NDA_DST, net_addr_len(a), a->ip);
	return rtnl_talk(nl, m, e, "neighbour %s", net_addr_text(a, text));
}

static struct ndmsg *
start_neigh(struct rtnl_msg *m, uint16_t type, int family, int index)
{
	struct ndmsg *nd = rtnl_start(m, type,
	    type == RTM_NEWNEIGH ? NLM_F_CREATE | NLM_F_REPLACE : 0,
	    sizeof(*nd));

	nd->ndm_family = (uint8_t)family;
	nd->ndm_ifindex = index;
	nd->ndm_state = NUD_PERMANENT;
	return nd;
}

int
neigh_add(struct mnl_socket *nl, int index, const struct net_addr *a,
    const uint8_t *mac, struct err *e)
{
	struct rtnl_msg m;
	struct ndmsg *nd = start_neigh(&m, RTM_NEWNEIGH, a->family, index);

	if (mac)
		mnl_attr_put(m.nlh, NDA_LLADDR, 6, mac);
	else
		nd->ndm_flags = NTF_PROXY;
	return neigh(nl, &m, a, e);
}

int
neigh_remove(struct mnl_socket *nl, int index, const struct net_addr *a,
    struct err *e)
{
	struct rtnl_msg m;

	(void)start_neigh(&m, RTM_DELNEIGH, a->family, index);
	return neigh(nl, &m, a, e);
}

int
neigh_unproxy(struct mnl_socket *nl, int index, const struct net_addr *a,
    struct err *e)
{
	struct rtnl_msg m;
	struct ndmsg *nd = start_neigh(&m, RTM_DELNEIGH, a->family, index);

	nd->ndm_flags = NTF_PROXY;
	return neigh(nl, &m, a, e);
}

int
neigh_port(struct mnl_socket *nl, int index, const uint8_t mac[6],
    struct err *e)
{
	struct rtnl_msg m;
	struct ndmsg *nd = start_neigh(&m, RTM_NEWNEIGH, AF_BRIDGE, index);

	nd->ndm_flags = NTF_MASTER;
	nd->ndm_state = NUD_NOARP;
	mnl_attr_put(m.nlh, NDA_LLADDR, 6, mac);
	return rtnl_talk(nl, &m, e, "pin an address to a port");
}

int
link_shape(struct mnl_socket *nl, int index, uint64_t bits, struct err *e)
{
	struct rtnl_msg m;
	struct nlattr *options;
	uint64_t bytes = bits / 8;
	struct tc_tbf_qopt q = {
		.rate = { .linklayer = TC_LINKLAYER_ETHERNET,
		    .rate = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes },
		/* A tenth of a second may wait. */
		.limit = (uint32_t)(bytes / 10 + 128 * 1024),
		.buffer = 0,
	};
	uint32_t burst = (uint32_t)(bytes / 100 + 64 * 1024);
	struct tcmsg *tc = rtnl_start(&m, RTM_NEWQDISC,
	    NLM_F_CREATE | NLM_F_REPLACE, sizeof(*tc));

	tc->tcm_ifindex = index;
	tc->tcm_parent = TC_H_ROOT;
	mnl_attr_put_strz(m.nlh, TCA_KIND, "tbf");
	options = mnl_attr_nest_start(m.nlh, TCA_OPTIONS);
	mnl_attr_put(m.nlh, TCA_TBF_PARMS, sizeof(q), &q);
	mnl_attr_put_u32(m.nlh, TCA_TBF_BURST, burst);
	if (bytes > UINT32_MAX)
		mnl_attr_put_u64(m.nlh, TCA_TBF_RATE64, bytes);
	mnl_attr_nest_end(m.nlh, options);
	return rtnl_talk(nl, &m, e, "limit the bandwidth");
}
