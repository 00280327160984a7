/* SPDX-License-Identifier: ISC
 *
 * bridges - the bridges that one switch is made of.
 */
#include "net/bridges.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "net/settle.h"
#include "net/uplink.h"

enum {
	NEARLY_FULL = 1000, /* the number of a port; the lowest free is taken */
	PARTS_MAX = 64,
};

static char *
part_name(const char *name, unsigned k)
{
	return mem_printf(BRIDGES_PART "%u:%s", k, name);
}

static char *
joint_name(const char *name, unsigned k, char end)
{
	return mem_printf(BRIDGES_JOINT "%u:%c:%s", k, end, name);
}

const char *
bridges_whole(const char *altname)
{
	const char *number = str_after(altname, BRIDGES_PART);
	const char *colon = number ? strchr(number, ':') : NULL;

	return colon ? colon + 1 : NULL;
}

/* Bridge k of the switch. 1: found, 0: there is none. */
static int
find(struct mnl_socket *nl, const char *name, unsigned k, struct link_info *out,
    struct err *e)
{
	_autofree char *part = part_name(name, k);

	return link_find(nl, k == 0 ? name : part, out, e);
}

/* --- one more ------------------------------------------------------------- */

/* A name for a link of ours that nobody types. */
static void
short_name(const char *altname, char out[NET_NAME_SIZE])
{
	(void)snprintf(out, NET_NAME_SIZE, "zsw%08x",
	    (unsigned)net_hash(altname, "", 0));
}

static int
named(struct mnl_socket *nl, const char *name, const char *altname,
    struct link_info *out, struct err *e)
{
	int rc = link_find(nl, name, out, e);

	if (rc != 1)
		return rc == -1 ? -1
				: err_set(e, ENODEV, "link '%s' is gone", name);
	return link_altname(nl, out->index, altname, e);
}

/* Wire bridge k to the one before. */
static int
wire(struct mnl_socket *nl, const char *name, unsigned k, const int bridge[2],
    unsigned mtu, struct err *e)
{
	_autofree char *alt[2] = { joint_name(name, k, 'a'),
		joint_name(name, k, 'b') };
	char link[2][NET_NAME_SIZE];
	struct link_info info;

	for (int i = 0; i < 2; i++)
		short_name(alt[i], link[i]);
	if (link_pair(nl, link[0], link[1], mtu, e) == -1)
		return -1;
	for (int i = 0; i < 2; i++) {
		if (uplink_mute(link[i], e) == -1 ||
		    named(nl, link[i], alt[i], &info, e) == -1 ||
		    link_port(nl, info.index, bridge[i], 0, e) == -1 ||
		    link_up(nl, info.index, false, e) == -1)
			return -1;
	}
	return 0;
}

static void
drop_part(struct mnl_socket *nl, const char *name, unsigned k)
{
	_autofree char *joint = joint_name(name, k, 'a');
	struct link_info info;
	struct err ignored;

	if (link_find(nl, joint, &info, &ignored) == 1)
		(void)!link_delete(nl, info.index, &ignored);
	if (find(nl, name, k, &info, &ignored) == 1)
		(void)!link_delete(nl, info.index, &ignored);
}

/* Is bridge k whole? The far end of what wires it is switched on last. */
static int
is_wired(struct mnl_socket *nl, const char *name, unsigned k, struct err *e)
{
	_autofree char *joint = joint_name(name, k, 'b');
	struct link_info info;
	int rc = link_find(nl, joint, &info, e);

	return rc != 1 ? rc : info.master != 0 && info.up;
}

/* Bridge k, unless it is there; whole or not at all. */
static int
extend(struct mnl_socket *nl, const char *name, unsigned k,
    const struct link_info *before, struct err *e)
{
	_autofree char *part = part_name(name, k);
	_autoclose int lock = uplink_lock(e);
	struct link_info info;
	char link[NET_NAME_SIZE];
	int rc = lock == -1 ? -1 : is_wired(nl, name, k, e);

	if (rc != 0)
		return rc == -1 ? -1 : 0;
	drop_part(nl, name, k); /* what a killed one left */
	short_name(part, link);
	if (net_bridge_make(nl, link, part, before->mtu, &info, e) == 0 &&
	    wire(nl, name, k, (const int[]){ before->index, info.index },
		before->mtu, e) == 0)
		return 0;
	drop_part(nl, name, k);
	return err_in(e, "bridge %u of the switch '%s'", k, name);
}

/* --- ports ---------------------------------------------------------------- */

static unsigned
port_flags(const struct net_link *l)
{
	return (l->protect & NET_MAC_NOSPOOF ? LINK_PINNED : 0) |
	    (l->isolated ? LINK_ISOLATED : 0) |
	    (net_is_answered(l) ? LINK_ANSWERED : 0);
}

/* The next bridge must be there before this one is full: it is wired to a port.
 */
static int
look_ahead(struct mnl_socket *nl, const struct net_link *l, int index,
    unsigned k, const struct link_info *bridge, struct err *e)
{
	struct link_info port;
	int rc;

	if (!l->demand || k + 1 == PARTS_MAX)
		return 0;
	rc = link_find_index(nl, index, &port, e);
	if (rc != 1)
		return rc == -1 ? -1 : err_set(e, ENODEV, "its link is gone");
	return port.port < NEARLY_FULL ? 0
				       : extend(nl, l->lower, k + 1, bridge, e);
}

int
bridges_port(struct mnl_socket *nl, const struct net_link *l, int index,
    int *bridge, struct err *e)
{
	struct link_info info;

	for (unsigned k = 0; k < (l->demand ? PARTS_MAX : 1U); k++) {
		int rc = find(nl, l->lower, k, &info, e);

		if (rc == 0 && k == 0)
			return err_set(e, ENODEV, "link '%s' is gone",
			    l->lower);
		/* One that somebody was killed at leads nowhere. */
		if (rc == 1 && k > 0)
			rc = is_wired(nl, l->lower, k, e);
		if (rc == 0)
			break;
		if (rc == -1)
			return -1;
		if (link_port(nl, index, info.index, port_flags(l), e) == 0) {
			*bridge = info.index;
			return look_ahead(nl, l, index, k, &info, e);
		}
		if (e->code != EXFULL)
			return -1;
	}
	return err_set(e, EXFULL,
	    "the switch '%s' has all its ports in use; use a second one, or "
	    "'set lower-link=auto'",
	    l->lower);
}

void
bridges_drop(struct mnl_socket *nl, const char *name)
{
	struct link_info info;
	struct err ignored;
	unsigned n = 1;

	while (n < PARTS_MAX && find(nl, name, n, &info, &ignored) == 1)
		n++;
	while (n-- > 1)
		drop_part(nl, name, n);
}

/* --- addresses ------------------------------------------------------------ */

int
bridges_forget(struct mnl_socket *nl, const char *name,
    const struct net_addr *a, struct err *e)
{
	struct link_info info;
	struct err why;
	int rc = 1;

	for (unsigned k = 0; rc == 1 && k < PARTS_MAX; k++) {
		rc = find(nl, name, k, &info, e);
		if (rc != 1 || neigh_remove(nl, info.index, a, &why) == 0 ||
		    why.code == ENOENT)
			continue;
		*e = why;
		return -1;
	}
	return rc == -1 ? -1 : 0;
}
