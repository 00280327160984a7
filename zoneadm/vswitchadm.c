/* SPDX-License-Identifier: ISC
 *
 * vswitchadm - list virtual switches, their ports and what went over them, and
 * keep switches that stay without zones.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/str.h"
#include "net/ports.h"
#include "zoneadm/table.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2 };

static const char usage_text[] =
    "usage: vswitchadm list [-p | --json] [SWITCH]...\n"
    "       vswitchadm ports [-p | --json] [SWITCH]...\n"
    "       vswitchadm counters [-p | --json] [SWITCH]...\n"
    "       vswitchadm create SWITCH [LINK]\n"
    "       vswitchadm remove SWITCH\n"
    "       vswitchadm start\n"
    "       vswitchadm help\n";

enum form { FORM_TABLE, FORM_COLONS, FORM_JSON };

static int
usage(const char *why)
{
	(void)fprintf(stderr, "vswitchadm: %s\n%s", why, usage_text);
	return EXIT_USAGE;
}

static int
tell(const struct err *e)
{
	(void)fprintf(stderr, "vswitchadm: %s\n", e->msg);
	return e->code == ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

/* --- what is shown of a switch -------------------------------------------- */

static const char *const kinds[] = {
	[VSWITCH_INTERNAL] = "internal",
	[VSWITCH_UPLINK] = "uplink",
	[VSWITCH_BRIDGE] = "bridge",
	[VSWITCH_DEFAULT] = "default",
};

static const char *
state_of(const struct vswitch *s)
{
	return s->missing ? "missing" : s->up ? "up" : "down";
}

/* Who makes it and takes it away. */
static const char *
keeper_of(const struct vswitch *s)
{
	if (s->kind == VSWITCH_BRIDGE)
		return "host";
	return s->kept ? "kept" : "on-demand";
}

/* "web", of another root "web@1a2b3c4d". */
static char *
zone_name(const struct scan_link *l)
{
	const char *id = path_root_id();
	bool ours = str_eq(l->root, str_eq(id, "0") ? "" : id);

	if (ours)
		return mem_strdup(l->zone);
	return mem_printf("%s@%s", l->zone, *l->root != '\0' ? l->root : "0");
}

/* Each zone once: links of one are made one after the other. */
static json_t *
zones_of(const struct vswitch *s)
{
	json_t *list = json_array();
	_autofree char *last = NULL;

	for (size_t i = 0; i < s->nports; i++) {
		char *name = zone_name(s->port[i].link);

		if (!str_eq(name, last))
			(void)json_array_append_new(list, json_text(name));
		free(last);
		last = name;
	}
	return list;
}

static json_t *
addresses_of(const struct vport *p)
{
	json_t *list = json_array();
	char text[NET_ADDR_TEXT];

	for (size_t i = 0; i < p->address.n; i++)
		(void)json_array_append_new(list,
		    json_text(net_addr_text(&p->address.a[i], text)));
	return list;
}

static json_t *
switch_row(const struct vswitch *s, const struct vport *p)
{
	json_t *o = json_object();

	(void)p;
	json_put_string(o, "switch", s->name);
	json_put_string(o, "kind", kinds[s->kind]);
	json_put_string(o, "made", keeper_of(s));
	json_put_string(o, "state", state_of(s));
	json_put_string(o, "uplink", *s->uplink != '\0' ? s->uplink : NULL);
	json_put(o, "ports", json_integer((json_int_t)s->nports));
	json_put(o, "zones", zones_of(s));
	return o;
}

static json_t *
start_port(const struct vswitch *s, const struct vport *p)
{
	_autofree char *zone = zone_name(p->link);
	json_t *o = json_object();

	json_put_string(o, "switch", s->name);
	json_put_string(o, "port", p->link->name);
	json_put_string(o, "zone", zone);
	json_put_string(o, "link", p->link->inside);
	return o;
}

static json_t *
port_row(const struct vswitch *s, const struct vport *p)
{
	json_t *o = start_port(s, p);
	char mac[NET_MAC_TEXT];

	json_put_string(o, "mac", p->known ? net_mac_text(p->mac, mac) : NULL);
	json_put(o, "isolated", json_boolean(p->link->isolated));
	json_put_string(o, "state", p->link->up ? "up" : "down");
	json_put(o, "addresses", addresses_of(p));
	return o;
}

