/* SPDX-License-Identifier: ISC
 *
 * settle - what the plan needs to know of this host.
 */
#include "net/settle.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/str.h"
#include "net/link.h"
#include "net/plan.h"
#include "net/uplink.h"

enum { MTU_MOST = 1500 };

char *
net_altname(const struct net_spec *s, const struct net_link *l)
{
	if (str_eq(s->root, "0"))
		return mem_printf("%s:%s", s->zone, l->name);
	return mem_printf("%s:%s@%s", s->zone, l->name, s->root);
}

/* --- names ---------------------------------------------------------------- */

/* Free for us: nobody has it, or it is what a killed one of ours left, which
 * goes. */
static int
name_is_free(struct mnl_socket *nl, const char *name, const char *altname,
    struct err *e)
{
	struct link_info info;
	int rc = link_find(nl, name, &info, e);

	if (rc == -1)
		return -1;
	if (rc == 0)
		return 1;
	if (!str_eq(info.altname, altname))
		return 0;
	return link_delete(nl, info.index, e) == -1 ? -1 : 1;
}

/* ZONE and a number where that fits and is free, else what is made of a hash:
 * short, and always the same. */
static int
choose_name(struct mnl_socket *nl, const struct net_spec *s, unsigned i,
    const char *suffix, char out[NET_NAME_SIZE], struct err *e)
{
	_autofree char *altname = net_altname(s, &s->link[i]);
	_autofree char *full = mem_printf("%s%u%s", s->zone, i, suffix);
	_autofree char *hashed = mem_printf("z%08x%u%s",
	    (unsigned)net_hash(s->root, s->zone, 0), i, suffix);
	const char *const names[] = { full, hashed };

	if (*suffix != '\0') {
		char *longer = mem_printf("%s%s", altname, suffix);

		free(altname);
		altname = longer;
	}
	for (size_t k = 0; k < ARRAY_LEN(names); k++) {
		int rc;

		if (strlen(names[k]) >= NET_NAME_SIZE)
			continue;
		rc = name_is_free(nl, names[k], altname, e);
		if (rc == -1)
			return -1;
		if (rc == 1) {
			(void)snprintf(out, NET_NAME_SIZE, "%s", names[k]);
			return 0;
		}
	}
	return err_set(e, EEXIST,
	    "the names '%s' and '%s' belong to other links; 'ip link' shows "
	    "them",
	    full, hashed);
}

/* --- links below ---------------------------------------------------------- */

int
net_link_unused(struct mnl_socket *nl, const struct link_info *info,
    struct err *e)
{
	struct net_addr a;
	char text[NET_ADDR_TEXT];
	int rc;

	if (info->master != 0) {
		struct link_info master = { 0 };

		if (link_find_index(nl, info->master, &master, e) == -1)
			return -1;
		return err_set(e, EBUSY,
		    "link '%s' is used in the global zone: it belongs to '%s'",
		    info->name, master.name);
	}
	rc = addr_any(nl, info->index, &a, e);
	if (rc != 1)
		return rc;
	return err_set(e, EBUSY,
	    "link '%s' is used in the global zone: it has address %s",
	    info->name, net_addr_text(&a, text));
}

/* One that zones made, or will: by its second name it is known. */
static int
look_at_switch(struct net_link *l, const struct link_info *info, struct err *e)
{
	_autofree char *mark = mem_printf(NET_SWITCH "%s", l->lower);
	unsigned mtu = info ? info->mtu : MTU_MOST;

	if (info &&
	    (!str_eq(info->kind, "bridge") || !str_eq(info->altname, mark)))
		return err_set(e, EEXIST,
		    "switch '%s': the global zone has a link of that name that "
		    "is its own; use another name, or 'set lower-link=%s' if "
		    "it is a bridge",
		    l->lower, l->lower);
	if (l->mtu > mtu)
		return err_set(e, EINVAL, "mtu %u is more than the %u of '%s'",
		    l->mtu, mtu, l->lower);
	l->below = NET_BELOW_SWITCH;
	l->mtu = l->mtu == 0 ? mtu : l->mtu;
	return 0;
}

