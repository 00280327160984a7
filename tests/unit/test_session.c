/* SPDX-License-Identifier: ISC
 *
 * Editing: scopes, what counts when, and words to complete.
 */
#include "zonecfg/session.h"

#include <string.h>

#include "tests/unit/unit.h"
#include "zonecfg/complete.h"

static struct zc_zone *zone;
static struct zc_edit edit;
static struct err e;

static void
setup(void)
{
	zone = zc_zone_new("web");
	edit = (struct zc_edit){ .zone = zone };
}

static void
teardown(void)
{
	zc_edit_done(&edit);
	zc_zone_free(zone);
}

/* One command of the few that edit. */
static int
run(const char *text)
{
	struct zc_parser parser;
	_cleanup_cmd struct zc_cmd cmd = { .verb = ZC_VERBS };

	zc_parse_init(&parser, text, strlen(text), 1);
	ck_assert_int_eq(zc_parse_next(&parser, &cmd, &e), 1);
	if (cmd.verb == ZC_V_ADD && cmd.arg.shape == ZC_NO_ARG)
		return zc_edit_add(&edit, cmd.word, &e);
	if (cmd.verb == ZC_V_ADD)
		return zc_edit_add_value(&edit, cmd.word, &cmd.arg, &e);
	if (cmd.verb == ZC_V_SET)
		return zc_edit_set(&edit, cmd.word, &cmd.arg, &e);
	if (cmd.verb == ZC_V_CLEAR)
		return zc_edit_clear(&edit, cmd.word, &e);
	if (cmd.verb == ZC_V_SELECT)
		return zc_edit_select(&edit, &cmd, &e);
	if (cmd.verb == ZC_V_REMOVE && cmd.arg.shape == ZC_NO_ARG)
		return zc_edit_remove(&edit, &cmd, &e);
	if (cmd.verb == ZC_V_REMOVE)
		return zc_edit_remove_value(&edit, cmd.word, &cmd.arg, &e);
	ck_assert_int_eq(cmd.verb, ZC_V_END);
	return zc_edit_end(&edit, &e);
}

/* All of them, and every one succeeds. */
static void
given(const char *const *lines)
{
	for (; *lines; lines++)
		ck_assert_msg(run(*lines) == 0, "%s: %s", *lines, e.msg);
}
#define GIVEN(...) given((const char *const[]){ __VA_ARGS__, NULL })

static void
refused(const char *line, const char *said)
{
	ck_assert_int_eq(run(line), -1);
	ck_assert_str_eq(e.msg, said);
}

START_TEST(a_resource_counts_from_its_end_on)
{
	GIVEN("add device", "set match=/dev/a");
	ck_assert_int_eq(edit.scope, ZC_DEVICE);
	ck_assert_uint_eq(zc_count(zone, "device"), 0);
	GIVEN("end");
	ck_assert_int_eq(edit.scope, ZC_GLOBAL);
	ck_assert_uint_eq(zc_count(zone, "device"), 1);
}
END_TEST

START_TEST(what_is_cancelled_never_was)
{
	GIVEN("add device", "set match=/dev/a", "end",
	    "select device match=/dev/a", "set match=/dev/b");
	zc_edit_cancel(&edit);
	ck_assert_str_eq(zc_res_get(zone, "device", 0, "match"), "/dev/a");
}
END_TEST

START_TEST(an_incomplete_resource_does_not_end)
{
	GIVEN("add fs", "set dir=/a");
	refused("end", "special not specified\ntype not specified");
	ck_assert_int_eq(edit.scope, ZC_FS);
}
END_TEST

START_TEST(two_resources_never_have_one_key)
{
	GIVEN("add net", "set physical=e0", "set address=10.0.0.1", "end",
	    "add net", "set physical=e0", "set address=10.0.0.2", "end",
	    "add net", "set physical=e0", "set address=10.0.0.2");
	refused("end",
	    "A net resource with the address '10.0.0.2', and physical 'e0' "
	    "already exists.");
	zc_edit_cancel(&edit);
	GIVEN("add dedicated-cpu", "set ncpus=1", "end");
	refused("add dedicated-cpu",
	    "The dedicated-cpu resource already exists.");
}
END_TEST

START_TEST(a_selected_resource_may_keep_its_key)
{
	GIVEN("add device", "set match=/dev/a", "end",
	    "select device match=/dev/a", "end");
	ck_assert_uint_eq(zc_count(zone, "device"), 1);
}
END_TEST

