/* SPDX-License-Identifier: ISC
 *
 * plan - the steps that give a zone its links.
 */
#include "net/plan.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/mem.h"

static const char *const words[NET_OP_KINDS] = {
	[NET_OP_SWITCH] = "switch",
	[NET_OP_VETH] = "veth",
	[NET_OP_ALTNAME] = "altname",
	[NET_OP_MACVLAN] = "macvlan",
	[NET_OP_QUIET] = "quiet",
	[NET_OP_ZONE_QUIET] = "zone quiet",
	[NET_OP_TAKE] = "take",
	[NET_OP_CLAIM] = "claim",
	[NET_OP_UPLINK] = "uplink",
	[NET_OP_END] = "end",
	[NET_OP_PORT] = "port",
	[NET_OP_ANSWER] = "answer",
	[NET_OP_SHAPE] = "shape",
	[NET_OP_GUARD] = "guard",
	[NET_OP_HOST_UP] = "up",
	[NET_OP_OVER_UP] = "up-over",
	[NET_OP_MOVE] = "move",
	[NET_OP_ZONE_UP] = "zone up",
	[NET_OP_ADDRESS] = "zone address",
	[NET_OP_BARE] = "zone address bare",
	[NET_OP_NEIGH] = "neighbour",
	[NET_OP_ROUTE] = "route",
	[NET_OP_PROXY] = "proxy",
	[NET_OP_GATEWAY] = "zone gateway",
	[NET_OP_DEFAULT] = "zone default",
};

const char *
net_link_label(const struct net_link *l)
{
	return *l->name != '\0' ? l->name : l->lower;
}

static void
add(struct net_plan *p, enum net_op_kind kind, unsigned link, int family,
    const struct net_addr *at)
{
	p->op = mem_grow(p->op, p->n + 1, sizeof(*p->op));
	p->op[p->n++] = (struct net_op){ kind, link, family, at };
}

static bool
has(const struct net_addrs *list, int family)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->a[i].family == family)
			return true;
	}
	return false;
}

/* --- before the rules: links that carry nothing yet ----------------------- */

static void
make_links(const struct net_spec *s, struct net_plan *p, unsigned i)
{
	const struct net_link *l = &s->link[i];

	if (l->kind == NET_NIC) {
		add(p, NET_OP_MOVE, i, 0, NULL);
		return;
	}
	if (l->demand)
		add(p, NET_OP_SWITCH, i, 0, NULL);
	add(p, NET_OP_VETH, i, 0, NULL);
	add(p, NET_OP_ALTNAME, i, 0, NULL);
	if (net_is_routed(l))
		add(p, NET_OP_END, i, 0, NULL);
	if (l->below == NET_BELOW_NIC)
		add(p, NET_OP_MACVLAN, i, 0, NULL);
	if (!net_is_routed(l))
		add(p, NET_OP_QUIET, i, 0, NULL);
	if (!net_is_routed(l) && net_is_held_to_ipv4(l))
		add(p, NET_OP_ZONE_QUIET, i, 0, NULL);
	if (l->below == NET_BELOW_ALONE)
		add(p, NET_OP_TAKE, i, 0, NULL);
	if (l->maxbw > 0)
		add(p, NET_OP_SHAPE, i, 0, NULL);
}

static void
make_uplinks(const struct net_spec *s, struct net_plan *p, unsigned i)
{
	const struct net_link *l = &s->link[i];

	if (!net_is_routed(l))
		return;
	if (l->below == NET_BELOW_NAT)
		add(p, NET_OP_CLAIM, i, 0, NULL);
	if (has(&l->address, AF_INET))
		add(p, NET_OP_UPLINK, i, AF_INET, NULL);
	if (has(&l->address, AF_INET6))
		add(p, NET_OP_UPLINK, i, AF_INET6, NULL);
}

/* --- behind them ------------------------------------------------------------
 */

static void
open_links(const struct net_spec *s, struct net_plan *p, unsigned i)
{
	const struct net_link *l = &s->link[i];

	if (l->kind == NET_NIC)
		return;
	if (l->below == NET_BELOW_SWITCH)
		add(p, NET_OP_PORT, i, 0, NULL);
	for (size_t k = 0; net_is_answered(l) && k < l->address.n; k++) {
		if (l->address.a[k].family == AF_INET)
			add(p, NET_OP_ANSWER, i, 0, &l->address.a[k]);
	}
	add(p, NET_OP_HOST_UP, i, 0, NULL);
	if (l->below == NET_BELOW_NIC || l->below == NET_BELOW_ALONE)
		add(p, NET_OP_OVER_UP, i, 0, NULL);
}

/* What is set inside is set by us. */
static bool
is_configured(const struct net_link *l)
{
	return l->kind == NET_SHARED || l->configure;
}

static void
routed_addresses(const struct net_spec *s, struct net_plan *p, unsigned i)
{
	const struct net_link *l = &s->link[i];

	if (is_configured(l))
		add(p, NET_OP_ZONE_UP, i, 0, NULL);
	for (size_t k = 0; k < l->address.n; k++) {
		if (is_configured(l))
			add(p, NET_OP_BARE, i, 0, &l->address.a[k]);
		add(p, NET_OP_NEIGH, i, 0, &l->address.a[k]);
		add(p, NET_OP_ROUTE, i, 0, &l->address.a[k]);
		if (l->kind == NET_SHARED)
			add(p, NET_OP_PROXY, i, 0, &l->address.a[k]);
	}
}

