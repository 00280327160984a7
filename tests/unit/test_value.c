/* SPDX-License-Identifier: ISC
 *
 * Values of properties: what is taken, how it is stored, what is said about
 * the rest.
 */
#include "zonecfg/value.h"

#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"

/* property, text, how it is stored */
static const struct {
	enum zc_prop_id id;
	const char *text;
	const char *stored;
} good[] = {
	{ ZC_GLOBAL_ZONEPATH, "//zones///web/", "/zones/web" },
	{ ZC_GLOBAL_AUTOBOOT, "true", "true" },
	{ ZC_GLOBAL_BOOTARGS, "-m verbose -s", "-m verbose -s" },
	{ ZC_GLOBAL_LIMITPRIV, "default,!sys_time,-net_rawaccess",
	    "default,!sys_time,-net_rawaccess" },
	{ ZC_GLOBAL_IP_TYPE, "exclusive", "exclusive" },
	{ ZC_GLOBAL_HOSTID, "0xFFFFFFFE", "0xFFFFFFFE" },
	{ ZC_GLOBAL_FS_ALLOWED, "-,ufs", "-,ufs" },
	{ ZC_GLOBAL_MAX_LWPS, "00100", "100" },
	{ ZC_GLOBAL_MAX_SHM_MEMORY, "1.5g", "1536M" },
	{ ZC_FS_DIR, "/a//b", "/a/b" },
	{ ZC_FS_TYPE, "lofs", "lofs" },
	{ ZC_NET_ADDRESS, "10.0.0.5", "10.0.0.5" },
	{ ZC_NET_ADDRESS, "10.0.0.5/24", "10.0.0.5/24" },
	{ ZC_NET_ADDRESS, "fe80::1/64", "fe80::1/64" },
	{ ZC_NET_ADDRESS, "web-1.example.org", "web-1.example.org" },
	{ ZC_NET_ALLOWED, "10.0.0.1/24,fe80::1/64", "10.0.0.1/24,fe80::1/64" },
	{ ZC_NET_PHYSICAL, "ip.if.1", "ip.if.1" },
	{ ZC_NET_PROPERTY, "(name=a,value=b)", "(name=a,value=\"b\")" },
	{ ZC_NET_PROPERTY, "(name=\"a\",value=\"b,c=d\")",
	    "(name=a,value=\"b,c=d\")" },
	{ ZC_ANET_MAC, "2:8:20:a:b:c", "2:8:20:a:b:c" },
	{ ZC_DEVICE_MATCH, "/dev/sound/*", "/dev/sound/*" },
	{ ZC_DCPU_NCPUS, "2-4", "2-4" },
	{ ZC_DCPU_NCPUS, "3-3", "3" },
	{ ZC_CCPU_NCPUS, "1.5", "1.50" },
	{ ZC_CCPU_NCPUS, ".25", "0.25" },
	{ ZC_CCPU_NCPUS, "2", "2.00" },
	{ ZC_CMEM_PHYSICAL, "512m", "512M" },
	{ ZC_CMEM_PHYSICAL, "1048576", "1M" },
	{ ZC_ATTR_NAME, "a.b_c-d", "a.b_c-d" },
	{ ZC_ADMIN_AUTHS, "login,manage", "login,manage" },
	{ ZC_RCTL_VALUE, "(action=none,limit=\"10\",priv=privileged)",
	    "(priv=privileged,limit=10,action=none)" },
};

START_TEST(good_values_are_stored_in_one_spelling)
{
	_autofree char *stored = NULL;
	_autofree char *again = NULL;
	struct err e = { 0 };

	ck_assert_msg(zc_value_check(good[_i].id, good[_i].text, &stored, &e) ==
		0,
	    "%s", e.msg);

	ck_assert_str_eq(stored, good[_i].stored);
	/* What is stored is good, and stays as it is. */
	ck_assert_int_eq(zc_value_check(good[_i].id, stored, &again, &e), 0);
	ck_assert_str_eq(again, stored);
}
END_TEST

