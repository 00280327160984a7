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
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/raw.h"
#include "base/str.h"
#include "base/sys.h"
#include "zoned/control.h"
#include "zoned/drop.h"
#include "zoned/loop.h"
#include "zoned/zone.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif

enum {
	CHILD_STACK = 16 * 1024,
	CHILD_TIMEOUT_MS = 5000,
	LOOK_MS = 250,    /* between two looks at who takes too long */
	ENTRIES_MAX = 64, /* on their way at once */
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
	bool trusted;
	struct winsize size;
	int trust_mnt; /* namespaces of a trusted session, -1: the zone's own */
	int trust_user;
	int stdio[3]; /* the child's ends */
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

/* A trusted session is in the zone but for these two; the user namespace comes
 * last, for it has no power over the others. */
static void
join_zone(struct job *j)
{
	int zone = ZONE_NAMESPACES;

	if (j->trust_mnt != -1)
		zone &= ~(CLONE_NEWUSER | CLONE_NEWNS);
	try(j, "join the zone", raw2(SYS_setns, j->z->init_fd, zone));
	if (j->trust_mnt == -1)
		return;
	try(j, "writable root", raw2(SYS_setns, j->trust_mnt, CLONE_NEWNS));
	try(j, "trusted users", raw2(SYS_setns, j->trust_user, CLONE_NEWUSER));
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
set_descriptors(struct job *j, const int stdio[3])
{
	int from[] = { stdio[0], stdio[1], stdio[2], j->status, j->z->helpers,
		j->report };

	for (int fd = 0; fd <= FD_REPORT; fd++)
		from[fd] = out_of_the_way(j, from[fd]);
	for (int fd = 0; fd <= FD_REPORT; fd++)
		try(j, "descriptors",
		    raw3(SYS_dup3, from[fd], fd,
			fd >= FD_HELPERS ? O_CLOEXEC : 0));
	try(j, "descriptors", raw3(SYS_close_range, FD_REPORT + 1, ~0U, 0));
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
	set_descriptors(j, (const int[]){ (int)slave, (int)slave, (int)slave });
}

static int
child_main(void *arg)
{
	static const char *const env[] = { NULL };
	struct job *j = arg;
	const struct zd_power power = { j->z->caps, &j->z->filter,
		j->z->run.persona, j->z->run.sched };
	const char *step = "privileges";
	long ret;

	join_v1(j);
	join_zone(j);
	try(j, "groups", raw2(SYS_setgroups, 0, 0));
	try(j, "group id", raw3(SYS_setresgid, 0, 0, 0));
	try(j, "user id", raw3(SYS_setresuid, 0, 0, 0));
	if (j->pty)
		open_pty(j);
	else
		set_descriptors(j, j->stdio);
	/* Out of zoned's process group and session, before code of the zone
	 * can signal them. */
	try(j, "session", raw0(SYS_setsid));
	ret = zd_drop(&power, &step);
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

/* One request on its way: the child shares our memory until it executes, and
 * the zone can stop it meanwhile. Nobody waits for it but its client. */
struct entry {
	struct job job;
	struct zd_msg request; /* the words of job.argv are in it */
	char flags[3];
	int client; /* -1: has gone */
	int report; /* our end; -1: over */
	int pidfd;
	int master;
	int ours[3];
	int status;
	int64_t deadline;
	struct entry *next;
	char stack[CHILD_STACK] __attribute__((aligned(16)));
};

static struct entry *entries; /* with a child that has not executed */
static struct entry *spare;   /* one is kept: its stack is in memory */
static size_t nentries;
static int look_timer;

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct entry *
entry_new(int client)
{
	struct entry *n = spare ? spare : mem_alloc(sizeof(*n));

	spare = NULL;
	n->job = (struct job){ .stdio = { -1, -1, -1 }, .status = -1 };
	n->request = (struct zd_msg){ 0 };
	n->client = client;
	n->report = n->pidfd = n->master = n->status = -1;
	for (int i = 0; i < 3; i++)
		n->ours[i] = -1;
	n->next = entries;
	entries = n;
	nentries++;
	return n;
}

static void
close_all(int *fd, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fd_close_at(&fd[i]);
		fd[i] = -1;
	}
}

/* What was made for a session that does not come about. */
static void
entry_close(struct entry *n)
{
	if (n->report != -1)
		zd_loop_remove(n->report);
	close_all(&n->report, 1);
	close_all(&n->master, 1);
	close_all(n->ours, 3);
	close_all(&n->status, 1);
}

/* Its child has executed, ended, or was never made. */
static void
entry_free(struct entry *n)
{
	struct entry **at = &entries;

	while (*at != n)
		at = &(*at)->next;
	*at = n->next;
	nentries--;
	zd_msg_done(&n->request);
	if (spare)
		free(n);
	else
		spare = n;
}

/* Clone the child straight into the zone's pid namespace and login cgroup. */
static int
clone_child(struct entry *n, struct err *e)
{
	const struct zd_zone *z = n->job.z;
	struct clone_args args = {
		.flags = CLONE_PIDFD | CLONE_INTO_CGROUP,
		.cgroup = (uint64_t)z->cgroup.login,
		.pidfd = (uint64_t)(uintptr_t)&n->pidfd,
	};
	struct err ignored;
	pid_t pid;

	/* Nothing in the zone may look into memory that is ours as well. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (join_pid_namespace(z->init_fd, e) == -1)
		return -1;
	pid = sys_clone_vm(&args, child_main, &n->job, n->stack,
	    sizeof(n->stack));
	if (pid == -1)
		(void)err_sys(e, "make a process in the zone");
	(void)!join_pid_namespace(-1, &ignored);
	return pid == -1 ? -1 : 0;
}

/* A child that was given up has ended: its memory is ours again. */
static void
on_given_up(int fd, uint32_t events, void *arg)
{
	struct entry *n = arg;

	on_gone(fd, events, NULL);
	entry_free(n);
}

/* The child did not get in. Killed, it may still take its time to end. */
static void
give_up(struct entry *n, const struct err *why)
{
	struct err ignored;

	if (n->client != -1)
		zd_control_fail(n->client, why);
	n->client = -1;
	entry_close(n);
	(void)sys_pidfd_signal(n->pidfd, SIGKILL);
	(void)!zd_loop_add(n->pidfd, EPOLLIN, on_given_up, n, &ignored);
}

/* Put what the caller gets into the reply, a "done" so far. */
static void
answer(struct entry *n, struct zd_msg *reply)
{
	unsigned number = 0;

	if (n->master != -1) {
		(void)ioctl(n->master, TIOCGPTN, &number);
		zd_msg_addf(reply, "tty", "pts/%u", number);
		zd_msg_add_fd(reply, n->master);
	}
	for (int i = 0; n->master == -1 && i < 3; i++)
		zd_msg_add_fd(reply, n->ours[i]);
	zd_msg_add_fd(reply, n->status);
	n->master = n->ours[0] = n->ours[1] = n->ours[2] = n->status = -1;
}

/* The child has executed zone-login: the session is its own from here on. */
static void
let_go(struct entry *n)
{
	struct zd_msg reply;
	struct err why;

	if (zd_loop_add(n->pidfd, EPOLLIN, on_gone, NULL, &why) == -1)
		log_warn(&why, "session");
	if (n->client != -1) {
		zd_msg_start(&reply, "done");
		answer(n, &reply);
		zd_control_done(n->client, &reply);
	}
	entry_close(n);
	entry_free(n);
}

/* Where the child failed. A zone may have handlers of programs of its own
 * (binfmt_misc, by user namespace since Linux 6.7): one that takes zone-login
 * too keeps everybody out, and runs nothing, for it cannot be given the path of
 * a directory that it does not see. */
static void
say_failed(const struct job *j, struct err *why)
{
	errno = (int)j->errnum;
	if (errno == ENOENT && str_eq(j->step, "zone-login"))
		(void)err_set(why, ENOENT,
		    "the zone has a handler (binfmt_misc) that takes what "
		    "enters it; run 'zoneadm -z %s reboot'",
		    j->z->name);
	else
		(void)err_sys(why, "%s", j->step);
}

/* Word from the child: the pty's master, or the end of it, when it has executed
 * or failed. */
static void
on_report(int fd, uint32_t events, void *arg)
{
	struct entry *n = arg;
	struct err why;
	char byte;
	size_t nfds;
	ssize_t got = fd_recv(fd, &byte, 1, &n->master, 1, &nfds, &why);

	(void)events;
	if (got > 0)
		return;
	if (n->job.step) {
		say_failed(&n->job, &why);
	} else if (got == 0 && n->job.pty && n->master == -1) {
		(void)err_set(&why, ECHILD, "the process in the zone died");
	} else if (got == 0) {
		let_go(n);
		return;
	}
	give_up(n, &why);
}

/* Give up who takes too long. */
static void
look(void *arg)
{
	int64_t now = now_ms();
	bool more = false;

	(void)arg;
	look_timer = 0;
	for (struct entry *n = entries; n; n = n->next) {
		struct err why;

		if (n->report == -1)
			continue;
		if (now < n->deadline) {
			more = true;
			continue;
		}
		(void)err_set(&why, ETIMEDOUT,
		    "the zone does not let a process in");
		give_up(n, &why);
	}
	if (more)
		look_timer = zd_loop_after(LOOK_MS, look, NULL);
}

/* Start the child and watch it. On failure there is none. */
static int
start(struct entry *n, struct err *e)
{
	int report[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, report) == -1)
		return err_sys(e, "socketpair");
	n->report = report[0];
	n->job.report = report[1];
	if (zd_loop_add(n->report, EPOLLIN, on_report, n, e) == -1 ||
	    clone_child(n, e) == -1) {
		(void)close(report[1]);
		return -1;
	}
	(void)close(report[1]);
	n->deadline = now_ms() + CHILD_TIMEOUT_MS;
	if (look_timer == 0)
		look_timer = zd_loop_after(LOOK_MS, look, NULL);
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
	j->trusted = zd_msg_num(request, "trusted", 0) != 0;
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

/* The namespaces of a trusted session, out of the keeper. A zone that is not
 * immutable has none: there every session may write. */
static void
take_trust(struct job *j, int fd[2])
{
	if (j->trusted) {
		fd[0] = sys_pidfd_getfd(j->z->keeper_fd, ZD_KEPT_TRUST_MNT);
		fd[1] = sys_pidfd_getfd(j->z->keeper_fd, ZD_KEPT_TRUST_USER);
	}
	j->trust_mnt = fd[0];
	j->trust_user = fd[1];
}

/* The sockets and pipes of a session, and the child that gets the other ends.
 * The job is the child's to read from here on: what we close are numbers of our
 * own. Of a pty the child opens its ends itself. */
static int
make_session(struct entry *n, struct err *e)
{
	struct job *j = &n->job;
	int theirs[6] = { -1, -1, -1, -1, -1, -1 };
	int status[2];
	int rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, status) == -1)
		return err_sys(e, "socketpair");
	n->status = status[0];
	j->status = theirs[3] = status[1];
	take_trust(j, &theirs[4]);
	rc = j->pty ? 0 : make_pipes(j->z, n->ours, theirs, e);
	memcpy(j->stdio, theirs, sizeof(j->stdio));
	if (rc == 0)
		rc = start(n, e);
	close_all(theirs, 6);
	return rc;
}

int
zd_enter(struct zd_zone *z, struct zd_msg *request, int client, struct err *e)
{
	struct entry *n;
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
	if (nentries >= ENTRIES_MAX)
		return err_set(e, EBUSY,
		    "too many sessions are on their way into the zone");
	n = entry_new(client);
	n->job.z = z;
	n->request = *request;
	*request = (struct zd_msg){ 0 };
	ret = set_args(&n->job, &n->request, n->flags, e);
	if (ret == 0 && zd_cgroup_login(&z->cgroup, z->run.id_base, e) == -1)
		ret = -1;
	if (ret == 0)
		ret = make_session(n, e);
	if (ret == -1) {
		entry_close(n);
		entry_free(n);
	}
	return ret;
}

void
zd_enter_forget(int client)
{
	for (struct entry *n = entries; n; n = n->next) {
		if (n->client == client)
			n->client = -1;
	}
}
