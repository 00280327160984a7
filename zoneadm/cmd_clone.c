/* SPDX-License-Identifier: ISC
 *
 * cmd_clone - install a zone from another one that is halted.
 *
 * Where source and clone lie on a mount that can share, the clone stands on a
 * snapshot of the source and costs the same whatever the size; else the tree is
 * copied. The clone is incomplete, durably, before anything is made for it, and
 * the source is at every moment what it was. What fails is taken away again,
 * and the zone is configured as it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/dataset.h"
#include "fs/hidden.h"
#include "fs/identity.h"
#include "fs/remove.h"
#include "fs/snapshot.h"
#include "fs/whole.h"
#include "fs/zonepath.h"
#include "zoneadm/cmd.h"
#include "zoneadm/fill.h"
#include "zoneadm/options.h"
#include "zoneadm/progress.h"
#include "zonecfg/store.h"

enum {
	QUIET_SECONDS = 2,    /* work shorter than this shows no progress */
	LOCK_WAIT_MS = 30000, /* another clone of the same source may be made */
};

struct wish {
	const char *source;
	const char *snapshot;
	bool copy;
	bool preserve; /* the identity that the source has */
	bool live;
};

struct side {
	struct zc_entry entry;
	struct zc_zone *cfg;
	const struct fs_backend *backend;
	struct fs_home home;
	int lock;
};

struct work {
	struct cmd_call *call;
	struct wish wish;
	struct side from;
	struct side to;
	bool share;     /* the clone stands on the source; else it is copied */
	char *snapshot; /* the name of the one that is cloned, NULL: the root */
	bool made_dir;
	struct progress line;
	time_t begun;
};

static void
side_done(struct side *s)
{
	zc_entry_done(&s->entry);
	zc_zone_free(s->cfg);
	fd_close_at(&s->home.dir);
	fd_close_at(&s->lock);
}

static void
work_done(struct work *w)
{
	side_done(&w->from);
	w->to.lock = -1; /* the caller's */
	side_done(&w->to);
	free(w->snapshot);
}

/* --- the command line -------------------------------------------------------
 */

static int
one_option(const struct cmd_call *call, struct wish *wish, int c, struct err *e)
{
	switch (c) {
	case 'm':
		if (strcmp(optarg, "copy") != 0)
			return err_set(e, ERR_USAGE,
			    "clone: '-m %s': the only method is 'copy'",
			    optarg);
		wish->copy = true;
		return 0;
	case 's':
		wish->snapshot = optarg;
		return 0;
	case 'p':
		wish->preserve = true;
		return 0;
	case 'L':
		wish->live = true;
		return 0;
	case ':':
		return err_set(e, ERR_USAGE,
		    "clone: option -%c needs an argument", optopt);
	default:
		return cmd_wrong_option(call, e);
	}
}

static int
parse(const struct cmd_call *call, struct wish *wish, struct err *e)
{
	static const struct option longs[] = {
		{ "live", no_argument, NULL, 'L' },
		{ 0 },
	};
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt_long(call->argc, call->argv, "+:m:s:p", longs,
		    NULL)) != -1) {
		if (one_option(call, wish, c, e) == -1)
			return -1;
	}
	/* Clients may give an empty word. */
	while (optind < call->argc && *call->argv[optind] == '\0')
		optind++;
	if (optind >= call->argc)
		return err_set(e, ERR_USAGE, "clone: no source zone is given");
	wish->source = call->argv[optind];
	if (optind + 1 < call->argc)
		return err_set(e, ERR_USAGE, "clone: '%s' is too much",
		    call->argv[optind + 1]);
	return 0;
}

/* --- the source -------------------------------------------------------------
 */

/* "PATH@NAME", as it is printed, or the bare name. */
static const char *
snapshot_name(const char *text)
{
	const char *at = strrchr(text, '@');

	return at ? at + 1 : text;
}

