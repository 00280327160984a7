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
#include "zoneadm/gate.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

#define S(state) CMD_STATE(ZC_##state)
#define ANY (~0U)
#define ON_ZONE (CMD_ZONE | CMD_ROOT | CMD_LOCK)

/* Dispatcher, gate and usage text at once: name, arguments, what it does; then
 * flags, states it is allowed in, force option, function. */
const struct cmd cmd_table[] = {
	/* clang-format off */
	{ "help", "[subcommand]", "Print what a subcommand does.",
	    CMD_IN_ZONE_OK, ANY, 0, cmd_help },
	{ "boot", "[-sf] [-i path] [-- boot_arguments]",
	    "Start the zone's init; a zone that is not ready is made ready.",
	    ON_ZONE | CMD_BUILT,
	    S(INSTALLED) | S(READY) | S(RUNNING), 'f', cmd_boot },
	{ "halt", "",
	    "Stop every process of the zone at once and take it apart.",
	    CMD_ZONE | CMD_ROOT | CMD_MANAGED,
	    S(INSTALLED) | S(READY) | S(RUNNING) | S(SHUTTING_DOWN) | S(DOWN),
	    0, cmd_halt },
	{ "ready", "",
	    "Make the zone's platform without starting a process in it.",
	    ON_ZONE | CMD_BUILT,
	    S(INSTALLED) | S(READY) | S(RUNNING), 0, cmd_ready },
	{ "shutdown", "[-r [-- boot_arguments]]",
	    "Let the zone shut itself down; with -r boot it afterwards.",
	    CMD_ZONE | CMD_ROOT | CMD_RUNNING,
	    S(RUNNING) | S(SHUTTING_DOWN), 0, cmd_shutdown },
	{ "reboot", "[-- boot_arguments]",
	    "Halt the zone and boot it, without running its shutdown.",
	    CMD_ZONE | CMD_ROOT | CMD_RUNNING, S(RUNNING), 0, cmd_reboot },
	{ "list", "[-cinpv] [--json]",
	    "List zones: those that run; all with -c, installed ones with -i.",
	    CMD_GLOBAL_OK | CMD_IN_ZONE_OK, ANY, 0, cmd_list },
	{ "verify", "", "Check the configuration against this host.",
	    CMD_ZONE | CMD_ROOT | CMD_WHOLE,
	    S(CONFIGURED) | S(INSTALLED) | S(READY) | S(RUNNING) |
	    S(SHUTTING_DOWN) | S(DOWN) | S(MOUNTED), 0, cmd_verify },
	{ "install", "[-s] [-v] [-a archive | -d directory] [-u | -p]",
	    "Make the zone's root.",
	    ON_ZONE | CMD_HALTED | CMD_FRESH | CMD_WHOLE,
	    S(CONFIGURED), 0, cmd_install },
	{ "uninstall", "[-F]", "Remove the zone's root; it stays configured.",
	    ON_ZONE | CMD_HALTED | CMD_GONE,
	    S(INCOMPLETE) | S(INSTALLED), 0, cmd_uninstall },
	{ "mark", "incomplete", "Note that the zone's root cannot be trusted.",
	    ON_ZONE | CMD_HALTED | CMD_BUILT,
	    S(INCOMPLETE) | S(INSTALLED), 0, cmd_mark },
	{ "mount", "[-f]", "Show the root of a zone that is halted.",
	    ON_ZONE | CMD_BUILT, S(INSTALLED), 'f', cmd_mount },
	{ "unmount", "", "Take that view away again.",
	    ON_ZONE | CMD_MOUNTED, S(MOUNTED), 0, cmd_unmount },
	{ "doctor", "[--json]",
	    "Check what this host offers zones, and how many it can carry.",
	    CMD_GLOBAL_OK, ANY, 0, cmd_doctor },
	/* clang-format on */
};
const size_t cmd_table_n = ARRAY_LEN(cmd_table);

struct options {
	const char *zone;
	const char *uuid;
	const char *root;
};

/* A message may have several lines; each is one of ours. */
static void
say(const char *zone, const char *text)
{
	if (zone)
		(void)fprintf(stderr, "zoneadm: zone '%s': %s\n", zone, text);
	else
		(void)fprintf(stderr, "zoneadm: %s\n", text);
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

static int
unknown_command(const char *name)
{
	const char *names[ARRAY_LEN(cmd_table)];
	const char *nearest;
	_autofree char *shown = str_visible(name, strlen(name));

	for (size_t i = 0; i < cmd_table_n; i++)
		names[i] = cmd_table[i].name;
	nearest = str_nearest(name, names, cmd_table_n);
	(void)fprintf(stderr, "zoneadm: %s: unknown subcommand", shown);
	if (nearest)
		(void)fprintf(stderr, "; did you mean '%s'?", nearest);
	(void)fputc('\n', stderr);
	cmd_usage(NULL);
	return EXIT_USAGE;
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
		return err_set(e, ERR_UNKNOWN_ZONE, "%s: No such zone configured",
		    o->uuid);
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

static int
dispatch(const struct options *o, int argc, char **argv)
{
	struct err e = { 0 };
	struct cmd_call call = {
		.cmd = find(argv[0]),
		.zone = o->zone,
		.argc = argc,
		.argv = argv,
		.lock = -1,
	};
	int result;

	if (!call.cmd)
		return unknown_command(argv[0]);
	optind = 0; /* getopt anew, for the subcommand's own options */
	result = gate_pass(&call, &e);
	if (result == 0)
		result = call.cmd->run(&call, &e);
	result = report(&call, result, &e);
	/* The process is about to end: the lock goes with it. */
	return result;
}

/* 0: go on at argv[optind]. Else an exit status. */
static int
parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, '?' },
		{ 0 },
	};
	int c;

	for (;;) {
		c = getopt_long(argc, argv, "+:z:u:R:?", longs, NULL);
		if (c == -1)
			break;
		if (c == 'z')
			o->zone = optarg;
		else if (c == 'u')
			o->uuid = optarg;
		else if (c == 'R')
			o->root = optarg;
		else if (c == 'V')
			return -2;
		else {
			cmd_usage(NULL);
			return EXIT_USAGE;
		}
	}
	return 0;
}

static int
fail_early(const struct err *e)
{
	say(NULL, e->msg);
	return e->code == ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct err e = { 0 };
	_autofree char *found = NULL;
	int status = parse(argc, argv, &o);

	if (status == -2)
		return printf("zoneadm %s\n", ZONES_VERSION) < 0;
	if (status != 0)
		return status;
	if (path_init(o.root, &e) == -1)
		return fail_early(&e);
	if (o.uuid && *o.uuid != '\0' && resolve_uuid(&o, &found, &e) == -1)
		return fail_early(&e);
	if (o.zone && check_zone(o.zone, &e) == -1)
		return fail_early(&e);
	if (optind >= argc) {
		cmd_usage(NULL);
		return EXIT_USAGE;
	}
	return dispatch(&o, argc - optind, argv + optind);
}
