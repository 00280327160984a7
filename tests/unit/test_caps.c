/* SPDX-License-Identifier: ISC
 *
 * The capabilities of a zone.
 */
#include "privileges/caps.h"

#include <linux/capability.h>

#include "tests/unit/unit.h"

#define CAP(c) (UINT64_C(1) << CAP_##c)

static uint64_t
caps_of(const char *limitpriv)
{
	struct priv_set s = { 0 };
	struct err e = { 0 };

	ck_assert_msg(priv_set_parse(limitpriv, false, &s, &e) == 0, "%s",
	    e.msg);
	return priv_set_caps(&s);
}

START_TEST(the_default_set_has_these_eighteen)
{
	ck_assert_uint_eq(caps_of("default"),
	    CAP(CHOWN) | CAP(DAC_OVERRIDE) | CAP(FOWNER) | CAP(FSETID) |
		CAP(SETFCAP) | CAP(IPC_OWNER) | CAP(NET_BIND_SERVICE) |
		CAP(NET_RAW) | CAP(AUDIT_WRITE) | CAP(SYS_CHROOT) |
		CAP(IPC_LOCK) | CAP(KILL) | CAP(SYS_PTRACE) | CAP(SETUID) |
		CAP(SETGID) | CAP(SETPCAP) | CAP(SYS_ADMIN) | CAP(SYS_BOOT));
}
END_TEST

START_TEST(an_exclusive_zone_has_one_more)
{
	struct priv_set s = priv_set_default(true);

	ck_assert_uint_eq(priv_set_caps(&s),
	    caps_of("default") | CAP(NET_ADMIN));
}
END_TEST

START_TEST(basic_has_none)
{
	ck_assert_uint_eq(caps_of("basic"), 0);
}
END_TEST

START_TEST(a_shared_capability_stays_until_its_last_privilege_goes)
{
	ck_assert(caps_of("default,!sys_mount") & CAP(SYS_ADMIN));
	ck_assert(caps_of("default,!sys_admin") & CAP(SYS_ADMIN));
	ck_assert(!(caps_of("default,!sys_mount,!sys_admin") & CAP(SYS_ADMIN)));
}
END_TEST

START_TEST(one_file_dac_privilege_missing_takes_the_override_away)
{
	ck_assert(!(caps_of("default,!file_dac_read") & CAP(DAC_OVERRIDE)));
	ck_assert(!(caps_of("default,!ipc_owner") & CAP(IPC_OWNER)));
}
END_TEST

START_TEST(removing_a_privilege_never_adds_a_capability)
{
	struct priv_set all = priv_set_all(true);

	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		struct priv_set less = all;

		priv_set_remove(&less, p);
		ck_assert_uint_eq(priv_set_caps(&less) & ~priv_set_caps(&all),
		    0);
	}
}
END_TEST

UNIT_MAIN("caps", the_default_set_has_these_eighteen,
    an_exclusive_zone_has_one_more, basic_has_none,
    a_shared_capability_stays_until_its_last_privilege_goes,
    one_file_dac_privilege_missing_takes_the_override_away,
    removing_a_privilege_never_adds_a_capability)
