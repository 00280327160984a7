/* SPDX-License-Identifier: ISC
 *
 * zonestat - what zones use: the network, link by link, counted outside of
 * them.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/str.h"
#include "net/scan.h"
#include "zoneadm/table.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, NAMES_MAX = 1024 };

/* Of an interval or a duration: a year. */
static const uint64_t seconds_max = 366 * 86400;

struct options {
	bool network;
	bool colons;
	bool json;
	const char *zone[NAMES_MAX];
	size_t nzones;
	uint64_t interval; /* seconds; 0: once, since each zone was booted */
	uint64_t count;    /* UINT64_MAX: for ever */
};

static const char usage_text[] =
    "usage: zonestat -n [-p | --json] [-z ZONE[,ZONE]...] "
    "[INTERVAL [DURATION]]\n";

static int
usage(const char *why)
{
	(void)fprintf(stderr, "zonestat: %s\n%s", why, usage_text);
	return EXIT_USAGE;
}

static int
tell(const struct err *e)
{
	(void)fprintf(stderr, "zonestat: %s\n", e->msg);
	return EXIT_FAILED;
}

/* --- the command line ----------------------------------------------------- */

/* "10", "10s", "5m", "1h", "2d" in seconds, at least one. */
static int
parse_time(const char *text, uint64_t *out)
{
	static const struct {
		char letter;
		uint64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	_autofree char *digits = mem_strdup(text);
	size_t n = strspn(digits, "0123456789");
	uint64_t times = 1;

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (digits[n] == units[i].letter && digits[n + 1] == '\0') {
			times = units[i].seconds;
			digits[n] = '\0';
		}
	}
	if (str_u64(digits, seconds_max / times, out) == -1 || *out == 0)
		return -1;
	*out *= times;
	return 0;
}

/* "60s", a number of intervals "5x", or "inf". */
static int
parse_duration(const char *text, struct options *o)
{
	_autofree char *word = mem_strdup(text);
	size_t n = strlen(word);
	uint64_t seconds;

	if (str_eq(word, "inf"))
		return 0;
	if (n > 1 && word[n - 1] == 'x') {
		word[n - 1] = '\0';
		return str_u64(word, UINT32_MAX, &o->count) == 0 && o->count > 0
		    ? 0
		    : -1;
	}
	if (parse_time(word, &seconds) == -1)
		return -1;
	o->count = (seconds + o->interval - 1) / o->interval;
	return 0;
}

static char *
parse_words(int n, char **word, struct options *o)
{
	if (!o->network)
		return mem_strdup("of what? -n: of the network");
	if (o->json && o->colons)
		return mem_strdup("--json does not go with -p");
	o->count = n == 0 ? 1 : UINT64_MAX;
	if (n > 2)
		return mem_strdup("too many words");
	if (n > 0 && parse_time(word[0], &o->interval) == -1)
		return mem_printf("'%s' is no interval: 10, 10s, 5m, 1h",
		    word[0]);
	if (n > 1 && parse_duration(word[1], o) == -1)
		return mem_printf(
		    "'%s' is no duration: 60s, 5m, 1h, 5x for five intervals, "
		    "or inf",
		    word[1]);
	return NULL;
}

static char *
add_zones(char *list, struct options *o)
{
	for (char *name; (name = strsep(&list, ","));) {
		if (*name == '\0')
			return mem_strdup("-z: a name is empty");
		if (o->nzones == NAMES_MAX)
			return mem_strdup("-z: too many zones");
		o->zone[o->nzones++] = name;
	}
	return NULL;
}

/* NULL, or what is wrong: the caller's to free. */
static char *
parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	static const char letters[] = ":npz:";
	char *why = NULL;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		switch (c) {
		case 'n':
			o->network = true;
			break;
		case 'p':
			o->colons = true;
			break;
		case 'j':
			o->json = true;
			break;
		case 'z':
			why = add_zones(optarg, o);
			break;
		default:
			return opt_wrong(c, argv, letters, longs);
		}
		if (why)
			return why;
	}
	return parse_words(argc - optind, argv + optind, o);
}

/* --- a report ------------------------------------------------------------- */

/* Links that are asked for, those of a zone together. */
struct report {
	const struct scan_link **link;
	size_t n;
	uint64_t number; /* of the interval; 0: since boot */
	uint64_t seconds;
};

