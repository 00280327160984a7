/* SPDX-License-Identifier: ISC
 *
 * enter - a further process in a running zone.
 */
#include "zoned/enter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/raw.h"
#include "base/str.h"
#include "base/sys.h"
#include "zoned/drop.h"
#include "zoned/loop.h"
#include "zoned/zone.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif

enum {
	CHILD_STACK = 16 * 1024,
	CHILD_TIMEOUT_MS = 5000,
	USER_MAX = 255,
	/* The child's descriptors: 0, 1, 2, the status socket, then two that
	 * do not survive exec. */
	FD_STATUS = 3,
	FD_HELPERS = 4,
	FD_REPORT = 5,
	FD_SAFE = 16,   /* sources are moved here before the table is filled */
	WAIT_PIDFD = 3, /* P_PIDFD */
};

#define ZONE_NAMESPACES                                              \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | \
	    CLONE_NEWUTS | CLONE_NEWCGROUP)

/* What the child is told, and says: it shares our memory. */
struct job {
	const struct zd_zone *z;
	bool pty;
	struct winsize size;
	int stdio[3]; /* the child's ends; of a pty the child opens it */
	int status;
	int report; /* closed by exec; the pty master comes through it */
	const char *argv[7];
	const char *step; /* where it failed */
	long errnum;
};

/* --- the child: raw system calls only ------------------------------------- */

static NORETURN void
fail(struct job *j, const char *step, long ret)
{
	j->step = step;
	j->errnum = -ret;
	raw1(SYS_exit_group, 127);
	__builtin_unreachable();
}

static long
try(struct job *j, const char *step, long ret)
{
	if (ret < 0)
		fail(j, step, ret);
	return ret;
}

/* Into the zone's groups of v1, where there are any: "0" is the writer itself.
 */
static void
join_v1(struct job *j)
{
	const struct zd_cgroup_v1 *v1 = &j->z->cgroup.v1;

	for (size_t i = 0; i < v1->n; i++) {
		long fd = try(j, "cgroup",
		    raw4(SYS_openat, v1->fd[i], "cgroup.procs",
			O_WRONLY | O_CLOEXEC, 0));

		try(j, "cgroup", raw3(SYS_write, fd, "0", 1));
		raw1(SYS_close, fd);
	}
}

/* Send the pty master to zoned. */
static void
send_master(struct job *j, long master)
{
	union {
		struct cmsghdr head;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)),
			  .cmsg_level = SOL_SOCKET,
			  .cmsg_type = SCM_RIGHTS } };
	char byte = 'm';
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf) };

	*(int *)(void *)CMSG_DATA(&control.head) = (int)master;
	try(j, "pty", raw3(SYS_sendmsg, j->report, &msg, 0));
}

/* A pty of the zone's own devpts, never the caller's terminal. The zone may
 * have put anything at that path: it must be the multiplexer of a devpts. */
static void
open_pty(struct job *j)
{
	struct statfs fs;
	struct stat st;
	int unlock = 0;
	long slave;
	long master = try(j, "/dev/pts/ptmx",
	    raw4(SYS_openat, AT_FDCWD, "/dev/pts/ptmx",
		O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0));

	try(j, "pty", raw2(SYS_fstatfs, master, &fs));
	try(j, "pty", raw2(SYS_fstat, master, &st));
	if (fs.f_type != DEVPTS_SUPER_MAGIC || !S_ISCHR(st.st_mode) ||
	    st.st_rdev != makedev(5, 2))
		fail(j, "/dev/pts/ptmx is not a pty multiplexer", -ENOTTY);
	try(j, "pty", raw3(SYS_ioctl, master, TIOCSPTLCK, &unlock));
	slave = try(j, "pty",
	    raw3(SYS_ioctl, master, TIOCGPTPEER,
		O_RDWR | O_NOCTTY | O_CLOEXEC));
	(void)raw3(SYS_ioctl, master, TIOCSWINSZ, &j->size);
	send_master(j, master);
	for (int i = 0; i < 3; i++)
		j->stdio[i] = (int)slave;
}

/* The number fd has behind the part of the table that is about to be filled. */
static int
out_of_the_way(struct job *j, int fd)
{
	return (int)try(j, "descriptors",
	    raw3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, FD_SAFE));
}

/* Nothing of zoned's but the session's own descriptors; the last two close
 * themselves at exec. */
