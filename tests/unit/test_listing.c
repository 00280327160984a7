/* SPDX-License-Identifier: ISC
 *
 * All zones, from their files and from the copy of what they said.
 */
#include "zonecfg/listing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "tests/unit/root.h"
#include "tests/unit/unit.h"
#include "zonecfg/store.h"

enum { MANY = 80 };

static struct err e;

static void
given_zone(const char *name, const char *zonepath)
{
	_cleanup_zone struct zc_zone *zone = zc_zone_new(name);

	zc_value_set(zc_rec_value(&zone->global, ZC_GLOBAL_ZONEPATH), zonepath);
	ck_assert_msg(zc_store_save(zone, &e) == 0, "%s", e.msg);
}

/* z000, z001 ... below /zones. */
static void
given_zones(int n)
{
	for (int i = 0; i < n; i++) {
		_autofree char *name = mem_printf("z%03d", i);
		_autofree char *path = mem_printf("/zones/%s", name);

		given_zone(name, path);
	}
}

/* The last change in the directory is long ago. */
static void
given_quiet(void)
{
	_autoclose int etc = path_open(PATH_ETC, &e);
	const struct timespec old[2] = { { .tv_sec = 1000000000, .tv_nsec = 7 },
		{ .tv_sec = 1000000000, .tv_nsec = 7 } };

	ck_assert_int_eq(futimens(etc, old), 0);
}

static bool
no_odd(const char *name, void *arg)
{
	(void)arg;
	return (name[3] - '0') % 2 == 0;
}

static void
note(struct zc_entry *zone, void *arg)
{
	(void)!fprintf(arg, "%s %s\n", zone->name, zone->zonepath);
}

static void
note_bad(const char *name, const struct err *why)
{
	ck_abort_msg("%s: %s", name, why->msg);
}

/* A line a zone; the caller frees. */
static char *
listed(bool (*wants)(const char *, void *))
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	const struct zc_listing to = { wants, note, note_bad, f };
	_autoclose int etc = zc_index_open(&e);

	ck_assert_msg(zc_list(etc, &to, &e) == 0, "%s", e.msg);
	(void)fclose(f);
	return text;
}

static char *
read_copy(void)
{
	_autoclose int run = path_open(PATH_RUN, &e);
	struct err none;
	char *text = NULL;

	if (fd_read_file(run, ".list", 1 << 20, &text, NULL, &none) == -1)
		return NULL;
	return text;
}

static void
write_copy(const char *text, size_t len)
{
	_autoclose int run = path_open(PATH_RUN, &e);

	ck_assert_int_eq(fd_replace_file(run, ".list", 0644, text, len,
			     FD_VOLATILE, &e),
	    0);
}

static void
assert_no_copy(void)
{
	_autofree char *copy = read_copy();

	ck_assert_ptr_null(copy);
}

START_TEST(few_zones_and_a_fresh_directory_have_no_copy)
{
	_autofree char *few = NULL;
	_autofree char *many = NULL;

	given_zones(3);
	given_quiet();
	few = listed(NULL);
	ck_assert_str_eq(few,
	    "z000 /zones/z000\nz001 /zones/z001\nz002 /zones/z002\n");
	assert_no_copy();

	given_zones(MANY);
	many = listed(NULL);
	ck_assert_uint_eq(strlen(many), (size_t)MANY * 17);
	assert_no_copy();
}
END_TEST

START_TEST(the_copy_says_what_the_files_say)
{
	_autofree char *files = NULL;
	_autofree char *copy = NULL;
	_autofree char *again = NULL;
	char *path;

	given_zones(MANY);
	given_quiet();
	files = listed(NULL);
	copy = read_copy();
	ck_assert_ptr_nonnull(copy);
	again = listed(NULL);
	ck_assert_str_eq(again, files);

	/* It is the copy that is read: here it lies. */
	path = strstr(copy, "/zones/z007");
	ck_assert_ptr_nonnull(path);
	path[1] = 'Z';
	write_copy(copy, strlen(copy));
	free(again);
	again = listed(NULL);
	ck_assert_ptr_nonnull(strstr(again, "z007 /Zones/z007\n"));
}
END_TEST

START_TEST(what_changed_since_is_read)
{
	_autofree char *before = NULL;
	_autofree char *edited = NULL;
	_autofree char *added = NULL;
	_autoclose int etc = -1;
	_autoclose int file = -1;
	static const char text[] = "create -b\nset zonepath=/by/hand\n";

	given_zones(MANY);
	given_quiet();
	before = listed(NULL);

	/* By hand and in place: the directory does not tell. */
	etc = path_open(PATH_ETC, &e);
	file = openat(etc, "z007.cfg", O_WRONLY | O_TRUNC | O_CLOEXEC);
	ck_assert_int_eq(fd_write_all(file, text, strlen(text), &e), 0);
	edited = listed(NULL);
	ck_assert_ptr_nonnull(strstr(edited, "z007 /by/hand\n"));

	given_zone("zz", "/zones/zz");
	added = listed(NULL);
	ck_assert_ptr_nonnull(strstr(added, "zz /zones/zz\n"));
	ck_assert_uint_eq(strlen(added),
	    strlen(edited) + strlen("zz /zones/zz\n"));
}
END_TEST

START_TEST(a_damaged_copy_loses_no_zone_and_names_none_twice)
{
	_autofree char *right = NULL;
	_autofree char *copy = NULL;
	size_t len;

	given_zones(MANY);
	given_quiet();
	right = listed(NULL);
	copy = read_copy();
	len = strlen(copy);
	for (size_t cut = 0; cut < len; cut += 97) {
		_autofree char *now = NULL;

		write_copy(copy, cut);
		now = listed(NULL);
		ck_assert_str_eq(now, right);
	}
	for (size_t at = 60; at < len; at += 331) {
		_autofree char *now = NULL;
		char was = copy[at];

		copy[at] = '\0';
		write_copy(copy, len);
		copy[at] = was;
		now = listed(NULL);
		/* Not even one that a damaged line hides. */
		for (int i = 0; i < MANY; i++) {
			_autofree char *line = mem_printf("z%03d ", i);

			ck_assert_ptr_nonnull(strstr(now, line));
		}
	}
}
END_TEST

START_TEST(only_those_that_are_wanted)
{
	_autofree char *files = NULL;
	_autofree char *copied = NULL;
	_autofree char *all = NULL;

	given_zones(MANY);
	given_quiet();
	files = listed(no_odd);
	copied = listed(no_odd);
	all = listed(NULL);
	ck_assert_uint_eq(strlen(files), (size_t)MANY / 2 * 17);
	ck_assert_str_eq(copied, files);
	ck_assert_uint_eq(strlen(all), (size_t)MANY * 17);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("zonecfg/listing");
	TCase *t = tcase_create("zonecfg/listing");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, root_setup, root_teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, few_zones_and_a_fresh_directory_have_no_copy);
	tcase_add_test(t, the_copy_says_what_the_files_say);
	tcase_add_test(t, what_changed_since_is_read);
	tcase_add_test(t, a_damaged_copy_loses_no_zone_and_names_none_twice);
	tcase_add_test(t, only_those_that_are_wanted);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
