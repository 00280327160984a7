/* SPDX-License-Identifier: ISC
 *
 * doctor_kernel - features of the running kernel, each tried, never told from
 * its version.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/sys.h"
#include "fs/mount.h"
#include "zoneadm/core.h"
#include "zoneadm/doctor.h"

/* Ids that the try-outs map: nobody owns anything by them for long. */
#define TRY_MAP "0 1878982656 65536"

/* --- a child in namespaces of its own ----------------------------------------
 */

/* Fork a child that unshares flags, is given an id map, and runs fn; its result
 * is 0 or an errno. hold keeps it alive: then *userns is opened instead. */
struct trial {
	int flags;
	int (*fn)(void);
};

static int
write_file(const char *path, const char *text)
{
	struct err ignored;

	return fd_put(AT_FDCWD, path, text, &ignored);
}

static int
map_ids(pid_t pid)
{
	char path[48];

	(void)snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)pid);
	if (write_file(path, TRY_MAP) == -1)
		return -1;
	(void)snprintf(path, sizeof(path), "/proc/%d/gid_map", (int)pid);
	return write_file(path, TRY_MAP);
}

/* The child: say when the namespaces are there, wait for the map, work. */
static void NORETURN
trial_child(const struct trial *t, int sock)
{
	char c = '+';

	if (unshare(t->flags) == -1)
		_exit(errno);
	if (write(sock, &c, 1) != 1 || read(sock, &c, 1) != 1)
		_exit(EPIPE);
	_exit(t->fn ? t->fn() : 0);
}

/* 0: it worked, else why not. *userns (which may be NULL) gets the child's
 * user namespace. */
static int
try_in_child(const struct trial *t, int *userns)
{
	_autoclose int mine = -1;
	int pair[2];
	int status;
	pid_t pid;
	char c;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return errno;
	mine = pair[0];
	pid = fork();
	if (pid == 0) {
		(void)close(pair[0]);
		trial_child(t, pair[1]);
	}
	(void)close(pair[1]);
	if (pid == -1)
		return errno;
	if (read(mine, &c, 1) == 1 && map_ids(pid) == 0) {
		if (userns) {
			char path[48];

			(void)snprintf(path, sizeof(path), "/proc/%d/ns/user",
			    (int)pid);
			*userns = open(path, O_RDONLY | O_CLOEXEC);
		}
		(void)!write(mine, "+", 1);
	}
	/* Where the map failed the child sees the end of the socket. */
	(void)close(fd_take(&mine));
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

/* --- the features --------------------------------------------------------- */

static int
try_openat2(void)
{
	const struct open_how how = { .flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH };
	_autoclose int fd = sys_openat2(AT_FDCWD, ".", &how);

	return fd == -1 ? errno : 0;
}

static int
try_pidfd(void)
{
	_autoclose int fd = sys_pidfd_open(getpid());

	return fd == -1 ? errno : 0;
}

/* PIDFD_GET_INFO of linux/pidfd.h (6.13): 64 bytes then, mask first. */
static int
try_pidfd_info(void)
{
	struct {
		uint64_t mask;
		uint64_t rest[7];
	} info = { 0 };
	_autoclose int fd = sys_pidfd_open(getpid());

	if (fd == -1)
		return errno;
	return ioctl(fd, _IOWR(0xFF, 11, info), &info) == -1 ? errno : 0;
}

static int
try_clone3(void)
{
	/* Too small: a kernel that knows the call says EINVAL. */
	if (syscall(SYS_clone3, NULL, 0) == -1 && errno == EINVAL)
		return 0;
	return errno;
}

static int
try_namespaces(void)
{
	const struct trial t = { .flags = CLONE_NEWUSER | CLONE_NEWNS |
		    CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
		    CLONE_NEWCGROUP };

	return try_in_child(&t, NULL);
}

static int
try_time_namespace(void)
{
	return access("/proc/self/ns/time", F_OK) == -1 ? errno : 0;
}

static int
try_mount_api(void)
{
	_autoclose int fd = sys_fsopen("tmpfs");

	return fd == -1 ? errno : 0;
}

static int
try_mount_setattr(void)
{
	const struct sys_mount_attr none = { 0 };

	return sys_mount_setattr(AT_FDCWD, "/", 0, &none) == -1 ? errno : 0;
}

/* In its own mount namespace: three directories on a tmpfs, an overlay. */
static int
mount_overlay(void)
{
	static const char options[] =
	    "lowerdir=/tmp/l,upperdir=/tmp/u,workdir=/tmp/w,userxattr";

	if (mount("none", "/tmp", "tmpfs", 0, NULL) == -1 ||
	    mkdir("/tmp/l", 0755) == -1 || mkdir("/tmp/u", 0755) == -1 ||
	    mkdir("/tmp/w", 0755) == -1 || mkdir("/tmp/m", 0755) == -1)
		return errno;
	return mount("none", "/tmp/m", "overlay", 0, options) == -1 ? errno : 0;
}

static int
enter_and_overlay(void)
{
	/* The map is there now: become root of the namespace. */
	if (setgid(0) == -1 || setuid(0) == -1)
		return errno;
	return mount_overlay();
}

static int
try_overlay(void)
{
	const struct trial t = { .flags = CLONE_NEWUSER | CLONE_NEWNS,
		.fn = enter_and_overlay };

	return try_in_child(&t, NULL);
}

static int
try_seccomp(void)
{
	const uint32_t action = SECCOMP_RET_ERRNO;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == -1
	    ? errno
	    : 0;
}

/* Feature, how it is tried, needed or only better to have, whether trying it
 * takes root, and what to do. */
static const struct {
	const char *name;
	int (*try)(void);
	bool needed;
	bool root;
	const char *hint;
} features[] = {
	/* clang-format off */
	{ "openat2", try_openat2, true, false, "needs kernel 5.6" },
	{ "clone3", try_clone3, true, false, "needs kernel 5.3" },
	{ "pidfd", try_pidfd, true, false, "needs kernel 5.3" },
	{ "new mount interface", try_mount_api, true, true,
	    "needs kernel 5.2" },
	{ "mount_setattr", try_mount_setattr, true, true, "needs kernel 5.12" },
	{ "namespaces", try_namespaces, true, true,
	    "enable user namespaces: kernel.unprivileged_userns_clone is not "
	    "needed, user.max_user_namespaces must not be 0" },
	{ "seccomp filters", try_seccomp, true, false,
	    "build the kernel with CONFIG_SECCOMP_FILTER" },
	{ "overlay in a namespace", try_overlay, false, true,
	    "no clones in constant time; load the module overlay" },
	{ "time namespaces", try_time_namespace, false, false,
	    "zones share the clock offsets of the host" },
	{ "exit status by pidfd", try_pidfd_info, false, false,
	    "after zoned was killed, the end of init is taken for a halt "
	    "where /proc does not tell more; kernel 6.13 has it" },
	/* clang-format on */
};

static void
find_core(struct doctor_report *report)
{
	const char *risk = core_leaves_zone_here();
	struct doctor_finding *f = doctor_add(report, "kernel", "core files",
	    risk ? DOCTOR_LIMITED : DOCTOR_OK, "%s",
	    risk ? risk : "stay in the zone");

	f->hint = "leave them there: sysctl kernel.core_pattern=core";
}

/* --- masks ----------------------------------------------------------------
 */

/* The exit status of a child that runs fn; -1: there is none. */
static int
in_child(int (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn());
	if (pid == -1)
		return -1;
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
mount_proc(void)
{
	return mount("none", "/tmp", "proc", 0, NULL) == -1 ? errno : 0;
}

/* As in a zone: a part of /proc is covered by the host, then a user namespace
 * mounts another. */
static int
mask_and_mount(void)
{
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("/dev/null", "/proc/version", NULL, MS_BIND, NULL) == -1 ||
	    unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) == -1)
		return 255;
	return in_child(mount_proc);
}

