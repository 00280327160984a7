/* SPDX-License-Identifier: ISC
 *
 * cmd_migrate - give a halted zone to another host.
 *
 * It is this host's until the journal (migrating.h) says that it was handed
 * over, which is when all of it lies there, on disk; from then on it is the
 * other's, and here it neither boots nor is anything else done with it. Whoever
 * is killed or cut off in between is asked by the next migrate how far it came.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/backend.h"
#include "fs/tree.h"
#include "fs/zonepath.h"
#include "zoneadm/clear.h"
#include "zoneadm/cmd.h"
#include "zoneadm/courier.h"
#include "zoneadm/facts.h"
#include "zoneadm/fill.h"
#include "zoneadm/gate.h"
#include "zoneadm/migrating.h"
#include "zoneadm/options.h"
#include "zoneadm/progress.h"
#include "zonecfg/detached.h"
#include "zonecfg/store.h"

enum {
	QUIET_SECONDS = 2, /* work shorter than this shows no progress */
	MEGABYTE = 1000000,
};

struct wish {
	bool try;     /* -n */
	bool keep;    /* -k: the configuration that is there */
	bool quiet;   /* -q */
	bool force;   /* -F */
	bool abandon; /* --abandon */
	const char *uri;
};

struct work {
	struct cmd_call *call;
	struct wish wish;
	struct courier courier;
	struct migrating m;
	const struct fs_backend *backend;
	struct fs_home home;
	uint64_t bytes;
	struct progress line;
	time_t begun;
};

static void
work_done(struct work *w)
{
	courier_done(&w->courier);
	migrating_done(&w->m);
	fd_close_at(&w->home.dir);
}

/* --- the command line -------------------------------------------------------
 */

static int
one_option(struct work *w, int c, struct err *e)
{
	switch (c) {
	case 'n':
		w->wish.try = true;
		return 0;
	case 'k':
		w->wish.keep = true;
		return 0;
	case 'q':
		w->wish.quiet = true;
		return 0;
	case 'F':
		w->wish.force = true;
		return 0;
	case 'A':
		w->wish.abandon = true;
		return 0;
	default:
		return cmd_wrong_option(w->call, e);
	}
}

static int
parse(struct work *w, struct err *e)
{
	static const struct option longs[] = {
		{ "abandon", no_argument, NULL, 'A' },
		{ 0 },
	};
	const struct cmd_call *call = w->call;
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt_long(call->argc, call->argv, "+nkqF", longs,
		    NULL)) != -1) {
		if (one_option(w, c, e) == -1)
			return -1;
	}
	w->wish.uri = optind < call->argc ? call->argv[optind++] : NULL;
	if (optind < call->argc)
		return err_set(e, ERR_USAGE, "migrate: '%s' is too much",
		    call->argv[optind]);
	if (w->wish.abandon && (w->wish.try || w->wish.keep || w->wish.uri))
		return err_set(e, ERR_USAGE,
		    "migrate: --abandon goes with -F and -q alone");
	if (w->wish.force && !w->wish.abandon)
		return err_set(e, ERR_USAGE,
		    "migrate: -F goes with --abandon alone");
	if (w->wish.uri && strcmp(w->wish.uri, ".") != 0)
		return courier_check(w->wish.uri, e);
	return 0;
}

/* Progress, in the words and the form that scripts know. */
static void PRINTF(2, 3) tell(const struct work *w, const char *fmt, ...)
{
	_autofree char *text = NULL;
	va_list ap;

	if (w->wish.quiet)
		return;
	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	(void)printf("zoneadm: zone '%s': %s\n", w->call->zone, text);
	(void)fflush(stdout);
}

/* --- the journal, carried out -----------------------------------------------
 */

static int
note(struct work *w, enum migrating_phase phase, struct err *e)
{
	w->m.phase = phase;
	return migrating_save(w->call->zone, &w->m, e);
}

/* It is here, whatever there is of it elsewhere. */
static int
come_back(const char *zone, struct err *e)
{
	_cleanup_entry struct zc_entry entry = { 0 };

	if (zc_index_get(zone, &entry, e) == -1)
		return -1;
	/* Only we make a zone with a journal incomplete. */
	if (entry.state == ZC_INCOMPLETE &&
	    zc_index_set_state(zone, ZC_INSTALLED, e) == -1)
		return -1;
	return migrating_forget(zone, e);
}

