/* SPDX-License-Identifier: ISC
 *
 * doctor_host - control groups, id ranges, limits and programs of this host.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"
#include "zoneadm/doctor.h"

/* --- control groups ------------------------------------------------------- */

static const char *const v2_mounts[] = { "/sys/fs/cgroup",
	"/sys/fs/cgroup/unified" };

static const char *
find_v2(void)
{
	for (size_t i = 0; i < ARRAY_LEN(v2_mounts); i++) {
		struct statfs fs;

		if (statfs(v2_mounts[i], &fs) == 0 &&
		    fs.f_type == CGROUP2_SUPER_MAGIC)
			return v2_mounts[i];
	}
	return NULL;
}

/* Born in the group at dir and gone again. 0, or an errno. */
static int
clone_into(int dir)
{
	struct clone_args args = { .flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)(unsigned)dir };
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		_exit(0);
	if (pid == -1)
		return errno;
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	return 0;
}

/* A group of our own: what it has, and whether a process can be born in it. */
static void
try_group(struct doctor_report *report, const char *mount)
{
	_autofree char *path = mem_printf("%s/zones-doctor.%d", mount,
	    (int)getpid());
	struct doctor_finding *f;
	_autoclose int dir = -1;
	int why = 0;

	if (mkdir(path, 0755) == 0)
		dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1) {
		f = doctor_add(report, "cgroups", "a group of our own",
		    errno == EACCES ? DOCTOR_UNKNOWN : DOCTOR_MISSING, "%s",
		    strerror(errno));
		f->hint = "zones need a writable cgroup2 file system";
		return;
	}
	if (faccessat(dir, "cgroup.kill", F_OK, 0) == -1)
		why = errno;
	f = doctor_add(report, "cgroups", "cgroup.kill",
	    why == 0 ? DOCTOR_OK : DOCTOR_MISSING, "%s",
	    why == 0 ? "" : strerror(why));
	f->hint = "needs kernel 5.14";
	why = clone_into(dir);
	f = doctor_add(report, "cgroups", "clone3 into a group",
	    why == 0 ? DOCTOR_OK : DOCTOR_MISSING, "%s",
	    why == 0 ? "" : strerror(why));
	f->hint = "needs kernel 5.7";
	if (rmdir(path) == -1)
		f->hint = "a group was left behind";
}

/* Controller, what a zone loses without it. */
static const struct {
	const char *name;
	const char *hint;
} controllers[] = {
	{ "pids", "the number of processes of a zone is not bounded" },
	{ "cpu", "no cpu-shares, no capped-cpu" },
	{ "memory", "no capped-memory" },
	{ "cpuset", "no dedicated-cpu" },
	{ "io", "no limits of disk bandwidth" },
};

static void
find_controller(struct doctor_report *report, size_t i, const char *v2)
{
	/* v1 calls io "blkio". */
	const char *old = strcmp(controllers[i].name, "io") == 0
	    ? "blkio"
	    : controllers[i].name;
	_autofree char *v1 = mem_printf("/sys/fs/cgroup/%s/cgroup.procs", old);
	_autofree char *label = mem_printf("controller %s",
	    controllers[i].name);
	struct doctor_finding *f;

	if (str_has_word(v2, " \n", controllers[i].name))
		f = doctor_add(report, "cgroups", label, DOCTOR_OK, "cgroup2");
	else if (access(v1, F_OK) == 0)
		f = doctor_add(report, "cgroups", label, DOCTOR_OK,
		    "version 1");
	else
		f = doctor_add(report, "cgroups", label, DOCTOR_LIMITED, "%s",
		    "none");
	f->hint = controllers[i].hint;
}

void
doctor_cgroups(struct doctor_report *report)
{
	const char *mount = find_v2();
	_autofree char *path = NULL;
	_autofree char *list = NULL;
	struct doctor_finding *f;
	struct err ignored;

	f = doctor_add(report, "cgroups", "cgroup2 file system",
	    mount ? DOCTOR_OK : DOCTOR_MISSING, "%s", mount ? mount : "none");
	f->hint = "mount it: mount -t cgroup2 none /sys/fs/cgroup";
	if (!mount)
		return;
	try_group(report, mount);
	path = mem_printf("%s/cgroup.controllers", mount);
	if (fd_read_file(AT_FDCWD, path, 4096, &list, NULL, &ignored) == -1)
		list = mem_strdup("");
	for (size_t i = 0; i < ARRAY_LEN(controllers); i++)
		find_controller(report, i, list);
}

