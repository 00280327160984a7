/* SPDX-License-Identifier: ISC
 *
 * The event loop: descriptors, timers, and callbacks that change what is
 * watched. Each test has a process, and so a loop, of its own.
 */
#include "zoned/loop.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static struct err e;
static int pipes[3][2];
static char trace[64]; /* a letter for each callback, in order */
static int timer;

static void
note(char c)
{
	size_t n = strlen(trace);

	trace[n] = c;
	trace[n + 1] = '\0';
}

/* An argument that is this letter. */
static void *
letter(char c)
{
	static char all[128];

	all[(int)c] = c;
	return &all[(int)c];
}

static void
setup(void)
{
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(pipe(pipes[i]), 0);
	ck_assert_int_eq(zd_loop_init(&e), 0);
}

static void
run(void)
{
	ck_assert_msg(zd_loop_run(&e) == 0, "%s", e.msg);
}

static void
watch(int i, zd_on_event *fn)
{
	ck_assert_int_eq(zd_loop_add(pipes[i][0], EPOLLIN, fn,
			     letter((char)('0' + i)), &e),
	    0);
}

static void
write_to(int i)
{
	ck_assert_int_eq(write(pipes[i][1], "x", 1), 1);
}

static void
stop(void *arg)
{
	(void)arg;
	note('.');
	zd_loop_stop();
}

static void
note_arg(void *arg)
{
	note(*(const char *)arg);
}

/* Read what came, note which pipe it was. */
static void
take(int fd, uint32_t events, void *arg)
{
	char byte;

	(void)events;
	ck_assert_int_eq(read(fd, &byte, 1), 1);
	note(*(const char *)arg);
}

static void
take_and_stop(int fd, uint32_t events, void *arg)
{
	take(fd, events, arg);
	zd_loop_stop();
}

/* Remove all watches, this one too. */
static void
remove_all(int fd, uint32_t events, void *arg)
{
	take(fd, events, arg);
	for (int i = 0; i < 3; i++)
		zd_loop_remove(pipes[i][0]);
}

/* Remove this watch, close its descriptor, and have the number again for
 * another one that is watched with another callback. */
static void
reuse_number(int fd, uint32_t events, void *arg)
{
	take(fd, events, arg);
	zd_loop_remove(fd);
	ck_assert_int_eq(dup2(pipes[1][0], fd), fd);
	ck_assert_int_eq(zd_loop_add(fd, EPOLLIN, take_and_stop, letter('n'),
			     &e),
	    0);
}

static void
add_another(int fd, uint32_t events, void *arg)
{
	take(fd, events, arg);
	for (int i = 1; i < 3; i++)
		watch(i, take);
	write_to(1);
}

START_TEST(a_callback_gets_its_argument)
{
	setup();
	watch(1, take_and_stop);
	write_to(1);
	run();
	ck_assert_str_eq(trace, "1");
}
END_TEST

START_TEST(only_what_is_ready_is_called)
{
	setup();
	watch(0, take);
	watch(1, take);
	watch(2, take_and_stop);
	write_to(2);
	run();
	ck_assert_str_eq(trace, "2");
}
END_TEST

START_TEST(a_callback_may_remove_its_own_watch)
{
	setup();
	watch(0, remove_all);
	write_to(0);
	write_to(0);
	(void)zd_loop_after(20, stop, NULL);
	run();
	ck_assert_str_eq(trace, "0.");
}
END_TEST

START_TEST(a_watch_removed_by_another_callback_of_the_turn_is_not_called)
{
	setup();
	for (int i = 0; i < 3; i++) {
		watch(i, remove_all);
		write_to(i);
	}
	(void)zd_loop_after(20, stop, NULL);
	run();
	ck_assert_uint_eq(strlen(trace), 2);
}
END_TEST

START_TEST(a_callback_may_add_watches)
{
	setup();
	watch(0, add_another);
	write_to(0);
	(void)zd_loop_after(20, stop, NULL);
	run();
	ck_assert_str_eq(trace, "01.");
}
END_TEST

START_TEST(a_number_used_again_has_the_new_callback)
{
	setup();
	watch(0, reuse_number);
	write_to(0);
	write_to(1);
	run();
	ck_assert_str_eq(trace, "0n");
}
END_TEST

START_TEST(a_watch_that_is_not_there_is_removed_without_harm)
{
	setup();
	zd_loop_remove(pipes[0][0]);
	zd_loop_remove(-1);
	watch(0, take_and_stop);
	zd_loop_remove(pipes[1][0]);
	write_to(0);
	run();
	ck_assert_str_eq(trace, "0");
}
END_TEST

