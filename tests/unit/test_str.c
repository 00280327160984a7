/* SPDX-License-Identifier: ISC
 *
 * Text: comparing, numbers, making it safe to show, and guessing what was
 * meant.
 */
#include "base/str.h"

#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"

START_TEST(null_equals_only_null)
{
	ck_assert(str_eq("a", "a"));
	ck_assert(!str_eq("a", "b"));
	ck_assert(!str_eq("a", NULL));
	ck_assert(!str_eq(NULL, "a"));
	ck_assert(str_eq(NULL, NULL));
}
END_TEST

START_TEST(prefix_and_suffix)
{
	ck_assert(str_starts("zonepath", "zone"));
	ck_assert(!str_starts("zo", "zone"));
	ck_assert(str_ends("web.cfg", ".cfg"));
	ck_assert(!str_ends("cfg", ".cfg"));
	ck_assert_str_eq(str_after("root=/x", "root="), "/x");
	ck_assert_ptr_null(str_after("rootx", "root="));
}
END_TEST

START_TEST(a_word_is_found_whole)
{
	ck_assert(str_has_word("cpu memory pids\n", " \n", "memory"));
	ck_assert(str_has_word("cpu memory pids\n", " \n", "pids"));
	ck_assert(str_has_word("  cpu", " \n", "cpu"));
	ck_assert(!str_has_word("cpuset", " \n", "cpu"));
	ck_assert(!str_has_word("cpu", " \n", "cpuset"));
	ck_assert(!str_has_word("a,b", " ", "a"));
	ck_assert(!str_has_word("", " \n", "cpu"));
}
END_TEST

/* text, maximum, is it a number, its value */
static const struct {
	const char *text;
	uint64_t max;
	bool good;
	uint64_t value;
} numbers[] = {
	{ "0", 0, true, 0 },
	{ "007", 7, true, 7 },
	{ "8", 7, false, 0 },
	{ "10", 9, false, 0 },
	{ "99", 5, false, 0 },
	{ "65535", 65535, true, 65535 },
	{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
	{ "18446744073709551616", UINT64_MAX, false, 0 },
	{ "18446744073709551619", 5, false, 0 },
	{ "99999999999999999999999999", UINT64_MAX, false, 0 },
	{ "", 9, false, 0 },
	{ NULL, 9, false, 0 },
	{ "-1", 9, false, 0 },
	{ "+1", 9, false, 0 },
	{ " 1", 9, false, 0 },
	{ "1 ", 9, false, 0 },
	{ "0x1", 99, false, 0 },
};

START_TEST(only_plain_digits_within_the_maximum_are_a_number)
{
	uint64_t got = 12345;
	int ret = str_u64(numbers[_i].text, numbers[_i].max, &got);

	ck_assert_int_eq(ret, numbers[_i].good ? 0 : -1);
	ck_assert_uint_eq(got, numbers[_i].good ? numbers[_i].value : 12345);
}
END_TEST

/* raw bytes, as they are shown */
static const struct {
	const char *raw;
	const char *shown;
} texts[] = {
	{ "plain", "plain" },
	{ "\x1b[31mred\x1b[0m", "\\x1B[31mred\\x1B[0m" },
	{ "a\nb\tc\x7f", "a\\x0Ab\\x09c\\x7F" },
	{ "Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x90\xa7",
	    "Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x90\xa7" },
	{ "\xc2\x9b", "\\xC2\\x9B" },          /* C1: CSI */
	{ "\xc0\xaf", "\\xC0\\xAF" },          /* overlong */
	{ "\xe0\x80\xaf", "\\xE0\\x80\\xAF" }, /* overlong, three bytes */
	{ "\xed\xa0\x80", "\\xED\\xA0\\x80" }, /* surrogate */
	{ "\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80" }, /* past U+10FFFF */
	{ "\xff\xfe", "\\xFF\\xFE" },
	{ "cut \xe2\x82", "cut \\xE2\\x82" },
};

START_TEST(control_bytes_and_bad_utf8_become_escapes)
{
	const char *raw = texts[_i].raw;
	_autofree char *got = str_visible(raw, strlen(raw));

	ck_assert_str_eq(got, texts[_i].shown);
}
END_TEST

START_TEST(a_nul_inside_is_shown_too)
{
	_autofree char *got = str_visible("a\0b", 3);

	ck_assert_str_eq(got, "a\\x00b");
}
END_TEST

START_TEST(the_nearest_word_is_guessed)
{
	static const char *const words[] = { "boot", "halt", "install",
		"uninstall", "list" };
	size_t n = ARRAY_LEN(words);

	ck_assert_str_eq(str_nearest("instal", words, n), "install");
	ck_assert_str_eq(str_nearest("bot", words, n), "boot");
	ck_assert_str_eq(str_nearest("lst", words, n), "list");
	ck_assert_ptr_null(str_nearest("ltsi", words, n)); /* half of it */
	ck_assert_str_eq(str_nearest("lits", words, n), "list");
	ck_assert_str_eq(str_nearest("hlat", words, n), "halt");
	ck_assert_str_eq(str_nearest("unisntal", words, n), "uninstall");
	ck_assert_ptr_null(str_nearest("xyzzy", words, n));
	ck_assert_ptr_null(str_nearest("", words, n));
	ck_assert_ptr_null(str_nearest("boot", words, 0));
	ck_assert_str_eq(str_nearest("LIST", words, n), "list");
}
END_TEST

START_TEST(the_nearest_of_words_in_a_text_is_guessed)
{
	_autofree char *near = str_nearest_of("exclusve", "shared exclusive");
	_autofree char *none = str_nearest_of("both", "shared exclusive");
	_autofree char *of_none = str_nearest_of("both", "");
	_autofree char *one = str_nearest_of("a", "A");

	ck_assert_str_eq(near, "exclusive");
	ck_assert_ptr_null(none);
	ck_assert_ptr_null(of_none);
	ck_assert_str_eq(one, "A");
}
END_TEST

START_TEST(a_very_long_word_is_nobodys_neighbour)
{
	char longest[300];
	const char *words[] = { longest };

	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';

	ck_assert_ptr_null(str_nearest("a", words, 1));
	words[0] = "boot";
	ck_assert_ptr_null(str_nearest(longest, words, 1));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("base/str");
	TCase *t = tcase_create("base/str");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, null_equals_only_null);
	tcase_add_test(t, prefix_and_suffix);
	tcase_add_test(t, a_word_is_found_whole);
	tcase_add_loop_test(t,
	    only_plain_digits_within_the_maximum_are_a_number, 0,
	    (int)ARRAY_LEN(numbers));
	tcase_add_loop_test(t, control_bytes_and_bad_utf8_become_escapes, 0,
	    (int)ARRAY_LEN(texts));
	tcase_add_test(t, a_nul_inside_is_shown_too);
	tcase_add_test(t, the_nearest_word_is_guessed);
	tcase_add_test(t, the_nearest_of_words_in_a_text_is_guessed);
	tcase_add_test(t, a_very_long_word_is_nobodys_neighbour);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
