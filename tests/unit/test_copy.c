/* SPDX-License-Identifier: ISC
 *
 * Copies: holes, hard links, owners, times and attributes come along; links are
 * not followed, mounts not crossed, devices and sockets left out.
 */
#include "fs/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

/* from/ and to/ in a directory. */
struct pair {
	struct tmpdir dir;
	int from;
	int to;
};

static void
pair_make(struct pair *p)
{
	p->dir = tmpdir_new();
	ck_assert_int_eq(mkdirat(p->dir.fd, "from", 0755), 0);
	ck_assert_int_eq(mkdirat(p->dir.fd, "to", 0755), 0);
	p->from = openat(p->dir.fd, "from", O_RDONLY | O_CLOEXEC);
	p->to = openat(p->dir.fd, "to", O_RDONLY | O_CLOEXEC);
}

static void
pair_done(struct pair *p)
{
	(void)close(p->from);
	(void)close(p->to);
	tmpdir_remove(&p->dir);
}
#define _pair _cleanup(pair_done)

static void
put(int dir, const char *name, const char *text)
{
	struct err e;
	_autoclose int fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text), &e), 0);
}

static void
copy(const struct pair *p)
{
	struct fs_progress progress = { 0 };
	struct err e = { 0 };

	ck_assert_msg(fs_copy_tree(p->from, p->to, &progress, &e) == 0, "%s",
	    e.msg);
}

