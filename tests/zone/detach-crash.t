#!/bin/bash
# SPDX-License-Identifier: ISC
#
# detach-crash - detach and attach killed at any system call that changes
# something: the zone is what it was or is let go of, the next command finishes,
# and no range of ids stays claimed for nobody.
#
# Every 4th point of detach, every 12th of attach; ZONES_TEST_ALL=1 takes them all.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:overlay
crash=$BUILD/tests/crash
step=4
[ -z "${ZONES_TEST_ALL-}" ] || step=1

# How many ranges this root has claimed.
claims() { grep -lx "$ZONES_ROOT" /run/zones-ids/[0-9]* 2>/dev/null | wc -l; }
shown() {
	zoneadm -z z mount && (cd "$ZONES/z/lu" && find . -type f -exec cksum {} + | sort | cksum)
	zoneadm -z z unmount
}

# points SENTENCE COMMAND...: kill it at each; after each, check().
points() {
	local what=$1 n killed

	shift
	for ((n = 1; ; n += step)); do
		before || { fail "$what" "before: $(cat "$ERR")"; return; }
		killed=$("$crash" -c -t 60 $n "$@" 2>"$ERR" </dev/null | grep -e '^at' -e '^end')
		[ "${killed%% *}" = at ] || break
		after || { fail "$what: $killed" "$why"; return; }
	done
	case $killed in
	end*) pass "$what: killed at $((n / step)) of its points" ;;
	*) fail "$what" "no end: $killed $(cat "$ERR")" ;;
	esac
}
after() {
	why="state $(state z)"
	case $(state z) in
	configured) zoneadm -z z attach >"$WORK/said" 2>&1 ||
		{ why="attach: $(cat "$WORK/said")"; return 1; } ;;
	installed) zoneadm -z z ready >"$WORK/said" 2>&1 && zoneadm -z z halt ||
		{ why="ready: $(cat "$WORK/said")"; return 1; } ;;
	*) return 1 ;;
	esac
	why="it is another"
	[ "$(shown)" = "$want" ] || return 1
	why="$(claims) ranges are claimed"
	[ "$(claims)" = 1 ]
}

zone z busybox
echo data >"$ZONES/z/root/data"
want=$(shown)
is "a zone has a range" "$(claims)" 1
before() { [ "$(state z)" = installed ]; }
points "detach" zoneadm -z z detach
[ -n "${ZONES_TEST_ALL-}" ] || step=12
before() { [ "$(state z)" = configured ] || zoneadm -z z detach 2>"$ERR"; }
points "attach" zoneadm -z z attach
before
is "let go of, it has none" "$(claims)" 0
