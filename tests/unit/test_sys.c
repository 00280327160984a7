/* SPDX-License-Identifier: ISC
 *
 * System calls that a libc lacks: each does what its page says on this kernel.
 */
#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/raw.h"
#include "tests/unit/unit.h"

enum { STACK = 64 * 1024 };

static void *
stack_new(void)
{
	void *p = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_POPULATE, -1, 0);

	ck_assert_ptr_ne(p, MAP_FAILED);
	return p;
}

START_TEST(a_raw_call_returns_the_negated_errno)
{
	ck_assert_int_eq(raw0(SYS_getpid), getpid());
	ck_assert_int_eq(raw1(SYS_close, -1), -EBADF);
	ck_assert_int_eq(raw3(SYS_openat, AT_FDCWD, "/nonexistent", O_RDONLY),
	    -ENOENT);
}
END_TEST

static int
write_and_return(void *arg)
{
	*(int *)arg = 42;
	return 7;
}

START_TEST(a_child_of_clone_vm_writes_our_memory_and_exits)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	void *stack = stack_new();
	volatile int shared = 0;
	int status = 0;
	pid_t pid;

	pid = sys_clone_vm(&args, write_and_return, (int *)(uintptr_t)&shared,
	    stack, STACK);
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);

	ck_assert_int_eq(shared, 42);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 7);
	(void)munmap(stack, STACK);
}
END_TEST

static int
sleep_for_ever(void *arg)
{
	(void)arg;
	while (raw4(SYS_ppoll, 0, 0, 0, 0) != 0)
		;
	return 0;
}

START_TEST(a_pidfd_of_a_clone_signals_it)
{
	int pidfd = -1;
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.exit_signal = SIGCHLD,
		.pidfd = (uint64_t)(uintptr_t)&pidfd,
	};
	void *stack = stack_new();
	int status = 0;
	pid_t pid = sys_clone_vm(&args, sleep_for_ever, NULL, stack, STACK);

	ck_assert_int_gt(pid, 0);
	ck_assert_int_ge(pidfd, 0);
	ck_assert_int_eq(sys_pidfd_signal(pidfd, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
	ck_assert_int_eq(sys_pidfd_signal(pidfd, 0), -1);
	ck_assert_int_eq(errno, ESRCH);
	(void)close(pidfd);
	(void)munmap(stack, STACK);
}
END_TEST

START_TEST(an_impossible_clone_fails_with_errno)
{
	struct clone_args args = { .exit_signal = SIGCHLD,
		.flags = CLONE_NEWNS | CLONE_FS };
	void *stack = stack_new();

	ck_assert_int_eq(sys_clone_vm(&args, write_and_return, NULL, stack,
			     STACK),
	    -1);
	ck_assert_int_eq(errno, EINVAL);
	(void)munmap(stack, STACK);
}
END_TEST

START_TEST(a_descriptor_is_fetched_through_a_pidfd)
{
	_autoclose int self = sys_pidfd_open(getpid());
	_autoclose int copy = -1;
	int p[2];

	ck_assert_int_ge(self, 0);
	ck_assert_int_eq(pipe2(p, O_CLOEXEC), 0);
	copy = sys_pidfd_getfd(self, p[0]);
	ck_assert_int_ge(copy, 0);
	ck_assert(fcntl(copy, F_GETFD) & FD_CLOEXEC);
	(void)close(p[0]);
	(void)close(p[1]);
}
END_TEST

START_TEST(openat2_obeys_resolve)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH };
	_autoclose int etc = open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_eq(sys_openat2(etc, "../bin", &how), -1);
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

START_TEST(close_range_closes_all_between)
{
	int high = fcntl(0, F_DUPFD_CLOEXEC, 200);

	ck_assert_int_ge(high, 200);
	ck_assert_int_eq(sys_close_range((unsigned)high, ~0U, 0), 0);
	ck_assert_int_eq(fcntl(high, F_GETFD), -1);
}
END_TEST

START_TEST(execveat_runs_an_open_file)
{
	_autoclose int fd = open("/bin/sh", O_RDONLY | O_CLOEXEC);
	char arg0[] = "sh";
	char arg1[] = "-c";
	char arg2[] = "exit 5";
	char *argv[] = { arg0, arg1, arg2, NULL };
	char *envp[] = { NULL };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		(void)sys_execveat(fd, "", argv, envp, AT_EMPTY_PATH);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 5);
}
END_TEST

UNIT_MAIN("base/sys", a_raw_call_returns_the_negated_errno,
    a_child_of_clone_vm_writes_our_memory_and_exits,
    a_pidfd_of_a_clone_signals_it, an_impossible_clone_fails_with_errno,
    a_descriptor_is_fetched_through_a_pidfd, openat2_obeys_resolve,
    close_range_closes_all_between, execveat_runs_an_open_file)
