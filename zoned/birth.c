/* SPDX-License-Identifier: ISC
 *
 * birth - the one place where a zone's pid 1 is made.
 */
#include "zoned/birth_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/magic.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/raw.h"
#include "base/sys.h"
#include "fs/root.h"
#include "fs/stage.h"
#include "fs/userns.h"
#include "zoned/cgroup_v1.h"
#include "zoned/drop.h"

/* --- pid 1: raw system calls only ---------------------------------------- */

static NORETURN void
child_fail(struct zd_birth *b, const char *step, long ret)
{
	b->child_step = step;
	b->child_errno = -ret;
	raw1(SYS_exit_group, 127);
	__builtin_unreachable();
}

#define CHILD_TRY(b, step, call)                   \
	do {                                       \
		long ret_ = (call);                \
		if (ret_ < 0)                      \
			child_fail(b, step, ret_); \
	} while (0)

/* Into the root that the keeper built: a copy of N1 of our own, a fresh mount
 * of the root on top (else pivot_root(2) says EINVAL), the old root gone. */
void
zd_birth_pivot(struct zd_birth *b)
{
	long top;

	CHILD_TRY(b, "enter the root", raw1(SYS_fchdir, b->root));
	CHILD_TRY(b, "mount namespace", raw1(SYS_unshare, CLONE_NEWNS));
	top = raw3(SYS_open_tree, AT_FDCWD, ".",
	    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (top < 0)
		child_fail(b, "copy the root", top);
	CHILD_TRY(b, "mount the root",
	    raw5(SYS_move_mount, top, "", AT_FDCWD, ".",
		MOVE_MOUNT_F_EMPTY_PATH));
	CHILD_TRY(b, "enter the root", raw1(SYS_fchdir, top));
	CHILD_TRY(b, "pivot_root", raw2(SYS_pivot_root, ".", "."));
	CHILD_TRY(b, "leave the old root", raw2(SYS_umount2, ".", MNT_DETACH));
	CHILD_TRY(b, "enter the root", raw1(SYS_chdir, "/"));
}

/* By its name in the zone, so that ttyname(3) finds it. */
static void
child_stdio(struct zd_birth *b)
{
	long console = raw4(SYS_openat, AT_FDCWD, "/dev/console",
	    O_RDWR | O_NOCTTY | O_CLOEXEC, 0);

	if (console < 0)
		child_fail(b, "open '/dev/console'", console);
	for (int fd = 0; fd < 3; fd++)
		CHILD_TRY(b, "console", raw3(SYS_dup3, console, fd, 0));
}

static NORETURN void
child_exec(struct zd_birth *b)
{
	const struct zd_birth_init *init = b->init;
	char **argv = (char **)(uintptr_t)init->argv;
	long ret = -ENOENT;

	for (size_t i = 0; init->paths[i]; i++) {
		argv[0] = (char *)(uintptr_t)init->paths[i];
		ret = raw3(SYS_execve, init->paths[i], argv, init->env);
		if (ret != -ENOENT)
			child_fail(b, init->paths[i], ret);
		b->child_found |= raw3(SYS_faccessat, AT_FDCWD, init->paths[i],
				      F_OK) == 0;
	}
	if (!init->fallback)
		child_fail(b, argv[0], ret);
	argv[0] = (char *)(uintptr_t)init->fallback;
	ret = raw5(SYS_execveat, b->spec->helpers, init->fallback, argv,
	    init->env, 0);
	child_fail(b, init->fallback, ret);
}

static int
child_main(void *arg)
{
	struct zd_birth *b = arg;

	sleep_while(&b->go, C_WAIT);
	CHILD_TRY(b, "groups", raw2(SYS_setgroups, 0, 0));
	CHILD_TRY(b, "group id", raw3(SYS_setresgid, 0, 0, 0));
	CHILD_TRY(b, "user id", raw3(SYS_setresuid, 0, 0, 0));
	CHILD_TRY(b, "cgroup namespace", raw1(SYS_unshare, CLONE_NEWCGROUP));
	wake(&b->settled, 1);
	CHILD_TRY(b, "host name",
	    raw2(SYS_sethostname, b->spec->zone, strlen(b->spec->zone)));
	sleep_while(&b->go, C_MAPPED);
	/* CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC */
	CHILD_TRY(b, "descriptors", raw3(SYS_close_range, 3, ~0U, 2 | 4));
	wake(&b->unshared, 1);
	zd_birth_pivot(b);
	child_stdio(b);
	CHILD_TRY(b, "session", raw0(SYS_setsid));
	CHILD_TRY(b, "privileges", zd_drop(&b->spec->power, &b->child_step));
	child_exec(b);
}

/* --- the maker: runs while all others wait -------------------------------- */

/* What is written there decides who the zone is: it must be procfs, and nothing
 * mounted over a part of it. */
static int
open_proc(const char *dir, struct err *e)
{
	_autoclose int top = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (top == -1 || fstatfs(top, &fs) == -1)
		return err_sys(e, "open '/proc'");
	if (fs.f_type != PROC_SUPER_MAGIC)
		return err_set(e, EINVAL,
		    "'/proc' is no procfs; mount it: mount -t proc proc /proc");
	return fd_open_beneath(top, dir, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
}

/* The files of /proc/sys are those of the namespace of who opens them. */
static int
limit_sysv(struct zd_birth *b)
{
	_autoclose int dir = -1;

	if (!zd_sysv_is_set(&b->spec->sysv))
		return 0;
	dir = open_proc("sys", &b->error);
	return dir == -1 ? -1 : zd_sysv_put(&b->spec->sysv, dir, &b->error);
}

/* In the zone's pid namespace already (the keeper set it for its children). */
static int
maker_main(void *arg)
{
	struct zd_birth *b = arg;

	if (setns(b->init_fd, ZONE_NAMESPACES) == -1)
		return err_sys(&b->error, "join the zone's namespaces");
	if (setresgid(0, 0, 0) == -1 || setresuid(0, 0, 0) == -1)
		return err_sys(&b->error, "become the zone's root");
	if (limit_sysv(b) == -1)
		return 1;
	/* A throw-away one: mounts are made only in a namespace that the user
	 * namespace owns. */
	if (unshare(CLONE_NEWNS) == -1)
		return err_sys(&b->error, "mount namespace");
	if (b->floor.n > 0) {
		b->parts.root = fs_stage_mount(&b->floor, b->spec->plan,
		    &b->error);
		if (b->parts.root == -1)
			return 1;
	}
	return fs_parts_make_inside(b->spec->plan, b->spec->withhold, &b->parts,
		   &b->error) == -1
	    ? 1
	    : 0;
}

static int
run_maker(struct zd_birth *b)
{
	struct clone_args args = { .flags = CLONE_FILES | CLONE_VFORK,
		.exit_signal = SIGCHLD };
	_autoclose int own = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	pid_t pid;
	int status;

	if (own == -1 || setns(b->init_fd, CLONE_NEWPID) == -1)
		return err_sys(&b->error, "join the zone's pid namespace");
	/* Its own errno must not matter to us: CLONE_VFORK, we sleep. */
	pid = sys_clone_vm(&args, maker_main, b,
	    b->stack + KEEPER_STACK + CHILD_STACK, KEEPER_STACK);
	if (pid == -1)
		return err_sys(&b->error, "start the maker");
	(void)setns(own, CLONE_NEWPID);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return b->error.code != 0
		    ? -1
		    : err_set(&b->error, ECHILD, "the maker died");
	return 0;
}

/* --- the keeper: zoned sleeps meanwhile ----------------------------------- */

/* A zoned that is killed while building takes us along; also one that was
 * before we could say so. */
static void
follow_zoned(const struct zd_birth *b)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != b->zoned)
		raw1(SYS_exit_group, 1);
}

