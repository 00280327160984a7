/* SPDX-License-Identifier: ISC
 *
 * A configuration in memory: reading it by name, limits and their other
 * spellings, rules over the whole.
 */
#include "zonecfg/model.h"

#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"
#include "zonecfg/limits.h"
#include "zonecfg/store.h"
#include "zonecfg/verify.h"

static struct zc_zone *zone;
static struct err e;

/* A zone made of commands as a stored configuration has them. */
static void
given(const char *text)
{
	ck_assert_msg(zc_store_parse("web", "text", text, strlen(text), &zone,
			  &e) == 0,
	    "%s", e.msg);
}

static char *lines;

static void
keep_line(void *arg, const char *line)
{
	char *longer = mem_printf("%s%s\n", lines ? lines : "", line);

	(void)arg;
	free(lines);
	lines = longer;
}

static void
done(void)
{
	zc_zone_free(zone);
	zone = NULL;
	free(lines);
	lines = NULL;
}

START_TEST(unset_properties_have_their_defaults)
{
	given("");
	ck_assert_str_eq(zc_get(zone, "zonename"), "web");
	ck_assert_str_eq(zc_get(zone, "zonepath"), "");
	ck_assert_str_eq(zc_get(zone, "brand"), "native");
	ck_assert_str_eq(zc_get(zone, "ip-type"), "shared");
	ck_assert(!zc_is_true(zone, "autoboot"));
	ck_assert_ptr_null(zc_get(zone, "no-such"));
	done();
}
END_TEST

START_TEST(resources_are_read_by_type_index_and_name)
{
	given("add fs\nset dir=/a\nset special=/x\nset type=lofs\n"
	      "add options ro\nadd options nodevices\nend\n"
	      "add inherit-pkg-dir\nset dir=/usr\nend\n"
	      "add fs\nset dir=/b\nset special=/y\nset type=lofs\nend\n");
	ck_assert_uint_eq(zc_count(zone, "fs"), 2);
	ck_assert_uint_eq(zc_count(zone, "nothing"), 0);
	ck_assert_str_eq(zc_res_get(zone, "fs", 1, "dir"), "/b");
	ck_assert_str_eq(zc_res_get(zone, "fs", 1, "raw"), "");
	ck_assert_ptr_null(zc_res_get(zone, "fs", 2, "dir"));
	ck_assert_ptr_null(zc_res_get(zone, "fs", 0, "address"));
	ck_assert_uint_eq(zc_res_items(zone, "fs", 0, "options"), 2);
	ck_assert_str_eq(zc_res_item(zone, "fs", 0, "options", 1), "nodevices");
	ck_assert_ptr_null(zc_res_item(zone, "fs", 0, "options", 2));
	done();
}
END_TEST

START_TEST(a_limit_is_read_by_the_name_of_its_resource_control)
{
	uint64_t limit = 0;

	given("set max-lwps=500\nadd capped-cpu\nset ncpus=1.5\nend\n"
	      "add capped-memory\nset swap=1G\nend\n");
	ck_assert(zc_limit(zone, "zone.max-lwps", &limit));
	ck_assert_uint_eq(limit, 500);
	ck_assert(zc_limit(zone, "zone.cpu-cap", &limit));
	ck_assert_uint_eq(limit, 150);
	ck_assert(zc_limit(zone, "zone.max-swap", &limit));
	ck_assert_uint_eq(limit, UINT64_C(1) << 30);
	ck_assert(!zc_limit(zone, "zone.cpu-shares", &limit));
	done();
}
END_TEST

START_TEST(of_several_values_the_lowest_is_the_limit)
{
	uint64_t limit = 0;

	given("add rctl\nset name=zone.max-lwps\n"
	      "add value (priv=privileged,limit=900,action=deny)\n"
	      "add value (priv=privileged,limit=300,action=none)\nend\n");
	ck_assert(zc_limit(zone, "zone.max-lwps", &limit));
	ck_assert_uint_eq(limit, 300);
	done();
}
END_TEST

START_TEST(an_alias_does_not_touch_what_it_cannot_express)
{
	given("add rctl\nset name=zone.max-lwps\n"
	      "add value (priv=privileged,limit=900,action=none)\nend\n");
	ck_assert_ptr_null(zc_alias_get(zone, ZC_GLOBAL_MAX_LWPS));
	ck_assert_int_eq(zc_alias_set(zone, ZC_GLOBAL_MAX_LWPS, "500", &e), -1);
	ck_assert_str_eq(e.msg,
	    "max-lwps: An incompatible rctl already exists "
	    "for this property");
	done();
}
END_TEST

