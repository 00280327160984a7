/* SPDX-License-Identifier: ISC
 *
 * test_inventory - what the reader of dpkg's database tells, and its digests.
 */
#include <errno.h>
#include <string.h>

#include "fs/inventory.h"
#include "fs/md5.h"
#include "tests/unit/fakehost.h"
#include "tests/unit/unit.h"

/* RFC 1321, appendix A.5. */
static const struct {
	const char *text;
	const char *hex;
} vectors[] = {
	{ "", "d41d8cd98f00b204e9800998ecf8427e" },
	{ "a", "0cc175b9c0f1b6a831c399e269772661" },
	{ "abc", "900150983cd24fb0d6963f7d28e17f72" },
	{ "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
	{ "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b" },
	{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	    "d174ab98d277d9f5a5611c2c9f419d9f" },
	{ "12345678901234567890123456789012345678901234567890123456789012345678"
	  "901234567890",
	    "57edf4a22be3c955ac49da2e2107b67a" },
};

START_TEST(md5_gives_the_digests_of_the_rfc)
{
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		char hex[33];

		fake_md5(vectors[i].text, hex);
		ck_assert_str_eq(hex, vectors[i].hex);
	}
}
END_TEST

START_TEST(md5_does_not_depend_on_how_the_text_is_cut)
{
	const char *text = vectors[6].text;
	uint8_t whole[FS_MD5_SIZE], cut[FS_MD5_SIZE];
	struct fs_md5 m;

	fs_md5_init(&m);
	fs_md5_update(&m, text, strlen(text));
	fs_md5_final(&m, whole);
	fs_md5_init(&m);
	for (const char *p = text; *p != '\0'; p++)
		fs_md5_update(&m, p, 1);
	fs_md5_final(&m, cut);

	ck_assert_mem_eq(whole, cut, sizeof(whole));
}
END_TEST

START_TEST(a_digest_in_hexadecimal_is_32_small_digits)
{
	uint8_t sum[FS_MD5_SIZE];

	ck_assert_int_eq(fs_md5_parse(vectors[0].hex, sum), 0);
	ck_assert_uint_eq(sum[0], 0xd4);
	ck_assert_int_eq(fs_md5_parse("d41d8cd98f00b204e9800998ecf8427", sum),
	    -1);
	ck_assert_int_eq(fs_md5_parse("newconffile", sum), -1);
	ck_assert_int_eq(fs_md5_parse("", sum), -1);
}
END_TEST

START_TEST(a_path_is_told_with_its_package_and_digest)
{
	_fakehost struct fakehost h = fakehost_new(1);
	struct fs_inventory inv;
	const struct fs_owned *o;
	struct err e;

	fake_package(&h, "tool");
	fake_conffile(&h, "tool", "/etc/tool.conf", "as packaged\n");
	fake_owned(&h, "tool", "/usr/bin/tool", "tool\n");
	fakehost_ready(&h);
	ck_assert_int_eq(fs_inventory_read(h.root, &inv, &e), 0);

	o = fs_inventory_find(&inv, "usr/bin/tool");
	ck_assert_ptr_nonnull(o);
	ck_assert_str_eq(o->package, "tool");
	ck_assert(o->has_md5 && !o->is_conffile);
	o = fs_inventory_find(&inv, "etc/tool.conf");
	ck_assert_ptr_nonnull(o);
	ck_assert(o->has_md5 && o->is_conffile);
	ck_assert_ptr_null(fs_inventory_find(&inv, "etc/passwd"));
	fs_inventory_done(&inv);
}
END_TEST

START_TEST(on_a_merged_usr_a_path_is_told_as_it_lies_on_disk)
{
	_fakehost struct fakehost h = fakehost_new(1);
	struct fs_inventory inv;
	struct err e;

	fake_package(&h, "libx");
	fake_owned(&h, "libx", "/lib/libx.so", "x");
	fakehost_ready(&h);
	ck_assert_int_eq(fs_inventory_read(h.root, &inv, &e), 0);

	ck_assert_ptr_null(fs_inventory_find(&inv, "lib/libx.so"));
	ck_assert_ptr_nonnull(fs_inventory_find(&inv, "usr/lib/libx.so"));
	ck_assert(fs_inventory_find(&inv, "usr/lib/libx.so")->has_md5);
	ck_assert_ptr_nonnull(fs_inventory_find_named(&inv, "/lib/libx.so"));
	fs_inventory_done(&inv);
}
END_TEST

START_TEST(without_a_merged_usr_a_path_stays_where_it_is)
{
	_fakehost struct fakehost h = fakehost_new(0);
	struct fs_inventory inv;
	struct err e;

	fake_package(&h, "libx");
	fake_owned(&h, "libx", "/lib/libx.so", "x");
	fakehost_ready(&h);
	ck_assert_int_eq(fs_inventory_read(h.root, &inv, &e), 0);

	ck_assert_ptr_nonnull(fs_inventory_find(&inv, "lib/libx.so"));
	fs_inventory_done(&inv);
}
END_TEST