/* What the kernel counts for the maker of a namespace is so counted for each
 * zone apart. */
pid_t
zd_birth_clone(struct zd_birth *b, struct clone_args *args, int (*fn)(void *),
    char *stack)
{
	struct err why = { 0 };
	unsigned saved;
	pid_t pid;

	if (fs_userns_owner(b->spec->id_base, &saved, &b->error) == -1)
		return -1;
	pid = sys_clone_vm(args, fn, b, stack, CHILD_STACK);
	if (pid == -1)
		(void)err_sys(&why, "make a user namespace");
	if (fs_userns_owner_end(saved, &b->error) == -1)
		return -1;
	(void)prctl(PR_SET_DUMPABLE, 0);
	follow_zoned(b);
	if (pid == -1)
		b->error = why;
	return pid;
}

static int
clone_child(struct zd_birth *b)
{
	struct clone_args args = {
		.flags = BORN_INTO | CLONE_NEWPID | CLONE_FILES | CLONE_PIDFD |
		    CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)b->spec->cgroup,
		.pidfd = (uint64_t)(uintptr_t)&b->init_fd,
	};

	b->init_pid = zd_birth_clone(b, &args, child_main,
	    b->stack + KEEPER_STACK);
	return b->init_pid == -1 ? -1 : 0;
}