START_TEST(a_copy_is_equal_until_it_is_changed)
{
	_cleanup_zone struct zc_zone *copy = NULL;

	given("set zonepath=/z\nadd attr\nset name=a\nset type=int\n"
	      "set value=1\nend\n");
	copy = zc_zone_copy(zone);
	ck_assert(zc_zone_equal(zone, copy));
	zc_value_set(zc_rec_value(&copy->res[0], ZC_ATTR_VALUE), "2");
	ck_assert(!zc_zone_equal(zone, copy));
	done();
}
END_TEST

START_TEST(order_counts_within_a_type_only)
{
	_cleanup_zone struct zc_zone *other = NULL;
	const char *text = "add device\nset match=/dev/b\nend\n"
			   "add dataset\nset name=a\nend\n";

	given("add dataset\nset name=a\nend\n"
	      "add device\nset match=/dev/b\nend\n");
	ck_assert_int_eq(zc_store_parse("web", "text", text, strlen(text),
			     &other, &e),
	    0);
	ck_assert(zc_zone_equal(zone, other));
	done();
}
END_TEST

/* configuration, lines said, reason; "" is a good one */
static const struct {
	const char *text;
	const char *said;
	const char *reason;
} checks[] = {
	{ "set zonepath=/z", "", "" },
	{ "", "zonepath not specified\n", "Required resource missing" },
	{ "set zonepath=/z\nadd net\nset physical=e0\nend",
	    "net: address not specified\n", "Required property missing" },
	{ "set zonepath=/z\nadd net\nset physical=e0\nset address=10.0.0.1\n"
	  "set allowed-address=10.0.0.1\nend",
	    "net: allowed-address cannot be specified for a shared IP type\n",
	    "Incompatible settings" },
	{ "set zonepath=/z\nset ip-type=exclusive\nadd net\nset physical=e0:1\n"
	  "set address=10.0.0.1\nset defrouter=10.0.0.2\nend",
	    "net: address cannot be specified for an exclusive IP type\n"
	    "net: defrouter for e0:1 cannot be specified without "
	    "allowed-address for an exclusive IP type\n"
	    "net: e0:1: logical interface name not allowed\n",
	    "Incompatible settings" },
	{ "set zonepath=/z\nset cpu-shares=5\nset scheduling-class=FX\n"
	  "add dedicated-cpu\nset ncpus=1\nend",
	    "rctl zone.cpu-shares and dedicated-cpu are incompatible.\n"
	    "WARNING: rctl zone.cpu-shares and scheduling-class=FX are "
	    "incompatible\n",
	    "Incompatible settings" },
	{ "set zonepath=/z\nadd fs\nset dir=/p\nset special=x\nset type=proc\n"
	  "end",
	    "fs /p: cannot mount file systems of type proc\n",
	    "Specified property is invalid" },
	{ "set zonepath=/z\nadd capped-memory\nset physical=1G\nend\n"
	  "add rctl\nset name=zone.max-locked-memory\n"
	  "add value (priv=privileged,limit=2147483648,action=deny)\nend",
	    "capped-memory: The locked cap must be less than or equal to the "
	    "physical cap.\n",
	    "Specified property is invalid" },
};

START_TEST(rules_over_the_whole_configuration)
{
	int rc;

	given(checks[_i].text);
	rc = zc_verify(zone, keep_line, NULL, &e);

	ck_assert_str_eq(lines ? lines : "", checks[_i].said);
	ck_assert_int_eq(rc, *checks[_i].reason ? -1 : 0);
	if (rc == -1)
		ck_assert_str_eq(e.msg, checks[_i].reason);
	done();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("zonecfg/model");
	TCase *t = tcase_create("zonecfg/model");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, unset_properties_have_their_defaults);
	tcase_add_test(t, resources_are_read_by_type_index_and_name);
	tcase_add_test(t, a_limit_is_read_by_the_name_of_its_resource_control);
	tcase_add_test(t, of_several_values_the_lowest_is_the_limit);
	tcase_add_test(t, an_alias_does_not_touch_what_it_cannot_express);
	tcase_add_test(t, a_copy_is_equal_until_it_is_changed);
	tcase_add_test(t, order_counts_within_a_type_only);
	tcase_add_loop_test(t, rules_over_the_whole_configuration, 0,
	    (int)ARRAY_LEN(checks));
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
