/* SPDX-License-Identifier: ISC
 *
 * Commands of zonecfg's language, one after the other.
 */
#include "zonecfg/parse.h"

#include <string.h>

#include "tests/unit/unit.h"

static struct zc_parser parser;
static struct zc_cmd cmd;
static struct err e;

static int
first(const char *text)
{
	zc_parse_init(&parser, text, strlen(text), 1);
	return zc_parse_next(&parser, &cmd, &e);
}

static int
next(void)
{
	zc_cmd_done(&cmd);
	return zc_parse_next(&parser, &cmd, &e);
}

START_TEST(set_takes_a_value_with_blanks_round_the_sign)
{
	ck_assert_int_eq(first("set zonename = \"x\""), 1);

	ck_assert_int_eq(cmd.verb, ZC_V_SET);
	ck_assert_str_eq(cmd.word, "zonename");
	ck_assert_int_eq(cmd.arg.shape, ZC_SIMPLE);
	ck_assert_str_eq(cmd.arg.value.item[0], "x");
	ck_assert_int_eq(next(), 0);
}
END_TEST

START_TEST(a_list_has_any_number_of_items)
{
	ck_assert_int_eq(first("set options=[ ro , \"size=10m\" ]"), 1);
	ck_assert_int_eq(cmd.arg.shape, ZC_LISTED);
	ck_assert_uint_eq(cmd.arg.value.n, 2);
	ck_assert_str_eq(cmd.arg.value.item[0], "ro");
	ck_assert_str_eq(cmd.arg.value.item[1], "size=10m");
	zc_cmd_done(&cmd);

	ck_assert_int_eq(first("set options=[]"), 1);
	ck_assert_int_eq(cmd.arg.shape, ZC_LISTED);
	ck_assert_uint_eq(cmd.arg.value.n, 0);
	zc_cmd_done(&cmd);
}
END_TEST

START_TEST(a_complex_value_is_one_text_that_keeps_its_quotes)
{
	ck_assert_int_eq(
	    first("add value ( priv = privileged , limit=\"5\",action=deny)"),
	    1);

	ck_assert_int_eq(cmd.arg.shape, ZC_COMPLEX);
	ck_assert_str_eq(cmd.arg.value.item[0],
	    "(priv=privileged,limit=\"5\",action=deny)");
	zc_cmd_done(&cmd);
}
END_TEST

START_TEST(at_most_three_pairs_choose_a_resource)
{
	ck_assert_int_eq(first("select net physical=e0 address=10.0.0.1"), 1);
	ck_assert_uint_eq(cmd.npairs, 2);
	ck_assert_str_eq(cmd.pair[1].prop, "address");
	ck_assert_str_eq(cmd.pair[1].arg.value.item[0], "10.0.0.1");
	zc_cmd_done(&cmd);

	ck_assert_int_eq(first("select net a=1 b=2 c=3 d=4"), -1);
	ck_assert_str_eq(e.msg, "syntax error at 'd'");
	zc_cmd_done(&cmd);
}
END_TEST

START_TEST(remove_tells_a_resource_from_a_value)
{
	ck_assert_int_eq(first("remove -F fs dir=/a; remove options ro"), 1);
	ck_assert(cmd.force);
	ck_assert_str_eq(cmd.word, "fs");
	ck_assert_uint_eq(cmd.npairs, 1);
	ck_assert_int_eq(next(), 1);
	ck_assert_str_eq(cmd.word, "options");
	ck_assert_uint_eq(cmd.npairs, 0);
	ck_assert_str_eq(cmd.arg.value.item[0], "ro");
	zc_cmd_done(&cmd);
}
END_TEST

START_TEST(options_may_stand_together_and_take_words)
{
	ck_assert_int_eq(first("create -bF;create -t SUNWblank;export -f/x"),
	    1);
	ck_assert(cmd.blank && cmd.force);
	ck_assert_int_eq(next(), 1);
	ck_assert_str_eq(cmd.template, "SUNWblank");
	ck_assert_int_eq(next(), 1);
	ck_assert_str_eq(cmd.file, "/x");
	zc_cmd_done(&cmd);

	ck_assert_int_eq(first("create -x"), -1);
	ck_assert_str_eq(e.msg, "syntax error at '-x'");
	ck_assert_int_eq(cmd.verb, ZC_V_CREATE);
	zc_cmd_done(&cmd);
}
END_TEST

START_TEST(bootargs_of_old_exports_need_no_quotes)
{
	ck_assert_int_eq(first("set bootargs=-m verbose; set pool=a b"), 1);
	ck_assert_str_eq(cmd.arg.value.item[0], "-m verbose");
	ck_assert_int_eq(next(), -1);
	ck_assert_str_eq(e.msg, "syntax error at 'b'");
	zc_cmd_done(&cmd);
}
END_TEST

START_TEST(after_a_syntax_error_it_goes_on_with_the_next_command)
{
	ck_assert_int_eq(first("set =; \n\n info (x; verify"), -1);
	ck_assert_str_eq(e.msg, "syntax error at '='");
	ck_assert_int_eq(next(), -1);
	ck_assert_uint_eq(parser.line, 3);
	ck_assert_int_eq(next(), 1);
	ck_assert_int_eq(cmd.verb, ZC_V_VERIFY);
	ck_assert_int_eq(next(), 0);
}
END_TEST

START_TEST(a_mistyped_subcommand_is_guessed)
{
	ck_assert_int_eq(first("exprot"), -1);
	ck_assert_str_eq(e.msg,
	    "syntax error at 'exprot'; did you mean 'export'?");
	ck_assert_int_eq(cmd.verb, ZC_VERBS);

	ck_assert_int_eq(first("frobnicate"), -1);
	ck_assert_str_eq(e.msg,
	    "syntax error at 'frobnicate'; "
	    "'help' lists the subcommands");
}
END_TEST

START_TEST(comments_and_empty_commands_are_nothing)
{
	ck_assert_int_eq(first(" ;;\n# set x=y; end\n;"), 0);
	ck_assert_int_eq(first("?"), 1);
	ck_assert_int_eq(cmd.verb, ZC_V_HELP);
	zc_cmd_done(&cmd);
}
END_TEST

START_TEST(control_bytes_are_shown_not_sent_to_the_terminal)
{
	ck_assert_int_eq(first("\033[2J"), -1);
	ck_assert_ptr_null(strchr(e.msg, '\033'));
	zc_cmd_done(&cmd);
}
END_TEST

UNIT_MAIN("zonecfg/parse", set_takes_a_value_with_blanks_round_the_sign,
    a_list_has_any_number_of_items,
    a_complex_value_is_one_text_that_keeps_its_quotes,
    at_most_three_pairs_choose_a_resource, remove_tells_a_resource_from_a_value,
    options_may_stand_together_and_take_words,
    bootargs_of_old_exports_need_no_quotes,
    after_a_syntax_error_it_goes_on_with_the_next_command,
    a_mistyped_subcommand_is_guessed, comments_and_empty_commands_are_nothing,
    control_bytes_are_shown_not_sent_to_the_terminal)
