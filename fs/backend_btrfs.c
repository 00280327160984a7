/* SPDX-License-Identifier: ISC
 *
 * backend_btrfs - roots that are subvolumes; snapshots and clones are snapshots
 * of btrfs, independent of where they came from. By ioctl: no program is run.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "fs/backend.h"
#include "fs/mount.h"
#include "fs/remove.h"

#define NEXT \
	"root.next" /* a root on its way in, or an old one on its way out */

static int
btrfs_probe(int dirfd, struct err *e)
{
	struct statfs fs;

	if (fstatfs(dirfd, &fs) == -1)
		return err_sys(e, "statfs");
	return fs.f_type == BTRFS_SUPER_MAGIC;
}

static int
open_root(int dir, const char *name, struct err *e)
{
	return fd_open_beneath(dir, name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
}

/* A subvolume's top directory always has this inode. */
static bool
is_subvolume(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_ino == BTRFS_FIRST_FREE_OBJECTID;
}

static int
btrfs_owns(int root, struct err *e)
{
	(void)e;
	return is_subvolume(root);
}

static int
snapshot(int source, int dir, const char *name, bool readonly, struct err *e)
{
	struct btrfs_ioctl_vol_args_v2 args = {
		.fd = source,
		.flags = readonly ? BTRFS_SUBVOL_RDONLY : 0,
	};

	(void)snprintf(args.name, sizeof(args.name), "%s", name);
	if (ioctl(dir, BTRFS_IOC_SNAP_CREATE_V2, &args) == -1)
		return err_sys(e, "make the snapshot '%s'", name);
	return 0;
}

/* The qgroup of a subvolume that is gone. Newer kernels do that themselves,
 * and refuse it before (6.11); without quotas there is none. */
static void
remove_qgroup(int dir, uint64_t id)
{
	struct btrfs_ioctl_qgroup_create_args args = { .qgroupid = id };

	(void)ioctl(dir, BTRFS_IOC_QGROUP_CREATE, &args);
}

/* Subvolumes that the zone made in its own go the long way: they are not ours
 * to know. */
static int
remove_subvolume(int dir, const char *name, struct err *e)
{
	struct btrfs_ioctl_vol_args args = { .fd = 0 };
	struct btrfs_ioctl_ino_lookup_args id = {
		.objectid = BTRFS_FIRST_FREE_OBJECTID,
	};
	struct err why = { 0 };
	_autoclose int fd = open_root(dir, name, &why);
	uint64_t flags = 0;

	if (fd == -1 || !is_subvolume(fd))
		return fs_remove_tree(dir, name, e);
	(void)snprintf(args.name, sizeof(args.name), "%s", name);
	if (ioctl(fd, BTRFS_IOC_INO_LOOKUP, &id) == -1)
		return err_sys(e, "look up the subvolume '%s'", name);
	if (ioctl(dir, BTRFS_IOC_SNAP_DESTROY, &args) == 0) {
		remove_qgroup(dir, id.treeid);
		return 0;
	}
	if (errno != ENOTEMPTY)
		return err_sys(e, "remove the subvolume '%s'", name);
	if (ioctl(fd, BTRFS_IOC_SUBVOL_SETFLAGS, &flags) == -1)
		return err_sys(e, "make '%s' writable", name);
	return fs_remove_tree(dir, name, e);
}

static int
btrfs_create(const struct fs_home *h, struct err *e)
{
	struct btrfs_ioctl_vol_args args = { .name = "root" };
	_autoclose int fd = -1;

	/* An empty directory may be there. */
	if (unlinkat(h->dir, "root", AT_REMOVEDIR) == -1 && errno != ENOENT &&
	    errno != ENOTEMPTY && errno != ENOTDIR)
		return err_sys(e, "replace directory 'root'");
	if (ioctl(h->dir, BTRFS_IOC_SUBVOL_CREATE, &args) == -1)
		return err_sys(e, "make the subvolume 'root'");
	fd = open_root(h->dir, "root", e);
	if (fd == -1)
		return -1;
	if (fchown(fd, 0, 0) == -1 || fchmod(fd, 0755) == -1)
		return err_sys(e, "chmod 'root'");
	return 0;
}

static int
btrfs_remove(const struct fs_home *h, struct err *e)
{
	if (remove_subvolume(h->dir, NEXT, e) == -1)
		return -1;
	return remove_subvolume(h->dir, "root", e);
}

static int
btrfs_view(const struct fs_home *h, int snap, enum fs_view how, struct err *e)
{
	unsigned attrs = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
	_autoclose int root = open_root(snap == -1 ? h->dir : snap, "root", e);

	if (how == FS_VIEW_READ || snap != -1)
		attrs |= MOUNT_ATTR_RDONLY;
	return root == -1 ? -1 : fs_mount_clone(root, "", attrs, -1, e);
}

static int
btrfs_freeze(const struct fs_home *h, int snap, const char *name, struct err *e)
{
	_autoclose int root = open_root(h->dir, "root", e);

	(void)name;
	return root == -1 ? -1 : snapshot(root, snap, "root", true, e);
}

static int
info(int dir, struct btrfs_ioctl_get_subvol_info_args *out, struct err *e)
{
	_autoclose int root = open_root(dir, "root", e);

	if (root == -1)
		return -1;
	if (ioctl(root, BTRFS_IOC_GET_SUBVOL_INFO, out) == -1)
		return err_sys(e, "information on the subvolume 'root'");
	return 0;
}

/* Nothing was written to the root since the transaction that made the
 * snapshot. */
static int
btrfs_same(const struct fs_home *h, int snap, struct err *e)
{
	struct btrfs_ioctl_get_subvol_info_args mine;
	struct btrfs_ioctl_get_subvol_info_args its;

	if (info(h->dir, &mine, e) == -1 || info(snap, &its, e) == -1)
		return -1;
	return memcmp(its.parent_uuid, mine.uuid, sizeof(mine.uuid)) == 0 &&
	    mine.ctransid <= its.otransid;
}

static int
btrfs_clone(const struct fs_home *h, int snap, struct err *e)
{
	_autoclose int source = open_root(snap, "root", e);

	if (source == -1)
		return -1;
	if (unlinkat(h->dir, "root", AT_REMOVEDIR) == -1 && errno != ENOENT)
		return err_sys(e, "replace directory 'root'");
	return snapshot(source, h->dir, "root", false, e);
}

static int
btrfs_revert(const struct fs_home *h, int snap, struct err *e)
{
	_autoclose int source = open_root(snap, "root", e);

	if (source == -1 || remove_subvolume(h->dir, NEXT, e) == -1 ||
	    snapshot(source, h->dir, NEXT, false, e) == -1)
		return -1;
	if (renameat2(h->dir, "root", h->dir, NEXT, RENAME_EXCHANGE) == -1)
		return err_sys(e, "exchange 'root' and '" NEXT "'");
	if (fsync(h->dir) == -1)
		return err_sys(e, "fsync '%s'", h->path);
	return remove_subvolume(h->dir, NEXT, e);
}

static int
btrfs_forget(const struct fs_home *h, int snap, struct err *e)
{
	(void)h;
	return remove_subvolume(snap, "root", e);
}

const struct fs_backend fs_backend_btrfs = {
	.name = "btrfs",
	.can = FS_CAN_CREATE | FS_CAN_REMOVE | FS_CAN_VIEW | FS_CAN_FREEZE |
	    FS_CAN_LIVE,
	.probe = btrfs_probe,
	.owns = btrfs_owns,
	.create = btrfs_create,
	.remove = btrfs_remove,
	.view = btrfs_view,
	.freeze = btrfs_freeze,
	.same = btrfs_same,
	.clone = btrfs_clone,
	.revert = btrfs_revert,
	.forget = btrfs_forget,
};
