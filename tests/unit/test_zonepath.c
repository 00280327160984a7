/* SPDX-License-Identifier: ISC
 *
 * Zonepaths: each wrong bit has its words, a path leads where it says, parents
 * are root's alone.
 */
#include "fs/zonepath.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

/* What was said, lines joined by '|', the test's directory shown as "T". */
struct said {
	const struct tmpdir *dir;
	char *text;
};

static void
say(const char *line, void *arg)
{
	struct said *s = arg;
	size_t skip = strlen(s->dir->path);
	char *text = NULL;
	size_t size;
	FILE *out;

	/* As the machine has it. */
	if (strstr(line, "temporary file system"))
		return;
	out = open_memstream(&text, &size);
	(void)fprintf(out, "%s%s", s->text, *s->text ? "|" : "");
	while (*line != '\0') {
		if (strncmp(line, s->dir->path, skip) == 0) {
			(void)fputc('T', out);
			line += skip;
		} else {
			(void)fputc(*line++, out);
		}
	}
	(void)fclose(out);
	free(s->text);
	s->text = text;
}

/* zp->path is below the test's directory where it is absolute; the caller frees
 * the result. */
static char *
verdict(const struct tmpdir *d, struct fs_zonepath *zp)
{
	struct said s = { d, mem_strdup("") };
	_autofree char *path = zp->path[0] == '/' && zp->path[1] != '\0'
	    ? mem_printf("%s%s", d->path, zp->path)
	    : mem_strdup(zp->path);
	struct fs_zonepath asked = *zp;
	bool missing = false;
	int result;

	asked.zone = "z";
	asked.path = path;
	result = fs_zonepath_check(&asked, &missing, say, &s);
	ck_assert_int_eq(result, *s.text != '\0');
	if (missing && *s.text == '\0') {
		free(s.text);
		return mem_strdup("missing");
	}
	return s.text;
}

static void
make(const struct tmpdir *d, const char *name, mode_t mode)
{
	ck_assert_int_eq(mkdirat(d->fd, name, 0700), 0);
	ck_assert_int_eq(fchmodat(d->fd, name, mode, 0), 0);
}

static struct tmpdir
start(void)
{
	struct tmpdir d = tmpdir_new();
	struct err e;

	ck_assert_int_eq(path_init("", &e), 0);
	return d;
}

/* mode of the directory, what is said */
static const struct {
	mode_t mode;
	const char *text;
} modes[] = {
	{ 0700, "" },
	{ 0300, "T/p must be owner readable." },
	{ 0500, "T/p must be owner writable." },
	{ 0600, "T/p must be owner executable." },
	{ 0740, "T/p must not be group readable." },
	{ 0720, "T/p must not be group writable." },
	{ 0710, "T/p must not be group executable." },
	{ 0704, "T/p must not be world readable." },
	{ 0702, "T/p must not be world writable." },
	{ 0701, "T/p must not be world executable." },
	{ 0711,
	    "T/p must not be group executable."
	    "|T/p must not be world executable." },
};

START_TEST(each_wrong_bit_is_said)
{
	for (size_t i = 0; i < ARRAY_LEN(modes) && geteuid() == 0; i++) {
		_tmpdir struct tmpdir d = start();
		struct fs_zonepath zp = { .path = "/p" };
		_autofree char *text = NULL;

		make(&d, "p", modes[i].mode);
		text = verdict(&d, &zp);
		ck_assert_str_eq(text, modes[i].text);
	}
}
END_TEST

/* path, what is said of it */
static const struct {
	const char *path;
	const char *text;
} forms[] = {
	{ "", "No zonepath is set." },
	{ "zones/a", "zones/a is not an absolute path." },
	{ "/", "The root directory cannot be a zonepath." },
	{ "/p/../q", "zoneadm: T/p/../q: Resolved path mismatch" },
	{ "/p/", "zoneadm: T/p/: Resolved path mismatch" },
	{ "//p", "zoneadm: T//p: Resolved path mismatch" },
	{ "/link", "zoneadm: T/link: Resolved path mismatch" },
	{ "/link/sub", "zoneadm: T/link: Resolved path mismatch" },
	{ "/file", "T/file is not a directory." },
	{ "/file/sub", "T/file is not a directory." },
	{ "/open/sub",
	    "T/open must not be group writable."
	    "|T/open must not be world writable." },
	{ "/open/new",
	    "T/open must not be group writable."
	    "|T/open must not be world writable." },
	{ "/his/sub", "T/his is not owned by root." },
	{ "/p/new", "missing" },
	{ "/p/a/b/c", "missing" },
};

