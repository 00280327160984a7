/* SPDX-License-Identifier: ISC
 *
 * overlay - overlayfs as we mount it.
 */
#include "fs/overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "fs/mount.h"
#include "fs/remove.h"

/* userxattr: what a zone's root can use. index: a hard link stays one when it
 * is copied up. xino: inode numbers do not change then. Neither redirect_dir
 * nor metacopy, which would let a tree name files by path. */
int
fs_overlay_mount(const struct fs_overlay *o, struct err *e)
{
	const char *const shown[] = { "lowerdir", o->lower, "userxattr", NULL,
		"index", "off", NULL };
	const char *const written[] = { "lowerdir", o->lower, "upperdir",
		o->upper, "workdir", o->work, "userxattr", NULL, "index", "on",
		"xino", "on", o->fresh ? "volatile" : NULL, NULL, NULL };

	return fs_mount_new("overlay", o->upper ? written : shown, o->attrs, e);
}

int
fs_overlay_work(int zonepath, const char *id, struct err *e)
{
	_autoclose int all = -1;

	if (mkdirat(zonepath, "work", 0700) == -1 && errno != EEXIST)
		return err_sys(e, "make directory 'work'");
	all = fd_open_beneath(zonepath, "work", FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
	if (all == -1)
		return -1;
	if (mkdirat(all, id, 0700) == -1 && errno != EEXIST)
		return err_sys(e, "make directory 'work/%s'", id);
	return fd_open_dir(all, id, e);
}

int
fs_overlay_forgive(int zonepath, const char *id, struct err *e)
{
	_autofree char *path = mem_printf("work/%s/work", id);
	struct err why = { 0 };
	_autoclose int work = fd_open_beneath(zonepath, path,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_DIRECTORY, 0, &why);

	if (work != -1)
		return fs_remove_tree(work, "incompat", e);
	if (why.code == ENOENT) /* it was never mounted */
		return 0;
	*e = why;
	return -1;
}
