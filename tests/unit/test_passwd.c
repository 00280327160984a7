/* SPDX-License-Identifier: ISC
 *
 * The zone's passwd and group files: exact numbers, nothing guessed.
 */
#include "zoned/passwd.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"

static const char passwd[] = "# a comment\n"
			     "root:x:0:0:root:/root:/bin/bash\n"
			     "alice:x:1000:1001:Alice,,,:/home/alice:\n"
			     "nobody:x:65534:65534::/nonexistent:/bin/false\n"
			     "1000:x:7:7::/seven:/bin/sh\n"
			     "plus:x:+5:5::/:/bin/sh\n"
			     "minus:x:-1:5::/:/bin/sh\n"
			     "blank:x: 5:5::/:/bin/sh\n"
			     "zero:x:05:5::/:/bin/sh\n"
			     "big:x:4294967296:5::/:/bin/sh\n"
			     "leave:x:4294967295:5::/:/bin/sh\n"
			     "empty:x::5::/:/bin/sh\n"
			     "gid:x:5:0x5::/:/bin/sh\n"
			     "short:x:5:5::/\n"
			     "long:x:5:5::/:/bin/sh:more\n"
			     "bell:x:5:5::/\a:/bin/sh\n"
			     "home:x:5:5::home:/bin/sh\n"
			     "shell:x:5:5::/:sh\n"
			     "twice:x:20:20::/first:/bin/sh\n"
			     "twice:x:21:21::/second:/bin/sh\n"
			     "last:x:30:30::/:/bin/sh";

static struct err e;

static int
find(const char *who, struct zd_user *u)
{
	memset(u, 0, sizeof(*u));
	return zd_passwd_find(passwd, sizeof(passwd) - 1, who, u, &e);
}

START_TEST(a_user_is_found_by_name)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find("root", &u), 0);

	ck_assert_str_eq(u.name, "root");
	ck_assert_str_eq(u.home, "/root");
	ck_assert_str_eq(u.shell, "/bin/bash");
	ck_assert_uint_eq(u.uid, 0);
	ck_assert_uint_eq(u.ngroups, 1);
	ck_assert_uint_eq(u.groups[0], 0);
}
END_TEST

START_TEST(an_empty_shell_is_bin_sh)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find("alice", &u), 0);

	ck_assert_str_eq(u.shell, "/bin/sh");
	ck_assert_uint_eq(u.uid, 1000);
	ck_assert_uint_eq(u.gid, 1001);
}
END_TEST

START_TEST(a_user_is_found_by_exact_number)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find("65534", &u), 0);
	ck_assert_str_eq(u.name, "nobody");
}
END_TEST

START_TEST(a_name_goes_before_the_same_number)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find("1000", &u), 0);
	ck_assert_uint_eq(u.uid, 7);
}
END_TEST

START_TEST(the_first_entry_counts)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find("twice", &u), 0);
	ck_assert_uint_eq(u.uid, 20);
}
END_TEST

START_TEST(the_last_line_needs_no_end)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find("last", &u), 0);
	ck_assert_uint_eq(u.uid, 30);
}
END_TEST

/* crun ran as root what was asked to run as "1" (CVE-2026-30892). */
static const char *const unknown[] = { "bob", "", "1", "00", "01000", "065534",
	"+0", "-0", " 0", "0 ", "0x0", "4294967295", "4294967296",
	"18446744073709551616", "root:x", "root\nroot", "# a comment", "x" };

START_TEST(what_is_not_exactly_a_user_is_nobody)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find(unknown[_i], &u), -1);
	ck_assert_int_eq(e.code, ENOENT);
}
END_TEST

static const char *const damaged[] = { "plus", "minus", "blank", "zero", "big",
	"leave", "empty", "gid", "short", "long", "bell", "home", "shell" };

START_TEST(a_damaged_entry_is_an_error_not_a_guess)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find(damaged[_i], &u), -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
}
END_TEST

