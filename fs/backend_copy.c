/* SPDX-License-Identifier: ISC
 *
 * backend_copy - a root that is a plain directory and shares nothing: clones of
 * it are copies.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "fs/backend.h"
#include "fs/mount.h"
#include "fs/remove.h"
#include "fs/tree.h"

static int
copy_probe(int dirfd, struct err *e)
{
	(void)dirfd;
	(void)e;
	return 1;
}

static int
open_root(const struct fs_home *h, struct err *e)
{
	return fd_open_beneath(h->dir, "root", FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
}

static int
copy_create(const struct fs_home *h, struct err *e)
{
	_autoclose int fd = -1;

	if (mkdirat(h->dir, "root", 0755) == -1 && errno != EEXIST)
		return err_sys(e, "make directory 'root'");
	fd = open_root(h, e);
	if (fd == -1)
		return -1;
	/* The umask had its say. */
	if (fchown(fd, 0, 0) == -1 || fchmod(fd, 0755) == -1)
		return err_sys(e, "chmod 'root'");
	return 0;
}

static int
copy_remove(const struct fs_home *h, struct err *e)
{
	return fs_remove_tree(h->dir, "root", e);
}

static int
copy_view(const struct fs_home *h, int snap, enum fs_view how, struct err *e)
{
	unsigned attrs = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
	_autoclose int root = open_root(h, e);

	(void)snap;
	if (how == FS_VIEW_READ)
		attrs |= MOUNT_ATTR_RDONLY;
	return root == -1 ? -1 : fs_mount_clone(root, "", attrs, -1, e);
}

static int
copy_used(const struct fs_home *h, int snap, uint64_t *bytes, struct err *e)
{
	_autoclose int root = open_root(h, e);

	(void)snap;
	return root == -1 ? -1 : fs_tree_used(root, bytes, e);
}

const struct fs_backend fs_backend_copy = {
	.name = "copy",
	.can = FS_CAN_CREATE | FS_CAN_REMOVE | FS_CAN_VIEW,
	.probe = copy_probe,
	.create = copy_create,
	.remove = copy_remove,
	.view = copy_view,
	.used = copy_used,
};
