/* SPDX-License-Identifier: ISC
 *
 * cmd_move - a halted zone gets another zonepath.
 *
 * Within a file system by one rename; across by a copy that is compared with
 * the original before that goes. Each step is in the journal (moving.h) before
 * it is taken: who is killed leaves a zone that the next command brings to one
 * of the two paths, whole.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/dataset.h"
#include "fs/diff.h"
#include "fs/snapshot.h"
#include "fs/tree.h"
#include "fs/whole.h"
#include "fs/zonepath.h"
#include "zoneadm/clear.h"
#include "zoneadm/cmd.h"
#include "zoneadm/fill.h"
#include "zoneadm/gate.h"
#include "zoneadm/moving.h"
#include "zoneadm/options.h"
#include "zoneadm/progress.h"
#include "zoneadm/verify.h"
#include "zonecfg/store.h"

enum {
	QUIET_SECONDS = 2, /* work shorter than this shows no progress */
	MEGABYTE = 1000000,
};

struct work {
	struct cmd_call *call;
	struct zc_zone *cfg; /* where it is copied */
	struct moving m;
	struct fs_home old;
	struct fs_home new;
	const struct fs_backend *from;
	const struct fs_backend *to;
	struct progress line;
	time_t begun;
};

static void
work_done(struct work *w)
{
	moving_done(&w->m);
	zc_zone_free(w->cfg);
	fd_close_at(&w->old.dir);
	fd_close_at(&w->new.dir);
}

/* --- the journal, carried out ----------------------------------------------
 */

/* The zone's path and backend, durably. */
static int
set_place(const char *zone, const char *path, const char *backend,
    struct err *e)
{
	_cleanup_zone struct zc_zone *cfg = NULL;
	_cleanup_entry struct zc_entry entry = { 0 };

	if (zc_store_load(zone, &cfg, e) == -1)
		return -1;
	zc_value_set(zc_rec_value(&cfg->global, ZC_GLOBAL_ZONEPATH), path);
	if (zc_store_save(cfg, e) == -1 || zc_index_get(zone, &entry, e) == -1)
		return -1;
	if (str_eq(entry.backend, backend))
		return 0;
	(void)snprintf(entry.backend, sizeof(entry.backend), "%s", backend);
	return zc_index_put(&entry, e);
}

/* The directory that the journal speaks of. */
static bool
lies_at(const char *path, uint64_t inode)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_ino == inode;
}

/* A name in a directory is there, or gone, on disk too. */
static int
sync_parent(const char *path, struct err *e)
{
	const char *last = strrchr(path, '/');
	_autofree char *parent = mem_strndup(path,
	    last == path ? 1 : (size_t)(last - path));
	_autoclose int dir = fd_open_dir(AT_FDCWD, parent, e);

	if (dir == -1)
		return -1;
	return fsync(dir) == -1 ? err_sys(e, "fsync '%s'", parent) : 0;
}

/* Take one of the two away, if it still is the one we knew. */
static int
clear_place(const struct cmd_call *call, const char *path, const char *backend,
    uint64_t inode, struct err *e)
{
	struct zc_entry entry = call->entry;
	_autofree char *name = mem_strdup(path);
	_autoclose int dir = -1;

	if (!lies_at(path, inode))
		return 0;
	dir = fs_zonepath_open(path, e);
	if (dir == -1)
		return -1;
	entry.zonepath = name;
	(void)snprintf(entry.backend, sizeof(entry.backend), "%s", backend);
	return clear_zonepath(&entry, dir, e);
}

/* It was renamed back, perhaps because the configuration that says where it is
 * could be written but not flushed. */
static int
set_back(const char *zone, const struct moving *m, struct err *e)
{
	_cleanup_entry struct zc_entry entry = { 0 };

	if (zc_index_get(zone, &entry, e) == -1)
		return -1;
	return str_eq(entry.zonepath, m->from)
	    ? 0
	    : set_place(zone, m->from, m->from_backend, e);
}