/* Its state now, and whether that allows it. */
static int
check_state(struct work *w, struct err *e)
{
	const char *name = w->wish.source;
	_cleanup_run struct zc_run run = { 0 };
	enum zc_state state;

	if (zc_index_get(name, &w->from.entry, e) == -1 ||
	    zc_run_load(name, &run, e) == -1)
		return -1;
	state = zc_state_now(&w->from.entry, &run);
	if (w->from.entry.state != ZC_INSTALLED)
		return err_set(e, ERR_STATE,
		    "zone %s is %s; installed is required.", name,
		    zc_state_name(state));
	if (state == ZC_INSTALLED)
		return 0;
	/* A snapshot is halted whatever its zone does. */
	if (w->wish.snapshot && !w->wish.copy)
		return 0;
	if (!w->wish.live)
		return err_set(e, ERR_STATE,
		    "clone operation is invalid for running zones; zone %s is "
		    "%s: halt it first with 'zoneadm -z %s halt'",
		    name, zc_state_name(state), name);
	return 0;
}

/* A backend that can take the root as it is at an instant. */
static int
check_live(const struct work *w, struct err *e)
{
	if (!w->wish.live || (w->from.backend->can & FS_CAN_LIVE))
		return 0;
	return err_set(e, ENOTSUP,
	    "backend '%s' of zone %s cannot keep the root of a running zone: "
	    "halt it first with 'zoneadm -z %s halt'",
	    w->from.backend->name, w->wish.source, w->wish.source);
}

static int
open_side(struct side *s, struct err *e)
{
	s->home.path = s->entry.zonepath;
	if (fs_backend_find(s->entry.backend, &s->backend, e) == -1)
		return -1;
	s->home.dir = fs_zonepath_open(s->home.path, e);
	return s->home.dir == -1 ? -1 : 0;
}

static int
open_source(struct work *w, struct err *e)
{
	const char *name = w->wish.source;

	if (strcmp(name, w->call->zone) == 0)
		return err_set(e, EINVAL,
		    "a zone cannot be cloned from itself");
	if (zc_name_is_global(name))
		return err_set(e, EINVAL,
		    "the global zone cannot be cloned; install a zone from it "
		    "with 'zoneadm -z %s install'",
		    w->call->zone);
	/* Whether there is one, before a lock is made for it. */
	if (zc_index_get(name, &w->from.entry, e) == -1)
		return -1;
	zc_entry_done(&w->from.entry);
	w->from.entry = (struct zc_entry){ 0 };
	w->from.lock = zc_zone_lock(name, "clone", LOCK_WAIT_MS, e);
	if (w->from.lock == -1)
		return err_in(e, "source zone '%s'", name);
	if (check_state(w, e) == -1)
		return -1;
	if (open_side(&w->from, e) == -1)
		return err_in(e, "source zone '%s'", name);
	if (check_live(w, e) == -1)
		return -1;
	if (zc_store_load(name, &w->from.cfg, e) == -1)
		return err_in(e, "source zone '%s'", name);
	return 0;
}

/* --- do the two go together? ------------------------------------------------
 */

/* What only one of two zones can have: resource, property, and what is said. */
static const struct {
	const char *type;
	const char *prop;
	const char *what;
} single[] = {
	{ "net", "address", "network address" },
	{ "device", "match", "device" },
	{ "dataset", "name", "dataset" },
};

static bool
has_value(const struct zc_zone *cfg, const char *type, const char *prop,
    const char *value)
{
	for (size_t i = 0; i < zc_count(cfg, type); i++) {
		if (str_eq(zc_res_get(cfg, type, i, prop), value))
			return true;
	}
	return false;
}

static void
warn_shared(const struct work *w)
{
	const struct zc_zone *to = w->to.cfg;

	for (size_t k = 0; k < ARRAY_LEN(single); k++) {
		for (size_t i = 0; i < zc_count(to, single[k].type); i++) {
			const char *v = zc_res_get(to, single[k].type, i,
			    single[k].prop);

			if (v && *v != '\0' &&
			    has_value(w->from.cfg, single[k].type,
				single[k].prop, v))
				(void)fprintf(stderr,
				    "WARNING: %s '%s' is in both zones '%s' "
				    "and '%s'.\n",
				    single[k].what, v, w->wish.source,
				    w->call->zone);
		}
	}
}

