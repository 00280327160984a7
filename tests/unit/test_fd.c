/* SPDX-License-Identifier: ISC
 *
 * Descriptors: what cannot be opened beneath a directory, whole files, atomic
 * replacement, and descriptors over a socket.
 */
#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

static void
put(const struct tmpdir *d, const char *name, const char *text)
{
	struct err e;

	ck_assert_int_eq(fd_replace_file(d->fd, name, 0600, text, strlen(text),
			     FD_VOLATILE, &e),
	    0);
}

static bool
is_cloexec(int fd)
{
	return fcntl(fd, F_GETFD) & FD_CLOEXEC;
}

START_TEST(take_leaves_minus_one)
{
	int fd = 7;

	ck_assert_int_eq(fd_take(&fd), 7);
	ck_assert_int_eq(fd, -1);
}
END_TEST

static int
remove_next(int dir, const struct dirent *d, void *arg, struct err *e)
{
	++*(int *)arg;
	return unlinkat(dir, d->d_name, 0) == -1 ? err_sys(e, "unlink") : 0;
}

static int
stop(int dir, const struct dirent *d, void *arg, struct err *e)
{
	(void)dir;
	++*(int *)arg;
	return err_set(e, EPERM, "stopped at %c", d->d_name[0]);
}

START_TEST(each_entry_comes_once_and_may_go)
{
	_autoclose int path = -1;
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };
	int n = 0;

	for (int i = 0; i < 500; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "x%d", i);
		put(&d, name, "");
	}
	ck_assert_int_eq(fd_each_entry(d.fd, stop, &n, &e), -1);
	ck_assert_int_eq(n, 1);
	ck_assert_str_eq(e.msg, "stopped at x");
	n = 0;
	path = openat(d.fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(fd_each_entry(path, remove_next, &n, &e), 0);
	ck_assert_int_eq(n, 500);
	ck_assert_int_eq(fd_each_entry(d.fd, remove_next, &n, &e), 0);
	ck_assert_int_eq(n, 500);
}
END_TEST

START_TEST(autoclose_closes_and_keeps_errno)
{
	int number;

	{
		_autoclose int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		_autoclose int none = -1;

		number = fd;
		(void)none;
		errno = EXDEV;
	}
	ck_assert_int_eq(errno, EXDEV);
	ck_assert_int_eq(fcntl(number, F_GETFD), -1);
}
END_TEST

/* path, how, errno expected (0: opens) */
static const struct {
	const char *path;
	unsigned how;
	int code;
} opens[] = {
	{ "file", FD_BENEATH, 0 },
	{ "dir/file", FD_BENEATH, 0 },
	{ "dir/../file", FD_BENEATH, 0 },
	{ "in", FD_BENEATH, 0 },
	{ "in", FD_NO_SYMLINKS, ELOOP },
	{ "../file", FD_BENEATH, EXDEV },
	{ "/file", FD_BENEATH, EXDEV },
	{ "out", FD_BENEATH, EXDEV },
	{ "up", FD_BENEATH, EXDEV },
	{ "out", FD_IN_ROOT, 0 }, /* /file means ours */
	{ "up", FD_IN_ROOT, 0 },  /* and .. ends at the top */
	{ "proc/self/fd/0", FD_BENEATH, ENOENT },
	{ "none", FD_BENEATH, ENOENT },
};

START_TEST(nothing_outside_a_directory_opens_beneath_it)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_autoclose int fd = -1;
	struct err e = { 0 };

	put(&d, "file", "x");
	ck_assert_int_eq(mkdirat(d.fd, "dir", 0700), 0);
	ck_assert_int_eq(linkat(d.fd, "file", d.fd, "dir/file", 0), 0);
	ck_assert_int_eq(symlinkat("file", d.fd, "in"), 0);
	ck_assert_int_eq(symlinkat("/file", d.fd, "out"), 0);
	ck_assert_int_eq(symlinkat("../file", d.fd, "up"), 0);

	fd = fd_open_beneath(d.fd, opens[_i].path, opens[_i].how, O_RDONLY, 0,
	    &e);

	ck_assert_int_eq(e.code, opens[_i].code);
	ck_assert_int_eq(fd == -1, opens[_i].code != 0);
	if (fd != -1)
		ck_assert(is_cloexec(fd));
}
END_TEST

START_TEST(magic_links_are_refused)
{
	_autoclose int proc = open("/proc/self", O_RDONLY | O_CLOEXEC);
	struct err e = { 0 };

	ck_assert_int_eq(fd_open_beneath(proc, "exe", FD_IN_ROOT, O_RDONLY, 0,
			     &e),
	    -1);
	ck_assert_int_eq(e.code, ELOOP);
}
END_TEST