START_TEST(holes_stay_holes)
{
	_pair struct pair p;
	struct stat st;
	char buf[4] = "";
	_autoclose int fd = -1;

	pair_make(&p);
	fd = openat(p.from, "sparse", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(pwrite(fd, "abc", 3, 50 * 1024 * 1024), 3);
	ck_assert_int_eq(ftruncate(fd, 100 * 1024 * 1024), 0);
	copy(&p);
	ck_assert_int_eq(fstatat(p.to, "sparse", &st, 0), 0);
	ck_assert_int_eq(st.st_size, 100 * 1024 * 1024);
	ck_assert_int_lt(st.st_blocks, 2048);
	(void)close(fd_take(&fd));
	fd = openat(p.to, "sparse", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(pread(fd, buf, 3, 50 * 1024 * 1024), 3);
	ck_assert_str_eq(buf, "abc");
}
END_TEST

START_TEST(hard_links_stay_links)
{
	_pair struct pair p;
	struct stat a;
	struct stat b;

	pair_make(&p);
	put(p.from, "a", "one");
	ck_assert_int_eq(mkdirat(p.from, "d", 0755), 0);
	ck_assert_int_eq(linkat(p.from, "a", p.from, "d/b", 0), 0);
	ck_assert_int_eq(symlinkat("x", p.from, "s"), 0);
	ck_assert_int_eq(linkat(p.from, "s", p.from, "d/s", 0), 0);
	copy(&p);
	ck_assert_int_eq(fstatat(p.to, "a", &a, 0), 0);
	ck_assert_int_eq(fstatat(p.to, "d/b", &b, 0), 0);
	ck_assert_uint_eq(a.st_ino, b.st_ino);
	ck_assert_int_eq(fstatat(p.to, "s", &a, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert_int_eq(fstatat(p.to, "d/s", &b, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert_uint_eq(a.st_ino, b.st_ino);
}
END_TEST

START_TEST(many_hard_links_are_found)
{
	_pair struct pair p;

	pair_make(&p);
	for (int i = 0; i < 1000; i++) {
		char a[16];
		char b[16];

		(void)snprintf(a, sizeof(a), "a%d", i);
		(void)snprintf(b, sizeof(b), "b%d", i);
		put(p.from, a, a);
		ck_assert_int_eq(linkat(p.from, a, p.from, b, 0), 0);
	}
	copy(&p);
	for (int i = 0; i < 1000; i++) {
		char b[16];
		_autofree char *text = NULL;
		struct err e;
		struct stat st;

		(void)snprintf(b, sizeof(b), "b%d", i);
		ck_assert_int_eq(fstatat(p.to, b, &st, 0), 0);
		ck_assert_uint_eq(st.st_nlink, 2);
		ck_assert_int_eq(fd_read_file(p.to, b, 16, &text, NULL, &e), 0);
		ck_assert_str_eq(text + 1, b + 1);
	}
}
END_TEST

START_TEST(owner_mode_and_times_come_along)
{
	_pair struct pair p;
	const struct timespec times[] = { { 1000, 1 }, { 2000, 2 } };
	struct stat st;

	if (geteuid() != 0)
		return;
	pair_make(&p);
	ck_assert_int_eq(mkdirat(p.from, "d", 0755), 0);
	put(p.from, "d/f", "x");
	ck_assert_int_eq(fchownat(p.from, "d/f", 1000, 42, 0), 0);
	ck_assert_int_eq(fchmodat(p.from, "d/f", 06755, 0), 0);
	ck_assert_int_eq(utimensat(p.from, "d/f", times, 0), 0);
	ck_assert_int_eq(fchmodat(p.from, "d", 01500, 0), 0);
	ck_assert_int_eq(utimensat(p.from, "d", times, 0), 0);
	copy(&p);
	ck_assert_int_eq(fstatat(p.to, "d/f", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 06755);
	ck_assert_uint_eq(st.st_uid, 1000);
	ck_assert_uint_eq(st.st_gid, 42);
	ck_assert_int_eq(st.st_mtim.tv_sec, 2000);
	ck_assert_int_eq(st.st_mtim.tv_nsec, 2);
	ck_assert_int_eq(fstatat(p.to, "d", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 01500);
	ck_assert_int_eq(st.st_mtim.tv_sec, 2000);
}
END_TEST

/* cap_net_raw=ep, version 2 */
static const unsigned char capability[20] = { 1, 0, 0, 2, 0, 0x20 };

/* A minimal ACL with user 1000. */
static const unsigned char acl[] = { 2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255,
	2, 0, 4, 0, 0xe8, 3, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255, 16, 0, 4, 0,
	255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255 };

START_TEST(attributes_come_along_but_for_those_that_mean_something_here)
{
	_pair struct pair p;
	_autoclose int in = -1;
	_autoclose int out = -1;
	char buf[256];

	if (geteuid() != 0)
		return;
	pair_make(&p);
	put(p.from, "f", "x");
	in = openat(p.from, "f", O_RDONLY | O_CLOEXEC);
	if (fsetxattr(in, "user.note", "hi", 2, 0) == -1)
		return; /* a file system without them */
	(void)fsetxattr(in, "user.overlay.origin", "x", 1, 0);
	(void)fsetxattr(in, "trusted.secret", "x", 1, 0);
	ck_assert_int_eq(fsetxattr(in, "security.capability", capability,
			     sizeof(capability), 0),
	    0);
	ck_assert_int_eq(fsetxattr(in, "system.posix_acl_access", acl,
			     sizeof(acl), 0),
	    0);
	copy(&p);
	out = openat(p.to, "f", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(fgetxattr(out, "user.note", buf, sizeof(buf)), 2);
	ck_assert_int_eq(fgetxattr(out, "security.capability", buf,
			     sizeof(buf)),
	    20);
	ck_assert_int_eq(memcmp(buf, capability, 20), 0);
	ck_assert_int_eq(fgetxattr(out, "system.posix_acl_access", buf,
			     sizeof(buf)),
	    sizeof(acl));
	ck_assert_int_eq(memcmp(buf, acl, sizeof(acl)), 0);
	ck_assert_int_eq(fgetxattr(out, "user.overlay.origin", buf, 9), -1);
	ck_assert_int_eq(fgetxattr(out, "trusted.secret", buf, 9), -1);
}
END_TEST

START_TEST(links_are_copied_and_not_followed)
{
	_pair struct pair p;
	char target[64] = "";

	pair_make(&p);
	ck_assert_int_eq(symlinkat("/etc/passwd", p.from, "l"), 0);
	ck_assert_int_eq(symlinkat("/", p.from, "all"), 0);
	copy(&p);
	ck_assert_int_eq(readlinkat(p.to, "l", target, sizeof(target)), 11);
	ck_assert_str_eq(target, "/etc/passwd");
	ck_assert_int_eq(readlinkat(p.to, "all", target, sizeof(target)), 1);
}
END_TEST

START_TEST(devices_and_sockets_are_left_out_and_fifos_kept)
{
	_pair struct pair p;
	struct stat st;

	pair_make(&p);
	ck_assert_int_eq(mkfifoat(p.from, "fifo", 0640), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(mknodat(p.from, "null", S_IFCHR | 0666,
				     makedev(1, 3)),
		    0);
	ck_assert_int_eq(mknodat(p.from, "sock", S_IFSOCK | 0666, 0), 0);
	copy(&p);
	ck_assert_int_eq(fstatat(p.to, "fifo", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode, S_IFIFO | 0640);
	ck_assert_int_eq(faccessat(p.to, "null", F_OK, 0), -1);
	ck_assert_int_eq(faccessat(p.to, "sock", F_OK, 0), -1);
}
END_TEST

START_TEST(an_owner_that_no_zone_has_is_refused)
{
	_pair struct pair p;
	struct fs_progress progress = { 0 };
	struct err e = { 0 };

	if (geteuid() != 0)
		return;
	pair_make(&p);
	ck_assert_int_eq(mkdirat(p.from, "d", 0755), 0);
	put(p.from, "d/f", "x");
	ck_assert_int_eq(fchownat(p.from, "d/f", 70000, 0, 0), 0);
	ck_assert_int_eq(fs_copy_tree(p.from, p.to, &progress, &e), -1);
	ck_assert_str_eq(e.msg,
	    "'d/f': its owner 70000:0 is not within 0..65535");
}
END_TEST

START_TEST(directories_that_nest_for_ever_are_refused)
{
	_pair struct pair p;
	struct fs_progress progress = { 0 };
	struct err e = { 0 };
	int fd;

	pair_make(&p);
	fd = dup(p.from);
	for (int i = 0; i < 1100; i++) {
		int next;

		ck_assert_int_eq(mkdirat(fd, "d", 0755), 0);
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ck_assert_int_ne(next, -1);
		(void)close(fd);
		fd = next;
	}
	(void)close(fd);
	ck_assert_int_eq(fs_copy_tree(p.from, p.to, &progress, &e), -1);
	ck_assert(e.code == ENAMETOOLONG || e.code == EMFILE);
}
END_TEST

START_TEST(mounts_are_not_crossed)
{
	pid_t pid;
	int status;

	if (geteuid() != 0)
		return;
	pid = fork();
	if (pid == 0) {
		struct pair p;
		char path[256];

		if (unshare(CLONE_NEWNS) == -1 ||
		    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
			_exit(0); /* not allowed here */
		pair_make(&p);
		(void)mkdirat(p.from, "m", 0755);
		put(p.from, "m/below", "x");
		(void)snprintf(path, sizeof(path), "%s/from/m", p.dir.path);
		if (mount("t", path, "tmpfs", 0, NULL) == -1)
			_exit(0);
		put(p.from, "m/above", "x");
		copy(&p);
		status = faccessat(p.to, "m/above", F_OK, 0) == -1 ? 0 : 1;
		(void)umount(path);
		pair_done(&p);
		_exit(status);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_capability_is_of_version_2_or_made_so)
{
	unsigned char value[24] = { 1, 0, 0, 3, 0, 0x20 };
	size_t len = 24;
	struct err e;

	ck_assert_int_eq(fs_xattr_capability(value, &len, &e), 0);
	ck_assert_uint_eq(len, 20);
	ck_assert_int_eq(memcmp(value, capability, 20), 0);
	value[3] = 3;
	value[20] = 1;
	len = 24;
	ck_assert_int_eq(fs_xattr_capability(value, &len, &e), -1);
	len = 3;
	ck_assert_int_eq(fs_xattr_capability(value, &len, &e), -1);
	value[3] = 1;
	len = 12;
	ck_assert_int_eq(fs_xattr_capability(value, &len, &e), -1);
}
END_TEST

START_TEST(a_list_is_carried_out)
{
	_pair struct pair p;
	struct fs_progress progress = { 0 };
	struct fs_entry items[] = {
		{ .path = (char[]){ "etc" },
		    .kind = FS_ENTRY_DIR,
		    .mode = 0755 },
		{ .path = (char[]){ "etc/copy" },
		    .kind = FS_ENTRY_FILE,
		    .mode = 0640,
		    .from = (char[]){ "lib/file" } },
		{ .path = (char[]){ "etc/link" },
		    .kind = FS_ENTRY_SYMLINK,
		    .from = (char[]){ "copy" } },
		{ .path = (char[]){ "etc/text" },
		    .kind = FS_ENTRY_TEXT,
		    .mode = 0600,
		    .text = (char[]){ "abc" },
		    .len = 3 },
		{ .path = (char[]){ "tmp" },
		    .kind = FS_ENTRY_DIR,
		    .mode = 01777 },
		{ .path = (char[]){ "twin" },
		    .kind = FS_ENTRY_FILE,
		    .mode = 0640,
		    .from = (char[]){ "twin" } },
	};
	const struct fs_entries list = { items, ARRAY_LEN(items) };
	_autofree char *text = NULL;
	struct err e = { 0 };
	struct stat st;

	pair_make(&p);
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		items[i].uid = geteuid();
		items[i].gid = getegid();
	}
	ck_assert_int_eq(mkdirat(p.from, "usr", 0755), 0);
	ck_assert_int_eq(mkdirat(p.from, "usr/lib", 0755), 0);
	ck_assert_int_eq(symlinkat("/usr/lib", p.from, "lib"), 0);
	put(p.from, "usr/lib/file", "content");
	ck_assert_int_eq(linkat(p.from, "usr/lib/file", p.from, "twin", 0), 0);
	ck_assert_msg(fs_copy_entries(&list, p.from, p.to, &progress, &e) == 0,
	    "%s", e.msg);
	ck_assert_int_eq(fd_read_file(p.to, "etc/copy", 64, &text, NULL, &e),
	    0);
	ck_assert_str_eq(text, "content");
	ck_assert_int_eq(fstatat(p.to, "twin", &st, 0), 0);
	ck_assert_uint_eq(st.st_nlink, 2);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
	ck_assert_int_eq(fstatat(p.to, "etc/text", &st, 0), 0);
	ck_assert_int_eq(st.st_size, 3);
	ck_assert_int_eq(fstatat(p.to, "tmp", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 01777);
	ck_assert_uint_eq(progress.entries, ARRAY_LEN(items));
}
END_TEST

UNIT_MAIN("copy", holes_stay_holes, hard_links_stay_links,
    many_hard_links_are_found, owner_mode_and_times_come_along,
    attributes_come_along_but_for_those_that_mean_something_here,
    links_are_copied_and_not_followed,
    devices_and_sockets_are_left_out_and_fifos_kept,
    an_owner_that_no_zone_has_is_refused,
    directories_that_nest_for_ever_are_refused, mounts_are_not_crossed,
    a_capability_is_of_version_2_or_made_so, a_list_is_carried_out)
