/* SPDX-License-Identifier: ISC
 *
 * zoneadm - administer zones: global options, the table of subcommands, and the
 * one place that prints what went wrong.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zoneadm/cmd.h"
#include "zoneadm/delegate.h"
#include "zoneadm/elsewhere.h"
#include "zoneadm/gate.h"
#include "zoneadm/migrating.h"
#include "zoneadm/moving.h"
#include "zoneadm/options.h"
#include "zonecfg/hint.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

char **cmd_argv;

struct options {
	const char *zone;
	const char *uuid;
	const char *root;
};

/* A message may have several lines; each is one of ours. */
static void
say(const char *zone, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "\n");

		if (zone)
			(void)fprintf(stderr, "zoneadm: zone '%s': %.*s\n",
			    zone, (int)n, text);
		else
			(void)fprintf(stderr, "zoneadm: %.*s\n", (int)n, text);
		if (text[n] == '\0')
			return;
		text += n + 1;
	}
}

void
cmd_say(const struct cmd_call *call, const char *fmt, ...)
{
	_autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	say(call->zone, text);
}

static const struct cmd *
find(const char *name)
{
	for (size_t i = 0; i < cmd_table_n; i++) {
		if (strcmp(cmd_table[i].name, name) == 0)
			return &cmd_table[i];
	}
	return NULL;
}

int
cmd_unknown(const char *name, struct err *e)
{
	_autofree const char **names = mem_alloc(cmd_table_n * sizeof(*names));
	const char *nearest;
	_autofree char *shown = str_visible(name, strlen(name));

	if (elsewhere_why(name, 0))
		return err_set(e, ERR_USAGE, "%s: not here: %s", shown,
		    elsewhere_why(name, 0));
	for (size_t i = 0; i < cmd_table_n; i++)
		names[i] = cmd_table[i].name;
	nearest = str_nearest(name, names, cmd_table_n);
	if (!nearest)
		return err_set(e, ERR_USAGE, "%s: unknown subcommand", shown);
	return err_set(e, ERR_USAGE,
	    "%s: unknown subcommand; did you mean '%s'?", shown, nearest);
}

/* An uuid that matches wins over -z; one that does not is of no weight beside
 * it. The name found is kept in *found. */
static int
resolve_uuid(struct options *o, char **found, struct err *e)
{
	struct zc_index index = { 0 };

	if (zc_index_load(&index, NULL, e) == -1)
		return -1;
	for (size_t i = 0; i < index.n && !*found; i++) {
		if (strcasecmp(index.zone[i].uuid, o->uuid) == 0)
			*found = mem_strdup(index.zone[i].name);
	}
	zc_index_free(&index);
	if (*found)
		o->zone = *found;
	else if (!o->zone)
		return err_set(e, ERR_UNKNOWN_ZONE,
		    "%s: No such zone configured", o->uuid);
	return 0;
}

/* Whatever the subcommand is, an unknown zone is told first. */
static int
check_zone(const char *zone, struct err *e)
{
	_autofree char *shown = str_visible(zone, strlen(zone));
	_autofree char *cfg = NULL;

	if (zc_name_is_global(zone) || str_starts(zone, "SUNW"))
		return 0;
	if (zc_name_ok(zone)) {
		cfg = mem_printf("%s/%s.cfg", path_of(PATH_ETC), zone);
		if (access(cfg, F_OK) == 0 || errno != ENOENT)
			return 0;
	}
	return err_set(e, ERR_UNKNOWN_ZONE, "%s: No such zone configured",
	    shown);
}

/* Then the zone need not be there. */
static bool
only_asks(const char *zone, int argc, char **argv)
{
	const struct cmd *cmd = argc > 0 ? find(argv[0]) : NULL;

	return cmd && zc_name_ok(zone) && gate_only_asks(cmd, argc, argv);
}

static int
report(const struct cmd_call *call, int result, const struct err *e)
{
	if (result != -1)
		return result == 0 ? EXIT_OK : EXIT_FAILED;
	say(e->code == ERR_UNKNOWN_ZONE || e->code == ERR_USAGE ? NULL
								: call->zone,
	    e->msg);
	if (e->code != ERR_USAGE)
		return EXIT_FAILED;
	cmd_usage(call->cmd);
	return EXIT_USAGE;
}

/* Are the words right? That is told before anything of the zone. */
static int
check_words(struct cmd_call *call, struct err *e)
{
	optind = 0; /* getopt anew, for the subcommand's own options */
	if (cmd_check_options(call, e) == -1 ||
	    (call->cmd->check && call->cmd->check(call, e) == -1))
		return -1;
	optind = 0;
	return 0;
}

/* Refused because of what the zone is now: what leads on from there. */
static int
refused(const struct cmd_call *call, const struct err *e)
{
	say(call->zone, e->msg);
	if (e->code == ERR_STATE)
		zc_hint_state("zoneadm", call->zone, call->state);
	return 1;
}

