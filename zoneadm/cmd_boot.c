/* SPDX-License-Identifier: ISC
 *
 * cmd_boot - ready, boot, reboot, shutdown, halt: each is one request to the
 * zone's zoned.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "fs/hidden.h"
#include "zoneadm/cmd.h"
#include "zoneadm/gate.h"
#include "zoneadm/options.h"
#include "zoneadm/progress.h"
#include "zoned/client.h"

/* As on Solaris; zoned says the same of those in the configuration. */
enum { BOOTARGS_MAX = 255 };

/* zoned itself gives a teardown up after ten seconds. */
enum { SETTLE_STEP_MS = 5, SETTLE_STEPS = 11 * 1000 / SETTLE_STEP_MS };

/* What the options of a subcommand said. */
struct wish {
	char *args;       /* boot arguments, NULL: those of the configuration */
	const char *path; /* directory of the programs to upgrade to, or NULL */
	bool force;
	bool reboot;
};

static void
wish_done(struct wish *w)
{
	free(w->args);
}

static void
add_arg(struct wish *w, const char *word)
{
	char *longer;

	if (*word == '\0')
		return;
	longer = w->args ? mem_printf("%s %s", w->args, word)
			 : mem_strdup(word);
	free(w->args);
	w->args = longer;
}

static int
one_option(const struct cmd_call *call, struct wish *w, int c, struct err *e)
{
	switch (c) {
	case 's':
		add_arg(w, "-s");
		return 0;
	case 'w':
		add_arg(w, "-w");
		return 0;
	case 'i':
		add_arg(w, "-i");
		add_arg(w, optarg);
		return 0;
	case 'f':
		w->force = true;
		return 0;
	case 'r':
		w->reboot = true;
		return 0;
	default:
		return cmd_wrong_option(call, e);
	}
}

/* Options as in letters; what stands behind them ("--" may come between) are
 * boot arguments where the subcommand takes any. */
static int
parse(const struct cmd_call *call, const char *letters, bool takes_args,
    struct wish *w, struct err *e)
{
	int c;

	opterr = 0;
	for (;;) {
		c = getopt(call->argc, call->argv, letters);
		if (c == -1)
			break;
		if (one_option(call, w, c, e) == -1)
			return -1;
	}
	if (optind < call->argc && !takes_args)
		return err_set(e, ERR_USAGE, "%s: '%s' is too much",
		    call->argv[0], call->argv[optind]);
	for (int i = optind; i < call->argc; i++)
		add_arg(w, call->argv[i]);
	if (w->args && strlen(w->args) > BOOTARGS_MAX)
		return err_set(e, E2BIG, "Boot argument list too long");
	return 0;
}

struct listener {
	const struct cmd_call *call;
	struct progress progress;
};

static void
note(const char *type, const char *text, void *arg)
{
	struct listener *l = arg;

	if (strcmp(type, "progress") == 0) {
		progress_show(&l->progress, text);
		return;
	}
	progress_clear(&l->progress);
	cmd_say(l->call, "%s", text);
}

/* The zone's zoned, one that adopts the zone where the last one is gone. */
static int
open_zoned(const struct cmd_call *call, struct err *e)
{
	bool restarted = false;
	int sock = zd_client_open(call->zone, true, &restarted, e);

	if (sock >= 0 && restarted)
		cmd_say(call,
		    "WARNING: zone is in state '%s', but zoneadmd does not "
		    "appear to be available; restarted zoneadmd to recover.",
		    zc_state_name(call->state));
	return sock;
}

static int
ask_on(int sock, const struct cmd_call *call, const struct wish *w,
    struct err *e)
{
	struct listener l = { .call = call };
	_cleanup_msg struct zd_msg request = { 0 };
	_cleanup_msg struct zd_msg reply = { 0 };
	int result;

	zd_msg_start(&request, call->cmd->name);
	if (w->args)
		zd_msg_add(&request, "args", w->args);
	if (w->path)
		zd_msg_add(&request, "path", w->path);
	if (w->force)
		zd_msg_add(&request, "force", "1");
	if (w->reboot)
		zd_msg_add(&request, "reboot", "1");
	progress_start(&l.progress);
	result = zd_client_ask(sock, &request, &reply, note, &l, -1, e);
	progress_clear(&l.progress);
	return result;
}

/* The state that zoned has the zone in. */
static int
ask_state(int sock, enum zc_state *state, struct err *e)
{
	_cleanup_msg struct zd_msg request = { 0 };
	_cleanup_msg struct zd_msg reply = { 0 };
	const char *word;

	zd_msg_start(&request, "status");
	if (zd_client_ask(sock, &request, &reply, NULL, NULL, -1, e) == -1)
		return -1;
	word = zd_msg_get(&reply, "state");
	if (!word || zc_state_parse(word, state) == -1)
		return err_set(e, EPROTO, "zoned tells no state");
	return 0;
}

