/* SPDX-License-Identifier: ISC
 *
 * The error value: what is said, in which order, and what is cut.
 */
#include "base/err.h"

#include <errno.h>
#include <string.h>

#include "tests/unit/unit.h"

START_TEST(setting_an_error_returns_minus_one)
{
	struct err e = { 0 };

	ck_assert_int_eq(err_set(&e, ERR_STATE, "zone '%s' runs", "web"), -1);

	ck_assert_int_eq(e.code, ERR_STATE);
	ck_assert_str_eq(e.msg, "zone 'web' runs");
}
END_TEST

START_TEST(a_system_error_ends_with_the_text_of_errno)
{
	struct err e = { 0 };

	errno = ENOENT;
	ck_assert_int_eq(err_sys(&e, "open '%s'", "x"), -1);

	ck_assert_int_eq(e.code, ENOENT);
	ck_assert_str_eq(e.msg, "open 'x': No such file or directory");
}
END_TEST

START_TEST(a_message_may_quote_the_one_it_replaces)
{
	struct err e = { 0 };

	(void)err_set(&e, EIO, "read failed");
	(void)err_set(&e, ERR_CONFIG, "'a.cfg': %s", e.msg);

	ck_assert_str_eq(e.msg, "'a.cfg': read failed");
}
END_TEST

START_TEST(context_goes_in_front)
{
	struct err e = { 0 };

	(void)err_set(&e, EPERM, "create veth: refused");
	ck_assert_int_eq(err_in(&e, "net '%s'", "eth0"), -1);
	ck_assert_int_eq(err_in(&e, "zone '%s'", "web"), -1);

	ck_assert_str_eq(e.msg, "zone 'web': net 'eth0': create veth: refused");
	ck_assert_int_eq(e.code, EPERM);
}
END_TEST

START_TEST(when_full_the_context_is_cut_and_never_the_cause)
{
	struct err e = { 0 };
	char longest[2000];

	memset(longest, 'c', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	(void)err_set(&e, EIO, "the cause");
	(void)err_in(&e, "%s", longest);

	ck_assert_uint_eq(strlen(e.msg), sizeof(e.msg) - 1);
	ck_assert_str_eq(e.msg + strlen(e.msg) - 11, ": the cause");
	ck_assert_int_eq(e.msg[0], 'c');
}
END_TEST

START_TEST(no_character_is_cut_in_two)
{
	char long_text[2048];
	struct err e = { 0 };

	/* "x", then two bytes each: the buffer ends in the midst of one. */
	long_text[0] = 'x';
	for (size_t i = 1; i + 1 < sizeof(long_text) - 1; i += 2)
		memcpy(long_text + i, "\xc3\xa4", 2);
	long_text[sizeof(long_text) - 1] = '\0';
	(void)err_set(&e, ERR_CONFIG, "%s", long_text + 1);
	ck_assert_uint_eq(strlen(e.msg), sizeof(e.msg) - 2);
	(void)err_set(&e, ERR_CONFIG, "%s", long_text);
	ck_assert_uint_eq(strlen(e.msg), sizeof(e.msg) - 1);
	(void)err_set(&e, ERR_CONFIG, "cause");
	(void)err_in(&e, "%s", long_text + 1);
	ck_assert_uint_eq(strlen(e.msg), sizeof(e.msg) - 1);
	(void)err_set(&e, ERR_CONFIG, "cause");
	(void)err_in(&e, "%s", long_text);
	ck_assert_uint_eq(strlen(e.msg), sizeof(e.msg) - 2);
	ck_assert_ptr_nonnull(strstr(e.msg, "\xc3\xa4: cause"));
}
END_TEST

START_TEST(a_cause_that_fills_the_buffer_stays_as_it_is)
{
	struct err e = { 0 };
	char longest[2000];
	char before[sizeof(e.msg)];

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	(void)err_set(&e, EIO, "%s", longest);
	memcpy(before, e.msg, sizeof(before));
	(void)err_in(&e, "context");

	ck_assert_uint_eq(strlen(e.msg), sizeof(e.msg) - 1);
	ck_assert_str_eq(e.msg, before);
}
END_TEST

UNIT_MAIN("base/err", setting_an_error_returns_minus_one,
    a_system_error_ends_with_the_text_of_errno,
    a_message_may_quote_the_one_it_replaces, context_goes_in_front,
    when_full_the_context_is_cut_and_never_the_cause,
    no_character_is_cut_in_two, a_cause_that_fills_the_buffer_stays_as_it_is)