START_TEST(select_wants_exactly_one)
{
	GIVEN("add net", "set physical=e0", "set address=10.0.0.1", "end",
	    "add net", "set physical=e0", "set address=10.0.0.2", "end");
	refused("select net physical=e0",
	    "select net: Insufficient specification");
	refused("select net address=10.0.0.3",
	    "select net: No such resource with that id");
	refused("select net", "select net: Insufficient specification");
	refused("select net dir=/a", "select dir: No such property type");
	GIVEN("select net physical=e0 address=10.0.0.2");
}
END_TEST

START_TEST(values_are_added_and_removed_one_by_one)
{
	GIVEN("add fs", "add options [ro,nodevices]", "add options noatime",
	    "remove options ro");
	ck_assert_uint_eq(zc_rec_value(&edit.pending, ZC_FS_OPTIONS)->n, 2);
	refused("remove options ro",
	    "remove options: No such property with that id");
	refused("add dir /x",
	    "add dir: the property has one value; use "
	    "'set dir=VALUE'");
	zc_edit_cancel(&edit);
	GIVEN("add admin", "set auths=login", "add auths manage");
	ck_assert_str_eq(zc_rec_text(&edit.pending, ZC_ADMIN_AUTHS),
	    "login,manage");
	GIVEN("remove auths login");
	ck_assert_str_eq(zc_rec_text(&edit.pending, ZC_ADMIN_AUTHS), "manage");
}
END_TEST

START_TEST(required_properties_cannot_be_cleared)
{
	refused("clear zonepath",
	    "zonepath: Clearing this property is not allowed");
	refused("clear max-lwps", "clear max-lwps: No such entry");
	GIVEN("set autoboot=true", "clear autoboot");
	ck_assert(!zc_is_true(zone, "autoboot"));
	GIVEN("set pool=a", "set pool=\"\"");
	ck_assert_str_eq(zc_get(zone, "pool"), "");
}
END_TEST

START_TEST(capped_resources_are_kept_as_resource_controls)
{
	uint64_t limit = 0;

	GIVEN("add capped-memory", "set physical=512M", "set swap=1G", "end",
	    "add capped-cpu", "set ncpus=1.5", "end");
	ck_assert_uint_eq(zc_count(zone, "capped-cpu"), 0);
	ck_assert(zc_limit(zone, "zone.cpu-cap", &limit));
	ck_assert_uint_eq(limit, 150);
	refused("add capped-memory",
	    "The capped-memory resource already exists.");
	GIVEN("select capped-memory", "clear swap", "end");
	ck_assert(!zc_limit(zone, "zone.max-swap", &limit));
	GIVEN("remove capped-memory", "remove capped-cpu");
	ck_assert_uint_eq(zone->nres, 0);
	refused("remove capped-cpu",
	    "remove capped-cpu: No such resource type");
	refused("remove fs", "remove fs: No such entry");
}
END_TEST

START_TEST(pool_and_dedicated_cpu_exclude_each_other)
{
	GIVEN("set pool=a");
	refused("add dedicated-cpu",
	    "add dedicated-cpu: Incompatible settings: the zone has a pool; "
	    "'clear pool' first");
}
END_TEST

START_TEST(the_global_zone_takes_resource_management_only)
{
	(void)snprintf(zone->name, sizeof(zone->name), "global");
	refused("set autoboot=true",
	    "autoboot is not a valid property for the global zone.");
	refused("add fs", "Cannot add a fs resource to the global zone.");
	GIVEN("set cpu-shares=5", "add capped-memory", "set physical=1G",
	    "end");
}
END_TEST

START_TEST(unknown_names_are_guessed)
{
	refused("set autobot=true",
	    "set autobot: No such property type; did you mean 'autoboot'?");
	refused("add dataset2",
	    "add dataset2: No such resource type; "
	    "did you mean 'dataset'?");
	refused("set physical=e0",
	    "set physical: cannot set a resource-specific property from the "
	    "global scope; 'add' or 'select' the resource first");
}
END_TEST