static void
own_addresses(const struct net_spec *s, struct net_plan *p, unsigned i)
{
	const struct net_link *l = &s->link[i];

	if (!l->configure || l->address.n == 0)
		return;
	add(p, NET_OP_ZONE_UP, i, 0, NULL);
	for (size_t k = 0; k < l->address.n; k++)
		add(p, NET_OP_ADDRESS, i, 0, &l->address.a[k]);
	for (size_t k = 0; k < l->router.n; k++)
		add(p, NET_OP_DEFAULT, i, 0, &l->router.a[k]);
}

/* A router that somebody chose. */
static bool
has_router(const struct net_spec *s, int family)
{
	for (size_t i = 0; i < s->nlinks; i++) {
		if (has(&s->link[i].router, family))
			return true;
	}
	return false;
}

/* A zone's way out is by the first link that has an address of the family. */
static void
gateways(const struct net_spec *s, struct net_plan *p)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (size_t f = 0; f < ARRAY_LEN(families); f++) {
		if (has_router(s, families[f]))
			continue;
		for (unsigned i = 0; i < s->nlinks; i++) {
			const struct net_link *l = &s->link[i];

			if (!net_is_routed(l) || !is_configured(l) ||
			    !has(&l->address, families[f]))
				continue;
			add(p, NET_OP_GATEWAY, i, families[f], NULL);
			break;
		}
	}
}

void
net_plan_make(const struct net_spec *s, struct net_plan *out)
{
	struct net_plan p = { 0 };

	for (unsigned i = 0; i < s->nlinks; i++)
		make_links(s, &p, i);
	for (unsigned i = 0; i < s->nlinks; i++)
		make_uplinks(s, &p, i);
	add(&p, NET_OP_GUARD, 0, 0, NULL);
	for (unsigned i = 0; i < s->nlinks; i++) {
		open_links(s, &p, i);
		if (net_is_routed(&s->link[i]))
			routed_addresses(s, &p, i);
		else
			own_addresses(s, &p, i);
	}
	gateways(s, &p);
	*out = p;
}

void
net_plan_done(struct net_plan *plan)
{
	free(plan->op);
	*plan = (struct net_plan){ 0 };
}

/* --- text ----------------------------------------------------------------- */

/* Whose name a step shows. */
enum whose { HOST, LOWER, INSIDE, NOBODY };
static const enum whose whose[NET_OP_KINDS] = {
	[NET_OP_SWITCH] = LOWER,
	[NET_OP_TAKE] = LOWER,
	[NET_OP_UPLINK] = LOWER,
	[NET_OP_PROXY] = LOWER,
	[NET_OP_ANSWER] = LOWER,
	[NET_OP_MOVE] = LOWER,
	[NET_OP_GUARD] = NOBODY,
	[NET_OP_ZONE_UP] = INSIDE,
	[NET_OP_ZONE_QUIET] = INSIDE,
	[NET_OP_ADDRESS] = INSIDE,
	[NET_OP_BARE] = INSIDE,
	[NET_OP_GATEWAY] = INSIDE,
	[NET_OP_DEFAULT] = INSIDE,
};

static char *
detail(const struct net_op *op, const struct net_link *l)
{
	const char *const names[] = { [HOST] = l->host,
		[LOWER] = net_lower(l, op->family == AF_INET6),
		[INSIDE] = net_link_label(l) };
	char mac[NET_MAC_TEXT];
	char mac2[NET_MAC_TEXT];

	if (op->kind == NET_OP_VETH)
		return mem_printf(" %s to %s mac %s host-mac %s", l->host,
		    l->name, net_mac_text(l->mac, mac),
		    net_mac_text(l->host_mac, mac2));
	if (op->kind == NET_OP_MACVLAN)
		return mem_printf(" %s over %s", l->over, l->lower);
	if (op->kind == NET_OP_PORT)
		return mem_printf(" %s of %s", l->host, l->lower);
	if (op->kind == NET_OP_SHAPE)
		return mem_printf(" %s %llu", l->host,
		    (unsigned long long)l->maxbw);
	if (whose[op->kind] == NOBODY)
		return mem_strdup("");
	return mem_printf(" %s", names[whose[op->kind]]);
}

char *
net_plan_print(const struct net_spec *s, const struct net_plan *plan)
{
	char *text = mem_strdup("");

	for (size_t i = 0; i < plan->n; i++) {
		const struct net_op *op = &plan->op[i];
		_autofree char *more = detail(op, &s->link[op->link]);
		_autofree char *front = text;
		char addr[NET_ADDR_TEXT] = "";

		if (op->at)
			(void)net_addr_text(op->at, addr);
		text = mem_printf("%s%s%s%s%s%s\n", front, words[op->kind],
		    more, *addr != '\0' ? " " : "", addr,
		    op->family == 0             ? ""
			: op->family == AF_INET ? " ipv4"
						: " ipv6");
	}
	return text;
}
