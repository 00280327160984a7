# SPDX-License-Identifier: ISC
# survive - zoned is killed at any moment: the zone goes on or is gone, list tells
# the truth, the next command takes the zone over, nothing is left after halt.
# time: 300
. "$(dirname "$0")/../lib.sh"
needs root:busybox cgroup2 cmd:python3

zone web busybox

record=$ZONES_ROOT/run/zones/web/state
pid_of() { sed -n "s/^$1 \([0-9]*\).*/\1/p" "$record" 2>/dev/null; }
zid() { zoneadm -z web list -p | cut -d: -f1; }
gone() { [ ! -d "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"; }
kill_zoned() {
	local pid

	pid=$(pid_of zoned)
	kill -KILL "$pid" && within 10 gone "$pid"
}
group=$(awk '$0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
warning() {
	echo "zoneadm: zone 'web': WARNING: zone is in state '$1', but zoneadmd \
does not appear to be available; restarted zoneadmd to recover."
}
# Nothing of the zone is left: no process below WORK, no group.
nothing_left() {
	is "$1: it is installed" "$(state web)" installed
	within 10 no_processes
	is "$1: no process is left" $? 0
	is "$1: no group is left" \
		"$(find "$group" -maxdepth 2 -path '*zones.*/web' 2>/dev/null |
			grep -F "/zones.$root_id/")" ''
	ok "$1: no record is left" test ! -e "$record"
}
no_processes() {
	! grep -zl "^$ZONES_ROOT$" /proc/[0-9]*/cmdline 2>/dev/null | grep -q .
}

# --- running --------------------------------------------------------------------

ok "boot" zoneadm -z web boot
root_id=$(sed -n 's/^cgroup zones\.\([^/]*\).*/\1/p' "$record")
id=$(zid) init=$(pid_of init)
(zlogin web 'echo begin; sleep 3; echo end; exit 5' >"$WORK/session" 2>&1
	echo $? >>"$WORK/session") &
session=$!
within 10 grep -q begin "$WORK/session"
is "zoned is killed" "$(kill_zoned; echo $?)" 0
ok "running: init goes on" test -d "/proc/$init"
is "running: list says so" "$(state web)" running
is "running: with its id" "$(zid)" "$id"
is "running: list starts no zoned" "$(gone "$(pid_of zoned)"; echo $?)" 0
is "running: zlogin works" "$(zlogin web 'echo hello' 2>/dev/null)" hello
wait $session
is "running: a session goes on, to its exit status" \
	"$(tr '\n' ' ' <"$WORK/session")" 'begin end 5 '
is "running: init is the same" "$(pid_of init)" "$init"

kill_zoned
ok "running: boot adopts" zoneadm -z web boot
is "running: and warns" "$(cat "$ERR")" "$(warning running)
zoneadm: zone 'web': zone is already booted"
ok "running: a new zoned is there" test -d "/proc/$(pid_of zoned)"
is "running: init is the same" "$(pid_of init)" "$init"
ok "running: no second warning" zoneadm -z web boot
is "running: only what is known" "$(cat "$ERR")" \
	"zoneadm: zone 'web': zone is already booted"

kill_zoned
ok "running: reboot works" zoneadm -z web reboot
is "running: and warns" "$(cat "$ERR")" "$(warning running)"
is "running: it runs" "$(state web)" running
is "running: zlogin works" "$(zlogin web 'echo hello')" hello

kill_zoned
ok "running: shutdown works" zoneadm -z web shutdown
nothing_left shutdown

ok "boot" zoneadm -z web boot
kill_zoned
ok "running: halt works" zoneadm -z web halt
is "running: and warns" "$(cat "$ERR")" "$(warning running)"
nothing_left halt

# --- ready ------------------------------------------------------------------------

ok "ready" zoneadm -z web ready
id=$(zid)
kill_zoned
is "ready: list says so" "$(state web)" ready
is "ready: with its id" "$(zid)" "$id"
ok "ready: boot works" zoneadm -z web boot
is "ready: it runs" "$(state web)" running
is "ready: zlogin works" "$(zlogin web 'echo hello')" hello
ok "halt" zoneadm -z web halt
ok "ready" zoneadm -z web ready
kill_zoned
ok "ready: halt works" zoneadm -z web halt
nothing_left ready

# --- what happens inside while nobody looks ----------------------------------------

ok "boot" zoneadm -z web boot
id=$(zid) init=$(pid_of init)
zlogin web 'echo begin; sleep 1; reboot -f' >"$WORK/session" 2>&1 &
within 10 grep -q begin "$WORK/session"
kill_zoned
within 20 gone "$init"
is "a reboot inside ends init" $? 0
wait
is "nobody carries it out yet" "$(state web)" down
ok "the next command comes" zoneadm -z web boot
is "the zone had been rebooted before it" "$(cat "$ERR")" "$(warning down)
zoneadm: zone 'web': zone is already booted"
is "it runs" "$(state web)" running
is "as another boot" "$([ "$(zid)" != "$id" ]; echo $?)" 0
is "and answers" "$(zlogin web 'echo hello')" hello

init=$(pid_of init)
zlogin web 'echo begin; sleep 1; poweroff -f' >"$WORK/session" 2>&1 &
within 10 grep -q begin "$WORK/session"
kill_zoned
within 20 gone "$init"
wait
is "a poweroff inside leaves it down" "$(state web)" down
fails 1 "the next command takes it apart" zoneadm -z web reboot
is "and finds it halted" "$(cat "$ERR")" "$(warning down)
zoneadm: zone 'web': not running"
nothing_left poweroff

# Zoned and keeper killed: nobody knows how init ended; that is a halt.
ok "boot" zoneadm -z web boot
init=$(pid_of init)
kill -KILL "$(pid_of keeper)" "$(pid_of zoned)"
kill -KILL "$init"
within 10 gone "$init"
ok "without zoned, keeper and init: halt" zoneadm -z web halt
nothing_left "all killed"

# --- an init that is an application ---------------------------------------------------

ok "boot an application" zoneadm -z web boot -i /bin/sleep -- 1000
init=$(pid_of init)
kill_zoned
ok "it goes on" test -d "/proc/$init"
is "zlogin works" "$(zlogin web 'echo hello' 2>/dev/null)" hello
is "it is the same" "$(pid_of init)" "$init"

# --- shutting down -------------------------------------------------------------------

# sleep takes no signal as pid 1: the shutdown waits.
zoneadm -z web shutdown >"$WORK/first" 2>&1 </dev/null &
asking=$!
busy() { zoneadm -z web shutdown 2>&1 | grep -q 'already in progress'; }
within 10 busy
kill_zoned
wait $asking
is "shutting down: who asked is told" "$?" 1
ok "shutting down: the zone goes on" test -d "/proc/$init"
is "shutting down: list says so" "$(state web)" running
is "shutting down: zlogin works" "$(zlogin web 'echo hello' 2>/dev/null)" hello
ok "shutting down: halt works" zoneadm -z web halt
nothing_left "shutting down"

# --- an upgrade ----------------------------------------------------------------------

ok "boot" zoneadm -z web boot
id=$(zid) init=$(pid_of init) zoned=$(pid_of zoned)
(zlogin web 'echo begin; sleep 2; exit 6' >"$WORK/session" 2>&1
	echo $? >>"$WORK/session") &
within 10 grep -q begin "$WORK/session"
started() { cut -d' ' -f22 "/proc/$1/stat"; }
for _ in 1 2 3; do
	ok "upgrade" zoneadm -z web upgrade
	ok "the zoned is the same process" test -d "/proc/$zoned"
	is "it is on record" "$(pid_of zoned)" "$zoned"
	is "the zone runs" "$(state web) $(zid) $(pid_of init)" "running $id $init"
	is "zlogin works" "$(zlogin web 'echo hello')" hello
done
wait
is "a session goes on" "$(tr '\n' ' ' <"$WORK/session")" 'begin 6 '
init=$(pid_of init)
zlogin web reboot -f >/dev/null 2>&1
rebooted() { [ "$(state web)" = running ] && [ "$(zid)" != "$id" ]; }
within 20 rebooted
is "a reboot inside is carried out" $? 0
ok "halt" zoneadm -z web halt
nothing_left upgrade

# --- at any moment of boot and halt ------------------------------------------------------

# Kill zoned so many microseconds into COMMAND, then clear up: no moment may leave
# what boot and halt cannot take over.
struck=0
strike() {
	[ "$(python3 "$SRC/tests/zone/strike.py" "$1" web "$2")" != struck ] ||
		struck=$((struck + 1))
}
bad_moment=
for d in 0 300 600 1000 1500 2000 2500 3000 4000 5000 6000 8000 12000; do
	strike $d boot
	st=$(state web)
	case $st in installed | ready | running | shutting_down | down) ;;
	*) bad_moment+=" boot+$d:'$st'" ;;
	esac
	zoneadm -z web boot >"$WORK/said" 2>&1 </dev/null ||
		bad_moment+=" boot+$d:boot:$(cat "$WORK/said")"
	[ "$(zlogin web 'echo hello' 2>&1)" = hello ] ||
		bad_moment+=" boot+$d:zlogin"
	strike $d halt
	st=$(state web)
	case $st in installed | running | shutting_down | down) ;;
	*) bad_moment+=" halt+$d:'$st'" ;;
	esac
	zoneadm -z web halt >"$WORK/said" 2>&1 </dev/null ||
		bad_moment+=" halt+$d:halt:$(cat "$WORK/said")"
	is_state web installed || bad_moment+=" halt+$d:after:$(state web)"
done
is "killed $struck times on the way up and down: always recovered" \
	"$bad_moment" ''
nothing_left "at any moment"
