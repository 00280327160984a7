/* SPDX-License-Identifier: ISC
 *
 * switch - virtual switches that stay without zones.
 */
#include "net/switch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "net/bridges.h"
#include "net/link.h"
#include "net/scan.h"
#include "net/settle.h"
#include "net/uplink.h"

enum { FILE_MAX = 1024 * 1024 };

static const char file[] = "switches";

/* --- the file ------------------------------------------------------------- */

/* What the kernel takes as a link's name, and we print unescaped. */
static bool
name_ok(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < NET_NAME_SIZE && path_is_name(s) &&
	    n == strcspn(s, " \t:@%\\") && !str_eq(s, "default") &&
	    !str_eq(s, "all");
}

static int
read_line(char *line, struct kept *k)
{
	char *blank = strchr(line, ' ');

	*k = (struct kept){ 0 };
	if (blank)
		*blank++ = '\0';
	if (!name_ok(line) || (blank && !name_ok(blank)))
		return -1;
	(void)snprintf(k->name, sizeof(k->name), "%s", line);
	(void)snprintf(k->uplink, sizeof(k->uplink), "%s", blank ? blank : "");
	return 0;
}

static void
add(struct kept_list *list, const struct kept *k)
{
	list->k = mem_grow(list->k, list->n + 1, sizeof(*list->k));
	list->k[list->n++] = *k;
}

int
kept_read(struct kept_list *out, struct err *e)
{
	_autoclose int etc = path_open(PATH_ETC, e);
	_autofree char *text = NULL;
	struct err why;
	char *rest;

	*out = (struct kept_list){ 0 };
	if (etc == -1)
		return -1;
	if (fd_read_file(etc, file, FILE_MAX, &text, NULL, &why) == -1) {
		if (why.code == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	rest = text;
	for (char *line; (line = strsep(&rest, "\n"));) {
		struct kept k;

		if (*line == '\0')
			continue;
		if (read_line(line, &k) == -1) {
			kept_done(out);
			return err_set(e, ERR_CONFIG,
			    "'%s/%s': the line of '%s' is no switch; correct "
			    "it or remove it",
			    path_of(PATH_ETC), file, line);
		}
		add(out, &k);
	}
	return 0;
}

void
kept_done(struct kept_list *list)
{
	free(list->k);
	*list = (struct kept_list){ 0 };
}

const struct kept *
kept_find(const struct kept_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++) {
		if (str_eq(list->k[i].name, name))
			return &list->k[i];
	}
	return NULL;
}

static int
kept_write(const struct kept_list *list, struct err *e)
{
	_autoclose int etc = path_open(PATH_ETC, e);
	_autofree char *text = mem_strdup("");

	if (etc == -1)
		return -1;
	for (size_t i = 0; i < list->n; i++) {
		const struct kept *k = &list->k[i];
		char *longer = mem_printf("%s%s%s%s\n", text, k->name,
		    *k->uplink != '\0' ? " " : "", k->uplink);

		free(text);
		text = longer;
	}
	return fd_replace_file(etc, file, 0644, text, strlen(text), FD_DURABLE,
	    e);
}

/* --- in the kernel -------------------------------------------------------- */

/* The link of that name. 1: a switch of ours, 0: none. */
static int
look(struct mnl_socket *nl, const char *name, struct link_info *out,
    struct err *e)
{
	_autofree char *mark = mem_printf(NET_SWITCH "%s", name);
	int rc = link_find(nl, name, out, e);

	if (rc != 1)
		return rc;
	if (str_eq(out->kind, "bridge") && str_eq(out->altname, mark))
		return 1;
	return err_set(e, EEXIST,
	    "the global zone has a link of that name that is its own; use "
	    "another name%s",
	    str_eq(out->kind, "bridge")
		? ", or let zones 'set lower-link' to the bridge as it is"
		: "");
}

static int
make(struct mnl_socket *nl, const char *name, struct link_info *out,
    struct err *e)
{
	_autofree char *kept = mem_printf(NET_KEPT "%s", name);
	struct link_info known;
	int rc = look(nl, name, out, e);

	if (rc == 0 && net_switch_make(nl, name, 0, e) == 0)
		rc = look(nl, name, out, e);
	if (rc != 1)
		return -1;
	rc = link_find(nl, kept, &known, e);
	if (rc == 0)
		rc = link_altname(nl, out->index, kept, e) == -1 ? -1 : 1;
	return rc == -1 ? -1 : 0;
}

/* Not a zone's, which shows on no link where it stays outside. */
static int
nobody_claims(const char *uplink, struct err *e)
{
	static const struct net_spec us = { .zone = "switch", .root = ":" };
	_autofree char *what = mem_printf("link %s", uplink);

	if (claim_take(&us, what, e) == -1)
		return -1;
	claim_drop(&us, what);
	return 0;
}

static int
find_uplink(struct mnl_socket *nl, const char *uplink, struct link_info *out,
    struct err *e)
{
	int rc = link_find(nl, uplink, out, e);

	if (rc == 0)
		return err_set(e, ENODEV,
		    "the global zone has no link '%s'; 'ip link' shows those "
		    "it has",
		    uplink);
	if (rc == 1 && str_eq(out->kind, "bridge"))
		return err_set(e, EINVAL, "'%s' is a bridge itself", uplink);
	return rc == 1 ? 0 : -1;
}

static int
join(struct mnl_socket *nl, const char *uplink, int bridge, struct err *e)
{
	struct link_info nic;

	if (find_uplink(nl, uplink, &nic, e) == -1)
		return -1;
	if (nic.master == bridge)
		return 0;
	if (net_link_unused(nl, &nic, e) == -1 ||
	    nobody_claims(uplink, e) == -1 ||
	    link_port(nl, nic.index, bridge, 0, e) == -1)
		return -1;
	return link_up(nl, nic.index, false, e);
}

/* Before anything is written: would it work? */
static int
check(struct mnl_socket *nl, const struct kept *k, struct err *e)
{
	struct link_info sw = { 0 };
	struct link_info nic;

	if (look(nl, k->name, &sw, e) == -1)
		return -1;
	if (*k->uplink == '\0')
		return 0;
	if (find_uplink(nl, k->uplink, &nic, e) == -1)
		return -1;
	return sw.index != 0 && nic.master == sw.index
	    ? 0
	    : net_link_unused(nl, &nic, e);
}

static int
bring_up(struct mnl_socket *nl, const struct kept *k, struct err *e)
{
	struct link_info sw;

	if (make(nl, k->name, &sw, e) == -1)
		return -1;
	return *k->uplink == '\0' ? 0 : join(nl, k->uplink, sw.index, e);
}

/* --- commands ------------------------------------------------------------- */

/* One at a time, with zones that boot and halt. */
struct turn {
	int lock;
	struct mnl_socket *nl;
	struct kept_list list;
};

static void
turn_done(struct turn *t)
{
	fd_close_at(&t->lock);
	rtnl_close_at(&t->nl);
	kept_done(&t->list);
}

static int
turn_begin(struct turn *t, struct err *e)
{
	t->lock = uplink_lock(e);
	if (t->lock == -1)
		return -1;
	t->nl = rtnl_open(NETLINK_ROUTE, e);
	return t->nl ? kept_read(&t->list, e) : -1;
}

int
switch_create(const char *name, const char *uplink, struct err *e)
{
	_cleanup(turn_done) struct turn t = { .lock = -1 };
	struct kept k = { 0 };
	const struct kept *known;

	if (!name_ok(name))
		return err_set(e, ERR_USAGE,
		    "'%s' is no name for a switch: at most 15 characters, no "
		    "blanks, slashes or colons",
		    name);
	if (uplink && !name_ok(uplink))
		return err_set(e, ERR_USAGE, "'%s' is no name of a link",
		    uplink);
	(void)snprintf(k.name, sizeof(k.name), "%s", name);
	(void)snprintf(k.uplink, sizeof(k.uplink), "%s", uplink ? uplink : "");
	if (turn_begin(&t, e) == -1)
		return -1;
	known = kept_find(&t.list, name);
	if (known && !str_eq(known->uplink, k.uplink))
		return err_set(e, EEXIST,
		    "it is kept already, %s%s; 'vswitchadm remove %s' first",
		    *known->uplink == '\0' ? "without a way out"
					   : "with the way out ",
		    known->uplink, name);
	if (check(t.nl, &k, e) == -1)
		return -1;
	if (!known)
		add(&t.list, &k);
	if (!known && kept_write(&t.list, e) == -1)
		return -1;
	return bring_up(t.nl, &k, e);
}

static bool
is_port_of(const struct scan *s, const struct scan_link *l,
    const struct link_info *sw)
{
	const struct scan_link *bridge = scan_index(s, l->master);

	return l->master == sw->index ||
	    (bridge && bridge->whole && str_eq(bridge->whole, sw->name));
}

/* A port other than the uplink: somebody uses it. */
static int
is_empty(const struct link_info *sw, const struct kept *k, struct err *e)
{
	_cleanup_scan struct scan s = { 0 };

	if (scan_links(&s, e) == -1)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		const struct scan_link *l = &s.link[i];

		if (l->joint || (k && str_eq(l->name, k->uplink)) ||
		    !is_port_of(&s, l, sw))
			continue;
		if (l->zone)
			return err_set(e, EBUSY,
			    "it is in use by zone '%s'; 'zoneadm -z %s halt' "
			    "first",
			    l->zone, l->zone);
		return err_set(e, EBUSY,
		    "'%s' is a port of it; 'ip link set %s nomaster' first",
		    l->name, l->name);
	}
	return 0;
}