/* The kernel refuses it unless some procfs is to be seen whole, be it where no
 * path leads: an initramfs that left its own below the root does that. */
static void
find_masks(struct doctor_report *report)
{
	int why = geteuid() == 0 ? in_child(mask_and_mount) : -1;
	struct doctor_finding *f = doctor_add(report, "kernel",
	    "masks of /proc",
	    why == EPERM   ? DOCTOR_OK
		: why == 0 ? DOCTOR_LIMITED
			   : DOCTOR_UNKNOWN,
	    "%s",
	    why == EPERM     ? ""
		: why == 0   ? "the root of a zone can mount a whole one"
		: why == 255 ? "could not be tried"
			     : "needs root to be tried");

	f->hint = "unmount each procfs but /proc, in the initramfs too before "
		  "it changes the root: grep ' - proc ' /proc/self/mountinfo";
}

void
doctor_kernel(struct doctor_report *report)
{
	for (size_t i = 0; i < ARRAY_LEN(features); i++) {
		struct doctor_finding *f;
		int why;

		if (features[i].root && geteuid() != 0) {
			f = doctor_add(report, "kernel", features[i].name,
			    DOCTOR_UNKNOWN, "needs root to be tried");
			continue;
		}
		why = features[i].try();
		f = doctor_add(report, "kernel", features[i].name,
		    why == 0                 ? DOCTOR_OK
			: features[i].needed ? DOCTOR_MISSING
					     : DOCTOR_LIMITED,
		    "%s", why == 0 ? "" : strerror(why));
		f->hint = features[i].hint;
	}
	find_core(report);
	find_masks(report);
}

/* --- file systems --------------------------------------------------------- */

static int
idmapped(const char *dir, struct err *e)
{
	const struct trial t = { .flags = CLONE_NEWUSER };
	_autoclose int userns = -1;
	_autoclose int mount = -1;
	int why = try_in_child(&t, &userns);

	if (why != 0 || userns == -1)
		return err_set(e, why, "user namespace: %s", strerror(why));
	mount = fs_mount_clone(AT_FDCWD, dir, 0, userns, e);
	return mount == -1 ? -1 : 0;
}

void
doctor_filesystems(struct doctor_report *report, char *const *dirs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		_autofree char *name = mem_printf("idmapped mounts of %s",
		    dirs[i]);
		struct doctor_finding *f;
		struct err e = { 0 };

		if (geteuid() != 0) {
			(void)doctor_add(report, "file systems", name,
			    DOCTOR_UNKNOWN, "needs root to be tried");
			continue;
		}
		if (idmapped(dirs[i], &e) == 0)
			f = doctor_add(report, "file systems", name, DOCTOR_OK,
			    "%s", "");
		else
			f = doctor_add(report, "file systems", name,
			    DOCTOR_MISSING, "%s", e.msg);
		f->hint = "put zonepaths on ext4, xfs, btrfs or ZFS 2.2";
	}
}
