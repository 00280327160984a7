/* SPDX-License-Identifier: ISC
 *
 * The table of privileges: what must hold for every row.
 */
#include "privileges/priv.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/unit.h"

#define CAP(c) (UINT64_C(1) << CAP_##c)

static int
find(const char *name)
{
	return priv_find(name, strlen(name));
}

START_TEST(names_are_in_order_and_lower_case)
{
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		const char *name = priv_info(p)->name;

		ck_assert_uint_eq(strspn(name,
				      "abcdefghijklmnopqrstuvwxyz0123456789_"),
		    strlen(name));
		if (p > 0)
			ck_assert_str_lt(priv_info(p - 1)->name, name);
	}
}
END_TEST

START_TEST(every_privilege_has_a_sentence_without_a_full_stop)
{
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		const char *s = priv_info(p)->sentence;

		ck_assert_uint_gt(strlen(s), 10);
		ck_assert_int_ne(s[strlen(s) - 1], '.');
	}
}
END_TEST

START_TEST(what_is_not_given_freely_has_a_reason)
{
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		const struct priv_info *i = priv_info(p);
		const char *why = i->why;
		bool asks = i->shared >= PRIV_OPTIONAL ||
		    i->exclusive >= PRIV_OPTIONAL || (i->flags & PRIV_INERT);

		ck_assert_msg(asks == (*why != '\0'), "%s", i->name);
		ck_assert_msg(!asks || why[strlen(why) - 1] != '.', "%s",
		    i->name);
	}
}
END_TEST

START_TEST(a_prohibited_privilege_carries_nothing)
{
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		const struct priv_info *i = priv_info(p);

		if (i->exclusive != PRIV_PROHIBITED)
			continue;
		ck_assert_uint_eq(i->shared, PRIV_PROHIBITED);
		ck_assert_uint_eq(i->caps, 0);
		ck_assert_uint_eq(i->opens, 0);
	}
}
END_TEST

START_TEST(an_inert_privilege_carries_nothing)
{
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		const struct priv_info *i = priv_info(p);

		if (i->flags & PRIV_INERT)
			ck_assert(i->caps == 0 && i->opens == 0);
	}
}
END_TEST

START_TEST(what_acts_on_the_whole_machine_is_in_no_row)
{
	const uint64_t never = CAP(SYS_MODULE) | CAP(SYS_RAWIO) |
	    CAP(SYS_TIME) | CAP(SYSLOG) | CAP(MAC_ADMIN) | CAP(MAC_OVERRIDE) |
	    CAP(BLOCK_SUSPEND) | CAP(CHECKPOINT_RESTORE) | CAP(BPF) |
	    CAP(MKNOD) | CAP(DAC_READ_SEARCH) | CAP(AUDIT_CONTROL) |
	    CAP(AUDIT_READ) | CAP(SYS_PACCT) | CAP(SYS_RESOURCE) | CAP(LEASE) |
	    CAP(SYS_TTY_CONFIG);

	for (enum priv p = 0; p < PRIV_COUNT; p++)
		ck_assert_uint_eq(priv_info(p)->caps & never, 0);
}
END_TEST

START_TEST(a_name_is_found_in_any_case_and_with_a_prefix)
{
	ck_assert_int_eq(find("sys_mount"), PRIV_SYS_MOUNT);
	ck_assert_int_eq(find("PRIV_SYS_MOUNT"), PRIV_SYS_MOUNT);
	ck_assert_int_eq(find("priv_Sys_Mount"), PRIV_SYS_MOUNT);
}
END_TEST

START_TEST(what_is_no_name_is_not_found)
{
	ck_assert_int_eq(find("sys_moun"), -1);
	ck_assert_int_eq(find("sys_mount "), -1);
	ck_assert_int_eq(find("priv_"), -1);
	ck_assert_int_eq(find("priv_priv_sys_mount"), -1);
	ck_assert_int_eq(find(""), -1);
	ck_assert_int_eq(priv_find("sys_mount", 4), -1);
}
END_TEST

START_TEST(the_manual_page_names_every_privilege_in_its_place)
{
	static const char *const sections[] = { ".Ss Required\n",
		".Ss In the default set\n", ".Ss Optional\n",
		".Ss Prohibited\n" };
	_autofree char *page = NULL;
	struct err e = { 0 };

	ck_assert_msg(fd_read_file(AT_FDCWD,
			  TEST_SOURCE_DIR "/docs/man/zone-privileges.7",
			  1 << 20, &page, NULL, &e) == 0,
	    "%s", e.msg);

	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		const struct priv_info *i = priv_info(p);
		const char *start = strstr(page, sections[i->exclusive]);
		_autofree char *item = mem_printf(".It Cm %s\n", i->name);
		const char *found = start ? strstr(start, item) : NULL;
		const char *end = start ? strstr(start, "\n.El") : NULL;

		ck_assert_msg(found && found < end, "%s", i->name);
		/* The sentence starts with a capital and ends with a stop. */
		ck_assert_msg(strncmp(found + strlen(item) + 1, i->sentence + 1,
				  strlen(i->sentence) - 1) == 0,
		    "%s", i->name);
		/* So does the reason, wherever it stands in the item. */
		end = strstr(found + strlen(item), "\n.It");
		found = strstr(found, i->why + (*i->why != '\0'));
		ck_assert_msg(found && (!end || found < end), "%s", i->name);
	}
}
END_TEST

UNIT_MAIN("priv", names_are_in_order_and_lower_case,
    every_privilege_has_a_sentence_without_a_full_stop,
    what_is_not_given_freely_has_a_reason,
    a_prohibited_privilege_carries_nothing, an_inert_privilege_carries_nothing,
    what_acts_on_the_whole_machine_is_in_no_row,
    a_name_is_found_in_any_case_and_with_a_prefix, what_is_no_name_is_not_found,
    the_manual_page_names_every_privilege_in_its_place)
