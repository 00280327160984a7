/* SPDX-License-Identifier: ISC
 *
 * Which zones exist, and their durable state.
 */
#include "zonecfg/index.h"

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
#include "zonecfg/store.h"

static struct err e;

static void
given_zone(const char *name, const char *zonepath)
{
	_cleanup_zone struct zc_zone *zone = zc_zone_new(name);

	zc_value_set(zc_rec_value(&zone->global, ZC_GLOBAL_ZONEPATH), zonepath);
	ck_assert_msg(zc_store_save(zone, &e) == 0, "%s", e.msg);
}

static void
write_file(const char *file, const char *text)
{
	_autoclose int etc = path_open(PATH_ETC, &e);

	ck_assert_int_eq(fd_replace_file(etc, file, 0644, text, strlen(text),
			     FD_VOLATILE, &e),
	    0);
}

START_TEST(a_new_zone_is_configured_and_has_no_uuid)
{
	_cleanup_entry struct zc_entry entry = { 0 };

	given_zone("web", "/zones/web");
	ck_assert_int_eq(zc_index_get("web", &entry, &e), 0);

	ck_assert_str_eq(entry.name, "web");
	ck_assert_int_eq(entry.state, ZC_CONFIGURED);
	ck_assert_str_eq(entry.uuid, "");
	ck_assert_str_eq(entry.zonepath, "/zones/web");
	ck_assert_str_eq(entry.brand, "native");
	ck_assert(!entry.exclusive_ip);
	ck_assert_uint_ge(entry.debug_id, 2);
}
END_TEST

START_TEST(leaving_configured_gives_a_uuid_and_going_back_drops_it)
{
	_cleanup_entry struct zc_entry a = { 0 };
	_cleanup_entry struct zc_entry b = { 0 };
	_cleanup_entry struct zc_entry c = { 0 };

	given_zone("web", "/zones/web");
	ck_assert_int_eq(zc_index_set_state("web", ZC_INCOMPLETE, &e), 0);
	ck_assert_int_eq(zc_index_get("web", &a, &e), 0);
	ck_assert_uint_eq(strlen(a.uuid), 36);
	ck_assert_int_eq(a.uuid[14], '4');

	ck_assert_int_eq(zc_index_set_state("web", ZC_INSTALLED, &e), 0);
	ck_assert_int_eq(zc_index_get("web", &b, &e), 0);
	ck_assert_str_eq(a.uuid, b.uuid);
	ck_assert_uint_eq(a.debug_id, b.debug_id);

	ck_assert_int_eq(zc_index_set_state("web", ZC_CONFIGURED, &e), 0);
	ck_assert_int_eq(zc_index_get("web", &c, &e), 0);
	ck_assert_str_eq(c.uuid, "");
	ck_assert_uint_eq(c.debug_id, b.debug_id);
}
END_TEST

START_TEST(what_is_put_is_got)
{
	_cleanup_entry struct zc_entry entry = { 0 };
	_cleanup_entry struct zc_entry again = { 0 };

	given_zone("web", "/zones/web");
	ck_assert_int_eq(zc_index_set_state("web", ZC_INSTALLED, &e), 0);
	ck_assert_int_eq(zc_index_get("web", &entry, &e), 0);
	entry.id_base = 524288;
	(void)snprintf(entry.backend, sizeof(entry.backend), "layers");
	(void)snprintf(entry.signer, sizeof(entry.signer), "E7620F1842B4E81F");
	ck_assert_int_eq(zc_index_put(&entry, &e), 0);

	ck_assert_int_eq(zc_index_get("web", &again, &e), 0);
	ck_assert_uint_eq(again.id_base, 524288);
	ck_assert_str_eq(again.backend, "layers");
	ck_assert_str_eq(again.signer, "E7620F1842B4E81F");
	ck_assert_str_eq(again.uuid, entry.uuid);
}
END_TEST

START_TEST(a_configuration_edited_by_hand_is_seen)
{
	_cleanup_entry struct zc_entry entry = { 0 };

	given_zone("web", "/zones/web");
	write_file("web.cfg",
	    "create -b\nset zonepath=/elsewhere\nset ip-type=exclusive\n");

	ck_assert_int_eq(zc_index_get("web", &entry, &e), 0);
	ck_assert_str_eq(entry.zonepath, "/elsewhere");
	ck_assert(entry.exclusive_ip);
}
END_TEST