static bool
is_readonly(const struct zc_zone *cfg, size_t fs)
{
	for (size_t k = 0; k < zc_res_items(cfg, "fs", fs, "options"); k++) {
		if (str_eq(zc_res_item(cfg, "fs", fs, "options", k), "ro"))
			return true;
	}
	return false;
}

static void
warn_lofs(const struct work *w)
{
	const struct zc_zone *to = w->to.cfg;

	for (size_t i = 0; i < zc_count(to, "fs"); i++) {
		const char *special = zc_res_get(to, "fs", i, "special");

		if (!str_eq(zc_res_get(to, "fs", i, "type"), "lofs") ||
		    is_readonly(to, i) ||
		    !has_value(w->from.cfg, "fs", "special", special))
			continue;
		(void)fprintf(stderr,
		    "WARNING: directory '%s' can be written to in both zones "
		    "'%s' and '%s'.\n",
		    special, w->wish.source, w->call->zone);
	}
}

/* A root holds what the zone does not inherit: the lists must agree. */
static int
check_inherited(const struct work *w, struct err *e)
{
	const struct zc_zone *a = w->from.cfg;
	const struct zc_zone *b = w->to.cfg;
	const char *type = "inherit-pkg-dir";
	bool same = zc_count(a, type) == zc_count(b, type);

	for (size_t i = 0; same && i < zc_count(b, type); i++)
		same = has_value(a, type, "dir", zc_res_get(b, type, i, "dir"));
	if (same)
		return 0;
	return err_set(e, ERR_CONFIG,
	    "zones '%s' and '%s' differ in their inherit-pkg-dir; make the "
	    "configuration from the source's: 'zonecfg -z %s create -t %s'",
	    w->wish.source, w->call->zone, w->call->zone, w->wish.source);
}

static int
check_pair(struct work *w, struct err *e)
{
	if (zc_store_load(w->call->zone, &w->to.cfg, e) == -1)
		return -1;
	if (!str_eq(w->from.entry.brand, w->call->entry.brand))
		return err_set(e, ERR_CONFIG,
		    "Zones '%s' and '%s' have different brand types.",
		    w->wish.source, w->call->zone);
	if (check_inherited(w, e) == -1)
		return -1;
	warn_shared(w);
	warn_lofs(w);
	return 0;
}

/* --- making it --------------------------------------------------------------
 */

/* The claim is recorded before anything uses it. */
static int
record(struct work *w, struct err *e)
{
	return fill_claim(w->call->zone, w->to.backend, &w->to.entry, e);
}

/* The snapshot that the clone will stand on. */
static int
choose_snapshot(struct work *w, struct err *e)
{
	const struct side *from = &w->from;

	if (w->wish.snapshot) {
		const char *name = snapshot_name(w->wish.snapshot);
		_autoclose int fd = fs_snapshot_open(&from->home, name, e);

		if (fd == -1)
			return err_in(e, "zone '%s'", w->wish.source);
		w->snapshot = mem_strdup(name);
		return 0;
	}
	if (!w->share && !w->wish.live)
		return 0;
	if (fs_snapshot_for_clone(from->backend, &from->home, &w->snapshot,
		e) == -1)
		return err_in(e, "snapshot of zone '%s'", w->wish.source);
	return 0;
}

