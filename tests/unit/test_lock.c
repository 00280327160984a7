/* SPDX-License-Identifier: ISC
 *
 * Locks: one holder, a name for who holds it, a bounded wait, and none left
 * behind by the dead.
 */
#include "base/lock.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

START_TEST(the_second_taker_is_told_who_holds_it)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_autofree char *want =
	    mem_printf("lock 'web.lock' is held by process %d zoneadm install",
		(int)getpid());
	struct err e = { 0 };
	_autoclose int first = lock_take(d.fd, "web.lock", "zoneadm install", 0,
	    &e);

	ck_assert_int_ge(first, 0);
	ck_assert_int_eq(lock_take(d.fd, "web.lock", "zoneadm boot", 0, &e),
	    -1);
	ck_assert_int_eq(e.code, EWOULDBLOCK);
	ck_assert_str_eq(e.msg, want);
}
END_TEST

START_TEST(closing_releases_it)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };

	for (int i = 0; i < 3; i++) {
		int fd = lock_take(d.fd, "l", "a much longer holder", 0, &e);

		ck_assert_int_ge(fd, 0);
		(void)close(fd);
	}
}
END_TEST

START_TEST(waiting_ends_when_the_time_is_over)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct timespec a;
	struct timespec b;
	struct err e = { 0 };
	_autoclose int first = lock_take(d.fd, "l", "first", 0, &e);

	ck_assert_int_ge(first, 0);
	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	ck_assert_int_eq(lock_take(d.fd, "l", "second", 60, &e), -1);
	(void)clock_gettime(CLOCK_MONOTONIC, &b);

	ck_assert_int_eq(e.code, EWOULDBLOCK);
	ck_assert_int_ge((b.tv_sec - a.tv_sec) * 1000 +
		(b.tv_nsec - a.tv_nsec) / 1000000,
	    55);
}
END_TEST

START_TEST(a_killed_holder_leaves_no_lock)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };
	int ready[2];
	char byte;
	pid_t pid;
	_autoclose int fd = -1;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (lock_take(d.fd, "l", "child", 0, &e) >= 0)
			(void)!write(ready[1], "x", 1);
		for (;;)
			(void)pause();
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(lock_take(d.fd, "l", "me", 0, &e), -1);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	fd = lock_take(d.fd, "l", "me", 0, &e);

	ck_assert_int_ge(fd, 0);
	(void)close(ready[0]);
	(void)close(ready[1]);
}
END_TEST

START_TEST(a_link_in_place_of_the_lock_is_refused)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };

	ck_assert_int_eq(symlinkat("/tmp/elsewhere", d.fd, "l"), 0);
	ck_assert_int_eq(lock_take(d.fd, "l", "me", 0, &e), -1);
	ck_assert_int_eq(e.code, ELOOP);
}
END_TEST

START_TEST(a_lock_whose_file_was_removed_is_not_given_to_who_waited)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };
	_autoclose int first = lock_take(d.fd, "l", "first", 0, &e);
	_autoclose int third = -1;
	int ready[2];
	int status;
	char byte;
	pid_t pid;

	ck_assert(lock_is_valid(first));
	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		(void)!write(ready[1], "x", 1);
		(void)close(first); /* the same lock as the parent's */
		third = lock_take(d.fd, "l", "waits", -1, &e);
		_exit(third != -1 && lock_is_valid(third) ? 0 : 1);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	/* Wherever the other is by now, it may not end with the old file. */
	(void)usleep(20000);
	ck_assert_int_eq(unlinkat(d.fd, "l", 0), 0);
	ck_assert(!lock_is_valid(first));
	fd_close_at(&first);
	first = -1;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	(void)close(ready[0]);
	(void)close(ready[1]);
}
END_TEST

UNIT_MAIN("base/lock", the_second_taker_is_told_who_holds_it,
    closing_releases_it, waiting_ends_when_the_time_is_over,
    a_killed_holder_leaves_no_lock, a_link_in_place_of_the_lock_is_refused,
    a_lock_whose_file_was_removed_is_not_given_to_who_waited)