static void
set_descriptors(struct job *j)
{
	int from[] = { j->stdio[0], j->stdio[1], j->stdio[2], j->status,
		j->z->helpers, j->report };

	for (int fd = 0; fd <= FD_REPORT; fd++)
		from[fd] = out_of_the_way(j, from[fd]);
	for (int fd = 0; fd <= FD_REPORT; fd++)
		try(j, "descriptors",
		    raw3(SYS_dup3, from[fd], fd,
			fd >= FD_HELPERS ? O_CLOEXEC : 0));
	try(j, "descriptors", raw3(SYS_close_range, FD_REPORT + 1, ~0U, 0));
}

static int
child_main(void *arg)
{
	static const char *const env[] = { NULL };
	struct job *j = arg;
	const char *step = "privileges";
	long ret;

	join_v1(j);
	try(j, "join the zone",
	    raw2(SYS_setns, j->z->init_fd, ZONE_NAMESPACES));
	try(j, "groups", raw2(SYS_setgroups, 0, 0));
	try(j, "group id", raw3(SYS_setresgid, 0, 0, 0));
	try(j, "user id", raw3(SYS_setresuid, 0, 0, 0));
	if (j->pty)
		open_pty(j);
	set_descriptors(j);
	/* Out of zoned's process group and session, before code of the zone
	 * can signal them. */
	try(j, "session", raw0(SYS_setsid));
	ret = zd_drop(j->z->caps, &j->z->filter, &step);
	if (ret < 0)
		fail(j, step, ret);
	ret = raw5(SYS_execveat, FD_HELPERS, "zone-login", j->argv, env, 0);
	fail(j, "zone-login", ret);
}

/* --- zoned ---------------------------------------------------------------- */

/* A session has ended: take its exit status away, or its process id (and with
 * it the zone's namespace) would stay. */
static void
on_gone(int fd, uint32_t events, void *arg)
{
	siginfo_t info;

	(void)events;
	(void)arg;
	zd_loop_remove(fd);
	(void)waitid((idtype_t)WAIT_PIDFD, (id_t)fd, &info, WEXITED | __WALL);
	(void)close(fd);
}

static int
join_pid_namespace(int pidfd, struct err *e)
{
	static int own = -1;

	if (own == -1)
		own = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	if (own == -1)
		return err_sys(e, "own pid namespace");
	if (setns(pidfd == -1 ? own : pidfd, CLONE_NEWPID) == -1)
		return err_sys(e, "join the pid namespace");
	return 0;
}

/* Clone the child straight into the zone's pid namespace and login cgroup.
 * Returns its pidfd. */
static int
clone_child(struct job *j, struct err *e)
{
	static char stack[CHILD_STACK] __attribute__((aligned(16)));
	const struct zd_zone *z = j->z;
	int pidfd = -1;
	struct clone_args args = {
		.flags = CLONE_PIDFD | CLONE_INTO_CGROUP,
		.cgroup = (uint64_t)z->cgroup.login,
		.pidfd = (uint64_t)(uintptr_t)&pidfd,
	};
	struct err ignored;
	pid_t pid;

	/* Nothing in the zone may look into memory that is ours as well. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (join_pid_namespace(z->init_fd, e) == -1)
		return -1;
	pid = sys_clone_vm(&args, child_main, j, stack, sizeof(stack));
	if (pid == -1)
		(void)err_sys(e, "make a process in the zone");
	(void)!join_pid_namespace(-1, &ignored);
	return pid == -1 ? -1 : pidfd;
}

/* Wait until the child has executed zone-login, or failed, and take the pty
 * master where it sends one. */
static int
await_child(struct job *j, int report, int *master, struct err *e)
{
	struct pollfd p = { .fd = report, .events = POLLIN };
	char byte;
	size_t n;
	ssize_t got;

	do {
		if (poll(&p, 1, CHILD_TIMEOUT_MS) != 1)
			return err_set(e, ETIMEDOUT,
			    "the zone does not let a process in");
		got = fd_recv(report, &byte, 1, master, 1, &n, e);
	} while (got > 0);
	if (j->step) {
		errno = (int)j->errnum;
		return err_sys(e, "%s", j->step);
	}
	if (got == -1)
		return -1;
	if (j->pty && *master == -1)
		return err_set(e, ECHILD, "the process in the zone died");
	return 0;
}

/* Start the child; its report socket and pidfd are gone or watched when this
 * returns. */
static int
start(struct job *j, int *master, struct err *e)
{
	int report[2];
	int pidfd;
	int ret;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, report) == -1)
		return err_sys(e, "socketpair");
	j->report = report[1];
	pidfd = clone_child(j, e);
	(void)close(report[1]);
	if (pidfd == -1) {
		(void)close(report[0]);
		return -1;
	}
	ret = await_child(j, report[0], master, e);
	(void)close(report[0]);
	if (ret == -1)
		(void)sys_pidfd_signal(pidfd, SIGKILL);
	if (ret == -1 || zd_loop_add(pidfd, EPOLLIN, on_gone, NULL, e) == -1) {
		on_gone(pidfd, 0, NULL);
		return -1;
	}
	return 0;
}