int
net_bridge_make(struct mnl_socket *nl, const char *name, const char *altname,
    unsigned mtu, struct link_info *out, struct err *e)
{
	uint64_t h = net_hash(altname, "", 0);
	uint8_t mac[6] = { 0x02 };
	int rc;

	memcpy(mac + 1, &h, 5);
	if (link_bridge(nl, name, mac, mtu == 0 ? MTU_MOST : mtu, e) == -1 ||
	    uplink_mute(name, e) == -1)
		return -1;
	rc = link_find(nl, name, out, e);
	if (rc != 1)
		return rc == -1 ? -1
				: err_set(e, ENODEV, "link '%s' is gone", name);
	if (link_altname(nl, out->index, altname, e) == -1)
		return -1;
	return link_up(nl, out->index, false, e);
}

int
net_switch_make(struct mnl_socket *nl, const char *name, unsigned mtu,
    struct err *e)
{
	_autofree char *mark = mem_printf(NET_SWITCH "%s", name);
	struct link_info ignored;

	return net_bridge_make(nl, name, mark, mtu, &ignored, e);
}

/* What is made by default when a link is given: a port of a switch, else a
 * link of its own over it. */
static int
look_below(struct mnl_socket *nl, struct net_link *l, struct err *e)
{
	struct link_info info = { 0 };
	int rc = link_find(nl, l->lower, &info, e);

	if (rc == -1)
		return -1;
	if (l->demand)
		return look_at_switch(l, rc == 1 ? &info : NULL, e);
	if (rc == 0)
		return err_set(e, ENODEV,
		    "the global zone has no link '%s'; 'ip link' shows those "
		    "it has",
		    l->lower);
	if (str_eq(l->lower, "lo"))
		return err_set(e, EINVAL,
		    "'lo' is the loopback link, over which none can be made; "
		    "'ip link' shows the others");
	if (l->mtu == 0)
		l->mtu = info.mtu;
	else if (l->mtu > info.mtu)
		return err_set(e, EINVAL, "mtu %u is more than the %u of '%s'",
		    l->mtu, info.mtu, l->lower);
	if (l->kind == NET_NIC)
		return net_link_unused(nl, &info, e);
	if (l->kind == NET_SHARED)
		return 0;
	if (str_eq(info.kind, "bridge"))
		l->below = NET_BELOW_SWITCH;
	else if (l->below == NET_BELOW_UNKNOWN)
		l->below = NET_BELOW_NIC;
	if (l->below == NET_BELOW_ALONE) {
		if (net_link_unused(nl, &info, e) == -1)
			return -1;
		/* The wire knows it by this address. */
		memcpy(l->mac, info.mac, 6);
	}
	return 0;
}

/* --- addresses ------------------------------------------------------------ */

/* Somebody on this host has it: the host itself, or another zone. */
static int
is_free_here(struct mnl_socket *nl, const struct net_addr *a, struct err *e)
{
	struct link_reach reach;
	struct link_info info = { 0 };
	char text[NET_ADDR_TEXT];
	int rc = route_get(nl, a, &reach, e);

	if (rc != 1)
		return rc;
	(void)net_addr_text(a, text);
	*strchr(text, '/') = '\0';
	if (reach.type == RTN_LOCAL)
		return err_set(e, EADDRINUSE,
		    "address %s is in use by the global zone", text);
	if (!reach.exact || link_find_index(nl, reach.index, &info, e) != 1)
		return 0;
	if (*info.altname != '\0' && strchr(info.altname, ':'))
		*strchr(info.altname, ':') = '\0';
	else
		return 0;
	return err_set(e, EADDRINUSE, "address %s is in use by zone '%s'", text,
	    info.altname);
}

static int
check_addresses(struct mnl_socket *nl, const struct net_link *l, struct err *e)
{
	if (!net_is_routed(l))
		return 0;
	for (size_t i = 0; i < l->address.n; i++) {
		if (is_free_here(nl, &l->address.a[i], e) == -1)
			return -1;
	}
	return 0;
}

