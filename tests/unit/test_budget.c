/* SPDX-License-Identifier: ISC
 *
 * test_budget - what all zones together may take.
 */
#include "zoned/budget.h"

#include "tests/unit/unit.h"

#define MIB (1ULL << 20)
#define GIB (1ULL << 30)

START_TEST(the_host_keeps_a_reserve)
{
	/* Columns: the machine's processes and bytes, zones that are up; what
	 * all of them may have, one of them, bytes, ptys kept back. */
	static const struct {
		uint64_t processes;
		uint64_t memory;
		uint64_t zones;
		struct zd_budget want;
	} rows[] = {
		{ 32768, 16 * GIB, 0, { 28672, 8192, 14 * GIB, 1024 } },
		{ 32768, 24 * GIB, 4, { 28664, 8192, 22 * GIB, 2048 } },
		{ 4194304, 64 * GIB, 1, { 3670014, 8192, 62 * GIB, 1280 } },
		{ 4096, 1 * GIB, 1, { 3582, 1791, 896 * MIB, 1280 } },
		{ 4096, 128 * MIB, 4000, { 1024, 512, 64 * MIB, 1025024 } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct zd_budget b = zd_budget_of(rows[i].processes,
		    rows[i].memory, rows[i].zones);

		ck_assert_uint_eq(b.processes, rows[i].want.processes);
		ck_assert_uint_eq(b.of_zone, rows[i].want.of_zone);
		ck_assert_uint_eq(b.memory, rows[i].want.memory);
		ck_assert_uint_eq(b.ptys, rows[i].want.ptys);
	}
}
END_TEST

/* Each has an init in the budget, zoned and keeper outside of it. */
START_TEST(idle_zones_fit_into_it)
{
	struct zd_budget b = zd_budget_of(32768, 24 * GIB, 8191);

	ck_assert_uint_ge(b.processes, 8191);
	ck_assert_uint_le(b.processes + 2 * 8191, 32768);
}
END_TEST

START_TEST(this_machine_has_one)
{
	struct zd_budget b;
	struct err e;

	ck_assert_int_eq(zd_budget_here(1, &b, &e), 0);
	ck_assert_uint_gt(b.processes, 0);
	ck_assert_uint_gt(b.of_zone, 0);
	ck_assert_uint_gt(b.memory, 0);
}
END_TEST

UNIT_MAIN("budget", the_host_keeps_a_reserve, idle_zones_fit_into_it,
    this_machine_has_one)