/* Map ID_COUNT ids (user_namespaces(7)). */
int
zd_birth_map(struct zd_birth *b, int proc)
{
	_autofree char *map = mem_printf("0 %u %d", (unsigned)b->spec->id_base,
	    ID_COUNT);

	if (fd_put(proc, "uid_map", map, &b->error) == -1)
		return -1;
	return fd_put(proc, "gid_map", map, &b->error);
}

int
zd_birth_proc(struct zd_birth *b, pid_t pid)
{
	_autofree char *dir = mem_printf("%d", (int)pid);

	return open_proc(dir, &b->error);
}

/* The ids of pid 1, and its groups of v1. */
static int
settle_child(struct zd_birth *b)
{
	_autofree char *pid = mem_printf("%d", (int)b->init_pid);
	_autoclose int proc = zd_birth_proc(b, b->init_pid);

	if (proc == -1 || zd_birth_map(b, proc) == -1)
		return -1;
	for (size_t i = 0; i < b->spec->nv1; i++) {
		if (fd_put(b->spec->v1[i], "cgroup.procs", pid, &b->error) ==
		    -1)
			return -1;
	}
	return 0;
}

static int
open_namespaces(struct zd_birth *b)
{
	_autofree char *path = mem_printf("/proc/%d/ns/user", (int)b->init_pid);
	_autofree char *net = mem_printf("/proc/%d/ns/net", (int)b->init_pid);
	int userns = open(path, O_RDONLY | O_CLOEXEC);

	b->net = open(net, O_RDONLY | O_CLOEXEC);
	if (b->net == -1)
		fd_close_at(&userns);
	return userns == -1 ? err_sys(&b->error, "open '%s'", path) : userns;
}

static int
build_root(struct zd_birth *b, int userns)
{
	if (fs_stage_up(b->spec->plan, userns, &b->floor, &b->error) == -1)
		return -1;
	if (run_maker(b) == -1)
		return -1;
	fs_stage_down(&b->floor);
	if (fs_parts_make_dev(&b->parts, b->spec->id_base,
		&(struct fs_identity){ b->spec->zone, b->spec->uuid,
		    b->spec->privs },
		b->spec->devices, &b->error) == -1)
		return -1;
	b->root = fs_root_up(b->spec->plan, &b->parts, userns, &b->error);
	fd_close_at(&b->parts.root);
	return b->root == -1 ? -1 : zd_birth_seal(b);
}

/* Wait until pid 1 sets *word, or dies on the way there. */
static int
await_child(struct zd_birth *b, uint32_t *word)
{
	const struct timespec second = { .tv_sec = 1 };

	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == 0) {
		struct pollfd p = { .fd = b->init_fd, .events = POLLIN };

		if (poll(&p, 1, 0) == 1)
			break;
		(void)raw4(SYS_futex, word, FUTEX_WAIT, 0, &second);
	}
	if (b->child_errno == 0)
		return 0;
	errno = (int)b->child_errno;
	return err_sys(&b->error, "%s", b->child_step);
}

static int
build(struct zd_birth *b)
{
	_autoclose int userns = -1;

	b->host_mnt = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (b->host_mnt == -1)
		return err_sys(&b->error, "mount namespace");
	if (fs_parts_make_ptys(b->spec->plan, b->spec->id_base, &b->parts,
		&b->error) == -1)
		return -1;
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		return err_sys(&b->error, "private mount namespace");
	if (clone_child(b) == -1 || settle_child(b) == -1)
		return -1;
	wake(&b->go, C_MAPPED);
	if (await_child(b, &b->settled) == -1)
		return -1;
	userns = open_namespaces(b);
	return userns == -1 ? -1 : build_root(b, userns);
}

/* Pid 1 ended on its way: in front of init, or because of it. */
static int
stillborn(struct zd_birth *b)
{
	const char *what = b->child_step;
	bool is_init = *what == '/';

	errno = (int)b->child_errno;
	if (is_init && errno == EACCES)
		return err_set(&b->error, EACCES,
		    "%s is not executable; 'boot -i PATH' starts another",
		    what);
	if (is_init && errno == ENOENT && !b->child_found)
		return err_set(&b->error, ENOENT,
		    "could not stat %s: %s; 'boot -i PATH' starts another",
		    what, strerror(ENOENT));
	if (is_init && errno == ENOENT)
		return err_set(&b->error, ENOENT,
		    "%s is not executable: its interpreter is missing", what);
	return err_sys(&b->error, "%s", what);
}

