/* SPDX-License-Identifier: ISC
 *
 * Sets of privileges: limitpriv's grammar, and the words for what is wrong.
 */
#include "privileges/set.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"

static struct err e;

/* The set that limitpriv's text means in a zone with ip-type=shared. */
static struct priv_set
parsed(const char *text)
{
	struct priv_set s = { 0 };

	ck_assert_msg(priv_set_parse(text, false, &s, &e) == 0, "%s", e.msg);
	return s;
}

static void
refused(const char *text, bool exclusive, const char *message)
{
	struct priv_set s = { .bits = { 42, 42 } };

	ck_assert_int_eq(priv_set_parse(text, exclusive, &s, &e), -1);
	ck_assert_str_eq(e.msg, message);
	ck_assert_int_eq(e.code, ERR_CONFIG);
	ck_assert_uint_eq(s.bits[0], 42);
}

START_TEST(empty_text_is_the_default_set)
{
	struct priv_set empty = parsed("");
	struct priv_set named = parsed("default");
	struct priv_set want = priv_set_default(false);

	ck_assert(priv_set_equal(&empty, &want));
	ck_assert(priv_set_equal(&named, &want));
}
END_TEST

START_TEST(a_default_set_minus_one_drops_exactly_that_one)
{
	struct priv_set all = priv_set_default(false);
	struct priv_set bang = parsed("default,!proc_setid");
	struct priv_set minus = parsed("default,-proc_setid");

	ck_assert(!priv_set_has(&bang, PRIV_PROC_SETID));
	ck_assert_uint_eq(priv_set_count(&bang), priv_set_count(&all) - 1);
	ck_assert(priv_set_equal(&bang, &minus));
}
END_TEST

START_TEST(a_default_set_plus_one_gains_exactly_that_one)
{
	struct priv_set all = priv_set_default(false);
	struct priv_set s = parsed("default,net_rawaccess");

	ck_assert(priv_set_has(&s, PRIV_NET_RAWACCESS));
	ck_assert_uint_eq(priv_set_count(&s), priv_set_count(&all) + 1);
}
END_TEST

START_TEST(items_are_taken_from_left_to_right)
{
	struct priv_set on = parsed("default,!sys_mount,sys_mount");
	struct priv_set off = parsed("default,sys_mount,!sys_mount");

	ck_assert(priv_set_has(&on, PRIV_SYS_MOUNT));
	ck_assert(!priv_set_has(&off, PRIV_SYS_MOUNT));
}
END_TEST

START_TEST(named_sets_can_be_added_and_taken_off)
{
	struct priv_set basic = priv_set_basic();
	struct priv_set a = parsed("default,none,basic");
	struct priv_set b = parsed("all,!all,basic");
	struct priv_set c = parsed("basic");

	ck_assert(priv_set_equal(&a, &basic));
	ck_assert(priv_set_equal(&b, &basic));
	ck_assert(priv_set_equal(&c, &basic));
}
END_TEST

START_TEST(all_is_everything_that_such_a_zone_may_have)
{
	struct priv_set s = parsed("all");

	for (enum priv p = 0; p < PRIV_COUNT; p++)
		ck_assert_int_eq(priv_set_has(&s, p),
		    priv_status(p, false) != PRIV_PROHIBITED);
}
END_TEST

START_TEST(case_prefix_and_empty_items_do_not_matter)
{
	struct priv_set plain = parsed("default,!sys_mount,cpc_cpu");
	struct priv_set odd = parsed("Default,,!PRIV_SYS_MOUNT,,Cpc_Cpu,");

	ck_assert(priv_set_equal(&plain, &odd));
}
END_TEST

START_TEST(an_exclusive_zone_configures_its_own_addresses)
{
	struct priv_set s = { 0 };

	ck_assert_int_eq(priv_set_parse("default", true, &s, &e), 0);
	ck_assert(priv_set_has(&s, PRIV_SYS_IP_CONFIG));
	ck_assert_int_eq(priv_set_parse("default", false, &s, &e), 0);
	ck_assert(!priv_set_has(&s, PRIV_SYS_IP_CONFIG));
}
END_TEST

/* How the words for a fault end. */
#define UNKNOWN " (unknown: 'ppriv -l' lists them)"
#define MEANT(name) " (unknown: did you mean '" name "'? 'ppriv -l' lists them)"
#define REQUIRED " (required: no zone works without it)"
#define PROHIBITED(why) " (prohibited: " why ")"

START_TEST(an_unknown_privilege_is_named)
{
	refused("default,sys_mout", false,
	    "unknown privilege \"sys_mout\" specified in the zone's privilege "
	    "set" MEANT("sys_mount"));
	refused("default,!bogus", false,
	    "unknown privilege \"bogus\" specified in the zone's privilege set" UNKNOWN);
	refused("default, sys_mount", false,
	    "unknown privilege \" sys_mount\" specified in the zone's privilege "
	    "set" MEANT("sys_mount"));
	refused("default,!", false,
	    "unknown privilege \"\" specified in the zone's privilege set" UNKNOWN);
	refused("default,\033[2J", false,
	    "unknown privilege \"\\x1B[2J\" specified in the zone's privilege "
	    "set" UNKNOWN);
}
END_TEST

START_TEST(default_stands_first_or_is_unknown)
{
	refused("basic,default", false,
	    "unknown privilege \"default\" specified in the zone's privilege "
	    "set" UNKNOWN);
	refused("!default", false,
	    "unknown privilege \"default\" specified in the zone's privilege "
	    "set" UNKNOWN);
}
END_TEST

