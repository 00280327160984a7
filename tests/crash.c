/* SPDX-License-Identifier: ISC
 *
 * crash - kill zoned at a chosen point of what it does.
 *
 *	crash [-w] [-p PID]... [-t SECONDS] N COMMAND...
 *	crash -c [-t SECONDS] N COMMAND...
 *	crash -e ENOSPC | -e EROFS [-t SECONDS] N COMMAND...
 *
 * Runs COMMAND (zoneadm) and follows the zoned that it starts, or with -p the
 * one that runs already (further ones: what it made before), and all it makes,
 * up to the moment in which a zone's own program is executed. A point is the
 * entry of a system call that changes something outside the caller's memory. At
 * point N zoned gets SIGKILL and everything is let go. Prints "at N who call"
 * where it was killed, "end POINTS" where COMMAND was done before; exits as
 * COMMAND did, 124 when it took too long. N is 0 to count. With -w zoned is
 * followed to its own end, which comes a moment after a zone is down. With -c
 * the command itself is what is followed and killed, with all it starts. With
 *-e it is not killed: its disk is full, or read-only, from the Nth call on that
 * would meet that, and only those are counted.
 *
 * ptrace(2) with PTRACE_SEIZE: who is let go is not stopped by what it missed.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"

enum { MAX_TRACED = 64, EXIT_LATE = 124, EXIT_BROKEN = 125 };

#define OPTIONS                                                             \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
	    PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC)

/* What counts, with the argument (from 0, -1 none) that must have one of these
 * bits; 0: any. Only calls that one of the programs makes. */
static const struct {
	const char *name;
	long nr;
	int arg;
	unsigned long bits;
} points[] = {
	{ "open_tree", SYS_open_tree, -1, 0 },
	{ "fsconfig", SYS_fsconfig, -1, 0 },
	{ "fsmount", SYS_fsmount, -1, 0 },
	{ "move_mount", SYS_move_mount, -1, 0 },
	{ "mount_setattr", SYS_mount_setattr, -1, 0 },
	{ "mount", SYS_mount, -1, 0 },
	{ "umount2", SYS_umount2, -1, 0 },
	{ "pivot_root", SYS_pivot_root, -1, 0 },
	{ "unshare", SYS_unshare, -1, 0 },
	{ "setns", SYS_setns, -1, 0 },
	{ "clone", SYS_clone, -1, 0 },
	{ "clone3", SYS_clone3, -1, 0 },
#ifdef SYS_vfork
	{ "vfork", SYS_vfork, -1, 0 },
#endif
	{ "execve", SYS_execve, -1, 0 },
	{ "execveat", SYS_execveat, -1, 0 },
	{ "exit_group", SYS_exit_group, -1, 0 },
	{ "wait4", SYS_wait4, -1, 0 },
	{ "openat", SYS_openat, 2, O_CREAT },
	{ "openat2", SYS_openat2, -1, 0 },
	{ "mkdirat", SYS_mkdirat, -1, 0 },
	{ "mknodat", SYS_mknodat, -1, 0 },
	{ "symlinkat", SYS_symlinkat, -1, 0 },
	{ "unlinkat", SYS_unlinkat, -1, 0 },
	{ "renameat2", SYS_renameat2, -1, 0 },
#ifdef SYS_open
	{ "open", SYS_open, 1, O_CREAT },
	{ "mkdir", SYS_mkdir, -1, 0 },
	{ "unlink", SYS_unlink, -1, 0 },
	{ "rmdir", SYS_rmdir, -1, 0 },
	{ "rename", SYS_rename, -1, 0 },
	{ "renameat", SYS_renameat, -1, 0 },
#endif
	{ "fchown", SYS_fchown, -1, 0 },
	{ "fchownat", SYS_fchownat, -1, 0 },
	{ "fchmod", SYS_fchmod, -1, 0 },
	{ "fsync", SYS_fsync, -1, 0 },
	{ "write", SYS_write, -1, 0 },
	{ "sendmsg", SYS_sendmsg, -1, 0 },
	{ "bind", SYS_bind, -1, 0 },
	{ "listen", SYS_listen, -1, 0 },
	{ "flock", SYS_flock, -1, 0 },
	{ "kill", SYS_kill, -1, 0 },
	{ "pidfd_send_signal", SYS_pidfd_send_signal, -1, 0 },
	{ "setresuid", SYS_setresuid, -1, 0 },
	{ "sethostname", SYS_sethostname, -1, 0 },
	{ "setsid", SYS_setsid, -1, 0 },
	{ "close_range", SYS_close_range, -1, 0 },
	{ "prctl", SYS_prctl, -1, 0 },
	{ "seccomp", SYS_seccomp, -1, 0 },
	/* Operation 1 and 129 wake, 0 and 128 wait. */
	{ "futex", SYS_futex, 1, 1 },
};

