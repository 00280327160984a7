/* SPDX-License-Identifier: ISC
 *
 * The terminal: the escape that ends a session, raw mode and back.
 */
#include "zoneadm/tty.h"

#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* Type text in pieces of n bytes; what would be sent goes to out. */
static bool
type(struct tty_escape *s, const char *text, size_t n, char *out)
{
	size_t len = strlen(text);
	size_t sent = 0;
	bool leave = false;

	for (size_t i = 0; i < len && !leave; i += n) {
		size_t piece = len - i < n ? len - i : n;

		sent += tty_escape_feed(s, text + i, piece, out + sent, &leave);
	}
	out[sent] = '\0';
	return leave;
}

/* what is typed, what is sent, does it end the session */
static const struct {
	const char *typed;
	const char *sent;
	bool leave;
} cases[] = {
	{ "ls\r", "ls\r", false },
	{ "~.", "", true },
	{ "~\x04", "", true },
	{ "ls\r~.more", "ls\r", true },
	{ "ls\n~.", "ls\n", true },
	{ "ls ~.", "ls ~.", false },
	{ "~~.", "~.", false },
	{ "~~~.", "~~.", false },
	{ "~/bin\r", "~/bin\r", false },
	{ "~a~.", "~a~.", false },
	{ "~\r~.", "~\r", true },
	{ "a~\r.", "a~\r.", false },
	{ "\r\r~.", "\r\r", true },
};

START_TEST(the_escape_counts_only_at_the_start_of_a_line)
{
	for (size_t n = 1; n < 10; n++) {
		struct tty_escape s;
		char out[64];

		tty_escape_init(&s, '~', 4);
		ck_assert_int_eq(type(&s, cases[_i].typed, n, out),
		    cases[_i].leave);
		ck_assert_str_eq(out, cases[_i].sent);
	}
}
END_TEST

START_TEST(without_an_escape_everything_passes)
{
	struct tty_escape s;
	char out[64];

	tty_escape_init(&s, -1, 4);
	ck_assert(!type(&s, "~.\r~~\r~\x04", 3, out));
	ck_assert_str_eq(out, "~.\r~~\r~\x04");
}
END_TEST

START_TEST(another_character_may_be_the_escape)
{
	struct tty_escape s;
	char out[64];

	tty_escape_init(&s, 0xff, -1);
	ck_assert(type(&s, "~.\r\xff.", 1, out));
	ck_assert_str_eq(out, "~.\r");
}
END_TEST

/* argument of -e, the character or -1 */
static const struct {
	const char *text;
	int ch;
} arguments[] = {
	{ "%", '%' },
	{ "\\", '\\' },
	{ "\\035", 035 },
	{ "\\377", 255 },
	{ "\\400", -1 },
	{ "\\35", -1 },
	{ "\\038", -1 },
	{ "", -1 },
	{ "ab", -1 },
	{ "^]", -1 },
};

START_TEST(the_escape_is_a_character_or_three_octal_digits)
{
	ck_assert_int_eq(tty_escape_parse(arguments[_i].text),
	    arguments[_i].ch);
}
END_TEST

START_TEST(raw_mode_and_back_leaves_the_terminal_as_it_was)
{
	struct termios before;
	struct termios saved;
	struct termios after;
	struct winsize size = { .ws_row = 12, .ws_col = 34 };
	struct err e;
	int master;
	int slave;

	ck_assert_int_eq(openpty(&master, &slave, NULL, NULL, &size), 0);
	ck_assert_int_eq(tcgetattr(slave, &before), 0);

	ck_assert_int_eq(tty_raw(slave, &saved, &e), 0);
	ck_assert_int_eq(tcgetattr(slave, &after), 0);
	ck_assert_int_eq(after.c_lflag & (ICANON | ECHO | ISIG), 0);
	tty_restore(slave, &saved);

	ck_assert_int_eq(tcgetattr(slave, &after), 0);
	ck_assert_uint_eq(after.c_lflag, before.c_lflag);
	ck_assert_uint_eq(after.c_iflag, before.c_iflag);
	ck_assert_uint_eq(after.c_oflag, before.c_oflag);
	ck_assert_uint_eq(tty_size(slave).ws_row, 12);
	ck_assert_uint_eq(tty_size(slave).ws_col, 34);
}
END_TEST

START_TEST(what_is_no_terminal_has_no_size_and_no_raw_mode)
{
	struct termios saved;
	struct err e;
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	ck_assert_uint_eq(tty_size(fd).ws_row, 0);
	ck_assert_int_eq(tty_raw(fd, &saved, &e), -1);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tty");
	TCase *tc = tcase_create("tty");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tc, the_escape_counts_only_at_the_start_of_a_line,
	    0, ARRAY_LEN(cases));
	tcase_add_test(tc, without_an_escape_everything_passes);
	tcase_add_test(tc, another_character_may_be_the_escape);
	tcase_add_loop_test(tc, the_escape_is_a_character_or_three_octal_digits,
	    0, ARRAY_LEN(arguments));
	tcase_add_test(tc, raw_mode_and_back_leaves_the_terminal_as_it_was);
	tcase_add_test(tc, what_is_no_terminal_has_no_size_and_no_raw_mode);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
