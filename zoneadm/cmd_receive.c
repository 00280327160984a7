/* SPDX-License-Identifier: ISC
 *
 * cmd_receive - the other end of migrate: take a zone that another host sends.
 *
 * Started by ssh for whoever may be root here. Each request is a line, answered
 * by "ok" or "no" and why; what the administrator there should read besides
 * goes to stderr, which ssh carries too. The zone is incomplete here from its
 * first file on, and becomes installed by "take" alone, which the other side
 * asks for when it no longer calls the zone its own. A part of a zone goes when
 * the connection does; a whole one stays until the other side has decided.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/dataset.h"
#include "fs/install.h"
#include "fs/zonepath.h"
#include "zoneadm/clear.h"
#include "zoneadm/cmd.h"
#include "zoneadm/facts.h"
#include "zoneadm/fill.h"
#include "zoneadm/gate.h"
#include "zoneadm/migrating.h"
#include "zoneadm/options.h"
#include "zoneadm/verify.h"
#include "zoneadm/wire.h"
#include "zonecfg/detached.h"
#include "zonecfg/export.h"
#include "zonecfg/store.h"

enum {
	SILENCE_MS = 120 * 1000, /* of the other side: then it is gone */
	LOCK_WAIT_MS = 5000,
	MEGABYTE = 1000000,
	MAX_WORDS = 6,
};

/* The zone that comes. */
struct guest {
	struct wire wire;
	struct cmd_call call; /* as if it were called for that zone */
	char *name;
	char *manifest;
	struct zc_zone *cfg;
	char from[MIGRATING_UUID];
	uint64_t bytes;
	struct receiving note;
	bool offered; /* and found good */
	bool begun;   /* note is on disk, the lock is ours */
};

static void
guest_done(struct guest *g)
{
	zc_zone_free(g->cfg);
	zc_entry_done(&g->call.entry);
	zc_run_done(&g->call.run);
	fd_close_at(&g->call.lock);
	free(g->name);
	free(g->manifest);
}

/* --- what is here -----------------------------------------------------------
 */

static int
name_zone(struct guest *g, const char *name, struct err *e)
{
	if (!zc_name_ok(name) || zc_name_is_global(name) ||
	    str_starts(name, "SUNW"))
		return err_set(e, EINVAL, "that is not a zone's name");
	free(g->name);
	g->name = mem_strdup(name);
	g->call.zone = g->name;
	return 0;
}

static int
take_lock(struct guest *g, struct err *e)
{
	if (g->call.lock != -1)
		return 0;
	g->call.lock = zc_zone_lock(g->name, "receive", LOCK_WAIT_MS, e);
	return g->call.lock == -1 ? -1 : 0;
}

/* What stands in the way of the zone. */
enum place {
	PLACE_FREE,
	PLACE_CONFIGURED, /* a configuration of that name */
	PLACE_BEGUN,      /* the same zone, from an earlier attempt */
};

/* Was it begun for this very zone; the note may be older than the zone. */
static bool
is_earlier(const struct guest *g, const struct receiving *note)
{
	const struct zc_entry *entry = &g->call.entry;

	if (strcmp(note->from, g->from) != 0)
		return false;
	return *note->uuid == '\0' || strcmp(note->uuid, entry->uuid) == 0;
}

static int
look(struct guest *g, enum place *out, struct err *e)
{
	int noted;

	*out = PLACE_FREE;
	g->note = (struct receiving){ .made = true };
	g->call.state = ZC_CONFIGURED;
	if (!zc_store_exists(g->name))
		return 0;
	noted = receiving_load(g->name, &g->note, e);
	if (noted == -1 || gate_load(&g->call, e) == -1)
		return -1;
	if (noted == 1 || !is_earlier(g, &g->note))
		g->note = (struct receiving){ .made = false };
	*out = PLACE_CONFIGURED;
	if (g->call.state == ZC_CONFIGURED)
		return 0;
	*out = PLACE_BEGUN;
	if (g->call.state == ZC_INCOMPLETE && *g->note.from != '\0')
		return 0;
	return err_set(e, EEXIST, "there is a zone '%s' already, in state '%s'",
	    g->name, zc_state_name(g->call.state));
}

