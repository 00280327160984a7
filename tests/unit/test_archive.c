/* SPDX-License-Identifier: ISC
 *
 * Archives: what is whole and tame is unpacked as it is; everything else is
 * refused, and nothing outside the root is touched.
 */
#include "fs/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/tar.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

/* A directory with root/ to fill, and outside/secret that nobody may touch. */
static struct tmpdir
start(void)
{
	struct tmpdir d = tmpdir_new();
	struct err e;

	ck_assert_int_eq(mkdirat(d.fd, "root", 0755), 0);
	ck_assert_int_eq(mkdirat(d.fd, "outside", 0755), 0);
	ck_assert_int_eq(fd_replace_file(d.fd, "secret", 0600, "secret", 6,
			     FD_VOLATILE, &e),
	    0);
	return d;
}

static int
unpack_with(const struct tmpdir *d, const struct tar *t,
    const struct fs_archive_limits *limits, struct err *e)
{
	struct fs_progress p = { 0 };
	_autoclose int fd = memfd_create("tar", MFD_CLOEXEC);
	_autoclose int root = openat(d->fd, "root",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_eq(fd_write_all(fd, t->data, t->len, e), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fs_archive_unpack(fd, root, limits, &p, e);
}

static int
unpack(const struct tmpdir *d, const struct tar *t, struct err *e)
{
	return unpack_with(d, t, &FS_ARCHIVE_LIMITS, e);
}

static void
outside_is_as_it_was(const struct tmpdir *d)
{
	_autofree char *text = NULL;
	struct err e;
	struct stat st;

	ck_assert_int_eq(fd_read_file(d->fd, "secret", 64, &text, NULL, &e), 0);
	ck_assert_str_eq(text, "secret");
	ck_assert_int_eq(fstatat(d->fd, "secret", &st, 0), 0);
	ck_assert_uint_eq(st.st_nlink, 1);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(unlinkat(d->fd, "outside", AT_REMOVEDIR), 0);
	ck_assert_int_eq(faccessat(d->fd, "pwned", F_OK, 0), -1);
}

/* Where our ids are the test's own, so that it runs for anybody. */
static struct tar_member
member(const char *name, char type, const char *link, const char *data)
{
	return (struct tar_member){ name, type, link, data,
		type == '5' ? 0755 : 0644, geteuid(), getegid() };
}

static void
add(struct tar *t, const char *name, char type, const char *link,
    const char *data)
{
	struct tar_member m = member(name, type, link, data);

	tar_add(t, &m);
}

/* raw name, normal form or NULL */
static const struct {
	const char *raw;
	const char *normal;
} names[] = {
	{ "etc/passwd", "etc/passwd" },
	{ "./etc/passwd", "etc/passwd" },
	{ "etc/", "etc" },
	{ "./etc/", "etc" },
	{ "./", "." },
	{ ".", "." },
	{ "..a/b..", "..a/b.." },
	{ "a b\n", "a b\n" },
	{ "", NULL },
	{ "/", NULL },
	{ "/etc/passwd", NULL },
	{ "//etc", NULL },
	{ ".//etc", NULL },
	{ "..", NULL },
	{ "../x", NULL },
	{ "./..", NULL },
	{ "a/..", NULL },
	{ "a/../b", NULL },
	{ "a/./b", NULL },
	{ "a//b", NULL },
	{ "a//", NULL },
	{ "a/.", NULL },
	{ "././a", NULL },
};

START_TEST(names_are_normal_or_refused)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		_autofree char *got = fs_archive_name(names[i].raw);

		if (names[i].normal)
			ck_assert_str_eq(got, names[i].normal);
		else
			ck_assert_msg(!got, "'%s' gave '%s'", names[i].raw,
			    got);
	}
}
END_TEST

START_TEST(names_of_any_length_do_no_harm)
{
	_autofree char *longest = mem_alloc(8192);
	_autofree char *deep = mem_alloc(8192);
	_autofree char *a = NULL;
	_autofree char *b = NULL;

	memset(longest, 'x', 256);
	for (size_t i = 0; i < 4000; i += 2)
		memcpy(deep + i, "x/", 2);
	a = fs_archive_name(longest);
	ck_assert(!a);
	b = fs_archive_name(deep);
	ck_assert(b);
	memset(deep, 'x', 5000);
	ck_assert(!fs_archive_name(deep));
}
END_TEST

