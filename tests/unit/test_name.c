/* SPDX-License-Identifier: ISC
 *
 * Names of zones.
 */
#include "zonecfg/name.h"

#include <string.h>

#include "tests/unit/unit.h"

/* name, is it one */
static const struct {
	const char *name;
	bool good;
} names[] = {
	{ "a", true },
	{ "web-1.example_org", true },
	{ "1", true },
	{ "global", true },
	{ "sunw", true },
	{ "", false },
	{ "-a", false },
	{ ".a", false },
	{ "_a", false },
	{ "a/b", false },
	{ "..", false },
	{ "a b", false },
	{ "a\n", false },
	{ "a:b", false },
	{ "\303\244", false },
	{ "SUNWx", false },
	{ "SUNW", false },
};

START_TEST(names_are_letters_digits_and_some_marks)
{
	ck_assert(zc_name_ok(names[_i].name) == names[_i].good);
}
END_TEST

START_TEST(a_name_has_at_most_63_characters)
{
	char name[ZC_NAME_MAX + 2];

	memset(name, 'a', sizeof(name));
	name[ZC_NAME_MAX + 1] = '\0';
	ck_assert(!zc_name_ok(name));
	name[ZC_NAME_MAX] = '\0';
	ck_assert(zc_name_ok(name));
}
END_TEST

START_TEST(global_is_the_global_zone_in_that_spelling_only)
{
	ck_assert(zc_name_is_global("global"));
	ck_assert(!zc_name_is_global("Global"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("zonecfg/name");
	TCase *t = tcase_create("zonecfg/name");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, names_are_letters_digits_and_some_marks, 0,
	    (int)ARRAY_LEN(names));
	tcase_add_test(t, a_name_has_at_most_63_characters);
	tcase_add_test(t, global_is_the_global_zone_in_that_spelling_only);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