/* Two links of one name inside. */
static int
check_names(const struct net_spec *s, unsigned i, struct err *e)
{
	if (str_eq(s->link[i].name, "lo"))
		return err_set(e, EEXIST, "the zone has a link 'lo' already");
	for (unsigned k = 0; k < i; k++) {
		if (str_eq(s->link[k].name, s->link[i].name))
			return err_set(e, EEXIST,
			    "the zone has two links of that name; 'set "
			    "linkname' of one");
	}
	return 0;
}

static bool
on_default_network(const struct net_link *l)
{
	return l->kind == NET_LINK && str_eq(l->lower, NET_AUTO);
}

/* What a configuration can say and cannot be done yet is an error: a zone must
 * not believe that it is kept to something. */
static int
check_possible(const struct net_link *l, struct err *e)
{
	static const uint8_t none[6];

	if (l->vlan != 0)
		return err_set(e, EOPNOTSUPP,
		    "vlan-id %u: make the VLAN's link in the global zone and "
		    "name that one",
		    l->vlan);
	if ((l->kind == NET_NIC || l->below == NET_BELOW_ALONE) &&
	    memcmp(l->mac, none, 6) != 0)
		return err_set(e, EINVAL,
		    "mac-addr: '%s' is handed over with the address that it "
		    "has; 'clear mac-addr', or set global-nic",
		    l->lower);
	if (l->mac_from == NET_MAC_FACTORY && l->kind != NET_NIC &&
	    l->below != NET_BELOW_ALONE)
		return err_set(e, EOPNOTSUPP,
		    "mac-address=factory: the one that '%s' was made with is "
		    "in use by the global zone; 'set mac-address=auto', or hand "
		    "the link over with 'add net'",
		    l->lower);
	if (on_default_network(l) && l->router.n > 0)
		return err_set(e, EINVAL,
		    "defrouter: the default network has a router of its own; "
		    "'clear defrouter', or set lower-link");
	if (!on_default_network(l) && l->ports.n > 0)
		return err_set(e, EINVAL,
		    "port-forward: the zone has an address of its own on '%s'; "
		    "'clear port-forward', or 'set lower-link=auto'",
		    l->lower);
	if (!on_default_network(l) && (l->protect & NET_IP_NOSPOOF) &&
	    l->address.n == 0)
		return err_set(e, EINVAL,
		    "link-protection ip-nospoof needs allowed-address");
	return 0;
}

/* --- the default network -------------------------------------------------- */

/* 198.18.0.0/15: set aside for trying out machines (RFC 2544), so that no other
 * network of a host's or of a site's is likely to be in the way. */
enum { POOL = 198 << 24 | 18 << 16, POOL_BITS = 17, TRIES = 64 };
static const unsigned pool_prefix = 32 - POOL_BITS;

/* The whole of it in the first network of the host's prefix (RFC 4193). */
static struct net_addr
pool6_address(const struct net_spec *s, unsigned link, unsigned attempt)
{
	struct net_addr a = s->ula;
	uint64_t h = net_hash(s->uuid, "default network, IPv6",
	    link + attempt * NET_LINKS_MAX);

	a.prefix = 128;
	memcpy(a.ip + 8, &h, sizeof(h));
	return a;
}

/* Always the same for the same zone, unless another one has it. Neither the
 * first nor the last of 256: some programs take those for something else. */
static struct net_addr
pool_address(const struct net_spec *s, unsigned link, unsigned attempt)
{
	uint32_t h = (uint32_t)net_hash(s->uuid, "default network", link);
	uint32_t n = (h + attempt * 257) & ((1U << POOL_BITS) - 1);
	uint32_t last = n & 0xff;
	struct net_addr a = { .family = AF_INET, .prefix = 32 };

	if (last == 0 || last == 255)
		n ^= 0x80;
	n = htonl((uint32_t)POOL | n);
	memcpy(a.ip, &n, 4);
	return a;
}

static int
claim_address(const struct net_spec *s, const struct net_addr *a, struct err *e)
{
	char text[NET_ADDR_TEXT];

	(void)net_addr_text(a, text);
	*strchr(text, '/') = '\0';
	return claim_take(s, text, e);
}

