/* SPDX-License-Identifier: ISC
 *
 * Probes: what the host and all zones have one of: processors, memory, inodes
 * of a shared /usr, names of sockets.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "tests/probe/probe.h"

/* An abstract socket is found by its name, whatever the root (CVE-2020-15257);
 * the test passes that of one of the host's. */
static enum verdict
run_abstract(const struct probe *p)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const char *name = given("socket");
	size_t n = name ? strlen(name) : 0;

	(void)p;
	if (n == 0 || n >= sizeof(to.sun_path) || fd == -1)
		return say(CANNOT_TRY, "needs socket=NAME");
	(void)memcpy(to.sun_path + 1, name, n);
	n += offsetof(struct sockaddr_un, sun_path) + 1;
	if (connect(fd, (struct sockaddr *)&to, (socklen_t)n) == 0)
		return SUCCEEDED;
	return say(BLOCKED, "%s", strerror(errno));
}

/* Without the right to it the answer is EPERM or EACCES; machines differ in
 * what their root may. */
static enum verdict
judge_share(long ret)
{
	if (ret == -1 && outside)
		return say(CANNOT_TRY, "no right to it here: %s",
		    strerror(errno));
	return judge(ret);
}

static enum verdict
try_realtime(const struct probe *p)
{
	struct sched_param first = { .sched_priority = 1 };

	(void)p;
	return judge_share(sched_setscheduler(0, SCHED_FIFO, &first));
}

static enum verdict
try_nice(const struct probe *p)
{
	(void)p;
	return judge_share(setpriority(PRIO_PROCESS, 0, -10));
}

/* Class 1, realtime, level 4, of this process. */
static enum verdict
try_ioprio(const struct probe *p)
{
	(void)p;
	return judge_share(syscall(SYS_ioprio_set, 1, 0, 1 << 13 | 4));
}

static enum verdict
try_oom(const struct probe *p)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	(void)p;
	return judge_share(fd == -1 ? -1 : write(fd, "-1000", 5));
}

/* What it does to itself goes with the child. */
static enum verdict
run_realtime(const struct probe *p)
{
	return in_child(p, try_realtime);
}

static enum verdict
run_nice(const struct probe *p)
{
	return in_child(p, try_nice);
}

static enum verdict
run_ioprio(const struct probe *p)
{
	return in_child(p, try_ioprio);
}

static enum verdict
run_oom(const struct probe *p)
{
	return in_child(p, try_oom);
}

/* A lease holds up whoever opens the file: one that is shared with the global
 * zone, and seems to be the zone's own. */
static enum verdict
run_lease(const struct probe *p)
{
	int fd = open("/usr/bin/env", O_RDONLY | O_CLOEXEC);

	(void)p;
	if (fd == -1)
		fd = open("/bin/busybox", O_RDONLY | O_CLOEXEC);
	return fd == -1 ? say(CANNOT_TRY, "%s", strerror(errno))
			: judge(fcntl(fd, F_SETLEASE, F_RDLCK));
}

/* A file that its own root cannot remove. */
static enum verdict
run_immutable(const struct probe *p)
{
	int flag = FS_IMMUTABLE_FL;
	int none = 0;
	char path[128];
	enum verdict v;
	int fd;

	(void)p;
	(void)snprintf(path, sizeof(path), "%s/immutable", scratch());
	fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
	v = fd == -1 ? say(CANNOT_TRY, "%s", strerror(errno))
		     : judge(ioctl(fd, FS_IOC_SETFLAGS, &flag));
	if (fd != -1)
		(void)ioctl(fd, FS_IOC_SETFLAGS, &none);
	(void)unlink(path);
	return v;
}

/* Attributes that the kernel's own file systems believe. */
static enum verdict
run_trusted(const struct probe *p)
{
	return judge(setxattr(scratch(), p->arg, "y", 1, 0));
}

static const struct probe table[] = {
	{ "abstract-socket", run_abstract, RUN,
	    "a socket of the host by its name" },
	{ "realtime", run_realtime, RUN, "run before everybody" },
	{ "nice", run_nice, RUN, "run before others" },
	{ "ioprio", run_ioprio, RUN, "read and write before others" },
	{ "oom-exempt", run_oom, RUN, "never be killed for memory" },
	{ "lease", run_lease, RUN, "hold up who opens a file" },
	{ "immutable-flag", run_immutable, RUN, "a file that stays" },
	{ "trusted-xattr", run_trusted, RUN, "forge attributes of overlays",
	    "trusted.overlay.opaque" },
};

const struct probes share_probes = { table, ARRAY_LEN(table) };