/* The origin is noted first: what is noted and not there is no harm. */
static int
share(struct work *w, struct err *e)
{
	const struct fs_origin origin = { w->from.entry.name,
		w->from.entry.uuid, w->from.entry.zonepath, w->snapshot };
	_autoclose int snap = fs_snapshot_open(&w->from.home, w->snapshot, e);

	if (snap == -1 ||
	    fs_origin_save(&w->to.home, &origin, &w->from.home,
		w->to.entry.uuid, e) == -1 ||
	    w->from.backend->clone(&w->to.home, snap, e) == -1 ||
	    fill_limit(w->to.cfg, &w->to.home, e) == -1)
		return -1;
	(void)printf("Cloning snapshot %s@%s\n"
		     "Instead of copying, a %s clone has been created for "
		     "this zone.\n",
	    w->from.home.path, w->snapshot, w->from.backend->name);
	return 0;
}

static void PRINTF(2, 3) show(struct work *w, const char *fmt, ...)
{
	_autofree char *text = NULL;
	va_list ap;

	if (time(NULL) - w->begun < QUIET_SECONDS)
		return;
	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	progress_show(&w->line, text);
}

static void
tick(const struct fs_progress *p)
{
	struct work *w = p->arg;
	static unsigned calls;

	if (++calls % 256 == 0)
		show(w, "copying: %llu files, %llu MB",
		    (unsigned long long)p->entries,
		    (unsigned long long)(p->bytes / 1000000));
}

static int
copy(struct work *w, struct err *e)
{
	struct fs_progress progress = { .tick = tick, .arg = w };
	const struct side *from = &w->from;
	_autoclose int snap = -1;
	_autoclose int root = -1;
	_autoclose int view = -1;

	(void)printf("Copying %s...\n", from->home.path);
	(void)fflush(stdout);
	if (w->snapshot)
		snap = fs_snapshot_open(&from->home, w->snapshot, e);
	if ((w->snapshot && snap == -1) ||
	    w->to.backend->create(&w->to.home, e) == -1 ||
	    fill_limit(w->to.cfg, &w->to.home, e) == -1)
		return -1;
	root = fs_root_open(w->to.home.dir, e);
	view = root == -1
	    ? -1
	    : from->backend->view(&from->home, snap, FS_VIEW_READ, e);
	if (view == -1 || fs_copy_whole(view, root, &progress, e) == -1)
		return -1;
	progress_clear(&w->line);
	return 0;
}

static int
identify(struct work *w, struct err *e)
{
	const struct side *to = &w->to;
	_autoclose int view = to->backend->view(&to->home, -1, FS_VIEW_FRESH,
	    e);
	int missing;

	if (view == -1)
		return -1;
	missing = w->wish.preserve
	    ? 0
	    : fs_identity_fresh(view, w->call->zone, to->home.dir, e);
	if (missing == -1 || fs_identity_show(view, e) == -1)
		return -1;
	if (missing == 1)
		cmd_say(w->call,
		    "WARNING: the SSH host keys of the source were removed, "
		    "and this host has no ssh-keygen to make new ones: run "
		    "'ssh-keygen -A' in the zone");
	fd_close_at(&view);
	view = -1;
	return to->backend->settle ? to->backend->settle(&to->home, e) : 0;
}

/* Before the zone is said to be installed. */
static int
flush(const struct work *w, struct err *e)
{
	const struct fs_home *home = &w->to.home;

	if (w->share && w->to.backend->flush)
		return w->to.backend->flush(home, e);
	return syncfs(home->dir) == -1 ? err_sys(e, "flush '%s'", home->path)
				       : 0;
}

/* What the zone must not see of the directories that it inherits. */
static int
hide(const struct work *w, struct err *e)
{
	struct fs_hidden list = { 0 };
	int result;

	if (zc_count(w->to.cfg, "inherit-pkg-dir") == 0 ||
	    !fs_hidden_is_current(w->from.home.path))
		return fill_hide(w->to.cfg, w->to.home.path, e);
	if (fs_hidden_load(w->from.home.path, &list, e) == -1)
		return -1;
	result = fs_hidden_save(w->to.home.path, list.path, list.n, e);
	fs_hidden_done(&list);
	return result;
}

/* Whether the clone can stand on its source; and how its root is kept: then as
 * the source's, else as suits the place. */
