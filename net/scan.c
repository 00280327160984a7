/* SPDX-License-Identifier: ISC
 *
 * scan - the zones' links as the kernel has them now.
 */
#include "net/scan.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/str.h"
#include "net/bridges.h"
#include "net/rtnl.h"
#include "net/switch.h"

bool
scan_split(const char *altname, char **zone, char **inside, char **root)
{
	const char *colon = strchr(altname, ':');
	const char *at = strrchr(altname, '@');

	if (!colon || colon == altname || colon[1] == '\0' ||
	    str_starts(altname, NET_SWITCH) || str_starts(altname, NET_KEPT))
		return false;
	/* A name within may have an '@' too; a root's is 8 digits. */
	if (at && (at < colon || strlen(at + 1) != 8))
		at = NULL;
	*zone = mem_strndup(altname, (size_t)(colon - altname));
	*inside = at ? mem_strndup(colon + 1, (size_t)(at - colon - 1))
		     : mem_strdup(colon + 1);
	*root = mem_strdup(at ? at + 1 : "");
	return true;
}

static void
copy_text(char *out, size_t size, const struct nlattr *attr)
{
	(void)snprintf(out, size, "%.*s", (int)mnl_attr_get_payload_len(attr),
	    mnl_attr_get_str(attr));
}

static void
read_altnames(const struct nlattr *list, struct scan_link *l)
{
	const struct nlattr *a;
	char name[SCAN_ALTNAME_SIZE];

	rtnl_each_in(a, list)
	{
		if (mnl_attr_get_type(a) != IFLA_ALT_IFNAME)
			continue;
		copy_text(name, sizeof(name), a);
		if (bridges_whole(name) && !l->whole)
			l->whole = mem_strdup(bridges_whole(name));
		else if (str_starts(name, BRIDGES_JOINT))
			l->joint = true;
		else if (str_starts(name, NET_SWITCH))
			l->on_demand = true;
		else if (str_starts(name, NET_KEPT))
			l->kept = true;
		else if (!l->zone)
			(void)scan_split(name, &l->zone, &l->inside, &l->root);
	}
}

static void
read_info(const struct nlattr *info, struct scan_link *l)
{
	const struct nlattr *a;
	const struct nlattr *in;

	rtnl_each_in(a, info)
	{
		if (mnl_attr_get_type(a) == IFLA_INFO_KIND)
			copy_text(l->kind, sizeof(l->kind), a);
		if (mnl_attr_get_type(a) != IFLA_INFO_SLAVE_DATA)
			continue;
		rtnl_each_in(in, a)
		{
			if (mnl_attr_get_type(in) == IFLA_BRPORT_ISOLATED)
				l->isolated = mnl_attr_get_u8(in) != 0;
		}
	}
}

static void
read_counts(const struct nlattr *attr, struct scan_link *l)
{
	struct rtnl_link_stats64 s = { 0 };
	size_t len = mnl_attr_get_payload_len(attr);

	/* Newer kernels count more, behind what we know. */
	memcpy(&s, mnl_attr_get_payload(attr),
	    len < sizeof(s) ? len : sizeof(s));
	l->rx = (struct scan_count){ s.rx_bytes, s.rx_packets, s.rx_dropped };
	l->tx = (struct scan_count){ s.tx_bytes, s.tx_packets, s.tx_dropped };
}

static void
read_attr(const struct nlattr *a, struct scan_link *l)
{
	switch (mnl_attr_get_type(a)) {
	case IFLA_IFNAME:
		copy_text(l->name, sizeof(l->name), a);
		break;
	case IFLA_MASTER:
		l->master = (int)mnl_attr_get_u32(a);
		break;
	case IFLA_MTU:
		l->mtu = mnl_attr_get_u32(a);
		break;
	case IFLA_ADDRESS:
		if (mnl_attr_get_payload_len(a) == sizeof(l->mac))
			memcpy(l->mac, mnl_attr_get_payload(a), sizeof(l->mac));
		break;
	case IFLA_STATS64:
		read_counts(a, l);
		break;
	case IFLA_LINKINFO:
		read_info(a, l);
		break;
	case IFLA_PROP_LIST:
		read_altnames(a, l);
		break;
	default:
		break;
	}
}