/* Through the gate and to the function. */
static int
run(struct cmd_call *call, struct err *e)
{
	struct err busy = { 0 };
	int result;

	if (check_words(call, e) == -1)
		return -1;
	if (cmd_is_apart(call->cmd))
		return call->cmd->run(call, e);
	if (gate_open(call, &busy, e) == -1)
		return -1;
	if (call->lock != -1 && moving_is_pending(call->entry.uuid)) {
		result = cmd_finish_move(call, &busy, e);
		if (result != 0)
			return result;
	}
	if (call->lock != -1 && migrating_is_pending(call->zone)) {
		result = cmd_finish_migrate(call, &busy, e);
		if (result != 0)
			return result;
	}
	if ((call->cmd->flags & CMD_SETTLES) &&
	    (call->state == ZC_SHUTTING_DOWN || call->state == ZC_DOWN) &&
	    busy.code == 0 && cmd_settle(call, e) == -1)
		return -1;
	if (gate_decide(call, &busy, e) == -1)
		return refused(call, e);
	return call->cmd->run(call, e);
}

/* What failed on the way and left a half: what clears that away. Without the
 * lock the half is somebody else's, who is at it; of a zone that goes to
 * another host it is said elsewhere. */
static void
hint_half_done(const struct cmd_call *call)
{
	_cleanup_entry struct zc_entry now = { 0 };
	struct err ignored;

	if (call->lock != -1 && call->state != ZC_INCOMPLETE &&
	    zc_index_get(call->zone, &now, &ignored) == 0 &&
	    now.state == ZC_INCOMPLETE && !migrating_is_pending(call->zone))
		zc_hint_state("zoneadm", call->zone, ZC_INCOMPLETE);
}

/* For who is not root, root's broker: 1 where there is none, or nothing that it
 * could be asked. */
static int
delegate(const struct cmd_call *call, int *status, struct err *e)
{
	_cleanup_msg struct zd_msg m = { 0 };

	if (geteuid() == 0 || !call->zone || call->argc > 2 ||
	    !(call->cmd->flags & CMD_ROOT) || path_in_zone())
		return 1;
	zd_msg_start(&m, "zoneadm");
	zd_msg_add(&m, "zone", call->zone);
	zd_msg_add(&m, "verb", call->argv[0]);
	if (call->argc == 2)
		zd_msg_add(&m, "arg", call->argv[1]);
	return delegate_ask(&m, status, e);
}

static int
dispatch(const struct options *o, int argc, char **argv)
{
	struct err e = { 0 };
	struct cmd_call call = {
		.cmd = find(argv[0]),
		.zone = o->zone,
		.run = { .state = ZC_INSTALLED },
		.argc = argc,
		.argv = argv,
		.lock = -1,
	};
	int status;
	int result;

	if (!call.cmd) {
		(void)cmd_unknown(argv[0], &e);
		say(NULL, e.msg);
		cmd_usage(NULL);
		return EXIT_USAGE;
	}
	result = delegate(&call, &status, &e);
	if (result == 0)
		return status;
	if (result == -1)
		return report(&call, -1, &e);
	/* The process is about to end: the lock goes with it. */
	status = report(&call, run(&call, &e), &e);
	if (status == EXIT_FAILED)
		hint_half_done(&call);
	zc_entry_done(&call.entry);
	zc_run_done(&call.run);
	return status;
}

/* What is to be done behind the options. */
enum next { NEXT_RUN, NEXT_USAGE, NEXT_HELP, NEXT_VERSION };

static enum next
parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "+:z:u:R:", longs, NULL)) != -1) {
		if (c == 'z')
			o->zone = optarg;
		else if (c == 'u')
			o->uuid = optarg;
		else if (c == 'R')
			o->root = optarg;
		else
			return c == 'V' ? NEXT_VERSION
			    : c == 'h'  ? NEXT_HELP
					: NEXT_USAGE;
	}
	return NEXT_RUN;
}

/* What needs no zone. An exit status. */
static int
run_option(enum next what)
{
	if (what == NEXT_VERSION)
		return puts("zoneadm " ZONES_VERSION) == EOF;
	if (what == NEXT_HELP)
		return cmd_print_usage(stdout) == -1;
	cmd_usage(NULL);
	return EXIT_USAGE;
}

static int
fail_early(const char *zone, const struct err *e)
{
	say(NULL, e->msg);
	if (e->code == ERR_UNKNOWN_ZONE && zone)
		zc_hint_zone("zoneadm", zone);
	return e->code == ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct err e = { 0 };
	_autofree char *found = NULL;
	enum next next = parse(argc, argv, &o);

	cmd_argv = argv;
	if (next != NEXT_RUN)
		return run_option(next);
	if (path_init(o.root, &e) == -1)
		return fail_early(o.zone, &e);
	if (o.uuid && *o.uuid != '\0' && resolve_uuid(&o, &found, &e) == -1)
		return fail_early(o.zone, &e);
	if (o.zone && !only_asks(o.zone, argc - optind, argv + optind) &&
	    check_zone(o.zone, &e) == -1)
		return fail_early(o.zone, &e);
	if (optind >= argc) {
		cmd_usage(NULL);
		return EXIT_USAGE;
	}
	return dispatch(&o, argc - optind, argv + optind);
}
