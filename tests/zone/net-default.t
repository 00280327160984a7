# SPDX-License-Identifier: ISC
#
# net-default - the default network: an address, the way out, name servers and
# forwarded ports by one resource, and nothing of the administrator's touched.
# time: 120
. "$(dirname "$0")/../lib.sh"
needs cmd:nft cmd:ping cmd:ip
. "$SRC/tests/netlib.sh"
lan host 10.9.0.1/24,2001:db8:9::1/64 peer 10.9.0.2/24,2001:db8:9::2/64
on host ip route add default via 10.9.0.2
on host ip route add default via 2001:db8:9::2
on host nft -f - <<'RULES' || fail "the administrator has rules"
table inet admin {
	set mine { type ipv4_addr; elements = { 192.0.2.9, 192.0.2.10 }; }
	chain forward { type filter hook forward priority 0; policy accept;
		ip saddr @mine drop; }
}
table ip nat {
	chain post { type nat hook postrouting priority 100; }
}
RULES
# owned: all that the administrator has, as text.
owned() {
	on host nft list table inet admin
	on host nft list table ip nat
	on host ip -o link show eth0
	on host ip -o addr
	on host ip route
	on host ip -6 route
	switches host eth0
	on host sysctl net.ipv4.ip_forward net.ipv4.conf.default.forwarding
}
before=$(owned)
serve host peer

# auto NAME WORD...: a zone with one resource of one line.
auto() {
	local name=$1

	shift
	zone "$name" busybox "set ip-type=exclusive" \
		"set limitpriv=default,net_rawaccess" "add anet" "$@" end
}
auto web "set port-forward=8080:7,8053:53/udp"
auto db
ok "a zone with a network of one line boots" on host zoneadm -z web boot
ok "and another" on host zoneadm -z db boot
# inside ZONE: its address.
inside() { zlogin "$1" ip -4 addr show net0 | sed -n 's/.*inet \([0-9.]*\).*/\1/p'; }
web=$(inside web)
db=$(inside db)
like "it has an address" "$web" "198.1[89].*.*"
serve zone:web zone:db
is "the zone reaches the wire" "$(asks zone:web 10.9.0.2)" peer
is "and the host" "$(asks zone:web 10.9.0.1)" host
is "and the other zone" "$(asks zone:web "$db")" db
is "the host reaches the zone" "$(asks host "$web")" web
ok "ping works" zlogin web ping -c 1 -W 2 10.9.0.2
on peer python3 -c '
import socket
s = socket.create_server(("", 9000))
print("ready", flush=True)
c, who = s.accept()
c.sendall(who[0].encode())' >"$WORK/who" &
within 5 grep -q ready "$WORK/who"
is "the wire sees the host's address" \
	"$(zlogin web nc -w 3 10.9.0.2 9000 </dev/null)" 10.9.0.1
# IPv6: the same, with a prefix of the host's own.
inside6() { zlogin "$1" ip -6 addr show net0 scope global | sed -n 's/.*inet6 \(.*\)\/128.*/\1/p'; }
web6=$(inside6 web)
db6=$(inside6 db)
prefix=$(cat "$ZONES_ROOT/etc/zones/.ula")
like "the host has a prefix of its own" "$prefix" "fd??:*:*::/48"
python3 -c '
import sys, ipaddress as ip
sys.exit(not all(ip.ip_address(a) in ip.ip_network(sys.argv[1])
    for a in sys.argv[2:]) or sys.argv[2] == sys.argv[3])' "$prefix" "$web6" \
	"$db6" || fail "zones have addresses of it" "$web6 $db6"
is "the zone reaches the wire by IPv6" "$(asks zone:web 2001:db8:9::2)" peer
is "and the host" "$(asks zone:web 2001:db8:9::1)" host
is "and the other zone" "$(asks zone:web "$db6")" db
is "the host reaches the zone" "$(asks host "$web6")" web
on peer python3 -c '
import socket
s = socket.create_server(("::", 9006), family=socket.AF_INET6)
print("ready", flush=True)
c, who = s.accept()
c.sendall(who[0].encode())' >"$WORK/who6" &
within 5 grep -q ready "$WORK/who6"
is "the wire sees the host's address" \
	"$(zlogin web nc -w 3 2001:db8:9::2 9006 </dev/null)" 2001:db8:9::1
