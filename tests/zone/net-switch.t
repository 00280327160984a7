# SPDX-License-Identifier: ISC
#
# net-switch - switches that zones make and remove: who reaches whom on one.
# time: 120
. "$(dirname "$0")/../lib.sh"
needs cmd:nft cmd:ip
. "$SRC/tests/netlib.sh"
lan host 10.9.0.1/24
# port NAME ADDRESS WORD...: a zone on the switch "lan7".
port() {
	local name=$1 address=$2

	shift 2
	zone "$name" busybox "set ip-type=exclusive" "add anet" \
		"set lower-link=switch:lan7" "set allowed-address=$address/24" \
		"$@" end
}
port a 10.8.0.1
port b 10.8.0.2 "set isolated=true"
port c 10.8.0.3 "set isolated=true"
for z in a b c; do
	ok "zone $z boots" on host zoneadm -z $z boot
done
serve zone:a zone:b zone:c
like "the switch is a bridge that says what it is" \
	"$(on host ip -d -o link show lan7)" "*bridge *altname switch:lan7*"
is "a zone reaches the next" "$(asks zone:a 10.8.0.2)" b
is "an isolated one those that are not" "$(asks zone:b 10.8.0.1)" a
is "but not another isolated one" "$(asks zone:b 10.8.0.3)" ""
is "the global zone does not speak on it" \
	"$(on host ip -o addr show dev lan7)" ""
is "nothing of it has IPv6 that nobody asked for" \
	"$(on host ip -6 -o addr show | grep -v ' lo \| eth0 ')$(zlogin a ip -6 -o \
		addr show dev net0)" ""

zonecfg -z c 'select anet linkname=net0; set lower-link=switch:eth0; end'
ok "halt" zoneadm -z c halt
fails 1 "a link of the global zone is no switch" on host zoneadm -z c boot
is "which is said" "$(cat "$ERR")" "zoneadm: zone 'c': network: net 'net0': \
switch 'eth0': the global zone has a link of that name that is its own; use \
another name, or 'set lower-link=eth0' if it is a bridge"
zonecfg -z c 'select anet linkname=net0; set lower-link=eth0; end'
fails 1 "what is no switch has nobody to be apart from" \
	on host zoneadm -z c boot
is "which is said too" "$(cat "$ERR")" "zoneadm: zone 'c': network: net \
'net0': isolated: 'eth0' is no switch; 'clear isolated'"

ok "one leaves" zoneadm -z a halt
ok "the switch stays" on host ip link show dev lan7
kill -9 "$(sed -n 's/^zoned \([0-9]*\) .*/\1/p' "$ZONES_ROOT/run/zones/b/state")"
ok "the last leaves, without its zoned" zoneadm -z b halt
fails 1 "and the switch is gone" on host ip link show dev lan7
ok "nothing is left" within 5 clean host
left host | note
