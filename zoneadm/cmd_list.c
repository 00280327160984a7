/* SPDX-License-Identifier: ISC
 *
 * cmd_list - which zones there are, for people, for scripts, and as JSON.
 *
 * Reads the kernel's truth and starts nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zoneadm/cmd.h"
#include "zoneadm/gate.h"
#include "zoneadm/table.h"

enum format { PLAIN, VERBOSE, PARSABLE, JSON };

struct options {
	enum format format;
	enum zc_state least; /* states below it are left out */
	bool no_global;
};

/* One zone, as it is shown. id -1: none. */
struct row {
	int id;
	const char *name;
	enum zc_state state;
	const char *path;
	const char *uuid;
	const char *brand;
	bool exclusive_ip;
	unsigned debug_id;
};

static const struct row global = { .name = "global",
	.state = ZC_RUNNING,
	.path = "/",
	.uuid = "",
	.brand = "native" };

static int
both_formats(const struct options *o, enum format wanted, struct err *e)
{
	if (o->format == PLAIN || o->format == wanted)
		return 0;
	if (o->format != JSON && wanted != JSON)
		return err_set(e, EINVAL,
		    "list -p and -v are mutually exclusive.");
	return err_set(e, ERR_USAGE,
	    "list --json goes with neither -p nor -v.");
}

static int
set_format(struct options *o, enum format wanted, struct err *e)
{
	if (both_formats(o, wanted, e) == -1)
		return -1;
	o->format = wanted;
	return 0;
}

static int
widen(const struct cmd_call *call, struct options *o, enum zc_state least,
    struct err *e)
{
	if (call->zone)
		return err_set(e, ERR_USAGE,
		    "list -c and -i do not go with a zone.");
	if (least < o->least)
		o->least = least;
	return 0;
}

static int
one_option(const struct cmd_call *call, struct options *o, int c, struct err *e)
{
	switch (c) {
	case 'c':
		return widen(call, o, ZC_CONFIGURED, e);
	case 'i':
		return widen(call, o, ZC_INSTALLED, e);
	case 'n':
		o->no_global = true;
		return 0;
	case 'p':
		return set_format(o, PARSABLE, e);
	case 'v':
		return set_format(o, VERBOSE, e);
	case 'j':
		return set_format(o, JSON, e);
	default:
		return err_set(e, ERR_USAGE, "list: wrong option");
	}
}

static int
parse(const struct cmd_call *call, struct options *o, struct err *e)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int c;

	*o = (struct options){ .least = ZC_READY };
	opterr = 0;
	for (;;) {
		c = getopt_long(call->argc, call->argv, "+cinpv", longs, NULL);
		if (c == -1)
			break;
		if (one_option(call, o, c, e) == -1)
			return -1;
	}
	if (optind < call->argc)
		return err_set(e, ERR_USAGE, "list: '%s' is too much",
		    call->argv[optind]);
	return 0;
}

/* Head and width of list -v: scripts count on the third and the fifth word. */
static const struct table_col columns[] = {
	{ "ID", 4 },
	{ "NAME", -16 },
	{ "STATUS", -10 },
	{ "PATH", -30 },
	{ "BRAND", -8 },
	{ "IP", -6 },
};

static void
print_text(const struct row *r, const struct options *o)
{
	char id[16];
	char debug_id[16];
	const char *state = zc_state_name(r->state);
	const char *ip = r->exclusive_ip ? "excl" : "shared";

	(void)snprintf(id, sizeof(id), r->id >= 0 ? "%d" : "-", r->id);
	(void)snprintf(debug_id, sizeof(debug_id), "%u", r->debug_id);
	if (o->format == PLAIN) {
		(void)puts(r->name);
	} else if (o->format == VERBOSE) {
		const char *const cells[] = { id, r->name, state, r->path,
			r->brand, ip };

		table_row(stdout, columns, ARRAY_LEN(columns), cells);
	} else {
		const char *const cells[] = { id, r->name, state, r->path,
			r->uuid, r->brand, ip, debug_id };

		table_colons(stdout, cells, o->no_global ? 8 : 7);
	}
}

static void
print_json(const struct row *r)
{
	struct table_json j;

	table_json_open(&j, stdout, 2);
	if (r->id >= 0)
		table_json_number(&j, "id", (uint64_t)r->id);
	else
		table_json_text(&j, "id", NULL);
	table_json_text(&j, "name", r->name);
	table_json_text(&j, "state", zc_state_name(r->state));
	table_json_text(&j, "zonepath", r->path);
	table_json_text(&j, "uuid", *r->uuid != '\0' ? r->uuid : NULL);
	table_json_text(&j, "brand", r->brand);
	table_json_text(&j, "ip-type",
	    r->exclusive_ip ? "exclusive" : "shared");
	table_json_number(&j, "debug-id", r->debug_id);
	table_json_close(&j);
}

/* Rows are printed as they come. */
struct output {
	const struct options *o;
	size_t rows;
};

static void
output_start(struct output *out, const struct options *o)
{
	*out = (struct output){ .o = o };
	if (o->format == JSON)
		(void)fputc('[', stdout);
	else if (o->format == VERBOSE)
		table_head(stdout, columns, ARRAY_LEN(columns));
}