/* Wake pid 1 and see whether it executes. */
static int
bear(struct zd_birth *b)
{
	int pipe_fd[2];
	char byte;
	ssize_t n;

	if (pipe2(pipe_fd, O_CLOEXEC) == -1)
		return err_sys(&b->error, "pipe");
	wake(&b->go, C_EXEC);
	/* It must have its own copy of the write end before ours closes; or it
	 * died on the way there. */
	(void)!await_child(b, &b->unshared);
	(void)close(pipe_fd[1]);
	do {
		n = read(pipe_fd[0], &byte, 1);
	} while (n == -1 && errno == EINTR);
	(void)close(pipe_fd[0]);
	return b->child_errno == 0 ? 0 : stillborn(b);
}

/* Stay as parent of pid 1: holds the console, reaps on SIGTERM. Raw system
 * calls only: zoned runs again. Our memory is no longer ours to touch. */
static NORETURN void
park(void)
{
	const uint64_t term = 1ULL << (SIGTERM - 1);

	for (;;) {
		long sig = raw4(SYS_rt_sigtimedwait, &term, 0, 0, sizeof(term));

		if (sig != SIGTERM)
			continue;
		while (raw4(SYS_wait4, -1, 0, 0, 0) > 0)
			;
		raw1(SYS_exit_group, 0);
		__builtin_unreachable();
	}
}

static void
keeper_fail(struct zd_birth *b)
{
	if (b->init_fd >= 0) {
		(void)sys_pidfd_signal(b->init_fd, SIGKILL);
		while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
			;
	}
	wake(&b->stage, K_FAILED);
	raw1(SYS_exit_group, 1);
}

/* Close all descriptors but those of the spec: zoned's lock and socket must not
 * outlive it in a process that waits for it. */
static void
keep_spec_fds(const struct zd_birth_spec *spec)
{
	int keep[2 + ZD_V1_MAX] = { spec->cgroup, spec->helpers };
	size_t n = 2;
	unsigned from = 3;

	for (size_t i = 0; i < spec->nv1 && i < ZD_V1_MAX; i++)
		keep[n++] = spec->v1[i];

	for (;;) {
		int next = INT_MAX;

		for (size_t i = 0; i < n; i++) {
			if (keep[i] >= (int)from && keep[i] < next)
				next = keep[i];
		}
		if (next == INT_MAX)
			break;
		if ((unsigned)next > from)
			(void)sys_close_range(from, (unsigned)next - 1, 0);
		from = (unsigned)next + 1;
	}
	(void)sys_close_range(from, ~0U, 0);
}

/* From now on only what the zoned that adopts the zone needs; some zones have
 * not all of it. */
static void
keep(const struct zd_birth *b)
{
	const int kept[] = { b->parts.console_master, b->net, b->trust_mnt,
		b->trust_user };
	long safe[ARRAY_LEN(kept)];
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		safe[i] = raw3(SYS_fcntl, kept[i], F_DUPFD_CLOEXEC, KEPT_ABOVE);
	(void)raw3(SYS_close_range, 0, KEPT_ABOVE - 1, 0);
	for (; n < ARRAY_LEN(kept); n++)
		(void)raw3(SYS_dup3, safe[n], KEPT_CONSOLE + n, O_CLOEXEC);
	(void)raw3(SYS_close_range, KEPT_CONSOLE + n, ~0U, 0);
}

static int
keeper_main(void *arg)
{
	struct zd_birth *b = arg;

	follow_zoned(b);
	(void)prctl(PR_SET_NAME, "zone-keeper");
	keep_spec_fds(b->spec);
	if (build(b) == -1)
		keeper_fail(b);
	wake(&b->stage, K_READY);
	sleep_while(&b->order, ORDER_NONE);
	/* The birth ends in good order also when zoned is killed meanwhile: an
	 * init that executes has a parent that holds its console. */
	(void)prctl(PR_SET_PDEATHSIG, 0);
	if (bear(b) == -1)
		keeper_fail(b);
	(void)raw2(SYS_setns, b->host_mnt, CLONE_NEWNS);
	keep(b);
	/* The last touch: zoned runs again, and frees the birth. */
	wake(&b->stage, K_BORN);
	park();
}

/* --- zoned ---------------------------------------------------------------- */

/* Sleep until the keeper leaves this stage. */
static int
await_keeper(struct zd_birth *b, uint32_t stage)
{
	const struct timespec second = { .tv_sec = 1 };

	for (int s = 0; s < BIRTH_TIMEOUT_S; s++) {
		struct pollfd p = { .fd = b->keeper_fd, .events = POLLIN };

		if (__atomic_load_n(&b->stage, __ATOMIC_ACQUIRE) != stage)
			return 0;
		if (poll(&p, 1, 0) == 1)
			break;
		(void)raw4(SYS_futex, &b->stage, FUTEX_WAIT, stage, &second);
	}
	if (__atomic_load_n(&b->stage, __ATOMIC_ACQUIRE) != stage)
		return 0;
	(void)sys_pidfd_signal(b->keeper_fd, SIGKILL);
	return err_set(&b->error, ETIMEDOUT, "the zone's keeper died");
}

