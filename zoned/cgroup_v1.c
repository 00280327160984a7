/* SPDX-License-Identifier: ISC
 *
 * cgroup_v1 - a group for the zone in each hierarchy of cgroup v1.
 */
#include "zoned/cgroup_v1.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "zoned/budget.h"
#include "zoned/devices.h"

/* Ours, and the first process's, where somebody started us with another /sys as
 * "ip netns exec" does. Made anew, cgroup2 would lose the options it has. */
static const char *const mounts_at[] = { "/sys/fs/cgroup",
	"/proc/1/root/sys/fs/cgroup" };

static void
closedir_at(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

/* A hierarchy of v1 is mounted at this directory (a link, "cpu" to
 * "cpu,cpuacct", names one that is listed itself). */
static int
open_hierarchy(int mounts, const char *name)
{
	struct statfs fs;
	_autoclose int fd = openat(mounts, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1 || fstatfs(fd, &fs) == -1 ||
	    (long)fs.f_type != CGROUP_SUPER_MAGIC)
		return -1;
	return fd_take(&fd);
}

/* An empty one is sysfs. */
int
zd_cgroup_mounts(struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(mounts_at); i++) {
		struct statfs fs;
		_autoclose int fd = open(mounts_at[i],
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd != -1 && fstatfs(fd, &fs) == 0 &&
		    fs.f_type != SYSFS_MAGIC)
			return fd_take(&fd);
	}
	return err_set(e, ENOENT,
	    "no control groups are mounted at '%s'; run 'zoneadm doctor'",
	    mounts_at[0]);
}

int
zd_cgroup_v1_each(int (*fn)(int top, void *arg, struct err *e), void *arg,
    struct err *e)
{
	int dir = zd_cgroup_mounts(e);
	_cleanup(closedir_at) DIR *mounts = dir == -1 ? NULL : fdopendir(dir);
	struct dirent *d;
	int rc = 0;

	while (mounts && (d = readdir(mounts)) != NULL) {
		_autoclose int top = -1;
		struct err why;

		if (d->d_name[0] == '.' || d->d_type != DT_DIR)
			continue;
		top = open_hierarchy(dirfd(mounts), d->d_name);
		if (top == -1 || fn(top, arg, &why) == 0)
			continue;
		if (rc == 0)
			*e = why;
		(void)err_in(e, "cgroup v1 '%s'", d->d_name);
		rc = -1;
	}
	return rc;
}

/* A new group of cpuset has no cpus and takes no process. */
static void
copy_cpuset(int from, int to)
{
	static const char *const files[] = { "cpuset.cpus", "cpuset.mems" };
	struct err ignored;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		_autofree char *text = NULL;

		if (fd_read_file(from, files[i], 65536, &text, NULL,
			&ignored) == 0)
			(void)!fd_put(to, files[i], text, &ignored);
	}
}

static int
make(int dirfd, const char *name, struct err *e)
{
	bool fresh = mkdirat(dirfd, name, 0755) == 0;
	int fd;

	if (!fresh && errno != EEXIST)
		return err_sys(e, "make control group '%s'", name);
	fd = fd_open_beneath(dirfd, name, FD_NO_SYMLINKS,
	    O_RDONLY | O_DIRECTORY, 0, e);
	if (fd != -1)
		copy_cpuset(dirfd, fd);
	return fd;
}

struct up {
	struct zd_cgroup_v1 *v1;
	const char *all;
	const char *zone;
	const struct fs_devices *devices;
};

static int
up_one(int top, void *arg, struct err *e)
{
	const struct up *up = arg;
	_autoclose int all = make(top, up->all, e);
	int dir;

	if (all == -1 || up->v1->n == ZD_V1_MAX)
		return -1;
	dir = make(all, up->zone, e);
	if (dir == -1)
		return -1;
	if (zd_budget_set(all, e) == -1) {
		(void)close(dir);
		return -1;
	}
	up->v1->fd[up->v1->n++] = dir;
	if (faccessat(dir, "pids.max", F_OK, 0) == 0)
		up->v1->pids = dir;
	if (faccessat(dir, "devices.allow", F_OK, 0) != 0)
		return 0;
	up->v1->devices = dir;
	return zd_devices_v1(dir, up->devices, e);
}

int
zd_cgroup_v1_up(struct zd_cgroup_v1 *v1, const char *all, const char *zone,
    const struct fs_devices *devices, struct err *e)
{
	struct up up = { v1, all, zone, devices };

	*v1 = (struct zd_cgroup_v1)ZD_CGROUP_V1_NONE;
	return zd_cgroup_v1_each(up_one, &up, e);
}

static int
open_one(int top, void *arg, struct err *e)
{
	const struct up *up = arg;
	_autofree char *path = mem_printf("%s/%s", up->all, up->zone);
	int dir = openat(top, path,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	(void)e;
	if (dir == -1 || up->v1->n == ZD_V1_MAX)
		return 0;
	up->v1->fd[up->v1->n++] = dir;
	if (faccessat(dir, "pids.max", F_OK, 0) == 0)
		up->v1->pids = dir;
	return 0;
}

void
zd_cgroup_v1_open(struct zd_cgroup_v1 *v1, const char *all, const char *zone)
{
	struct up up = { v1, all, zone, NULL };
	struct err ignored;

	*v1 = (struct zd_cgroup_v1)ZD_CGROUP_V1_NONE;
	(void)!zd_cgroup_v1_each(open_one, &up, &ignored);
}

void
zd_cgroup_v1_close(struct zd_cgroup_v1 *v1)
{
	for (size_t i = 0; i < v1->n; i++)
		(void)close(v1->fd[i]);
	*v1 = (struct zd_cgroup_v1)ZD_CGROUP_V1_NONE;
}