START_TEST(a_configuration_copied_in_by_hand_is_a_zone)
{
	_cleanup_entry struct zc_entry a = { 0 };
	_cleanup_entry struct zc_entry b = { 0 };

	write_file("web.cfg", "create -b\nset zonepath=/z\n");
	ck_assert_int_eq(zc_index_get("web", &a, &e), 0);
	ck_assert_int_eq(zc_index_get("web", &b, &e), 0);
	ck_assert_int_eq(a.state, ZC_CONFIGURED);
	ck_assert_uint_ge(a.debug_id, 1);
	ck_assert_uint_eq(a.debug_id, b.debug_id);
}
END_TEST

START_TEST(the_state_survives_a_commit)
{
	_cleanup_entry struct zc_entry entry = { 0 };

	given_zone("web", "/zones/web");
	ck_assert_int_eq(zc_index_set_state("web", ZC_INSTALLED, &e), 0);
	given_zone("web", "/zones/web2");
	ck_assert_int_eq(zc_index_get("web", &entry, &e), 0);
	ck_assert_int_eq(entry.state, ZC_INSTALLED);
	ck_assert_str_eq(entry.zonepath, "/zones/web2");
}
END_TEST

START_TEST(a_live_state_is_never_stored)
{
	given_zone("web", "/zones/web");
	ck_assert_int_eq(zc_index_set_state("web", ZC_RUNNING, &e), -1);
	ck_assert_int_eq(e.code, EINVAL);
}
END_TEST

START_TEST(an_unknown_zone_and_a_path_are_unknown)
{
	_cleanup_entry struct zc_entry entry = { 0 };

	ck_assert_int_eq(zc_index_get("web", &entry, &e), -1);
	ck_assert_int_eq(e.code, ERR_UNKNOWN_ZONE);
	ck_assert_str_eq(e.msg, "web: No such zone configured");
	ck_assert_int_eq(zc_index_get("../web", &entry, &e), -1);
	ck_assert_int_eq(e.code, ERR_UNKNOWN_ZONE);
}
END_TEST

START_TEST(the_global_zone_is_always_there)
{
	_cleanup_entry struct zc_entry entry = { 0 };

	ck_assert_int_eq(zc_index_get("global", &entry, &e), 0);
	ck_assert_int_eq(entry.state, ZC_INSTALLED);
	ck_assert_str_eq(entry.zonepath, "/");
	ck_assert_uint_eq(entry.debug_id, 1);
}
END_TEST

static unsigned complaints;

static void
complain(const char *name, const struct err *why)
{
	ck_assert_str_eq(name, "broken");
	ck_assert_int_eq(why->code, ERR_CONFIG);
	complaints++;
}

START_TEST(all_zones_are_listed_by_name_without_the_broken)
{
	struct zc_index index;

	given_zone("web", "/zones/web");
	given_zone("a", "/zones/a");
	given_zone("global", "/");
	write_file("broken.cfg", "nonsense\n");
	write_file("SUNWx.cfg", "create -b\n");
	write_file(".hidden.cfg", "create -b\n");
	write_file("web.cfg.bak", "create -b\n");

	ck_assert_int_eq(zc_index_load(&index, complain, &e), 0);
	ck_assert_uint_eq(index.n, 2);
	ck_assert_str_eq(index.zone[0].name, "a");
	ck_assert_str_eq(index.zone[1].name, "web");
	ck_assert_uint_ne(index.zone[0].debug_id, index.zone[1].debug_id);
	ck_assert_uint_eq(complaints, 1);
	zc_index_free(&index);
}
END_TEST

START_TEST(names_are_sorted_and_only_those_of_zones)
{
	_autoclose int etc = -1;
	_cleanup_names struct zc_names names = { 0 };
	_cleanup_entry struct zc_entry entry = { 0 };

	given_zone("web", "/zones/web");
	given_zone("a.b", "/zones/ab");
	write_file("global.cfg", "");
	write_file(".web.cfg.1.new", "");
	write_file("SUNWx.cfg", "");
	write_file("web.cfg~", "");
	etc = zc_index_open(&e);
	ck_assert_int_ge(etc, 0);
	ck_assert_int_eq(zc_index_names(etc, &names, &e), 0);
	ck_assert_uint_eq(names.n, 2);
	ck_assert_str_eq(names.name[0], "a.b");
	ck_assert_str_eq(names.name[1], "web");
	ck_assert(zc_names_has(&names, "web"));
	ck_assert(!zc_names_has(&names, "we"));
	ck_assert_int_eq(zc_index_read(etc, "web", &entry, &e), 0);
	ck_assert_str_eq(entry.zonepath, "/zones/web");
	ck_assert_int_eq(zc_index_read(etc, "nosuch", &entry, &e), 1);
}
END_TEST

