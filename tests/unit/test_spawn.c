/* SPDX-License-Identifier: ISC
 *
 * Running other programs: what they get, what they do not get, and what is
 * known of their end.
 */
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/unit.h"

static const char *
sh(const char *script, const char *argv[4])
{
	argv[0] = "/bin/sh";
	argv[1] = "-c";
	argv[2] = script;
	argv[3] = NULL;
	return argv[0];
}

/* Standard output of a shell script, run with these descriptors kept. */
static char *
output(const char *script, const int *keep, size_t nkeep)
{
	_autoclose int file = memfd_create("stdout", MFD_CLOEXEC);
	const char *argv[4];
	struct spawn s = SPAWN(argv);
	struct err e = { 0 };
	char *text = NULL;

	(void)sh(script, argv);
	s.fd[1] = file;
	s.keep = keep;
	s.nkeep = nkeep;
	ck_assert_msg(spawn_run(&s, 20000, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(lseek(file, 0, SEEK_SET), 0);
	ck_assert_int_eq(fd_read_all(file, 65536, &text, NULL, &e), 0);
	return text;
}

START_TEST(success_is_zero_and_failure_quotes_its_last_words)
{
	const char *argv[4];
	struct spawn s = SPAWN(argv);
	struct err e = { 0 };

	(void)sh("exit 0", argv);
	ck_assert_int_eq(spawn_run(&s, -1, &e), 0);
	(void)sh("echo first >&2; echo 'the reason\033[m' >&2; exit 3", argv);
	ck_assert_int_eq(spawn_run(&s, -1, &e), -1);
	ck_assert_str_eq(e.msg, "the reason\\x1B[m");
	(void)sh("exit 3", argv);
	ck_assert_int_eq(spawn_run(&s, -1, &e), -1);
	ck_assert_str_eq(e.msg, "'/bin/sh' ended with status 3");
	(void)sh("kill -TERM $$", argv);
	ck_assert_int_eq(spawn_run(&s, -1, &e), -1);
	ck_assert_str_eq(e.msg, "'/bin/sh' was killed by signal 15");
}
END_TEST

START_TEST(a_program_that_is_not_there_says_so)
{
	const char *const argv[] = { "/nonexistent", NULL };
	struct spawn s = SPAWN(argv);
	struct err e = { 0 };

	ck_assert_int_eq(spawn_run(&s, -1, &e), -1);
	ck_assert_int_eq(e.code, ENOENT);
	ck_assert_str_eq(e.msg,
	    "run '/nonexistent': No such file or directory");
}
END_TEST

START_TEST(status_and_signal_are_told_apart)
{
	const char *argv[4];
	struct spawn s = SPAWN(argv);
	struct err e = { 0 };
	pid_t pid;

	(void)sh("exit 200", argv);
	pid = spawn_start(&s, &e);
	ck_assert_int_eq(spawn_wait(pid, 20000, &e), 200);
	(void)sh("kill -KILL $$", argv);
	pid = spawn_start(&s, &e);
	ck_assert_int_eq(spawn_wait(pid, -1, &e), 256 + SIGKILL);
}
END_TEST

START_TEST(what_takes_too_long_is_killed_and_reaped)
{
	const char *argv[4];
	struct spawn s = SPAWN(argv);
	struct err e = { 0 };
	pid_t pid;

	(void)sh("exec sleep 100", argv);
	pid = spawn_start(&s, &e);
	ck_assert_int_eq(spawn_wait(pid, 50, &e), -1);
	ck_assert_int_eq(e.code, ETIMEDOUT);
	ck_assert_int_eq(kill(pid, 0), -1);
}
END_TEST

START_TEST(the_environment_is_clean)
{
	_autofree char *text = NULL;

	(void)setenv("SECRET", "x", 1);
	text = output("env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= | sort", NULL,
	    0);

	ck_assert_str_eq(text,
	    "LANG=C.UTF-8\nPATH=/usr/local/sbin:"
	    "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
}
END_TEST

START_TEST(only_the_chosen_descriptors_arrive)
{
	_autoclose int leak = dup(0); /* not close-on-exec, on purpose */
	_autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const int keep[] = { null, null };
	_autofree char *none = NULL;
	_autofree char *two = NULL;
	/* A shell's glob opens the directory itself: the last number is that
	 * descriptor. */
	const char *script = "cd /proc/self/fd; exec /bin/ls";

	ck_assert_int_ge(leak, 3);
	none = output(script, NULL, 0);
	two = output(script, keep, 2);

	ck_assert_str_eq(none, "0\n1\n2\n3\n");
	ck_assert_str_eq(two, "0\n1\n2\n3\n4\n5\n");
}
END_TEST

START_TEST(descriptors_may_be_given_in_any_order)
{
	_autofree char *text = NULL;
	int a[2];
	int b[2];
	int keep[2];

	ck_assert_int_eq(pipe2(a, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(b, O_CLOEXEC), 0);
	ck_assert_int_eq(write(a[1], "a", 1), 1);
	ck_assert_int_eq(write(b[1], "b", 1), 1);
	(void)close(a[1]);
	(void)close(b[1]);
	keep[0] = b[0]; /* becomes 3, which may be a[0]'s own number */
	keep[1] = a[0];
	text = output("cat <&3; cat <&4", keep, 2);

	ck_assert_str_eq(text, "ba");
	(void)close(a[0]);
	(void)close(b[0]);
}
END_TEST

START_TEST(signals_are_unblocked_and_default)
{
	_autofree char *text = NULL;
	sigset_t all;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	text = output("grep -E '^Sig(Blk|Ign)' /proc/self/status", NULL, 0);

	ck_assert_str_eq(text,
	    "SigBlk:\t0000000000000000\n"
	    "SigIgn:\t0000000000000000\n");
}
END_TEST

START_TEST(our_own_signal_mask_comes_back)
{
	const char *argv[4];
	struct spawn s = SPAWN(argv);
	struct err e = { 0 };
	sigset_t before;
	sigset_t after;

	(void)sh("true", argv);
	(void)sigemptyset(&before);
	(void)sigaddset(&before, SIGUSR1);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	ck_assert_int_eq(spawn_run(&s, -1, &e), 0);
	(void)sigprocmask(SIG_SETMASK, NULL, &after);

	ck_assert_int_eq(sigismember(&after, SIGUSR1), 1);
	ck_assert_int_eq(sigismember(&after, SIGTERM), 0);
}
END_TEST

START_TEST(too_many_descriptors_are_refused)
{
	const char *argv[4];
	struct spawn s = SPAWN(argv);
	struct err e = { 0 };
	int keep[17] = { 0 };

	(void)sh("true", argv);
	s.keep = keep;
	s.nkeep = ARRAY_LEN(keep);
	ck_assert_int_eq(spawn_run(&s, -1, &e), -1);
	ck_assert_str_eq(e.msg, "too many descriptors to pass");
}
END_TEST

UNIT_MAIN("base/spawn", success_is_zero_and_failure_quotes_its_last_words,
    a_program_that_is_not_there_says_so, status_and_signal_are_told_apart,
    what_takes_too_long_is_killed_and_reaped, the_environment_is_clean,
    only_the_chosen_descriptors_arrive, descriptors_may_be_given_in_any_order,
    signals_are_unblocked_and_default, our_own_signal_mask_comes_back,
    too_many_descriptors_are_refused)