/* With -c these count too. */
static const struct {
	const char *name;
	long nr;
} more_points[] = {
	{ "ioctl", SYS_ioctl },
	{ "fsetxattr", SYS_fsetxattr },
	{ "fremovexattr", SYS_fremovexattr },
	{ "utimensat", SYS_utimensat },
	{ "syncfs", SYS_syncfs },
	{ "ftruncate", SYS_ftruncate },
	{ "linkat", SYS_linkat },
	{ "fchmodat", SYS_fchmodat },
#ifdef SYS_open
	{ "chmod", SYS_chmod },
#endif
	{ "copy_file_range", SYS_copy_file_range },
	{ "pwrite64", SYS_pwrite64 },
};

/* What fails on a disk like that; the argument as above. The first argument of
 * all is a descriptor: on the disk, or of a directory there. */
static const struct {
	const char *name;
	long nr;
	int arg;
	unsigned long bits;
	bool only_readonly; /* needs no room */
} disk_calls[] = {
	{ "openat", SYS_openat, 2, O_CREAT, false },
	{ "mkdirat", SYS_mkdirat, -1, 0, false },
	{ "mknodat", SYS_mknodat, -1, 0, false },
	{ "symlinkat", SYS_symlinkat, -1, 0, false },
	{ "linkat", SYS_linkat, -1, 0, false },
	{ "renameat2", SYS_renameat2, -1, 0, false },
	{ "renameat", SYS_renameat, -1, 0, false },
	{ "write", SYS_write, -1, 0, false },
	{ "pwrite64", SYS_pwrite64, -1, 0, false },
	{ "fsetxattr", SYS_fsetxattr, -1, 0, false },
	{ "ftruncate", SYS_ftruncate, -1, 0, false },
	{ "fsync", SYS_fsync, -1, 0, false },
	{ "syncfs", SYS_syncfs, -1, 0, false },
	{ "unlinkat", SYS_unlinkat, -1, 0, true },
	{ "fchown", SYS_fchown, -1, 0, true },
	{ "fchownat", SYS_fchownat, -1, 0, true },
	{ "fchmod", SYS_fchmod, -1, 0, true },
	{ "fchmodat", SYS_fchmodat, -1, 0, true },
	{ "fremovexattr", SYS_fremovexattr, -1, 0, true },
	{ "utimensat", SYS_utimensat, -1, 0, true },
};

struct traced {
	pid_t pid;
	bool followed; /* zoned, or made by it */
	bool held;     /* seen before its maker told of it */
	bool failing;  /* in a call that is to fail */
	unsigned long long saved[2];
};

static struct {
	struct traced of[MAX_TRACED];
	size_t n;
	pid_t command;
	pid_t zoned;
	unsigned long target;
	unsigned long count;
	bool killed;
	bool to_the_end; /* of zoned */
	bool own;        /* the command is followed, not a zoned */
	int disk;        /* the error of its disk, 0: none */
} t;

static void NORETURN
die(const char *what)
{
	(void)fprintf(stderr, "crash: %s: %s\n", what, strerror(errno));
	exit(EXIT_BROKEN);
}

static struct traced *
find(pid_t pid)
{
	for (size_t i = 0; i < t.n; i++) {
		if (t.of[i].pid == pid)
			return &t.of[i];
	}
	return NULL;
}

static struct traced *
add(pid_t pid, bool followed)
{
	struct traced *p = find(pid);

	if (!p) {
		if (t.n == MAX_TRACED) {
			errno = ENOSPC;
			die("too many processes");
		}
		p = &t.of[t.n++];
		*p = (struct traced){ .pid = pid };
	}
	p->followed |= followed;
	return p;
}

static void
forget(pid_t pid)
{
	struct traced *p = find(pid);

	if (p)
		*p = t.of[--t.n];
}

static void
let_go(pid_t pid, int sig)
{
	(void)ptrace(PTRACE_DETACH, pid, NULL, (long)sig);
	forget(pid);
}

/* The first word of its command line, which zoned sets itself. */
static bool
is_zoned(pid_t pid)
{
	char path[32];
	char word[16] = "";
	int fd;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd == -1 ? -1 : read(fd, word, sizeof(word) - 1);
	if (fd != -1)
		(void)close(fd);
	return n > 0 && strcmp(word, "zoned") == 0;
}

