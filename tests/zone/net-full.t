# SPDX-License-Identifier: ISC
#
# net-full - a switch with more ports than a bridge has: it goes on as several
# bridges, on which zones reach one another, and are apart, as on one.
# time: 240
. "$(dirname "$0")/../lib.sh"
needs cmd:nft cmd:ip cmd:python3
. "$SRC/tests/netlib.sh"
lan host 10.9.0.1/24
port() {
	local name=$1 address=$2

	shift 2
	zone "$name" busybox "set ip-type=exclusive" "add anet" \
		"set lower-link=switch:lan7" \
		"set allowed-address=$address/24,fd08::${address##*.}/64" \
		"$@" end
}
# fill FROM TO: ports that are nobody's.
fill() {
	local i

	for ((i = $1; i <= $2; i++)); do
		echo "link add f$i type veth peer name g$i"
		echo "link set f$i master lan7"
	done | ip -n "$(ns host)" -force -batch - >/dev/null 2>&1
}
bridge_of() { on host ip -o link show dev "$1" | sed 's/.* master \([^ ]*\) .*/\1/'; }
ports() { on host ip -o link show master lan7 | grep -c .; }

port a 10.8.0.1 "set isolated=true"
port b 10.8.0.2
port c 10.8.0.3
port d 10.8.0.4 "set isolated=true"
ok "the first zone boots" on host zoneadm -z a boot
fill 1 998
is "as many ports as are left alone" "$(ports)" 999
is "are on one bridge" "$(on host ip -o link show type bridge | grep -c .)" 1
# What one leaves that was killed at it: a second bridge, not wired to anything.
on host ip link add zleft type bridge
on host ip link property add dev zleft altname :part:1:lan7
ok "another zone boots" on host zoneadm -z b boot
fails 1 "what a killed one left is gone" on host ip link show dev zleft
is "on the same bridge" "$(bridge_of b0)" lan7
part=$(on host ip -o link show type bridge | grep -o 'zsw[0-9a-f]*' | head -n 1)
like "a second one stands by" "$(on host ip -o link show dev "$part")" \
	"*altname :part:1:lan7*"
fill 999 1100
is "the first is full" "$(ports)" 1023
ok "one zone more" on host zoneadm -z c boot
is "is on the second" "$(bridge_of c0)" "$part"
ok "and another" on host zoneadm -z d boot
serve zone:a zone:b zone:c zone:d
is "from the second to the first" "$(asks zone:c 10.8.0.2)" b
is "and back" "$(asks zone:b 10.8.0.3)" c
is "by IPv6" "$(asks zone:b fd08::3)" c
is "to an isolated zone" "$(asks zone:c 10.8.0.1)" a
is "from an isolated zone" "$(asks zone:d 10.8.0.2)" b
is "isolated zones do not reach one another" "$(asks zone:d 10.8.0.1)" ""
is "either way" "$(asks zone:a 10.8.0.4)" ""
for z in a d; do
	table=$(on host nft list tables | sed -n "s/^table netdev \(.*-$z\)$/\1/p")
	on host nft flush chain netdev "$table" "${z}0-out"
done
is "without that rule they would" "$(asks zone:d 10.8.0.1)" a

is "it is one switch" "$(on host vswitchadm list -p)" \
	"lan7:uplink:on-demand:up:$(on host vswitchadm list --json | python3 -c '
import json, sys
print(json.load(sys.stdin)[0]["uplink"])'):4:a,b,c,d"
is "with all its zones' ports" "$(on host vswitchadm ports -p lan7 | cut -d: -f3 |
	tr '\n' ' ')" "a b c d "
nowires=$(on host vswitchadm list --json | grep -c 'zsw')
is "what wires the bridges is no way out" "$nowires" 0

# Requests for addresses that are known are answered by the switch.
is "it knows the addresses" "$(on host ip neigh show nud permanent |
	grep -c '^10.8.0.[1-4] dev')" 4
ok "a zone leaves" on host zoneadm -z c halt
is "and its address" "$(on host ip neigh show nud permanent |
	grep -c '^10.8.0.3 ')" 0
kill -9 "$(sed -n 's/^zoned \([0-9]*\) .*/\1/p' "$ZONES_ROOT/run/zones/d/state")"
ok "another, without its zoned" on host zoneadm -z d halt
is "that address too" "$(on host ip neigh show nud permanent |
	grep -c '^10.8.0.4 ')" 0
ok "back" on host zoneadm -z c boot
is "on the second bridge" "$(bridge_of c0)" "$part"
on host ip link del f500
ok "where a port is free" on host zoneadm -z d boot
is "it is taken" "$(bridge_of d0)" lan7

# The kernel's table of neighbours is one for all, and set in the first network
# namespace.
room() { sysctl -n net.ipv4.neigh.default.gc_thresh3; }
is "there is room for more neighbours" $(($(room) >= 32768)) 1
for z in a b c d; do
	ok "$z halts" on host zoneadm -z $z halt
done
is "no bridge is left" "$(on host ip -o link show type bridge)" ""
is "nor what wired them" "$(on host ip -o link | grep -c zsw)" 0

# The same for a zone that is there itself, on a switch that leads nowhere.
before=$(room)
zone e busybox "set ip-type=exclusive" "add anet" \
	"set lower-link=switch:zt$$" "set allowed-address=10.8.0.5/24" end
ok "a zone in the first namespace" zoneadm -z e boot
is "there is room again for more neighbours" $(($(room) >= 32768)) 1
ok "it halts" zoneadm -z e halt
[ -e /run/zones-net/:neighbours ] || # another test's zones
	is "as before" "$(room)" "$before"
