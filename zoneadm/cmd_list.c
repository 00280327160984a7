/* SPDX-License-Identifier: ISC
 *
 * cmd_list - which zones there are, for people, for scripts, and as JSON.
 *
 * Reads the kernel's truth and starts nothing.
 */
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
#include "zoneadm/options.h"
#include "zoneadm/table.h"
#include "zonecfg/listing.h"

enum format { PLAIN, VERBOSE, PARSABLE, STATES, JSON };

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
	const char *backend; /* "": none */
	const char *signer;  /* "": none */
	uint64_t quota;      /* bytes, 0: none */
};

static const struct row global = { .name = "global",
	.state = ZC_RUNNING,
	.path = "/",
	.uuid = "",
	.brand = "native",
	.backend = "" };

static int
both_formats(const struct options *o, enum format wanted, struct err *e)
{
	if (o->format == PLAIN || o->format == wanted)
		return 0;
	if (o->format + wanted == PARSABLE + VERBOSE)
		return err_set(e, EINVAL,
		    "list -p and -v are mutually exclusive.");
	return err_set(e, ERR_USAGE,
	    o->format == STATES || wanted == STATES
		? "list -s goes with none of -p, -v and --json."
		: "list --json goes with neither -p nor -v.");
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
	case 's':
		return set_format(o, STATES, e);
	case 'v':
		return set_format(o, VERBOSE, e);
	case 'j':
		return set_format(o, JSON, e);
	default:
		return cmd_wrong_option(call, e);
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
		c = getopt_long(call->argc, call->argv, "+cinpsv", longs, NULL);
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

/* Of list -s. No zone of ours has an auxiliary state: one that could not go on
 * where it stopped is in a state of its own. */
static const struct table_col state_columns[] = {
	{ "NAME", -16 },
	{ "STATUS", -16 },
	{ "AUXILIARY STATE", 0 },
};

static void
print_states(const struct row *r)
{
	const char *const cells[] = { r->name, zc_state_name(r->state), "-" };

	table_row(stdout, state_columns, ARRAY_LEN(state_columns), cells);
}

static void
print_verbose(const struct row *r, const char *id, const char *ip)
{
	const char *const cells[] = { id, r->name, zc_state_name(r->state),
		r->path, r->brand, ip };

	table_row(stdout, columns, ARRAY_LEN(columns), cells);
}

/* With the eighth field only beside -n: clients count seven. */
static void
print_parsable(const struct row *r, const char *id, const char *ip, bool eighth)
{
	char debug_id[16] = "";
	const char *const cells[] = { id, r->name, zc_state_name(r->state),
		r->path, r->uuid, r->brand, ip, debug_id };

	if (eighth)
		(void)snprintf(debug_id, sizeof(debug_id), "%u", r->debug_id);
	table_colons(stdout, cells, eighth ? 8 : 7);
}

static void
print_text(const struct row *r, const struct options *o)
{
	char id[16] = "-";
	const char *ip = r->exclusive_ip ? "excl" : "shared";

	if (r->id >= 0)
		(void)snprintf(id, sizeof(id), "%d", r->id);
	if (o->format == PLAIN)
		(void)puts(r->name);
	else if (o->format == STATES)
		print_states(r);
	else if (o->format == VERBOSE)
		print_verbose(r, id, ip);
	else
		print_parsable(r, id, ip, o->no_global);
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
	table_json_text(&j, "backend",
	    r->backend && *r->backend ? r->backend : NULL);
	if (r->quota > 0)
		table_json_number(&j, "quota", r->quota);
	else
		table_json_text(&j, "quota", NULL);
	table_json_text(&j, "signed-by",
	    r->signer && *r->signer ? r->signer : NULL);
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
	else if (o->format == STATES)
		table_head(stdout, state_columns, ARRAY_LEN(state_columns));
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
		.backend = z->backend,
		.signer = z->signer,
		.quota = z->quota,
	};

	if (r.state >= ZC_READY && run->id > 0)
		r.id = run->id;
	return r;
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

/* The zones that are up. Rows point into their entries. */
struct live {
	struct zc_names names; /* that may be up */
	struct zc_entry *entry;
	struct row *row; /* in order of their ids */
	size_t n;
};

static void
live_done(struct live *live)
{
	for (size_t i = 0; i < live->n; i++)
		zc_entry_done(&live->entry[i]);
	free(live->entry);
	free(live->row);
	zc_names_done(&live->names);
}

static void
add_live(struct live *live, int etc, const char *name)
{
	struct zc_entry *z = &live->entry[live->n];
	_cleanup_run struct zc_run run = { .state = ZC_INSTALLED };
	struct err why = { 0 };
	int rc = zc_index_read(etc, name, z, &why);

	if (rc == -1)
		tell_bad(name, &why);
	if (rc != 0)
		return;
	if (zc_run_load(name, &run, &why) == -1)
		tell_bad(name, &why);
	live->row[live->n] = row_of(z, &run);
	if (live->row[live->n].state >= ZC_READY)
		live->n++;
	else
		zc_entry_done(z);
}

static int
collect_live(struct live *live, int etc, struct err *e)
{
	if (zc_run_names(&live->names, e) == -1)
		return -1;
	live->entry = mem_alloc((live->names.n + 1) * sizeof(*live->entry));
	live->row = mem_alloc((live->names.n + 1) * sizeof(*live->row));
	for (size_t i = 0; i < live->names.n; i++)
		add_live(live, etc, live->names.name[i]);
	if (live->n > 1)
		qsort(live->row, live->n, sizeof(*live->row), by_id);
	return 0;
}

static bool
is_shown(const struct live *live, const char *name)
{
	if (!zc_names_has(&live->names, name))
		return false;
	for (size_t i = 0; i < live->n; i++) {
		if (strcmp(live->row[i].name, name) == 0)
			return true;
	}
	return false;
}

/* Zones that are not up, one at a time: read, printed, forgotten. */
struct halted {
	struct output *out;
	const struct live *live;
};

static bool
is_halted(const char *name, void *arg)
{
	const struct halted *h = arg;

	return !is_shown(h->live, name);
}

static void
show_halted(struct zc_entry *z, void *arg)
{
	const struct zc_run halted = { .state = ZC_INSTALLED };
	const struct halted *h = arg;
	struct row r = row_of(z, &halted);

	if (r.state >= h->out->o->least)
		output_row(h->out, &r);
}

static int
list_halted(struct output *out, int etc, const struct live *live, struct err *e)
{
	struct halted h = { out, live };
	const struct zc_listing to = { is_halted, show_halted, tell_bad, &h };

	return zc_list(etc, &to, e);
}

/* Zones with an id first, in its order; the others by name, read only where
 * they were asked for. */
static int
list_all(const struct options *o, struct err *e)
{
	static char buffer[32 * 1024];
	_cleanup(live_done) struct live live = { 0 };
	_autoclose int etc = zc_index_open(e);
	struct output out;

	if (etc == -1 && e->code != ENOENT)
		return -1;
	if (etc != -1 && collect_live(&live, etc, e) == -1)
		return -1;
	(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	output_start(&out, o);
	if (!o->no_global)
		output_row(&out, &global);
	for (size_t i = 0; i < live.n; i++)
		output_row(&out, &live.row[i]);
	if (etc != -1 && o->least < ZC_READY &&
	    list_halted(&out, etc, &live, e) == -1)
		return -1;
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
	if (path_in_zone())
		return list_inside(&o, e);
	if (call->zone)
		return list_one(call, &o, e);
	return list_all(&o, e);
}