START_TEST(an_anet_without_a_name_gets_the_first_free)
{
	GIVEN("add anet", "set linkname=net1", "end", "add anet", "end",
	    "add anet", "end");
	ck_assert_str_eq(zc_res_get(zone, "anet", 1, "linkname"), "net0");
	ck_assert_str_eq(zc_res_get(zone, "anet", 2, "linkname"), "net2");
	ck_assert_str_eq(zc_res_get(zone, "anet", 0, "lower-link"), "auto");
}
END_TEST

START_TEST(a_zone_has_a_bounded_number_of_resources)
{
	for (int i = 0; i < ZC_MAX_ITEMS; i++) {
		struct zc_rec rec;

		zc_rec_init(&rec, ZC_DEVICE);
		zc_zone_append(zone, &rec);
	}
	refused("add device", "add device: a zone has at most 4096 resources");
}
END_TEST

/* line, scope, the words separated by blanks */
static const struct {
	const char *line;
	enum zc_type scope;
	const char *words;
} completions[] = {
	{ "ex", ZC_GLOBAL, "exit export" },
	{ "create; se", ZC_GLOBAL, "select set" },
	{ "set zonep", ZC_GLOBAL, "zonepath=" },
	{ "set ip-type=", ZC_GLOBAL, "shared exclusive" },
	{ "set autoboot=t", ZC_GLOBAL, "true" },
	{ "add d", ZC_GLOBAL, "device dedicated-cpu dataset" },
	{ "select net ph", ZC_GLOBAL, "physical=" },
	{ "set op", ZC_FS, "options=" },
	{ "add op", ZC_FS, "options" },
	{ "frob x", ZC_GLOBAL, "" },
	{ "set zonepath=/pro", ZC_GLOBAL, "/proc" },
	{ "set boot-priority=", ZC_GLOBAL, "high default low" },
	{ "select net physical=", ZC_GLOBAL, "eth7" },
	{ "select net address=1", ZC_GLOBAL, "10.0.0.1/24" },
	{ "remove net address=10.0.0.1/24 physical=e", ZC_GLOBAL, "eth7" },
	{ "info net address=2", ZC_GLOBAL, "" },
	{ "set name=zone.max-s", ZC_RCTL,
	    "zone.max-shm-memory zone.max-shm-ids zone.max-sem-ids "
	    "zone.max-swap" },
	{ "add value (", ZC_RCTL, "(priv=privileged,limit=" },
	{ "set physical=l", ZC_NET, "lo" },
	{ "set link-protection=mac-nospoof,ip", ZC_ANET, "ip-nospoof" },
	{ "help di", ZC_GLOBAL, "diff" },
	{ "commit ", ZC_GLOBAL, "" },
};

START_TEST(a_started_word_is_completed_from_the_tables)
{
	struct zc_word words[64];
	char all[2048] = "";
	size_t start = 0;
	size_t n;

	GIVEN("add net", "set physical=eth7", "set address=10.0.0.1/24", "end");
	n = zc_complete(completions[_i].line, strlen(completions[_i].line),
	    zone, completions[_i].scope, words, ARRAY_LEN(words), &start);

	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(all);

		(void)snprintf(all + used, sizeof(all) - used, "%s%s",
		    i > 0 ? " " : "", words[i].text);
	}
	ck_assert_str_eq(all, completions[_i].words);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("zonecfg/session");
	TCase *t = tcase_create("zonecfg/session");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_resource_counts_from_its_end_on);
	tcase_add_test(t, what_is_cancelled_never_was);
	tcase_add_test(t, an_incomplete_resource_does_not_end);
	tcase_add_test(t, two_resources_never_have_one_key);
	tcase_add_test(t, a_selected_resource_may_keep_its_key);
	tcase_add_test(t, select_wants_exactly_one);
	tcase_add_test(t, values_are_added_and_removed_one_by_one);
	tcase_add_test(t, required_properties_cannot_be_cleared);
	tcase_add_test(t, capped_resources_are_kept_as_resource_controls);
	tcase_add_test(t, pool_and_dedicated_cpu_exclude_each_other);
	tcase_add_test(t, the_global_zone_takes_resource_management_only);
	tcase_add_test(t, unknown_names_are_guessed);
	tcase_add_test(t, an_anet_without_a_name_gets_the_first_free);
	tcase_add_test(t, a_zone_has_a_bounded_number_of_resources);
	tcase_add_loop_test(t, a_started_word_is_completed_from_the_tables, 0,
	    (int)ARRAY_LEN(completions));
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