/* The caller's ends and the child's: three pipes that belong to the zone's
 * root, so that it may open /dev/stdout. */
static int
make_pipes(const struct zd_zone *z, int ours[3], int theirs[3], struct err *e)
{
	for (int i = 0; i < 3; i++) {
		int p[2];

		if (pipe2(p, O_CLOEXEC) == -1)
			return err_sys(e, "pipe");
		ours[i] = p[i == 0 ? 1 : 0];
		theirs[i] = p[i == 0 ? 0 : 1];
		if (fchown(p[0], z->run.id_base, z->run.id_base) == -1)
			return err_sys(e, "chown a pipe");
	}
	return 0;
}

/* The words of a request that zone-login is started with. */
static int
set_args(struct job *j, const struct zd_msg *request, char flags[3],
    struct err *e)
{
	const char *mode = zd_msg_get(request, "mode");
	const char *user = zd_msg_get(request, "user");
	const char *term = zd_msg_get(request, "term");
	const char *command = zd_msg_get(request, "command");
	size_t n = 0;

	if (!str_eq(mode, "pty") && !str_eq(mode, "pipe") &&
	    !str_eq(mode, "copy"))
		return err_set(e, ERR_USAGE, "login: no such mode");
	if (user && strlen(user) > USER_MAX)
		return err_set(e, ERR_USAGE, "login: user name too long");
	if (command && strlen(command) > ZD_COMMAND_MAX)
		return err_set(e, E2BIG, "login: command too long");
	if (zd_msg_num(request, "failsafe", 0) != 0)
		flags[n++] = 'f';
	if (zd_msg_num(request, "login", 0) != 0)
		flags[n++] = 'l';
	flags[n] = '\0';
	j->pty = str_eq(mode, "pty");
	j->argv[0] = "zone-login";
	j->argv[1] = mode;
	j->argv[2] = user ? user : "root";
	j->argv[3] = term ? term : "";
	j->argv[4] = flags;
	j->argv[5] = command;
	j->size.ws_row = (unsigned short)zd_msg_num(request, "rows", 0);
	j->size.ws_col = (unsigned short)zd_msg_num(request, "cols", 0);
	return 0;
}

static void
close_all(int *fd, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fd_close_at(&fd[i]);
}

/* Put what the caller gets into the reply, a "done" so far. */
static void
answer(struct zd_msg *reply, int master, const int ours[3], int status)
{
	unsigned number = 0;

	if (master != -1) {
		(void)ioctl(master, TIOCGPTN, &number);
		zd_msg_addf(reply, "tty", "pts/%u", number);
		zd_msg_add_fd(reply, master);
	}
	for (int i = 0; master == -1 && i < 3; i++)
		zd_msg_add_fd(reply, ours[i]);
	zd_msg_add_fd(reply, status);
}

int
zd_enter(struct zd_zone *z, const struct zd_msg *request, struct zd_msg *reply,
    struct err *e)
{
	struct job j = { .z = z, .stdio = { -1, -1, -1 } };
	int ours[3] = { -1, -1, -1 };
	int status[2];
	int master = -1;
	char flags[3];
	int ret;

	if (z->run.state != ZC_RUNNING || z->init_fd == -1)
		return err_set(e, ERR_STATE,
		    "login allowed only to running zones (%s is '%s').",
		    z->name, zc_state_name(z->run.state));
	if (!z->filter.prog)
		return err_set(e, ERR_STATE,
		    "its system call filter is not known; run 'zoneadm -z %s "
		    "reboot'",
		    z->name);
	if (set_args(&j, request, flags, e) == -1)
		return -1;
	if (zd_cgroup_login(&z->cgroup, z->run.id_base, e) == -1)
		return -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, status) == -1)
		return err_sys(e, "socketpair");
	j.status = status[1];
	ret = j.pty ? 0 : make_pipes(z, ours, j.stdio, e);
	if (ret == 0)
		ret = start(&j, &master, e);
	/* Of a pty the child's ends are numbers of the child. */
	if (!j.pty)
		close_all(j.stdio, 3);
	(void)close(status[1]);
	if (ret == -1) {
		fd_close_at(&master);
		close_all(ours, 3);
		(void)close(status[0]);
		return -1;
	}
	answer(reply, master, ours, status[0]);
	return 0;
}
