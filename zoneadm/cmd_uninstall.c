/* SPDX-License-Identifier: ISC
 *
 * cmd_uninstall - remove a zone's root; its configuration stays.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/backend.h"
#include "fs/hidden.h"
#include "fs/mounts.h"
#include "fs/remove.h"
#include "fs/snapshot.h"
#include "fs/zonepath.h"
#include "zoneadm/cmd.h"
#include "zoneadm/fill.h"
#include "zoneadm/options.h"
#include "zoneadm/progress.h"

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
	"SUNWdetached.xml",
	"SUNWattached.xml",
};

/* 1: yes, 0: no, -1: there is nobody to ask. */
static int
ask(const char *zone)
{
	char line[64];

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return -1;
	for (;;) {
		(void)printf(
		    "Are you sure you want to uninstall zone %s (y/[n])? ",
		    zone);
		(void)fflush(stdout);
		if (!fgets(line, sizeof(line), stdin) || line[0] == '\n')
			return 0;
		line[0] = (char)tolower((unsigned char)line[0]);
		if (line[0] == 'y' || line[0] == 'n')
			return line[0] == 'y';
	}
}

static int
parse(const struct cmd_call *call, bool *force, struct err *e)
{
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt(call->argc, call->argv, "+F")) != -1) {
		if (c != 'F')
			return cmd_wrong_option(call, e);
		*force = true;
	}
	/* Clients may give an empty word. */
	while (optind < call->argc && *call->argv[optind] == '\0')
		optind++;
	if (optind < call->argc)
		return err_set(e, ERR_USAGE, "uninstall: '%s' is too much",
		    call->argv[optind]);
	return 0;
}

/* 1: something is mounted there, and that was said. */
static int
check_mounts(const struct cmd_call *call, struct err *e)
{
	const char *zonepath = call->entry.zonepath;
	_cleanup_mounts struct fs_mounts mounts = { 0 };
	int found = 0;

	if (fs_mounts_below(zonepath, &mounts, e) == -1)
		return -1;
	for (size_t i = 0; i < mounts.n; i++) {
		if (strcmp(mounts.path[i], zonepath) == 0)
			continue; /* a file system of its own */
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
leave_origin(const struct cmd_call *call, const struct fs_home *home,
    struct err *e)
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
	return fs_origin_leave(backend, &source, origin.snapshot,
	    call->entry.uuid, e);
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

/* Everything of ours in the zonepath, and then itself. */
static int
remove_content(const struct cmd_call *call, int dir, struct err *e)
{
	const char *zonepath = call->entry.zonepath;
	const struct fs_home home = { dir, zonepath };
	const struct fs_backend *backend = NULL;

	if (fs_backend_find(call->entry.backend, &backend, e) == -1)
		return -1;
	if (fs_snapshot_remove_all(backend, &home, e) == -1 ||
	    backend->remove(&home, e) == -1 ||
	    leave_origin(call, &home, e) == -1)
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

static int
uninstall(struct cmd_call *call, struct err *e)
{
	struct err why = { 0 };
	_autoclose int dir = fs_zonepath_open(call->entry.zonepath, &why);
	int result;

	/* A zonepath that is gone has nothing to be removed. */
	if (dir == -1 && why.code != ENOENT) {
		*e = why;
		return -1;
	}
	if (zc_index_set_state(call->zone, ZC_INCOMPLETE, e) == -1)
		return -1;
	shown.begun = time(NULL);
	progress_start(&shown.line);
	fs_remove_watch(tick);
	result = dir != -1 ? remove_content(call, dir, e) : 0;
	fs_remove_watch(NULL);
	progress_clear(&shown.line);
	if (result == -1)
		return -1;
	if (fill_release(call->zone, &call->entry, e) == -1)
		return -1;
	return zc_index_set_state(call->zone, ZC_CONFIGURED, e);
}

int
cmd_uninstall(struct cmd_call *call, struct err *e)
{
	bool force = false;
	int result;

	if (parse(call, &force, e) == -1)
		return -1;
	if (!force) {
		result = ask(call->zone);
		if (result == -1)
			return err_set(e, EINVAL,
			    "Input not from terminal and -F not specified: "
			    "uninstall not done.");
		if (result == 0)
			return 0;
	}
	result = check_mounts(call, e);
	return result != 0 ? result : uninstall(call, e);
}