/* Throw away what has come of the zone, and be as before. */
static int
throw_away(struct guest *g, struct err *e)
{
	struct err why = { 0 };
	_autoclose int dir = -1;

	if (gate_load(&g->call, e) == -1)
		return -1;
	dir = fs_zonepath_open(g->call.entry.zonepath, &why);
	if (dir == -1 && why.code != ENOENT) {
		*e = why;
		return -1;
	}
	if (dir != -1 && clear_zonepath(&g->call.entry, dir, e) == -1)
		return -1;
	if (fill_release(g->name, &g->call.entry, e) == -1 ||
	    zc_index_set_state(g->name, ZC_CONFIGURED, e) == -1)
		return -1;
	if (g->note.made && zc_store_remove(g->name, e) == -1)
		return -1;
	g->begun = false;
	return receiving_forget(g->name, e);
}

/* --- offer NAME UUID BYTES here|there LENGTH, and the manifest ---------------
 */

static int
number(const char *text, uint64_t max, uint64_t *out, struct err *e)
{
	if (str_u64(text, max, out) == 0)
		return 0;
	return err_set(e, EBADMSG, "'%.32s' is no number", text);
}

static int
read_manifest(struct guest *g, const char *length, struct zc_zone **out,
    struct err *e)
{
	uint64_t len;

	if (number(length, ZC_STORE_MAX, &len, e) == -1)
		return -1;
	g->manifest = mem_alloc(len + 1);
	if (wire_read(&g->wire, g->manifest, len, e) == -1)
		return -1;
	return zc_detached_parse(g->name, "the manifest", g->manifest, len, out,
	    e);
}

/* Which configuration the zone will have: the one that came, or the one here.
 */
static int
choose_config(struct guest *g, const struct zc_zone *came, enum place place,
    bool keep, struct err *e)
{
	_cleanup_zone struct zc_zone *here = NULL;
	_autofree char *one = zc_export(came);
	_autofree char *other = NULL;

	if (place == PLACE_FREE && keep)
		return err_set(e, ENOENT,
		    "'migrate -k' wants a configuration of zone '%s' here; "
		    "make one with zonecfg",
		    g->name);
	if (place == PLACE_FREE || (place == PLACE_BEGUN && !keep))
		return zc_store_parse(g->name, "the manifest", one, strlen(one),
		    &g->cfg, e);
	if (zc_store_load(g->name, &here, e) == -1)
		return -1;
	other = zc_export(here);
	if (!keep && strcmp(one, other) != 0)
		return err_set(e, EEXIST,
		    "zone '%s' is configured here otherwise; 'migrate -k' "
		    "keeps that, 'zonecfg -z %s delete' here takes it away",
		    g->name, g->name);
	g->cfg = mem_take(&here);
	return 0;
}

static int
found_one(int dir, const struct dirent *d, void *arg, struct err *e)
{
	const struct guest *g = arg;

	(void)dir;
	(void)d;
	return err_set(e, ENOTEMPTY, "the zonepath '%s' is not empty here",
	    zc_get(g->cfg, "zonepath"));
}

/* The nearest directory that is there has room for so much. */
static int
check_room(const struct guest *g, struct err *e)
{
	_autofree char *path = mem_strdup(zc_get(g->cfg, "zonepath"));
	struct statvfs fs;
	uint64_t room;

	while (statvfs(path, &fs) == -1) {
		char *last = strrchr(path, '/');

		if (errno != ENOENT || !last || last == path)
			return err_sys(e, "'%s'", path);
		*last = '\0';
	}
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (g->bytes <= room)
		return 0;
	return err_set(e, ENOSPC,
	    "the zone needs %llu MB, and in '%s' there are %llu MB free",
	    (unsigned long long)(g->bytes / MEGABYTE + 1), path,
	    (unsigned long long)(room / MEGABYTE));
}

/* What attach -n checks, and what install does. */
static int
check(struct guest *g, const struct zc_zone *came, enum place place,
    struct err *e)
{
	struct err why = { 0 };
	_autoclose int dir = -1;
	struct facts_result fit = { .update = false };
	int faults;

