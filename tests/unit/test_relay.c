/* SPDX-License-Identifier: ISC
 *
 * Passing bytes between a caller and a session: nothing lost, nothing blocked.
 * The child of each test plays the zone; the pipes are as zoned makes them.
 */
#include "zoneadm/session.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/unit.h"

enum { LONG = 5 * 1000 * 1000 + 17, EXITED_7 = 7 << 8 };

/* What the zone's side does with its 0, 1, 2 and the status socket 3. */
typedef void zone_fn(void);

struct world {
	struct session s;
	int in;  /* write end of the caller's stdin, -1: none */
	int out; /* read ends of what the caller gets */
	int err;
};

static void
pipe_pair(int *reader, int *writer)
{
	int p[2];

	ck_assert_int_eq(pipe2(p, O_CLOEXEC), 0);
	*reader = p[0];
	*writer = p[1];
}

static void
put(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n <= 0)
			_exit(99);
		p += n;
		len -= (size_t)n;
	}
}

static void
say_status(int status)
{
	put(3, &status, sizeof(status));
}

/* Start the zone's side; the caller's three descriptors are pipes. */
static void
begin(struct world *w, zone_fn *zone)
{
	int theirs[4];
	int pair[2];

	*w = (struct world){ .s = { .kind = SESSION_PIPES } };
	session_block_signals();
	pipe_pair(&theirs[0], &w->s.zone[0]);
	pipe_pair(&w->s.zone[1], &theirs[1]);
	pipe_pair(&w->s.zone[2], &theirs[2]);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
			     pair),
	    0);
	theirs[3] = pair[1];
	w->s.status = pair[0];
	if (fork() == 0) {
		for (int fd = 0; fd < 4; fd++)
			theirs[fd] = fcntl(theirs[fd], F_DUPFD, 100);
		for (int fd = 0; fd < 4; fd++)
			(void)dup2(theirs[fd], fd);
		(void)close_range(4, ~0U, 0);
		zone();
		_exit(0);
	}
	for (int i = 0; i < 4; i++)
		(void)close(theirs[i]);
	pipe_pair(&w->s.user[0], &w->in);
	pipe_pair(&w->out, &w->s.user[1]);
	pipe_pair(&w->err, &w->s.user[2]);
}

/* Bytes with a pattern that shows what is missing or twice. */
static char *
pattern(size_t len)
{
	char *text = mem_alloc(len);
	uint32_t x = 1;

	for (size_t i = 0; i < len; i++) {
		x = x * 1664525U + 1013904223U;
		text[i] = (char)(x >> 24);
	}
	return text;
}

/* A process that writes to fd, or reads from it and compares. */
static pid_t
feed(struct world *w, int fd, size_t len)
{
	pid_t pid = fork();

	if (pid == 0) {
		int kept = fcntl(fd, F_DUPFD, 100);
		_autofree char *text = pattern(len);

		(void)close_range(3, 99, 0);
		put(kept, text, len);
		_exit(0);
	}
	(void)close(w->in);
	return pid;
}

static pid_t
compare(int fd, size_t len)
{
	pid_t pid = fork();
	size_t got = 0;

	if (pid == 0) {
		int kept = fcntl(fd, F_DUPFD, 100);
		_autofree char *text = pattern(len);
		char buf[3000];
		ssize_t n;

		(void)close_range(3, 99, 0);
		while ((n = read(kept, buf, sizeof(buf))) > 0) {
			if (got + (size_t)n > len ||
			    memcmp(buf, text + got, (size_t)n) != 0)
				_exit(1);
			got += (size_t)n;
		}
		_exit(got == len ? 0 : 2);
	}
	return pid;
}

static void
assert_ended(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

/* Run to the end, then close the caller's ends. */
static enum session_end
run(struct world *w)
{
	enum session_end end = session_run(&w->s);

	(void)close(w->s.user[1]);
	(void)close(w->s.user[2]);
	return end;
}

static void
zone_exit(void)
{
	put(1, "out", 3);
	put(2, "err", 3);
	say_status(EXITED_7);
}

START_TEST(the_status_comes_with_all_output)
{
	struct world w;
	char buf[8] = "";

	begin(&w, zone_exit);
	ck_assert_int_eq(run(&w), SESSION_STATUS);

	ck_assert_int_eq(w.s.result, EXITED_7);
	ck_assert_int_eq(read(w.out, buf, sizeof(buf)), 3);
	ck_assert_int_eq(memcmp(buf, "out", 3), 0);
	ck_assert_int_eq(read(w.err, buf, sizeof(buf)), 3);
	ck_assert_int_eq(memcmp(buf, "err", 3), 0);
}
END_TEST

static void
zone_cat(void)
{
	char buf[10000];
	ssize_t n;

	while ((n = read(0, buf, sizeof(buf))) > 0)
		put(1, buf, (size_t)n);
	say_status(0);
}

START_TEST(a_long_stream_comes_back_whole)
{
	struct world w;
	pid_t feeder;
	pid_t reader;

	begin(&w, zone_cat);
	feeder = feed(&w, w.in, LONG);
	reader = compare(w.out, LONG);
	ck_assert_int_eq(run(&w), SESSION_STATUS);

	assert_ended(feeder);
	assert_ended(reader);
}
END_TEST

START_TEST(a_long_stream_goes_to_a_file_opened_to_append)
{
	char name[] = "/tmp/test_relay.XXXXXX";
	int fd = mkstemp(name);
	struct world w;
	struct stat st;
	pid_t feeder;

	begin(&w, zone_cat);
	(void)close(w.s.user[1]);
	w.s.user[1] = open(name, O_WRONLY | O_APPEND | O_CLOEXEC);
	ck_assert_int_eq(unlink(name), 0);
	feeder = feed(&w, w.in, LONG);
	ck_assert_int_eq(run(&w), SESSION_STATUS);

	assert_ended(feeder);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, LONG);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(a_long_stream_goes_to_a_socket)
{
	struct world w;
	int pair[2];
	pid_t feeder;
	pid_t reader;

	begin(&w, zone_cat);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
			     pair),
	    0);
	(void)close(w.s.user[1]);
	w.s.user[1] = pair[0];
	feeder = feed(&w, w.in, LONG);
	reader = compare(pair[1], LONG);
	ck_assert_int_eq(run(&w), SESSION_STATUS);

	assert_ended(feeder);
	assert_ended(reader);
}
END_TEST

