/* SPDX-License-Identifier: ISC
 *
 * Probes: mounts made, taken off and reopened; ways past the root; control
 * groups.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#include "tests/probe/probe.h"

static enum verdict
run_mount(const struct probe *p)
{
	const char *dir = scratch();

	if (mount("none", dir, p->arg, 0, NULL) == 0)
		return SUCCEEDED;
	if (outside)
		return say(CANNOT_TRY, "this kernel: %s", strerror(errno));
	return say(BLOCKED, "%s", strerror(errno));
}

/* The same in a mount and a pid namespace of one's own. */
static enum verdict
try_mount_apart(const struct probe *p)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWPID) == -1)
		return say(BLOCKED, "unshare: %s", strerror(errno));
	return in_child(p, run_mount);
}

static enum verdict
run_mount_apart(const struct probe *p)
{
	return in_child(p, try_mount_apart);
}

/* Every mount point that lies below dir, one at a time; false at the end. */
static bool
next_mount(const char **rest, const char *dir, char *out, size_t size)
{
	while (*rest && **rest) {
		int at = 0;
		const char *line = *rest;
		const char *end = strchr(line, '\n');

		*rest = end ? end + 1 : NULL;
		(void)sscanf(line, "%*s %*s %*s %*s %n", &at);
		if (at == 0 || strncmp(line + at, dir, strlen(dir)) != 0 ||
		    line[(size_t)at + strlen(dir)] != '/')
			continue;
		(void)snprintf(out, size, "%.*s", (int)strcspn(line + at, " "),
		    line + at);
		return true;
	}
	return false;
}

/* Do to each mount below /proc and /sys, the last first known, what fn does. */
static enum verdict
each_mask(int (*fn)(const char *path))
{
	static const char *const dirs[] = { "/proc", "/sys" };
	const char *all = slurp("/proc/self/mountinfo");
	char path[4096];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		for (const char *rest = all;
		     next_mount(&rest, dirs[i], path, sizeof(path)); n++) {
			if (fn(path) == 0)
				return say(SUCCEEDED, "'%s'", path);
		}
	}
	if (n == 0)
		return say(outside ? CANNOT_TRY : SUCCEEDED, "no masks");
	return say(BLOCKED, "%zu masks, the last: %s", n, strerror(errno));
}

static int
take_off(const char *path)
{
	return umount2(path, MNT_DETACH);
}

static int
make_writable(const char *path)
{
	struct statvfs st;

	if (statvfs(path, &st) == -1 || !(st.f_flag & ST_RDONLY))
		return -1;
	return mount("none", path, NULL, MS_REMOUNT | MS_BIND, NULL);
}

static int
move_away(const char *path)
{
	struct stat st;
	const char *to = scratch();

	if (stat(path, &st) == -1 || !S_ISDIR(st.st_mode))
		return -1;
	return mount(path, to, NULL, MS_MOVE, NULL);
}

