/* SPDX-License-Identifier: ISC
 *
 * What the host's resolv.conf becomes in a zone.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"
#include "zoned/resolver.h"

static const char host[] = "# comment\n"
			   "nameserver 127.0.0.53\n"
			   "nameserver ::1\n"
			   "nameserver 192.0.2.1\n"
			   "nameserver\t2001:db8::1\n"
			   "nameserver fe80::1%eth0\n"
			   "search example.org\n"
			   "options edns0\n"
			   "sortlist 10.0.0.0\n";

START_TEST(servers_of_the_loopback_link_are_left_out)
{
	unsigned n = 0;
	_autofree char *text = zd_resolver_text(host, false, &n);

	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(strchr(text, '\n') + 1,
	    "nameserver 192.0.2.1\nnameserver\t2001:db8::1\n"
	    "search example.org\noptions edns0\n");
}
END_TEST

START_TEST(a_network_of_ipv4_has_servers_of_ipv4)
{
	unsigned n = 0;
	_autofree char *text = zd_resolver_text(host, true, &n);

	ck_assert_uint_eq(n, 1);
	ck_assert_ptr_null(strstr(text, "2001"));
}
END_TEST

START_TEST(none_is_counted_as_none)
{
	unsigned n = 7;
	_autofree char *text = zd_resolver_text("nameserver 127.0.0.1\n", true,
	    &n);

	ck_assert_uint_eq(n, 0);
	ck_assert_ptr_null(strstr(text, "nameserver"));
}
END_TEST

UNIT_MAIN("resolver", servers_of_the_loopback_link_are_left_out,
    a_network_of_ipv4_has_servers_of_ipv4, none_is_counted_as_none)
