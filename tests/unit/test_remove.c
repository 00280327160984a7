/* SPDX-License-Identifier: ISC
 *
 * Removal: everything goes, whatever a zone did to keep it; nothing outside
 * does.
 */
#include "fs/remove.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

static void
put(int dir, const char *name)
{
	_autoclose int fd = openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC,
	    0600);

	ck_assert_int_ne(fd, -1);
}

static void
removes(const struct tmpdir *d, const char *name)
{
	struct err e = { 0 };

	ck_assert_msg(fs_remove_tree(d->fd, name, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(faccessat(d->fd, name, F_OK, AT_SYMLINK_NOFOLLOW), -1);
}

START_TEST(a_missing_tree_is_no_error)
{
	_tmpdir struct tmpdir d = tmpdir_new();

	removes(&d, "nothing");
}
END_TEST

START_TEST(a_tree_goes_and_its_links_lead_nowhere)
{
	_tmpdir struct tmpdir d = tmpdir_new();

	ck_assert_int_eq(mkdirat(d.fd, "keep", 0755), 0);
	put(d.fd, "keep/file");
	ck_assert_int_eq(mkdirat(d.fd, "t", 0755), 0);
	ck_assert_int_eq(mkdirat(d.fd, "t/a", 0), 0);
	ck_assert_int_eq(fchmodat(d.fd, "t/a", 0700, 0), 0);
	put(d.fd, "t/a/f");
	ck_assert_int_eq(symlinkat("../../keep", d.fd, "t/a/up"), 0);
	ck_assert_int_eq(symlinkat("/", d.fd, "t/all"), 0);
	ck_assert_int_eq(linkat(d.fd, "keep/file", d.fd, "t/hard", 0), 0);
	ck_assert_int_eq(mkfifoat(d.fd, "t/fifo", 0600), 0);
	ck_assert_int_eq(mknodat(d.fd, "t/sock", S_IFSOCK | 0600, 0), 0);
	removes(&d, "t");
	ck_assert_int_eq(faccessat(d.fd, "keep/file", F_OK, 0), 0);
}
END_TEST

START_TEST(a_link_in_place_of_the_tree_is_only_unlinked)
{
	_tmpdir struct tmpdir d = tmpdir_new();

	ck_assert_int_eq(mkdirat(d.fd, "keep", 0755), 0);
	put(d.fd, "keep/file");
	ck_assert_int_eq(symlinkat("keep", d.fd, "t"), 0);
	removes(&d, "t");
	ck_assert_int_eq(faccessat(d.fd, "keep/file", F_OK, 0), 0);
}
END_TEST

/* A chain of n directories called name, each with a file. */
static void
nest(int top, const char *name, int n)
{
	int fd = dup(top);

	for (int i = 0; i < n; i++) {
		int next;

		ck_assert_int_eq(mkdirat(fd, name, 0755), 0);
		next = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ck_assert_int_ne(next, -1);
		put(next, "file");
		(void)close(fd);
		fd = next;
	}
	(void)close(fd);
}

START_TEST(a_tree_deeper_than_any_path_goes)
{
	_tmpdir struct tmpdir d = tmpdir_new();

	nest(d.fd, "t", 5000);
	removes(&d, "t");
}
END_TEST

START_TEST(a_tree_that_guesses_our_names_goes)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_autoclose int t = -1;

	ck_assert_int_eq(mkdirat(d.fd, "t", 0755), 0);
	t = openat(d.fd, "t", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	put(t, ".zone-remove-0");
	ck_assert_int_eq(symlinkat("/etc", t, ".zone-remove-1"), 0);
	ck_assert_int_eq(mkdirat(t, ".zone-remove-2", 0755), 0);
	put(t, ".zone-remove-2/f");
	nest(t, ".zone-remove-3", 200);
	nest(t, "deep", 500);
	removes(&d, "t");
	ck_assert_int_eq(access("/etc", F_OK), 0);
}
END_TEST

static void
set_flags(int dir, const char *name, int flags)
{
	_autoclose int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	/* Not every file system has them. */
	(void)ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

START_TEST(immutable_files_go)
{
	_tmpdir struct tmpdir d = tmpdir_new();

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(mkdirat(d.fd, "t", 0755), 0);
	ck_assert_int_eq(mkdirat(d.fd, "t/a", 0755), 0);
	put(d.fd, "t/a/f");
	put(d.fd, "t/a/g");
	set_flags(d.fd, "t/a/f", FS_IMMUTABLE_FL);
	set_flags(d.fd, "t/a/g", FS_APPEND_FL);
	set_flags(d.fd, "t/a", FS_IMMUTABLE_FL);
	set_flags(d.fd, "t", FS_APPEND_FL);
	removes(&d, "t");
}
END_TEST

/* In a mount namespace of its own: what is mounted in the tree stays. */
static int
with_mount(const char *kind)
{
	struct tmpdir d = tmpdir_new();
	struct err e = { 0 };
	char path[256];
	int result;

	ck_assert_int_eq(mkdirat(d.fd, "t", 0755), 0);
	ck_assert_int_eq(mkdirat(d.fd, "t/m", 0755), 0);
	ck_assert_int_eq(mkdirat(d.fd, "keep", 0755), 0);
	put(d.fd, "keep/file");
	(void)snprintf(path, sizeof(path), "%s/t/m", d.path);
	if (strcmp(kind, "bind") == 0) {
		char from[256];

		(void)snprintf(from, sizeof(from), "%s/keep", d.path);
		if (mount(from, path, NULL, MS_BIND, NULL) == -1)
			return 0;
	} else if (mount("t", path, "tmpfs", 0, NULL) == -1) {
		return 0;
	}
	put(d.fd, "t/m/inside");
	result = fs_remove_tree(d.fd, "t", &e) == -1 && e.code == EBUSY &&
		faccessat(d.fd, "t/m/inside", F_OK, 0) == 0 &&
		faccessat(d.fd, "keep/file", F_OK, 0) == 0
	    ? 0
	    : 1;
	(void)umount(path);
	tmpdir_remove(&d);
	return result;
}

START_TEST(a_mount_in_the_tree_is_left_alone)
{
	static const char *const kinds[] = { "bind", "tmpfs" };

	for (size_t i = 0; i < ARRAY_LEN(kinds) && geteuid() == 0; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			if (unshare(CLONE_NEWNS) == -1 ||
			    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ==
				-1)
				_exit(0);
			_exit(with_mount(kinds[i]));
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_int_eq(status, 0);
	}
}
END_TEST

START_TEST(an_error_names_what_could_not_go)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };

	ck_assert_int_eq(fs_remove_tree(d.fd, "", &e), 0); /* ENOENT */
	(void)close(d.fd);
	ck_assert_int_eq(fs_remove_tree(d.fd, "t", &e), -1);
	ck_assert_str_eq(e.msg, "stat 't': Bad file descriptor");
	d.fd = -1;
}
END_TEST

UNIT_MAIN("remove", a_missing_tree_is_no_error,
    a_tree_goes_and_its_links_lead_nowhere,
    a_link_in_place_of_the_tree_is_only_unlinked,
    a_tree_deeper_than_any_path_goes, a_tree_that_guesses_our_names_goes,
    immutable_files_go, a_mount_in_the_tree_is_left_alone,
    an_error_names_what_could_not_go)
