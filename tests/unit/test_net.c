/* SPDX-License-Identifier: ISC
 *
 * What a zone's links become: the text zoned writes, the plan, the rules.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/guard.h"
#include "net/plan.h"
#include "net/spec.h"
#include "tests/unit/unit.h"

static struct err e;

static struct net_spec
parsed(const char *text)
{
	struct net_spec s = { 0 };

	ck_assert_msg(net_spec_parse(text, false, &s, &e) == 0, "%s", e.msg);
	return s;
}

static const char shared[] =
    "zone web uuid=u1 root=0\n"
    "link shared name=eth0 lower=eth0 host=web0 mac=02:00:00:00:00:01 "
    "hostmac=02:00:00:00:00:02 mtu=1500 address=10.0.0.5/24,fd00::5/64\n";

START_TEST(a_text_is_printed_as_it_was_read)
{
	static const char *const texts[] = {
		shared,
		"zone a uuid=u root=1234abcd\n"
		"link link name=net0 lower=eth0 host=a0 over=a0m below=nic "
		"mac=02:00:00:00:00:01 vlan=7 maxbw=100000000 "
		"protect=mac-nospoof,restricted configure=1 "
		"address=10.0.0.5/24 router=10.0.0.1/8\n"
		"link nic name=eth1 lower=eth1\n",
		"zone a uuid=u root=0\n"
		"link link name=net0 lower=auto ports=8080:80/tcp,53:5353/udp\n",
		"zone a uuid=u root=0\n"
		"link link name=net0 lower=lan demand=1 isolated=1\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		_cleanup_net_spec struct net_spec s = parsed(texts[i]);
		_autofree char *again = net_spec_print(&s);

		ck_assert_str_eq(again, texts[i]);
	}
}
END_TEST

START_TEST(wrong_words_are_refused_with_the_link_named)
{
	static const struct {
		const char *link;
		const char *message;
	} bad[] = {
		{ "shared lower=eth0 address=10.0.0.500",
		    "net 'eth0': address '10.0.0.500': wrong syntax" },
		{ "shared lower=eth0 address=10.0.0.5/33",
		    "net 'eth0': address '10.0.0.5/33': wrong prefix length" },
		{ "link name=a/b",
		    "net '': name 'a/b': not the name of a link "
		    "(at most 15 letters)" },
		{ "link name=abcdefghijklmnop",
		    "net '': name 'abcdefghijklmnop': not the name of a link "
		    "(at most 15 letters)" },
		{ "link name=net0 protect=nospoof",
		    "net 'net0': link-protection 'nospoof': no such word" },
		{ "link name=net0 mac=2:3",
		    "net 'net0': mac-address '2:3': "
		    "wrong syntax" },
		{ "link name=net0 colour=red",
		    "net 'net0': colour 'red': not a number" },
		{ "link name=net0 ports=0:80",
		    "net 'net0': port-forward '0:80': wrong syntax; write "
		    "8080:80 or 53:53/udp" },
		{ "link name=net0 ports=80/sctp",
		    "net 'net0': port-forward '80/sctp': wrong syntax; write "
		    "8080:80 or 53:53/udp" },
		{ "tunnel name=a", "link of no kind" },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct net_spec s = { 0 };
		_autofree char *text = mem_printf("zone a uuid=u root=0\n"
						  "link %s\n",
		    bad[i].link);

		ck_assert_int_eq(net_spec_parse(text, false, &s, &e), -1);
		ck_assert_str_eq(e.msg, bad[i].message);
	}
}
END_TEST

START_TEST(addresses_on_one_link_of_the_host_are_one_link_of_the_zone)
{
	_cleanup_net_spec struct net_spec s = parsed(
	    "zone web uuid=u root=0\n"
	    "link shared lower=eth0 address=10.0.0.5/24\n"
	    "link shared lower=eth1 address=10.1.0.5\n"
	    "link shared lower=eth0 address=fd00::5/64\n");

	ck_assert_uint_eq(s.nlinks, 2);
	ck_assert_uint_eq(s.link[0].address.n, 2);
	ck_assert_uint_eq(s.link[1].address.a[0].prefix, 8);
}
END_TEST

START_TEST(hardware_addresses_are_stable_and_differ)
{
	_cleanup_net_spec struct net_spec s = parsed(
	    "zone a uuid=u1 root=0\nlink link name=n\nlink link name=m\n");
	_cleanup_net_spec struct net_spec again = parsed(
	    "zone a uuid=u1 root=0\nlink link name=n\nlink link name=m\n");

	ck_assert_int_eq(net_spec_macs(&s, &e), 0);
	ck_assert_int_eq(net_spec_macs(&again, &e), 0);
	ck_assert_mem_eq(s.link[0].mac, again.link[0].mac, 6);
	ck_assert_mem_ne(s.link[0].mac, s.link[1].mac, 6);
	ck_assert_mem_ne(s.link[0].mac, s.link[0].host_mac, 6);
	ck_assert_uint_eq(s.link[0].mac[0], 2);
}
END_TEST

START_TEST(hardware_addresses_are_random_where_asked)
{
	static const uint8_t front[3] = { 2, 8, 0x20 };
	const char *text = "zone a uuid=u1 root=0\n"
			   "link link name=n macprefix=2:8:20 mac=random\n"
			   "link link name=m macprefix=2:8:20\n";
	_cleanup_net_spec struct net_spec s = parsed(text);
	_cleanup_net_spec struct net_spec again = parsed(text);

	ck_assert_int_eq(net_spec_macs(&s, &e), 0);
	ck_assert_int_eq(net_spec_macs(&again, &e), 0);
	ck_assert_mem_eq(s.link[0].mac, front, 3);
	ck_assert_mem_ne(s.link[0].mac, again.link[0].mac, 6);
	ck_assert_mem_eq(s.link[1].mac, front, 3);
	ck_assert_mem_eq(s.link[1].mac, again.link[1].mac, 6);
}
END_TEST

static void
plan_is(const char *text, const char *wanted)
{
	_cleanup_net_spec struct net_spec s = parsed(text);
	_cleanup(net_plan_done) struct net_plan plan = { 0 };
	_autofree char *got = NULL;

	net_plan_make(&s, &plan);
	got = net_plan_print(&s, &plan);
	ck_assert_str_eq(got, wanted);
}

START_TEST(a_shared_link_is_routed)
{
	plan_is(shared,
	    "veth web0 to eth0 mac 02:00:00:00:00:01 host-mac "
	    "02:00:00:00:00:02\n"
	    "altname web0\n"
	    "end web0\n"
	    "uplink eth0 ipv4\n"
	    "uplink eth0 ipv6\n"
	    "guard\n"
	    "up web0\n"
	    "zone up eth0\n"
	    "zone address bare eth0 10.0.0.5/24\n"
	    "neighbour web0 10.0.0.5/24\n"
	    "route web0 10.0.0.5/24\n"
	    "proxy eth0 10.0.0.5/24\n"
	    "zone address bare eth0 fd00::5/64\n"
	    "neighbour web0 fd00::5/64\n"
	    "route web0 fd00::5/64\n"
	    "proxy eth0 fd00::5/64\n"
	    "zone gateway eth0 ipv4\n"
	    "zone gateway eth0 ipv6\n");
}
END_TEST

START_TEST(a_port_of_a_switch_is_opened_behind_its_rules)
{
	plan_is("zone a uuid=u root=0\n"
		"link link name=net0 lower=sw0 host=a0 below=switch "
		"mac=02:00:00:00:00:01 hostmac=02:00:00:00:00:02 maxbw=1000000 "
		"configure=1 address=10.0.0.5/24 router=10.0.0.1\n",
	    "veth a0 to net0 mac 02:00:00:00:00:01 host-mac "
	    "02:00:00:00:00:02\n"
	    "altname a0\n"
	    "quiet a0\n"
	    "shape a0 1000000\n"
	    "guard\n"
	    "port a0 of sw0\n"
	    "up a0\n"
	    "zone up net0\n"
	    "zone address net0 10.0.0.5/24\n"
	    "zone default net0 10.0.0.1/8\n");
}
END_TEST

START_TEST(a_link_over_another_and_one_handed_over)
{
	plan_is("zone a uuid=u root=0\n"
		"link link name=net0 lower=eth0 host=a0 over=a0m below=nic "
		"mac=02:00:00:00:00:01 hostmac=02:00:00:00:00:02 configure=1\n"
		"link nic name=eth1 lower=eth1\n",
	    "veth a0 to net0 mac 02:00:00:00:00:01 host-mac "
	    "02:00:00:00:00:02\n"
	    "altname a0\n"
	    "macvlan a0m over eth0\n"
	    "quiet a0\n"
	    "move eth1\n"
	    "guard\n"
	    "up a0\n"
	    "up-over a0\n");
}
END_TEST

START_TEST(a_switch_is_made_before_its_first_port)
{
	plan_is("zone a uuid=u root=0\n"
		"link link name=net0 lower=switch:lan host=a0 below=switch "
		"mac=02:00:00:00:00:01 hostmac=02:00:00:00:00:02\n",
	    "switch lan\n"
	    "veth a0 to net0 mac 02:00:00:00:00:01 host-mac "
	    "02:00:00:00:00:02\n"
	    "altname a0\n"
	    "quiet a0\n"
	    "guard\n"
	    "port a0 of lan\n"
	    "up a0\n");
	plan_is("zone a uuid=u root=0\n"
		"link link name=net0 lower=switch:lan host=a0 below=switch "
		"mac=02:00:00:00:00:01 hostmac=02:00:00:00:00:02 "
		"protect=mac-nospoof,ip-nospoof "
		"address=10.8.0.1/24,fd08::1/64\n",
	    "switch lan\n"
	    "veth a0 to net0 mac 02:00:00:00:00:01 host-mac "
	    "02:00:00:00:00:02\n"
	    "altname a0\n"
	    "quiet a0\n"
	    "guard\n"
	    "port a0 of lan\n"
	    "answer lan 10.8.0.1/24\n"
	    "up a0\n");
	plan_is("zone a uuid=u root=0\n"
		"link link name=net0 lower=sw0 host=a0 below=switch "
		"mac=02:00:00:00:00:01 hostmac=02:00:00:00:00:02 "
		"protect=ip-nospoof address=10.8.0.1/24\n",
	    "veth a0 to net0 mac 02:00:00:00:00:01 host-mac "
	    "02:00:00:00:00:02\n"
	    "altname a0\n"
	    "quiet a0\n"
	    "zone quiet net0\n"
	    "guard\n"
	    "port a0 of sw0\n"
	    "up a0\n");
}
END_TEST

START_TEST(the_default_network_is_routed_without_a_proxy)
{
	plan_is("zone a uuid=u root=0\n"
		"ula fd12:3456:789a::/48\n"
		"link link name=net0 lower=eth0 lower6=tun0 host=a0 below=nat "
		"mac=02:00:00:00:00:01 hostmac=02:00:00:00:00:02 configure=1 "
		"address=198.18.0.5/32,fd12:3456:789a::5/128 "
		"ports=8080:80/tcp\n",
	    "veth a0 to net0 mac 02:00:00:00:00:01 host-mac "
	    "02:00:00:00:00:02\n"
	    "altname a0\n"
	    "end a0\n"
	    "claim a0\n"
	    "uplink eth0 ipv4\n"
	    "uplink tun0 ipv6\n"
	    "guard\n"
	    "up a0\n"
	    "zone up net0\n"
	    "zone address bare net0 198.18.0.5/32\n"
	    "neighbour a0 198.18.0.5/32\n"
	    "route a0 198.18.0.5/32\n"
	    "zone address bare net0 fd12:3456:789a::5/128\n"
	    "neighbour a0 fd12:3456:789a::5/128\n"
	    "route a0 fd12:3456:789a::5/128\n"
	    "zone gateway net0 ipv4\n"
	    "zone gateway net0 ipv6\n");
}
END_TEST

START_TEST(the_default_network_lets_in_what_was_asked_for)
{
	static const char *const wanted[] = {
		"ct state new meta nfproto 2 ip saddr @inside add @flows { ip "
		"saddr ct count over 16384 } drop",
		"ct state new meta nfproto 10 ip6 saddr @inside6 add @flows6 { "
		"ip6 saddr ct count over 16384 } drop",
		"meta nfproto 2 ip saddr @inside accept",
		"meta nfproto 2 ip daddr @inside ct original ip daddr != "
		"@inside accept",
		"meta nfproto 2 ip daddr @inside drop",
		"meta nfproto 10 ip6 saddr @inside6 accept",
		"meta nfproto 10 ip6 daddr @inside6 ct original ip6 daddr != "
		"@inside6 accept",
		"meta nfproto 10 ip6 daddr @inside6 drop",
		"meta nfproto 2 ip saddr @inside ip daddr != @inside "
		"masquerade",
		"meta nfproto 2 ip saddr . ip daddr @selves masquerade",
		"meta nfproto 10 ip6 saddr @inside6 ip6 daddr != @inside6 "
		"masquerade",
		"meta nfproto 10 ip6 saddr . ip6 daddr @selves6 masquerade",
		"meta nfproto 2 fib daddr type local dnat ip to meta l4proto . "
		"th dport map @ports",
		"meta nfproto 10 fib daddr type local dnat ip6 to meta l4proto "
		". th dport map @ports6",
		"meta nfproto 2 fib daddr type local dnat ip to meta l4proto . "
		"th dport map @ports",
		"meta nfproto 10 fib daddr type local dnat ip6 to meta l4proto "
		". th dport map @ports6",
	};
	const struct nft_chain *chain;
	size_t n = guard_nat(&chain);
	size_t seen = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < chain[i].nrules; k++) {
			_autofree char *text = nft_rule_text(&chain[i].rule[k]);

			ck_assert_uint_lt(seen, ARRAY_LEN(wanted));
			ck_assert_str_eq(text, wanted[seen++]);
		}
	}
	ck_assert_uint_eq(seen, ARRAY_LEN(wanted));
}
END_TEST

static char *
rules_of(const struct net_link *l, int fwd)
{
	struct nft_rule rule[GUARD_RULES];
	size_t n = guard_rules(l, 0, fwd, rule);
	char *text = mem_strdup("");

	ck_assert_uint_le(n, GUARD_RULES);
	for (size_t i = 0; i < n; i++) {
		_autofree char *line = nft_rule_text(&rule[i]);
		_autofree char *front = text;

		text = mem_printf("%s%s\n", front, line);
	}
	return text;
}

START_TEST(a_link_without_protection_still_sends_no_tags)
{
	_cleanup_net_spec struct net_spec s = parsed(
	    "zone a uuid=u root=0\nlink link name=n lower=eth0 host=a0 "
	    "over=a0m maxbw=8000\n");
	_autofree char *text = rules_of(&s.link[0], 7);

	ck_assert_str_eq(text,
	    "ether type 0x8100 drop\n"
	    "ether type 0x88a8 drop\n"
	    "ether type 0x9100 drop\n"
	    "limit rate over 1000 bytes/second drop\n"
	    "fwd to \"a0m\"\n");
}
END_TEST

#define IP6 "meta protocol 0x86dd "
#define ND IP6 "meta l4proto 58 icmpv6 type "
#define UDP "meta protocol 0x0800 meta l4proto 17 "
#define OWN "02:00:00:00:00:01"

START_TEST(every_protection_adds_its_rules)
{
	static const char *const wanted[] = {
		"ether type 0x8100 drop",
		"ether type 0x88a8 drop",
		"ether type 0x9100 drop",
		IP6 "ip6 nexthdr @headers6 @nh,320,8 @headers6 drop",
		ND "133 ip6 nexthdr 44 drop",
		ND "134 ip6 nexthdr 44 drop",
		ND "135 ip6 nexthdr 44 drop",
		ND "136 ip6 nexthdr 44 drop",
		ND "137 ip6 nexthdr 44 drop",
		"ether type != 0x0800 ether type != 0x0806 ether type != 0x86dd drop",
		"ether saddr != " OWN " drop",
		"@ll,0,40 01:80:c2:00:00:00 drop",
		"meta protocol 0x0806 arp saddr ether != " OWN " drop",
		ND "136 nd option != 2 drop",
		ND "136 nd lladdr != " OWN " drop",
		ND "135 nd option != 1 ip6 saddr != :: drop",
		ND "135 nd option 1 nd lladdr != " OWN " drop",
		ND "133 rs option != 1 drop",
		ND "133 rs lladdr != " OWN " drop",
		"meta protocol 0x0800 ip saddr != @addr4 drop",
		"meta protocol 0x0806 arp saddr ip != 0.0.0.0 arp saddr ip != @addr4 drop",
		"meta protocol 0x0806 arp saddr ip 0.0.0.0 arp daddr ip != @addr4 drop",
		IP6 "ip6 saddr != :: ip6 saddr != @addr6 drop",
		IP6 "ip6 saddr :: meta l4proto != 58 drop",
		ND "135 ip6 saddr :: nd target != @addr6 drop",
		ND "136 nd target != @addr6 drop",
		UDP "th sport 67 th dport != 67 drop",
		UDP "th dport 68 drop",
		UDP "th dport 67 dhcp chaddr != " OWN " drop",
		UDP
		"th dport 67 ip frag-off != 0x0000 ip frag-off != 0x4000 drop",
		IP6 "meta l4proto 17 th sport 547 drop",
		IP6 "meta l4proto 17 th dport 546 drop",
		ND "134 drop",
		ND "137 drop",
		ND "130 drop",
		"meta protocol 0x0800 meta l4proto 2 @th,0,8 17 drop",
	};
	_cleanup_net_spec struct net_spec s = parsed(
	    "zone a uuid=u root=0\nlink link name=n lower=sw0 host=a0 "
	    "mac=02:00:00:00:00:01 "
	    "protect=mac-nospoof,ip-nospoof,dhcp-nospoof,restricted\n");
	struct nft_rule rule[GUARD_RULES];
	size_t n = guard_rules(&s.link[0], 0, 0, rule);

	ck_assert_uint_eq(n, ARRAY_LEN(wanted));
	for (size_t i = 0; i < n; i++) {
		_autofree char *line = nft_rule_text(&rule[i]);

		ck_assert_str_eq(line, wanted[i]);
	}
}
END_TEST

UNIT_MAIN("net", a_text_is_printed_as_it_was_read,
    wrong_words_are_refused_with_the_link_named,
    addresses_on_one_link_of_the_host_are_one_link_of_the_zone,
    hardware_addresses_are_stable_and_differ,
    hardware_addresses_are_random_where_asked, a_shared_link_is_routed,
    a_port_of_a_switch_is_opened_behind_its_rules,
    a_link_over_another_and_one_handed_over,
    a_link_without_protection_still_sends_no_tags,
    a_switch_is_made_before_its_first_port,
    the_default_network_is_routed_without_a_proxy,
    the_default_network_lets_in_what_was_asked_for,
    every_protection_adds_its_rules)