/* A network that the host reaches by a route of its own is not ours to use. */
static int
pool_is_free(struct mnl_socket *nl, struct err *e)
{
	struct net_addr first = { .family = AF_INET,
		.prefix = pool_prefix,
		.ip = { POOL >> 24 & 0xff, POOL >> 16 & 0xff } };
	struct link_reach reach;
	int rc = route_get(nl, &first, &reach, e);

	if (rc != 1 || reach.prefix < 8)
		return rc == -1 ? -1 : 0;
	return err_set(e, EADDRINUSE,
	    "the default network, 198.18.0.0/15, is a network that the global "
	    "zone has a route to; 'set allowed-address' to another address, or "
	    "set lower-link");
}

/* The first of an array of addresses that nobody has. */
static int
choose_one(struct mnl_socket *nl, const struct net_spec *s, unsigned i,
    struct net_addr (*nth)(const struct net_spec *, unsigned, unsigned),
    struct err *e)
{
	struct net_link *l = &s->link[i];

	for (unsigned k = 0; k < TRIES; k++) {
		struct net_addr a = nth(s, i, k);

		if (is_free_here(nl, &a, e) == 0 &&
		    claim_address(s, &a, e) == 0) {
			l->address.a[l->address.n++] = a;
			return 0;
		}
		if (e->code != EADDRINUSE && e->code != EEXIST)
			return -1;
	}
	return err_set(e, EADDRNOTAVAIL,
	    "the default network has no address left; 'set allowed-address'");
}

static int
choose_address(struct mnl_socket *nl, const struct net_spec *s, unsigned i,
    struct err *e)
{
	const struct net_addrs *given = &s->link[i].address;

	for (size_t k = 0; k < given->n; k++) {
		if (claim_address(s, &given->a[k], e) == -1)
			return -1;
	}
	if (given->n > 0)
		return 0;
	if (pool_is_free(nl, e) == -1 ||
	    choose_one(nl, s, i, pool_address, e) == -1)
		return -1;
	if (s->ula.family == 0 || !uplink_can6())
		return 0;
	return choose_one(nl, s, i, pool6_address, e);
}

/* Somewhere that only a default route leads to. */
static const struct net_addr far4 = { .family = AF_INET,
	.prefix = 32,
	.ip = { 192, 0, 2, 1 } };
static const struct net_addr far6 = { .family = AF_INET6,
	.prefix = 128,
	.ip = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };

/* The link that the host's own packets to somewhere leave by. 1: found. */
static int
way_to(struct mnl_socket *nl, const struct net_addr *far,
    struct link_info *info, struct err *e)
{
	struct link_reach reach = { 0 };
	int rc = route_get(nl, far, &reach, e);

	if (rc == 1 && reach.type == RTN_UNICAST && reach.index != 0)
		return link_find_index(nl, reach.index, info, e);
	return rc == -1 ? -1 : 0;
}

/* The way out is where the host's own goes; without one, zones reach each other
 * and the host. */
static int
find_way_out(struct mnl_socket *nl, struct net_link *l, struct err *e)
{
	struct link_info info = { 0 };
	struct link_info info6 = { 0 };
	int rc = way_to(nl, &far4, &info, e);
	int rc6 = way_to(nl, &far6, &info6, e);
	unsigned mtu = MTU_MOST;

	if (rc == -1 || rc6 == -1)
		return -1;
	(void)snprintf(l->lower, sizeof(l->lower), "%s",
	    rc == 1 ? info.name : "lo");
	(void)snprintf(l->lower6, sizeof(l->lower6), "%s",
	    rc6 == 1 ? info6.name : "lo");
	if (rc == 1 && info.mtu < mtu)
		mtu = info.mtu;
	if (rc6 == 1 && info6.mtu < mtu)
		mtu = info6.mtu;
	if (l->mtu == 0)
		l->mtu = mtu;
	return 0;
}

static int
settle_default(struct mnl_socket *nl, const struct net_spec *s, unsigned i,
    struct err *e)
{
	struct net_link *l = &s->link[i];

	l->below = NET_BELOW_NAT;
	if (find_way_out(nl, l, e) == -1 || check_addresses(nl, l, e) == -1)
		return -1;
	return choose_address(nl, s, i, e);
}

