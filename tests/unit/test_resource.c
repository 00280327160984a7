/* SPDX-License-Identifier: ISC
 *
 * File systems of the configuration: what their words say.
 */
#include "fs/resource.h"

#include <string.h>

#include "base/attr.h"
#include "base/str.h"
#include "base/sys.h"
#include "tests/unit/unit.h"

static struct err e;

static int
parse(const char *dir, const char *type, const char *option,
    struct fs_resource *r)
{
	const char *const options[] = { option, NULL };

	return fs_resource_parse(&(struct fs_resource_text){ dir, "/export", "",
				     type, options },
	    r, &e);
}

static void
refused(const char *dir, const char *type, const char *option, const char *text)
{
	struct fs_resource r = { 0 };

	ck_assert_int_eq(parse(dir, type, option, &r), -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
	ck_assert_str_eq(e.msg, text);
	ck_assert_ptr_null(r.dir);
}

START_TEST(words_are_attributes_of_the_mount)
{
	_cleanup_resource struct fs_resource r = { 0 };

	ck_assert_int_eq(parse("/data", "lofs", "ro,nosuid,exec,nodevices", &r),
	    0);
	ck_assert_uint_eq(r.attrs,
	    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	ck_assert_int_eq(r.owners, FS_OWNERS_AUTO);
	ck_assert_uint_eq(r.noptions, 0);
}
END_TEST

START_TEST(the_last_word_counts)
{
	_cleanup_resource struct fs_resource r = { 0 };

	ck_assert_int_eq(parse("/data", "lofs", "ro,idmap,rw,noidmap", &r), 0);
	ck_assert_uint_eq(r.attrs, MOUNT_ATTR_NODEV);
	ck_assert_int_eq(r.owners, FS_OWNERS_PLAIN);
}
END_TEST

START_TEST(others_go_to_the_file_system)
{
	_cleanup_resource struct fs_resource r = { 0 };

	ck_assert_int_eq(parse("/data", "ext4", "size=1m,,noload,a=b=c", &r),
	    0);
	ck_assert_uint_eq(r.noptions, 6);
	ck_assert_str_eq(r.option[0], "size");
	ck_assert_str_eq(r.option[1], "1m");
	ck_assert_str_eq(r.option[2], "noload");
	ck_assert_ptr_null(r.option[3]);
	ck_assert_str_eq(r.option[5], "b=c");
	ck_assert_ptr_null(r.option[6]);
}
END_TEST

START_TEST(what_cannot_be_is_refused)
{
	refused("/data", "lofs", "size=1",
	    "fs /data: option 'size=1' is unknown to type lofs");
	refused("/data", "ext4", "source=/dev/sda",
	    "fs /data: option 'source=/dev/sda' is refused");
	refused("/data", "ext4", "ro,dev",
	    "fs /data: option 'dev': a file system of a zone has no device "
	    "nodes; use 'add device'");
	refused("/data", "proc", "ro",
	    "cannot verify fs /data: type proc is not allowed.");
	refused("/dev/x", "lofs", "ro",
	    "fs /dev/x: /dev is the zone's own; choose another dir");
	refused("/a/../dev", "lofs", "ro",
	    "fs /a/../dev: dir is not a plain absolute path below '/'");
	refused("/", "lofs", "ro",
	    "fs /: dir is not a plain absolute path below '/'");
}
END_TEST

START_TEST(what_is_the_hosts_kernel_is_no_file_system_of_a_zone)
{
	static const char *const types[] = { "binfmt_misc", "fusectl", "nfsd",
		"pstore", "resctrl", "rpc_pipefs", "selinuxfs", "smackfs" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct fs_resource r = { 0 };

		ck_assert_int_eq(parse("/data", types[i], "ro", &r), -1);
		ck_assert_ptr_nonnull(strstr(e.msg, types[i]));
	}
}
END_TEST

UNIT_MAIN("resource", words_are_attributes_of_the_mount, the_last_word_counts,
    others_go_to_the_file_system, what_cannot_be_is_refused,
    what_is_the_hosts_kernel_is_no_file_system_of_a_zone)
