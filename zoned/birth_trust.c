/* SPDX-License-Identifier: ISC
 *
 * birth_trust - an immutable zone: the seal of its root, and the namespaces of
 * trusted sessions.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "zoned/birth_parts.h"

/* Its only process: it ends when the namespace is held. */
static int
trust_user_main(void *arg)
{
	struct zd_birth *b = arg;

	sleep_while(&b->trust_done, 0);
	raw1(SYS_exit_group, 0);
	return 0;
}

static int
trust_user(struct zd_birth *b)
{
	struct clone_args args = { .flags = CLONE_NEWUSER,
		.exit_signal = SIGCHLD };
	/* The maker's: pid 1 sleeps on its own. */
	pid_t pid = zd_birth_clone(b, &args, trust_user_main,
	    b->stack + KEEPER_STACK + CHILD_STACK);
	_autoclose int proc = -1;

	if (pid == -1)
		return -1;
	proc = zd_birth_proc(b, pid);
	if (proc != -1 && zd_birth_map(b, proc) == 0) {
		b->trust_user = openat(proc, "ns/user", O_RDONLY | O_CLOEXEC);
		if (b->trust_user == -1)
			(void)err_sys(&b->error, "user namespace");
	}
	wake(&b->trust_done, 1);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	return b->trust_user == -1 ? -1 : 0;
}

/* A copy of N1, with the zone's root for all of it. */
static int
trust_mnt_main(void *arg)
{
	struct zd_birth *b = arg;
	_autoclose int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (proc == -1)
		return err_sys(&b->error, "open '/proc'");
	zd_birth_pivot(b);
	b->trust_mnt = openat(proc, "self/ns/mnt", O_RDONLY | O_CLOEXEC);
	return b->trust_mnt == -1 ? err_sys(&b->error, "mount namespace") : 0;
}

static int
trust_mnt(struct zd_birth *b)
{
	struct clone_args args = { .flags = CLONE_FILES | CLONE_VFORK,
		.exit_signal = SIGCHLD };
	pid_t pid = sys_clone_vm(&args, trust_mnt_main, b,
	    b->stack + KEEPER_STACK + CHILD_STACK, KEEPER_STACK);

	if (pid == -1)
		return err_sys(&b->error, "start a process");
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	if (b->trust_mnt != -1)
		return 0;
	if (b->child_errno != 0) {
		errno = (int)b->child_errno;
		return err_sys(&b->error, "%s", b->child_step);
	}
	return b->error.code != 0
	    ? -1
	    : err_set(&b->error, ECHILD, "trusted sessions");
}

int
zd_birth_seal(struct zd_birth *b)
{
	if (b->spec->plan->nopen == b->spec->plan->n)
		return 0;
	if (trust_mnt(b) == -1 || trust_user(b) == -1)
		return -1;
	return fs_root_seal(b->spec->plan, b->root, &b->error);
}
