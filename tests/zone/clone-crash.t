#!/bin/bash
# SPDX-License-Identifier: ISC
#
# clone-crash - clone, snapshot, rollback and uninstall killed at any system call
# that changes something: each zone has a state, what was there is there, the
# next command finishes, and in the end nothing is left.
#
# Every 7th point; ZONES_TEST_ALL=1 takes them all.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:overlay
crash=$BUILD/tests/crash
step=7
[ -z "${ZONES_TEST_ALL-}" ] || step=1
dir=$ZONES

at() {
	printf '%s\n' 'create -b' "set zonepath=$dir/$1" commit >"$WORK/cmds"
	zonecfg -z "$1" -f "$WORK/cmds"
}

# The tree of a halted zone, as text.
shown() {
	zoneadm -z "$1" mount && (
		cd "$dir/$1/lu" && find . -path ./etc -prune -o -print | sort
		find . -path ./etc -prune -o -type f -print0 | sort -z |
			xargs -0 cksum
	) | cksum
	zoneadm -z "$1" unmount
}

# points SENTENCE COMMAND...: kill it at each; after each, check().
points() {
	local what=$1 n status killed

	shift
	for ((n = 1; ; n += step)); do
		before
		killed=$("$crash" -c -t 60 $n "$@" 2>"$ERR" </dev/null | grep -e '^at' -e '^end')
		[ "${killed%% *}" = at ] || break
		after "$killed" || { fail "$what: $killed" "$why"; return; }
	done
	case $killed in
	end*) pass "$what: killed at $((n / step)) of its points" ;;
	*) fail "$what" "no end: $killed $(cat "$ERR")" ;;
	esac
}

# The store names nobody who is not there: every place has somebody on it.
store_is_good() {
	local place

	for place in "$dir"/.zones-layers/*; do
		[ -d "$place" ] || continue
		[ -n "$(ls "$place/refs" 2>/dev/null)" ] && [ -d "$place/t" ] || {
			why="$(find "$place" -maxdepth 2)"
			return 1
		}
	done
}

at src
zoneadm -z src install -d "$(root busybox)" || exit 1
mkdir "$dir/src/root/data"
echo 1 >"$dir/src/root/data/f"
at dst
want=$(shown src)

# Each time the source has changed: the whole way is taken.
before() { touch -d "@$((1000000000 + RANDOM))" "$dir/src/root/touched"; want=$(shown src); }
after() {
	why="state $(state dst), $(state src)"
	[ "$(state src)" = installed ] || return 1
	case $(state dst) in
	configured) ;;
	incomplete | installed)
		zoneadm -z dst uninstall -F >"$WORK/un" 2>&1 || { why=$(cat "$WORK/un"); return 1; } ;;
	*) return 1 ;;
	esac
	why="the source is another: $(shown src), not $want"
	[ "$(shown src)" = "$want" ] || return 1
	why="left: $(ls -A "$dir")"
	[ ! -e "$dir/dst" ] || return 1
	zoneadm -z dst clone src >"$WORK/again" 2>&1 || { why="again: $(cat "$WORK/again")"; return 1; }
	zoneadm -z dst uninstall -F
	store_is_good
}
points "clone" zoneadm -z dst clone src
zoneadm -z dst uninstall -F

after() {
	why="state $(state src)"
	[ "$(state src)" = installed ] || return 1
	why="the source is another"
	[ "$(shown src)" = "$want" ] || return 1
	zoneadm -z src snapshot destroy s >/dev/null 2>&1
	zoneadm -z src snapshot create s >"$WORK/again" 2>&1 || { why=$(cat "$WORK/again"); return 1; }
	zoneadm -z src snapshot destroy s
	store_is_good
}
points "snapshot create" zoneadm -z src snapshot create s

before() {
	zoneadm -z src snapshot destroy s >/dev/null 2>&1
	zoneadm -z src snapshot create s >/dev/null
	kept=$(shown src)
	echo more >>"$dir/src/root/more"
	want=$(shown src)
}
after() {
	local now

	now=$(shown src)
	why="neither the one nor the other"
	[ "$now" = "$want" ] || [ "$now" = "$kept" ] || return 1
	zoneadm -z src snapshot rollback s >"$WORK/again" 2>&1 || { why=$(cat "$WORK/again"); return 1; }
	why="not what was kept"
	[ "$(shown src)" = "$kept" ] || return 1
	store_is_good
}
points "rollback" zoneadm -z src snapshot rollback s

before() { zoneadm -z src snapshot create t >/dev/null 2>&1; want=$(shown src); }
after() {
	why="the root is another"
	[ "$(shown src)" = "$want" ] || return 1
	store_is_good
}
points "snapshot destroy" zoneadm -z src snapshot destroy t

before() {
	[ "$(state dst)" != configured ] || zoneadm -z dst clone src >/dev/null
}
after() {
	why="state $(state dst)"
	[ "$(state src)" = installed ] || return 1
	case $(state dst) in
	configured | installed | incomplete) ;;
	*) return 1 ;;
	esac
	[ "$(state dst)" = configured ] ||
		zoneadm -z dst uninstall -F >"$WORK/un" 2>&1 || { why=$(cat "$WORK/un"); return 1; }
	why="the source is another"
	[ "$(shown src)" = "$want" ] || return 1
	store_is_good
}
points "uninstall of a clone" zoneadm -z dst uninstall -F

zoneadm -z dst uninstall -F 2>/dev/null
ok "the source boots" zoneadm -z src boot
is "and is what it was" "$(zlogin src cat /data/f)" 1
zoneadm -z src halt
zoneadm -z src uninstall -F
is "nothing is left" "$(ls -A "$dir")" ""