static void
output_row(struct output *out, const struct row *r)
{
	if (out->o->format != JSON) {
		print_text(r, out->o);
		return;
	}
	(void)fputs(out->rows++ > 0 ? ",\n  " : "\n  ", stdout);
	print_json(r);
}

static int
output_end(const struct output *out, struct err *e)
{
	if (out->o->format == JSON)
		(void)fputs(out->rows > 0 ? "\n]\n" : "]\n", stdout);
	return fflush(stdout) == EOF ? err_sys(e, "print") : 0;
}

static struct row
row_of(const struct zc_entry *z, const struct zc_run *run)
{
	struct row r = {
		.id = -1,
		.name = z->name,
		.state = zc_state_now(z, run),
		.path = z->zonepath ? z->zonepath : "",
		.uuid = z->uuid,
		.brand = z->brand,
		.exclusive_ip = z->exclusive_ip,
		.debug_id = z->debug_id,
	};

	if (r.state >= ZC_READY && run->id > 0)
		r.id = run->id;
	return r;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the zones that may run: the directories of /run/zones. A list of
 * thousands of halted zones then asks for no record. */
struct names {
	char **name;
	size_t n;
};

static void
names_done(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
}

static void
read_live(struct names *names)
{
	DIR *dir = opendir(path_of(PATH_RUN));
	struct dirent *d;

	if (!dir)
		return;
	while ((d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		if ((names->n & (names->n + 1)) == 0)
			names->name = mem_grow(names->name, names->n * 2 + 2,
			    sizeof(*names->name));
		names->name[names->n++] = mem_strdup(d->d_name);
	}
	(void)closedir(dir);
	if (names->n > 0)
		qsort(names->name, names->n, sizeof(*names->name), by_name);
}

static bool
may_run(const struct names *names, const char *name)
{
	return names->n > 0 &&
	    bsearch(&name, names->name, names->n, sizeof(*names->name),
		by_name) != NULL;
}

static void
tell_bad(const char *name, const struct err *why)
{
	(void)fprintf(stderr, "zoneadm: %s: %s\n", name, why->msg);
}

static int
by_id(const void *a, const void *b)
{
	/* No id (mounted) goes behind all others. */
	unsigned x = (unsigned)((const struct row *)a)->id;
	unsigned y = (unsigned)((const struct row *)b)->id;

	return (x > y) - (x < y);
}

/* The rows of zones that are up, in order of their ids; shown tells of each
 * zone of the index whether it is among them. */
static size_t
collect_live(const struct zc_index *index, struct row *rows, bool *shown)
{
	_cleanup(names_done) struct names live = { 0 };
	size_t n = 0;

	read_live(&live);
	for (size_t i = 0; i < index->n; i++) {
		const struct zc_entry *z = &index->zone[i];
		_cleanup_run struct zc_run run = { .state = ZC_INSTALLED };
		struct err why = { 0 };

		if (!may_run(&live, z->name))
			continue;
		if (zc_run_load(z->name, &run, &why) == -1)
			tell_bad(z->name, &why);
		rows[n] = row_of(z, &run);
		shown[i] = rows[n].state >= ZC_READY;
		n += shown[i];
	}
	if (n > 1)
		qsort(rows, n, sizeof(*rows), by_id);
	return n;
}

/* Zones with an id first, in its order; the others as the index has them. */
static int
list_all(const struct options *o, struct err *e)
{
	const struct zc_run halted = { .state = ZC_INSTALLED };
	_cleanup(zc_index_free) struct zc_index index = { 0 };
	_autofree struct row *rows = NULL;
	_autofree bool *shown = NULL;
	struct output out;
	size_t n;

	if (zc_index_load(&index, tell_bad, e) == -1)
		return -1;
	rows = mem_alloc((index.n + 1) * sizeof(*rows));
	shown = mem_alloc(index.n + 1);
	n = collect_live(&index, rows, shown);
	output_start(&out, o);
	if (!o->no_global)
		output_row(&out, &global);
	for (size_t i = 0; i < n; i++)
		output_row(&out, &rows[i]);
	for (size_t i = 0; i < index.n; i++) {
		struct row r = row_of(&index.zone[i], &halted);

		if (!shown[i] && r.state >= o->least)
			output_row(&out, &r);
	}
	return output_end(&out, e);
}

static int
list_row(const struct row *r, const struct options *o, struct err *e)
{
	struct output out;

	output_start(&out, o);
	output_row(&out, r);
	return output_end(&out, e);
}

static int
list_one(const struct cmd_call *call, const struct options *o, struct err *e)
{
	struct row r = global;

	if (!zc_name_is_global(call->zone))
		r = row_of(&call->entry, &call->run);
	return list_row(&r, o, e);
}

/* Inside a zone there is one zone: this one, and its root is "/". */
static int
list_inside(const struct options *o, struct err *e)
{
	_autofree char *name = NULL;
	struct row r = global;

	if (fd_read_file(AT_FDCWD, "/dev/.zone", 256, &name, NULL, e) == -1)
		return -1;
	name[strcspn(name, "\n")] = '\0';
	r.name = *name != '\0' ? name : "???";
	return list_row(&r, o, e);
}

int
cmd_list(struct cmd_call *call, struct err *e)
{
	struct options o;

	if (parse(call, &o, e) == -1)
		return -1;
	if (gate_in_zone())
		return list_inside(&o, e);
	if (call->zone)
		return list_one(call, &o, e);
	return list_all(&o, e);
}