	if (facts_check(g->manifest, came, g->cfg, &fit, e) == -1)
		return -1;
	if (fit.faults > 0)
		return err_set(e, ERR_VERIFY,
		    "the zone does not fit this host because of the above "
		    "differences");
	/* What an earlier attempt left goes before the next one begins. */
	if (place == PLACE_BEGUN)
		return 0;
	faults = verify_config(&g->call, g->cfg, e);
	if (faults != 0)
		return faults == -1
		    ? -1
		    : err_set(e, ERR_VERIFY, "the zone failed to verify here");
	dir = fs_zonepath_open(zc_get(g->cfg, "zonepath"), &why);
	if (dir != -1 && fd_each_entry(dir, found_one, g, e) == -1)
		return -1;
	return check_room(g, e);
}

static int
on_offer(struct guest *g, char **word, char **answer, struct err *e)
{
	_cleanup_zone struct zc_zone *came = NULL;
	enum place place;

	(void)answer;
	if (g->manifest || strlen(word[2]) >= sizeof(g->from))
		return err_set(e, EBADMSG, "that was not expected");
	(void)snprintf(g->from, sizeof(g->from), "%s", word[2]);
	if (name_zone(g, word[1], e) == -1 ||
	    number(word[3], INT64_MAX, &g->bytes, e) == -1 ||
	    read_manifest(g, word[5], &came, e) == -1 ||
	    look(g, &place, e) == -1 ||
	    choose_config(g, came, place, str_eq(word[4], "there"), e) == -1 ||
	    check(g, came, place, e) == -1)
		return -1;
	g->offered = true;
	return 0;
}

/* --- begin
 * --------------------------------------------------------------------
 */

/* The note is there before the zone is, and after. */
static int
enter(struct guest *g, struct err *e)
{
	g->note.phase = RECEIVING_BEGUN;
	g->note.uuid[0] = '\0';
	(void)snprintf(g->note.from, sizeof(g->note.from), "%s", g->from);
	if (receiving_save(g->name, &g->note, e) == -1)
		return -1;
	g->begun = true;
	if (!zc_store_exists(g->name) && zc_store_save(g->cfg, e) == -1)
		return -1;
	if (zc_index_set_state(g->name, ZC_INCOMPLETE, e) == -1 ||
	    gate_load(&g->call, e) == -1)
		return -1;
	(void)snprintf(g->note.uuid, sizeof(g->note.uuid), "%s",
	    g->call.entry.uuid);
	return receiving_save(g->name, &g->note, e);
}

static int
on_begin(struct guest *g, char **word, char **answer, struct err *e)
{
	enum place place;

	(void)word;
	if (!g->offered || g->begun)
		return err_set(e, EBADMSG, "that was not expected");
	if (take_lock(g, e) == -1 || look(g, &place, e) == -1)
		return -1;
	if (place == PLACE_BEGUN &&
	    (throw_away(g, e) == -1 || look(g, &place, e) == -1 ||
		check_room(g, e) == -1))
		return -1;
	if (enter(g, e) == -1)
		return -1;
	*answer = mem_strdup(g->note.uuid);
	return 0;
}

/* --- data, and the root in blocks
 * ---------------------------------------------
 */

/* In a child: hand the blocks on until the last. A stream without that ends
 * with the archive cut off. */
static int
pump(const struct wire *w, int to)
{
	_autofree char *block = mem_alloc(WIRE_BLOCK_MAX);
	struct err e;

	for (;;) {
		size_t len;

		if (wire_get_block(w, block, &len, &e) == -1)
			return 1;
		if (len == 0)
			return 0;
		if (fd_write_all(to, block, len, &e) == -1)
			return 1;
	}
}

/* Returns its end of the pipe. */
static int
start_pump(const struct guest *g, pid_t *pid, struct err *e)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	*pid = fork();
	if (*pid == 0) {
		(void)close(ends[0]);
		(void)close(g->call.lock);
		_exit(pump(&g->wire, ends[1]));
	}
	(void)close(ends[1]);
	if (*pid != -1)
		return ends[0];
	(void)close(ends[0]);
	return err_sys(e, "fork");
}

