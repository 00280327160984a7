/* SPDX-License-Identifier: ISC
 *
 * Receiving files from a zone that lies: no name, order or length of frames
 * reaches anything but the one item that was asked for.
 */
#include "zoned/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

enum { META = 16, NAME_AT = 5 + META };

/* Frames as they go over the pipe. */
struct stream {
	char data[128 * 1024];
	size_t len;
};

static char note[1024];
static struct err e;

static void
keep_note(struct zd_copy *c, const char *text, bool remote)
{
	(void)c;
	(void)remote;
	(void)snprintf(note, sizeof(note), "%s", text);
}

static void
add(struct stream *s, char type, const void *data, size_t len)
{
	char *p = s->data + s->len;

	p[0] = type;
	for (int i = 0; i < 4; i++)
		p[1 + i] = (char)(len >> (8 * i));
	if (len > 0)
		memcpy(p + 5, data, len);
	s->len += 5 + len;
}

/* An item of mode 06755, of 2001-09-09. */
static void
add_item(struct stream *s, char type, const char *name, size_t len)
{
	char data[512] = { (char)0xed, 0x0d, 0, 0, 0, (char)0xca, (char)0x9a,
		0x3b };

	memcpy(data + META, name, len);
	add(s, type, data, META + len);
}

static void
add_file(struct stream *s, const char *name, const char *text)
{
	add_item(s, 'f', name, strlen(name));
	add(s, 'b', text, strlen(text));
	add(s, 'e', NULL, 0);
}

/* Receive the stream as path, under the name as. */
static int
receive_with(bool keep, struct stream *s, const char *path, const char *as)
{
	_cleanup_copy struct zd_copy c = { .out = -1,
		.keep = keep,
		.mode = 0777,
		.as = as,
		.note = keep_note };
	int p[2];
	int ret;

	note[0] = '\0';
	memset(&e, 0, sizeof(e));
	ck_assert_int_eq(pipe2(p, O_CLOEXEC), 0);
	(void)fcntl(p[1], F_SETPIPE_SZ, sizeof(s->data));
	ck_assert_int_eq(write(p[1], s->data, s->len), (ssize_t)s->len);
	ck_assert_int_eq(close(p[1]), 0);
	c.in = p[0];
	ret = zd_copy_receive(&c, path, &e);
	ck_assert_int_eq(close(p[0]), 0);
	return ret == -1 || c.failed > 0 ? -1 : 0;
}

static int
receive(struct stream *s, const char *path, const char *as)
{
	return receive_with(true, s, path, as);
}

static char *
content(const char *path)
{
	char text[64] = "";
	FILE *f = fopen(path, "re");

	if (!f)
		return mem_strdup("(none)");
	(void)!fread(text, 1, sizeof(text) - 1, f);
	(void)fclose(f);
	return mem_strdup(text);
}

#define assert_content(path, text)                  \
	do {                                        \
		_autofree char *c_ = content(path); \
		ck_assert_str_eq(c_, text);         \
	} while (0)

static struct tmpdir dir;

static void
set_up(void)
{
	if (dir.fd > 0)
		tmpdir_remove(&dir);
	dir = tmpdir_new();
	ck_assert_int_eq(chdir(dir.path), 0);
	ck_assert_int_eq(mkdir("in", 0755), 0);
	ck_assert_int_eq(mkdir("other", 0755), 0);
}