static void
put_counts(json_t *o, const char *which, const struct scan_count *c)
{
	const struct {
		const char *what;
		uint64_t n;
	} all[] = { { "bytes", c->bytes }, { "packets", c->packets },
		{ "drops", c->drops } };

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		_autofree char *key = mem_printf("%s-%s", which, all[i].what);

		json_put(o, key, json_integer((json_int_t)all[i].n));
	}
}

static json_t *
count_row(const struct vswitch *s, const struct vport *p)
{
	json_t *o = start_port(s, p);

	put_counts(o, "rx", &p->link->rx);
	put_counts(o, "tx", &p->link->tx);
	return o;
}

/* --- listings: a row is an object, a column one of its members ------------ */

struct listing {
	const char *name;
	bool each_port;
	json_t *(*row)(const struct vswitch *s, const struct vport *p);
	size_t ncols;
	struct table_col col[10];
};

static const struct listing listings[] = {
	{ "list", false, switch_row, 7,
	    { { "SWITCH", -15 }, { "KIND", -8 }, { "MADE", -9 },
		{ "STATE", -7 }, { "UPLINK", -8 }, { "PORTS", 5 },
		{ "ZONES", 0 } } },
	{ "ports", true, port_row, 8,
	    { { "SWITCH", -15 }, { "PORT", -15 }, { "ZONE", -15 },
		{ "LINK", -8 }, { "MAC", -17 }, { "ISOLATED", -8 },
		{ "STATE", -5 }, { "ADDRESSES", 0 } } },
	{ "counters", true, count_row, 10,
	    { { "SWITCH", -15 }, { "PORT", -15 }, { "ZONE", -15 },
		{ "LINK", -8 }, { "RX-BYTES", 12 }, { "RX-PACKETS", 10 },
		{ "RX-DROPS", 8 }, { "TX-BYTES", 12 }, { "TX-PACKETS", 10 },
		{ "TX-DROPS", 8 } } },
};

/* A member as a cell: lists with commas. The caller frees it. */
static char *
cell(const json_t *value)
{
	char *text;
	size_t i;
	json_t *in;

	if (json_is_string(value))
		return mem_strdup(json_string_value(value));
	if (json_is_integer(value))
		return mem_printf("%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	if (json_is_boolean(value))
		return mem_strdup(json_is_true(value) ? "yes" : "no");
	text = mem_strdup("");
	json_array_foreach(value, i, in)
	{
		char *longer = mem_printf("%s%s%s", text, i > 0 ? "," : "",
		    json_string_value(in));

		free(text);
		text = longer;
	}
	return text;
}

static void
print_row(const struct listing *l, enum form form, json_t *row)
{
	char *cells[ARRAY_LEN(l->col)] = { NULL };
	const char *key;
	json_t *value;
	size_t n = 0;

	json_object_foreach(row, key, value)
	{
		cells[n] = cell(value);
		if (form == FORM_TABLE && *cells[n] == '\0') {
			free(cells[n]);
			cells[n] = mem_strdup("-");
		}
		n++;
	}
	if (form == FORM_COLONS)
		table_colons(stdout, (const char *const *)cells, n);
	else
		table_row(stdout, l->col, n, (const char *const *)cells);
	for (size_t i = 0; i < n; i++)
		free(cells[i]);
}

static bool
is_wanted(const struct vswitch *s, char **names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(s->name, names[i]))
			return true;
	}
	return n == 0;
}

static int
check_names(const struct vswitches *all, char **names, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < all->n && !str_eq(all->sw[k].name, names[i]))
			k++;
		if (k == all->n)
			return err_set(e, ERR_CONFIG,
			    "there is no switch '%s'; 'vswitchadm list' shows "
			    "those there are",
			    names[i]);
	}
	return 0;
}

static json_t *
collect(const struct listing *l, const struct vswitches *all, char **names,
    size_t n)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < all->n; i++) {
		const struct vswitch *s = &all->sw[i];

		if (!is_wanted(s, names, n))
			continue;
		if (!l->each_port)
			(void)json_array_append_new(rows, l->row(s, NULL));
		for (size_t k = 0; l->each_port && k < s->nports; k++)
			(void)json_array_append_new(rows,
			    l->row(s, &s->port[k]));
	}
	return rows;
}

