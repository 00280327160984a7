/* SPDX-License-Identifier: ISC
 *
 * spec - the links that a zone is to have: what zoned writes for zone-net, as
 * text, and the same as structures.
 *
 * One line names the zone, one each link; one, where a link is on the default
 * network, says what its addresses of IPv6 begin with, 48 bits:
 *
 *	zone NAME uuid=UUID root=ID
 *	ula PREFIX
 *	link KIND name=eth0 lower=eth0 address=A,B router=R ...
 *
 * The text is also the record of what was made: zone-net keeps it beside the
 * zone's run record, with the names it chose, and undoes what stands there.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/err.h"

enum {
	NET_NAME_SIZE = 16, /* IFNAMSIZ */
	NET_LINKS_MAX = 32,
	NET_ADDRS_MAX = 64, /* of one link */
	NET_PORTS_MAX = 64, /* forwarded, of one link */
	NET_TEXT_MAX = 64 * 1024,
	NET_ZONE_SIZE = 64,
};

enum net_kind {
	NET_SHARED, /* on the host's network, routed by the host */
	NET_LINK,   /* the zone's own, made at boot over or in lower */
	NET_NIC,    /* a link of the host, handed over */
};

/* What a link is held to, from outside. */
enum net_protect {
	NET_MAC_NOSPOOF = 1 << 0,
	NET_IP_NOSPOOF = 1 << 1,
	NET_DHCP_NOSPOOF = 1 << 2,
	NET_RESTRICTED = 1 << 3,
};

/* What lies below a NET_LINK: found out on the host, kept for the way down. */
enum net_below {
	NET_BELOW_UNKNOWN,
	NET_BELOW_SWITCH, /* a bridge: the link is a port of it */
	NET_BELOW_NIC,    /* another link: shared by macvlan */
	NET_BELOW_ALONE,  /* another link: nobody else's while the zone is up */
	NET_BELOW_NAT,    /* the default network: lower is the host's way out */
};

/* Where a link's address comes from, if it is not given. */
enum net_mac {
	NET_MAC_AUTO,    /* made of the zone's UUID: the same at each boot */
	NET_MAC_RANDOM,  /* a new one at each boot */
	NET_MAC_FACTORY, /* the one that the link below was made with */
};

struct net_addr {
	int family; /* AF_INET or AF_INET6 */
	unsigned prefix;
	uint8_t ip[16]; /* the first four of AF_INET */
};

struct net_addrs {
	struct net_addr a[NET_ADDRS_MAX];
	size_t n;
};

/* A port of the host whose packets go to one of the zone. */
struct net_port {
	uint8_t proto; /* IPPROTO_TCP or IPPROTO_UDP */
	uint16_t host;
	uint16_t zone;
};

struct net_ports {
	struct net_port p[NET_PORTS_MAX];
	size_t n;
};

struct net_link {
	enum net_kind kind;
	enum net_below below;
	char name[NET_NAME_SIZE];   /* inside the zone */
	char lower[NET_NAME_SIZE];  /* link of the host */
	char lower6[NET_NAME_SIZE]; /* where IPv6 goes, "": there too */
	char host[NET_NAME_SIZE];   /* the end on the host; "" until chosen */
	char over[NET_NAME_SIZE];   /* macvlan over lower; "" for none */
	uint8_t mac[6];             /* of the zone's end; zero: chosen */
	uint8_t host_mac[6];
	enum net_mac mac_from;
	uint8_t mac_prefix[3]; /* of one that is made; zero: ours */
	unsigned mtu;          /* 0: as lower */
	unsigned vlan;         /* 0: none */
	uint64_t maxbw;        /* bits a second; 0: no limit */
	unsigned protect;
	bool demand;    /* lower is a switch of zones, made on demand */
	bool isolated;  /* from other isolated ports of the switch */
	bool configure; /* addresses and routers are set inside */
	struct net_addrs address;
	struct net_addrs router;
	struct net_ports ports;
};

/* The host routes to it: its end is no port and no wire. */
static inline bool
net_is_routed(const struct net_link *l)
{
	return l->kind == NET_SHARED || l->below == NET_BELOW_NAT;
}

/* It may use addresses of IPv4 alone. */
static inline bool
net_is_held_to_ipv4(const struct net_link *l)
{
	if (l->address.n == 0 || !(l->protect & NET_IP_NOSPOOF))
		return false;
	for (size_t i = 0; i < l->address.n; i++) {
		if (l->address.a[i].family != AF_INET)
			return false;
	}
	return true;
}

/* The switch answers for its addresses: they are its own for good, and the
 * switch is ours. */
static inline bool
net_is_answered(const struct net_link *l)
{
	return l->below == NET_BELOW_SWITCH && l->demand &&
	    (l->protect & NET_MAC_NOSPOOF) && (l->protect & NET_IP_NOSPOOF);
}

/* The link of the host that packets of a family leave by. */
static inline const char *
net_lower(const struct net_link *l, bool ip6)
{
	return ip6 && *l->lower6 != '\0' ? l->lower6 : l->lower;
}

/* On the default network, whatever the host's way out is. */
#define NET_AUTO "auto"

/* In front of the name of a switch that zones make and remove. */
#define NET_SWITCH "switch:"

struct net_spec {
	char zone[NET_ZONE_SIZE];
	char uuid[40];
	char root[12];
	struct net_addr ula; /* family 0: none */
	struct net_link *link;
	size_t nlinks;
};

/* Read a text; host names in addresses are looked up where resolve says so.
 * Shared links over the same lower become one. */
int net_spec_parse(const char *text, bool resolve, struct net_spec *out,
    struct err *e) MUST_CHECK;
void net_spec_done(struct net_spec *spec);
#define _cleanup_net_spec __attribute__((cleanup(net_spec_done)))

/* The text again; the caller frees it. */
char *net_spec_print(const struct net_spec *spec);

/* Addresses of all links that are not set yet: always the same for the same
 * zone, unlike those of others; or random ones. */
int net_spec_macs(struct net_spec *spec, struct err *e) MUST_CHECK;

static inline size_t
net_addr_len(const struct net_addr *a)
{
	return a->family == AF_INET ? 4 : 16;
}

#define NET_ADDR_TEXT 64
const char *net_addr_text(const struct net_addr *a, char buf[NET_ADDR_TEXT]);
/* "8080:80/tcp" */
#define NET_PORT_TEXT 24
const char *net_port_text(const struct net_port *p, char buf[NET_PORT_TEXT]);
#define NET_MAC_TEXT 18
const char *net_mac_text(const uint8_t mac[6], char buf[NET_MAC_TEXT]);
int net_mac_parse(const char *text, uint8_t mac[6]);

/* A stable number for naming things: of the texts, joined. */
uint64_t net_hash(const char *a, const char *b, unsigned n);