# in_net ZONE COMMAND...: with its links, and the programs of the host.
in_net() {
	local init

	init=$(sed -n 's/^init \([0-9]*\) .*/\1/p' "$ZONES_ROOT/run/zones/$1/state")
	shift
	nsenter --net --target "$init" "$@"
}
port() { timeout 10 nsenter --net="/run/netns/$(ns "$1")" busybox nc -w 3 "$2" "$3" </dev/null; }
is "a forwarded port leads to the zone" "$(port peer 10.9.0.1 8080)" web
is "from the host too" "$(port host 10.9.0.1 8080)" web
is "and from another zone" "$(zlogin db nc -w 3 10.9.0.1 8080 </dev/null)" web
is "and from the zone itself" "$(zlogin web nc -w 3 10.9.0.1 8080 </dev/null)" web
for who in "peer and the wire" "host and the host"; do
	is "a forwarded port leads there by IPv6, for ${who#* and }" \
		"$(port "${who%% *}" 2001:db8:9::1 8080)" web
done
for z in db web; do
	is "and for zone $z" \
		"$(zlogin $z nc -w 3 2001:db8:9::1 8080 </dev/null)" web
done
on peer ip route add "$prefix" via 2001:db8:9::1
fails 1 "an address inside is not reached by IPv6 either" pings peer "$web6"
on peer ip route del "$prefix"
echoes() { # ADDRESS PORT: what a packet to there comes back as, seen from peer
	on peer python3 -c '
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.settimeout(3)
    s.sendto(b"packet", (sys.argv[1], int(sys.argv[2])))
    print(s.recvfrom(64))' "$@"
}
in_net web python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 53))
s.settimeout(5)
while True:
    s.sendto(*s.recvfrom(64))' 2>/dev/null &
within 5 echoes 10.9.0.1 8053
is "a forwarded port of UDP leads there, and its answers back" \
	"$(echoes 10.9.0.1 8053)" "(b'packet', ('10.9.0.1', 8053))"
on peer ip route add 198.18.0.0/15 via 10.9.0.1
fails 1 "an address inside is not reached from outside" pings peer "$web"
on peer ip route del 198.18.0.0/15

# Name servers.
is "name servers are those of the host" \
	"$(zlogin web cat /etc/resolv.conf | grep -c ^nameserver)" \
	"$(grep ^nameserver /etc/resolv.conf | grep -vc '127\.\|:')"
like "the zone knows its own name" "$(zlogin web cat /etc/hosts)" "*127.0.1.1*web*"

# Ports are one zone's.
auto third "set port-forward=8080:80"
fails 1 "a port of another zone is refused" on host zoneadm -z third boot
is "with whose" "$(cat "$ERR")" "zoneadm: zone 'third': network: net 'net0': \
port-forward: tcp port 8080 is in use by zone 'web'"
zonecfg -z third 'select anet linkname=net0; set port-forward=7; end'
fails 1 "one of the host too" on host zoneadm -z third boot
is "with how to find whose" "$(cat "$ERR")" "zoneadm: zone 'third': network: \
net 'net0': port-forward: tcp port 7 is in use in the global zone; 'ss -lntup' \
shows by whom"
zonecfg -z third 'select anet linkname=net0; clear port-forward
	set dns=192.0.2.53,192.0.2.54; set allowed-address=10.77.0.5/32; end'
ok "with an address and name servers of one's own" on host zoneadm -z third boot
is "it has that address" "$(inside third)" 10.77.0.5
is "and those servers" "$(zlogin third grep nameserver /etc/resolv.conf)" \
	"nameserver 192.0.2.53
nameserver 192.0.2.54"
is "it reaches the wire" "$(asks zone:third 10.9.0.2)" peer
ok "none is the zone's own affair" zonecfg -z third \
	'select anet linkname=net0; set dns=none; set mac-prefix=2:8:20; end'
first=$(zlogin third cat /sys/class/net/net0/address)
ok "after a boot" on host zoneadm -z third reboot
is "what was written is gone" \
	"$(zlogin third grep -c nameserver /etc/resolv.conf)" 0
