# SPDX-License-Identifier: ISC
#
# net-exclusive - links of a zone's own: over a switch, over a shared or a whole
# physical link, moved in; what a zone sends is held from outside.
# time: 300
. "$(dirname "$0")/../lib.sh"
needs cmd:nft cmd:ping cmd:ip cmd:python3
. "$SRC/tests/netlib.sh"
lan host 10.9.0.1/24,fd09::1/64 peer 10.9.0.2/24,fd09::2/64
for i in 1 2 3 4; do
	wire host eth$i p-host$i
done
on host ip link add sw0 type bridge
on host ip link set sw0 up
on host ip link set eth4 master sw0
serve host peer

# own NAME RESOURCE LINE...: a zone of one link of its own.
own() {
	local name=$1 type=$2

	shift 2
	zone "$name" busybox "set ip-type=exclusive" \
		"set limitpriv=default,net_rawaccess" "add $type" "$@" end
	install -m 755 "$BUILD/tests/frame" "$ZONES/$name/root/bin/frame"
}
all="mac-nospoof,ip-nospoof,dhcp-nospoof,restricted"
allowed() {
	echo "set allowed-address=$1/24,$2/64"
}
own port anet "set linkname=net0" "set lower-link=sw0" \
	"set link-protection=$all" "$(allowed 10.9.0.11 fd09::11)"
own over anet "set linkname=net0" "set lower-link=eth1" \
	"set link-protection=$all" "$(allowed 10.9.0.12 fd09::12)" \
	"set defrouter=10.9.0.1"
own held net "set physical=eth2" "$(allowed 10.9.0.13 fd09::13)"
own nic net "set physical=eth3"

for z in port over held nic; do
	ok "zone $z boots" on host zoneadm -z $z boot
done
ok "a link moved in is the zone's to set up" \
	zlogin nic ip addr add 10.9.0.14/24 dev eth3
ok "and to switch on" zlogin nic ip link set eth3 up
fails 1 "the host has it no more" on host ip link show dev eth3
ok "another zone for the same links" configure second whole \
	"set ip-type=exclusive" "add net" "set physical=eth3" end \
	"add net" "set physical=eth2" end
ok "verify lets it pass" on host zoneadm -z second verify
for link in eth3:nic eth2:held; do
	like "and tells who has ${link%:*}" "$(cat "$ERR")" "*WARNING: network \
interface '${link%:*}' is used by the non-global zone '${link#*:}'.*"
done
ok "it goes" zonecfg -z second delete -F
serve zone:port zone:over zone:held zone:nic
n=11
for z in port over held nic; do
	is "the wire reaches $z" "$(asks peer 10.9.0.$n)" $z
	is "and $z the wire" "$(asks zone:$z 10.9.0.2)" peer
	n=$((n + 1))
done
is "zones reach one another over IPv6" "$(asks zone:port fd09::12)" over
like "a router is set" "$(zlogin over ip route)" "*default via 10.9.0.1*"
like "the link's second name says whose it is" \
	"$(on host ip -o link show dev over0)" "*altname over:net0@*"

# hears ZONE LINK: the kinds of frames of spoof.py that the wire hears from it.
hears() {
	local mac ip pid

	mac=$(zlogin "$1" cat "/sys/class/net/$2/address")
	ip=$(zlogin "$1" ip -4 addr show dev "$2" |
		sed -n 's/.*inet \([0-9.]*\).*/\1/p')
	: >"$WORK/heard"
	on peer "$SRC/tests/spoof.py" watch eth0 15 >"$WORK/heard" &
	pid=$!
	within 10 grep -q ready "$WORK/heard"
	"$SRC/tests/spoof.py" frames "$mac" "$ip" "fd09::${ip##*.}" 10.9.0.2 \
		fd09::2 | cut -d' ' -f2 | zlogin "$1" xargs frame "$2"
	wait $pid
	sed -n 2p "$WORK/heard"
}
legal="legal-arp legal-dad legal-frag legal-mld legal-na legal-ns legal-rest \
legal-rs legal4 legal6"
spoofs="arp-ip arp-mac arp-probe bridge dad dhcp dhcp-chaddr dhcp-piece dhcp6 \
igmp-query ip4 ip6 $legal mac mld-query na-behind na-chain na-headers na-ip \
na-mac na-piece na-second na-two na-whole ns-mac ns-second other ra ra-behind \
ra-piece redirect rs-mac rs-second vlan"
is "a port of a switch cannot pretend, and is heard" \
	"$(hears port net0)" "$legal"
is "nor can a link over another" "$(hears over net0)" "$legal"
is "one handed over pretends no address; other kinds of frames are its own" \
	"$(hears held eth2)" "$legal other"
is "one that nobody holds can do it all" "$(hears nic eth3)" "$spoofs"
table=$(on host nft list tables | sed -n 's/^table netdev \(.*-port\)$/\1/p')
on host nft delete table netdev "$table"
is "without its rules the port of the switch could" "$(hears port net0)" \
	"$spoofs"