/* The name of the call that it enters, NULL where that is no point. */
static const char *
point_of(pid_t pid)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		if ((long)info.entry.nr != points[i].nr)
			continue;
		if (points[i].arg == -1 ||
		    (info.entry.args[points[i].arg] & points[i].bits) != 0)
			return points[i].name;
	}
	for (size_t i = 0; t.own && i < ARRAY_LEN(more_points); i++) {
		if ((long)info.entry.nr == more_points[i].nr)
			return more_points[i].name;
	}
	return NULL;
}

/* What the first argument, or the third, is a descriptor of lies on a disk: not
 * in a pipe, in memory, or in a file system of the kernel's. */
static bool
is_on_disk(pid_t pid, long nr, const uint64_t *args)
{
	static const char *const others[] = { "/proc", "/sys", "/dev",
		"/memfd:" };
	int fd = (int)args[nr == SYS_copy_file_range ? 2 : 0];
	char path[64];
	char link[512];
	ssize_t n;

	if (nr == SYS_symlinkat)
		fd = (int)args[1];
	(void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
	n = readlink(path, link, sizeof(link) - 1);
	if (n <= 0)
		return fd == AT_FDCWD;
	link[n] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (strncmp(link, others[i], strlen(others[i])) == 0)
			return false;
	}
	return link[0] == '/' && !strstr(link, "/run/") && fd > 2;
}

static const char *
disk_call_of(pid_t pid)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(disk_calls); i++) {
		if ((long)info.entry.nr != disk_calls[i].nr ||
		    (disk_calls[i].only_readonly && t.disk != EROFS))
			continue;
		if (disk_calls[i].arg != -1 &&
		    (info.entry.args[disk_calls[i].arg] & disk_calls[i].bits) ==
			0)
			return NULL;
		return is_on_disk(pid, disk_calls[i].nr,
			   (const uint64_t *)info.entry.args)
		    ? disk_calls[i].name
		    : NULL;
	}
	return NULL;
}

/* Let the call that it enters fail by what it is given; a filter may refuse a
 * number that is none. */
static void
spoil_call(struct traced *p)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, p->pid, NULL, &regs) == -1)
		die("read registers");
	p->failing = true;
	p->saved[0] = regs.rdi;
	p->saved[1] = regs.rsi;
	regs.rdi = (unsigned long long)-1;
	regs.rsi = 0;
	if (ptrace(PTRACE_SETREGS, p->pid, NULL, &regs) == -1)
		die("write registers");
}

/* ... and the call that it leaves seem to have failed by its disk. */
static void
fail_call(struct traced *p)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, p->pid, NULL, &regs) == -1)
		die("read registers");
	p->failing = false;
	regs.rdi = p->saved[0];
	regs.rsi = p->saved[1];
	regs.rax = (unsigned long long)-(long long)t.disk;
	if (ptrace(PTRACE_SETREGS, p->pid, NULL, &regs) == -1)
		die("write registers");
}

static const char *
name_of(pid_t pid)
{
	static char name[32];
	char path[32];
	int fd;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd == -1 ? 0 : read(fd, name, sizeof(name) - 1);
	if (fd != -1)
		(void)close(fd);
	name[n > 0 ? n - 1 : 0] = '\0';
	return name;
}

static void
kill_zoned(pid_t at, const char *call)
{
	t.killed = true;
	(void)printf("at %lu %s %s\n", t.count, name_of(at), call);
	(void)fflush(stdout);
	if (kill(t.zoned, SIGKILL) == -1)
		die("kill zoned");
}

/* It stopped at a system call of a process that is followed. */
static void
on_call(struct traced *p)
{
	const char *call = t.disk ? disk_call_of(p->pid) : point_of(p->pid);

	if (p->failing)
		fail_call(p);
	if (!call)
		return;
	t.count++;
	if (t.disk) {
		if (t.count == t.target)
			(void)printf("at %lu %s %s\n", t.count, name_of(p->pid),
			    call);
		if (t.target > 0 && t.count >= t.target)
			spoil_call(p);
		return;
	}
	if (t.count == t.target)
		kill_zoned(p->pid, call);
}

static void
resume(const struct traced *p, int sig)
{
	(void)ptrace(p->followed ? PTRACE_SYSCALL : PTRACE_CONT, p->pid, NULL,
	    (long)sig);
}

