/* SPDX-License-Identifier: ISC
 *
 * A configuration becomes specs: what is inherited, which privileges.
 */
#include "zoned/translate.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/hidden.h"
#include "privileges/set.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"
#include "zonecfg/store.h"

static struct err e;

/* The configuration of these commands, of a zone that lies at zonepath. */
static struct zc_zone *
configured_at(const char *zonepath, const char *commands)
{
	_autofree char *text = mem_printf("create -b\n"
					  "set zonepath=%s\n%s",
	    zonepath, commands);
	struct zc_zone *zone = NULL;

	ck_assert_msg(zc_store_parse("web", "test", text, strlen(text), &zone,
			  &e) == 0,
	    "%s", e.msg);
	return zone;
}

static struct zc_zone *
configured(const char *commands)
{
	return configured_at("/zones/web", commands);
}

/* As install leaves it: with its list of what is not for the zone. */
static void
hide_in(const struct tmpdir *d)
{
	static const char *const hidden[] = { "/usr/a", "/etc/b" };

	ck_assert_msg(fs_hidden_save(d->path, hidden, 2, &e) == 0, "%s", e.msg);
}

START_TEST(a_whole_root_inherits_nothing)
{
	_cleanup_zone struct zc_zone *zone = configured("");
	_cleanup_specs struct zd_specs s = { 0 };

	ck_assert_int_eq(zd_translate(zone, &s, &e), 0);
	ck_assert_str_eq(s.root.zonepath, "/zones/web");
	ck_assert_uint_eq(s.root.ninherit, 0);
	ck_assert_str_eq(s.bootargs, "");
}
END_TEST

START_TEST(directories_of_the_global_zone_are_inherited_in_order)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_cleanup_zone struct zc_zone *zone = configured_at(d.path,
	    "add inherit-pkg-dir\nset dir=/usr\nend\n"
	    "add inherit-pkg-dir\nset dir=/etc\nend\n");
	_cleanup_specs struct zd_specs s = { 0 };

	hide_in(&d);

	ck_assert_msg(zd_translate(zone, &s, &e) == 0, "%s", e.msg);
	ck_assert_uint_eq(s.root.ninherit, 2);
	ck_assert_str_eq(s.root.inherit[0], "/usr");
	ck_assert_str_eq(s.root.inherit[1], "/etc");
	ck_assert_uint_eq(s.root.nhidden, 2);
	ck_assert_str_eq(s.root.hidden[1], "/etc/b");
}
END_TEST

START_TEST(nothing_is_inherited_without_the_list_of_what_to_hide)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_cleanup_zone struct zc_zone *zone = configured_at(d.path,
	    "add inherit-pkg-dir\nset dir=/usr\nend\n");
	_cleanup_specs struct zd_specs s = { 0 };

	ck_assert_int_eq(zd_translate(zone, &s, &e), -1);
	ck_assert_int_eq(e.code, ENOENT);
}
END_TEST

START_TEST(what_is_missing_or_a_link_or_a_file_is_left_out)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_autofree char *commands =
	    mem_printf("add inherit-pkg-dir\nset dir=%s/none\nend\n"
		       "add inherit-pkg-dir\nset dir=%s/link\nend\n"
		       "add inherit-pkg-dir\nset dir=%s/file\nend\n"
		       "add inherit-pkg-dir\nset dir=%s/dir\nend\n",
		d.path, d.path, d.path, d.path);
	_autofree char *dir = mem_printf("%s/dir", d.path);
	_cleanup_zone struct zc_zone *zone = NULL;
	_cleanup_specs struct zd_specs s = { 0 };

	ck_assert_int_eq(mkdirat(d.fd, "dir", 0755), 0);
	ck_assert_int_eq(symlinkat("dir", d.fd, "link"), 0);
	ck_assert_int_eq(mknodat(d.fd, "file", S_IFREG | 0644, 0), 0);
	zone = configured_at(d.path, commands);
	hide_in(&d);

	ck_assert_int_eq(zd_translate(zone, &s, &e), 0);
	ck_assert_uint_eq(s.root.ninherit, 1);
	ck_assert_str_eq(s.root.inherit[0], dir);
}
END_TEST

START_TEST(boot_arguments_are_taken_over)
{
	_cleanup_zone struct zc_zone *zone = configured(
	    "set bootargs=\"-s -i /app\"\n");
	_cleanup_specs struct zd_specs s = { 0 };

	ck_assert_int_eq(zd_translate(zone, &s, &e), 0);
	ck_assert_str_eq(s.bootargs, "-s -i /app");
}
END_TEST

START_TEST(no_limitpriv_is_the_default_set)
{
	_cleanup_zone struct zc_zone *zone = configured("");
	_cleanup_specs struct zd_specs s = { 0 };
	const struct priv_set wanted = priv_set_default(false);

	ck_assert_int_eq(zd_translate(zone, &s, &e), 0);
	ck_assert(priv_set_equal(&s.privs, &wanted));
}
END_TEST

START_TEST(the_default_set_depends_on_the_ip_type)
{
	_cleanup_zone struct zc_zone *zone = configured(
	    "set ip-type=exclusive\n");
	_cleanup_specs struct zd_specs s = { 0 };
	const struct priv_set wanted = priv_set_default(true);

	ck_assert_int_eq(zd_translate(zone, &s, &e), 0);
	ck_assert(priv_set_equal(&s.privs, &wanted));
}
END_TEST

START_TEST(limitpriv_takes_privileges_away)
{
	_cleanup_zone struct zc_zone *zone = configured(
	    "set limitpriv=\"default,!sys_time\"\n");
	_cleanup_specs struct zd_specs s = { 0 };

	if (zd_translate(zone, &s, &e) == -1)
		ck_abort_msg("%s", e.msg);
	ck_assert(!priv_set_has(&s.privs, PRIV_SYS_TIME));
}
END_TEST