START_TEST(a_prohibited_privilege_is_named)
{
	refused("default,sys_time", false,
	    "privilege \"sys_time\" is not permitted within the zone's "
	    "privilege set" PROHIBITED("there is one clock for the machine"));
	refused("default,PRIV_DTRACE_KERNEL", true,
	    "privilege \"dtrace_kernel\" is not permitted within the zone's "
	    "privilege set" PROHIBITED("one kernel serves all zones"));
	refused("default,sys_ip_config", false,
	    "privilege \"sys_ip_config\" is not permitted within the zone's "
	    "privilege set" PROHIBITED(
		"the addresses of a shared network are set from outside"));
}
END_TEST

START_TEST(a_required_privilege_must_be_there)
{
	refused("default,!proc_fork", false,
	    "required privilege \"proc_fork\" is missing from the zone's "
	    "privilege set" REQUIRED);
	refused("none", false,
	    "required privilege \"proc_exec\" is missing from the zone's "
	    "privilege set" REQUIRED);
}
END_TEST

START_TEST(unknown_comes_before_prohibited_before_missing)
{
	refused("sys_time,bogus", false,
	    "unknown privilege \"bogus\" specified in the zone's privilege set" UNKNOWN);
	refused("sys_time", false,
	    "privilege \"sys_time\" is not permitted within the zone's "
	    "privilege set" PROHIBITED("there is one clock for the machine"));
}
END_TEST

START_TEST(namespaces_and_packet_filters_do_not_come_together)
{
	struct priv_set s = { 0 };

	refused("default,linux_userns", true,
	    "privileges \"linux_userns\" and \"sys_ip_config\" are not "
	    "permitted together within the zone's privilege set");
	ck_assert_int_eq(priv_set_parse("default,linux_userns", false, &s, &e),
	    0);
	ck_assert_int_eq(priv_set_parse("default,linux_userns,!sys_ip_config",
			     true, &s, &e),
	    0);
}
END_TEST

START_TEST(reasons_are_worded_as_zonecfg_does)
{
	struct priv_fault f = { 0 };
	struct priv_set s = { 0 };

	ck_assert_int_eq(priv_set_read("default,bogus", false, &s, &f), -1);
	ck_assert_str_eq(f.name, "bogus");
	ck_assert_str_eq(priv_fault_reason(f.kind),
	    "Specified privilege is unknown");
	priv_set_add(&s, PRIV_SYS_TIME);
	ck_assert_int_eq(priv_set_check(&s, false, &f), -1);
	ck_assert_str_eq(priv_fault_reason(f.kind),
	    "Specified privilege is prohibited");
	s = (struct priv_set){ 0 };
	ck_assert_int_eq(priv_set_check(&s, false, &f), -1);
	ck_assert_str_eq(priv_fault_reason(f.kind),
	    "Required privilege is missing");
}
END_TEST

START_TEST(a_printed_set_reads_back_as_the_same)
{
	static const char *const texts[] = { "none", "basic", "all",
		"default,!sys_mount,linux_aio", "win_dga,zone" };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct priv_fault f = { 0 };
		struct priv_set s = { 0 };
		struct priv_set again = { 0 };
		_autofree char *text = NULL;

		ck_assert_int_eq(priv_set_read(texts[i], true, &s, &f), 0);
		text = priv_set_print(&s);
		ck_assert_int_eq(priv_set_read(text, true, &again, &f), 0);
		ck_assert(priv_set_equal(&s, &again));
	}
}
END_TEST

START_TEST(sets_print_in_lower_case_with_commas)
{
	struct priv_set s = { 0 };
	struct priv_fault f = { 0 };
	_autofree char *text = NULL;
	_autofree char *none = priv_set_print(&s);

	ck_assert_int_eq(priv_set_read("SYS_MOUNT,PRIV_FILE_CHOWN", false, &s,
			     &f),
	    0);
	text = priv_set_print(&s);
	ck_assert_str_eq(text, "file_chown,sys_mount");
	ck_assert_str_eq(none, "none");
}
END_TEST

START_TEST(a_very_long_word_is_refused_and_cut)
{
	_autofree char *text = mem_alloc(100001);
	struct priv_set s = { 0 };

	memset(text, 'x', 100000);
	ck_assert_int_eq(priv_set_parse(text, false, &s, &e), -1);
	ck_assert_uint_lt(strlen(e.msg), 200);
}
END_TEST

UNIT_MAIN("set", empty_text_is_the_default_set,
    a_default_set_minus_one_drops_exactly_that_one,
    a_default_set_plus_one_gains_exactly_that_one,
    items_are_taken_from_left_to_right, named_sets_can_be_added_and_taken_off,
    all_is_everything_that_such_a_zone_may_have,
    case_prefix_and_empty_items_do_not_matter,
    an_exclusive_zone_configures_its_own_addresses,
    an_unknown_privilege_is_named, default_stands_first_or_is_unknown,
    a_prohibited_privilege_is_named, a_required_privilege_must_be_there,
    unknown_comes_before_prohibited_before_missing,
    namespaces_and_packet_filters_do_not_come_together,
    reasons_are_worded_as_zonecfg_does, a_printed_set_reads_back_as_the_same,
    sets_print_in_lower_case_with_commas, a_very_long_word_is_refused_and_cut)