/* --- limits --------------------------------------------------------------- */

/* Limit, where the kernel keeps it, what is kept back for the host, how much of
 * it an idle zone takes (0: it is counted for each zone apart). */
static const struct {
	const char *name;
	const char *path;
	uint64_t reserve;
	uint64_t per_zone;
} limits[] = {
	/* clang-format off */
	{ "kernel.pid_max", "/proc/sys/kernel/pid_max", 1000, 4 },
	{ "kernel.threads-max", "/proc/sys/kernel/threads-max", 1000, 4 },
	{ "user.max_user_namespaces",
	    "/proc/sys/user/max_user_namespaces", 0, 1 },
	{ "user.max_mnt_namespaces", "/proc/sys/user/max_mnt_namespaces", 0, 2 },
	{ "user.max_net_namespaces", "/proc/sys/user/max_net_namespaces", 0, 1 },
	{ "user.max_cgroup_namespaces",
	    "/proc/sys/user/max_cgroup_namespaces", 0, 1 },
	{ "kernel.pty.max", "/proc/sys/kernel/pty/max", 1024, 1 },
	{ "fs.file-max", "/proc/sys/fs/file-max", 10000, 32 },
	{ "fs.inotify.max_user_instances",
	    "/proc/sys/fs/inotify/max_user_instances", 0, 0 },
	/* clang-format on */
};

static int
read_number(const char *path, uint64_t *out)
{
	_autofree char *text = NULL;
	struct err ignored;

	if (fd_read_file(AT_FDCWD, path, 64, &text, NULL, &ignored) == -1)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	return str_u64(text, UINT64_MAX, out);
}

static void
add_limit(struct doctor_report *report, size_t i, uint64_t value, uint64_t left)
{
	struct doctor_finding *f = doctor_add(report, "limits", limits[i].name,
	    left == 0 ? DOCTOR_MISSING : DOCTOR_OK, "%ju", (uintmax_t)value);

	f->hint = "raise it with sysctl(8)";
	/* A zone cannot need more than the machine can count. */
	if (limits[i].per_zone > 0 && value < INT64_MAX)
		f->zones = left / limits[i].per_zone;
}

void
doctor_limits(struct doctor_report *report)
{
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		uint64_t reserve = limits[i].reserve;
		uint64_t value;

		if (read_number(limits[i].path, &value) == 0)
			add_limit(report, i, value,
			    value > reserve ? value - reserve : 0);
	}
}

/* --- programs ------------------------------------------------------------- */

static const struct {
	const char *name;
	bool needed;
	const char *hint;
} programs[] = {
	{ "zoned", true, "no zone boots" },
	{ "zone-login", true, "no zlogin into any zone" },
	{ "zone-init", false, "a root without an init does not boot" },
	{ "zone-unpack", true, "nothing installs" },
	{ "zone-filter", false, "only zones with the default privileges boot" },
	{ "default.bpf", true, "no zone boots" },
};

/* Where a program, or a file that lies beside the programs, is. */
static char *
find_program(const char *name)
{
	_autofree char *beside = NULL;

	if (!strchr(name, '.'))
		return path_helper(name);
	beside = path_helper("zone-filter");
	*strrchr(beside, '/') = '\0';
	return mem_printf("%s/%s", beside, name);
}

void
doctor_programs(struct doctor_report *report)
{
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		_autofree char *path = find_program(programs[i].name);
		bool there = access(path, R_OK) == 0;
		struct doctor_finding *f = doctor_add(report, "programs",
		    programs[i].name,
		    there                    ? DOCTOR_OK
			: programs[i].needed ? DOCTOR_MISSING
					     : DOCTOR_LIMITED,
		    "%s", path);

		f->hint = programs[i].hint;
	}
}
