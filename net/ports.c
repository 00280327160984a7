/* SPDX-License-Identifier: ISC
 *
 * ports - which links are ports of which switch.
 */
#include "net/ports.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

static struct vswitch *
add_switch(struct vswitches *list, const char *name, enum vswitch_kind kind)
{
	struct vswitch *s;

	list->sw = mem_grow(list->sw, list->n + 1, sizeof(*list->sw));
	s = &list->sw[list->n++];
	*s = (struct vswitch){ .kind = kind, .uplink = mem_strdup("") };
	(void)snprintf(s->name, sizeof(s->name), "%s", name);
	return s;
}

/* The bridge with that number, of several the first; NULL: none. */
static const struct scan_link *
first_bridge(const struct scan *s, int index)
{
	const struct scan_link *l = scan_index(s, index);

	for (size_t i = 0; l && l->whole && i < s->n; i++) {
		if (s->link[i].on_demand && str_eq(s->link[i].name, l->whole))
			return &s->link[i];
	}
	return l;
}

static struct vswitch *
find_switch(struct vswitches *list, int index)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->sw[i].index == index)
			return &list->sw[i];
	}
	return NULL;
}

/* The default network has no link of its own: number 0. */
static struct vswitch *
default_switch(struct vswitches *list, const char *uplink)
{
	struct vswitch *s = find_switch(list, 0);

	if (s)
		return s;
	s = add_switch(list, "default", VSWITCH_DEFAULT);
	s->up = true;
	if (!str_eq(uplink, "lo")) {
		free(s->uplink);
		s->uplink = mem_strdup(uplink);
	}
	return s;
}

static const struct net_link *
find_record(const struct net_spec *s, const struct scan_link *l)
{
	for (size_t i = 0; i < s->nlinks; i++) {
		if (str_eq(s->link[i].name, l->inside))
			return &s->link[i];
	}
	return NULL;
}

static void
add_port(struct vswitch *s, const struct scan_link *l,
    const struct net_link *record)
{
	struct vport *p;

	s->port = mem_grow(s->port, s->nports + 1, sizeof(*s->port));
	p = &s->port[s->nports++];
	*p = (struct vport){ .link = l };
	if (!record)
		return;
	p->known = true;
	p->address = record->address;
	memcpy(p->mac, record->mac, sizeof(p->mac));
}

static void
add_uplink(struct vswitch *s, const struct scan_link *l)
{
	char *longer = mem_printf("%s%s%s", s->uplink,
	    *s->uplink != '\0' ? "," : "", l->name);

	free(s->uplink);
	s->uplink = longer;
	if (s->kind == VSWITCH_INTERNAL)
		s->kind = VSWITCH_UPLINK;
}

/* Bridges that zones made or that are kept; the administrator's own come with
 * the first port that is a zone's. */
static struct vswitch *
add_bridge(struct vswitches *list, const struct scan_link *l)
{
	struct vswitch *s = add_switch(list, l->name,
	    l->on_demand ? VSWITCH_INTERNAL : VSWITCH_BRIDGE);

	s->index = l->index;
	s->up = l->up;
	s->kept = l->kept;
	return s;
}

static void
join_port(struct vswitches *list, const struct scan_link *l,
    vswitch_record_fn *record)
{
	_cleanup_net_spec struct net_spec spec = { 0 };
	const struct scan_link *bridge = first_bridge(&list->scan, l->master);
	const struct net_link *rec = NULL;
	struct vswitch *s;

	if (!l->zone || (l->master != 0 && !bridge))
		return;
	if (record(l, &spec) == 1)
		rec = find_record(&spec, l);
	if (l->master == 0 && (!rec || rec->below != NET_BELOW_NAT))
		return;
	s = bridge ? find_switch(list, bridge->index)
		   : default_switch(list, rec->lower);
	if (!s)
		s = add_bridge(list, bridge);
	add_port(s, l, rec);
}

static void
add_kept(struct vswitches *list, const struct kept *k)
{
	struct vswitch *s;

	for (size_t i = 0; i < list->n; i++) {
		if (str_eq(list->sw[i].name, k->name))
			return;
	}
	s = add_switch(list, k->name,
	    *k->uplink == '\0' ? VSWITCH_INTERNAL : VSWITCH_UPLINK);
	s->index = -1;
	s->kept = true;
	s->missing = true;
	free(s->uplink);
	s->uplink = mem_strdup(k->uplink);
}

static int
by_name(const void *a, const void *b)
{
	const struct vswitch *x = a;
	const struct vswitch *y = b;

	return strcmp(x->name, y->name);
}

void
vswitches_join(struct scan *scan, const struct kept_list *kept,
    vswitch_record_fn *record, struct vswitches *out)
{
	struct vswitches list = { .scan = *scan };

	*scan = (struct scan){ 0 };
	for (size_t i = 0; i < list.scan.n; i++) {
		if (list.scan.link[i].on_demand)
			(void)add_bridge(&list, &list.scan.link[i]);
	}
	for (size_t i = 0; i < list.scan.n; i++)
		join_port(&list, &list.scan.link[i], record);
	for (size_t i = 0; i < list.scan.n; i++) {
		const struct scan_link *l = &list.scan.link[i];
		struct vswitch *s = l->zone || l->joint || l->master == 0
		    ? NULL
		    : find_switch(&list, l->master);

		if (s)
			add_uplink(s, l);
	}
	for (size_t i = 0; i < kept->n; i++)
		add_kept(&list, &kept->k[i]);
	if (list.n > 1)
		qsort(list.sw, list.n, sizeof(*list.sw), by_name);
	*out = list;
}

/* What a running zone of our root has on record. */
static int
read_record(const struct scan_link *l, struct net_spec *out)
{
	const char *ours = path_root_id();
	_autofree char *path = mem_printf("%s/%s/net", path_of(PATH_RUN),
	    l->zone);
	_autofree char *text = NULL;
	struct err ignored;

	if (!str_eq(l->root, str_eq(ours, "0") ? "" : ours) ||
	    !path_is_name(l->zone) ||
	    fd_read_file(AT_FDCWD, path, NET_TEXT_MAX, &text, NULL, &ignored) ==
		-1)
		return 0;
	return net_spec_parse(text, false, out, &ignored) == -1 ? 0 : 1;
}

int
vswitches_read(struct vswitches *out, struct err *e)
{
	_cleanup_scan struct scan scan = { 0 };
	_cleanup_kept struct kept_list kept = { 0 };

	*out = (struct vswitches){ 0 };
	if (kept_read(&kept, e) == -1 || scan_links(&scan, e) == -1)
		return -1;
	vswitches_join(&scan, &kept, read_record, out);
	return 0;
}

void
vswitches_done(struct vswitches *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->sw[i].uplink);
		free(list->sw[i].port);
	}
	free(list->sw);
	scan_done(&list->scan);
	*list = (struct vswitches){ 0 };
}
