/* SPDX-License-Identifier: ISC
 *
 * Datasets: what is a name, which mount is of which, and what is written down.
 */
#include "fs/dataset.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

START_TEST(names_are_those_of_zfs_and_no_options)
{
	static const char *const good[] = { "tank", "tank/zones/web-1.2",
		"t/a_b:c@SUNWzone1" };
	static const char *const bad[] = { "", "/", "tank/", "/tank", "t//a",
		"-r", "t/-a", "t/a b", "t/a@", "t/a@b@c", "t/a@b/c", "t/..",
		"t/.", "t/a\n", "t/a%s", "t/a#b", "t/\\040" };
	char longest[FS_DATASET_NAME_MAX + 2];

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(fs_dataset_name_ok(good[i]), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!fs_dataset_name_ok(bad[i]), "%s", bad[i]);
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ck_assert(!fs_dataset_name_ok(longest));
	longest[FS_DATASET_NAME_MAX] = '\0';
	ck_assert(fs_dataset_name_ok(longest));
}
END_TEST

START_TEST(a_mount_tells_its_dataset)
{
	static const char text[] =
	    "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda rw\n"
	    "22 21 0:40 / /tank rw shared:2 master:3 - zfs tank rw,xattr\n"
	    "23 22 0:41 / /tank/z rw - zfs tank/zones/z rw,xattr\n"
	    "24 22 0:42 / /b rw - zfs tank/a\\040b rw,xattr\n"
	    "25 22 0:42 / /c rw - tmpfs tank rw\n"
	    "26 22 0:42";
	char name[FS_DATASET_NAME_MAX + 1];

	ck_assert(fs_dataset_of_mount(text, 22, name));
	ck_assert_str_eq(name, "tank");
	ck_assert(fs_dataset_of_mount(text, 23, name));
	ck_assert_str_eq(name, "tank/zones/z");
	ck_assert(!fs_dataset_of_mount(text, 21, name));
	ck_assert(!fs_dataset_of_mount(text, 2, name));
	ck_assert(!fs_dataset_of_mount(text, 24, name));
	ck_assert(!fs_dataset_of_mount(text, 25, name));
	ck_assert(!fs_dataset_of_mount(text, 26, name));
}
END_TEST

START_TEST(what_is_noted_is_read_again)
{
	_tmpdir struct tmpdir t = tmpdir_new();
	_cleanup_datasets struct fs_datasets list = { 0 };
	_cleanup_datasets struct fs_datasets again = { 0 };
	struct fs_dataset d;
	struct err e = { 0 };

	ck_assert_int_eq(fs_dataset_load(t.fd, &d, &e), 1);
	ck_assert_int_eq(fs_dataset_new("tank/a", &d, &e), 0);
	fs_datasets_insert(&list, 0, &d);
	ck_assert_int_eq(fs_dataset_new("tank/b", &d, &e), 0);
	fs_datasets_insert(&list, 0, &d);
	ck_assert_str_ne(list.of[0].id, list.of[1].id);
	ck_assert_int_eq(fs_datasets_save(t.fd, &list, &e), 0);
	ck_assert_int_eq(fs_datasets_load(t.fd, &again, &e), 0);
	ck_assert_uint_eq(again.n, 2);
	ck_assert_str_eq(again.of[0].name, "tank/b");
	ck_assert_str_eq(again.of[0].id, d.id);
	ck_assert_str_eq(again.of[1].name, "tank/a");
	fs_datasets_remove(&list, 0);
	ck_assert_int_eq(fs_datasets_save(t.fd, &list, &e), 0);
	ck_assert_int_eq(fs_dataset_load(t.fd, &d, &e), 0);
	ck_assert_str_eq(d.name, "tank/a");
	fs_datasets_remove(&list, 0);
	ck_assert_int_eq(fs_datasets_save(t.fd, &list, &e), 0);
	ck_assert_int_eq(fs_datasets_save(t.fd, &list, &e), 0);
	ck_assert_int_eq(fs_dataset_load(t.fd, &d, &e), 1);
	ck_assert_int_eq(fs_dataset_new("tank/ b", &d, &e), -1);
}
END_TEST

START_TEST(damage_is_told)
{
	static const char *const bad[] = { "", "tank\n", "tank 12\n",
		"-r 0123456789abcdef0123456789abcdef\n",
		"t 0123456789abcdef0123456789abcdeg\n",
		"t 0123456789abcdef0123456789abcdef\nx\n" };
	_tmpdir struct tmpdir t = tmpdir_new();

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct fs_dataset d;
		struct err e = { 0 };

		ck_assert_int_eq(fd_replace_file(t.fd, FS_DATASET_FILE, 0600,
				     bad[i], strlen(bad[i]), FD_VOLATILE, &e),
		    0);
		ck_assert_msg(fs_dataset_load(t.fd, &d, &e) == -1, "%s",
		    bad[i]);
	}
}
END_TEST

START_TEST(a_root_is_opened_and_no_link)
{
	_tmpdir struct tmpdir t = tmpdir_new();
	_cleanup_datasets struct fs_datasets list = { 0 };
	_autoclose int root = -1;
	_autoclose int again = -1;
	struct fs_dataset d;
	struct err e = { 0 };

	ck_assert_int_eq(fs_root_open(t.fd, &e), -1);
	ck_assert_int_eq(e.code, ENOENT);
	ck_assert_int_eq(symlinkat("/etc", t.fd, "root"), 0);
	ck_assert_int_eq(fs_root_open(t.fd, &e), -1);
	ck_assert_int_eq(unlinkat(t.fd, "root", 0), 0);
	ck_assert_int_eq(mkdirat(t.fd, "root", 0755), 0);
	root = fs_root_open(t.fd, &e);
	ck_assert_int_ne(root, -1);
	ck_assert(!fs_dataset_on_zfs(root));
	/* A zonepath that was copied from ZFS. */
	ck_assert_int_eq(fs_dataset_new("tank/a", &d, &e), 0);
	fs_datasets_insert(&list, 0, &d);
	ck_assert_int_eq(fs_datasets_save(t.fd, &list, &e), 0);
	ck_assert_int_eq(mkdirat(root, "etc", 0755), 0);
	again = fs_root_open(t.fd, &e);
	ck_assert_int_ne(again, -1);
	ck_assert_int_eq(unlinkat(root, "etc", AT_REMOVEDIR), 0);
	ck_assert_int_eq(fs_root_open(t.fd, &e), -1);
}
END_TEST

UNIT_MAIN("dataset", names_are_those_of_zfs_and_no_options,
    a_mount_tells_its_dataset, what_is_noted_is_read_again, damage_is_told,
    a_root_is_opened_and_no_link)
