/* SPDX-License-Identifier: ISC
 *
 * test_core - which core files leave a zone.
 */
#include "zoneadm/core.h"

#include <stdbool.h>
#include <stddef.h>

#include "tests/unit/unit.h"

START_TEST(what_the_host_handles_leaves_the_zone)
{
	static const struct {
		const char *pattern;
		int suid_dumpable;
		bool leaves;
	} rows[] = {
		{ "core", 0, false },
		{ "core.%p", 2, false },
		{ "|/usr/lib/systemd/systemd-coredump %P", 0, true },
		{ "@/run/coredump.socket", 0, true },
		{ "@@/run/coredump.socket", 0, true },
		{ "/var/crash/core.%p", 0, false },
		{ "/var/crash/core.%p", 1, false },
		{ "/var/crash/core.%p", 2, true },
		{ "", 0, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg((core_leaves_zone(rows[i].pattern,
				   rows[i].suid_dumpable) != NULL) ==
			rows[i].leaves,
		    "%s", rows[i].pattern);
}
END_TEST

UNIT_MAIN("core", what_the_host_handles_leaves_the_zone)
