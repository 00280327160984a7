# SPDX-License-Identifier: ISC
#
# vswitch - switches listed with their ports and counters, as zonestat has them,
# and switches that stay without zones.
# time: 120
. "$(dirname "$0")/../lib.sh"
needs cmd:ip cmd:python3
. "$SRC/tests/netlib.sh"
lan host 10.9.0.1/24 peer 10.8.0.9/24
wire host eth1 p-host1
sw() { on host vswitchadm "$@"; }
# port NAME SWITCH ADDRESS WORD...: a zone with a port.
port() {
	local name=$1 lower=$2 address=$3

	shift 3
	zone "$name" busybox "set ip-type=exclusive" "add anet" \
		"set lower-link=$lower" "set allowed-address=$address" \
		"$@" end
}
port a switch:lan7 10.8.0.1/24
port b switch:lan7 10.8.0.2/24 "set isolated=true"
zone c busybox "set ip-type=exclusive" "add anet" end
is "no switch, no line" "$(sw list -p)" ""
for z in a b c; do
	ok "zone $z boots" on host zoneadm -z $z boot
done

is "switches" "$(sw list -p)" \
	"default:default:on-demand:up::1:c
lan7:internal:on-demand:up::2:a,b"
like "as a table" "$(sw list lan7)" "SWITCH*KIND*ZONES*lan7*internal*a,b"
id=$(on host ip -o link show a0 | sed -n 's/.*altname a:net0@\([0-9a-f]*\).*/\1/p')
like "the root is in the second name" "$id" "????????"
mac=$(zlogin b cat /sys/class/net/net0/address)
is "ports" "$(sw ports -p lan7 | tail -n 1)" \
	"lan7:b0:b:net0:${mac//:/\\:}:yes:up:10.8.0.2/24"
# fields KEY...: of each object of a list, as JSON.
fields() {
	python3 -c 'import json, sys
for row in json.load(sys.stdin):
    print(json.dumps([row[k] for k in sys.argv[1:]]))' "$@"
}
is "as JSON" "$(sw ports --json lan7 | fields port zone isolated addresses)" \
	'["a0", "a", false, ["10.8.0.1/24"]]
["b0", "b", true, ["10.8.0.2/24"]]'
is "switches too" "$(sw list --json | fields switch uplink ports zones)" \
	'["default", null, 1, ["c"]]
["lan7", null, 2, ["a", "b"]]'
is "zones of another root are named with it" \
	"$(ZONES_ROOT='' sw ports -p lan7 | cut -d: -f3,5-7)" \
	"a@$id::no:up
b@$id::yes:up"

# inside ZONE COMMAND...: on its network, with programs of ours.
inside() {
	local init

	init=$(sed -n 's/^init \([0-9]*\) .*/\1/p' \
		"$ZONES_ROOT/run/zones/$1/state")
	shift
	nsenter --net --target "$init" "$@"
}
sent() { sw counters -p lan7 | grep :b: | cut -d: -f9; }
before=$(sent)
ok "packets" inside b ping -n -c 5 -i 0.1 10.8.0.1
after=$(sent)
ok "are counted, as the zone sees it" [ "$after" -ge $((before + 5)) ]
ok "and are what the zone itself counts" \
	[ "$(zlogin b cat /sys/class/net/net0/statistics/tx_packets)" -ge "$after" ]

# zonestat: the same numbers, and those of an interval.
stat() { on host zonestat -n "$@"; }
is "zonestat has a line for each zone and each link" \
	"$(stat -p | cut -d: -f1-5)" "total:network:[total]::
total:network:a::
total:network:a:net0:a0
total:network:b::
total:network:b:net0:b0
total:network:c::
total:network:c:net0:c0"
ok "totals are sums" sh -c "$(stat -p | awk -F: '
	$3 == "[total]" { all = $10 } $4 == "" && $3 != "[total]" { z += $10 }
	$4 != "" { l += $10 } END { print "[ " all " = " z " ] && [ " all " = " l " ]" }')"
inside b ping -n -c 30 -i 0.1 10.8.0.1 >/dev/null &
stat -p -z b 2 1x >counts
wait $!
ok "an interval counts what went in it" \
	awk -F: '$4 == "net0" { exit !($10 >= 1 && $10 <= 60) }' counts
ok "zones that are not asked for are left out" \
	[ "$(cut -d: -f3 counts | sort -u | tr '\n' ' ')" = "[total] b " ]
is "another root has other zones" "$(ZONES_ROOT='' stat -p | wc -l)" 1
like "a table" "$(stat -z a)" "ZONE*RX-BYTES*[[]total]*a *net0 *a0 *"

fails 1 "an unknown switch" sw ports lan8
is "is said" "$(cat "$ERR")" "vswitchadm: there is no switch 'lan8'; \
'vswitchadm list' shows those there are"
fails 2 "an unknown option" sw list -x
fails 2 "two forms" sw list -p --json
fails 2 "an unknown subcommand" sw remake

ok "the switch that zones made is kept from now on" sw create lan7 eth1
is "with a way out" "$(sw list -p lan7)" \
	"lan7:uplink:kept:up:eth1:2:a,b"
ok "a second time is fine" sw create lan7 eth1
fails 1 "otherwise than it is, not" sw create lan7
like "which is said" "$(cat "$ERR")" \
	"*switch 'lan7': it is kept already, with the way out eth1; *"
ok "the zone reaches who is out there" within 5 inside a ping -c 1 -W 1 10.8.0.9
fails 1 "a switch in use stays" sw remove lan7
is "whose is said" "$(cat "$ERR")" "vswitchadm: switch 'lan7': it is in use by \
zone 'a'; 'zoneadm -z a halt' first"
for z in a b; do
	ok "zone $z halts" zoneadm -z $z halt
done
is "the switch stays with the last" "$(sw list -p lan7 | cut -d: -f1-6)" \
	"lan7:uplink:kept:up:eth1:0"

for wrong in "eth0 has:eth0" "nic9 none:nic9" "sw9 nowhere:nic9" \
	"sw9 used:eth0" "sw9 other:eth1"; do
	read -r name _ <<<"$wrong"
	fails 1 "refused: $wrong" sw create "$name" "${wrong##*:}"
done
like "a link of another switch is not taken" "$(cat "$ERR")" \
	"*link 'eth1' is used in the global zone: it belongs to 'lan7'"
for name in a/b all 'x y' 1234567890123456; do
	fails 2 "no name for a switch: $name" sw create "$name"
done
is "nothing of that was kept" "$(cat "$ZONES_ROOT/etc/zones/switches")" \
	"lan7 eth1"

on host ip link del lan7 # the host was started again
is "a switch that is missing is listed" "$(sw list -p lan7)" \
	"lan7:uplink:kept:missing:eth1:0:"
ok "and made again" sw start
is "as it was" "$(sw list -p lan7)" "lan7:uplink:kept:up:eth1:0:"
ok "removed" sw remove lan7
fails 1 "and gone" sw remove lan7
is "its way out is free" "$(on host ip -o link show master lan7 2>/dev/null)" ""
is "no longer on file" "$(cat "$ZONES_ROOT/etc/zones/switches")" ""

printf 'lan7 eth1 more\n' >"$ZONES_ROOT/etc/zones/switches"
fails 1 "a damaged file is refused" sw list
like "and named" "$(cat "$ERR")" "*etc/zones/switches': *"
rm "$ZONES_ROOT/etc/zones/switches"
zoneadm -z c halt
ok "nothing is left" within 5 clean host
left host | note