START_TEST(events_can_be_changed)
{
	setup();
	watch(0, take);
	ck_assert_int_eq(zd_loop_change(pipes[0][0], 0, &e), 0);
	write_to(0);
	(void)zd_loop_after(20, stop, NULL);
	run();
	ck_assert_str_eq(trace, ".");
}
END_TEST

START_TEST(a_descriptor_twice_is_an_error)
{
	setup();
	watch(0, take);
	ck_assert_int_eq(zd_loop_add(pipes[0][0], EPOLLIN, take, NULL, &e), -1);
	ck_assert_int_eq(e.code, EEXIST);
}
END_TEST

START_TEST(timers_come_in_the_order_of_their_time)
{
	setup();
	ck_assert_int_gt(zd_loop_after(40, note_arg, letter('c')), 0);
	ck_assert_int_gt(zd_loop_after(1, note_arg, letter('a')), 0);
	ck_assert_int_gt(zd_loop_after(20, note_arg, letter('b')), 0);
	(void)zd_loop_after(60, stop, NULL);
	run();
	ck_assert_str_eq(trace, "abc.");
}
END_TEST

START_TEST(a_timer_is_never_early)
{
	struct timespec a;
	struct timespec b;

	setup();
	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	(void)zd_loop_after(30, stop, NULL);
	run();
	(void)clock_gettime(CLOCK_MONOTONIC, &b);
	ck_assert_int_ge((b.tv_sec - a.tv_sec) * 1000000000L +
		(b.tv_nsec - a.tv_nsec),
	    30 * 1000000L);
}
END_TEST

START_TEST(a_cancelled_timer_does_not_come)
{
	setup();
	zd_loop_cancel(zd_loop_after(1, note_arg, letter('x')));
	zd_loop_cancel(4711);
	(void)zd_loop_after(20, stop, NULL);
	run();
	ck_assert_str_eq(trace, ".");
}
END_TEST

static void
cancel_other(void *arg)
{
	note_arg(arg);
	zd_loop_cancel(timer);
}

START_TEST(a_timer_may_cancel_one_that_is_due_with_it)
{
	const struct timespec both_due = { .tv_nsec = 20 * 1000000L };

	setup();
	(void)zd_loop_after(1, cancel_other, letter('a'));
	timer = zd_loop_after(2, note_arg, letter('b'));
	(void)zd_loop_after(40, stop, NULL);
	(void)nanosleep(&both_due, NULL);
	run();
	ck_assert_str_eq(trace, "a.");
}
END_TEST

static void
again(void *arg)
{
	note_arg(arg);
	if (strlen(trace) < 5)
		(void)zd_loop_after(1, again, arg);
	else
		zd_loop_stop();
}

START_TEST(a_timer_may_start_itself_again)
{
	setup();
	(void)zd_loop_after(1, again, letter('t'));
	run();
	ck_assert_str_eq(trace, "ttttt");
}
END_TEST

START_TEST(when_all_timers_are_taken_there_is_no_id)
{
	int last = 0;

	setup();
	for (int i = 0; i < 16; i++)
		ck_assert_int_gt(last = zd_loop_after(1000, stop, NULL), 0);
	ck_assert_int_eq(zd_loop_after(1, stop, NULL), 0);
	zd_loop_cancel(last);
	ck_assert_int_gt(zd_loop_after(1, stop, NULL), 0);
	run();
}
END_TEST

START_TEST(each_turn_ends_with_the_same_call)
{
	setup();
	zd_loop_each(note_arg, letter('e'));
	watch(0, take);
	watch(1, take_and_stop);
	write_to(0);
	write_to(1);
	run();
	ck_assert_str_eq(trace, "01e");
}
END_TEST

UNIT_MAIN("loop", a_callback_gets_its_argument, only_what_is_ready_is_called,
    a_callback_may_remove_its_own_watch,
    a_watch_removed_by_another_callback_of_the_turn_is_not_called,
    a_callback_may_add_watches, a_number_used_again_has_the_new_callback,
    a_watch_that_is_not_there_is_removed_without_harm, events_can_be_changed,
    a_descriptor_twice_is_an_error, timers_come_in_the_order_of_their_time,
    a_timer_is_never_early, a_cancelled_timer_does_not_come,
    a_timer_may_cancel_one_that_is_due_with_it, a_timer_may_start_itself_again,
    when_all_timers_are_taken_there_is_no_id, each_turn_ends_with_the_same_call)
