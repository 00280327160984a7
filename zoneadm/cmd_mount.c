/* SPDX-License-Identifier: ISC
 *
 * cmd_mount - show the root of a halted zone at ZONEPATH/lu, and take the view
 * away again.
 *
 * The zone's run record says "mounted" before the first mount and until after
 * the last one is gone: who kills us leaves what unmount can finish.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "fs/backend.h"
#include "fs/globalzone.h"
#include "fs/mount.h"
#include "fs/mounts.h"
#include "fs/zonepath.h"
#include "zoneadm/cmd.h"
#include "zoneadm/options.h"
#include "zonecfg/store.h"

static int
parse(const struct cmd_call *call, const char *letters, struct err *e)
{
	opterr = 0;
	optind = 0;
	for (;;) {
		int c = getopt(call->argc, call->argv, letters);

		if (c == -1)
			break;
		if (c == '?')
			return cmd_wrong_option(call, e);
	}
	if (optind < call->argc)
		return err_set(e, ERR_USAGE, "%s: '%s' is too much",
		    call->argv[0], call->argv[optind]);
	return 0;
}

/* The directory "lu" of the zonepath, made where it is missing. */
static int
open_view(int dir, struct err *e)
{
	if (mkdirat(dir, "lu", 0755) == -1 && errno != EEXIST)
		return err_sys(e, "make directory 'lu'");
	return fd_open_beneath(dir, "lu", FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_PATH | O_DIRECTORY, 0, e);
}

static int
mount_root(const struct cmd_call *call, int dir, int view, struct err *e)
{
	const struct fs_home home = { dir, call->entry.zonepath };
	const struct fs_backend *backend = NULL;
	int mount;

	if (fs_backend_find(call->entry.backend, &backend, e) == -1)
		return -1;
	mount = backend->view(&home, -1, FS_VIEW_WRITE, e);
	if (mount == -1)
		return -1;
	if (fs_mount_attach(mount, view, e) == -1)
		fd_close_at(&mount);
	return mount;
}

/* One directory of the global zone, read-only, where the zone will see it; the
 * zone's own tree must lead there without a link. */
static int
mount_inherited(int host, int root, const char *path, struct err *e)
{
	struct err why = { 0 };
	_autoclose int mount = -1;
	_autoclose int target = fd_open_beneath(root, path,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_PATH | O_DIRECTORY, 0, &why);

	if (target == -1) {
		if (why.code == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	mount = fs_mount_clone(host, path,
	    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, -1, e);
	return mount == -1 ? -1 : fs_mount_attach(mount, target, e);
}

static int
mount_all_inherited(const struct cmd_call *call, int root, struct err *e)
{
	_cleanup_zone struct zc_zone *cfg = NULL;
	_autofree const char **dirs = NULL;
	struct fs_notes notes = { 0 };
	char **paths = NULL;
	size_t npaths = 0;
	size_t n;
	int result;
	_autoclose int host = fd_open_dir(AT_FDCWD, "/", e);

	if (host == -1 || zc_store_load(call->zone, &cfg, e) == -1)
		return -1;
	n = zc_count(cfg, "inherit-pkg-dir");
	dirs = mem_alloc((n + 1) * sizeof(*dirs));
	for (size_t i = 0; i < n; i++)
		dirs[i] = zc_res_get(cfg, "inherit-pkg-dir", i, "dir");
	result = fs_globalzone_inherit(host, dirs, n, &paths, &npaths, &notes,
	    e);
	for (size_t i = 0; result == 0 && i < npaths; i++)
		result = mount_inherited(host, root, paths[i], e);
	fs_globalzone_inherit_free(paths, npaths);
	fs_notes_done(&notes);
	return result;
}

/* Unmount what lies at or below ZONEPATH/lu, the last mount first. */
static int
take_down(const struct cmd_call *call, struct err *e)
{
	_autofree char *view = mem_printf("%s/lu", call->entry.zonepath);
	_cleanup_mounts struct fs_mounts mounts = { 0 };

	if (fs_mounts_below(view, &mounts, e) == -1)
		return -1;
	for (size_t i = mounts.n; i-- > 0;) {
		if (umount2(mounts.path[i], UMOUNT_NOFOLLOW) == -1)
			return err_sys(e, "unmount '%s'", mounts.path[i]);
	}
	if (rmdir(view) == -1 && errno != ENOENT)
		return err_sys(e, "remove '%s'", view);
	return 0;
}

static int
note_mounted(const struct cmd_call *call, struct err *e)
{
	struct zc_run run = { .state = ZC_MOUNTED, .console_fd = -1 };

	if (zc_run_next_id(&run.id, e) == -1)
		return -1;
	return zc_run_save(call->zone, &run, e);
}

static int
build(const struct cmd_call *call, struct err *e)
{
	_autoclose int root = -1;
	_autoclose int view = -1;
	_autoclose int dir = fs_zonepath_open(call->entry.zonepath, e);

	if (dir == -1)
		return -1;
	view = open_view(dir, e);
	if (view == -1)
		return -1;
	root = mount_root(call, dir, view, e);
	if (root == -1)
		return -1;
	return mount_all_inherited(call, root, e);
}

int
cmd_mount(struct cmd_call *call, struct err *e)
{
	struct err late = { 0 };

	if (parse(call, "+f", e) == -1 || take_down(call, e) == -1 ||
	    note_mounted(call, e) == -1)
		return -1;
	if (build(call, e) == 0)
		return 0;
	if (take_down(call, &late) == -1 ||
	    zc_run_remove(call->zone, &late) == -1)
		cmd_say(call, "%s", late.msg);
	return -1;
}

int
cmd_unmount(struct cmd_call *call, struct err *e)
{
	if (parse(call, "+", e) == -1 || take_down(call, e) == -1)
		return -1;
	return zc_run_remove(call->zone, e);
}