START_TEST(errors_name_the_file_and_the_user)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find("bob", &u), -1);
	ck_assert_str_eq(e.msg, "no such user 'bob'");
	ck_assert_int_eq(find("plus", &u), -1);
	ck_assert_str_eq(e.msg,
	    "/etc/passwd: the entry of 'plus' has a wrong number");
	ck_assert_int_eq(find("short", &u), -1);
	ck_assert_str_eq(e.msg, "/etc/passwd: the entry of 'short' is damaged");
}
END_TEST

static int
groups(struct zd_user *u, const char *text)
{
	return zd_group_add(text, strlen(text), u, &e);
}

START_TEST(groups_are_those_that_name_the_user)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find("alice", &u), 0);
	ck_assert_int_eq(groups(&u,
			     "root:x:0:\nwheel:x:10:root,alice\n"
			     "mal:x:11:malice,alicex\nusers:x:1001:alice\n"
			     "video:x:44:alice"),
	    0);

	ck_assert_uint_eq(u.ngroups, 3);
	ck_assert_uint_eq(u.groups[0], 1001);
	ck_assert_uint_eq(u.groups[1], 10);
	ck_assert_uint_eq(u.groups[2], 44);
}
END_TEST

START_TEST(a_damaged_group_of_the_user_is_an_error)
{
	_cleanup_user struct zd_user u;

	ck_assert_int_eq(find("alice", &u), 0);
	ck_assert_int_eq(groups(&u, "x:x:-5:bob\n"), 0);
	ck_assert_int_eq(groups(&u, "x:x:-5:alice\n"), -1);
	ck_assert_str_eq(e.msg, "/etc/group: a group of 'alice' is damaged");
}
END_TEST

START_TEST(too_many_groups_are_an_error)
{
	_cleanup_user struct zd_user u;
	int ret = 0;

	ck_assert_int_eq(find("alice", &u), 0);
	for (int i = 0; i < 2 * ZD_GROUPS_MAX && ret == 0; i++) {
		_autofree char *line = mem_printf("g:x:%d:alice\n", 5000 + i);

		ret = groups(&u, line);
	}

	ck_assert_int_eq(ret, -1);
	ck_assert_uint_le(u.ngroups, ZD_GROUPS_MAX + 1);
}
END_TEST

START_TEST(nul_bytes_end_nothing)
{
	static const char text[] = "ro\0ot:x:0:0::/:/bin/sh\n"
				   "x:x:0:0::/\0/etc:/bin/sh\n";
	struct zd_user u = { 0 };

	ck_assert_int_eq(zd_passwd_find(text, sizeof(text) - 1, "ro", &u, &e),
	    -1);
	ck_assert_int_eq(e.code, ENOENT);
	ck_assert_int_eq(zd_passwd_find(text, sizeof(text) - 1, "x", &u, &e),
	    -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
}
END_TEST

int
main(void)
{
	const TTest *const plain[] = { a_user_is_found_by_name,
		an_empty_shell_is_bin_sh, a_user_is_found_by_exact_number,
		a_name_goes_before_the_same_number, the_first_entry_counts,
		the_last_line_needs_no_end, errors_name_the_file_and_the_user,
		groups_are_those_that_name_the_user,
		a_damaged_group_of_the_user_is_an_error,
		too_many_groups_are_an_error, nul_bytes_end_nothing };
	Suite *suite = suite_create("passwd");
	TCase *tc = tcase_create("passwd");
	SRunner *runner = srunner_create(suite);
	int failed;

	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		tcase_add_test(tc, plain[i]);
	tcase_add_loop_test(tc, what_is_not_exactly_a_user_is_nobody, 0,
	    ARRAY_LEN(unknown));
	tcase_add_loop_test(tc, a_damaged_entry_is_an_error_not_a_guess, 0,
	    ARRAY_LEN(damaged));
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