/* The bridge goes, and the ports it has left are free by that. */
static int
unmake(struct mnl_socket *nl, const char *name, const struct kept *k,
    struct err *e)
{
	struct link_info sw;
	int rc = look(nl, name, &sw, e);

	if (rc == 0)
		return k ? 0
			 : err_set(e, ENODEV,
			       "there is no such switch; 'vswitchadm list' "
			       "shows those there are");
	if (rc == -1 || is_empty(&sw, k, e) == -1)
		return -1;
	bridges_drop(nl, name);
	return link_delete(nl, sw.index, e);
}

int
switch_remove(const char *name, struct err *e)
{
	_cleanup(turn_done) struct turn t = { .lock = -1 };
	const struct kept *k;
	size_t at;

	if (turn_begin(&t, e) == -1)
		return -1;
	k = kept_find(&t.list, name);
	if (unmake(t.nl, name, k, e) == -1)
		return -1;
	if (!k)
		return 0;
	at = (size_t)(k - t.list.k);
	memmove(&t.list.k[at], &t.list.k[at + 1],
	    (t.list.n - at - 1) * sizeof(*k));
	t.list.n--;
	return kept_write(&t.list, e);
}

int
switch_start(void (*failed)(const char *name, const struct err *e),
    struct err *e)
{
	_cleanup(turn_done) struct turn t = { .lock = -1 };

	if (turn_begin(&t, e) == -1)
		return -1;
	for (size_t i = 0; i < t.list.n; i++) {
		struct err why = { 0 };

		if (bring_up(t.nl, &t.list.k[i], &why) == -1)
			failed(t.list.k[i].name, &why);
	}
	return 0;
}