/* property, text, what is said */
static const struct {
	enum zc_prop_id id;
	const char *text;
	const char *said;
} bad[] = {
	{ ZC_GLOBAL_ZONEPATH, "zones/web",
	    "zones/web is not an absolute path." },
	{ ZC_GLOBAL_ZONEPATH, "//", "/ is not allowed as a zonepath." },
	{ ZC_GLOBAL_ZONEPATH, "", "zonepath cannot be empty." },
	{ ZC_GLOBAL_ZONEPATH, "/a/../b",
	    "/a/../b is not a plain path: leave out '.' and '..'" },
	{ ZC_GLOBAL_AUTOBOOT, "yes",
	    "autoboot value must be 'true' or 'false'." },
	{ ZC_GLOBAL_IP_TYPE, "both",
	    "ip-type value must be 'shared' or 'exclusive'." },
	{ ZC_GLOBAL_SCHED, "X",
	    "scheduling-class value must be 'TS', 'FSS', 'FX', 'IA', 'RT' or "
	    "'SDC'." },
	{ ZC_GLOBAL_POOL, "SUNWtmp",
	    "pool names starting with SUNW are reserved." },
	{ ZC_GLOBAL_LIMITPRIV, "default,!", "limitpriv: invalid privilege: !" },
	{ ZC_GLOBAL_LIMITPRIV, "a b", "limitpriv: invalid privilege: a b" },
	{ ZC_GLOBAL_HOSTID, "123456789",
	    "hostid string is too large: 123456789" },
	{ ZC_GLOBAL_HOSTID, "ffffffff",
	    "hostid string is too large: ffffffff" },
	{ ZC_GLOBAL_MAX_LWPS, "99", "max-lwps property is out of range." },
	{ ZC_GLOBAL_MAX_LWPS, "many", "max-lwps: 'many' is not a number" },
	{ ZC_GLOBAL_CPU_SHARES, "65536",
	    "cpu-shares property is out of range." },
	{ ZC_FS_DIR, "a", "dir a is not an absolute path." },
	{ ZC_FS_TYPE, "..", "type: '..' is not a file system type" },
	{ ZC_NET_ADDRESS, "fe80::1",
	    "fe80::1: IPv6 addresses require /prefix-length suffix." },
	{ ZC_NET_ADDRESS, "10.0.0.1/33",
	    "10.0.0.1/33: IPv4 prefix lengths must be 0 - 32." },
	{ ZC_NET_ADDRESS, "fe80::1/129",
	    "fe80::1/129: IPv6 prefix lengths must be 0 - 128." },
	{ ZC_NET_ADDRESS, "10.0.0.256",
	    "10.0.0.256: bogus host name or network address syntax; write "
	    "192.0.2.7/24, 2001:db8::7/64 or a host name" },
	{ ZC_NET_PHYSICAL, "eth0/1",
	    "physical: 'eth0/1' is not the name of a network link" },
	{ ZC_DEVICE_MATCH, "/dev/../etc/shadow",
	    "match: '/dev/../etc/shadow' is not a path or pattern below "
	    "/dev" },
	{ ZC_DCPU_NCPUS, "4-2",
	    "ncpus: '4-2' is not a range of CPUs; write 2 or 2-4" },
	{ ZC_CCPU_NCPUS, "0.00", "ncpus property is out of range." },
	{ ZC_CCPU_NCPUS, "1.555", "ncpus property is out of range." },
	{ ZC_CMEM_PHYSICAL, "100K",
	    "physical value is too small.  It must be at least 1M." },
	{ ZC_CMEM_SWAP, "49M",
	    "swap value is too small.  It must be at least 50M." },
	{ ZC_ATTR_NAME, "-a",
	    "Invalid attr name -a: it must start with a letter or digit, and "
	    "hold letters, digits, '-', '_' and '.' only" },
	{ ZC_ATTR_TYPE, "float", "invalid attr type 'float'" },
	{ ZC_RCTL_NAME, "process.max-stack",
	    "'process.max-stack' is not a valid zone rctl name." },
	{ ZC_RCTL_VALUE, "(priv=privileged,limit=1)",
	    "Invalid rctl value specification; write "
	    "(priv=privileged,limit=N,action=deny)" },
	{ ZC_RCTL_VALUE, "(priv=privileged,limit=1,limit=2,action=deny)",
	    "Invalid rctl value specification; write "
	    "(priv=privileged,limit=N,action=deny)" },
	{ ZC_ATTR_VALUE, "a\033[2J",
	    "value: 'a\\x1B[2J' holds control characters or is not UTF-8" },
};