static bool
is_wanted(const struct options *o, const struct scan_link *l)
{
	const char *id = path_root_id();

	if (!l->zone || !str_eq(l->root, str_eq(id, "0") ? "" : id))
		return false;
	for (size_t i = 0; i < o->nzones; i++) {
		if (str_eq(l->zone, o->zone[i]))
			return true;
	}
	return o->nzones == 0;
}

static int
by_zone(const void *a, const void *b)
{
	const struct scan_link *x = *(const struct scan_link *const *)a;
	const struct scan_link *y = *(const struct scan_link *const *)b;
	int order = strcmp(x->zone, y->zone);

	return order != 0 ? order : strcmp(x->inside, y->inside);
}

static void
collect(const struct options *o, const struct scan *s, struct report *r)
{
	r->link = mem_grow(NULL, s->n + 1, sizeof(*r->link));
	r->n = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (is_wanted(o, &s->link[i]))
			r->link[r->n++] = &s->link[i];
	}
	if (r->n > 1)
		qsort(r->link, r->n, sizeof(*r->link), by_zone);
}

static void
add(struct scan_count *sum, const struct scan_count *c)
{
	sum->bytes += c->bytes;
	sum->packets += c->packets;
	sum->drops += c->drops;
}

/* Of the links from..to. */
static struct scan_link
sum_of(const struct report *r, size_t from, size_t to)
{
	struct scan_link sum = { 0 };

	for (size_t i = from; i < to; i++) {
		add(&sum.rx, &r->link[i]->rx);
		add(&sum.tx, &r->link[i]->tx);
	}
	return sum;
}

/* Where the next zone begins. */
static size_t
zone_end(const struct report *r, size_t from)
{
	size_t to = from + 1;

	while (to < r->n && str_eq(r->link[to]->zone, r->link[from]->zone))
		to++;
	return to;
}

/* --- as rows -------------------------------------------------------------- */

enum { COLS = 9 };
static const struct table_col cols[COLS] = { { "ZONE", -15 }, { "LINK", -8 },
	{ "PORT", -15 }, { "RX-BYTES", 12 }, { "RX-PACKETS", 10 },
	{ "RX-DROPS", 8 }, { "TX-BYTES", 12 }, { "TX-PACKETS", 10 },
	{ "TX-DROPS", 8 } };

static void
print_row(const struct options *o, const struct report *r,
    const char *const names[3], const struct scan_link *l)
{
	const uint64_t n[] = { l->rx.bytes, l->rx.packets, l->rx.drops,
		l->tx.bytes, l->tx.packets, l->tx.drops };
	const char *cells[2 + COLS] = { r->number == 0 ? "total" : "interval",
		"network" };
	char text[ARRAY_LEN(n)][24];

	for (size_t i = 0; i < 3; i++)
		cells[2 + i] = !o->colons && *names[i] == '\0' ? "-" : names[i];
	for (size_t i = 0; i < ARRAY_LEN(n); i++) {
		(void)snprintf(text[i], sizeof(text[i]), "%" PRIu64, n[i]);
		cells[5 + i] = text[i];
	}
	if (o->colons)
		table_colons(stdout, cells, ARRAY_LEN(cells));
	else
		table_row(stdout, cols, COLS, cells + 2);
}

static void
print_zone(const struct options *o, const struct report *r, size_t from,
    size_t to)
{
	struct scan_link sum = sum_of(r, from, to);

	/* To a person, one link says it all. */
	if (o->colons || to - from > 1)
		print_row(o, r,
		    (const char *const[]){ r->link[from]->zone, "", "" }, &sum);
	for (size_t i = from; i < to; i++) {
		const struct scan_link *l = r->link[i];

		print_row(o, r,
		    (const char *const[]){ l->zone, l->inside, l->name }, l);
	}
}

static void
print_rows(const struct options *o, const struct report *r)
{
	struct scan_link all = sum_of(r, 0, r->n);
	uint64_t s = r->seconds;

	if (!o->colons && r->number > 0)
		(void)printf("%sInterval: %" PRIu64 ", Duration: %" PRIu64
			     ":%02" PRIu64 ":%02" PRIu64 "\n",
		    r->number > 1 ? "\n" : "", r->number, s / 3600, s / 60 % 60,
		    s % 60);
	if (!o->colons)
		table_head(stdout, cols, COLS);
	print_row(o, r, (const char *const[]){ "[total]", "", "" }, &all);
	for (size_t i = 0; i < r->n;) {
		size_t to = zone_end(r, i);

		print_zone(o, r, i, to);
		i = to;
	}
}