START_TEST(an_unknown_privilege_is_an_error_and_gives_nothing)
{
	_cleanup_zone struct zc_zone *zone = configured(
	    "set limitpriv=\"default,fly\"\n");
	struct zd_specs s = { .bootargs = NULL };

	ck_assert_int_eq(zd_translate(zone, &s, &e), -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
	ck_assert_ptr_null(s.bootargs);
}
END_TEST

START_TEST(released_twice_is_harmless)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	_cleanup_zone struct zc_zone *zone = configured_at(d.path,
	    "add inherit-pkg-dir\nset dir=/usr\nend\n");
	struct zd_specs s;

	hide_in(&d);

	ck_assert_int_eq(zd_translate(zone, &s, &e), 0);
	zd_specs_done(&s);
	zd_specs_done(&s);
	ck_assert_uint_eq(s.root.ninherit, 0);
}
END_TEST

static char *
links_of(const char *commands)
{
	_cleanup_zone struct zc_zone *zone = configured(commands);
	char *text = NULL;

	(void)unsetenv("ZONES_ROOT");
	ck_assert_int_eq(path_init(NULL, &e), 0);
	ck_assert_msg(zd_translate_net(zone, "u1", &text, &e) == 0, "%s",
	    e.msg);
	return text;
}

START_TEST(a_zone_without_networks_has_no_links)
{
	ck_assert_ptr_null(links_of(""));
}
END_TEST

START_TEST(an_address_on_the_hosts_network_is_a_shared_link)
{
	_autofree char *text = links_of("add net\nset physical=eth0\n"
					"set address=10.0.0.5/24\n"
					"set defrouter=10.0.0.1\nend\n");

	ck_assert_str_eq(text,
	    "zone web uuid=u1 root=0\n"
	    "link shared lower=eth0 address=10.0.0.5/24 router=10.0.0.1\n");
}
END_TEST

START_TEST(an_exclusive_link_is_handed_over_made_or_held)
{
	_autofree char *text = links_of(
	    "set ip-type=exclusive\n"
	    "add net\nset physical=eth1\nend\n"
	    "add net\nset physical=eth2\nset allowed-address=10.0.0.5/24\n"
	    "set defrouter=10.0.0.1\nend\n"
	    "add net\nset physical=net2\nset global-nic=eth0\n"
	    "set mac-addr=2:8:20:1:2:3\nset vlan-id=7\nend\n");

	ck_assert_str_eq(text,
	    "zone web uuid=u1 root=0\n"
	    "link nic name=eth1 lower=eth1 configure=1\n"
	    "link link name=eth2 lower=eth2 below=alone "
	    "protect=mac-nospoof,ip-nospoof configure=1 address=10.0.0.5/24 "
	    "router=10.0.0.1\n"
	    "link link name=net2 lower=eth0 protect=mac-nospoof "
	    "mac=2:8:20:1:2:3 configure=1 vlan=7\n");
}
END_TEST

START_TEST(where_an_address_comes_from)
{
	static const char *const wanted[][2] = {
		{ "set mac-address=auto\n", "" },
		{ "set mac-address=auto\nset auto-mac-address=2:8:20:1:2:3\n",
		    " mac=2:8:20:1:2:3" },
		{ "set mac-address=default\n"
		  "set auto-mac-address=2:8:20:1:2:3\n",
		    "" },
		{ "set mac-address=factory\n", " mac=factory" },
		{ "set mac-address=2:8:20:1:2:4\n", " mac=2:8:20:1:2:4" },
	};

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		_autofree char *commands = mem_printf(
		    "set ip-type=exclusive\nadd anet\nset linkname=n\n%send\n",
		    wanted[i][0]);
		_autofree char *text = links_of(commands);
		_autofree char *want = mem_printf(
		    "zone web uuid=u1 root=0\nlink link name=n lower=auto "
		    "protect=mac-nospoof%s configure=1\n",
		    wanted[i][1]);

		ck_assert_str_eq(text, want);
	}
}
END_TEST

START_TEST(an_anet_says_how_it_is_held)
{
	_autofree char *text = links_of(
	    "set ip-type=exclusive\n"
	    "add anet\nset linkname=net0\nset lower-link=sw0\n"
	    "set maxbw=100M\nset mtu=1400\nset mac-prefix=2:8:20\n"
	    "set mac-address=random\n"
	    "set link-protection=mac-nospoof,restricted\n"
	    "set configure-allowed-address=false\n"
	    "set allowed-address=10.0.0.5/24\nend\n");

	ck_assert_str_eq(text,
	    "zone web uuid=u1 root=0\n"
	    "link link name=net0 lower=sw0 mtu=1400 maxbw=100000000 "
	    "protect=mac-nospoof,restricted,ip-nospoof macprefix=2:8:20 "
	    "mac=random address=10.0.0.5/24\n");
}
END_TEST

UNIT_MAIN("translate", a_zone_without_networks_has_no_links,
    an_address_on_the_hosts_network_is_a_shared_link,
    an_exclusive_link_is_handed_over_made_or_held, an_anet_says_how_it_is_held,
    where_an_address_comes_from, a_whole_root_inherits_nothing,
    directories_of_the_global_zone_are_inherited_in_order,
    nothing_is_inherited_without_the_list_of_what_to_hide,
    what_is_missing_or_a_link_or_a_file_is_left_out,
    boot_arguments_are_taken_over, no_limitpriv_is_the_default_set,
    the_default_set_depends_on_the_ip_type, limitpriv_takes_privileges_away,
    an_unknown_privilege_is_an_error_and_gives_nothing,
    released_twice_is_harmless)