/* It was renamed, or not. */
static int
settle_rename(const struct cmd_call *call, const struct moving *m,
    struct err *e)
{
	/* On another file system the number may be anything's. */
	if (lies_at(m->from, m->inode)) {
		(void)rmdir(m->to);
		return set_back(call->zone, m, e);
	}
	if (!lies_at(m->to, m->inode))
		return err_set(e, ENOENT,
		    "the zone was moved from '%s' to '%s' and is at neither: "
		    "is a file system not mounted?",
		    m->from, m->to);
	if (sync_parent(m->to, e) == -1 || sync_parent(m->from, e) == -1)
		return -1;
	return set_place(call->zone, m->to, m->to_backend, e);
}

static int
settle(const struct cmd_call *call, const struct moving *m, struct err *e)
{
	int result = 0;

	switch (m->phase) {
	case MOVING_BEGUN:
		(void)rmdir(m->to);
		break;
	case MOVING_RENAME:
		result = settle_rename(call, m, e);
		break;
	case MOVING_COPY:
		result = clear_place(call, m->to, m->to_backend, m->inode, e);
		break;
	case MOVING_SWITCH:
		result = set_place(call->zone, m->to, m->to_backend, e);
		if (result == 0)
			result = clear_place(call, m->from, m->from_backend,
			    m->inode, e);
		break;
	}
	return result == -1 ? -1 : moving_forget(call->entry.uuid, e);
}

int
cmd_finish_move(struct cmd_call *call, struct err *busy, struct err *e)
{
	_cleanup_moving struct moving m = { .from = NULL };

	(void)busy;
	if (moving_load(call->entry.uuid, &m, e) == -1 ||
	    settle(call, &m, e) == -1 || gate_load(call, e) == -1)
		return err_in(e, "finish a move that was interrupted");
	cmd_say(call, "a move was interrupted; the zone is at %s",
	    call->entry.zonepath);
	return 0;
}

/* --- checks ----------------------------------------------------------------
 */

int
cmd_move_check(struct cmd_call *call, struct err *e)
{
	opterr = 0;
	optind = 0;
	if (getopt(call->argc, call->argv, "+") != -1)
		return cmd_wrong_option(call, e);
	if (optind >= call->argc)
		return err_set(e, ERR_USAGE, "move: no new path is given");
	if (optind + 1 < call->argc)
		return err_set(e, ERR_USAGE, "move: '%s' is too much",
		    call->argv[optind + 1]);
	return 0;
}

static int
parse(struct work *w, bool *stay, struct err *e)
{
	struct cmd_call *call = w->call;

	if (cmd_move_check(call, e) == -1)
		return -1;
	*stay = strcmp(call->argv[optind], ".") == 0;
	w->m.from = mem_strdup(call->entry.zonepath);
	w->m.to = path_squeeze(call->argv[optind]);
	return 0;
}

static void
say_line(const char *text, void *arg)
{
	(void)arg;
	verify_warn("%s", text);
}

static int
found_one(int dir, const struct dirent *d, void *arg, struct err *e)
{
	(void)dir;
	(void)d;
	(void)arg;
	return err_set(e, ENOTEMPTY, "directory not empty");
}

/* 1: faults were said. */
static int
check_target(const struct work *w, struct err *e)
{
	_cleanup(zc_index_free) struct zc_index index = { 0 };
	_autofree struct fs_zonepath_other *others = NULL;
	struct fs_zonepath zp = { .zone = w->call->zone, .path = w->m.to };
	_autoclose int dir = -1;
	bool missing;

	if (verify_other_paths(&index, &others, e) == -1)
		return -1;
	zp.others = others;
	zp.nothers = index.n;
	if (fs_zonepath_check(&zp, &missing, say_line, NULL) != 0) {
		verify_warn("could not move zone to %s because of the above "
			    "errors.",
		    w->m.to);
		return 1;
	}
	if (path_is_within(w->m.to, w->m.from) ||
	    path_is_within(w->m.from, w->m.to))
		return err_set(e, EINVAL,
		    "could not move zone to %s: it overlaps the zonepath %s",
		    w->m.to, w->m.from);
	if (missing)
		return 0;
	dir = fs_zonepath_open(w->m.to, e);
	if (dir == -1 || fd_each_entry(dir, found_one, NULL, e) == -1)
		return err_in(e, "could not move zone to %s", w->m.to);
	return 0;
}

/* --- renaming --------------------------------------------------------------
 */