static int
choose_backend(struct work *w, struct err *e)
{
	const struct side *from = &w->from;
	int near = fs_same_mount(from->home.dir, w->to.home.dir, e);

	if (near == -1)
		return -1;
	w->share = !w->wish.copy && near == 1 &&
	    (from->backend->can & FS_CAN_FREEZE);
	if (!w->share)
		return fs_backend_for(w->to.home.dir, &w->to.backend, e);
	w->to.backend = from->backend;
	return 0;
}

static int
build(struct work *w, struct err *e)
{
	const char *path = zc_get(w->to.cfg, "zonepath");
	int result;

	w->to.home.path = path;
	w->to.home.dir = fs_zonepath_make(path, &w->made_dir, e);
	if (w->to.home.dir == -1 || choose_backend(w, e) == -1 ||
	    choose_snapshot(w, e) == -1 || record(w, e) == -1)
		return -1;
	result = w->share ? share(w, e) : copy(w, e);
	if (result == -1 || identify(w, e) == -1 || hide(w, e) == -1)
		return -1;
	return flush(w, e);
}

/* The root, the note at the source, then the clone's own files: whoever is
 * killed in between leaves what uninstall goes on with. */
static int
take_away(const struct work *w, const char *uuid, struct err *e)
{
	static const char *const made[] = { FS_HIDDEN_FILE, FS_ORIGIN };
	const struct fs_home *to = &w->to.home;

	if (w->to.backend && w->to.backend->remove(to, e) == -1)
		return -1;
	if (w->snapshot &&
	    fs_origin_leave(w->from.backend, &w->from.home, w->snapshot, uuid,
		e) == -1)
		return -1;
	for (size_t i = 0; to->dir != -1 && i < ARRAY_LEN(made); i++) {
		if (fs_remove_tree(to->dir, made[i], e) == -1)
			return -1;
	}
	if (w->made_dir && rmdir(to->path) == -1)
		return err_sys(e, "remove directory '%s'", to->path);
	return 0;
}

/* After a failure. What cannot be taken away leaves the zone incomplete. */
static void
undo(const struct work *w)
{
	const char *zone = w->call->zone;
	_cleanup_entry struct zc_entry entry = { 0 };
	struct err why = { 0 };

	if (zc_index_get(zone, &entry, &why) == -1 ||
	    take_away(w, entry.uuid, &why) == -1 ||
	    fill_release(zone, &entry, &why) == -1 ||
	    zc_index_set_state(zone, ZC_CONFIGURED, &why) == -1)
		cmd_say(w->call,
		    "%s; the zone is incomplete: take away what is left with "
		    "'zoneadm -z %s uninstall -F'",
		    why.msg, zone);
}

static int
clone_zone(struct work *w, struct err *e)
{
	if (zc_index_set_state(w->call->zone, ZC_INCOMPLETE, e) == -1)
		return -1;
	if (build(w, e) == -1) {
		progress_clear(&w->line);
		undo(w);
		return -1;
	}
	return zc_index_set_state(w->call->zone, ZC_INSTALLED, e);
}

int
cmd_clone_check(struct cmd_call *call, struct err *e)
{
	struct wish wish = { 0 };

	return parse(call, &wish, e);
}

int
cmd_clone(struct cmd_call *call, struct err *e)
{
	_cleanup(work_done) struct work w = {
		.call = call,
		.from = { .home = { .dir = -1 }, .lock = -1 },
		.to = { .home = { .dir = -1 }, .lock = -1 },
		.begun = time(NULL),
	};
	int result;

	if (parse(call, &w.wish, e) == -1 || open_source(&w, e) == -1)
		return -1;
	result = cmd_verify_zone(call, e);
	if (result != 0)
		return result;
	if (check_pair(&w, e) == -1)
		return -1;
	fill_prime_filter(w.to.cfg);
	progress_start(&w.line);
	return clone_zone(&w, e);
}