/* It is there: what is here of it goes. */
static int
clear_here(struct cmd_call *call, struct err *e)
{
	struct err why = { 0 };
	_autoclose int dir = -1;

	if (call->entry.state != ZC_CONFIGURED) {
		dir = fs_zonepath_open(call->entry.zonepath, &why);
		if (dir == -1 && why.code != ENOENT) {
			*e = why;
			return -1;
		}
		if (dir != -1 && clear_zonepath(&call->entry, dir, e) == -1)
			return -1;
		if (fill_release(call->zone, &call->entry, e) == -1 ||
		    zc_index_set_state(call->zone, ZC_CONFIGURED, e) == -1)
			return -1;
	}
	return migrating_forget(call->zone, e);
}

/* A journal of a zone that is not this one any more. */
static bool
is_stale(const struct cmd_call *call, const struct migrating *m)
{
	if (m->phase == MIGRATING_TAKEN && call->entry.state == ZC_CONFIGURED)
		return false;
	return strcmp(m->uuid, call->entry.uuid) != 0;
}

static int
refuse(const struct migrating *m, struct err *e)
{
	return err_set(e, ERR_CONFIG,
	    m->phase == MIGRATING_HANDED
		? "it was handed over to %s, which may have it already; "
		  "'zoneadm migrate' goes on with that, 'zoneadm migrate "
		  "--abandon' takes it back"
		: "it is being taken back from %s; 'zoneadm migrate --abandon' "
		  "goes on with that",
	    m->uri);
}

static int
settle(struct cmd_call *call, const struct migrating *m, struct err *e)
{
	if (is_stale(call, m))
		return migrating_forget(call->zone, e);
	if (m->phase == MIGRATING_SENDING)
		return come_back(call->zone, e);
	if (m->phase == MIGRATING_TAKEN)
		return clear_here(call, e);
	return refuse(m, e);
}

int
cmd_finish_migrate(struct cmd_call *call, struct err *busy, struct err *e)
{
	_cleanup_migrating struct migrating m = { .uri = NULL };

	(void)busy;
	if (call->cmd->run == cmd_migrate)
		return 0;
	if (migrating_load(call->zone, &m, e) == -1 ||
	    settle(call, &m, e) == -1)
		return -1;
	return gate_load(call, e);
}

/* --- sending -----------------------------------------------------------------
 */

static void
show_sent(uint64_t bytes, void *arg)
{
	struct work *w = arg;
	_autofree char *text = NULL;
	static unsigned calls;

	if (++calls % 16 != 0 || w->wish.quiet ||
	    time(NULL) - w->begun < QUIET_SECONDS)
		return;
	text = mem_printf("sending: %llu of about %llu MB",
	    (unsigned long long)(bytes / MEGABYTE),
	    (unsigned long long)(w->bytes / MEGABYTE + 1));
	progress_show(&w->line, text);
}

static int
open_tree(struct work *w, struct err *e)
{
	_autoclose int view = w->backend->view(&w->home, -1, FS_VIEW_READ, e);

	/* A mount's own descriptor opens nothing. */
	return view == -1 ? -1 : fd_open_dir(view, ".", e);
}

static int
send_root(struct work *w, int tree, struct err *e)
{
	int result = wire_say(&w->courier.wire, e, "data");

	if (result == 0)
		result = courier_send_tree(&w->courier, tree, show_sent, w, e);
	if (result == 0 && w->line.width > 0)
		progress_show(&w->line, "waiting for the other side's disk");
	if (result == 0)
		result = courier_hear(&w->courier, NULL, e);
	progress_clear(&w->line);
	return result;
}

static int
manifest(const struct cmd_call *call, char **text, struct err *e)
{
	_cleanup_zone struct zc_zone *cfg = NULL;
	_autofree char *facts = NULL;

	if (zc_store_load(call->zone, &cfg, e) == -1 ||
	    facts_of(cfg, &call->entry, &facts, e) == -1)
		return -1;
	*text = zc_detached_print(cfg, facts);
	return 0;
}