ok "a new boot" on host zoneadm -z port reboot
is "brings them back" "$(hears port net0)" "$legal"

fails 1 "a link that is in use is not handed over" \
	on host sh -c "zonecfg -z nic 'select net physical=eth3; \
	set physical=eth0; end' && zoneadm -z nic halt && zoneadm -z nic boot"
like "with how" "$(cat "$ERR")" "*net 'eth0': link 'eth0' is used in the \
global zone: it has address 10.9.0.1/24"
ok "the link moved in came back" within 5 on host ip link show dev eth3
ok "a port of a switch is not handed over" zonecfg -z nic \
	'select net physical=eth0; set physical=eth4; end'
fails 1 "either" on host zoneadm -z nic boot
is "with which" "$(cat "$ERR")" "zoneadm: zone 'nic': network: net 'eth4': \
link 'eth4' is used in the global zone: it belongs to 'sw0'"
ok "a link that another zone is held on" zonecfg -z nic \
	'select net physical=eth4; set physical=eth2; end'
fails 1 "is not handed over" on host zoneadm -z nic boot
is "with whose it is" "$(cat "$ERR")" "zoneadm: zone 'nic': network: net \
'eth2': link eth2 is in use by zone 'held'"
ok "another one" zonecfg -z nic 'select net physical=eth2
	set physical=eth4; end'
ok "another hardware address" zonecfg -z nic 'select net physical=eth4
	set physical=eth3; set mac-addr=2:8:20:1:2:3; end'
fails 1 "is not for a link handed over" on host zoneadm -z nic boot
is "with what to do" "$(cat "$ERR")" "zoneadm: zone 'nic': network: net 'eth3': \
mac-addr: 'eth3' is handed over with the address that it has; 'clear \
mac-addr', or set global-nic"
ok "neither" zonecfg -z nic 'select net physical=eth3; clear mac-addr
	set physical=eth4; end'
ok "back" zonecfg -z nic 'select net physical=eth4; set physical=eth3; end'
ok "it boots again" on host zoneadm -z nic boot

# What cannot be done is an error, and leaves nothing.
zone odd busybox "set ip-type=exclusive" "add anet" "set linkname=net0" \
	"set defrouter=10.9.0.1" "set allowed-address=10.9.0.77/24" end
refused() {
	fails 1 "$1" on host zoneadm -z odd boot
	is "with its reason" "$(cat "$ERR")" \
		"zoneadm: zone 'odd': network: net 'net0': $2"
}
refused "a router where there is one already" "defrouter: the default network \
has a router of its own; 'clear defrouter', or set lower-link"
zonecfg -z odd 'select anet linkname=net0; clear defrouter
	clear allowed-address; set lower-link=sw0; set port-forward=8080:80; end'
refused "a port where the zone has its own" "port-forward: the zone has an \
address of its own on 'sw0'; 'clear port-forward', or 'set lower-link=auto'"
zonecfg -z odd 'select anet linkname=net0; clear port-forward
	set vlan-id=7; end'
refused "a VLAN" "vlan-id 7: make the VLAN's link in the global zone and name \
that one"
zonecfg -z odd 'select anet linkname=net0; clear vlan-id
	set mac-address=factory; end'
refused "an address that another link has" "mac-address=factory: the one that \
'sw0' was made with is in use by the global zone; 'set mac-address=auto', or \
hand the link over with 'add net'"
zonecfg -z odd 'select anet linkname=net0; set mac-address=auto
	set link-protection=ip-nospoof; end'
refused "no address to hold it to" \
	"link-protection ip-nospoof needs allowed-address"
zonecfg -z odd 'select anet linkname=net0; set link-protection=mac-nospoof
	set mtu=9000; end'
refused "more than the switch can carry" "mtu 9000 is more than the 1500 of 'sw0'"
zonecfg -z odd 'select anet linkname=net0; clear mtu; set linkname=lo; end'
fails 1 "a name that is taken" on host zoneadm -z odd boot
is "with whose" "$(cat "$ERR")" \
	"zoneadm: zone 'odd': network: net 'lo': the zone has a link 'lo' already"
is "no link of it is left" "$(on host ip -o link | grep -c odd)" 0

zoned() { sed -n 's/^zoned \([0-9]*\) .*/\1/p' "$ZONES_ROOT/run/zones/$1/state"; }
kill -9 "$(zoned nic)"
zlogin nic poweroff -f 2>/dev/null
ok "zoned killed, the zone ended: it halts" zoneadm -z nic halt
ok "and the link is back" within 5 on host ip link show dev eth3
for z in port over held; do
	kill -9 "$(zoned $z)"
	ok "$z halts" zoneadm -z $z halt
done
on host ip link del sw0
ok "nothing is left" within 5 clean host
left host | note