START_TEST(a_mount_is_not_crossed)
{
	_autoclose int top = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_autoclose int proc = fd_open_beneath(top, "proc", FD_BENEATH,
	    O_RDONLY | O_DIRECTORY, 0, &(struct err){ 0 });
	struct err e = { 0 };

	ck_assert_int_ge(proc, 0);
	ck_assert_int_eq(fd_open_beneath(top, "proc", FD_NO_XDEV,
			     O_RDONLY | O_DIRECTORY, 0, &e),
	    -1);
	ck_assert_int_eq(e.code, EXDEV);
}
END_TEST

START_TEST(directories_are_made_on_the_way)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };
	struct stat st;
	_autoclose int fd = fd_make_dirs(d.fd, "a/./b//c", 0711, &e);
	_autoclose int again = fd_make_dirs(d.fd, "a/b/c", 0700, &e);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_ge(again, 0);
	ck_assert_int_eq(fstatat(d.fd, "a/b/c", &st, 0), 0);
	ck_assert(S_ISDIR(st.st_mode));
}
END_TEST

START_TEST(a_link_on_the_way_is_not_followed)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };

	ck_assert_int_eq(symlinkat("/tmp", d.fd, "a"), 0);
	ck_assert_int_eq(fd_make_dirs(d.fd, "a/b", 0700, &e), -1);
	ck_assert_int_eq(e.code, ELOOP);
}
END_TEST

START_TEST(a_whole_file_is_read_with_its_length)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_autofree char *big = mem_alloc(10001);
	_autofree char *text = NULL;
	struct err e = { 0 };
	size_t len;

	memset(big, 'b', 10000);
	put(&d, "f", big);

	ck_assert_int_eq(fd_read_file(d.fd, "f", 10000, &text, &len, &e), 0);
	ck_assert_uint_eq(len, 10000);
	ck_assert_str_eq(text, big);
}
END_TEST

START_TEST(a_file_longer_than_allowed_is_an_error)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };
	char *text = NULL;

	put(&d, "f", "12345");
	ck_assert_int_eq(fd_read_file(d.fd, "f", 4, &text, NULL, &e), -1);

	ck_assert_int_eq(e.code, EFBIG);
	ck_assert_str_eq(e.msg, "'f': longer than 4 bytes");
	ck_assert_ptr_null(text);
}
END_TEST

START_TEST(a_missing_file_says_so)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };
	char *text = NULL;

	ck_assert_int_eq(fd_read_file(d.fd, "f", 4, &text, NULL, &e), -1);
	ck_assert_int_eq(e.code, ENOENT);
	ck_assert_str_eq(e.msg, "open 'f': No such file or directory");
}
END_TEST

START_TEST(a_link_is_not_read_and_a_fifo_does_not_block)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_autofree char *text = NULL;
	struct err e = { 0 };
	size_t len;

	ck_assert_int_eq(symlinkat("/etc/passwd", d.fd, "l"), 0);
	ck_assert_int_eq(mkfifoat(d.fd, "p", 0600), 0);

	ck_assert_int_eq(fd_read_file(d.fd, "l", 99, &text, &len, &e), -1);
	ck_assert_int_eq(e.code, ELOOP);
	ck_assert_int_eq(fd_read_file(d.fd, "p", 99, &text, &len, &e), 0);
	ck_assert_uint_eq(len, 0);
}
END_TEST

START_TEST(replacing_gives_exactly_the_mode_and_leaves_one_name)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_autofree char *text = NULL;
	struct err e = { 0 };
	struct stat st;

	(void)umask(077);
	put(&d, "f", "old content");
	ck_assert_int_eq(fd_replace_file(d.fd, "f", 0644, "new", 3, FD_DURABLE,
			     &e),
	    0);

	ck_assert_int_eq(fstatat(d.fd, "f", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0644);
	ck_assert_int_eq(fd_read_file(d.fd, "f", 99, &text, NULL, &e), 0);
	ck_assert_str_eq(text, "new");
	/* "." and ".." and the parent's link: nothing else was left. */
	ck_assert_int_eq(unlinkat(d.fd, "f", 0), 0);
	ck_assert_int_eq(rmdir(d.path), 0);
}
END_TEST

START_TEST(a_replacement_that_fails_leaves_the_old_and_nothing_new)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };

	ck_assert_int_eq(mkdirat(d.fd, "f", 0700), 0);
	ck_assert_int_eq(fd_replace_file(d.fd, "f", 0644, "new", 3, FD_VOLATILE,
			     &e),
	    -1);

	ck_assert_int_eq(e.code, EISDIR);
	ck_assert_int_eq(unlinkat(d.fd, "f", AT_REMOVEDIR), 0);
	ck_assert_int_eq(rmdir(d.path), 0);
}
END_TEST