/* Writes more to stderr than a pipe holds before it reads. */
static void
zone_stderr_first(void)
{
	_autofree char *text = pattern(LONG);

	put(2, text, LONG);
	zone_cat();
}

START_TEST(a_full_stderr_is_taken_while_stdin_waits)
{
	struct world w;
	pid_t feeder;
	pid_t reader;
	pid_t errors;

	begin(&w, zone_stderr_first);
	feeder = feed(&w, w.in, LONG);
	reader = compare(w.out, LONG);
	errors = compare(w.err, LONG);
	ck_assert_int_eq(run(&w), SESSION_STATUS);

	assert_ended(feeder);
	assert_ended(reader);
	assert_ended(errors);
}
END_TEST

/* Ends by SIGPIPE once its stdout has gone, and says so. */
static void
zone_yes(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	while (write(1, "y\n", 2) == 2)
		continue;
	say_status(SIGPIPE);
}

START_TEST(a_reader_that_goes_away_is_gone_for_the_zone_too)
{
	struct world w;

	begin(&w, zone_yes);
	(void)close(w.out);
	ck_assert_int_eq(run(&w), SESSION_STATUS);
	ck_assert_int_eq(w.s.result, SIGPIPE);
}
END_TEST

static void
zone_deaf(void)
{
	(void)close(0);
	(void)usleep(100 * 1000);
	say_status(0);
}

START_TEST(input_that_nobody_reads_blocks_nothing)
{
	struct world w;
	pid_t feeder;

	begin(&w, zone_deaf);
	(void)signal(SIGPIPE, SIG_DFL);
	feeder = feed(&w, w.in, LONG);
	ck_assert_int_eq(run(&w), SESSION_STATUS);
	(void)close(w.s.user[0]);
	ck_assert_int_eq(waitpid(feeder, NULL, 0), feeder);
}
END_TEST

/* The shell has ended, something it left behind has stdout still open. */
static void
zone_leaves_a_child(void)
{
	put(1, "started", 7);
	if (fork() == 0) {
		(void)close(3);
		(void)sleep(2);
		_exit(0);
	}
	say_status(0);
}

START_TEST(what_the_shell_left_running_is_not_waited_for)
{
	struct world w;
	char buf[8];

	begin(&w, zone_leaves_a_child);
	ck_assert_int_eq(run(&w), SESSION_STATUS);
	ck_assert_int_eq(read(w.out, buf, sizeof(buf)), 7);
}
END_TEST

static void
zone_dies(void)
{
	put(1, "x", 1);
}

START_TEST(an_end_without_a_status_is_told)
{
	struct world w;

	begin(&w, zone_dies);
	ck_assert_int_eq(run(&w), SESSION_CLOSED);
}
END_TEST

/* The first signal that comes is its exit status. */
static void
zone_waits_for_signal(void)
{
	unsigned char sig = 0;

	if (read(3, &sig, 1) == 1)
		say_status(sig << 8);
}

START_TEST(a_signal_goes_to_the_command)
{
	struct world w;

	begin(&w, zone_waits_for_signal);
	ck_assert_int_eq(kill(getpid(), SIGINT), 0);
	ck_assert_int_eq(run(&w), SESSION_STATUS);
	ck_assert_int_eq(w.s.result, SIGINT << 8);
}
END_TEST

START_TEST(without_stdin_the_command_reads_an_end)
{
	struct world w;

	begin(&w, zone_cat);
	w.s.user[0] = -1;
	ck_assert_int_eq(run(&w), SESSION_STATUS);
}
END_TEST

UNIT_MAIN("relay", the_status_comes_with_all_output,
    a_long_stream_comes_back_whole,
    a_long_stream_goes_to_a_file_opened_to_append,
    a_long_stream_goes_to_a_socket, a_full_stderr_is_taken_while_stdin_waits,
    a_reader_that_goes_away_is_gone_for_the_zone_too,
    input_that_nobody_reads_blocks_nothing,
    what_the_shell_left_running_is_not_waited_for,
    an_end_without_a_status_is_told, a_signal_goes_to_the_command,
    without_stdin_the_command_reads_an_end)
