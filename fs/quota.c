/* SPDX-License-Identifier: ISC
 *
 * quota - the most that a zone's root may take of its file system.
 */
#include "fs/quota.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "fs/dataset.h"

#define CLEAR "'clear quota' in zonecfg"

/* --- btrfs ----------------------------------------------------------------
 */

/* 1: quotas are on, by the one item that the tree of quotas always has. */
static int
btrfs_has_quotas(int dir, struct err *e)
{
	struct btrfs_ioctl_search_args args = {
		.key = {
			.tree_id = BTRFS_QUOTA_TREE_OBJECTID,
			.min_type = BTRFS_QGROUP_STATUS_KEY,
			.max_type = BTRFS_QGROUP_STATUS_KEY,
			.max_offset = UINT64_MAX,
			.max_transid = UINT64_MAX,
			.nr_items = 1,
		},
	};

	if (ioctl(dir, BTRFS_IOC_TREE_SEARCH, &args) == 0)
		return args.key.nr_items > 0;
	return errno == ENOENT ? 0 : err_sys(e, "look for quotas of btrfs");
}

/* Of the subvolume itself (qgroupid 0). All ones: no limit. */
static int
btrfs_set(int root, uint64_t bytes, struct err *e)
{
	struct btrfs_ioctl_qgroup_limit_args args = {
		.lim = {
			.flags = BTRFS_QGROUP_LIMIT_MAX_EXCL,
			.max_excl = bytes == 0 ? UINT64_MAX : bytes,
		},
	};

	if (ioctl(root, BTRFS_IOC_QGROUP_LIMIT, &args) == 0)
		return 0;
	/* Quotas are off, or there is no qgroup: nothing limits it. */
	if (bytes == 0 &&
	    (errno == ENOTCONN || errno == ENOENT || errno == EINVAL))
		return 0;
	return err_sys(e, "limit the subvolume");
}

/* --- ZFS ------------------------------------------------------------------
 */

static int
zfs_set(int zonepath, const char *path, uint64_t bytes, struct err *e)
{
	_autofree char *wanted = mem_printf("%llu", (unsigned long long)bytes);
	_autofree char *word = mem_printf("quota=%s",
	    bytes == 0 ? "none" : wanted);
	_autofree char *now = NULL;
	struct fs_dataset d;
	int rc = fs_dataset_load(zonepath, &d, e);

	if (rc == 0)
		rc = fs_dataset_find(&d, e);
	if (rc == -1 || (rc == 1 && bytes == 0))
		return rc == -1 ? -1 : 0;
	if (rc == 1)
		return err_set(e, ENOTSUP,
		    "'%s/root' is no dataset, and ZFS limits nothing else; "
		    "install the zone anew without '-x', or " CLEAR,
		    path);
	if (fs_dataset_get(d.name, "quota", &now, e) == -1)
		return -1;
	if (strcmp(now, wanted) == 0)
		return 0;
	{
		const char *const args[] = { "zfs", "set", word, d.name, NULL };

		return fs_dataset_run(args, NULL, e);
	}
}

static int
zfs_check(const char *path, struct err *e)
{
	if (fs_dataset_program("zfs"))
		return 0;
	return err_set(e, ENOTSUP,
	    "'%s' lies on ZFS, and this host has no command 'zfs'; install the "
	    "package zfsutils-linux, or " CLEAR,
	    path);
}

/* --- any ------------------------------------------------------------------
 */

static bool
is_btrfs(int dir)
{
	struct statfs fs;

	return fstatfs(dir, &fs) == 0 && fs.f_type == BTRFS_SUPER_MAGIC;
}

int
fs_quota_check(int dir, const char *path, struct err *e)
{
	int on;

	if (fs_dataset_on_zfs(dir))
		return zfs_check(path, e);
	if (!is_btrfs(dir))
		return err_set(e, ENOTSUP,
		    "the file system of '%s' cannot limit a directory; use a "
		    "zonepath on btrfs or ZFS, or " CLEAR,
		    path);
	on = btrfs_has_quotas(dir, e);
	if (on == 0)
		return err_set(e, ENOTSUP,
		    "quotas are off in the btrfs of '%s'; run 'btrfs quota "
		    "enable %s', or " CLEAR,
		    path, path);
	return on == 1 ? 0 : -1;
}

int
fs_quota_set(int zonepath, const char *path, uint64_t bytes, struct err *e)
{
	struct stat st;
	_autoclose int root = fs_root_open(zonepath, e);

	if (root == -1)
		return -1;
	if (bytes > 0 && fs_quota_check(zonepath, path, e) == -1)
		return -1;
	if (fs_dataset_on_zfs(root))
		return zfs_set(zonepath, path, bytes, e);
	if (!is_btrfs(root))
		return 0;
	if (fstat(root, &st) == -1)
		return err_sys(e, "stat '%s/root'", path);
	/* A subvolume's top directory always has this inode. */
	if (st.st_ino == BTRFS_FIRST_FREE_OBJECTID)
		return btrfs_set(root, bytes, e);
	if (bytes == 0)
		return 0;
	return err_set(e, ENOTSUP,
	    "'%s/root' is no subvolume, and btrfs limits nothing else; "
	    "install the zone anew without '-x', or " CLEAR,
	    path);
}
