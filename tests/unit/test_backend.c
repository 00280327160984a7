/* SPDX-License-Identifier: ISC
 *
 * Backends: one suite for all of them; an operation is there exactly when its
 * bit says so.
 */
#include "fs/backend.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "fs/mounts.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

START_TEST(bits_and_operations_agree)
{
	const struct fs_backend *b;

	for (size_t i = 0; (b = fs_backend_at(i)) != NULL; i++) {
		bool freezes = (b->can & FS_CAN_FREEZE) != 0;

		ck_assert_int_eq((b->can & FS_CAN_CREATE) != 0, !!b->create);
		ck_assert_int_eq((b->can & FS_CAN_REMOVE) != 0, !!b->remove);
		ck_assert_int_eq((b->can & FS_CAN_VIEW) != 0, !!b->view);
		ck_assert_int_eq((b->can & FS_CAN_FLATTEN) != 0, !!b->flatten);
		ck_assert_int_eq(freezes, !!b->freeze);
		ck_assert_int_eq(freezes, !!b->same);
		ck_assert_int_eq(freezes, !!b->clone);
		ck_assert_int_eq(freezes, !!b->revert);
		ck_assert_int_eq(freezes, !!b->forget);
		ck_assert(b->probe);
	}
}
END_TEST

START_TEST(each_is_found_by_its_name)
{
	const struct fs_backend *b;

	for (size_t i = 0; (b = fs_backend_at(i)) != NULL; i++)
		ck_assert_ptr_eq(fs_backend_by_name(b->name), b);
	ck_assert_ptr_eq(fs_backend_by_name(""), &fs_backend_layers);
	ck_assert_ptr_null(fs_backend_by_name("floppy"));
}
END_TEST

START_TEST(every_directory_has_one)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	const struct fs_backend *b = NULL;
	struct err e;

	ck_assert_int_eq(fs_backend_for(d.fd, &b, &e), 0);
	ck_assert_ptr_nonnull(b);
}
END_TEST

START_TEST(a_root_is_made_shown_and_removed)
{
	const struct fs_backend *b;

	for (size_t i = 0; (b = fs_backend_at(i)) != NULL && geteuid() == 0;
	     i++) {
		_tmpdir struct tmpdir d = tmpdir_new();
		const struct fs_home h = { d.fd, d.path };
		_autoclose int view = -1;
		struct err e = { 0 };
		struct stat a;
		struct stat r;

		if (b->probe(d.fd, &e) != 1)
			continue;
		ck_assert_int_eq(b->create(&h, &e), 0);
		ck_assert_int_eq(b->create(&h, &e), 0);
		ck_assert_int_eq(fstatat(d.fd, "root", &r, 0), 0);
		ck_assert_uint_eq(r.st_mode & 07777, 0755);
		view = b->view(&h, -1, FS_VIEW_READ, &e);
		ck_assert_int_ne(view, -1);
		ck_assert_int_eq(fstat(view, &a), 0);
		ck_assert_uint_eq(a.st_ino, r.st_ino);
		fd_close_at(&view);
		view = -1;
		ck_assert_int_eq(b->remove(&h, &e), 0);
		ck_assert_int_eq(b->remove(&h, &e), 0);
		ck_assert_int_eq(faccessat(d.fd, "root", F_OK, 0), -1);
	}
}
END_TEST

START_TEST(a_link_is_no_root)
{
	const struct fs_backend *b;

	for (size_t i = 0; (b = fs_backend_at(i)) != NULL; i++) {
		_tmpdir struct tmpdir d = tmpdir_new();
		const struct fs_home h = { d.fd, d.path };
		struct err e = { 0 };

		ck_assert_int_eq(symlinkat("/etc", d.fd, "root"), 0);
		if (b->probe(d.fd, &e) == 1)
			ck_assert_int_eq(b->create(&h, &e), -1);
		ck_assert_int_eq(b->view(&h, -1, FS_VIEW_READ, &e), -1);
	}
}
END_TEST

START_TEST(mounts_below_a_directory_are_found)
{
	static const char text[] =
	    "1 1 8:1 / / rw - ext4 /dev/sda rw\n"
	    "2 1 8:1 / /z rw shared:1 - ext4 /dev/sda rw\n"
	    "3 1 8:1 / /z/a\\040b rw - tmpfs x rw\n"
	    "4 1 8:1 / /zz rw - tmpfs x rw\n"
	    "5 1 8:1 / /z/q\\999\\ rw - tmpfs x rw\n"
	    "cut off\n"
	    "6 1 8:1 / /z/end";
	_cleanup_mounts struct fs_mounts m = { 0 };

	fs_mounts_parse(text, "/z", &m);
	ck_assert_uint_eq(m.n, 4);
	ck_assert_str_eq(m.path[0], "/z");
	ck_assert_str_eq(m.path[1], "/z/a b");
	ck_assert_str_eq(m.path[2], "/z/q\\999\\");
	ck_assert_str_eq(m.path[3], "/z/end");
}
END_TEST

UNIT_MAIN("backend", bits_and_operations_agree, each_is_found_by_its_name,
    every_directory_has_one, a_root_is_made_shown_and_removed,
    a_link_is_no_root, mounts_below_a_directory_are_found)