START_TEST(bad_values_are_refused_with_a_sentence)
{
	char *stored = NULL;
	struct err e = { 0 };

	ck_assert_int_eq(zc_value_check(bad[_i].id, bad[_i].text, &stored, &e),
	    -1);
	ck_assert_str_eq(e.msg, bad[_i].said);
	ck_assert_ptr_null(stored);
}
END_TEST

/* text, bytes, stored, shown */
static const struct {
	const char *text;
	uint64_t bytes;
	const char *stored;
	const char *shown;
} sizes[] = {
	{ "0", 0, "0", "0" },
	{ "1023", 1023, "1023", "1023" },
	{ "1k", 1024, "1K", "1K" },
	{ "1.5G", 1610612736, "1536M", "1.5G" },
	{ "1500M", 1572864000, "1500M", "1.5G" },
	{ "512M", 536870912, "512M", "512M" },
	{ "10.7M", 11219763, "11219763", "11M" },
	{ "16777215T", UINT64_C(18446742974197923840), "16777215T",
	    "16777215T" },
};

START_TEST(sizes_are_stored_exactly_and_shown_rounded)
{
	uint64_t bytes = 0;
	_autofree char *stored = NULL;
	_autofree char *shown = NULL;

	ck_assert_int_eq(zc_size_parse(sizes[_i].text, &bytes), 0);
	stored = zc_size_print(bytes);
	shown = zc_size_show(bytes);

	ck_assert_uint_eq(bytes, sizes[_i].bytes);
	ck_assert_str_eq(stored, sizes[_i].stored);
	ck_assert_str_eq(shown, sizes[_i].shown);
}
END_TEST

static const char *const no_sizes[] = { "", "M", "1.M", ".5M", "1KB", "1 M",
	"-1", "1.1234567G", "16777216T", "99999999999999999999", "0x10" };

START_TEST(other_texts_are_no_sizes)
{
	uint64_t bytes;

	ck_assert_int_eq(zc_size_parse(no_sizes[_i], &bytes), -1);
}
END_TEST

START_TEST(a_value_has_a_bounded_length)
{
	_autofree char *text = mem_alloc(ZC_VALUE_MAX + 2);
	char *stored = NULL;
	struct err e = { 0 };

	memset(text, 'a', ZC_VALUE_MAX + 1);
	ck_assert_int_eq(zc_value_check(ZC_ATTR_VALUE, text, &stored, &e), -1);
	ck_assert_str_eq(e.msg, "value: the value is longer than 8192 bytes");
}
END_TEST

START_TEST(attr_values_fit_their_types)
{
	ck_assert(zc_attr_fits("int", "-5") && !zc_attr_fits("int", "5.5"));
	ck_assert(zc_attr_fits("uint", "5") && !zc_attr_fits("uint", "-5"));
	ck_assert(zc_attr_fits("boolean", "true"));
	ck_assert(!zc_attr_fits("boolean", "1"));
	ck_assert(zc_attr_fits("string", "any thing"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("zonecfg/value");
	TCase *t = tcase_create("zonecfg/value");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, good_values_are_stored_in_one_spelling, 0,
	    (int)ARRAY_LEN(good));
	tcase_add_loop_test(t, bad_values_are_refused_with_a_sentence, 0,
	    (int)ARRAY_LEN(bad));
	tcase_add_loop_test(t, sizes_are_stored_exactly_and_shown_rounded, 0,
	    (int)ARRAY_LEN(sizes));
	tcase_add_loop_test(t, other_texts_are_no_sizes, 0,
	    (int)ARRAY_LEN(no_sizes));
	tcase_add_test(t, a_value_has_a_bounded_length);
	tcase_add_test(t, attr_values_fit_their_types);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