START_TEST(thousands_of_names_are_kept)
{
	_autoclose int etc = -1;
	_cleanup_names struct zc_names names = { 0 };
	char file[32];

	given_zone("web", "/zones/web");
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(file, sizeof(file), "z%04d.cfg", i);
		write_file(file, "");
	}
	etc = zc_index_open(&e);
	ck_assert_int_eq(zc_index_names(etc, &names, &e), 0);
	ck_assert_uint_eq(names.n, 3001);
	ck_assert_str_eq(names.name[1], "z0000");
	ck_assert_str_eq(names.name[3000], "z2999");
}
END_TEST

START_TEST(without_a_directory_there_are_no_zones)
{
	struct zc_index index;

	ck_assert_int_eq(zc_index_load(&index, NULL, &e), 0);
	ck_assert_uint_eq(index.n, 0);
	zc_index_free(&index);
}
END_TEST

START_TEST(an_empty_state_file_is_none)
{
	_cleanup_entry struct zc_entry entry = { 0 };

	given_zone("web", "/zones/web");
	write_file("web.state", "");
	ck_assert_int_eq(zc_index_get("web", &entry, &e), 0);
	ck_assert_int_eq(entry.state, ZC_CONFIGURED);
	ck_assert_str_eq(entry.zonepath, "/zones/web");
}
END_TEST

START_TEST(a_damaged_state_is_said_not_guessed)
{
	_cleanup_entry struct zc_entry entry = { 0 };

	given_zone("web", "/zones/web");
	write_file("web.state", "state running\n");
	ck_assert_int_eq(zc_index_get("web", &entry, &e), -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
	ck_assert_str_eq(e.msg,
	    "'web.state' is damaged: line 1; 'zonecfg -z web delete -F' "
	    "forgets the zone and leaves its files");
	write_file("web.state", "garbage\n");
	ck_assert_int_eq(zc_index_get("web", &entry, &e), -1);
	ck_assert_str_eq(e.msg,
	    "'web.state' is damaged: it tells no state; 'zonecfg -z web "
	    "delete -F' forgets the zone and leaves its files");
}
END_TEST

START_TEST(the_lock_of_a_zone_is_held_by_one)
{
	_autoclose int first = -1;
	int second;

	first = zc_zone_lock("web", "install", 0, &e);
	ck_assert_int_ge(first, 0);
	second = zc_zone_lock("web", "boot", 0, &e);
	ck_assert_int_eq(second, -1);
	ck_assert_int_eq(e.code, EWOULDBLOCK);
	ck_assert_msg(strstr(e.msg, "install") != NULL, "%s", e.msg);
}
END_TEST

START_TEST(states_have_names)
{
	enum zc_state state;

	for (enum zc_state s = ZC_CONFIGURED; s <= ZC_DOWN; s++) {
		ck_assert_int_eq(zc_state_parse(zc_state_name(s), &state), 0);
		ck_assert_int_eq(state, s);
	}
	ck_assert_int_eq(zc_state_parse("Running", &state), -1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("zonecfg/index");
	TCase *t = tcase_create("zonecfg/index");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, root_setup, root_teardown);
	tcase_add_test(t, a_new_zone_is_configured_and_has_no_uuid);
	tcase_add_test(t,
	    leaving_configured_gives_a_uuid_and_going_back_drops_it);
	tcase_add_test(t, what_is_put_is_got);
	tcase_add_test(t, a_configuration_edited_by_hand_is_seen);
	tcase_add_test(t, a_configuration_copied_in_by_hand_is_a_zone);
	tcase_add_test(t, the_state_survives_a_commit);
	tcase_add_test(t, a_live_state_is_never_stored);
	tcase_add_test(t, an_unknown_zone_and_a_path_are_unknown);
	tcase_add_test(t, the_global_zone_is_always_there);
	tcase_add_test(t, all_zones_are_listed_by_name_without_the_broken);
	tcase_add_test(t, names_are_sorted_and_only_those_of_zones);
	tcase_add_test(t, thousands_of_names_are_kept);
	tcase_add_test(t, without_a_directory_there_are_no_zones);
	tcase_add_test(t, an_empty_state_file_is_none);
	tcase_add_test(t, a_damaged_state_is_said_not_guessed);
	tcase_add_test(t, the_lock_of_a_zone_is_held_by_one);
	tcase_add_test(t, states_have_names);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
