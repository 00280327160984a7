/* SPDX-License-Identifier: ISC
 *
 * Logging: one line a record, who speaks first, and no byte that a terminal
 * would obey.
 */
#include "base/log.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/unit.h"

/* What fn writes to stderr. */
static char *
said(void (*fn)(void))
{
	_autoclose int file = memfd_create("stderr", MFD_CLOEXEC);
	_autoclose int saved = dup(STDERR_FILENO);
	char *text = NULL;
	struct err e;

	ck_assert_int_eq(dup2(file, STDERR_FILENO), STDERR_FILENO);
	fn();
	ck_assert_int_eq(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	ck_assert_int_eq(lseek(file, 0, SEEK_SET), 0);
	ck_assert_int_eq(fd_read_all(file, 4096, &text, NULL, &e), 0);
	return text;
}

static void
say_three(void)
{
	struct err e = { 0 };

	(void)err_set(&e, EBUSY, "rmdir: busy");
	log_info("state %s", "running");
	log_warn(&e, "remove cgroup '%s'", "web");
	log_error(&e);
}

static void
say_evil(void)
{
	log_info("%s", "\x1b]0;title\x07 two\nlines");
}

START_TEST(program_and_zone_stand_in_front)
{
	_autofree char *text = NULL;

	(void)unsetenv("JOURNAL_STREAM");
	log_init("zoned", "web");
	text = said(say_three);

	ck_assert_str_eq(text,
	    "zoned: zone=web state running\n"
	    "zoned: zone=web remove cgroup 'web': rmdir: busy, ignoring\n"
	    "zoned: zone=web rmdir: busy\n");
}
END_TEST

START_TEST(the_journal_gets_priorities)
{
	_autofree char *text = NULL;

	(void)setenv("JOURNAL_STREAM", "8:1", 1);
	log_init("zoned", NULL);
	text = said(say_three);

	ck_assert_str_eq(text,
	    "<6>zoned: state running\n"
	    "<4>zoned: remove cgroup 'web': rmdir: busy, ignoring\n"
	    "<3>zoned: rmdir: busy\n");
}
END_TEST

START_TEST(bytes_of_a_zone_are_data)
{
	_autofree char *text = NULL;

	(void)unsetenv("JOURNAL_STREAM");
	log_init("zoned", NULL);
	text = said(say_evil);

	ck_assert_str_eq(text, "zoned: \\x1B]0;title\\x07 two\\x0Alines\n");
}
END_TEST

UNIT_MAIN("base/log", program_and_zone_stand_in_front,
    the_journal_gets_priorities, bytes_of_a_zone_are_data)
