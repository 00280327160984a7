/* SPDX-License-Identifier: ISC
 *
 * root - carry out a plan: build a zone's root.
 */
#include "fs/root.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/sys.h"
#include "fs/dataset.h"
#include "fs/mount.h"
#include "fs/numbered.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441 /* asm-generic/ioctls.h, kernel 4.13 */
#endif

enum { TTY_GROUP = 5 }; /* of Debian, and of login(1) elsewhere */

#define NOSUIDDEV (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
#define NOTHING (NOSUIDDEV | MOUNT_ATTR_NOEXEC)

/* What is made inside. */
static const struct {
	enum fs_made which;
	const char *type;
	const char *options[5];
	unsigned attrs;
} inside[] = {
	{ FS_MADE_PROC, "proc", { NULL }, NOTHING },
	{ FS_MADE_SYSFS, "sysfs", { NULL }, NOTHING | MOUNT_ATTR_RDONLY },
	{ FS_MADE_CGROUP, "cgroup2", { NULL }, NOTHING },
	{ FS_MADE_SHM, "tmpfs", { "mode", "1777", "size", "25%" }, NOSUIDDEV },
	{ FS_MADE_MQUEUE, "mqueue", { NULL }, NOTHING },
	{ FS_MADE_RUN, "tmpfs", { "mode", "0755", "size", "20%" }, NOSUIDDEV },
	{ FS_MADE_TMP, "tmpfs", { "mode", "1777", "size", "20%" }, NOSUIDDEV },
};

/* Columns: name, major, minor of Documentation/admin-guide/devices.txt. */
static const struct {
	const char *name;
	unsigned major;
	unsigned minor;
} nodes[] = {
	{ "null", 1, 3 },
	{ "zero", 1, 5 },
	{ "full", 1, 7 },
	{ "random", 1, 8 },
	{ "urandom", 1, 9 },
	{ "tty", 5, 0 },
};

static const struct {
	const char *name;
	const char *target;
} links[] = {
	{ "fd", "/proc/self/fd" },
	{ "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" },
	{ "stderr", "/proc/self/fd/2" },
	{ "ptmx", "pts/ptmx" },
};

static int
loopback_up(struct err *e)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	_autoclose int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sock == -1)
		return err_sys(e, "socket");
	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(sock, SIOCSIFFLAGS, &ifr) == -1)
		return err_sys(e, "bring up 'lo'");
	return 0;
}

/* systemd gives a service up that asks for a user namespace where there are
 * none (PrivateUsers=), although its manual says that units must not rely on
 * them. */
static int
tell_services(int run, struct err *e)
{
	static const char text[] = "# No user namespaces in this zone: "
				   "limitpriv lacks linux_userns.\n"
				   "[Service]\n"
				   "PrivateUsers=no\n";
	_autoclose int dir = fd_make_dirs(run, "systemd/system/service.d", 0755,
	    e);
	_autoclose int fd = -1;

	if (dir == -1)
		return -1;
	fd = openat(dir, "10-zone.conf",
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd == -1)
		return err_sys(e, "create '10-zone.conf' in /run");
	return fd_write_all(fd, text, strlen(text), e);
}

int
fs_parts_make_inside(const struct fs_plan *plan, unsigned withhold,
    struct fs_parts *p, struct err *e)
{
	static const char *const hidepid[] = { "hidepid", "2", NULL };

	for (size_t i = 0; i < ARRAY_LEN(inside); i++) {
		bool hide = inside[i].which == FS_MADE_PROC &&
		    (withhold & FS_HIDE_PROCESSES);
		int fd;

		if (!fs_plan_makes(plan, inside[i].which))
			continue;
		fd = fs_mount_new(inside[i].type,
		    hide ? hidepid : inside[i].options, inside[i].attrs, e);

		if (fd == -1)
			return -1;
		p->made[inside[i].which] = fd;
	}
	/* Ping without a raw socket, for every group of the zone (icmp(7));
	 * the kernel starts with none. */
	if (!(withhold & FS_NO_PING) &&
	    fd_put(p->made[FS_MADE_PROC], "sys/net/ipv4/ping_group_range",
		"0 65535", e) == -1)
		return -1;
	if ((withhold & FS_NO_USERNS) && p->made[FS_MADE_RUN] != -1 &&
	    tell_services(p->made[FS_MADE_RUN], e) == -1)
		return -1;
	return loopback_up(e);
}