/* The foreign stream is read by a process with no power but the zone's. */
static int
fill_root(const struct guest *g, int root, struct err *e)
{
	struct fs_progress progress = { .tick = NULL };
	struct fs_install spec = FS_INSTALL_NONE;
	struct err why = { 0 };
	pid_t pid = -1;
	_autoclose int in = start_pump(g, &pid, e);
	int status = 0;
	int result;

	if (in == -1)
		return -1;
	spec.archive = in;
	spec.carried = true;
	spec.root = root;
	spec.id_base = g->call.entry.id_base;
	spec.lock = g->call.lock;
	spec.progress = &progress;
	result = fs_install(&spec, &why);
	fd_close_at(&in);
	/* What is still to come, nobody wants. */
	if (result == -1)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	if (result == -1) {
		*e = why;
		return -1;
	}
	return status == 0 ? 0
			   : err_set(e, EPIPE, "the zone's root was cut off");
}

static int
make_root(struct guest *g, const struct fs_home *home, struct err *e)
{
	const struct fs_backend *backend;
	_autoclose int root = -1;

	if (fs_backend_for(home->dir, &backend, e) == -1 ||
	    fill_claim(g->name, backend, &g->call.entry, e) == -1 ||
	    backend->create(home, e) == -1 || fill_limit(g->cfg, home, e) == -1)
		return -1;
	root = fs_root_open(home->dir, e);
	if (root == -1 || fill_root(g, root, e) == -1 ||
	    fill_hide(g->cfg, home->path, e) == -1)
		return -1;
	if (backend->settle && backend->settle(home, e) == -1)
		return -1;
	return syncfs(root) == -1 ? err_sys(e, "flush '%s' to disk", home->path)
				  : 0;
}

static int
on_data(struct guest *g, char **word, char **answer, struct err *e)
{
	const char *zonepath = g->begun ? zc_get(g->cfg, "zonepath") : "";
	_autoclose int dir = -1;
	bool made;

	(void)word;
	(void)answer;
	if (!g->begun || g->note.phase != RECEIVING_BEGUN)
		return err_set(e, EBADMSG, "that was not expected");
	dir = fs_zonepath_make(zonepath, &made, e);
	if (dir == -1 ||
	    make_root(g, &(struct fs_home){ dir, zonepath }, e) == -1 ||
	    fd_replace_file(dir, ZC_DETACHED_FILE, 0600, g->manifest,
		strlen(g->manifest), FD_DURABLE, e) == -1)
		return -1;
	g->note.phase = RECEIVING_COMPLETE;
	return receiving_save(g->name, &g->note, e);
}

/* --- take, status, drop: NAME UUID ------------------------------------------
 */

enum stage { STAGE_NONE, STAGE_BEGUN, STAGE_COMPLETE, STAGE_TAKEN };

static const char *const stages[] = { "none", "begun", "complete", "taken" };

/* How far the zone with this uuid is, which is that zone for good. */
static int
find_stage(struct guest *g, char **word, enum stage *out, struct err *e)
{
	int noted;

	*out = STAGE_NONE;
	if (name_zone(g, word[1], e) == -1)
		return -1;
	if (!zc_store_exists(g->name))
		return 0;
	if (take_lock(g, e) == -1)
		return -1;
	noted = receiving_load(g->name, &g->note, e);
	if (noted == -1 || gate_load(&g->call, e) == -1)
		return -1;
	if (strcmp(g->call.entry.uuid, word[2]) != 0)
		return 0;
	if (g->call.entry.state == ZC_INSTALLED) {
		*out = STAGE_TAKEN;
		return 0;
	}
	if (noted == 1 || strcmp(g->note.uuid, word[2]) != 0)
		return 0;
	*out = g->note.phase == RECEIVING_COMPLETE ? STAGE_COMPLETE
						   : STAGE_BEGUN;
	return 0;
}

static int
on_status(struct guest *g, char **word, char **answer, struct err *e)
{
	enum stage stage;

	if (find_stage(g, word, &stage, e) == -1)
		return -1;
	*answer = mem_strdup(stages[stage]);
	return 0;
}

