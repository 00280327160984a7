/* SPDX-License-Identifier: ISC
 *
 * Paths: names, normal forms, and where our files lie with and without an
 * alternate root.
 */
#include "base/path.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

START_TEST(a_name_is_one_component)
{
	char longest[300];

	ck_assert(path_is_name("web"));
	ck_assert(path_is_name("..."));
	ck_assert(path_is_name("a b"));
	ck_assert(!path_is_name(""));
	ck_assert(!path_is_name("."));
	ck_assert(!path_is_name(".."));
	ck_assert(!path_is_name("a/b"));
	ck_assert(!path_is_name("a\nb"));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ck_assert(!path_is_name(longest));
}
END_TEST

START_TEST(a_normal_path_has_one_spelling)
{
	ck_assert(path_is_normal("/"));
	ck_assert(path_is_normal("/zones/web"));
	ck_assert(path_is_normal("/..a/b.."));
	ck_assert(!path_is_normal(""));
	ck_assert(!path_is_normal("zones/web"));
	ck_assert(!path_is_normal("/zones//web"));
	ck_assert(!path_is_normal("/zones/web/"));
	ck_assert(!path_is_normal("/zones/./web"));
	ck_assert(!path_is_normal("/zones/.."));
	ck_assert(!path_is_normal("//"));
	ck_assert(!path_is_normal("/zones/\x1b[m"));
}
END_TEST

/* as written, squeezed */
static const char *const squeezed[][2] = {
	{ "/a//b///c", "/a/b/c" },
	{ "/a/b/", "/a/b" },
	{ "/", "/" },
	{ "///", "/" },
	{ "", "" },
	{ "a/", "a" },
};

START_TEST(slashes_are_squeezed)
{
	for (size_t i = 0; i < ARRAY_LEN(squeezed); i++) {
		_autofree char *got = path_squeeze(squeezed[i][0]);

		ck_assert_str_eq(got, squeezed[i][1]);
	}
}
END_TEST

START_TEST(within_compares_whole_components)
{
	ck_assert(path_is_within("/a/b", "/a"));
	ck_assert(path_is_within("/a", "/a"));
	ck_assert(path_is_within("/a", "/"));
	ck_assert(path_is_within("/", "/"));
	ck_assert(!path_is_within("/ab", "/a"));
	ck_assert(!path_is_within("/", "/a"));
}
END_TEST

START_TEST(without_an_alternate_root_paths_are_the_systems)
{
	struct err e = { 0 };

	(void)unsetenv("ZONES_ROOT");
	ck_assert_int_eq(path_init(NULL, &e), 0);

	ck_assert_str_eq(path_root(), "");
	ck_assert_str_eq(path_root_id(), "0");
	ck_assert_str_eq(path_of(PATH_ETC), "/etc/zones");
	ck_assert_str_eq(path_of(PATH_RUN), "/run/zones");
	ck_assert_int_eq(path_init("/", &e), 0);
	ck_assert_str_eq(path_root(), "");
}
END_TEST

START_TEST(an_alternate_root_moves_everything_and_has_an_id)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_autofree char *slash = mem_printf("%s//", d.path);
	_autofree char *etc = mem_printf("%s/etc/zones", d.path);
	struct err e = { 0 };
	char id[16];

	ck_assert_int_eq(setenv("ZONES_ROOT", d.path, 1), 0);
	ck_assert_int_eq(path_init(NULL, &e), 0);
	ck_assert_str_eq(path_of(PATH_ETC), etc);
	ck_assert_uint_eq(strlen(path_root_id()), 8);
	(void)snprintf(id, sizeof(id), "%s", path_root_id());
	/* The same directory, spelt otherwise, is the same root. */
	ck_assert_int_eq(path_init(slash, &e), 0);
	ck_assert_str_eq(path_root_id(), id);
	ck_assert_str_eq(path_root(), d.path);
}
END_TEST

START_TEST(an_option_wins_over_the_environment)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e = { 0 };

	ck_assert_int_eq(setenv("ZONES_ROOT", "/nonexistent", 1), 0);
	ck_assert_int_eq(path_init(d.path, &e), 0);
	ck_assert_str_eq(path_root(), d.path);
}
END_TEST

START_TEST(a_bad_root_is_wrong_usage)
{
	struct err e = { 0 };

	ck_assert_int_eq(path_init("relative", &e), -1);
	ck_assert_int_eq(e.code, ERR_USAGE);
	ck_assert_str_eq(e.msg,
	    "root directory 'relative' is not an absolute path");
	ck_assert_int_eq(path_init("/nonexistent", &e), -1);
	ck_assert_int_eq(e.code, ERR_USAGE);
	ck_assert_str_eq(e.msg,
	    "root directory '/nonexistent' is not a directory");
}
END_TEST

START_TEST(our_directories_are_made_with_their_modes)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_autoclose int etc = -1;
	_autoclose int log = -1;
	_autoclose int run = -1;
	struct err e = { 0 };
	struct stat st;

	(void)umask(022);
	ck_assert_int_eq(path_init(d.path, &e), 0);
	etc = path_open(PATH_ETC, &e);
	log = path_open(PATH_LOG, &e);
	run = path_open_run("web", &e);

	ck_assert_int_eq(fstat(etc, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0755);
	ck_assert_int_eq(fstat(log, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
	ck_assert_int_eq(fstat(run, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0755);
	ck_assert_int_eq(fstatat(d.fd, "run/zones/web", &st, 0), 0);
}
END_TEST

START_TEST(a_helper_beside_us_wins_over_the_installed_one)
{
	_autofree char *installed = path_helper("no-such-helper");
	_autofree char *self = path_helper("test_path");

	ck_assert_str_eq(installed, ZONES_LIBEXECDIR "/no-such-helper");
	ck_assert_str_eq(self, TEST_BINARY_DIR "/tests/unit/test_path");
}
END_TEST

UNIT_MAIN("base/path", a_name_is_one_component, a_normal_path_has_one_spelling,
    slashes_are_squeezed, within_compares_whole_components,
    without_an_alternate_root_paths_are_the_systems,
    an_alternate_root_moves_everything_and_has_an_id,
    an_option_wins_over_the_environment, a_bad_root_is_wrong_usage,
    our_directories_are_made_with_their_modes,
    a_helper_beside_us_wins_over_the_installed_one)