/* --- as JSON -------------------------------------------------------------- */

static json_t *
counts(const struct scan_link *l)
{
	const struct {
		const char *key;
		uint64_t n;
	} all[] = { { "rx-bytes", l->rx.bytes },
		{ "rx-packets", l->rx.packets }, { "rx-drops", l->rx.drops },
		{ "tx-bytes", l->tx.bytes }, { "tx-packets", l->tx.packets },
		{ "tx-drops", l->tx.drops } };
	json_t *o = json_object();

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		json_put(o, all[i].key, json_integer((json_int_t)all[i].n));
	return o;
}

static json_t *
json_zone(const struct report *r, size_t from, size_t to)
{
	struct scan_link sum = sum_of(r, from, to);
	json_t *links = json_array();
	json_t *o = json_object();

	for (size_t i = from; i < to; i++) {
		json_t *l = json_object();

		json_put_string(l, "link", r->link[i]->inside);
		json_put_string(l, "port", r->link[i]->name);
		json_put(l, "counts", counts(r->link[i]));
		(void)json_array_append_new(links, l);
	}
	json_put_string(o, "zone", r->link[from]->zone);
	json_put(o, "counts", counts(&sum));
	json_put(o, "links", links);
	return o;
}

static int
print_json(const struct report *r, struct err *e)
{
	struct scan_link all = sum_of(r, 0, r->n);
	json_t *zones = json_array();
	_autojson json_t *o = json_object();

	for (size_t i = 0; i < r->n;) {
		size_t to = zone_end(r, i);

		(void)json_array_append_new(zones, json_zone(r, i, to));
		i = to;
	}
	json_put(o, "interval",
	    r->number > 0 ? json_integer((json_int_t)r->number) : json_null());
	json_put(o, "seconds",
	    r->number > 0 ? json_integer((json_int_t)r->seconds) : json_null());
	json_put(o, "total", counts(&all));
	json_put(o, "zones", zones);
	return json_print(o, stdout, e);
}

/* --- again and again ------------------------------------------------------ */

static int
report(const struct options *o, const struct scan *s, uint64_t number,
    struct err *e)
{
	struct report r = { .number = number, .seconds = number * o->interval };
	int rc = 0;

	collect(o, s, &r);
	if (o->json)
		rc = print_json(&r, e);
	else
		print_rows(o, &r);
	free(r.link);
	if (rc == 0 && fflush(stdout) != 0)
		rc = err_sys(e, "write");
	return rc;
}

/* By the clock, so that slow reports do not add up. */
static void
wait_until(struct timespec *at, uint64_t seconds)
{
	at->tv_sec += (time_t)seconds;
	while (
	    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, at, NULL) == EINTR)
		;
}

static int
watch(const struct options *o, struct err *e)
{
	_cleanup_scan struct scan before = { 0 };
	struct timespec at;

	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	if (!o->colons && !o->json)
		(void)puts("Collecting data for first interval...");
	if (fflush(stdout) != 0)
		return err_sys(e, "write");
	if (scan_links(&before, e) == -1)
		return -1;
	for (uint64_t i = 1; i <= o->count; i++) {
		_cleanup_scan struct scan now = { 0 };
		_cleanup_scan struct scan shown = { 0 };

		wait_until(&at, o->interval);
		if (scan_links(&now, e) == -1)
			return -1;
		scan_copy(&now, &shown);
		scan_since(&shown, &before);
		scan_done(&before);
		before = now;
		now = (struct scan){ 0 };
		if (report(o, &shown, i, e) == -1)
			return -1;
	}
	return 0;
}

static int
once(const struct options *o, struct err *e)
{
	_cleanup_scan struct scan s = { 0 };

	return scan_links(&s, e) == -1 ? -1 : report(o, &s, 0, e);
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct err e = { 0 };
	_autofree char *why = NULL;

	if (argc == 2 && str_eq(argv[1], "--help")) {
		(void)fputs(usage_text, stdout);
		return fflush(stdout) == 0 ? 0 : EXIT_FAILED;
	}
	why = parse(argc, argv, &o);
	if (why)
		return usage(why);
	if (path_init(NULL, &e) == -1 ||
	    (o.interval > 0 ? watch(&o, &e) : once(&o, &e)) == -1)
		return tell(&e);
	return 0;
}
