/* SPDX-License-Identifier: ISC
 *
 * How a zone's init ended, read from its zombie and, where that is gone, from
 * its pidfd.
 */
#include "zoned/exit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "tests/unit/unit.h"

struct child {
	struct zc_process p;
	int pidfd;
};

/* A child that ended by that signal, or with that code where sig is 0; its
 * zombie is still there. */
static struct child
ended(int sig, int code)
{
	pid_t pid = fork();
	struct child c;
	siginfo_t info;

	if (pid == 0) {
		/* Check's own handlers pass a signal on to its tests. */
		(void)signal(sig, SIG_DFL);
		if (sig == 0)
			_exit(code);
		(void)raise(sig);
		_exit(99);
	}
	c.p = zc_process_of(pid);
	c.pidfd = sys_pidfd_open(pid);
	ck_assert_int_ne(c.pidfd, -1);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	return c;
}

static void
reap(struct child *c)
{
	ck_assert_int_eq(waitpid(c->p.pid, NULL, 0), c->p.pid);
}

static void
assert_end(int sig, int code, enum zd_end wanted)
{
	struct child c = ended(sig, code);
	int status;

	/* The zombie alone. */
	ck_assert_int_eq(zd_exit_read(&c.p, -1, &status), wanted);
	if (sig != 0) {
		ck_assert(WIFSIGNALED(status));
		ck_assert_int_eq(WTERMSIG(status), sig);
	} else {
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), code);
	}
	reap(&c);
	(void)close(c.pidfd);
}

START_TEST(by_sighup_it_asked_for_a_reboot)
{
	assert_end(SIGHUP, 0, ZD_END_REBOOT);
}
END_TEST

START_TEST(by_sigint_it_asked_for_a_halt)
{
	assert_end(SIGINT, 0, ZD_END_HALT);
}
END_TEST

START_TEST(by_another_signal_it_was_killed)
{
	assert_end(SIGKILL, 0, ZD_END_EXIT);
	assert_end(SIGTERM, 0, ZD_END_EXIT);
}
END_TEST

START_TEST(by_itself_it_exited)
{
	assert_end(0, 0, ZD_END_EXIT);
	assert_end(0, 1, ZD_END_EXIT);
	/* The codes of SIGHUP and SIGINT are no signals. */
	assert_end(0, SIGHUP, ZD_END_EXIT);
	assert_end(0, SIGINT, ZD_END_EXIT);
	assert_end(0, 255, ZD_END_EXIT);
}
END_TEST

START_TEST(reaped_by_somebody_else_the_pidfd_still_knows_or_nobody_does)
{
	struct child c = ended(SIGHUP, 0);
	int status;
	enum zd_end end;

	reap(&c);
	end = zd_exit_read(&c.p, c.pidfd, &status);

	/* PIDFD_GET_INFO tells it from kernel 6.15 on. */
	ck_assert(end == ZD_END_REBOOT || end == ZD_END_UNKNOWN);
	(void)close(c.pidfd);
}
END_TEST

START_TEST(reaped_and_without_a_pidfd_nobody_knows)
{
	struct child c = ended(SIGHUP, 0);
	int status = 1;

	reap(&c);
	ck_assert_int_eq(zd_exit_read(&c.p, -1, &status), ZD_END_UNKNOWN);
	ck_assert_int_eq(status, 0);
	(void)close(c.pidfd);
}
END_TEST

START_TEST(another_process_with_the_same_number_says_nothing)
{
	struct child c = ended(SIGHUP, 0);
	int status;

	c.p.start--;
	ck_assert_int_eq(zd_exit_read(&c.p, -1, &status), ZD_END_UNKNOWN);
	reap(&c);
	(void)close(c.pidfd);
}
END_TEST

UNIT_MAIN("exit", by_sighup_it_asked_for_a_reboot,
    by_sigint_it_asked_for_a_halt, by_another_signal_it_was_killed,
    by_itself_it_exited,
    reaped_by_somebody_else_the_pidfd_still_knows_or_nobody_does,
    reaped_and_without_a_pidfd_nobody_knows,
    another_process_with_the_same_number_says_nothing)