START_TEST(a_path_leads_where_it_says)
{
	for (size_t i = 0; i < ARRAY_LEN(forms) && geteuid() == 0; i++) {
		_tmpdir struct tmpdir d = start();
		struct fs_zonepath zp = { .path = forms[i].path };
		_autofree char *text = NULL;

		make(&d, "p", 0700);
		make(&d, "open", 0777);
		make(&d, "open/sub", 0700);
		make(&d, "his", 0755);
		make(&d, "his/sub", 0700);
		ck_assert_int_eq(fchownat(d.fd, "his", 1000, 0, 0), 0);
		ck_assert_int_eq(symlinkat("p", d.fd, "link"), 0);
		ck_assert_int_eq(mknodat(d.fd, "file", S_IFREG | 0600, 0), 0);
		text = verdict(&d, &zp);
		ck_assert_str_eq(text, forms[i].text);
	}
}
END_TEST

START_TEST(a_sticky_directory_of_roots_ends_the_check)
{
	_tmpdir struct tmpdir d = start();
	struct fs_zonepath zp = { .path = "/open/tmp/p" };
	_autofree char *text = NULL;

	if (geteuid() != 0)
		return;
	make(&d, "open", 0777);
	make(&d, "open/tmp", 01777);
	make(&d, "open/tmp/p", 0700);
	text = verdict(&d, &zp);
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(the_alternate_root_ends_the_check)
{
	_tmpdir struct tmpdir d = start();
	struct fs_zonepath zp = { .path = "/open/root/p" };
	_autofree char *root = mem_printf("%s/open/root", d.path);
	_autofree char *text = NULL;
	struct err e;

	if (geteuid() != 0)
		return;
	make(&d, "open", 0777);
	make(&d, "open/root", 0777);
	make(&d, "open/root/p", 0700);
	ck_assert_int_eq(path_init(root, &e), 0);
	text = verdict(&d, &zp);
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(paths_of_two_zones_do_not_overlap)
{
	_tmpdir struct tmpdir d = start();
	_autofree char *p = mem_printf("%s/p", d.path);
	_autofree char *below = mem_printf("%s/p/x/y", d.path);
	_autofree char *beside = mem_printf("%s/p2", d.path);
	const struct fs_zonepath_other others[] = {
		{ "z", p },
		{ "in", below },
		{ "near", beside },
		{ "same", p },
		{ "above", d.path },
		{ "unset", "" },
	};
	struct fs_zonepath zp = { .path = "/p",
		.others = others,
		.nothers = ARRAY_LEN(others) };
	_autofree char *text = NULL;

	if (geteuid() != 0)
		return;
	make(&d, "p", 0700);
	text = verdict(&d, &zp);
	ck_assert_str_eq(text,
	    "z zonepath (T/p) and in zonepath (T/p/x/y) overlap."
	    "|z zonepath (T/p) and same zonepath (T/p) overlap."
	    "|z zonepath (T/p) and above zonepath (T) overlap.");
}
END_TEST

/* Where no root/ lies above, and nothing in it, no other zone can be near. */
START_TEST(what_stands_apart_is_seen_in_the_directories)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	static const struct {
		const char *path;
		bool apart;
	} cases[] = {
		{ "/new", true },
		{ "/far/below/new", true },
		{ "/empty", true },
		{ "/full", false },
		{ "/zone", false },
		{ "/zone/inner", false },
		{ "/zone/far/below", false },
		{ "/file", false },
		{ "/file/x", false },
	};

	make(&d, "empty", 0700);
	make(&d, "full", 0700);
	make(&d, "full/x", 0700);
	make(&d, "zone", 0700);
	make(&d, "zone/root", 0755);
	ck_assert_int_eq(mknodat(d.fd, "file", S_IFREG | 0600, 0), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		_autofree char *path = mem_printf("%s%s", d.path,
		    cases[i].path);

		ck_assert_msg(fs_zonepath_is_apart(path) == cases[i].apart,
		    "%s", cases[i].path);
	}
	ck_assert(!fs_zonepath_is_apart("relative"));
	ck_assert(!fs_zonepath_is_apart("/"));
}
END_TEST

START_TEST(a_root_with_something_in_it_is_not_installed_over)
{
	_tmpdir struct tmpdir d = start();
	struct fs_zonepath zp = { .path = "/p", .fresh = true };
	_autofree char *empty = NULL;
	_autofree char *closed = NULL;
	_autofree char *full = NULL;
	_autofree char *link = NULL;

	if (geteuid() != 0)
		return;
	make(&d, "p", 0700);
	make(&d, "p/root", 0755);
	empty = verdict(&d, &zp);
	ck_assert_str_eq(empty, "");
	ck_assert_int_eq(fchmodat(d.fd, "p/root", 0700, 0), 0);
	closed = verdict(&d, &zp);
	ck_assert_str_eq(closed,
	    "T/p/root must have mode 0755; 'chmod 755 T/p/root'.");
	ck_assert_int_eq(fchmodat(d.fd, "p/root", 0755, 0), 0);
	make(&d, "p/root/etc", 0755);
	full = verdict(&d, &zp);
	ck_assert_str_eq(full,
	    "T/p/root exists and is not empty; move it away first.");
	ck_assert_int_eq(unlinkat(d.fd, "p/root/etc", AT_REMOVEDIR), 0);
	ck_assert_int_eq(unlinkat(d.fd, "p/root", AT_REMOVEDIR), 0);
	ck_assert_int_eq(symlinkat("/etc", d.fd, "p/root"), 0);
	link = verdict(&d, &zp);
	ck_assert_str_eq(link, "T/p/root is not a directory.");
}
END_TEST

START_TEST(make_makes_parents_readable_and_the_last_private)
{
	_tmpdir struct tmpdir d = start();
	_autofree char *path = mem_printf("%s/a/b/p", d.path);
	_autoclose int fd = -1;
	struct err e = { 0 };
	struct stat st;
	bool made = false;

	if (geteuid() != 0)
		return;
	fd = fs_zonepath_make(path, &made, &e);
	ck_assert_msg(fd != -1, "%s", e.msg);
	ck_assert(made);
	ck_assert_int_eq(fstatat(d.fd, "a/b", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0755);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	(void)close(fd_take(&fd));
	fd = fs_zonepath_make(path, &made, &e);
	ck_assert_int_ne(fd, -1);
	ck_assert(!made);
}
END_TEST

START_TEST(open_refuses_with_the_first_fault)
{
	_tmpdir struct tmpdir d = start();
	_autofree char *path = mem_printf("%s/p", d.path);
	_autofree char *text = mem_printf("%s must not be group executable",
	    path);
	struct err e = { 0 };

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(fs_zonepath_open(path, &e), -1);
	ck_assert_int_eq(e.code, ENOENT);
	make(&d, "p", 0711);
	ck_assert_int_eq(fs_zonepath_open(path, &e), -1);
	ck_assert_int_eq(e.code, ERR_VERIFY);
	ck_assert_str_eq(e.msg, text);
}
END_TEST

UNIT_MAIN("zonepath", each_wrong_bit_is_said, a_path_leads_where_it_says,
    a_sticky_directory_of_roots_ends_the_check,
    the_alternate_root_ends_the_check, paths_of_two_zones_do_not_overlap,
    what_stands_apart_is_seen_in_the_directories,
    a_root_with_something_in_it_is_not_installed_over,
    make_makes_parents_readable_and_the_last_private,
    open_refuses_with_the_first_fault)
