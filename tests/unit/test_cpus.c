/* SPDX-License-Identifier: ISC
 *
 * Sets of CPUs, and which of them a zone is given.
 */
#include "zoned/cpus.h"

#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"

static struct err e;

static struct zd_cpus
set(const char *list)
{
	struct zd_cpus cpus;

	ck_assert_int_eq(zd_cpus_parse(list, &cpus), 0);
	return cpus;
}

static void
assert_set(const struct zd_cpus *cpus, const char *expected)
{
	_autofree char *list = zd_cpus_print(cpus);

	ck_assert_str_eq(list, expected);
}

START_TEST(a_list_is_read_and_written_as_the_kernel_does)
{
	static const struct {
		const char *in;
		const char *out;
		unsigned count;
	} rows[] = {
		{ "", "", 0 },
		{ "\n", "", 0 },
		{ "0", "0", 1 },
		{ "0-3,8\n", "0-3,8", 5 },
		{ "8,0-1,2", "0-2,8", 4 },
		{ "63-64", "63-64", 2 },
		{ "8190-8191", "8190-8191", 2 },
		{ "1 77 88", "1", 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct zd_cpus cpus = set(rows[i].in);

		assert_set(&cpus, rows[i].out);
		ck_assert_uint_eq(zd_cpus_count(&cpus), rows[i].count);
	}
}
END_TEST

START_TEST(what_is_no_list_is_refused)
{
	static const char *const rows[] = { "a", "1,", ",1", "3-2", "8192",
		"1-8192", "-1", "1-", "1--2" };
	struct zd_cpus cpus;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ck_assert_msg(zd_cpus_parse(rows[i], &cpus) == -1, "%s",
		    rows[i]);
}
END_TEST

/* Of all CPUs, some taken; what is chosen, or a part of why nothing is. */
START_TEST(a_zone_gets_what_nobody_has)
{
	static const struct {
		unsigned least, most;
		const char *which, *all, *taken;
		const char *out, *why;
	} rows[] = {
		{ 1, 1, "", "0-3", "", "3", NULL },
		{ 2, 2, "", "0-3", "3", "1-2", NULL },
		{ 1, 9, "", "0-3", "", "1-3", NULL },
		{ 1, 9, "", "0-3", "2", "1,3", NULL },
		{ 3, 3, "", "0-3", "3", NULL, "3 CPUs are wanted, and 2" },
		{ 1, 1, "", "0", "", NULL, "1 CPUs are wanted, and 0" },
		{ 1, 1, "", "0-1", "0-1", NULL, "and 0 of this host's 2" },
		{ 0, 0, "1-2", "0-3", "3", "1-2", NULL },
		{ 0, 0, "1-2", "0-3", "2", NULL, "CPU 2 is another zone's" },
		{ 0, 0, "4", "0-3", "", NULL, "no CPU 4" },
		{ 0, 0, "0-2", "0-3", "3", NULL, "no CPU would be left" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct zd_cpus_want want = { set(rows[i].which), rows[i].least,
			rows[i].most };
		struct zd_cpus all = set(rows[i].all);
		struct zd_cpus taken = set(rows[i].taken);
		struct zd_cpus out;
		int rc = zd_cpus_choose(&want, &all, &taken, &out, &e);

		if (rows[i].out) {
			ck_assert_msg(rc == 0, "%s", e.msg);
			assert_set(&out, rows[i].out);
		} else {
			ck_assert_int_eq(rc, -1);
			ck_assert_msg(strstr(e.msg, rows[i].why), "%s", e.msg);
		}
	}
}
END_TEST

UNIT_MAIN("cpus", a_list_is_read_and_written_as_the_kernel_does,
    what_is_no_list_is_refused, a_zone_gets_what_nobody_has)