/* It made a process, which may have stopped already. */
static void
adopt(const struct traced *maker)
{
	unsigned long pid = 0;
	struct traced *child;

	if (ptrace(PTRACE_GETEVENTMSG, maker->pid, NULL, &pid) == -1)
		return;
	child = add((pid_t)pid, maker->followed);
	if (child->held)
		resume(child, 0);
	child->held = false;
}

/* An event of ptrace: it made a process, or executed a program. Returns false
 * where it is of no more interest. */
static bool
on_event(struct traced *p, int event)
{
	if (event == PTRACE_EVENT_EXEC) {
		if (!t.own && is_zoned(p->pid)) {
			p->followed = true;
			t.zoned = p->pid;
			return true;
		}
		return p->followed || p->pid == t.command;
	}
	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	    event == PTRACE_EVENT_CLONE)
		adopt(p);
	return true;
}

/* One report of waitpid about a process that goes on. */
static void
on_stop(pid_t pid, int status)
{
	struct traced *p = find(pid);
	int event = status >> 16;
	int sig = WSTOPSIG(status);
	bool keep = true;

	if (!p && !t.killed) {
		add(pid, false)->held = true;
		return;
	}
	if (event == PTRACE_EVENT_STOP) {
		sig = 0;
	} else if (event != 0 && p) {
		keep = on_event(p, event);
		sig = 0;
	} else if (sig == (SIGTRAP | 0x80)) {
		if (p && p->followed)
			on_call(p);
		sig = 0;
	}
	p = find(pid);
	if (!p || !keep || t.killed)
		let_go(pid, sig);
	else
		resume(p, sig);
}

static void
on_alarm(int sig)
{
	(void)sig;
	(void)kill(t.command, SIGKILL);
	_exit(EXIT_LATE);
}

/* Start the command; it waits until it is seized. */
static void
start(char **argv)
{
	int go[2];
	char byte;

	if (pipe2(go, O_CLOEXEC) == -1)
		die("pipe");
	t.command = fork();
	if (t.command == -1)
		die("fork");
	if (t.command == 0) {
		(void)close(go[1]);
		(void)!read(go[0], &byte, 1);
		(void)execvp(argv[0], argv);
		die(argv[0]);
	}
	if (ptrace(PTRACE_SEIZE, t.command, NULL, (long)OPTIONS) == -1)
		die("seize the command");
	(void)add(t.command, t.own);
	if (t.own)
		t.zoned = t.command;
	(void)close(go[0]);
	(void)close(go[1]);
}

static void
follow(const char *text)
{
	pid_t pid = (pid_t)strtol(text, NULL, 10);

	if (ptrace(PTRACE_SEIZE, pid, NULL, (long)OPTIONS) == -1 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == -1)
		die("seize");
	if (t.zoned == 0)
		t.zoned = pid;
	(void)add(pid, true);
}

static int
exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Until the command has ended; its exit status. */
static int
watch(void)
{
	int result = -1;

	while (result == -1 || (t.to_the_end && find(t.zoned))) {
		int status;
		pid_t pid = waitpid(-1, &status, __WALL);

		if (pid == -1)
			die("wait");
		if (WIFSTOPPED(status)) {
			on_stop(pid, status);
			continue;
		}
		forget(pid);
		if (pid == t.command)
			result = exit_status(status);
	}
	return result;
}

int
main(int argc, char **argv)
{
	unsigned limit = 20;
	int status;
	int c;

	while ((c = getopt(argc, argv, "+cwe:p:t:")) != -1) {
		if (c == 'w')
			t.to_the_end = true;
		else if (c == 'c')
			t.own = true;
		else if (c == 'e')
			t.disk = strcmp(optarg, "EROFS") == 0 ? EROFS : ENOSPC;
		else if (c == 'p')
			follow(optarg);
		else if (c == 't')
			limit = (unsigned)strtoul(optarg, NULL, 10);
		else
			return EXIT_BROKEN;
	}
	if (argc - optind < 2) {
		(void)fprintf(stderr,
		    "usage: crash [-cw] [-e ERROR] [-p PID]... [-t SECONDS] N COMMAND...\n");
		return EXIT_BROKEN;
	}
	t.own |= t.disk != 0;
	t.target = strtoul(argv[optind], NULL, 10);
	start(argv + optind + 1);
	(void)signal(SIGALRM, on_alarm);
	(void)alarm(limit);
	status = watch();
	if (!t.killed && !(t.disk && t.target > 0 && t.count >= t.target))
		(void)printf("end %lu\n", t.count);
	return status;
}
