# SPDX-License-Identifier: ISC
#
# net-shared - zones on the host's network: who reaches whom, what they cannot
# do, and that nothing is left.
. "$(dirname "$0")/../lib.sh"
needs cmd:nft cmd:ping cmd:ip
. "$SRC/tests/netlib.sh"
lan host 10.9.0.1/24,fd09::1/64 peer 10.9.0.2/24,fd09::2/64
serve host peer
before=$(switches host eth0)

# net ADDRESS...: the words that configure them on eth0.
net() {
	local a

	for a in "$@"; do
		printf '%s\n' "add net" "set physical=eth0" "set address=$a" end
	done
}
shared() {
	local name=$1 lines

	shift
	mapfile -t lines < <(net "$@")
	zone "$name" busybox "${lines[@]}"
}
shared web 10.9.0.5/24 fd09::5/64
shared db 10.9.0.6/24
shared thief 10.9.0.2/24
shared double 10.9.0.5/24
shared self 10.9.0.1/24

ok "a zone on the host's network boots" on host zoneadm -z web boot
ok "and a second one" on host zoneadm -z db boot
serve zone:web zone:db
for from in host peer zone:db; do
	is "$from reaches the zone" "$(asks $from 10.9.0.5)" web
done
is "the zone reaches the host" "$(asks zone:web 10.9.0.1)" host
is "and the wire" "$(asks zone:web 10.9.0.2)" peer
is "and the other zone" "$(asks zone:web 10.9.0.6)" db
ok "IPv6: the wire reaches the zone" pings peer fd09::5
ok "and the host does" pings host fd09::5
is "and the zone the wire" "$(asks zone:web fd09::2)" peer
like "the link has a name that says whose it is" \
	"$(on host ip -o link show dev web0)" "*altname web:eth0@*"
like "the zone sees its address" "$(zlogin web ip addr show eth0)" \
	"*inet 10.9.0.5/24*"
fails 2 "it cannot add one" zlogin web ip addr add 10.9.0.77/24 dev eth0
fails 2 "nor a route" zlogin web ip route add 1.2.3.4 dev eth0
fails 2 "nor switch a link off" zlogin web ip link set eth0 down
fails 1 "nor open a packet socket" zlogin web arping -c 1 -I eth0 10.9.0.2

fails 1 "an address of another zone is refused" on host zoneadm -z double boot
is "with its name" "$(cat "$ERR")" "zoneadm: zone 'double': network: net \
'eth0': address 10.9.0.5 is in use by zone 'web'"
fails 1 "one of the host is refused" on host zoneadm -z self boot
is "with where it is" "$(cat "$ERR")" "zoneadm: zone 'self': network: net \
'eth0': address 10.9.0.1 is in use by the global zone"
fails 1 "one of another machine is refused" on host zoneadm -z thief boot
like "with who has it" "$(cat "$ERR")" "zoneadm: zone 'thief': network: net \
'eth0': address 10.9.0.2 is in use on the network of 'eth0', by *:*:*:*:*:*"
ok "an IPv6 address of that machine" zonecfg -z thief 'select net physical=eth0
	set address=fd09::2/64; end'
fails 1 "is refused" on host zoneadm -z thief boot
like "with who has it" "$(cat "$ERR")" "zoneadm: zone 'thief': network: net \
'eth0': address fd09::2 is in use on the network of 'eth0', by *:*:*:*:*:*"
is "and nothing of them is left" "$(on host ip -o link | grep -c 'thief\|double\|self')" 0

# The host forwards for its zones and for nobody else.
on host ip link add eth9 type veth peer name far netns "$(ns lan)"
on host ip addr add 10.99.0.1/24 dev eth9
on host ip link set eth9 up
on lan ip link set far up
on lan ip addr add 10.99.0.9/24 dev far
on lan ip route add 10.9.0.0/24 via 10.99.0.1
on peer ip route add 10.99.0.0/24 via 10.9.0.1
fails 1 "the host has not become a router" pings peer 10.99.0.9
on host nft delete table inet zones
on host sysctl -qw net.ipv4.conf.eth9.forwarding=1
ok "which the rules of zones prevent" pings peer 10.99.0.9
on host ip link del eth9
ok "halt without the rules that were there" zoneadm -z db halt

# Killed.
kill -9 "$(sed -n 's/^zoned \([0-9]*\) .*/\1/p' \
	"$ZONES_ROOT/run/zones/web/state")"
ok "without zoned the zone is reached" pings peer 10.9.0.5
ok "it halts from another network namespace" zoneadm -z web halt
ok "links, rules and addresses are gone" within 5 clean host
left host | note
is "what was switched on is back" "$(switches host eth0)" "$before"
fails 1 "the address is nobody's" pings peer 10.9.0.5

# A failed boot.
ok "another way of starting" zonecfg -z web 'set bootargs="-i /nowhere"'
fails 1 "a boot fails behind its network" on host zoneadm -z web boot
ok "and leaves nothing" within 5 clean host
ok "a missing link" zonecfg -z web \
	'select net address=10.9.0.5/24; set physical=eth7; end'
fails 1 "is an error" on host zoneadm -z web boot
is "that says so" "$(cat "$ERR")" "zoneadm: zone 'web': network: net 'eth7': \
the global zone has no link 'eth7'; 'ip link' shows those it has"
ok "a router of its own" zonecfg -z web \
	'select net address=10.9.0.5/24; set physical=eth0
	set defrouter=10.9.0.2; end'
fails 1 "is refused" on host zoneadm -z web boot
is "with what holds instead" "$(cat "$ERR")" "zoneadm: zone 'web': network: \
net 'eth0': defrouter 10.9.0.2: with ip-type=shared the routes of the global \
zone hold, and its default route is not by that router; 'clear defrouter', or \
'set ip-type=exclusive'"
ok "where the host goes by that router" on host ip route add default via 10.9.0.2
ok "with its own init" zonecfg -z web 'clear bootargs'
ok "it boots" on host zoneadm -z web boot
on peer ip addr add 192.0.2.7/32 dev lo
is "and goes by it too" "$(asks zone:web 192.0.2.7)" peer
ok "halt" zoneadm -z web halt