/* The keeper has ended (or is made to): take its memory back. */
static void
bury(struct zd_birth *b)
{
	if (b->keeper_fd >= 0) {
		(void)sys_pidfd_signal(b->keeper_fd, SIGKILL);
		while (waitpid(b->keeper_pid, NULL, 0) == -1 && errno == EINTR)
			;
		(void)close(b->keeper_fd);
	}
	free(b);
}

/* One set of stacks, used by one birth after the other: a parked keeper stays
 * on its own until the zone has ended. */
static char *
stacks(void)
{
	static char *area;

	if (area)
		return area;
	area = mmap(NULL, 2 * KEEPER_STACK + CHILD_STACK,
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
	    -1, 0);
	if (area == MAP_FAILED)
		abort();
	return area;
}

static struct zd_birth *
birth_new(const struct zd_birth_spec *spec)
{
	struct zd_birth *b = mem_alloc(sizeof(*b));

	b->own_spec = *spec;
	b->spec = &b->own_spec;
	b->zoned = getpid();
	b->parts = (struct fs_parts)FS_PARTS_NONE;
	b->floor = (struct fs_stage)FS_STAGE_NONE;
	b->trust_mnt = b->trust_user = -1;
	b->host_mnt = b->net = b->root = b->keeper_fd = b->init_fd = -1;
	b->stack = stacks();
	return b;
}

int
zd_birth_ready(const struct zd_birth_spec *spec, struct zd_birth **birth,
    struct zd_birth_result *out, struct err *e)
{
	struct zd_birth *b = birth_new(spec);
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.exit_signal = SIGCHLD,
		.pidfd = (uint64_t)(uintptr_t)&b->keeper_fd,
	};
	bool has_console;

	b->keeper_pid = sys_clone_vm(&args, keeper_main, b, b->stack,
	    KEEPER_STACK);
	if (b->keeper_pid == -1) {
		(void)err_sys(e, "start the zone's keeper");
		free(b);
		return -1;
	}
	if (await_keeper(b, K_BUILDING) == -1 || b->stage == K_FAILED) {
		*e = b->error;
		bury(b);
		return -1;
	}
	has_console = b->parts.console_master != -1;
	out->keeper_pid = b->keeper_pid;
	out->init_pid = b->init_pid;
	out->console_in_keeper = has_console ? KEPT_CONSOLE : -1;
	out->keeper = fd_dup(b->keeper_fd, e);
	out->init = sys_pidfd_getfd(b->keeper_fd, b->init_fd);
	out->console = has_console
	    ? sys_pidfd_getfd(b->keeper_fd, b->parts.console_master)
	    : -1;
	if (out->keeper == -1 || out->init == -1 ||
	    (has_console && out->console == -1)) {
		(void)err_sys(e, "descriptors of the zone");
		zd_birth_drop(b);
		return -1;
	}
	*birth = b;
	return 0;
}

int
zd_birth_exec(struct zd_birth *b, const struct zd_birth_init *init,
    struct err *e)
{
	b->init = init;
	wake(&b->order, ORDER_EXEC);
	if (await_keeper(b, K_READY) == -1 || b->stage == K_FAILED) {
		*e = b->error;
		bury(b);
		return -1;
	}
	(void)close(b->keeper_fd);
	free(b);
	return 0;
}

void
zd_birth_drop(struct zd_birth *b)
{
	int init = sys_pidfd_getfd(b->keeper_fd, b->init_fd);

	if (init >= 0) {
		struct pollfd p = { .fd = init, .events = POLLIN };

		/* Its control groups can go only when it has. */
		(void)sys_pidfd_signal(init, SIGKILL);
		(void)poll(&p, 1, DROP_TIMEOUT_MS);
		(void)close(init);
	}
	bury(b);
}

void
zd_keeper_end(int keeper_fd, pid_t keeper_pid)
{
	struct pollfd p = { .fd = keeper_fd, .events = POLLIN };

	if (keeper_fd == -1)
		return;
	(void)sys_pidfd_signal(keeper_fd, SIGTERM);
	if (poll(&p, 1, 5000) != 1) {
		(void)sys_pidfd_signal(keeper_fd, SIGKILL);
		(void)poll(&p, 1, 5000);
	}
	(void)waitpid(keeper_pid, NULL, WNOHANG);
}