static int
print(const struct listing *l, enum form form, json_t *rows, struct err *e)
{
	size_t i;
	json_t *row;

	if (form == FORM_JSON)
		return json_print(rows, stdout, e);
	if (form == FORM_TABLE)
		table_head(stdout, l->col, l->ncols);
	json_array_foreach(rows, i, row) print_row(l, form, row);
	return 0;
}

static int
do_listing(const struct listing *l, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	_cleanup_vswitches struct vswitches all = { 0 };
	_autojson json_t *rows = NULL;
	enum form form = FORM_TABLE;
	struct err e = { 0 };
	char **names;
	size_t n;
	int c;

	while ((c = getopt_long(argc, argv, ":p", longs, NULL)) != -1) {
		enum form asked = c == 'j' ? FORM_JSON : FORM_COLONS;

		if (c == '?' || c == ':') {
			_autofree char *why = opt_wrong(c, argv, ":p", longs);

			return usage(why);
		}
		if (form != FORM_TABLE && form != asked)
			return usage("--json does not go with -p");
		form = asked;
	}
	names = argv + optind;
	n = (size_t)(argc - optind);
	if (vswitches_read(&all, &e) == -1 ||
	    check_names(&all, names, n, &e) == -1)
		return tell(&e);
	rows = collect(l, &all, names, n);
	if (print(l, form, rows, &e) == -1)
		return tell(&e);
	if (fflush(stdout) == 0)
		return 0;
	(void)err_sys(&e, "write");
	return tell(&e);
}

/* --- switches that stay --------------------------------------------------- */

static int
create(int argc, char **argv, struct err *e)
{
	return switch_create(argv[0], argc > 1 ? argv[1] : NULL, e) == -1
	    ? err_in(e, "switch '%s'", argv[0])
	    : 0;
}

static int
remove_one(int argc, char **argv, struct err *e)
{
	(void)argc;
	return switch_remove(argv[0], e) == -1
	    ? err_in(e, "switch '%s'", argv[0])
	    : 0;
}

static bool any_failed;

static void
say_failed(const char *name, const struct err *e)
{
	(void)fprintf(stderr, "vswitchadm: switch '%s': %s\n", name, e->msg);
	any_failed = true;
}

static int
start(int argc, char **argv, struct err *e)
{
	(void)argc;
	(void)argv;
	return switch_start(say_failed, e);
}

static const struct {
	const char *name;
	int least;
	int most;
	int (*fn)(int argc, char **argv, struct err *e);
} verbs[] = {
	{ "create", 1, 2, create },
	{ "remove", 1, 1, remove_one },
	{ "start", 0, 0, start },
};

static int
do_verb(size_t which, int argc, char **argv)
{
	struct err e = { 0 };
	_autofree char *why = NULL;
	int c = getopt(argc, argv, ":");

	if (c != -1)
		why = opt_wrong(c, argv, ":", NULL);
	else if (argc - optind < verbs[which].least)
		why = mem_strdup("which switch?");
	else if (argc - optind > verbs[which].most)
		why = mem_strdup("too many words");
	if (why)
		return usage(why);
	if (verbs[which].fn(argc - optind, argv + optind, &e) == -1)
		return tell(&e);
	return any_failed ? EXIT_FAILED : 0;
}

static int
dispatch(int argc, char **argv)
{
	_autofree char *why = NULL;

	for (size_t i = 0; i < ARRAY_LEN(listings); i++) {
		if (str_eq(argv[0], listings[i].name))
			return do_listing(&listings[i], argc, argv);
	}
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (str_eq(argv[0], verbs[i].name))
			return do_verb(i, argc, argv);
	}
	why = mem_printf("there is no subcommand '%s'", argv[0]);
	return usage(why);
}

int
main(int argc, char **argv)
{
	struct err e = { 0 };

	opterr = 0;
	if (argc < 2)
		return usage("which subcommand?");
	if (str_eq(argv[1], "help") || str_eq(argv[1], "--help")) {
		(void)fputs(usage_text, stdout);
		return fflush(stdout) == 0 ? 0 : EXIT_FAILED;
	}
	if (path_init(NULL, &e) == -1)
		return tell(&e);
	return dispatch(argc - 1, argv + 1);
}
