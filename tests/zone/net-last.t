# SPDX-License-Identifier: ISC
#
# net-last - zones of several kinds of network on one host: with the last of a
# kind goes what only that kind needs.
# time: 60
. "$(dirname "$0")/../lib.sh"
needs cmd:nft cmd:ip
. "$SRC/tests/netlib.sh"
lan host 10.9.0.1/24
before=$(switches host eth0)
tables() { on host nft list tables | sed -n 's/^table inet \(zones.*\)/\1/p'; }

zone shared busybox "add net" "set physical=eth0" "set address=10.9.0.5/24" end
zone switch busybox "set ip-type=exclusive" "add anet" \
	"set lower-link=switch:lan7" "set allowed-address=10.8.0.1/24" end
for z in switch shared; do
	ok "zone $z boots" on host zoneadm -z $z boot
done
is "zones that are routed have a table in common" "$(tables)" zones
like "with what they are" "$(on host nft list table inet zones)" \
	'*10.9.0.5*shared0*'
ok "the routed one halts first" zoneadm -z shared halt
is "and is not in the table any more" \
	"$(on host nft list table inet zones | grep -c 'shared0\|10.9.0.5')" 0
is "with what it switched on" "$(switches host eth0)" "$before"
ok "the one on the switch is last" zoneadm -z switch halt
is "then the table is gone" "$(tables)" ""
ok "nothing is left" within 5 clean host
left host | note

for z in shared switch; do
	ok "zone $z boots" on host zoneadm -z $z boot
done
ok "the switch goes first" zoneadm -z switch halt
is "the table of the routed one stays" "$(tables)" zones
ok "and the routed one last" zoneadm -z shared halt
ok "nothing is left of either" within 5 clean host
left host | note