START_TEST(a_diverted_file_is_where_dpkg_put_it)
{
	_fakehost struct fakehost h = fakehost_new(1);
	struct fs_inventory inv;
	struct err e;

	fake_package(&h, "dash");
	fake_package(&h, "vim");
	fake_owned(&h, "dash", "/bin/sh", "dash's");
	fake_owned(&h, "vim", "/bin/sh", "vim's");
	fake_file(&h, "var/lib/dpkg/diversions",
	    "/bin/sh\n/bin/sh.distrib\nvim\n");
	fakehost_ready(&h);
	ck_assert_int_eq(fs_inventory_read(h.root, &inv, &e), 0);

	ck_assert_str_eq(fs_inventory_find(&inv, "usr/bin/sh")->package, "vim");
	ck_assert_str_eq(fs_inventory_find(&inv, "usr/bin/sh.distrib")->package,
	    "dash");
	fs_inventory_done(&inv);
}
END_TEST

START_TEST(the_administrators_own_diversion_keeps_the_path)
{
	_fakehost struct fakehost h = fakehost_new(1);
	struct fs_inventory inv;
	const struct fs_owned *o;
	struct err e;

	fake_package(&h, "tool");
	fake_owned(&h, "tool", "/usr/bin/tool", "tool\n");
	fake_file(&h, "var/lib/dpkg/diversions",
	    "/usr/bin/tool\n/usr/bin/tool.real\n:\n");
	fakehost_ready(&h);
	ck_assert_int_eq(fs_inventory_read(h.root, &inv, &e), 0);

	o = fs_inventory_find(&inv, "usr/bin/tool");
	ck_assert_ptr_nonnull(o);
	ck_assert_str_eq(o->from, "usr/bin/tool.real");
	ck_assert(o->has_md5);
	fs_inventory_done(&inv);
}
END_TEST

START_TEST(a_digest_of_a_file_that_another_package_took_over_does_not_count)
{
	_fakehost struct fakehost h = fakehost_new(1);
	struct fs_inventory inv;
	const struct fs_owned *o;
	char hex[33];
	struct err e;

	fake_package(&h, "new");
	fake_package(&h, "old");
	fake_owned(&h, "new", "/usr/bin/x", "new's");
	fake_md5("old's", hex);
	fake_info(&h, "old", "md5sums", "%s  usr/bin/x", hex);
	fakehost_ready(&h);
	ck_assert_int_eq(fs_inventory_read(h.root, &inv, &e), 0);

	o = fs_inventory_find(&inv, "usr/bin/x");
	ck_assert_str_eq(o->package, "new");
	ck_assert_int_eq(o->md5[0], ({
		uint8_t sum[FS_MD5_SIZE];

		fake_md5("new's", hex);
		ck_assert_int_eq(fs_md5_parse(hex, sum), 0);
		sum[0];
	}));
	fs_inventory_done(&inv);
}
END_TEST

START_TEST(a_file_list_of_a_package_that_is_not_installed_does_not_count)
{
	_fakehost struct fakehost h = fakehost_new(1);
	struct fs_inventory inv;
	struct err e;

	fake_package(&h, "tool");
	fake_owned(&h, "stray", "/usr/bin/stray", "x");
	fakehost_ready(&h);
	ck_assert_int_eq(fs_inventory_read(h.root, &inv, &e), 0);

	ck_assert_ptr_null(fs_inventory_find(&inv, "usr/bin/stray"));
	ck_assert(fs_inventory_has_package(&inv, "tool"));
	ck_assert(!fs_inventory_has_package(&inv, "stray"));
	fs_inventory_done(&inv);
}
END_TEST

START_TEST(paths_that_leave_the_root_are_nobodys)
{
	_fakehost struct fakehost h = fakehost_new(1);
	struct fs_inventory inv;
	struct err e;

	fake_package(&h, "evil");
	fake_lists(&h, "evil", "/usr/../../etc/x");
	fake_lists(&h, "evil", "relative");
	fake_lists(&h, "evil", "");
	fakehost_ready(&h);
	ck_assert_int_eq(fs_inventory_read(h.root, &inv, &e), 0);

	ck_assert_uint_eq(inv.n, 0);
	fs_inventory_done(&inv);
}
END_TEST

START_TEST(a_system_without_dpkg_is_told_what_is_missing_and_what_to_do)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct fs_inventory inv;
	struct err e;

	ck_assert_int_eq(fs_inventory_read(d.fd, &inv, &e), -1);

	ck_assert_int_eq(e.code, ENOENT);
	ck_assert_str_eq(e.msg,
	    "this system has no package database of dpkg's, and a zone can "
	    "only be made from packaged files; install from a directory (-d) "
	    "or an archive (-a): open 'var/lib/dpkg': No such file or "
	    "directory");
}
END_TEST

UNIT_MAIN("inventory", md5_gives_the_digests_of_the_rfc,
    md5_does_not_depend_on_how_the_text_is_cut,
    a_digest_in_hexadecimal_is_32_small_digits,
    a_path_is_told_with_its_package_and_digest,
    on_a_merged_usr_a_path_is_told_as_it_lies_on_disk,
    without_a_merged_usr_a_path_stays_where_it_is,
    a_diverted_file_is_where_dpkg_put_it,
    the_administrators_own_diversion_keeps_the_path,
    a_digest_of_a_file_that_another_package_took_over_does_not_count,
    a_file_list_of_a_package_that_is_not_installed_does_not_count,
    paths_that_leave_the_root_are_nobodys,
    a_system_without_dpkg_is_told_what_is_missing_and_what_to_do)
