/* SPDX-License-Identifier: ISC
 *
 * clear - take a zonepath away: what uninstall, move and detach do alike.
 */
#include "zoneadm/clear.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/backend.h"
#include "fs/dataset.h"
#include "fs/hidden.h"
#include "fs/mounts.h"
#include "fs/remove.h"
#include "fs/snapshot.h"
#include "fs/zonepath.h"
#include "zoneadm/level.h"
#include "zoneadm/progress.h"
#include "zonecfg/detached.h"

/* Another uninstall of the same source's clones may be under way. */
enum { LOCK_WAIT_MS = 30000 };

/* Work shorter than this shows no progress. */
enum { QUIET_SECONDS = 2 };

/* What we and other tools of zones put into a zonepath, beside the root; all
 * else is the administrator's. */
static const char *const known[] = {
	"dev",
	"lu",
	"lastexited",
	FS_HIDDEN_FILE,
	FS_ORIGIN,
	FS_DATASET_FILE,
	LEVEL_DIR,
	ZC_DETACHED_FILE,
	"SUNWattached.cfg",
	"SUNWdetached.xml",
	"SUNWattached.xml",
};

int
clear_check_mounts(const struct cmd_call *call, struct err *e)
{
	const char *zonepath = call->entry.zonepath;
	_autofree char *root = mem_printf("%s/root", zonepath);
	_cleanup_mounts struct fs_mounts mounts = { 0 };
	const struct fs_backend *backend = NULL;
	int found = 0;

	if (fs_backend_find(call->entry.backend, &backend, e) == -1 ||
	    fs_mounts_below(zonepath, &mounts, e) == -1)
		return -1;
	for (size_t i = 0; i < mounts.n; i++) {
		/* File systems of their own. */
		if (strcmp(mounts.path[i], zonepath) == 0 ||
		    ((backend->can & FS_IS_MOUNTED) &&
			strcmp(mounts.path[i], root) == 0))
			continue;
		if (found == 0)
			cmd_say(call,
			    "These file systems are mounted on subdirectories "
			    "of %s.",
			    zonepath);
		cmd_say(call, "  %s", mounts.path[i]);
		found = 1;
	}
	return found;
}

int
clear_check_snapshots(const struct cmd_call *call,
    const struct fs_backend *backend, const struct fs_home *home,
    const char *what, struct err *e)
{
	_cleanup(fs_snapshots_done) struct fs_snapshots all = { 0 };

	if (!(backend->can & FS_CAN_FREEZE))
		return 0;
	if (fs_snapshot_list(home, &all, e) == -1)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		if (!fs_snapshot_is_ours(all.of[i].name))
			return err_set(e, EXDEV,
			    "snapshot '%s' cannot %s; destroy it first with "
			    "'zoneadm -z %s snapshot destroy %s'",
			    all.of[i].name, what, call->zone, all.of[i].name);
	}
	return 0;
}

/* What a file of ours is called until it is complete: ".NAME.PID.new". */
static bool
is_begun(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		_autofree char *start = mem_printf(".%s.", known[i]);

		if (str_starts(name, start) && str_ends(name, ".new"))
			return true;
	}
	return false;
}

/* A file that somebody was killed over. */
static int
remove_begun(int dir, const struct dirent *d, void *arg, struct err *e)
{
	(void)arg;
	return is_begun(d->d_name) ? fs_remove_tree(dir, d->d_name, e) : 0;
}

/* Where a clone came from, it is forgotten. A source that is busy, gone or
 * another by now keeps a snapshot more, no harm else. */
static int
leave_origin(const char *uuid, const struct fs_home *home, struct err *e)
{
	_cleanup(fs_origin_done) struct fs_origin origin = { 0 };
	_cleanup_entry struct zc_entry entry = { 0 };
	const struct fs_backend *backend = NULL;
	struct fs_home source = { .dir = -1 };
	struct err why = { 0 };
	_autoclose int lock = -1;
	_autoclose int dir = -1;
	int result = fs_origin_load(home, &origin, e);

	if (result != 0)
		return result == 1 ? 0 : -1;
	if (zc_index_get(origin.zone, &entry, &why) == -1 ||
	    strcmp(entry.uuid, origin.uuid) != 0 ||
	    fs_backend_find(entry.backend, &backend, &why) == -1)
		return 0;
	lock = zc_zone_lock(origin.zone, "uninstall", LOCK_WAIT_MS, &why);
	dir = lock == -1 ? -1 : fs_zonepath_open(entry.zonepath, &why);
	if (dir == -1)
		return 0;
	source.dir = dir;
	source.path = entry.zonepath;
	return fs_origin_leave(backend, &source, origin.snapshot, uuid, e);
}

int
clear_origin(const struct zc_entry *entry, const struct fs_home *home,
    struct err *e)
{
	if (leave_origin(entry->uuid, home, e) == -1)
		return -1;
	return fs_remove_tree(home->dir, FS_ORIGIN, e);
}

static struct {
	struct progress line;
	time_t begun;
} shown;

static void
tick(uint64_t removed)
{
	_autofree char *text = NULL;

	if (time(NULL) - shown.begun < QUIET_SECONDS)
		return;
	text = mem_printf("removing: %llu files", (unsigned long long)removed);
	progress_show(&shown.line, text);
}

static int
remove_content(const struct zc_entry *entry, int dir, struct err *e)
{
	const char *zonepath = entry->zonepath;
	const struct fs_home home = { dir, zonepath };
	const struct fs_backend *backend = NULL;

	if (fs_backend_find(entry->backend, &backend, e) == -1)
		return -1;
	if (fs_snapshot_remove_all(backend, &home, e) == -1 ||
	    backend->remove(&home, e) == -1 ||
	    leave_origin(entry->uuid, &home, e) == -1)
		return err_in(e, "'%s'", zonepath);
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (fs_remove_tree(dir, known[i], e) == -1)
			return err_in(e, "'%s'", zonepath);
	}
	if (fd_each_entry(dir, remove_begun, NULL, e) == -1)
		return err_in(e, "'%s'", zonepath);
	progress_clear(&shown.line);
	if (rmdir(zonepath) == 0)
		return 0;
	if (errno == ENOTEMPTY || errno == EEXIST)
		(void)fprintf(stderr,
		    "WARNING: Unable to completely remove %s\n"
		    "because it contains additional user data.  Only the "
		    "standard directory\nentries have been removed.\n",
		    zonepath);
	else
		(void)fprintf(stderr,
		    "WARNING: Unable to completely remove %s: %s\n", zonepath,
		    strerror(errno));
	return 0;
}

int
clear_zonepath(const struct zc_entry *entry, int dir, struct err *e)
{
	int result;

	shown.begun = time(NULL);
	progress_start(&shown.line);
	fs_remove_watch(tick);
	result = remove_content(entry, dir, e);
	fs_remove_watch(NULL);
	progress_clear(&shown.line);
	return result;
}