/* A shared zone's packets go where the host's own go: a router is one to agree
 * with, or an error. */
static int
settle_router(struct mnl_socket *nl, struct net_link *l, struct err *e)
{
	struct link_info lower = { 0 };
	char text[NET_ADDR_TEXT];

	if (l->router.n > 0 && link_find(nl, l->lower, &lower, e) == -1)
		return -1;
	for (size_t i = 0; i < l->router.n; i++) {
		const struct net_addr *r = &l->router.a[i];
		bool v4 = r->family == AF_INET;
		struct link_reach reach = { 0 };
		int rc = route_get(nl, v4 ? &far4 : &far6, &reach, e);

		if (rc == -1)
			return -1;
		if (rc == 1 && reach.index == lower.index &&
		    memcmp(reach.router, r->ip, v4 ? 4 : 16) == 0)
			continue;
		(void)net_addr_text(r, text);
		*strchr(text, '/') = '\0';
		return err_set(e, EOPNOTSUPP,
		    "defrouter %s: with ip-type=shared the routes of the "
		    "global zone hold, and its default route is not by that "
		    "router; 'clear defrouter', or 'set ip-type=exclusive'",
		    text);
	}
	l->router.n = 0;
	return 0;
}

/* Nobody else's while the zone is up, also where nothing on it shows that. */
static char *
link_claim(const struct net_link *l)
{
	if (l->kind == NET_NIC || l->below == NET_BELOW_ALONE)
		return mem_printf("link %s", l->lower);
	return NULL;
}

static int
claim_link(const struct net_spec *s, const struct net_link *l, struct err *e)
{
	_autofree char *what = link_claim(l);

	return what ? claim_take(s, what, e) : 0;
}

static int
settle_below(struct mnl_socket *nl, struct net_spec *s, unsigned i,
    struct err *e)
{
	struct net_link *l = &s->link[i];

	if (on_default_network(l))
		return settle_default(nl, s, i, e);
	if (look_below(nl, l, e) == -1 || claim_link(s, l, e) == -1)
		return -1;
	if (l->isolated && l->below != NET_BELOW_SWITCH)
		return err_set(e, EINVAL,
		    "isolated: '%s' is no switch; 'clear isolated'", l->lower);
	if (l->kind == NET_SHARED && settle_router(nl, l, e) == -1)
		return -1;
	return check_addresses(nl, l, e);
}

static int
settle_link(struct mnl_socket *nl, struct net_spec *s, unsigned i,
    struct err *e)
{
	struct net_link *l = &s->link[i];

	if (*l->name == '\0')
		(void)snprintf(l->name, sizeof(l->name), "%s", l->lower);
	if (check_possible(l, e) == -1 || check_names(s, i, e) == -1 ||
	    settle_below(nl, s, i, e) == -1)
		return -1;
	if (l->kind == NET_NIC)
		return 0;
	if (choose_name(nl, s, i, "", l->host, e) == -1)
		return -1;
	if (l->below != NET_BELOW_NIC)
		return 0;
	return choose_name(nl, s, i, "m", l->over, e);
}

void
net_unsettle(const struct net_spec *s)
{
	for (size_t i = 0; i < s->nlinks; i++) {
		const struct net_addrs *list = &s->link[i].address;
		_autofree char *what = link_claim(&s->link[i]);

		if (what)
			claim_drop(s, what);

		for (size_t k = 0;
		     s->link[i].below == NET_BELOW_NAT && k < list->n; k++) {
			char text[NET_ADDR_TEXT];

			(void)net_addr_text(&list->a[k], text);
			*strchr(text, '/') = '\0';
			claim_drop(s, text);
		}
	}
}

int
net_settle(struct mnl_socket *nl, struct net_spec *s, struct err *e)
{
	for (unsigned i = 0; i < s->nlinks; i++) {
		if (settle_link(nl, s, i, e) == 0)
			continue;
		net_unsettle(s);
		return err_in(e, "net '%s'", net_link_label(&s->link[i]));
	}
	if (net_spec_macs(s, e) == 0)
		return 0;
	net_unsettle(s);
	return -1;
}