int
cmd_settle(struct cmd_call *call, struct err *e)
{
	const struct timespec pause = { .tv_nsec = SETTLE_STEP_MS * 1000000L };
	_autoclose int sock = open_zoned(call, e);
	enum zc_state state = ZC_SHUTTING_DOWN;

	if (sock == -1)
		return -1;
	for (int i = 0; i < SETTLE_STEPS; i++) {
		if (ask_state(sock, &state, e) == -1)
			return -1;
		if (state != ZC_SHUTTING_DOWN)
			break;
		(void)nanosleep(&pause, NULL);
	}
	return gate_load(call, e);
}

static int
ask(const struct cmd_call *call, const struct wish *w, struct err *e)
{
	_autoclose int sock = open_zoned(call, e);

	return sock == -1 ? -1 : ask_on(sock, call, w, e);
}

/* Nothing to do; but where the zoned of a zone that is up has gone, this is the
 * command that brings it back. */
static int
already(const struct cmd_call *call, const char *what, struct err *e)
{
	_autoclose int sock = -1;

	if (call->state > ZC_INSTALLED) {
		sock = open_zoned(call, e);
		if (sock == -1)
			return -1;
	}
	cmd_say(call, "zone is already %s", what);
	return 0;
}

/* zoned makes the checks that protect the host and tells the first fault. Only
 * then it is worth the time to look for all of them. */
static int
start(struct cmd_call *call, const struct wish *w, struct err *e)
{
	struct err why = { 0 };
	_autofree char *hidden = mem_printf("%s/" FS_HIDDEN_FILE,
	    call->entry.zonepath);

	/* Packages have changed below what the zone inherits. */
	if (access(hidden, F_OK) == 0 &&
	    !fs_hidden_is_current(call->entry.zonepath) &&
	    cmd_verify_zone(call, e) != 0)
		return 1;
	if (ask(call, w, &why) == 0)
		return 0;
	if ((why.code == ERR_VERIFY || why.code == ERR_CONFIG) &&
	    cmd_verify_zone(call, e) == 1)
		return 1;
	*e = why;
	return -1;
}

/* Down and up: a zone that would not come up is left as it is. */
static int
again(struct cmd_call *call, const struct wish *w, struct err *e)
{
	int result = cmd_verify_zone(call, e);

	return result == 0 ? ask(call, w, e) : result;
}

int
cmd_ready(struct cmd_call *call, struct err *e)
{
	_cleanup(wish_done) struct wish w = { 0 };

	if (parse(call, "+", false, &w, e) == -1)
		return -1;
	if (call->state == ZC_READY)
		return already(call, "ready", e);
	return call->state == ZC_RUNNING ? again(call, &w, e)
					 : start(call, &w, e);
}

int
cmd_boot(struct cmd_call *call, struct err *e)
{
	_cleanup(wish_done) struct wish w = { 0 };

	if (parse(call, "+sfi:w", true, &w, e) == -1)
		return -1;
	if (call->state == ZC_RUNNING)
		return already(call, "booted", e);
	return start(call, &w, e);
}

int
cmd_reboot(struct cmd_call *call, struct err *e)
{
	_cleanup(wish_done) struct wish w = { 0 };

	if (parse(call, "+", true, &w, e) == -1)
		return -1;
	return again(call, &w, e);
}

int
cmd_shutdown_check(struct cmd_call *call, struct err *e)
{
	_cleanup(wish_done) struct wish w = { 0 };

	if (parse(call, "+r", true, &w, e) == -1)
		return -1;
	if (w.args && !w.reboot)
		return err_set(e, ERR_USAGE,
		    "shutdown: boot arguments need -r");
	return 0;
}

int
cmd_shutdown(struct cmd_call *call, struct err *e)
{
	_cleanup(wish_done) struct wish w = { 0 };

	if (parse(call, "+r", true, &w, e) == -1)
		return -1;
	return w.reboot ? again(call, &w, e) : ask(call, &w, e);
}

/* A zone that is installed may be about to boot again by itself: then its zoned
 * is there and must hear of it. What it says is of no matter. */
static int
halt_installed(const struct cmd_call *call, const struct wish *w, struct err *e)
{
	struct err ignored;
	bool restarted;
	_autoclose int sock = zd_client_open(call->zone, false, &restarted,
	    &ignored);

	if (sock != -1)
		(void)!ask_on(sock, call, w, &ignored);
	return already(call, "halted", e);
}

int
cmd_halt(struct cmd_call *call, struct err *e)
{
	_cleanup(wish_done) struct wish w = { 0 };

	if (parse(call, "+", false, &w, e) == -1)
		return -1;
	if (call->state == ZC_INSTALLED)
		return halt_installed(call, &w, e);
	return ask(call, &w, e);
}

int
cmd_upgrade(struct cmd_call *call, struct err *e)
{
	_cleanup(wish_done) struct wish w = { 0 };
	_autofree char *program = path_helper("zoned");

	if (parse(call, "+", false, &w, e) == -1)
		return -1;
	/* The directory: its helpers come with it. */
	*strrchr(program, '/') = '\0';
	w.path = program;
	return ask(call, &w, e);
}
