# SPDX-License-Identifier: ISC
#
# unchanged - what the host's own ping needs is in a default zone, raw sockets are
# not; systemd is told that services have no user namespaces to hope for.
. "$(dirname "$0")/../lib.sh"
needs cmd:ping cmd:python3 cmd:getcap cmd:setpriv cgroup2

like "(ping has a file capability)" "$(getcap "$(readlink -f \
	"$(command -v ping)")")" '*cap_net_raw=ep'
zoneadm() { timeout 60 zoneadm "$@"; }
ping='ping -n -c 1 -W 5 127.0.0.1'
user='setpriv --reuid 1000 --regid 1000 --clear-groups'
raw="python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)'"
packet="python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)'"
conf=/run/systemd/system/service.d/10-zone.conf
again() {
	ok "$1: halt" zoneadm -z web halt
	ok "$1: configured" zonecfg -z web "set limitpriv=$1"
	ok "$1: boots" zoneadm -z web boot
}

zone web sparse
ok "a default zone boots" zoneadm -z web boot
ok "its root pings" zlogin web "$ping"
ok "its users ping" zlogin web "$user $ping"
fails 1 "no raw socket" zlogin web "$raw"
like "is refused" "$(cat "$ERR")" '*Operation not permitted*'
fails 1 "no packet socket" zlogin web "$packet"
is "services have no PrivateUsers=" "$(zlogin web tail -n 1 $conf)" \
	PrivateUsers=no

again default,net_rawaccess,linux_userns
ok "(with it, a raw socket)" zlogin web "$raw"
ok "(and a packet socket)" zlogin web "$packet"
ok "ping, too" zlogin web "$ping"
fails 1 "services may have user namespaces" zlogin web test -e $conf

again 'default,!net_icmpaccess'
zlogin web "$ping" >"$OUT" 2>&1
like "without net_icmpaccess: no ping" "$(cat "$OUT")" '*ermitted*'
zlogin web "$user $ping" >"$OUT" 2>&1
like "for users neither" "$(cat "$OUT")" '*ermitted*'
