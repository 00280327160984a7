# SPDX-License-Identifier: ISC
#
# init - the zone's small init: reaps, offers a shell, ends in good order by the
# signals and the words that other inits take.
. "$(dirname "$0")/../lib.sh"
needs root:noinit root:busybox cmd:python3
zone web noinit
ok "a root without init boots" zoneadm -z web boot
is "by ours" "$(zlogin web cat /proc/1/comm)" zone-init
zombies() { zlogin web 'grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null | wc -l'; }
orphans() { [ "$(zombies)" = 0 ]; }
zlogin web 'for i in 1 2 3 4 5; do (sleep 0.1 & ) ; done'
sleep 0.3
within 5 orphans
is "orphans are reaped" $? 0
fails 126 "it is nothing to be run by hand" "$BUILD/bin/zone-init"
is "and says so" "$(cat "$ERR")" "zone-init: runs as process 1 of a zone only"
cp "$BUILD/bin/zone-init" "$ZONES/web/root/sbin/zinit"
for name in reboot poweroff halt; do
	ln -s zinit "$ZONES/web/root/sbin/our-$name"
done
fails 126 "nor in a zone" zlogin web zinit
zid() { zoneadm -z web list -p | cut -d: -f1; }
other() { [ "$(zid)" != "$1" ] && [ "$(zid)" != - ] && zlogin web true; }

# reboots SENTENCE COMMAND: in the zone; halts likewise.
reboots() {
	local id

	id=$(zid)
	zlogin web "$2" >/dev/null 2>&1
	within 15 other "$id"
	is "$1 reboots" $? 0
}
halts() {
	zlogin web "$2" >/dev/null 2>&1
	in_state web installed 15
	is "$1 halts" $? 0
	ok "and it boots again" zoneadm -z web boot
}
reboots SIGINT 'kill -INT 1'
reboots SIGRTMIN+5 'kill -39 1'
reboots SIGTERM 'kill -TERM 1'
reboots "the word reboot" 'zinit reboot'
for sig in PWR USR1 USR2 37 38; do
	halts "signal $sig" "kill -$sig 1"
done
halts "the word poweroff" 'zinit poweroff'
halts "the word halt" 'zinit halt'
reboots "busybox' reboot with force" 'busybox reboot -f'

# Order: TERM and time first, KILL for who stays.
zlogin web 'trap "echo ended >/root/ended; exit 7" TERM
	: >/root/up; while :; do sleep 0.1; done' &
asked=$!
within 5 zlogin web test -e /root/up
zlogin web 'trap "" TERM HUP; : >/root/up2; while :; do sleep 0.1; done' &
within 5 zlogin web test -e /root/up2
SECONDS=0
ok "shutdown" zoneadm -z web shutdown
took=$SECONDS
is "who asked for time had it" "$(cat "$ZONES/web/root/root/ended")" ended
wait $asked
is "and its status arrives" $? 7
is "who stayed was killed ($took s)" $((took >= 4 && took < 15)) 1
wait
ok "boot" zoneadm -z web boot
"$SRC/tests/zone/expect.py" zlogin -C web >"$OUT" 2>&1 <<'END'
< press Enter
> \r
< [$#] 
> echo $((6*7))\r
< 42
> \r~.
END
SECONDS=0
ok "shutdown with a shell on the console" zoneadm -z web shutdown
is "is quick ($SECONDS s)" $((SECONDS < 4)) 1

# busybox' own.
zone bb busybox
ok "busybox' init boots" zoneadm -z bb boot
within 10 zlogin bb true
SECONDS=0
ok "shutdown of busybox' init" zoneadm -z bb shutdown
is "by its own signal ($SECONDS s)" $((SECONDS < 10)) 1
is "is installed" "$(state bb)" installed
