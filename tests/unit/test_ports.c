/* SPDX-License-Identifier: ISC
 *
 * Which links are ports of which switch, from links that are told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/ports.h"
#include "tests/unit/unit.h"

static struct scan_link
told(int index, int master, const char *name, const char *kind,
    const char *altname)
{
	struct scan_link l = { .index = index, .master = master, .up = true };

	(void)snprintf(l.name, sizeof(l.name), "%s", name);
	(void)snprintf(l.kind, sizeof(l.kind), "%s", kind);
	if (altname)
		(void)scan_split(altname, &l.zone, &l.inside, &l.root);
	return l;
}

/* As zone-net writes it: "d" is on the default network. */
static int
record(const struct scan_link *l, struct net_spec *out)
{
	static const char *const texts[] = {
		"zone a uuid=u root=0\n"
		"link link name=net0 lower=lan mac=02:00:00:00:00:01 "
		"address=10.8.0.1/24\n",
		"zone d uuid=u root=0\n"
		"link link name=net0 lower=eth0 below=nat\n",
	};
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (strchr("ad", *l->zone) && texts[i][5] == *l->zone)
			return net_spec_parse(texts[i], false, out, &e) == 0;
	}
	return 0;
}

static char *
joined(const struct scan_link *links, size_t n, const struct kept_list *kept)
{
	_cleanup_vswitches struct vswitches all = { 0 };
	struct scan scan = { mem_grow(NULL, n, sizeof(*links)), n };
	char *text = mem_strdup("");

	memcpy(scan.link, links, n * sizeof(*links));
	vswitches_join(&scan, kept, record, &all);
	ck_assert_ptr_null(scan.link);
	for (size_t i = 0; i < all.n; i++) {
		const struct vswitch *s = &all.sw[i];
		char *longer = mem_printf("%s%s %d%s%s [%s]", text, s->name,
		    (int)s->kind, s->kept ? " kept" : "",
		    s->missing ? " missing" : "", s->uplink);

		free(text);
		text = longer;
		for (size_t k = 0; k < s->nports; k++) {
			longer = mem_printf("%s %s%s", text,
			    s->port[k].link->zone, s->port[k].known ? "+" : "");
			free(text);
			text = longer;
		}
		longer = mem_printf("%s\n", text);
		free(text);
		text = longer;
	}
	return text;
}

START_TEST(ports_are_joined_with_their_switches)
{
	struct kept far = { "far", "eth9" };
	struct kept lan = { "lan", "" };
	struct kept both[] = { far, lan };
	struct kept_list kept = { both, 2 };
	struct scan_link links[] = {
		told(1, 0, "lo", "", NULL), told(2, 4, "eth1", "", NULL),
		told(3, 0, "br0", "bridge", NULL), /* nothing of ours */
		told(4, 0, "lan", "bridge", NULL),
		told(5, 0, "mine", "bridge", NULL), /* the host's own */
		told(6, 4, "a0", "veth", "a:net0"),
		told(7, 4, "b0", "veth", "b:net0@12345678"),
		told(8, 5, "c0", "veth", "c:net0"),
		told(9, 0, "d0", "veth", "d:net0"),
		told(10, 0, "e0", "veth", "e:net0"),  /* shared: no switch */
		told(11, 99, "f0", "veth", "f:net0"), /* a bridge that went */
	};
	_autofree char *text = NULL;

	links[3].on_demand = true;
	links[3].kept = true;
	text = joined(links, ARRAY_LEN(links), &kept);
	ck_assert_str_eq(text,
	    "default 3 [eth0] d+\n"
	    "far 1 kept missing [eth9]\n"
	    "lan 1 kept [eth1] a+ b\n"
	    "mine 2 [] c\n");
}
END_TEST

START_TEST(second_names_are_taken_apart)
{
	static const struct {
		const char *name;
		const char *parts; /* NULL: none */
	} t[] = {
		{ "web:net0", "web net0 " },
		{ "web:net0@1a2b3c4d", "web net0 1a2b3c4d" },
		{ "web:eth@1", "web eth@1 " },
		{ "a@b:net0", "a@b net0 " },
		{ "switch:lan", NULL },
		{ "kept:lan", NULL },
		{ ":net0", NULL },
		{ "web:", NULL },
		{ "enp0s3", NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		_autofree char *zone = NULL;
		_autofree char *inside = NULL;
		_autofree char *root = NULL;
		bool rc = scan_split(t[i].name, &zone, &inside, &root);
		_autofree char *got = mem_printf("%s %s %s", zone ? zone : "",
		    inside ? inside : "", root ? root : "");

		ck_assert_int_eq(rc, t[i].parts != NULL);
		if (rc)
			ck_assert_str_eq(got, t[i].parts);
	}
}
END_TEST

START_TEST(counts_are_since_the_last_time)
{
	struct scan_link was[] = { told(3, 0, "a0", "veth", NULL),
		told(4, 0, "b0", "veth", NULL) };
	struct scan_link is[] = { was[0], told(4, 0, "c0", "veth", NULL),
		told(5, 0, "d0", "veth", NULL) };
	struct scan before = { was, 2 };
	struct scan now = { is, 3 };

	was[0].rx.bytes = 100;
	was[1].rx.bytes = 100;
	for (size_t i = 0; i < 3; i++)
		is[i].rx.bytes = 250;
	scan_since(&now, &before);
	ck_assert_uint_eq(is[0].rx.bytes, 150);
	ck_assert_uint_eq(is[1].rx.bytes, 250); /* the number of another */
	ck_assert_uint_eq(is[2].rx.bytes, 250);
}
END_TEST

UNIT_MAIN("ports", ports_are_joined_with_their_switches,
    second_names_are_taken_apart, counts_are_since_the_last_time)
