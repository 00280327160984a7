# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# standby - the second watchman of zoned@.service: waits while the zone's zoned
# lives, adopts the zone when that is killed, and goes with the zone.
. "$(dirname "$0")/../lib.sh"
needs root cgroup2 root:busybox

monitor() { cut -d' ' -f1 "$ZONES_ROOT/run/zones/web/zoned.lock"; }
is_monitor() { [ "$(monitor)" = "$1" ]; }
gone() { ! kill -0 "$1" 2>/dev/null; }

zone web busybox
ok "the zone boots" zoneadm -z web boot
first=$(monitor)
zoned -z web -R "$ZONES_ROOT" -a 2>"$WORK/standby.log" &
standby=$!
within 1 is_monitor "$standby"
is "the second one waits" "$(monitor)" "$first"

kill -KILL "$first"
ok "it adopts the zone at once" within 5 is_monitor "$standby"
is "the zone still runs" "$(state web)" running
is "and answers" "$(zlogin web echo here)" here
is "without a third one" "$(monitor)" "$standby"

ok "the zone halts" zoneadm -z web halt
ok "and the second one goes with it" within 10 gone "$standby"
wait "$standby"
is "of its own accord" "$?" 0