START_TEST(a_tame_archive_is_unpacked_as_it_is)
{
	_tmpdir struct tmpdir d = start();
	_tar struct tar t = { 0 };
	struct tar_member set_id = member("./bin/su", '0', NULL, "program");
	_autofree char *text = NULL;
	char target[16] = "";
	struct err e = { 0 };
	struct stat st;

	add(&t, "./", '5', NULL, NULL);
	set_id.mode = 04755;
	tar_add(&t, &set_id);
	add(&t, "./etc/", '5', NULL, NULL);
	add(&t, "./etc/motd", '0', NULL, "hello\n");
	add(&t, "./etc/link", '2', "/etc/motd", NULL);
	add(&t, "./etc/hard", '1', "./etc/motd", NULL);
	add(&t, "./run/fifo", '6', NULL, NULL);
	tar_end(&t);
	ck_assert_msg(unpack(&d, &t, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(fd_read_file(d.fd, "root/etc/hard", 64, &text, NULL,
			     &e),
	    0);
	ck_assert_str_eq(text, "hello\n");
	ck_assert_int_eq(fstatat(d.fd, "root/etc/motd", &st, 0), 0);
	ck_assert_uint_eq(st.st_nlink, 2);
	ck_assert_int_eq(st.st_mtim.tv_sec, 1600000000);
	ck_assert_int_eq(fstatat(d.fd, "root/etc", &st, 0), 0);
	ck_assert_int_eq(st.st_mtim.tv_sec, 1600000000);
	ck_assert_int_eq(fstatat(d.fd, "root/bin/su", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 04755);
	ck_assert_int_eq(readlinkat(d.fd, "root/etc/link", target,
			     sizeof(target)),
	    9);
	ck_assert_int_eq(fstatat(d.fd, "root/run/fifo", &st, 0), 0);
	ck_assert(S_ISFIFO(st.st_mode));
}
END_TEST

/* up to four members (name, type, link), what the error says at its end */
static const struct {
	struct {
		const char *name;
		char type;
		const char *link;
	} m[4];
	const char *text;
} refused[] = {
	{ { { "/pwned", '0', NULL } },
	    "member '/pwned' is not a path below the root" },
	{ { { "../pwned", '0', NULL } },
	    "member '../pwned' is not a path below the root" },
	{ { { "a/../../pwned", '0', NULL } },
	    "member 'a/../../pwned' is not a path below the root" },
	{ { { "out", '2', ".." }, { "out/pwned", '0', NULL } },
	    "member 'out/pwned': it lies below something that is not a "
	    "directory" },
	{ { { "out", '2', "../outside" }, { "out/x/y", '5', NULL } },
	    "member 'out/x/y': it lies below something that is not a "
	    "directory" },
	{ { { "a", '5', NULL }, { "a/out", '2', "../.." },
	      { "a/out/pwned", '0', NULL } },
	    "member 'a/out/pwned': it lies below something that is not a "
	    "directory" },
	{ { { "h", '1', "../secret" } },
	    "member 'h': the linked file '../secret' is not a path below the "
	    "root" },
	{ { { "h", '1', "/etc/passwd" } },
	    "member 'h': the linked file '/etc/passwd' is not a path below the "
	    "root" },
	{ { { "out", '2', ".." }, { "h", '1', "out/secret" } },
	    "member 'h': it is a link to a file that is not there before it" },
	{ { { "h", '1', "later" }, { "later", '0', NULL } },
	    "member 'h': it is a link to a file that is not there before it" },
	{ { { "d", '5', NULL }, { "h", '1', "d" } },
	    "member 'h': it is a link to a file that is not there before it" },
	{ { { "f", '0', NULL }, { "f", '1', "f" } },
	    "member 'f': it is a link to itself" },
	{ { { "d", '5', NULL }, { "d", '0', NULL } },
	    "member 'd': it would replace a directory" },
	{ { { "d", '5', NULL }, { "d", '2', "../outside" } },
	    "member 'd': it would replace a directory" },
	{ { { "f", '0', NULL }, { "d", '5', NULL }, { "d", '1', "f" } },
	    "member 'd': it would replace a directory" },
	{ { { "f", '0', NULL }, { "f/x", '0', NULL } },
	    "member 'f/x': it lies below something that is not a directory" },
	{ { { "disk", '4', NULL } }, "member 'disk': it is a device" },
	{ { { "null", '3', NULL } }, "member 'null': it is a device" },
	{ { { "dev", '3', NULL } }, "member 'dev': it is a device" },
	{ { { "./", '2', "../outside" } },
	    "member './': it would replace the root" },
	{ { { ".", '0', NULL } }, "member '.': it would replace the root" },
	{ { { "l", '2', "" } }, "member 'l': it is a link to nothing" },
};

START_TEST(hostile_members_are_refused)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		_tmpdir struct tmpdir d = start();
		_tar struct tar t = { 0 };
		struct err e = { 0 };

		for (size_t k = 0; k < 4 && refused[i].m[k].name; k++)
			add(&t, refused[i].m[k].name, refused[i].m[k].type,
			    refused[i].m[k].link, NULL);
		tar_end(&t);
		ck_assert_msg(unpack(&d, &t, &e) == -1, "%s", refused[i].text);
		ck_assert_str_eq(e.msg, refused[i].text);
		outside_is_as_it_was(&d);
	}
}
END_TEST

START_TEST(devices_below_dev_are_left_out)
{
	_tmpdir struct tmpdir d = start();
	_tar struct tar t = { 0 };
	struct err e = { 0 };

	add(&t, "dev/null", '3', NULL, NULL);
	add(&t, "dev/sda", '4', NULL, NULL);
	tar_end(&t);
	ck_assert_msg(unpack(&d, &t, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(faccessat(d.fd, "root/dev/null", F_OK, 0), -1);
}
END_TEST

START_TEST(of_two_members_of_one_name_the_last_stays)
{
	_tmpdir struct tmpdir d = start();
	_tar struct tar t = { 0 };
	_autofree char *text = NULL;
	struct err e = { 0 };
	struct stat st;

	add(&t, "a", '2', "../secret", NULL);
	add(&t, "a", '0', NULL, "mine");
	add(&t, "b", '2', "../outside", NULL);
	add(&t, "b", '5', NULL, NULL);
	add(&t, "b/x", '0', NULL, "inside");
	tar_end(&t);
	ck_assert_msg(unpack(&d, &t, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(fd_read_file(d.fd, "root/a", 64, &text, NULL, &e), 0);
	ck_assert_str_eq(text, "mine");
	ck_assert_int_eq(fstatat(d.fd, "root/b", &st, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert(S_ISDIR(st.st_mode));
	outside_is_as_it_was(&d);
}
END_TEST

/* An owner, whether the archive may have it. */
static const uint64_t bad_owners[] = { 65536, 524288, 4294967294, 4294967295,
	4294967296, 1ULL << 40 };

START_TEST(owners_that_a_zone_has_not_are_refused)
{
	for (size_t i = 0; i < ARRAY_LEN(bad_owners); i++) {
		for (int as_group = 0; as_group < 2; as_group++) {
			_tmpdir struct tmpdir d = start();
			_tar struct tar t = { 0 };
			struct tar_member m = member("f", '0', NULL, "x");
			struct err e = { 0 };

			if (as_group)
				m.gid = bad_owners[i];
			else
				m.uid = bad_owners[i];
			tar_add(&t, &m);
			tar_end(&t);
			ck_assert_int_eq(unpack(&d, &t, &e), -1);
			ck_assert_int_eq(e.code, ERANGE);
			ck_assert_int_eq(faccessat(d.fd, "root/f", F_OK, 0),
			    -1);
		}
	}
}
END_TEST

static void
tame(struct tar *t)
{
	/* A file that ends in zeros, as long as an end mark and longer. */
	struct tar_member m = member("zeros", '0', NULL, NULL);

	add(t, "a", '0', NULL, "some text");
	tar_header(t, &m, 4096);
	tar_zeros(t, 4096);
}

START_TEST(an_archive_that_ends_early_is_refused)
{
	_tar struct tar t = { 0 };
	size_t whole;

	tame(&t);
	tar_end(&t);
	whole = t.len;
	/* At every block, and one byte before and behind it. */
	for (size_t len = 0; len < whole; len += len % 512 == 1 ? 510 : 1) {
		_tmpdir struct tmpdir d = start();
		struct tar cut = { t.data, len };
		struct err e = { 0 };

		if (len % 512 > 1 && len % 512 < 511)
			continue;
		ck_assert_msg(unpack(&d, &cut, &e) == -1, "%zu of %zu bytes",
		    len, whole);
	}
}
END_TEST

START_TEST(padding_behind_the_end_is_no_fault_and_data_is)
{
	_tmpdir struct tmpdir d = start();
	_tmpdir struct tmpdir d2 = start();
	_tar struct tar t = { 0 };
	struct err e = { 0 };

	tame(&t);
	tar_end(&t);
	tar_zeros(&t, 8192);
	ck_assert_msg(unpack(&d, &t, &e) == 0, "%s", e.msg);
	tar_raw(&t, "x", 1);
	ck_assert_int_eq(unpack(&d2, &t, &e), -1);
	ck_assert_str_eq(e.msg, "something follows the archive");
}
END_TEST

START_TEST(a_second_archive_behind_the_end_is_refused)
{
	_tmpdir struct tmpdir d = start();
	_tar struct tar t = { 0 };
	struct err e = { 0 };

	tame(&t);
	tar_end(&t);
	add(&t, "late", '0', NULL, "x");
	tar_end(&t);
	ck_assert_int_eq(unpack(&d, &t, &e), -1);
	ck_assert_int_eq(faccessat(d.fd, "root/late", F_OK, 0), -1);
}
END_TEST

START_TEST(an_empty_archive_is_refused)
{
	_tmpdir struct tmpdir d = start();
	_tar struct tar t = { 0 };
	struct err e = { 0 };

	tar_end(&t);
	ck_assert_int_eq(unpack(&d, &t, &e), -1);
}
END_TEST

/* gzip data, whole, with its sum. */
static void
gzip(const struct tar *t, struct tar *out)
{
	z_stream z = { 0 };
	size_t room = t->len + 1024;

	out->data = mem_alloc(room);
	ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
	z.next_in = (unsigned char *)t->data;
	z.avail_in = (unsigned)t->len;
	z.next_out = (unsigned char *)out->data;
	z.avail_out = (unsigned)room;
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->len = room - z.avail_out;
	(void)deflateEnd(&z);
}

START_TEST(no_flipped_byte_of_a_gzip_archive_changes_a_file)
{
	_tar struct tar t = { 0 };
	_tar struct tar z = { 0 };
	size_t found = 0;

	tame(&t);
	tar_end(&t);
	gzip(&t, &z);
	/* A date in the header, or a bit behind the last block, may change. */
	for (size_t i = 0; i < z.len; i++) {
		_tmpdir struct tmpdir d = start();
		_autofree char *text = NULL;
		struct err e = { 0 };

		z.data[i] ^= 0x20;
		if (unpack(&d, &z, &e) == 0) {
			ck_assert_int_eq(fd_read_file(d.fd, "root/a", 64, &text,
					     NULL, &e),
			    0);
			ck_assert_str_eq(text, "some text");
		} else {
			found++;
		}
		z.data[i] ^= 0x20;
	}
	ck_assert_uint_ge(found, z.len - 8);
}
END_TEST

START_TEST(a_gzip_archive_is_whole_and_alone)
{
	_tmpdir struct tmpdir d = start();
	_tmpdir struct tmpdir d2 = start();
	_tmpdir struct tmpdir d3 = start();
	_tar struct tar t = { 0 };
	_tar struct tar z = { 0 };
	struct err e = { 0 };

	tame(&t);
	tar_end(&t);
	gzip(&t, &z);
	ck_assert_msg(unpack(&d, &z, &e) == 0, "%s", e.msg);
	z.len -= 1;
	ck_assert_int_eq(unpack(&d2, &z, &e), -1);
	ck_assert_str_eq(e.msg, "it is truncated");
	z.len += 1;
	tar_raw(&z, "x", 1);
	ck_assert_int_eq(unpack(&d3, &z, &e), -1);
	ck_assert_str_eq(e.msg, "something follows the archive");
}
END_TEST

START_TEST(limits_hold)
{
	_tmpdir struct tmpdir d = start();
	_tmpdir struct tmpdir d2 = start();
	_tmpdir struct tmpdir d3 = start();
	_tar struct tar t = { 0 };
	_tar struct tar deep = { 0 };
	struct err e = { 0 };

	add(&t, "a", '0', NULL, "123456789");
	add(&t, "b", '0', NULL, "123456789");
	tar_end(&t);
	ck_assert_int_eq(unpack_with(&d, &t,
			     &(struct fs_archive_limits){ 17, 10 }, &e),
	    -1);
	ck_assert_str_eq(e.msg, "member 'b': it unpacks to too many bytes");
	ck_assert_int_eq(unpack_with(&d2, &t,
			     &(struct fs_archive_limits){ 18, 1 }, &e),
	    -1);
	ck_assert_str_eq(e.msg, "it has too many entries");
	/* Directories that no member names count too. */
	add(&deep, "a/b/c/d/e/f/g/h", '0', NULL, NULL);
	tar_end(&deep);
	ck_assert_int_eq(unpack_with(&d3, &deep,
			     &(struct fs_archive_limits){ 18, 5 }, &e),
	    -1);
}
END_TEST

START_TEST(a_huge_file_that_is_not_there_is_refused)
{
	_tmpdir struct tmpdir d = start();
	_tar struct tar t = { 0 };
	struct tar_member m = member("huge", '0', NULL, NULL);
	struct err e = { 0 };

	tar_header(&t, &m, 1ULL << 60);
	tar_end(&t);
	ck_assert_int_eq(unpack(&d, &t, &e), -1);
	ck_assert_str_eq(e.msg, "member 'huge': it unpacks to too many bytes");
}
END_TEST

/* Add a pax header with these records in front of the next member. */
static void
pax(struct tar *t, const char *key, const char *value)
{
	struct tar_member m = member("PaxHeaders/x", 'x', NULL, NULL);
	size_t n = strlen(key) + strlen(value) + 3;
	size_t len = n + (n + 2 > 99 ? 3 : 2);
	_autofree char *record = mem_printf("%zu %s=%s\n", len, key, value);

	m.data = record;
	tar_add(t, &m);
}

START_TEST(pax_names_pass_the_same_rules)
{
	static const char *const keys[][2] = {
		{ "path", "../../pwned" },
		{ "path", "/pwned-by-an-absolute-name" },
		{ "uid", "4294967295" },
		{ "gid", "999999" },
	};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		_tmpdir struct tmpdir d = start();
		_tar struct tar t = { 0 };
		struct err e = { 0 };

		pax(&t, keys[i][0], keys[i][1]);
		add(&t, "tame", '0', NULL, "x");
		tar_end(&t);
		ck_assert_msg(unpack(&d, &t, &e) == -1, "%s=%s", keys[i][0],
		    keys[i][1]);
		outside_is_as_it_was(&d);
	}
}
END_TEST

UNIT_MAIN("archive", names_are_normal_or_refused,
    names_of_any_length_do_no_harm, a_tame_archive_is_unpacked_as_it_is,
    hostile_members_are_refused, devices_below_dev_are_left_out,
    of_two_members_of_one_name_the_last_stays,
    owners_that_a_zone_has_not_are_refused,
    an_archive_that_ends_early_is_refused,
    padding_behind_the_end_is_no_fault_and_data_is,
    a_second_archive_behind_the_end_is_refused, an_empty_archive_is_refused,
    no_flipped_byte_of_a_gzip_archive_changes_a_file,
    a_gzip_archive_is_whole_and_alone, limits_hold,
    a_huge_file_that_is_not_there_is_refused, pax_names_pass_the_same_rules)
