/* SPDX-License-Identifier: ISC
 *
 * birth - the one place where a zone's pid 1 is made.
 */
#include "zoned/birth.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
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

enum {
	KEEPER_STACK = 64 * 1024,
	CHILD_STACK = 16 * 1024,
	BIRTH_TIMEOUT_S = 60,
	ID_COUNT = 65536,
	KEPT_CONSOLE = 3, /* the console's number in a parked keeper */
	KEPT_ABOVE = 16,  /* where nothing that is kept lies yet */
};

/* What pid 1 is cloned into. The cgroup namespace comes when it is in all of
 * its groups: it begins where its maker is. */
#define BORN_INTO (CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)
#define ZONE_NAMESPACES (BORN_INTO | CLONE_NEWCGROUP)

/* The stages of each process; words for futex(2). */
enum keeper_stage { K_BUILDING, K_READY, K_BORN, K_FAILED };
enum keeper_order { ORDER_NONE, ORDER_EXEC };
enum child_order { C_WAIT, C_MAPPED, C_EXEC };

/* Shared by zoned, keeper, maker and pid 1; one memory. */
struct zd_birth {
	const struct zd_birth_spec *spec;
	struct zd_birth_spec own_spec;
	const struct zd_birth_init *init;
	uint32_t stage; /* the keeper's, for zoned */
	uint32_t order; /* zoned's, for the keeper */
	uint32_t go;    /* the keeper's, for pid 1 */
	uint32_t
	    settled; /* pid 1 is in all of its namespaces but the mount one */
	uint32_t unshared;      /* pid 1 has descriptors of its own now */
	struct err error;       /* of whoever failed */
	const char *child_step; /* of pid 1, where it failed */
	long child_errno;
	struct fs_parts parts;
	struct fs_stage floor; /* where the root stands on layers */
	int host_mnt;          /* mount namespace the keeper returns to */
	int root;              /* descriptor of the zone's root mount */
	int net;               /* the zone's network namespace */
	pid_t zoned;
	pid_t keeper_pid;
	int keeper_fd;
	pid_t init_pid;
	int init_fd;
	char *stack; /* of keeper, maker and pid 1 */
};

static void
wake(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
	(void)raw4(SYS_futex, word, FUTEX_WAKE, 1, 0);
}

/* Sleep while *word is value. Safe beside others in this memory. */
static void
sleep_while(uint32_t *word, uint32_t value)
{
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == value)
		(void)raw4(SYS_futex, word, FUTEX_WAIT, value, 0);
}

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
static void
child_pivot(struct zd_birth *b)
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
	child_pivot(b);
	child_stdio(b);
	CHILD_TRY(b, "session", raw0(SYS_setsid));
	CHILD_TRY(b, "privileges",
	    zd_drop(b->spec->caps, b->spec->filter, &b->child_step));
	child_exec(b);
}

/* --- the maker: runs while all others wait -------------------------------- */

/* In the zone's pid namespace already (the keeper set it for its children). */
static int
maker_main(void *arg)
{
	struct zd_birth *b = arg;

	if (setns(b->init_fd, ZONE_NAMESPACES) == -1)
		return err_sys(&b->error, "join the zone's namespaces");
	if (setresgid(0, 0, 0) == -1 || setresuid(0, 0, 0) == -1)
		return err_sys(&b->error, "become the zone's root");
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

/* The zone's first id owns its user namespace: what the kernel counts for the
 * maker of a namespace is then counted for each zone apart. */
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
	struct err why = { 0 };
	unsigned saved;

	if (fs_userns_owner(b->spec->id_base, &saved, &b->error) == -1)
		return -1;
	b->init_pid = sys_clone_vm(&args, child_main, b,
	    b->stack + KEEPER_STACK, CHILD_STACK);
	if (b->init_pid == -1)
		(void)err_sys(&why, "make the zone's first process");
	if (fs_userns_owner_end(saved, &b->error) == -1)
		return -1;
	(void)prctl(PR_SET_DUMPABLE, 0);
	follow_zoned(b);
	if (b->init_pid != -1)
		return 0;
	b->error = why;
	return -1;
}

/* Map ID_COUNT ids (user_namespaces(7)) and put pid 1 into its v1 groups. */
static int
map_ids(struct zd_birth *b)
{
	_autofree char *map = mem_printf("0 %u %d", (unsigned)b->spec->id_base,
	    ID_COUNT);
	_autofree char *dir = mem_printf("/proc/%d", (int)b->init_pid);
	_autoclose int proc = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (proc == -1)
		return err_sys(&b->error, "open '%s'", dir);
	if (fd_put(proc, "uid_map", map, &b->error) == -1 ||
	    fd_put(proc, "gid_map", map, &b->error) == -1)
		return -1;
	(void)snprintf(map, strlen(map) + 1, "%d", (int)b->init_pid);
	for (size_t i = 0; i < b->spec->nv1; i++) {
		if (fd_put(b->spec->v1[i], "cgroup.procs", map, &b->error) ==
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
		&b->error) == -1)
		return -1;
	b->root = fs_root_up(b->spec->plan, &b->parts, userns, &b->error);
	fd_close_at(&b->parts.root);
	return b->root == -1 ? -1 : 0;
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
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		return err_sys(&b->error, "private mount namespace");
	if (clone_child(b) == -1 || map_ids(b) == -1)
		return -1;
	wake(&b->go, C_MAPPED);
	if (await_child(b, &b->settled) == -1)
		return -1;
	userns = open_namespaces(b);
	return userns == -1 ? -1 : build_root(b, userns);
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
	if (b->child_errno == 0)
		return 0;
	errno = (int)b->child_errno;
	return err_sys(&b->error, "%s", b->child_step);
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

/* What a parked keeper holds: the console, if there is one, and the zone's
 * network namespace, so that links handed over can be taken back when the zone
 * has ended while no zoned was there. */
static void
keep(const struct zd_birth *b)
{
	long net = raw3(SYS_fcntl, b->net, F_DUPFD_CLOEXEC, KEPT_ABOVE);

	/* Without a console there is nothing to keep. */
	if (raw3(SYS_dup3, b->parts.console_master, KEPT_CONSOLE, 0) < 0)
		(void)raw1(SYS_close, KEPT_CONSOLE);
	if (net < 0 || raw3(SYS_dup3, net, ZD_KEPT_NET, O_CLOEXEC) < 0)
		(void)raw1(SYS_close, ZD_KEPT_NET);
	(void)raw3(SYS_close_range, 0, KEPT_CONSOLE - 1, 0);
	(void)raw3(SYS_close_range, ZD_KEPT_NET + 1, ~0U, 0);
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
		(void)sys_pidfd_signal(init, SIGKILL);
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