static int
note(struct work *w, enum moving_phase phase, int dir, struct err *e)
{
	struct stat st;

	if (fstat(dir, &st) == -1)
		return err_sys(e, "stat '%s'", w->m.from);
	w->m.phase = phase;
	w->m.inode = st.st_ino;
	return moving_save(w->call->entry.uuid, &w->m, e);
}

/* Names that say where the zone is; it works with the old ones. */
static void
rename_rest(struct work *w)
{
	const struct fs_home home = { w->old.dir, w->m.to };
	struct err why = { 0 };

	if (w->from->moved && w->from->moved(&home, &why) == -1)
		cmd_say(w->call, "WARNING: %s", why.msg);
}

/* 1: they lie on two file systems. */
static int
rename_zonepath(struct work *w, struct err *e)
{
	int near = fs_same_mount(w->old.dir, w->new.dir, e);

	if (near != 1)
		return near == -1 ? -1 : 1;
	if (w->from->tidy && w->from->tidy(&w->old, e) == -1)
		return -1;
	if (note(w, MOVING_RENAME, w->old.dir, e) == -1)
		return -1;
	if (rename(w->m.from, w->m.to) == -1)
		return errno == EXDEV || errno == EBUSY
		    ? 1
		    : err_sys(e, "rename '%s' to '%s'", w->m.from, w->m.to);
	if (sync_parent(w->m.to, e) == 0 && sync_parent(w->m.from, e) == 0 &&
	    set_place(w->call->zone, w->m.to, w->m.to_backend, e) == 0) {
		rename_rest(w);
		return moving_forget(w->call->entry.uuid, e);
	}
	/* The configuration cannot be written: as it was. */
	if (rename(w->m.to, w->m.from) == -1)
		return err_in(e, "the zone lies at '%s'", w->m.to);
	return -1;
}

/* --- copying ---------------------------------------------------------------
 */

static void
tick(const struct fs_progress *p)
{
	struct work *w = p->arg;
	_autofree char *text = NULL;
	static unsigned calls;

	if (++calls % 256 != 0 || time(NULL) - w->begun < QUIET_SECONDS)
		return;
	text = mem_printf("copying: %llu files, %llu MB",
	    (unsigned long long)p->entries,
	    (unsigned long long)(p->bytes / MEGABYTE));
	progress_show(&w->line, text);
}

static int
check_room(const struct work *w, int tree, struct err *e)
{
	struct statvfs fs;
	uint64_t need;
	uint64_t room;

	/* Within one btrfs a copy shares. */
	if (w->from == &fs_backend_btrfs && w->to == &fs_backend_btrfs)
		return 0;
	if (fs_tree_used(tree, &need, e) == -1)
		return -1;
	if (fstatvfs(w->new.dir, &fs) == -1)
		return err_sys(e, "'%s'", w->m.to);
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (need <= room)
		return 0;
	return err_set(e, ENOSPC,
	    "could not move zone to %s: %llu MB are needed, %llu MB are free",
	    w->m.to, (unsigned long long)(need / MEGABYTE + 1),
	    (unsigned long long)(room / MEGABYTE));
}

struct comparison {
	const struct work *w;
	int source;
	struct err *e;
};

