/* SPDX-License-Identifier: ISC
 *
 * Configurations on disk.
 */
#include "zonecfg/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "tests/unit/root.h"
#include "tests/unit/unit.h"
#include "zonecfg/index.h"

static struct err e;

static void
write_cfg(const char *name, const char *text, size_t len, mode_t mode)
{
	_autoclose int etc = path_open(PATH_ETC, &e);
	_autofree char *file = mem_printf("%s.cfg", name);

	ck_assert_int_ge(etc, 0);
	ck_assert_int_eq(fd_replace_file(etc, file, mode, text, len,
			     FD_VOLATILE, &e),
	    0);
}

static struct zc_zone *
saved(const char *name, const char *zonepath)
{
	struct zc_zone *zone = zc_zone_new(name);

	zc_value_set(zc_rec_value(&zone->global, ZC_GLOBAL_ZONEPATH), zonepath);
	ck_assert_msg(zc_store_save(zone, &e) == 0, "%s", e.msg);
	return zone;
}

START_TEST(what_is_saved_is_loaded)
{
	_cleanup_zone struct zc_zone *zone = saved("web", "/zones/web");
	_cleanup_zone struct zc_zone *again = NULL;

	ck_assert(zc_store_exists("web"));
	ck_assert_int_eq(zc_store_load("web", &again, &e), 0);
	ck_assert(zc_zone_equal(zone, again));
	ck_assert_str_eq(again->name, "web");
}
END_TEST

/* Whoever commits or deletes next takes away what a killed commit left. */
START_TEST(what_a_killed_commit_left_goes)
{
	static const char left[] = ".web.cfg.new";
	struct zc_zone *zone = saved("web", "/zones/web");
	_autoclose int etc = path_open(PATH_ETC, &e);

	zc_zone_free(zone);
	ck_assert_int_eq(mknodat(etc, left, S_IFREG | 0600, 0), 0);
	zone = saved("web", "/zones/w");
	zc_zone_free(zone);
	ck_assert_int_eq(faccessat(etc, left, F_OK, 0), -1);
	ck_assert_int_eq(mknodat(etc, left, S_IFREG | 0600, 0), 0);
	ck_assert_int_eq(zc_store_remove("web", &e), 0);
	ck_assert_int_eq(faccessat(etc, left, F_OK, 0), -1);
}
END_TEST

START_TEST(a_missing_one_is_an_unknown_zone)
{
	struct zc_zone *zone = NULL;

	ck_assert(!zc_store_exists("web"));
	ck_assert_int_eq(zc_store_load("web", &zone, &e), -1);
	ck_assert_int_eq(e.code, ERR_UNKNOWN_ZONE);
	ck_assert_str_eq(e.msg, "web: No such zone configured");
	ck_assert_ptr_null(zone);
}
END_TEST

START_TEST(a_name_that_is_a_path_reads_nothing)
{
	struct zc_zone *zone = NULL;

	ck_assert_int_eq(zc_store_load("../passwd", &zone, &e), -1);
	ck_assert_int_eq(e.code, ERR_UNKNOWN_ZONE);
}
END_TEST

START_TEST(the_global_zone_is_blank_until_stored)
{
	_cleanup_zone struct zc_zone *zone = NULL;

	ck_assert_int_eq(zc_store_load("global", &zone, &e), 0);
	ck_assert_str_eq(zc_get(zone, "pool"), "");
}
END_TEST

/* text, what the error ends with */
static const struct {
	const char *text;
	const char *said;
} damaged[] = {
	{ "create -b\nset zonepath=zones\n", "line 2 of " },
	{ "\n\nset nothing=1\n", "line 3 of " },
	{ "add net\nset physical=e0\n", "Resource incomplete." },
	{ "delete -F\n", "'delete' has no place in a stored configuration" },
	{ "add net\nadd net\n",
	    "'add' has no place in a stored "
	    "configuration" },
	{ "set zonename=other\n",
	    "'set' has no place in a stored "
	    "configuration" },
	{ "\"", "syntax error at '\"'" },
};