/* The kernel owns what is in a devpts to who mounted it and to who opens a pty,
 * here the global zone: give it to the zone. */
static int
give_to_zone(int dir, const char *name, uint32_t uid, uint32_t gid,
    struct err *e)
{
	if (fchownat(dir, name, uid, gid, AT_EMPTY_PATH) == -1)
		return err_sys(e, "owner of '/dev/pts/%s'", name);
	return 0;
}

static int
open_console(struct fs_parts *p, uint32_t id_base, struct err *e)
{
	int unlock = 0;
	unsigned number;

	p->console_master = openat(p->made[FS_MADE_DEVPTS], "ptmx",
	    O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	/* All ptys of the host are in use (kernel.pty.max): this zone starts
	 * without. */
	if (p->console_master == -1 && errno == ENOSPC)
		return 0;
	if (p->console_master == -1)
		return err_sys(e, "console: open 'ptmx'");
	if (ioctl(p->console_master, TIOCSPTLCK, &unlock) == -1 ||
	    ioctl(p->console_master, TIOCGPTN, &number) == -1)
		return err_sys(e, "console: unlock");
	p->console_slave = ioctl(p->console_master, TIOCGPTPEER,
	    O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (p->console_slave == -1)
		return err_sys(e, "console: open its pty");
	(void)snprintf(p->console_name, sizeof(p->console_name), "%u", number);
	return give_to_zone(p->console_slave, "", id_base, id_base + TTY_GROUP,
	    e);
}

int
fs_parts_make_ptys(const struct fs_plan *plan, uint32_t id_base,
    struct fs_parts *p, struct err *e)
{
	_autofree char *tty = mem_printf("%" PRIu32, id_base + TTY_GROUP);
	_autofree char *max = mem_printf("%d", FS_PTYS_MAX);
	const char *options[] = { "ptmxmode", "0666", "mode", "0620", "gid",
		tty, "max", max, NULL };
	int dir;

	if (!fs_plan_makes(plan, FS_MADE_DEVPTS))
		return 0;
	dir = fs_mount_new("devpts", options,
	    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, e);
	if (dir == -1)
		return -1;
	p->made[FS_MADE_DEVPTS] = dir;
	if (give_to_zone(dir, "", id_base, id_base, e) == -1 ||
	    give_to_zone(dir, "ptmx", id_base, id_base, e) == -1)
		return -1;
	return open_console(p, id_base, e);
}

static int
fill_dev(int dev, uint32_t id_base, struct err *e)
{
	static const char *const dirs[] = { "pts", "shm", "mqueue" };

	for (size_t i = 0; i < ARRAY_LEN(nodes); i++) {
		if (mknodat(dev, nodes[i].name, S_IFCHR | 0666,
			makedev(nodes[i].major, nodes[i].minor)) == -1 ||
		    fchownat(dev, nodes[i].name, id_base, id_base, 0) == -1)
			return err_sys(e, "device '%s'", nodes[i].name);
	}
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		if (mkdirat(dev, dirs[i], 0755) == -1)
			return err_sys(e, "directory 'dev/%s'", dirs[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		if (symlinkat(links[i].target, dev, links[i].name) == -1 ||
		    fchownat(dev, links[i].name, id_base, id_base,
			AT_SYMLINK_NOFOLLOW) == -1)
			return err_sys(e, "link 'dev/%s'", links[i].name);
	}
	return 0;
}

/* What zonename and ppriv print, and an empty file to bind the console over. */
static int
fill_files(int dev, const struct fs_identity *zone, struct err *e)
{
	_autofree char *text = mem_printf("%s\n%s\n%s\n", zone->zone,
	    zone->uuid, zone->privs);
	_autoclose int who = openat(dev, ".zone",
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	_autoclose int console = openat(dev, "console",
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (who == -1 || console == -1)
		return err_sys(e, "files of '/dev'");
	return fd_write_all(who, text, strlen(text), e);
}

int
fs_parts_make_dev(struct fs_parts *p, uint32_t id_base,
    const struct fs_identity *who, const struct fs_devices *more, struct err *e)
{
	const char *options[] = { "mode", "0755", "size", "1m", "nr_inodes",
		"512", NULL };
	int dev = fs_mount_new("tmpfs", options,
	    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, e);
	mode_t mask;
	int rc;

	if (dev == -1)
		return -1;
	p->made[FS_MADE_DEV] = dev;
	p->id_base = id_base;
	mask = umask(0);
	rc = fill_dev(dev, id_base, e);
	if (rc == 0)
		rc = fill_files(dev, who, e);
	if (rc == 0)
		rc = fs_devices_make(more, dev, id_base, e);
	(void)umask(mask);
	if (rc == 0 && fchown(dev, id_base, id_base) == -1)
		return err_sys(e, "owner of '/dev'");
	return rc;
}

struct work {
	const struct fs_plan *plan;
	const struct fs_parts *parts;
	int userns;
	int raw;   /* the root directory as it lies on disk */
	int root;  /* its mapped mount, attached */
	int empty; /* read-only tmpfs: an empty directory d, an empty file f */
};

/* Open a target in the zone's root; 1 where there is none. */
static int
open_target(const struct work *w, const char *target, int *fd, struct err *e)
{
	struct err why = { 0 };

	*fd = fd_open_beneath(w->root, target, FD_NO_SYMLINKS, O_PATH, 0, &why);
	if (*fd >= 0)
		return 0;
	if (why.code == ENOENT)
		return 1;
	if (why.code == ELOOP)
		return err_set(e, ELOOP,
		    "mount point '/%s' in the zone is or lies behind a "
		    "symbolic link",
		    target);
	*e = why;
	return -1;
}

/* As open_target, but a missing directory is made. */
static int
open_or_make(const struct work *w, const char *target, struct err *e)
{
	int fd;
	int rc = open_target(w, target, &fd, e);
	_autoclose int made_dir = -1;

	if (rc <= 0)
		return rc == 0 ? fd : -1;
	/* On layers everything was made before (fs/stage.c). */
	if (w->parts->root != -1)
		return err_set(e, ENOENT, "mount point '/%s' is missing",
		    target);
	/* On disk, not through the mapped mount: there host root is nobody. */
	made_dir = fd_make_dirs(w->raw, target, 0755, e);
	if (made_dir == -1)
		return -1;
	rc = open_target(w, target, &fd, e);
	if (rc == 1)
		return err_set(e, ENOENT, "mount point '/%s' is missing",
		    target);
	return rc == 0 ? fd : -1;
}

/* Our own empty objects, attached over the root's directory for a moment: a
 * detached mount cannot be copied from before kernel 6.15. It is covered by the
 * zone's root next and never seen. */
static int
make_empty(int target, struct err *e)
{
	static const char *const options[] = { "mode", "0555", "size", "4k",
		"nr_inodes", "8", NULL };
	_autoclose int mount = fs_mount_new("tmpfs", options, NOTHING, e);
	_autoclose int file = -1;

	if (mount == -1)
		return -1;
	file = openat(mount, "f", O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
	if (file == -1 || mkdirat(mount, "d", 0555) == -1)
		return err_sys(e, "empty objects");
	if (fs_mount_attach(mount, target, e) == -1)
		return -1;
	return fd_take(&mount);
}

static int
do_root(struct work *w, const struct fs_op *op, struct err *e)
{
	w->raw = open(op->source,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (w->raw == -1)
		return err_sys(e, "open '%s'", op->source);
	w->root = w->parts->root != -1
	    ? fd_dup(w->parts->root, e)
	    : fs_mount_clone(w->raw, "", op->attrs, w->userns, e);
	if (w->root == -1)
		return err_in(e, "'%s'", op->source);
	w->empty = make_empty(w->raw, e);
	if (w->empty == -1)
		return -1;
	return fs_mount_attach(w->root, w->raw, e);
}

static int
do_inherit(struct work *w, const struct fs_op *op, struct err *e)
{
	_autoclose int target = open_or_make(w, op->target, e);
	_autoclose int mount = -1;

	if (target == -1)
		return -1;
	mount = fs_mount_clone(AT_FDCWD, op->source, op->attrs, w->userns, e);
	/* A file system that cannot map owners (an overlay, say): they show as
	 * nobody's, which reading does not mind. */
	if (mount == -1 && e->code == EINVAL)
		mount = fs_mount_clone(AT_FDCWD, op->source, op->attrs, -1, e);
	if (mount == -1)
		return -1;
	return fs_mount_attach(mount, target, e);
}

static int
do_made(struct work *w, const struct fs_op *op, struct err *e)
{
	int mount = w->parts->made[op->made];
	_autoclose int target = -1;

	if (mount == -1)
		return 0;
	target = open_or_make(w, op->target, e);
	return target == -1 ? -1 : fs_mount_attach(mount, target, e);
}

/* LOCK and UNLOCK: a copy of what is there, with what is mounted below it, over
 * it, and with other attributes. */
static int
do_lock(struct work *w, const struct fs_op *op, struct err *e)
{
	const struct sys_mount_attr attr = {
		.attr_set = op->attrs,
		.attr_clr = op->kind == FS_OP_UNLOCK ? MOUNT_ATTR_RDONLY : 0,
	};
	_autoclose int target = -1;
	_autoclose int mount = -1;
	int rc = open_target(w, op->target, &target, e);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	mount = sys_open_tree(target, "",
	    OPEN_TREE_CLONE | AT_RECURSIVE | AT_EMPTY_PATH);
	if (mount == -1)
		return err_sys(e, "copy the mount");
	if (sys_mount_setattr(mount, "", AT_EMPTY_PATH, &attr) == -1)
		return err_sys(e, "set attributes");
	return fs_mount_attach(mount, target, e);
}

static int
mask(struct work *w, const char *path, unsigned attrs, struct err *e)
{
	_autoclose int target = -1;
	_autoclose int mount = -1;
	struct stat st;
	int rc = open_target(w, path, &target, e);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (fstat(target, &st) == -1)
		return err_sys(e, "stat");
	mount = fs_mount_clone(w->empty, S_ISDIR(st.st_mode) ? "d" : "f", attrs,
	    -1, e);
	return mount == -1 ? -1 : fs_mount_attach(mount, target, e);
}

struct mask_each {
	struct work *w;
	unsigned attrs;
};

static int
mask_next(const char *target, void *arg, struct err *e)
{
	const struct mask_each *each = arg;

	return mask(each->w, target, each->attrs, e);
}

static int
do_mask(struct work *w, const struct fs_op *op, struct err *e)
{
	struct mask_each each = { w, op->attrs };

	return op->kind == FS_OP_MASK
	    ? mask(w, op->target, op->attrs, e)
	    : fs_each_numbered(w->root, op->target, mask_next, &each, e);
}

/* Where a resource is mounted; the zone may have made what lies there. */
static int
open_point(struct work *w, const struct fs_op *op, struct err *e)
{
	const struct fs_resource *r = op->resource;
	_autoclose int target = -1;
	struct stat st;

	if (!r->is_file)
		target = open_or_make(w, op->target, e);
	else if (open_target(w, op->target, &target, e) == 1)
		return err_set(e, ENOENT,
		    "mount point '/%s' is missing: %s is a file, so make an "
		    "empty one there",
		    op->target, r->special);
	if (target == -1)
		return -1;
	if (fstat(target, &st) == 0 && S_ISDIR(st.st_mode) == r->is_file)
		return err_set(e, r->is_file ? EISDIR : ENOTDIR,
		    "mount point '/%s' is %s directory, and %s is %s; choose "
		    "another dir",
		    op->target, r->is_file ? "a" : "no", r->special,
		    r->is_file ? "none" : "one");
	return fd_take(&target);
}

static int
do_mount(struct work *w, const struct fs_op *op, struct err *e)
{
	const struct fs_resource *r = op->resource;
	_autoclose int mount = fs_resource_mount(r, w->userns,
	    w->parts->id_base, e);
	_autoclose int target = -1;

	if (mount == -1)
		return -1;
	target = open_point(w, op, e);
	if (target == -1 || fs_mount_attach(mount, target, e) == -1)
		return err_in(e, "fs %s", r->dir);
	return 0;
}

static int
do_console(struct work *w, const struct fs_op *op, struct err *e)
{
	_autoclose int target = -1;
	_autoclose int mount = -1;

	bool none = w->parts->console_master == -1;

	if (open_target(w, op->target, &target, e) != 0)
		return -1;
	mount =
	    fs_mount_clone(w->parts->made[none ? FS_MADE_DEV : FS_MADE_DEVPTS],
		none ? "null" : w->parts->console_name,
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, -1, e);
	return mount == -1 ? -1 : fs_mount_attach(mount, target, e);
}

static int
do_seal(struct work *w, const struct fs_op *op, struct err *e)
{
	const struct sys_mount_attr attr = { .attr_set = op->attrs };

	if (sys_mount_setattr(w->root, "", AT_EMPTY_PATH, &attr) == -1)
		return err_sys(e, "make read-only");
	return 0;
}

static int (*const doers[])(struct work *, const struct fs_op *,
    struct err *) = {
	[FS_OP_ROOT] = do_root,
	[FS_OP_INHERIT] = do_inherit,
	[FS_OP_MADE] = do_made,
	[FS_OP_LOCK] = do_lock,
	[FS_OP_UNLOCK] = do_lock,
	[FS_OP_MASK] = do_mask,
	[FS_OP_MASK_EACH] = do_mask,
	[FS_OP_MOUNT] = do_mount,
	[FS_OP_CONSOLE] = do_console,
	[FS_OP_SEAL] = do_seal,
};

/* Operations [from, to). */
static int
do_ops(struct work *w, size_t from, size_t to, struct err *e)
{
	for (size_t i = from; i < to; i++) {
		const struct fs_op *op = &w->plan->op[i];

		if (doers[op->kind](w, op, e) == 0)
			continue;
		/* A resource has named itself. */
		return op->kind == FS_OP_MOUNT ? -1
					       : err_in(e, "'/%s'", op->target);
	}
	return 0;
}

int
fs_root_seal(const struct fs_plan *plan, int root, struct err *e)
{
	struct work w = { plan, NULL, -1, -1, root, -1 };

	return do_ops(&w, plan->nopen, plan->n, e);
}

/* At the top of a dataset, listed or not: a look into a snapshot there has the
 * kernel run mount(8) as the host's root, and mkdir(2) there is to make one. */
static int
hide_snapshots(struct work *w, struct err *e)
{
	if (!fs_dataset_on_zfs(w->raw))
		return 0;
	return mask(w, ".zfs",
	    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
		MOUNT_ATTR_NOEXEC,
	    e);
}

int
fs_root_up(const struct fs_plan *plan, const struct fs_parts *p, int userns,
    struct err *e)
{
	struct work w = { plan, p, userns, -1, -1, -1 };
	int rc = do_ops(&w, 0, plan->nopen, e);

	if (rc == 0)
		rc = hide_snapshots(&w, e);
	fd_close_at(&w.raw);
	fd_close_at(&w.empty);
	if (rc == -1) {
		fd_close_at(&w.root);
		return -1;
	}
	return w.root;
}