START_TEST(a_file_keeps_time_and_mode_but_no_set_user_id)
{
	struct stream s = { 0 };
	struct stat st;

	set_up();
	add_file(&s, "f", "text");
	add(&s, 'q', NULL, 0);
	ck_assert_int_eq(receive(&s, "in", "f"), 0);

	assert_content("in/f", "text");
	ck_assert_int_eq(stat("in/f", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0755);
	ck_assert_int_eq(st.st_mtime, 1000000000);
}
END_TEST

static unsigned
mode_of(const char *path)
{
	struct stat st;

	ck_assert_msg(stat(path, &st) == 0, "%s", path);
	return st.st_mode & 07777;
}

START_TEST(unless_asked_the_umask_and_what_is_there_decide)
{
	struct stream s = { 0 };
	struct stat st;
	mode_t old;

	set_up();
	ck_assert_int_eq(mkdir("in/d", 0701), 0);
	ck_assert_int_eq(close(creat("in/d/old", 0604)), 0);
	add_item(&s, 'd', "d", 1);
	add_file(&s, "old", "text");
	add_file(&s, "new", "text");
	add_item(&s, 'd', "sub", 3);
	add(&s, 'u', NULL, 0);
	add(&s, 'u', NULL, 0);
	add(&s, 'q', NULL, 0);
	old = umask(027);
	ck_assert_int_eq(receive_with(false, &s, "in", "d"), 0);
	(void)umask(old);

	ck_assert_uint_eq(mode_of("in/d"), 0701);
	ck_assert_uint_eq(mode_of("in/d/old"), 0604);
	ck_assert_uint_eq(mode_of("in/d/new"), 0750);
	ck_assert_uint_eq(mode_of("in/d/sub"), 0750);
	ck_assert_int_eq(stat("in/d/new", &st), 0);
	ck_assert_int_gt(st.st_mtime, 1000000000);
	assert_content("in/d/old", "text");
}
END_TEST

START_TEST(a_device_that_was_named_is_written_to)
{
	struct stream s = { 0 };

	set_up();
	add_file(&s, "f", "text");
	add(&s, 'q', NULL, 0);
	ck_assert_int_eq(receive_with(false, &s, "/dev/full", "f"), -1);
	ck_assert_str_eq(note, "/dev/full: No space left on device");
}
END_TEST

START_TEST(the_name_is_the_one_asked_for)
{
	struct stream s = { 0 };

	set_up();
	add_file(&s, ".bashrc", "bad");
	add(&s, 'q', NULL, 0);
	ck_assert_int_eq(receive(&s, "in", "f"), 0);

	assert_content("in/f", "bad");
	ck_assert_int_eq(access("in/.bashrc", F_OK), -1);
}
END_TEST

START_TEST(a_second_item_is_refused)
{
	struct stream s = { 0 };

	set_up();
	add_file(&s, "f", "good");
	add_file(&s, "g", "bad");
	add(&s, 'q', NULL, 0);
	ck_assert_int_eq(receive(&s, "in", "f"), -1);

	ck_assert_str_eq(e.msg, "more than what was asked for");
	assert_content("in/f", "good");
	ck_assert_int_eq(access("in/g", F_OK), -1);
}
END_TEST

/* name, its length */
static const struct {
	const char *name;
	size_t len;
} names[] = {
	{ "", 0 },
	{ ".", 1 },
	{ "..", 2 },
	{ "/", 1 },
	{ "/etc/passwd", 11 },
	{ "../other/f", 10 },
	{ "a/b", 3 },
	{ "a\0b", 3 },
	{ "..\0", 3 },
	{ "\0", 1 },
};

START_TEST(illegal_names_are_refused)
{
	static const char types[] = "fd";

	for (const char *t = types; *t != '\0'; t++) {
		struct stream s = { 0 };

		set_up();
		add_item(&s, 'd', "top", 3);
		add_item(&s, *t, names[_i].name, names[_i].len);
		add(&s, 'q', NULL, 0);
		ck_assert_int_eq(receive(&s, "in", NULL), -1);
		ck_assert_str_eq(e.msg, "an item with an illegal name");
	}
}
END_TEST

START_TEST(nothing_goes_through_a_link_the_zone_made)
{
	struct stream s = { 0 };

	set_up();
	add_item(&s, 'd', "top", 3);
	add_item(&s, 'l', "link\0../../other", 16);
	add_item(&s, 'd', "link", 4);
	add_file(&s, "f", "bad");
	add(&s, 'u', NULL, 0);
	add_item(&s, 'l', "file\0../../other/g", 18);
	add_file(&s, "file", "bad");
	add(&s, 'u', NULL, 0);
	add(&s, 'q', NULL, 0);
	ck_assert_int_eq(receive(&s, "in", "top"), -1);

	ck_assert_str_eq(note,
	    "in/top/file: is a symbolic link, which is not followed");
	ck_assert_int_eq(access("other/f", F_OK), -1);
	ck_assert_int_eq(access("other/g", F_OK), -1);
}
END_TEST

START_TEST(more_ups_than_downs_are_refused)
{
	struct stream s = { 0 };

	set_up();
	add_item(&s, 'd', "top", 3);
	add(&s, 'u', NULL, 0);
	add(&s, 'u', NULL, 0);
	add(&s, 'q', NULL, 0);
	ck_assert_int_eq(receive(&s, "in", "top"), -1);
	ck_assert_str_eq(e.msg, "more directories left than entered");
}
END_TEST

START_TEST(endless_depth_is_refused)
{
	struct stream s = { 0 };

	set_up();
	for (int i = 0; i < ZD_COPY_DEPTH + 10; i++)
		add_item(&s, 'd', "d", 1);
	add(&s, 'q', NULL, 0);
	ck_assert_int_eq(receive(&s, "in", "top"), -1);
	ck_assert_str_eq(e.msg, "directories too deep");
}
END_TEST

START_TEST(a_frame_that_is_too_long_is_refused)
{
	struct stream s = { 0 };

	set_up();
	add_item(&s, 'f', "f", 1);
	add(&s, 'b', "x", 1);
	s.data[s.len - 2] = 0x7f; /* the length's last byte */
	ck_assert_int_eq(receive(&s, "in", "f"), -1);
	ck_assert_str_eq(e.msg, "a frame is too long");
}
END_TEST

START_TEST(a_stream_that_stops_is_an_error_wherever_it_stops)
{
	struct stream whole = { 0 };

	add_item(&whole, 'd', "top", 3);
	add_item(&whole, 'l', "link\0target", 11);
	add_file(&whole, "f", "text");
	add(&whole, 'u', NULL, 0);
	add(&whole, 'q', NULL, 0);
	for (size_t len = 0; len < whole.len; len++) {
		struct stream s = whole;

		s.len = len;
		if (len == 0)
			set_up();
		ck_assert_int_eq(receive(&s, "in", "top"), -1);
		ck_assert_int_eq(e.code, EPIPE);
	}
	ck_assert_int_eq(receive(&whole, "in", "top"), 0);
}
END_TEST

START_TEST(what_is_no_file_is_not_written_to)
{
	struct stream s = { 0 };

	set_up();
	ck_assert_int_eq(mkfifo("in/f", 0600), 0);
	add_file(&s, "f", "text");
	add(&s, 'q', NULL, 0);
	ck_assert_int_eq(receive(&s, "in", "f"), -1);
	ck_assert_uint_gt(strlen(note), 0);
}
END_TEST

START_TEST(a_link_replaces_only_a_link)
{
	struct stream s = { 0 };
	char target[16] = "";

	set_up();
	ck_assert_int_eq(symlink("old", "in/l"), 0);
	add_item(&s, 'l', "l\0new", 5);
	add(&s, 'q', NULL, 0);
	ck_assert_int_eq(receive(&s, "in", "l"), 0);
	ck_assert_int_eq(readlink("in/l", target, sizeof(target)), 3);
	ck_assert_str_eq(target, "new");

	ck_assert_int_eq(unlink("in/l"), 0);
	ck_assert_int_eq(mkdir("in/l", 0755), 0);
	ck_assert_int_eq(receive(&s, "in", "l"), -1);
}
END_TEST

START_TEST(unknown_frames_are_refused)
{
	struct stream s = { 0 };

	set_up();
	add(&s, 'c', "device", 6);
	ck_assert_int_eq(receive(&s, "in", "f"), -1);
	ck_assert_str_eq(e.msg, "a frame of an unknown kind");
}
END_TEST

int
main(void)
{
	const TTest *const plain[] = {
		a_file_keeps_time_and_mode_but_no_set_user_id,
		unless_asked_the_umask_and_what_is_there_decide,
		a_device_that_was_named_is_written_to,
		the_name_is_the_one_asked_for, a_second_item_is_refused,
		nothing_goes_through_a_link_the_zone_made,
		more_ups_than_downs_are_refused, endless_depth_is_refused,
		a_frame_that_is_too_long_is_refused,
		a_stream_that_stops_is_an_error_wherever_it_stops,
		what_is_no_file_is_not_written_to, a_link_replaces_only_a_link,
		unknown_frames_are_refused
	};
	/* The tests' processes leave their directory behind: one for all. */
	struct tmpdir all _tmpdir = tmpdir_new();
	Suite *suite = suite_create("zonecp");
	TCase *tc = tcase_create("zonecp");
	SRunner *runner = srunner_create(suite);
	int failed;

	(void)setenv("WORK", all.path, 1);
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		tcase_add_test(tc, plain[i]);
	tcase_add_loop_test(tc, illegal_names_are_refused, 0, ARRAY_LEN(names));
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