/* A mask of our own, so that there is one to take off. */
static enum verdict
with_mask(int (*fn)(const char *path))
{
	if (outside &&
	    (mount("/proc/sys", "/proc/sys", NULL, MS_BIND, NULL) == -1 ||
		mount("none", "/proc/sys", NULL,
		    MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == -1))
		return say(CANNOT_TRY, "no mask: %s", strerror(errno));
	return each_mask(fn);
}

static enum verdict
try_take_off(const struct probe *p)
{
	/* A copy of the mounts is ours to play with, if anything is. */
	if (p->nr && unshare(CLONE_NEWNS) == -1)
		return say(BLOCKED, "unshare: %s", strerror(errno));
	return with_mask(take_off);
}

static enum verdict
run_take_off(const struct probe *p)
{
	return in_child(p, try_take_off);
}

static enum verdict
run_make_writable(const struct probe *p)
{
	(void)p;
	return with_mask(make_writable);
}

static enum verdict
run_move_away(const struct probe *p)
{
	(void)p;
	return with_mask(move_away);
}

/* A copy of /proc or /sys without what is mounted on it. */
static enum verdict
run_bind_below(const struct probe *p)
{
	const char *dir = scratch();

	if (mount(p->arg, dir, NULL, MS_BIND, NULL) == 0)
		return SUCCEEDED;
	return say(BLOCKED, "%s", strerror(errno));
}

/* Is "/" still where it was? */
static ino_t
root_inode(void)
{
	struct stat st;

	return stat("/", &st) == 0 ? st.st_ino : 0;
}

/* A directory held open across chroot(2) lies above the new root. */
static enum verdict
try_chroot(const struct probe *p)
{
	const char *dir = scratch();
	char below[96];
	ino_t before;

	(void)p;
	(void)snprintf(below, sizeof(below), "%s/x", dir);
	/* Outside, stand in a root of our own first. */
	if (outside && (chroot(dir) == -1 || chdir("/") == -1))
		return say(CANNOT_TRY, "chroot: %s", strerror(errno));
	before = root_inode();
	(void)mkdir("/x", 0700);
	if (chroot("/x") == -1)
		return say(BLOCKED, "chroot: %s", strerror(errno));
	for (int i = 0; i < 64; i++)
		(void)chdir("..");
	if (chroot(".") == -1)
		return say(BLOCKED, "chroot: %s", strerror(errno));
	(void)rmdir(below);
	(void)rmdir("/x");
	return root_inode() != before ? SUCCEEDED : BLOCKED;
}

static enum verdict
run_chroot(const struct probe *p)
{
	(void)scratch(); /* the child cannot remove it */
	return in_child(p, try_chroot);
}

/* What lies below "/": the root that the kernel started with. */
static enum verdict
try_unmount_root(const struct probe *p)
{
	struct stat before;
	struct stat after;

	(void)p;
	/* Outside, put a root of our own over the host's. */
	if (outside &&
	    (mount("none", scratch(), "tmpfs", 0, NULL) == -1 ||
		chdir(scratch()) == -1 ||
		mount(".", "/", NULL, MS_MOVE, NULL) == -1 ||
		chroot(".") == -1))
		return say(CANNOT_TRY, "no other root: %s", strerror(errno));
	if (stat("/", &before) == -1 || umount2("/", MNT_DETACH) == -1)
		return say(BLOCKED, "%s", strerror(errno));
	if (chdir("/..") == -1 || stat("/..", &after) == -1)
		return say(BLOCKED, "%s", strerror(errno));
	return SUCCEEDED;
}

static enum verdict
run_unmount_root(const struct probe *p)
{
	(void)scratch(); /* the child cannot remove it */
	return in_child(p, try_unmount_root);
}

/* A file handle: the test passes that of the host's root, made outside. */
struct handle {
	struct file_handle head;
	unsigned char bytes[128];
};

static enum verdict
show_handle(const struct probe *p)
{
	struct handle h = { .head.handle_bytes = sizeof(h.bytes) };
	int mount_id;

	if (name_to_handle_at(AT_FDCWD, p->arg, &h.head, &mount_id, 0) == -1)
		return say(outside ? CANNOT_TRY : BLOCKED, "%s",
		    strerror(errno));
	(void)printf("%d:", h.head.handle_type);
	for (unsigned i = 0; i < h.head.handle_bytes; i++)
		(void)printf("%02x", h.bytes[i]);
	(void)printf("\n");
	return SUCCEEDED;
}

static int
read_handle(const char *text, struct handle *h)
{
	int at = 0;
	unsigned byte;

	if (sscanf(text, "%d:%n", &h->head.handle_type, &at) != 1)
		return -1;
	h->head.handle_bytes = 0;
	for (text += at; h->head.handle_bytes < sizeof(h->bytes) &&
	     sscanf(text, "%2x", &byte) == 1;
	     text += 2)
		h->bytes[h->head.handle_bytes++] = (unsigned char)byte;
	return 0;
}

static enum verdict
run_open_handle(const struct probe *p)
{
	/* Without one: inode 2, the root of ext4. */
	const char *text = given("handle");
	struct handle h = { 0 };
	int at = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)p;
	if (read_handle(text ? text : "1:0200000000000000", &h) == -1 ||
	    at == -1)
		return say(CANNOT_TRY, "bad handle");
	return judge(open_by_handle_at(at, &h.head, O_PATH));
}

static enum verdict
run_release_agent(const struct probe *p)
{
	char path[512];
	DIR *d = opendir("/sys/fs/cgroup");
	enum verdict v = BLOCKED;
	struct dirent *ent;

	(void)p;
	if (access("/sys/fs/cgroup/release_agent", W_OK) == 0)
		return SUCCEEDED;
	for (ent = d ? readdir(d) : NULL; ent && v == BLOCKED;
	     ent = readdir(d)) {
		(void)snprintf(path, sizeof(path),
		    "/sys/fs/cgroup/%s/release_agent", ent->d_name);
		if (access(path, W_OK) == 0)
			v = say(SUCCEEDED, "'%s'", path);
	}
	return v == BLOCKED && outside ? say(CANNOT_TRY, "no cgroup v1") : v;
}

/* As in CVE-2022-0492: a control group namespace of one's own makes its group
 * the root of a hierarchy, whose mount has the file. */
static enum verdict
try_agent_apart(const struct probe *p)
{
	char path[128];

	if (unshare(CLONE_NEWUSER | CLONE_NEWCGROUP | CLONE_NEWNS) == -1 &&
	    unshare(CLONE_NEWCGROUP | CLONE_NEWNS) == -1)
		return say(BLOCKED, "unshare: %s", strerror(errno));
	if (mount("none", scratch(), "cgroup", 0, p->arg) == -1)
		return say(outside ? CANNOT_TRY : BLOCKED, "mount: %s",
		    strerror(errno));
	(void)snprintf(path, sizeof(path), "%s/release_agent", scratch());
	return access(path, W_OK) == 0 ? SUCCEEDED
				       : say(BLOCKED, "%s", strerror(errno));
}

static enum verdict
run_agent_apart(const struct probe *p)
{
	(void)scratch(); /* the child cannot remove it */
	return in_child(p, try_agent_apart);
}

