# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# netlib - networks for tests of tests/zone: machines are network namespaces of
# the test's own, joined by links of its own.
#
#	. "$SRC/tests/netlib.sh"	after lib.sh
#	lan host 10.9.0.1/24 peer 10.9.0.2/24	each with eth0 on one switch
#	on host zoneadm -z web boot
#
# Names carry the test's process id; all goes at the end.
machines=
tag=t$$

# ns MACHINE: its network namespace by name.
# on MACHINE COMMAND...: run there. What zoneadm starts there stays there. Not by
# "ip netns exec": that hides /sys, and control groups with it.
on() {
	local m=$1

	shift
	nsenter --net="/run/netns/$tag-$m" "$@"
}

ns() { echo "$tag-$1"; }

machine() {
	ip netns add "$tag-$1" && machines="$machines $1"
	on "$1" sysctl -qw net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.all.accept_dad=0
	# Frames pass switches as they are, with what stands behind a packet.
	on "$1" sysctl -qwe net.bridge.bridge-nf-call-iptables=0 \
		net.bridge.bridge-nf-call-ip6tables=0 \
		net.bridge.bridge-nf-call-arptables=0
	on "$1" ip link set lo up
}

# wire MACHINE LINK SWITCHPORT: a link of the machine, its other end in "lan".
wire() {
	ip -n "$tag-$1" link add "$2" type veth peer name "$3" netns "$tag-lan"
	ip -n "$tag-lan" link set "$3" master sw0 up
	ip -n "$tag-$1" link set "$2" up
}

# lan MACHINE ADDRESS...: machines with eth0 and addresses (a,b) on one network.
lan() {
	local a

	machine lan
	ip -n "$tag-lan" link add sw0 type bridge
	ip -n "$tag-lan" link set sw0 up
	while [ $# -gt 0 ]; do
		machine "$1"
		wire "$1" eth0 "p-$1"
		for a in ${2//,/ }; do
			ip -n "$tag-$1" addr add "$a" dev eth0
		done
		shift 2
	done
}

# serve MACHINE...: each answers on port 7 of all its addresses with its name.
serve() {
	local m

	for m in "$@"; do
		case $m in
		zone:*) zlogin "${m#zone:}" nc -ll -p 7 -e echo "${m#zone:}" \
			>/dev/null 2>&1 </dev/null & ;;
		*) on "$m" busybox nc -ll -p 7 -e echo "$m" \
			>/dev/null 2>&1 </dev/null & ;;
		esac
	done
	for m in "$@"; do
		within 5 asks "$m" 127.0.0.1
	done
}

# pings MACHINE ADDRESS; asks FROM ADDRESS: FROM is a machine or zone:NAME, and
# what answers there says who it is.
pings() { on "$1" ping -n -c 1 -W 2 "$2"; }
asks() {
	case $1 in
	zone:*) timeout 10 zlogin "${1#zone:}" nc -w 3 "$2" 7 </dev/null ;;
	*) timeout 10 nsenter --net="/run/netns/$tag-$1" busybox nc -w 3 "$2" 7 \
		</dev/null ;;
	esac 2>/dev/null
}

# nothing MACHINE: neither links, rules, addresses nor switches of a zone.
left() {
	on "$1" ip -o link | grep -v ' lo:\| eth[0-9]*@\| eth[0-9]*:\| sw0:'
	on "$1" nft list tables | grep zone
	on "$1" ip -4 neigh show proxy
	on "$1" ip -6 neigh show proxy
	[ ! -e "/run/zones-net/$(on "$1" stat -Lc %i /proc/self/ns/net)" ] ||
		echo store
}
clean() { [ -z "$(left "$1")" ]; }
switches() {
	on "$1" sh -c "cd /proc/sys/net; head ipv4/conf/$2/forwarding \
		ipv4/neigh/$2/proxy_delay ipv6/conf/$2/forwarding \
		ipv6/conf/$2/proxy_ndp ipv6/conf/$2/accept_ra"
}

net_finish() {
	local m

	for m in $machines; do
		# What we started there, and nothing else can be.
		ip netns pids "$tag-$m" | xargs -r kill
		ip netns del "$tag-$m"
	done
}
# shellcheck disable=SC2034 # lib.sh calls it
undo=net_finish