is "a hardware address starts as told, and is remembered" \
	"$(zlogin third cat /sys/class/net/net0/address)" "02:08:20:${first#*:*:*:}"
ok "a random one" zonecfg -z third \
	'select anet linkname=net0; set mac-address=random; end'
first=$(zlogin third cat /sys/class/net/net0/address)
ok "after a boot" on host zoneadm -z third reboot
[ "$first" != "$(zlogin third cat /sys/class/net/net0/address)" ] ||
	fail "is another one" "$first"
like "that starts so too" "$(zlogin third cat /sys/class/net/net0/address)" \
	"02:08:20:*"
serve zone:third
auto twin "set allowed-address=10.77.0.5/32"
fails 1 "an address of another zone is refused" on host zoneadm -z twin boot
is "by name" "$(cat "$ERR")" "zoneadm: zone 'twin': network: net 'net0': \
address 10.77.0.5 is in use by zone 'third'"
for wrong in "set port-forward=0:80" "set port-forward=70000" \
	"set port-forward=80/sctp" "set dns=nobody"; do
	fails 1 "zonecfg: $wrong is refused" \
		zonecfg -z twin "select anet linkname=net0; $wrong; end"
done

# Pretending.
ok "addresses of others" zlogin web ip addr add "$db/32" dev net0
like "but they reach nobody" "$(zlogin web ping -c 1 -W 1 -I "$db" 10.9.0.2)" \
	"*100% packet loss*"

ok "and of IPv6" in_net web ip -6 addr add "$db6/128" dev net0 nodad
like "reach nobody either" \
	"$(zlogin web ping -c 1 -W 1 -I "$db6" 2001:db8:9::2)" \
	"*100% packet loss*"
is "who has it goes on" "$(asks host "$db6")" db

# What one zone asks for is counted, or the host could ask for nothing.
connections() { on host cat /proc/sys/net/netfilter/nf_conntrack_count; }
flood() {
	in_net "$1" python3 -c '
import socket
for port in range(1, 20001):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", ("10.9.0.2", port))'
}
ok "a zone that asks without end" flood third
# A slow machine has forgotten the first when the last are asked for.
full() { local n; n=$(connections); [ "$n" -gt 8192 ] && [ "$n" -lt 17000 ]; }
ok "has 16,384 connections, not more" full
is "and no others" "$(asks zone:third 10.9.0.2)" ""
is "a neighbour has its own" "$(asks zone:web 10.9.0.2)" peer

# Zones that another build started run on: their tables lack what this one has.
on host nft -f - <<'RULES' || fail "a table of another build"
flush chain inet zones-nat source
flush chain inet zones-nat ports
flush chain inet zones-nat own-ports
delete set inet zones-nat selves
delete map inet zones-nat ports6
delete set inet zones-nat built-2
RULES
ok "the address is the same at the next boot" on host zoneadm -z web reboot
is "always" "$(inside web) $(inside6 web)" "$web $web6"
serve zone:web
is "the table has what it lacked" "$(port peer 2001:db8:9::1 8080)" web
is "all of it" "$(zlogin web nc -w 3 10.9.0.1 8080 </dev/null)" web
is "and serves who was there before" "$(asks zone:db 10.9.0.2)" peer
kill -9 "$(sed -n 's/^zoned \([0-9]*\) .*/\1/p' "$ZONES_ROOT/run/zones/db/state")"
for z in web db third; do
	ok "$z halts" zoneadm -z $z halt
done
ok "links, rules, claims are gone" within 5 clean host
left host | note
is "what the administrator has is as it was" "$(owned)" "$before"

ok "without a way out" on host sh -c \
	'ip route del default && ip -6 route del default'
ok "zones boot too" on host zoneadm -z web boot
serve zone:web
is "and reach the host" "$(asks zone:web 10.9.0.1)" host
is "by IPv6 too" "$(asks zone:web 2001:db8:9::1)" host
ok "a network in the way" on host ip route add 198.18.0.0/16 dev eth0
fails 1 "is an error" on host zoneadm -z db boot
like "that says so" "$(cat "$ERR")" "*net 'net0': the default network, \
198.18.0.0/15, is a network that the global zone has a route to; *"
ok "halt" zoneadm -z web halt
ok "nothing is left" within 5 clean host
left host | note