/* Would it be taken there. */
static int
offer(struct work *w, struct err *e)
{
	_autofree char *text = NULL;
	size_t len;

	if (manifest(w->call, &text, e) == -1)
		return -1;
	tell(w, "Checking migration compatibility.");
	len = strlen(text);
	if (courier_open(w->wish.uri, &w->courier, e) == -1 ||
	    wire_say(&w->courier.wire, e, "offer %s %s %llu %s %zu",
		w->call->zone, w->call->entry.uuid,
		(unsigned long long)w->bytes, w->wish.keep ? "there" : "came",
		len) == -1 ||
	    wire_write(&w->courier.wire, text, len, e) == -1)
		return -1;
	return courier_hear(&w->courier, NULL, e);
}

static int
copy(struct work *w, int tree, struct err *e)
{
	_autofree char *there = NULL;

	tell(w, "Importing zone configuration.");
	if (courier_ask(&w->courier, &there, e, "begin") == -1)
		return -1;
	(void)snprintf(w->m.there, sizeof(w->m.there), "%s", there);
	(void)snprintf(w->m.uuid, sizeof(w->m.uuid), "%s", w->call->entry.uuid);
	w->m.uri = mem_strdup(w->wish.uri);
	if (note(w, MIGRATING_SENDING, e) == -1)
		return -1;
	tell(w, "Starting migration.");
	return send_root(w, tree, e);
}

/* --- handing over ------------------------------------------------------------
 */

/* The second call decides. */
static int
hand_over(struct work *w, struct err *e)
{
	if (zc_index_set_state(w->call->zone, ZC_INCOMPLETE, e) == -1)
		return -1;
	return note(w, MIGRATING_HANDED, e);
}

static int
finish(struct work *w, struct err *e)
{
	tell(w, "Cleaning up.");
	if (gate_load(w->call, e) == -1)
		return -1;
	return clear_here(w->call, e);
}

static int
take(struct work *w, struct err *e)
{
	tell(w, "Attaching zone.");
	if (courier_ask(&w->courier, NULL, e, "take %s %s", w->call->zone,
		w->m.there) == -1)
		return err_in(e,
		    "it was handed over, and is not known to have arrived; "
		    "'zoneadm -z %s migrate' goes on",
		    w->call->zone);
	if (note(w, MIGRATING_TAKEN, e) == -1)
		return -1;
	return finish(w, e);
}

/* Failed before it was handed over: it is here, as it was. */
static int
failed(struct work *w, struct err *e)
{
	struct err why = { 0 };

	progress_clear(&w->line);
	if (come_back(w->call->zone, &why) == -1)
		cmd_say(w->call, "%s; the next command tries again", why.msg);
	(void)e;
	return -1;
}

static int
prepare(struct work *w, int *tree, struct err *e)
{
	int result = clear_check_mounts(w->call, e);

	if (result != 0)
		return result;
	w->home.path = w->call->entry.zonepath;
	w->home.dir = fs_zonepath_open(w->home.path, e);
	if (w->home.dir == -1 ||
	    fs_backend_find(w->call->entry.backend, &w->backend, e) == -1 ||
	    clear_check_snapshots(w->call, w->backend, &w->home,
		"go to another host", e) == -1)
		return -1;
	*tree = open_tree(w, e);
	return *tree == -1 ? -1 : fs_tree_used(*tree, &w->bytes, e);
}

static int
migrate(struct work *w, struct err *e)
{
	_autoclose int tree = -1;
	int result;

	if (!w->wish.uri)
		return err_set(e, ERR_USAGE,
		    "migrate: no address is given, and no migration was "
		    "interrupted");
	if (w->call->state != ZC_INSTALLED)
		return err_set(e, ERR_STATE,
		    "must be installed before migrate.");
	result = prepare(w, &tree, e);
	if (result != 0)
		return result;
	if (offer(w, e) == -1)
		return -1;
	if (w->wish.try) {
		tell(w, "Dry-run migration successful.");
		return 0;
	}
	if (copy(w, tree, e) == -1 || hand_over(w, e) == -1)
		return failed(w, e);
	/* The view goes before what it shows does. */
	fd_close_at(&tree);
	fd_close_at(&w->home.dir);
	return take(w, e);
}

/* --- going on ----------------------------------------------------------------
 */