/* Only the root of a hierarchy has that file; and can a process be moved? */
static const char *
open_at(const char *dir)
{
	static const char *const files[] = { "cgroup.procs", "tasks" };
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/release_agent", dir);
	if (access(path, F_OK) == 0)
		return "its root";
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd == -1)
			continue;
		(void)close(fd);
		return "open for writing";
	}
	return NULL;
}

/* Does any hierarchy of the first version show more than the zone's part? */
static enum verdict
run_cgroup1(const struct probe *p)
{
	const char *text = slurp("/proc/self/cgroup");
	const char *dir = scratch();
	const char *how;
	char name[64];
	int mounted = 0;
	int tried = 0;
	int id;

	(void)p;
	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (sscanf(text, "%d:%63[^:]:", &id, name) != 2)
			continue;
		tried++;
		if (mount("none", dir, "cgroup", 0, name) == -1)
			continue;
		mounted++;
		how = open_at(dir);
		(void)umount2(dir, MNT_DETACH);
		if (how)
			return say(SUCCEEDED, "'%s': %s", name, how);
	}
	if (tried == 0)
		return say(outside ? CANNOT_TRY : BLOCKED, "no cgroup v1");
	return say(BLOCKED, "%d of %d mounted, each the zone's own", mounted,
	    tried);
}

/* Only the real root of all control groups has no cgroup.type. */
static enum verdict
run_cgroup_root(const struct probe *p)
{
	const char *dir = scratch();
	char path[128];

	(void)p;
	if (mount("none", dir, "cgroup2", 0, NULL) == -1)
		return say(BLOCKED, "%s", strerror(errno));
	(void)snprintf(path, sizeof(path), "%s/cgroup.type", dir);
	if (access(path, F_OK) == 0)
		return say(BLOCKED, "it shows the zone's own");
	(void)snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	return access(path, W_OK) == 0 ? SUCCEEDED : BLOCKED;
}

/* Files that hold a limit, in the control group that the zone sees as root. */
static enum verdict
run_own_limits(const struct probe *p)
{
	static const char *const files[] = { "memory.max", "memory.high",
		"pids.max", "cpu.max", "cpu.weight", "cgroup.max.descendants",
		"cgroup.max.depth", "cgroup.freeze", "io.max",
		"memory/memory.limit_in_bytes", "pids/cgroup.clone_children",
		"cpu/cpu.shares", "cpu,cpuacct/cpu.shares" };
	char path[128];
	int fd;

	(void)p;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "/sys/fs/cgroup/%s",
		    files[i]);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd == -1)
			continue;
		(void)close(fd);
		return say(SUCCEEDED, "'%s'", path);
	}
	return say(outside ? CANNOT_TRY : BLOCKED, "none is writable");
}

static const struct probe table[] = {
	{ "mount-proc", run_mount, MNT, "mount a fresh proc", "proc" },
	{ "mount-proc-apart", run_mount_apart, MNT,
	    "the same in namespaces of one's own", "proc" },
	{ "mount-sysfs", run_mount, MNT, "mount a fresh sysfs", "sysfs" },
	{ "mount-sysfs-apart", run_mount_apart, MNT,
	    "the same in namespaces of one's own", "sysfs" },
	{ "mount-debugfs", run_mount, MNT, "mount debugfs", "debugfs" },
	{ "mount-tracefs", run_mount, MNT, "mount tracefs", "tracefs" },
	{ "mount-securityfs", run_mount, MNT, "mount securityfs",
	    "securityfs" },
	{ "mount-bpf", run_mount, MNT, "mount the BPF file system", "bpf" },
	{ "mount-devtmpfs", run_mount, MNT, "mount the host's /dev",
	    "devtmpfs" },
	{ "umount-masks", run_take_off, MNT, "take masks off" },
	{ "umount-masks-apart", run_take_off, MNT,
	    "the same in a mount namespace of one's own", NULL, 1 },
	{ "remount-masks", run_make_writable, MNT, "make masks writable" },
	{ "move-masks", run_move_away, MNT, "move masks away" },
	{ "bind-proc", run_bind_below, MNT, "a copy of /proc without masks",
	    "/proc" },
	{ "bind-sys", run_bind_below, MNT, "a copy of /sys without masks",
	    "/sys" },
	{ "chroot-escape", run_chroot, RUN, "leave the root by chroot(2)" },
	{ "unmount-root", run_unmount_root, MNT,
	    "take the root off, for what lies below" },
	{ "make-handle", show_handle, RUN, "make the handle of a file", "/" },
	{ "open-handle", run_open_handle, RUN,
	    "open the host's root by its handle" },
	{ "release-agent", run_release_agent, RUN,
	    "a program run when a control group is empty" },
	{ "release-agent-apart", run_agent_apart, MNT,
	    "the same in namespaces of one's own", "freezer" },
	{ "mount-cgroup1", run_cgroup1, MNT, "see the cgroups v1 of the host" },
	{ "cgroup-root", run_cgroup_root, MNT,
	    "reach the root of all control groups" },
	{ "own-limits", run_own_limits, RUN, "raise one's own limits" },
};

const struct probes mount_probes = { table, ARRAY_LEN(table) };
