/* SPDX-License-Identifier: ISC
 *
 * plan - the steps that give a zone its links: pure, in order, as text for
 * tests. Names are chosen by then (net/settle.h).
 */
#pragma once

#include <stddef.h>

#include "net/spec.h"

/* One step; how each is done and undone stands in apply.c. */
enum net_op_kind {
	NET_OP_SWITCH,     /* made where it is not there */
	NET_OP_VETH,       /* a pair: host end here, the other in the zone */
	NET_OP_ALTNAME,    /* ZONE:LINK, for people */
	NET_OP_MACVLAN,    /* over the lower link */
	NET_OP_QUIET,      /* our ends have no IPv6 of their own */
	NET_OP_ZONE_QUIET, /* nor has the zone's, which may not use it */
	NET_OP_TAKE,       /* the lower link is this zone's while it is up */
	NET_OP_CLAIM,      /* addresses and ports are this zone's */
	NET_OP_UPLINK,     /* the lower link forwards and answers; by family */
	NET_OP_END,        /* the host end routes */
	NET_OP_PORT,       /* the host end is a port of the switch */
	NET_OP_ANSWER,     /* the switch answers for an address of its */
	NET_OP_SHAPE,      /* bandwidth towards the zone */
	NET_OP_GUARD,      /* all rules of the zone, once */
	NET_OP_HOST_UP,
	NET_OP_OVER_UP,
	NET_OP_MOVE, /* the lower link goes into the zone */
	NET_OP_ZONE_UP,
	NET_OP_ADDRESS, /* in the zone */
	NET_OP_BARE,    /* in the zone, reached by the gateway alone */
	NET_OP_NEIGH,   /* the host knows where the address is */
	NET_OP_ROUTE,   /* and routes it there */
	NET_OP_PROXY,   /* and answers for it on the lower link */
	NET_OP_GATEWAY, /* in the zone: all goes to the host; by family */
	NET_OP_DEFAULT, /* in the zone: default router */
	NET_OP_KINDS,
};

struct net_op {
	enum net_op_kind kind;
	unsigned link;             /* place in the spec */
	int family;                /* where the row says so, else 0 */
	const struct net_addr *at; /* or NULL */
};

struct net_plan {
	struct net_op *op;
	size_t n;
};

void net_plan_make(const struct net_spec *spec, struct net_plan *out);
void net_plan_done(struct net_plan *plan);

/* One step a line; the caller frees it. */
char *net_plan_print(const struct net_spec *spec, const struct net_plan *plan);

/* The link's name, for errors. */
const char *net_link_label(const struct net_link *l);