START_TEST(a_damaged_one_is_refused_and_the_line_is_named)
{
	struct zc_zone *zone = NULL;

	write_cfg("web", damaged[_i].text, strlen(damaged[_i].text), 0644);
	ck_assert_int_eq(zc_store_load("web", &zone, &e), -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
	ck_assert_msg(strstr(e.msg, damaged[_i].said) != NULL, "%s", e.msg);
	ck_assert_msg(strstr(e.msg, "/etc/zones/web.cfg") != NULL, "%s", e.msg);
}
END_TEST

START_TEST(nul_bytes_do_not_hide_the_rest)
{
	static const char text[] = "create -b\n\0set autoboot=true\n";
	struct zc_zone *zone = NULL;

	write_cfg("web", text, sizeof(text) - 1, 0644);
	ck_assert_int_eq(zc_store_load("web", &zone, &e), -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
}
END_TEST

START_TEST(one_that_others_can_write_is_refused)
{
	struct zc_zone *zone = NULL;

	write_cfg("web", "create -b\n", 10, 0664);
	ck_assert_int_eq(zc_store_load("web", &zone, &e), -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
	ck_assert_msg(strstr(e.msg, "can be written by others") != NULL, "%s",
	    e.msg);
}
END_TEST

START_TEST(one_that_is_too_long_is_refused)
{
	_autofree char *text = mem_alloc(ZC_STORE_MAX + 2);
	struct zc_zone *zone = NULL;

	memset(text, '\n', ZC_STORE_MAX + 1);
	write_cfg("web", text, ZC_STORE_MAX + 1, 0644);
	ck_assert_int_eq(zc_store_load("web", &zone, &e), -1);
	ck_assert_int_eq(e.code, EFBIG);
}
END_TEST

START_TEST(a_symbolic_link_is_not_followed)
{
	_autoclose int etc = path_open(PATH_ETC, &e);
	struct zc_zone *zone = NULL;

	ck_assert_int_eq(symlinkat("/etc/hostname", etc, "web.cfg"), 0);
	ck_assert_int_eq(zc_store_load("web", &zone, &e), -1);
	ck_assert_int_ne(e.code, ERR_UNKNOWN_ZONE);
}
END_TEST

START_TEST(a_removed_one_leaves_nothing)
{
	_cleanup_zone struct zc_zone *zone = saved("web", "/zones/web");
	_autoclose int etc = path_open(PATH_ETC, &e);

	ck_assert_int_eq(faccessat(etc, "web.state", F_OK, 0), 0);
	ck_assert_int_eq(zc_store_remove("web", &e), 0);
	ck_assert(!zc_store_exists("web"));
	ck_assert_int_eq(faccessat(etc, "web.state", F_OK, 0), -1);
	ck_assert_int_eq(zc_store_remove("web", &e), -1);
	ck_assert_int_eq(e.code, ERR_UNKNOWN_ZONE);
}
END_TEST

START_TEST(a_renamed_one_keeps_state_uuid_and_number)
{
	_cleanup_zone struct zc_zone *zone = saved("web", "/zones/web");
	_cleanup_entry struct zc_entry before = { 0 };
	_cleanup_entry struct zc_entry after = { 0 };

	ck_assert_int_eq(zc_index_set_state("web", ZC_INSTALLED, &e), 0);
	ck_assert_int_eq(zc_index_get("web", &before, &e), 0);
	ck_assert_int_eq(zc_store_rename("web", "www", &e), 0);

	ck_assert(!zc_store_exists("web"));
	ck_assert_int_eq(zc_index_get("www", &after, &e), 0);
	ck_assert_int_eq(after.state, ZC_INSTALLED);
	ck_assert_str_eq(after.uuid, before.uuid);
	ck_assert_uint_eq(after.debug_id, before.debug_id);
	ck_assert_str_eq(after.zonepath, "/zones/web");
}
END_TEST

START_TEST(a_taken_name_is_not_overwritten)
{
	_cleanup_zone struct zc_zone *a = saved("a", "/zones/a");
	_cleanup_zone struct zc_zone *b = saved("b", "/zones/b");

	ck_assert_int_eq(zc_store_rename("a", "b", &e), -1);
	ck_assert_int_eq(e.code, EEXIST);
	ck_assert_str_eq(e.msg, "b: Zone name already in use");
	ck_assert(zc_store_exists("a"));
}
END_TEST

START_TEST(an_old_state_does_not_come_back_to_life)
{
	_cleanup_zone struct zc_zone *first = saved("web", "/zones/web");
	_cleanup_zone struct zc_zone *second = NULL;
	_cleanup_entry struct zc_entry entry = { 0 };
	_autoclose int etc = path_open(PATH_ETC, &e);

	ck_assert_int_eq(zc_index_set_state("web", ZC_INSTALLED, &e), 0);
	ck_assert_int_eq(unlinkat(etc, "web.cfg", 0), 0);
	second = saved("web", "/zones/other");

	ck_assert_int_eq(zc_index_get("web", &entry, &e), 0);
	ck_assert_int_eq(entry.state, ZC_CONFIGURED);
	ck_assert_str_eq(entry.uuid, "");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("zonecfg/store");
	TCase *t = tcase_create("zonecfg/store");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, root_setup, root_teardown);
	tcase_add_test(t, what_is_saved_is_loaded);
	tcase_add_test(t, what_a_killed_commit_left_goes);
	tcase_add_test(t, a_missing_one_is_an_unknown_zone);
	tcase_add_test(t, a_name_that_is_a_path_reads_nothing);
	tcase_add_test(t, the_global_zone_is_blank_until_stored);
	tcase_add_loop_test(t, a_damaged_one_is_refused_and_the_line_is_named,
	    0, (int)ARRAY_LEN(damaged));
	tcase_add_test(t, nul_bytes_do_not_hide_the_rest);
	tcase_add_test(t, one_that_others_can_write_is_refused);
	tcase_add_test(t, one_that_is_too_long_is_refused);
	tcase_add_test(t, a_symbolic_link_is_not_followed);
	tcase_add_test(t, a_removed_one_leaves_nothing);
	tcase_add_test(t, a_renamed_one_keeps_state_uuid_and_number);
	tcase_add_test(t, a_taken_name_is_not_overwritten);
	tcase_add_test(t, an_old_state_does_not_come_back_to_life);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