START_TEST(text_is_put_into_an_existing_file_only)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };

	put(&d, "f", "");
	ck_assert_int_eq(fd_put(d.fd, "f", "1", &e), 0);
	ck_assert_int_eq(fd_put(d.fd, "g", "1", &e), -1);
	ck_assert_str_eq(e.msg, "open 'g': No such file or directory");
}
END_TEST

START_TEST(bytes_and_descriptors_cross_a_socket)
{
	_autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct err e = { 0 };
	int got[2] = { -1, -1 };
	size_t ngot;
	char buf[8];
	int s[2];
	const int sent[] = { null, null };

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			     s),
	    0);
	ck_assert_int_eq(fd_send(s[0], "hello", 5, sent, 2, &e), 0);
	ck_assert_int_eq(fd_recv(s[1], buf, sizeof(buf), got, 2, &ngot, &e), 5);

	ck_assert_mem_eq(buf, "hello", 5);
	ck_assert_uint_eq(ngot, 2);
	ck_assert(is_cloexec(got[0]));
	ck_assert(is_cloexec(got[1]));
	(void)close(got[0]);
	(void)close(got[1]);
	(void)close(s[0]);
	ck_assert_int_eq(fd_recv(s[1], buf, sizeof(buf), got, 2, &ngot, &e), 0);
	(void)close(s[1]);
}
END_TEST

START_TEST(descriptors_beyond_the_limit_are_closed)
{
	_autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct err e = { 0 };
	const int sent[] = { null, null, null };
	int got[1] = { -1 };
	size_t ngot;
	char buf[8];
	int s[2];
	int next;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			     s),
	    0);
	ck_assert_int_eq(fd_send(s[0], "x", 1, sent, 3, &e), 0);
	ck_assert_int_eq(fd_recv(s[1], buf, sizeof(buf), got, 1, &ngot, &e), 1);

	ck_assert_uint_eq(ngot, 1);
	next = dup(null);
	ck_assert_int_eq(next, got[0] + 1); /* the lowest free number */
	(void)close(next);
	(void)close(got[0]);
	(void)close(s[0]);
	(void)close(s[1]);
}
END_TEST

START_TEST(receiving_from_an_empty_socket_is_eagain)
{
	struct err e = { 0 };
	size_t ngot;
	char buf[8];
	int s[2];

	ck_assert_int_eq(socketpair(AF_UNIX,
			     SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
			     s),
	    0);
	ck_assert_int_eq(fd_recv(s[1], buf, sizeof(buf), NULL, 0, &ngot, &e),
	    -1);
	ck_assert_int_eq(e.code, EAGAIN);
	(void)close(s[0]);
	/* And sending to nobody is an error, not SIGPIPE. */
	ck_assert_int_eq(fd_send(s[1], "x", 1, NULL, 0, &e), -1);
	ck_assert_int_eq(e.code, EPIPE);
	(void)close(s[1]);
}
END_TEST

START_TEST(a_duplicate_is_never_one_of_the_standard_three)
{
	_autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	_autoclose int copy = -1;
	char buf[FD_PATH_SIZE];
	struct err e = { 0 };

	(void)close(0);
	copy = fd_dup(null, &e);

	ck_assert_int_ge(copy, 3);
	ck_assert(is_cloexec(copy));
	ck_assert_str_eq(fd_path(7, buf), "/proc/self/fd/7");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("base/fd");
	TCase *t = tcase_create("base/fd");

	tcase_add_test(t, take_leaves_minus_one);
	tcase_add_test(t, each_entry_comes_once_and_may_go);
	tcase_add_test(t, autoclose_closes_and_keeps_errno);
	tcase_add_loop_test(t, nothing_outside_a_directory_opens_beneath_it, 0,
	    (int)ARRAY_LEN(opens));
	tcase_add_test(t, magic_links_are_refused);
	tcase_add_test(t, a_mount_is_not_crossed);
	tcase_add_test(t, directories_are_made_on_the_way);
	tcase_add_test(t, a_link_on_the_way_is_not_followed);
	tcase_add_test(t, a_whole_file_is_read_with_its_length);
	tcase_add_test(t, a_file_longer_than_allowed_is_an_error);
	tcase_add_test(t, a_missing_file_says_so);
	tcase_add_test(t, a_link_is_not_read_and_a_fifo_does_not_block);
	tcase_add_test(t, replacing_gives_exactly_the_mode_and_leaves_one_name);
	tcase_add_test(t,
	    a_replacement_that_fails_leaves_the_old_and_nothing_new);
	tcase_add_test(t, text_is_put_into_an_existing_file_only);
	tcase_add_test(t, bytes_and_descriptors_cross_a_socket);
	tcase_add_test(t, descriptors_beyond_the_limit_are_closed);
	tcase_add_test(t, receiving_from_an_empty_socket_is_eagain);
	tcase_add_test(t, a_duplicate_is_never_one_of_the_standard_three);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
