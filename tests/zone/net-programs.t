# SPDX-License-Identifier: ISC
#
# net-programs - real programs in zones: a server of addresses and routes, a
# client of it, IPv6 by advertisements, ssh, iperf3 under a limit, and curl.
# time: 200
. "$(dirname "$0")/../lib.sh"
needs cmd:nft cmd:ip cmd:iperf3 cmd:dnsmasq cmd:curl cmd:sshd cmd:busybox
. "$SRC/tests/netlib.sh"
lan host 10.9.0.1/24

# own NAME LINE...: a sparse zone of one link on the switch "lan7"; all are of
# one installation.
own() {
	local name=$1

	shift
	ok "$name configures" configure "$name" sparse "set ip-type=exclusive" \
		"set limitpriv=default,net_rawaccess" "add anet" \
		"set lower-link=switch:lan7" "$@" end
	if [ "$name" = server ]; then
		ok "it installs" zoneadm -z server install
	else
		ok "it is cloned" zoneadm -z "$name" clone server
	fi
}
own server "set link-protection=mac-nospoof"
own client "set link-protection=mac-nospoof,dhcp-nospoof" "set maxbw=50M"
own thief "set link-protection=mac-nospoof,dhcp-nospoof"
for z in server client thief; do
	ok "$z boots" on host zoneadm -z $z boot
done

serves() { # ZONE NETWORK: addresses and advertisements, as dnsmasq does
	zlogin "$1" "ip link set net0 up
		ip addr add 10.$2.0.1/24 dev net0
		ip addr add fd$2::1/64 dev net0
		exec dnsmasq --user=root --port=0 --interface=net0 \
			--dhcp-range=10.$2.0.50,10.$2.0.60,1h \
			--dhcp-range=fd$2::,ra-only,64 --enable-ra \
			--leasefile-ro --pid-file=/run/dnsmasq.pid"
}
ok "a zone that is held serves addresses" serves thief 77
ok "and one that is not" serves server 88
cat >lease <<'SH'
#!/bin/sh
[ "$1" = bound ] && ip addr add "$ip/$mask" dev "$interface" &&
	ip route add default via "$router"
exit 0
SH
zlogin client 'cat >/root/lease && chmod 755 /root/lease' <lease
ok "the client comes up" zlogin client ip link set net0 up
ok "its request is answered" timeout 20 \
	zlogin client busybox udhcpc -i net0 -n -q -t 5 -T 1 -s /root/lease
like "by the server alone" "$(zlogin client ip -4 addr show net0)" \
	"*inet 10.88.0.[56][0-9]/24*"
like "with its router" "$(zlogin client ip route)" "*default via 10.88.0.1*"
has6() { zlogin client ip -6 addr show net0 | grep -q "inet6 fd88:.*dynamic"; }
ok "an advertisement gives it an address of IPv6" within 15 has6
is "and none of the other" \
	"$(zlogin client ip -6 addr show net0 | grep -c 'inet6 fd77')" 0
ok "which is reached" zlogin client ping -c 1 -W 3 fd88::1

zlogin server 'echo hello >/root/page
	exec busybox httpd -p 80 -h /root'
is "curl gets a page" \
	"$(zlogin client curl -sm 10 http://10.88.0.1/page)" hello
is "over IPv6 too" "$(zlogin client curl -sm 10 'http://[fd88::1]/page')" hello

ok "a server of ssh" zlogin server 'mkdir -p -m 700 /run/sshd /root/.ssh &&
	ssh-keygen -qt ed25519 -N "" -f /root/host &&
	exec /usr/sbin/sshd -p 2222 -h /root/host -o StrictModes=no'
zlogin client 'mkdir -p -m 700 /root/.ssh
	ssh-keygen -qt ed25519 -N "" -f /root/.ssh/id_ed25519' >/dev/null
zlogin client cat /root/.ssh/id_ed25519.pub |
	zlogin server 'cat >/root/.ssh/authorized_keys'
is "lets the client in" "$(timeout 30 zlogin client ssh -p 2222 -o BatchMode=yes \
	-o StrictHostKeyChecking=no -o LogLevel=ERROR root@10.88.0.1 hostname)" \
	server

# bits FROM OPTION: megabits a second of a second, as iperf3 sees them.
bits() {
	timeout 30 zlogin client iperf3 -c 10.88.0.1 -t 1 -O 1 -J "$@" |
		python3 -c 'import json, sys
print(int(json.load(sys.stdin)["end"]["sum_received"]["bits_per_second"] / 1e6))'
}
ok "a server of iperf3" zlogin server iperf3 -s -D
for way in --zerocopy --reverse; do
	got=$(bits $way)
	if [ "${got:-0}" -gt 0 ] && [ "$got" -le 60 ]; then
		pass "a limit of 50 Mbit/s holds for iperf3 $way"
	else
		fail "a limit of 50 Mbit/s holds for iperf3 $way" "$got"
	fi
done
for z in server client thief; do
	ok "$z halts" zoneadm -z $z halt
done
ok "nothing is left" within 5 clean host
left host | note