/* The end outside hears what the zone sends. A macvlan that carries a zone's
 * address is wired to its pair: counted once. */
static void
see_from_inside(struct scan_link *l)
{
	struct scan_count heard = l->rx;

	if (!l->zone)
		return;
	if (!str_eq(l->kind, "veth")) {
		free(mem_take(&l->zone));
		free(mem_take(&l->inside));
		free(mem_take(&l->root));
		return;
	}
	l->rx = l->tx;
	l->tx = heard;
}

static int
read_link(const struct nlmsghdr *nlh, void *arg)
{
	struct scan *s = arg;
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;
	struct scan_link *l;

	s->link = mem_grow(s->link, s->n + 1, sizeof(*s->link));
	l = &s->link[s->n++];
	*l = (struct scan_link){ .index = ifi->ifi_index,
		.up = ifi->ifi_flags & IFF_UP };
	rtnl_each(a, nlh, sizeof(*ifi)) read_attr(a, l);
	see_from_inside(l);
	return MNL_CB_OK;
}

static int
by_index(const void *a, const void *b)
{
	const struct scan_link *x = a;
	const struct scan_link *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

int
scan_links(struct scan *out, struct err *e)
{
	struct rtnl_msg m;
	_autonl struct mnl_socket *nl = rtnl_open(NETLINK_ROUTE, e);

	*out = (struct scan){ 0 };
	if (!nl)
		return -1;
	(void)rtnl_start(&m, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	if (rtnl_ask(nl, &m, read_link, out, e) == -1) {
		scan_done(out);
		return err_in(e, "list links");
	}
	if (out->n > 1)
		qsort(out->link, out->n, sizeof(*out->link), by_index);
	return 0;
}

static char *
copy_of(const char *text)
{
	return text ? mem_strdup(text) : NULL;
}

void
scan_copy(const struct scan *s, struct scan *out)
{
	*out = (struct scan){ mem_grow(NULL, s->n + 1, sizeof(*s->link)),
		s->n };
	for (size_t i = 0; i < s->n; i++) {
		struct scan_link *l = &out->link[i];

		*l = s->link[i];
		l->zone = copy_of(l->zone);
		l->inside = copy_of(l->inside);
		l->root = copy_of(l->root);
		l->whole = copy_of(l->whole);
	}
}

void
scan_done(struct scan *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->link[i].zone);
		free(s->link[i].inside);
		free(s->link[i].root);
		free(s->link[i].whole);
	}
	free(s->link);
	*s = (struct scan){ 0 };
}

const struct scan_link *
scan_index(const struct scan *s, int index)
{
	const struct scan_link key = { .index = index };

	return s->n == 0
	    ? NULL
	    : bsearch(&key, s->link, s->n, sizeof(*s->link), by_index);
}

static void
less(struct scan_count *now, const struct scan_count *before)
{
	now->bytes -= before->bytes;
	now->packets -= before->packets;
	now->drops -= before->drops;
}

void
scan_since(struct scan *now, const struct scan *before)
{
	for (size_t i = 0; i < now->n; i++) {
		struct scan_link *l = &now->link[i];
		const struct scan_link *b = scan_index(before, l->index);

		/* Numbers are used again. */
		if (!b || !str_eq(b->name, l->name) ||
		    memcmp(b->mac, l->mac, sizeof(l->mac)) != 0 ||
		    b->rx.bytes > l->rx.bytes || b->tx.bytes > l->tx.bytes)
			continue;
		less(&l->rx, &b->rx);
		less(&l->tx, &b->tx);
	}
}