static int
stage_there(struct work *w, char **stage, struct err *e)
{
	if (courier_open(w->m.uri, &w->courier, e) == -1)
		return -1;
	return courier_ask(&w->courier, stage, e, "status %s %s", w->call->zone,
	    w->m.there);
}

static int
go_on(struct work *w, struct err *e)
{
	if (w->wish.uri && strcmp(w->wish.uri, w->m.uri) != 0)
		return refuse(&w->m, e);
	if (w->m.phase == MIGRATING_ABANDONING)
		return refuse(&w->m, e);
	if (w->wish.try)
		return refuse(&w->m, e);
	tell(w, "Going on with the migration to %s.", w->m.uri);
	if (courier_open(w->m.uri, &w->courier, e) == -1)
		return -1;
	return take(w, e);
}

/* May it be here again: 0; -1: the other side has it, or who knows. */
static int
check_dropped(struct work *w, const char *stage, struct err *e)
{
	if (str_eq(stage, "taken"))
		return err_set(e, EEXIST,
		    "it is at %s already; 'zoneadm -z %s migrate' takes away "
		    "what is here, and a migration from there brings it back",
		    w->m.uri, w->call->zone);
	if (str_eq(stage, "none") && w->m.phase == MIGRATING_HANDED &&
	    !w->wish.force)
		return err_set(e, ENOENT,
		    "%s does not have it any more: it was removed there, or "
		    "sent on; where it is nowhere else 'zoneadm -z %s migrate "
		    "--abandon -F' makes it this host's again",
		    w->m.uri, w->call->zone);
	return 0;
}

/* Where the other side cannot be asked, only the administrator knows. */
static int
abandon(struct work *w, struct err *e)
{
	_autofree char *stage = NULL;
	struct err why = { 0 };

	if (stage_there(w, &stage, &why) == -1) {
		if (!w->wish.force)
			return err_set(e, why.code,
			    "%s\nthat host cannot be asked; where it will never "
			    "have the zone 'zoneadm -z %s migrate --abandon "
			    "-F' makes it this host's again",
			    why.msg, w->call->zone);
		return come_back(w->call->zone, e);
	}
	if (check_dropped(w, stage, e) == -1)
		return -1;
	if (w->m.phase == MIGRATING_HANDED &&
	    note(w, MIGRATING_ABANDONING, e) == -1)
		return -1;
	if (courier_ask(&w->courier, NULL, e, "drop %s %s", w->call->zone,
		w->m.there) == -1)
		return -1;
	return come_back(w->call->zone, e);
}

static int
pending(struct work *w, struct err *e)
{
	if (w->wish.uri && strcmp(w->wish.uri, ".") == 0)
		return settle(w->call, &w->m, e);
	if (w->m.phase == MIGRATING_TAKEN)
		return finish(w, e);
	if (w->wish.abandon)
		return abandon(w, e);
	if (w->m.phase != MIGRATING_SENDING)
		return go_on(w, e);
	if (!w->wish.uri)
		w->wish.uri = w->m.uri;
	if (come_back(w->call->zone, e) == -1 || gate_load(w->call, e) == -1)
		return -1;
	return 1;
}

int
cmd_migrate(struct cmd_call *call, struct err *e)
{
	_cleanup(work_done) struct work w = {
		.call = call,
		.courier = COURIER_NONE,
		.home = { .dir = -1 },
		.begun = time(NULL),
	};
	_autofree char *uri = NULL;
	int result = 1;

	(void)signal(SIGPIPE, SIG_IGN);
	progress_start(&w.line);
	if (parse(&w, e) == -1)
		return -1;
	if (migrating_is_pending(call->zone)) {
		if (migrating_load(call->zone, &w.m, e) == -1)
			return -1;
		if (!is_stale(call, &w.m))
			result = pending(&w, e);
		else if (migrating_forget(call->zone, e) == -1)
			return -1;
		uri = mem_take(&w.m.uri);
	} else if (w.wish.abandon) {
		return err_set(e, ERR_STATE,
		    "no migration of it was interrupted");
	}
	if (result != 1 || (w.wish.uri && strcmp(w.wish.uri, ".") == 0))
		return result == 1 ? 0 : result;
	return migrate(&w, e);
}
