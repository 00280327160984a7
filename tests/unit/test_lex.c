/* SPDX-License-Identifier: ISC
 *
 * Tokens of zonecfg's command language.
 */
#include "zonecfg/lex.h"

#include <string.h>

#include "tests/unit/unit.h"

static struct zc_lex
lexer(const char *text)
{
	struct zc_lex lex;

	zc_lex_init(&lex, text, strlen(text), 1);
	return lex;
}

static void
expect(struct zc_lex *lex, enum zc_token_kind kind, const char *text)
{
	struct zc_token t = zc_lex_next(lex);

	ck_assert_int_eq(t.kind, kind);
	ck_assert_uint_eq(t.len, strlen(text));
	ck_assert_mem_eq(t.text, text, t.len);
}

START_TEST(blanks_separate_words_and_equals_stands_for_itself)
{
	struct zc_lex lex = lexer(" set\tzonepath =/z/a");

	expect(&lex, ZC_T_WORD, "set");
	expect(&lex, ZC_T_WORD, "zonepath");
	expect(&lex, ZC_T_EQUALS, "=");
	expect(&lex, ZC_T_WORD, "/z/a");
	expect(&lex, ZC_T_END, "");
	expect(&lex, ZC_T_END, "");
}
END_TEST

START_TEST(newline_and_semicolon_break_commands_and_lines_are_counted)
{
	struct zc_lex lex = lexer("a;b\nc");

	expect(&lex, ZC_T_WORD, "a");
	expect(&lex, ZC_T_BREAK, ";");
	expect(&lex, ZC_T_WORD, "b");
	ck_assert_uint_eq(lex.line, 1);
	expect(&lex, ZC_T_BREAK, "\n");
	ck_assert_uint_eq(lex.line, 2);
}
END_TEST

START_TEST(a_quoted_text_loses_its_quotes_and_has_no_escapes)
{
	struct zc_lex lex = lexer("\"a;b=[c]\\\"x");

	expect(&lex, ZC_T_QUOTED, "a;b=[c]\\");
	expect(&lex, ZC_T_WORD, "x");
}
END_TEST

START_TEST(a_quote_must_close_on_its_line)
{
	struct zc_lex lex = lexer("\"abc\nd\"");

	expect(&lex, ZC_T_BAD, "\"abc");
	expect(&lex, ZC_T_BREAK, "\n");
	expect(&lex, ZC_T_WORD, "d");
	expect(&lex, ZC_T_BAD, "\"");
}
END_TEST

START_TEST(a_comma_ends_words_only_in_lists)
{
	struct zc_lex lex = lexer("a,b a,b");

	expect(&lex, ZC_T_WORD, "a,b");
	lex.in_list = true;
	expect(&lex, ZC_T_WORD, "a");
	expect(&lex, ZC_T_COMMA, ",");
	expect(&lex, ZC_T_WORD, "b");
}
END_TEST

START_TEST(a_comment_is_one_only_where_it_is_skipped)
{
	struct zc_lex lex = lexer("# all; of this\na#b");

	zc_lex_skip(&lex);
	expect(&lex, ZC_T_BREAK, "\n");
	expect(&lex, ZC_T_WORD, "a#b");
}
END_TEST

START_TEST(brackets_end_words)
{
	struct zc_lex lex = lexer("[a](b)");

	expect(&lex, ZC_T_OPEN, "[");
	expect(&lex, ZC_T_WORD, "a");
	expect(&lex, ZC_T_CLOSE, "]");
	expect(&lex, ZC_T_LEFT, "(");
	expect(&lex, ZC_T_WORD, "b");
	expect(&lex, ZC_T_RIGHT, ")");
}
END_TEST

START_TEST(a_nul_byte_is_never_part_of_a_word)
{
	struct zc_lex lex;

	zc_lex_init(&lex, "a\0b", 3, 1);

	expect(&lex, ZC_T_WORD, "a");
	ck_assert_int_eq(zc_lex_next(&lex).kind, ZC_T_BAD);
	expect(&lex, ZC_T_WORD, "b");
}
END_TEST

START_TEST(carriage_returns_of_other_systems_are_blanks)
{
	struct zc_lex lex = lexer("a\r\nb");

	expect(&lex, ZC_T_WORD, "a");
	expect(&lex, ZC_T_BREAK, "\n");
}
END_TEST

START_TEST(what_would_not_come_back_as_one_word_needs_quotes)
{
	ck_assert(!zc_lex_needs_quotes("default,!sys_time", false));
	ck_assert(zc_lex_needs_quotes("a,b", true));
	ck_assert(zc_lex_needs_quotes("", false));
	ck_assert(zc_lex_needs_quotes("a b", false));
	ck_assert(zc_lex_needs_quotes("size=1", false));
	ck_assert(zc_lex_needs_quotes("/dev/tty[0-9]", false));
}
END_TEST

UNIT_MAIN("zonecfg/lex", blanks_separate_words_and_equals_stands_for_itself,
    newline_and_semicolon_break_commands_and_lines_are_counted,
    a_quoted_text_loses_its_quotes_and_has_no_escapes,
    a_quote_must_close_on_its_line, a_comma_ends_words_only_in_lists,
    a_comment_is_one_only_where_it_is_skipped, brackets_end_words,
    a_nul_byte_is_never_part_of_a_word,
    carriage_returns_of_other_systems_are_blanks,
    what_would_not_come_back_as_one_word_needs_quotes)
