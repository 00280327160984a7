/* SPDX-License-Identifier: ISC
 *
 * link - links, addresses, routes and neighbours: one request each. The socket
 * says in which network namespace.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "net/rtnl.h"
#include "net/spec.h"

struct link_info {
	int index;
	bool up;
	char name[NET_NAME_SIZE];
	char kind[16];    /* "bridge", "veth" ...; "" for hardware */
	char altname[80]; /* the first that there is */
	int master;       /* 0: none */
	unsigned port;    /* its number on a bridge: the lowest free, from 1 */
	unsigned mtu;
	uint8_t mac[6];
};

/* Look a link up by name (or second name). 1: found, 0: there is none. */
int link_find(struct mnl_socket *nl, const char *name, struct link_info *out,
    struct err *e) MUST_CHECK;
int link_find_index(struct mnl_socket *nl, int index, struct link_info *out,
    struct err *e) MUST_CHECK;

/* A pair: l->host here, l->name in the namespace peer_ns, both down. */
int link_veth(struct mnl_socket *nl, const struct net_link *l, unsigned mtu,
    int peer_ns, struct err *e) MUST_CHECK;
/* l->over, a macvlan over the link with this number. */
int link_macvlan(struct mnl_socket *nl, const struct net_link *l, int lower,
    struct err *e) MUST_CHECK;
/* A bridge without ports. */
int link_bridge(struct mnl_socket *nl, const char *name, const uint8_t mac[6],
    unsigned mtu, struct err *e) MUST_CHECK;
int link_vlan(struct mnl_socket *nl, const char *name, int lower, unsigned id,
    struct err *e) MUST_CHECK;

int link_delete(struct mnl_socket *nl, int index, struct err *e) MUST_CHECK;
int link_altname(struct mnl_socket *nl, int index, const char *altname,
    struct err *e) MUST_CHECK;
int link_up(struct mnl_socket *nl, int index, bool allmulti, struct err *e)
    MUST_CHECK;
/* The link gets no IPv6 address of its own accord, and so sends nothing when it
 * comes up (IN6_ADDR_GEN_MODE_NONE, Linux 3.17); an address added to it works.
 * Nothing to do where there is no IPv6. */
int link_quiet(struct mnl_socket *nl, int index, struct err *e) MUST_CHECK;
int link_move(struct mnl_socket *nl, int index, const char *name, int ns,
    struct err *e) MUST_CHECK;

/* A pair of links of this namespace, both down. */
int link_pair(struct mnl_socket *nl, const char *one, const char *other,
    unsigned mtu, struct err *e) MUST_CHECK;

/* What a port of a bridge is like: the bridge learns nothing from it and floods
 * it no frame for unknown addresses; sends it nothing from others that are
 * isolated; answers ARP for addresses behind it that it knows (proxyarp_wifi:
 * such a request is not flooded then). */
enum { LINK_PINNED = 1, LINK_ISOLATED = 2, LINK_ANSWERED = 4 };
int link_port(struct mnl_socket *nl, int index, int bridge, unsigned flags,
    struct err *e) MUST_CHECK;

/* bare: without the route that an address brings along. */
int addr_add(struct mnl_socket *nl, int index, const struct net_addr *a,
    bool bare, struct err *e) MUST_CHECK;

/* dst NULL: the default route. via NULL: on the link. */
struct link_route {
	int family;
	int index;
	const struct net_addr *dst; /* its address alone, whatever the prefix */
	const struct net_addr *via;
	bool onlink;
};
int route_add(struct mnl_socket *nl, const struct link_route *r, struct err *e)
    MUST_CHECK;

/* How the host reaches an address. *kind is RTN_*, *index the link, *exact
 * whether a route for this address alone exists. 1: found, 0: no route. */
struct link_reach {
	unsigned type;
	int index;
	bool exact;
	unsigned prefix;    /* of the route; 0: the default */
	uint8_t router[16]; /* zero: none */
};
int route_get(struct mnl_socket *nl, const struct net_addr *a,
    struct link_reach *out, struct err *e) MUST_CHECK;

/* Whether the link has an address of that family that others can reach. */
int addr_any(struct mnl_socket *nl, int index, struct net_addr *out,
    struct err *e) MUST_CHECK;

/* A neighbour for good (mac), or one the host answers for (mac NULL). */
int neigh_add(struct mnl_socket *nl, int index, const struct net_addr *a,
    const uint8_t *mac, struct err *e) MUST_CHECK;
int neigh_remove(struct mnl_socket *nl, int index, const struct net_addr *a,
    struct err *e) MUST_CHECK;
int neigh_unproxy(struct mnl_socket *nl, int index, const struct net_addr *a,
    struct err *e) MUST_CHECK;
/* The switch knows this address at this port, for good. */
int neigh_port(struct mnl_socket *nl, int index, const uint8_t mac[6],
    struct err *e) MUST_CHECK;

/* At most this many bits a second leave by the link. */
int link_shape(struct mnl_socket *nl, int index, uint64_t bits, struct err *e)
    MUST_CHECK;
