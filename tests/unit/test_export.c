/* SPDX-License-Identifier: ISC
 *
 * Export: what it prints is read back as the same configuration.
 */
#include "zonecfg/export.h"

#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"
#include "zonecfg/store.h"
#include "zonecfg/template.h"

static struct err e;

static struct zc_zone *
zone_of(const char *text)
{
	struct zc_zone *zone = NULL;

	ck_assert_msg(zc_store_parse("web", "text", text, strlen(text), &zone,
			  &e) == 0,
	    "%s", e.msg);
	return zone;
}

START_TEST(a_blank_zone_exports_its_shown_defaults)
{
	_cleanup_zone struct zc_zone *zone = zone_of("create -b");
	_autofree char *text = zc_export(zone);

	ck_assert_str_eq(text,
	    "create -b\nset autoboot=false\nset ip-type=shared\n");
}
END_TEST

START_TEST(blocks_come_in_the_order_of_export_not_of_entry)
{
	_cleanup_zone struct zc_zone *zone = zone_of(
	    "add rctl\nset name=zone.max-lwps\n"
	    "add value (priv=privileged,limit=1,action=deny)\nend\n"
	    "add net\nset physical=e0\nset address=10.0.0.1\nend\n"
	    "add inherit-pkg-dir\nset dir=/usr\nend\n"
	    "add fs\nset dir=/a\nset special=/b\nset type=lofs\n"
	    "add options ro\nend\n");
	_autofree char *text = zc_export(zone);

	ck_assert_str_eq(text,
	    "create -b\nset autoboot=false\nset ip-type=shared\n"
	    "add fs\nset dir=/a\nset special=/b\nset type=lofs\n"
	    "add options ro\nend\n"
	    "add inherit-pkg-dir\nset dir=/usr\nend\n"
	    "add net\nset address=10.0.0.1\nset physical=e0\nend\n"
	    "add rctl\nset name=zone.max-lwps\n"
	    "add value (priv=privileged,limit=1,action=deny)\nend\n");
}
END_TEST

/* Values that need quotes, and some that only look like it. */
static const char *const values[] = { "plain", "with blank", "a=b", "a;b",
	"[x]", "(x)", "a,b", "#x", "-F", "x#y", "\303\244\303\266",
	"!$&*?'`\\" };

START_TEST(any_value_comes_back)
{
	_cleanup_zone struct zc_zone *zone = zone_of("add attr\nset name=a\n"
						     "set type=string\n"
						     "set value=x\nend\n");
	_cleanup_zone struct zc_zone *again = NULL;
	_autofree char *text = NULL;

	zc_value_set(zc_rec_value(&zone->res[0], ZC_ATTR_VALUE), values[_i]);
	zc_value_set(zc_rec_value(&zone->global, ZC_GLOBAL_BOOTARGS),
	    values[_i]);
	text = zc_export(zone);
	again = zone_of(text);

	ck_assert(zc_zone_equal(zone, again));
}
END_TEST

START_TEST(the_default_template_is_a_sparse_zone)
{
	_cleanup_zone struct zc_zone *zone = NULL;

	ck_assert_int_eq(zc_template("SUNWdefault", "web", &zone, &e), 0);
	ck_assert_str_eq(zone->name, "web");
	ck_assert_uint_eq(zc_count(zone, "inherit-pkg-dir"), 4);
	ck_assert_str_eq(zc_res_get(zone, "inherit-pkg-dir", 1, "dir"),
	    "/platform");
}
END_TEST

START_TEST(a_missing_template_is_an_unknown_zone)
{
	struct zc_zone *zone = NULL;

	ck_assert_int_eq(zc_template("../x", "web", &zone, &e), -1);
	ck_assert_int_eq(e.code, ERR_UNKNOWN_ZONE);
	ck_assert_str_eq(e.msg, "../x: No such zone configured");
	ck_assert_ptr_null(zone);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("zonecfg/export");
	TCase *t = tcase_create("zonecfg/export");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, a_blank_zone_exports_its_shown_defaults);
	tcase_add_test(t, blocks_come_in_the_order_of_export_not_of_entry);
	tcase_add_loop_test(t, any_value_comes_back, 0, (int)ARRAY_LEN(values));
	tcase_add_test(t, the_default_template_is_a_sparse_zone);
	tcase_add_test(t, a_missing_template_is_an_unknown_zone);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
