# SPDX-License-Identifier: ISC
#
# net-lacking - a host without nftables, and names that other links have: what is
# said, and nothing is left.
# time: 60
. "$(dirname "$0")/../lib.sh"
needs cmd:nft cmd:ip cmd:python3
. "$SRC/tests/netlib.sh"
lan host 10.9.0.1/24
zone switch busybox "set ip-type=exclusive" "add anet" \
	"set lower-link=switch:lan7" "set allowed-address=10.8.0.1/24" end
zone over busybox "set ip-type=exclusive" "add anet" "set lower-link=eth0" \
	"set allowed-address=10.9.0.6/24" end
zone shared busybox "add net" "set physical=eth0" "set address=10.9.0.5/24" end
zone default busybox "set ip-type=exclusive" "add anet" end
for z in switch over shared default; do
	fails 1 "without nftables, $z does not boot" \
		on host "$SRC/tests/without.py" nftables zoneadm -z $z boot
	is "which is said" "$(cat "$ERR")" "zoneadm: zone '$z': network: \
nftables: this kernel lacks it, and nothing else holds a zone to its addresses; \
'modprobe nf_tables' loads it where it is a module"
	is "$z is what it was" "$(zoneadm -z $z list -p | cut -d: -f3)" installed
	fails 1 "and has no links on record" test -e \
		"$ZONES_ROOT/run/zones/$z/net"
done
ok "nothing is left on the host" within 5 clean host
left host | note

other() { on host ip link add "$1" type bridge; }
other switch0
ok "a name that another link has is not needed" on host zoneadm -z switch boot
port=$(on host ip -o link show master lan7 | sed 's/^[0-9]*: \([^@:]*\).*/\1/')
like "another one is taken" "$port" "z????????0"
ok "halt" zoneadm -z switch halt
within 5 sh -c "! nsenter --net=/run/netns/$(ns host) ip link show $port"
other "$port"
fails 1 "nor is that one free" on host zoneadm -z switch boot
is "which is said with both" "$(cat "$ERR")" "zoneadm: zone 'switch': network: \
net 'net0': the names 'switch0' and '$port' belong to other links; 'ip link' \
shows them"
is "and they stay" "$(on host ip -br link | grep -c "^switch0 \|^$port ")" 2
for link in switch0 "$port"; do
	on host ip link del "$link"
done
ok "nothing else is left" within 5 clean host
ok "and the zone boots" on host zoneadm -z switch boot