/* The marks go last: asked again, this goes on. */
static int
on_take(struct guest *g, char **word, char **answer, struct err *e)
{
	_autoclose int dir = -1;
	enum stage stage;

	(void)answer;
	if (find_stage(g, word, &stage, e) == -1)
		return -1;
	if (stage < STAGE_COMPLETE)
		return err_set(e, ENOENT, "the zone is not here");
	if (stage == STAGE_COMPLETE &&
	    zc_index_set_state(g->name, ZC_INSTALLED, e) == -1)
		return -1;
	g->begun = false;
	dir = fs_zonepath_open(g->call.entry.zonepath, e);
	if (dir == -1)
		return -1;
	if (unlinkat(dir, ZC_DETACHED_FILE, 0) == -1 && errno != ENOENT)
		return err_sys(e, "remove '%s'", ZC_DETACHED_FILE);
	return receiving_forget(g->name, e);
}

static int
on_drop(struct guest *g, char **word, char **answer, struct err *e)
{
	enum stage stage;

	(void)answer;
	if (find_stage(g, word, &stage, e) == -1)
		return -1;
	if (stage == STAGE_TAKEN)
		return err_set(e, EEXIST, "the zone is installed here already");
	return stage == STAGE_NONE ? 0 : throw_away(g, e);
}

/* --- the conversation -------------------------------------------------------
 */

/* Requests: name, words with it, function. */
static const struct {
	const char *name;
	int words;
	int (*run)(struct guest *g, char **word, char **answer, struct err *e);
} requests[] = {
	{ "offer", 6, on_offer },
	{ "begin", 1, on_begin },
	{ "data", 1, on_data },
	{ "take", 3, on_take },
	{ "status", 3, on_status },
	{ "drop", 3, on_drop },
};

static int
serve(struct guest *g, char *line, char **answer, struct err *e)
{
	char *word[MAX_WORDS + 1] = { NULL };
	int n = 0;

	while (line && n <= MAX_WORDS)
		word[n++] = strsep(&line, " ");
	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		if (str_eq(word[0], requests[i].name) && n == requests[i].words)
			return requests[i].run(g, word, answer, e);
	}
	return err_set(e, EBADMSG, "that is not understood here");
}

/* 1: go on, 0: the other side has said all. */
static int
converse(struct guest *g, struct err *e)
{
	_autofree char *line = NULL;
	_autofree char *answer = NULL;
	struct err why = { 0 };
	int got = wire_hear(&g->wire, &line, e);

	if (got != 1)
		return got;
	if (serve(g, line, &answer, &why) == 0)
		return wire_say(&g->wire, e, "ok%s%s", answer ? " " : "",
			   answer ? answer : "") == -1
		    ? -1
		    : 1;
	/* Who is told has perhaps gone. */
	(void)!wire_say(&g->wire, e, "no %s", why.msg);
	return 0;
}

static int
greet(const struct wire *w, struct err *e)
{
	_autofree char *line = NULL;
	int got;

	if (wire_say(w, e, WIRE_HELLO " %d", WIRE_FORMAT) == -1)
		return -1;
	got = wire_hear(w, &line, e);
	if (got != 1)
		return got;
	if (!str_starts(line, "hello "))
		return err_set(e, EBADMSG,
		    "receive is for 'zoneadm migrate' on another host, not for "
		    "people");
	return wire_say(w, e, "ok") == -1 ? -1 : 1;
}

int
cmd_receive(struct cmd_call *call, struct err *e)
{
	_cleanup(guest_done) struct guest g = {
		.wire = { STDIN_FILENO, STDOUT_FILENO, SILENCE_MS },
		.call = { .cmd = call->cmd, .lock = -1 },
	};
	struct err why = { 0 };
	int more;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	more = greet(&g.wire, e);
	while (more == 1)
		more = converse(&g, e);
	if (g.begun && g.note.phase == RECEIVING_BEGUN &&
	    throw_away(&g, &why) == -1)
		cmd_say(&g.call, "%s", why.msg);
	return more;
}