/* Devices and sockets do not come along. */
static int
differs(char what, const char *path, void *arg)
{
	const struct comparison *c = arg;
	struct stat st;

	if (what == '-' &&
	    fstatat(c->source, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (S_ISSOCK(st.st_mode) || S_ISBLK(st.st_mode) ||
		S_ISCHR(st.st_mode)))
		return 0;
	return err_set(c->e, EIO,
	    "the copy of '%s' in '%s' is not the same; the zone stays at '%s'",
	    path, c->w->m.to, c->w->m.from);
}

static int
fill_root(struct work *w, int tree, struct err *e)
{
	struct fs_progress progress = { .tick = tick, .arg = w };
	struct comparison c = { w, tree, e };
	_autoclose int root = -1;
	int result;

	if (check_room(w, tree, e) == -1 || w->to->create(&w->new, e) == -1 ||
	    fill_limit(w->cfg, &w->new, e) == -1)
		return -1;
	root = fs_root_open(w->new.dir, e);
	result = root == -1 ? -1 : fs_copy_whole(tree, root, &progress, e);
	if (result == 0 && time(NULL) - w->begun >= QUIET_SECONDS)
		progress_show(&w->line, "comparing the copy");
	if (result == 0)
		result = fs_diff(tree, root, differs, &c, e);
	progress_clear(&w->line);
	return result;
}

static int
copy_root(struct work *w, struct err *e)
{
	_autoclose int view = w->from->view(&w->old, -1, FS_VIEW_READ, e);
	_autoclose int tree = -1;

	/* A mount's own descriptor opens nothing. */
	if (view != -1)
		tree = fd_open_dir(view, ".", e);
	return tree == -1 ? -1 : fill_root(w, tree, e);
}

/* What lies beside the root. */
static int
finish_copy(struct work *w, struct err *e)
{
	if (fill_hide(w->cfg, w->m.to, e) == -1 ||
	    (w->to->settle && w->to->settle(&w->new, e) == -1))
		return -1;
	if (syncfs(w->new.dir) == -1)
		return err_sys(e, "flush '%s' to disk", w->m.to);
	return 0;
}

static int
choose_backend(struct work *w, struct err *e)
{
	if (w->from == &fs_backend_copy)
		w->to = w->from;
	else if (fs_backend_for(w->new.dir, &w->to, e) == -1)
		return -1;
	(void)snprintf(w->m.to_backend, sizeof(w->m.to_backend), "%s",
	    w->to->name);
	return 0;
}

static int
copy_zonepath(struct work *w, struct err *e)
{
	if (clear_check_snapshots(w->call, w->from, &w->old,
		"go to another file system", e) == -1 ||
	    zc_store_load(w->call->zone, &w->cfg, e) == -1 ||
	    choose_backend(w, e) == -1 ||
	    note(w, MOVING_COPY, w->new.dir, e) == -1)
		return -1;
	(void)printf("Moving across file systems; copying zonepath %s...\n",
	    w->m.from);
	(void)fflush(stdout);
	if (copy_root(w, e) == -1 || finish_copy(w, e) == -1 ||
	    note(w, MOVING_SWITCH, w->old.dir, e) == -1)
		return -1;
	(void)printf("Cleaning up zonepath %s...\n", w->m.from);
	(void)fflush(stdout);
	return settle(w->call, &w->m, e);
}

/* --- the command -----------------------------------------------------------
 */

static int
move(struct work *w, struct err *e)
{
	bool made;
	int far;

	w->old.dir = fs_zonepath_open(w->m.from, e);
	if (w->old.dir == -1 ||
	    fs_backend_find(w->call->entry.backend, &w->from, e) == -1)
		return -1;
	(void)snprintf(w->m.from_backend, sizeof(w->m.from_backend), "%s",
	    w->from->name);
	(void)snprintf(w->m.to_backend, sizeof(w->m.to_backend), "%s",
	    w->from->name);
	if (note(w, MOVING_BEGUN, w->old.dir, e) == -1)
		return -1;
	w->new.dir = fs_zonepath_make(w->m.to, &made, e);
	far = w->new.dir == -1 ? -1 : rename_zonepath(w, e);
	return far == 1 ? copy_zonepath(w, e) : far;
}

/* Failed: back to where it was, or, where that is decided, on to the new path;
 * what cannot be done now is done by the next command. */
static void
undo(struct work *w)
{
	_cleanup_moving struct moving m = { .from = NULL };
	struct err why = { 0 };

	progress_clear(&w->line);
	if (moving_is_pending(w->call->entry.uuid) &&
	    (moving_load(w->call->entry.uuid, &m, &why) == -1 ||
		settle(w->call, &m, &why) == -1))
		cmd_say(w->call, "%s; the next command tries again", why.msg);
}

int
cmd_move(struct cmd_call *call, struct err *e)
{
	_cleanup(work_done) struct work w = {
		.call = call,
		.old = { .dir = -1 },
		.new = { .dir = -1 },
		.begun = time(NULL),
	};
	bool stay = false;
	int result;

	if (parse(&w, &stay, e) == -1)
		return -1;
	if (stay)
		return 0;
	w.old.path = w.m.from;
	w.new.path = w.m.to;
	progress_start(&w.line);
	result = check_target(&w, e);
	if (result == 0)
		result = clear_check_mounts(call, e);
	if (result != 0)
		return result;
	result = move(&w, e);
	if (result == -1)
		undo(&w);
	return result;
}
