/* SPDX-License-Identifier: ISC
 *
 * The words behind "zoneadm boot --": options of ours, and what init gets.
 */
#include "zoned/bootargs.h"

#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"

static struct err e;

/* What init gets, one word after the other: "a b c". */
static char *
words_of(const struct zd_bootargs *a)
{
	char *text = mem_strdup("");

	for (size_t i = 1; a->argv[i]; i++) {
		_autofree char *before = text;

		text = mem_printf("%s%s%s", before, i > 1 ? " " : "",
		    a->argv[i]);
	}
	return text;
}

static void
assert_parsed(const char *text, bool single, const char *init,
    const char *words)
{
	_autofree char *got = NULL;
	struct zd_bootargs a;

	ck_assert_msg(zd_bootargs_parse(text, &a, &e) == 0, "%s", e.msg);
	got = words_of(&a);
	ck_assert_int_eq(a.single, single);
	ck_assert_pstr_eq(a.init, init);
	ck_assert_str_eq(got, words);
	ck_assert_ptr_null(a.argv[0]);
	zd_bootargs_done(&a);
}

static void
assert_refused(const char *text, const char *message)
{
	struct zd_bootargs a = { 0 };

	ck_assert_int_eq(zd_bootargs_parse(text, &a, &e), -1);
	ck_assert_int_eq(e.code, ERR_USAGE);
	ck_assert_str_eq(e.msg, message);
	ck_assert_ptr_null(a.argv);
}

START_TEST(no_text_is_no_word)
{
	assert_parsed("", false, NULL, "");
	assert_parsed(" \t  ", false, NULL, "");
}
END_TEST

START_TEST(single_user_is_the_word_single)
{
	assert_parsed("-s", true, NULL, "single");
	assert_parsed("-s quiet", true, NULL, "quiet single");
}
END_TEST

START_TEST(words_that_are_none_of_ours_are_told_apart)
{
	struct zd_bootargs a;

	ck_assert_int_eq(zd_bootargs_parse("-s -q -m verbose  foo -i /x", &a,
			     &e),
	    0);
	ck_assert_str_eq(a.others, "-q foo");
	zd_bootargs_done(&a);
	ck_assert_int_eq(zd_bootargs_parse("-s -m verbose", &a, &e), 0);
	ck_assert_ptr_null(a.others);
	zd_bootargs_done(&a);
}
END_TEST

START_TEST(a_writable_root_is_not_among_the_words)
{
	struct zd_bootargs a;

	assert_parsed("-w a", false, NULL, "a");
	ck_assert_int_eq(zd_bootargs_parse("-w", &a, &e), 0);
	ck_assert(a.writable);
	zd_bootargs_done(&a);
	assert_refused("-W",
	    "boot argument -W: nothing is assembled at the first boot, "
	    "install does it; use -w");
}
END_TEST

START_TEST(another_init_is_not_among_the_words)
{
	assert_parsed("-i /app/run", false, "/app/run", "");
	assert_parsed("a -i /app/run b", false, "/app/run", "a b");
	assert_parsed("-i   /app/run", false, "/app/run", "");
}
END_TEST

START_TEST(options_of_a_service_manager_go_to_init)
{
	assert_parsed("-m verbose", false, NULL, "verbose");
}
END_TEST

START_TEST(other_words_go_to_init_as_they_are)
{
	assert_parsed("systemd.unit=rescue.target -v\t--x", false, NULL,
	    "systemd.unit=rescue.target -v --x");
}
END_TEST

START_TEST(quotes_are_no_quotes)
{
	assert_parsed("'a b'", false, NULL, "'a b'");
}
END_TEST

START_TEST(an_option_without_its_value)
{
	assert_refused("-i", "boot argument -i needs a value");
	assert_refused("x -m  ", "boot argument -m needs a value");
}
END_TEST

START_TEST(an_init_must_be_an_absolute_path)
{
	assert_refused("-i app",
	    "boot argument -i: 'app' is not an absolute path");
	assert_refused("-i /app/../../x",
	    "boot argument -i: '/app/../../x' is not an absolute path");
}
END_TEST

START_TEST(at_most_255_bytes)
{
	char text[257];

	memset(text, 'a', sizeof(text) - 1);
	text[255] = '\0';
	assert_parsed(text, false, NULL, text);
	text[255] = 'a';
	text[256] = '\0';
	assert_refused(text, "Boot argument list too long");
}
END_TEST

START_TEST(as_many_words_as_fit)
{
	char text[256];
	struct zd_bootargs a;
	size_t n = 1;

	for (size_t i = 0; i < 254; i += 2)
		memcpy(text + i, "a ", 2);
	memcpy(text + 252, "-s", 3);
	ck_assert_int_eq(zd_bootargs_parse(text, &a, &e), 0);
	while (a.argv[n])
		n++;
	ck_assert_uint_eq(n - 1, 127);
	zd_bootargs_done(&a);
}
END_TEST

START_TEST(released_twice_is_harmless)
{
	struct zd_bootargs a;

	ck_assert_int_eq(zd_bootargs_parse("-s", &a, &e), 0);
	zd_bootargs_done(&a);
	zd_bootargs_done(&a);
	ck_assert_ptr_null(a.argv);
}
END_TEST

UNIT_MAIN("bootargs", no_text_is_no_word, single_user_is_the_word_single,
    words_that_are_none_of_ours_are_told_apart,
    a_writable_root_is_not_among_the_words, another_init_is_not_among_the_words,
    options_of_a_service_manager_go_to_init, other_words_go_to_init_as_they_are,
    quotes_are_no_quotes, an_option_without_its_value,
    an_init_must_be_an_absolute_path, at_most_255_bytes, as_many_words_as_fit,
    released_twice_is_harmless)
