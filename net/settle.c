/* SPDX-License-Identifier: ISC
 *
 * settle - what the plan needs to know of this host.
 */
#include "net/settle.h"

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
	    "the names '%s' and '%s' belong to other links", full, hashed);
}

/* --- links below ---------------------------------------------------------- */

static int
is_unused(struct mnl_socket *nl, const struct link_info *info, struct err *e)
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

/* What is made by default when a link is given: a port of a switch, else a
 * link of its own over it. */
static int
look_below(struct mnl_socket *nl, struct net_link *l, struct err *e)
{
	struct link_info info = { 0 };
	int rc = link_find(nl, l->lower, &info, e);

	if (rc == -1)
		return -1;
	if (rc == 0)
		return err_set(e, ENODEV,
		    "the global zone has no link '%s'; 'ip link' shows those "
		    "it has",
		    l->lower);
	if (l->mtu == 0)
		l->mtu = info.mtu;
	else if (l->mtu > info.mtu)
		return err_set(e, EINVAL, "mtu %u is more than the %u of '%s'",
		    l->mtu, info.mtu, l->lower);
	if (l->kind == NET_NIC)
		return is_unused(nl, &info, e);
	if (l->kind == NET_SHARED)
		return 0;
	if (str_eq(info.kind, "bridge"))
		l->below = NET_BELOW_SWITCH;
	else if (l->below == NET_BELOW_UNKNOWN)
		l->below = NET_BELOW_NIC;
	if (l->below == NET_BELOW_ALONE) {
		if (is_unused(nl, &info, e) == -1)
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
	if (l->kind != NET_SHARED)
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

/* What a configuration can say and cannot be done yet is an error: a zone must
 * not believe that it is kept to something. */
static int
check_possible(const struct net_link *l, struct err *e)
{
	if (l->vlan != 0)
		return err_set(e, EOPNOTSUPP,
		    "vlan-id %u: make the VLAN's link in the global zone and "
		    "name that one",
		    l->vlan);
	if (l->kind == NET_SHARED && l->router.n > 0)
		return err_set(e, EOPNOTSUPP,
		    "defrouter: with ip-type=shared the routes of the global "
		    "zone hold; 'clear defrouter', or 'set ip-type=exclusive'");
	if (l->kind != NET_SHARED && str_eq(l->lower, "auto"))
		return err_set(e, EINVAL,
		    "lower-link=auto finds none; 'set lower-link' to a link or "
		    "a bridge of the global zone");
	if ((l->protect & NET_IP_NOSPOOF) && l->address.n == 0)
		return err_set(e, EINVAL,
		    "link-protection ip-nospoof needs allowed-address");
	return 0;
}

static int
settle_link(struct mnl_socket *nl, struct net_spec *s, unsigned i,
    struct err *e)
{
	struct net_link *l = &s->link[i];

	if (*l->name == '\0')
		(void)snprintf(l->name, sizeof(l->name), "%s", l->lower);
	if (check_possible(l, e) == -1 || check_names(s, i, e) == -1 ||
	    look_below(nl, l, e) == -1 || check_addresses(nl, l, e) == -1)
		return -1;
	if (l->kind == NET_NIC)
		return 0;
	if (choose_name(nl, s, i, "", l->host, e) == -1)
		return -1;
	if (l->below != NET_BELOW_NIC)
		return 0;
	return choose_name(nl, s, i, "m", l->over, e);
}

int
net_settle(struct mnl_socket *nl, struct net_spec *s, struct err *e)
{
	for (unsigned i = 0; i < s->nlinks; i++) {
		if (settle_link(nl, s, i, e) == -1)
			return err_in(e, "net '%s'",
			    net_link_label(&s->link[i]));
	}
	net_spec_macs(s);
	return 0;
}
