#!/bin/bash
# SPDX-License-Identifier: ISC
#
# disk-faults - from any step of a command on the disk is full, or read-only: the
# command says so, the zone has a state, what was there is there, and with the
# disk as it was all can be done, or taken away.
#
# Two points of each command, the last one first; ZONES_TEST_ALL=N takes N more,
# those with two stars, which copy, and on btrfs also those with one.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:overlay fs:btrfs loop cmd:mkfs.ext4 cmd:mkfs.btrfs
crash=$BUILD/tests/crash
disk far ext4 32
dir=$ZONES/here
mkdir -m 700 "$dir"

# The tree of a halted zone, as text.
shown() {
	zoneadm -z "$1" mount && (cd "$(zoneadm -z "$1" list -p | cut -d: -f4)/lu" &&
		find . -path ./etc -prune -o \( -type f -exec cksum {} + \) -o -print |
			sort | cksum)
	zoneadm -z "$1" unmount
}

# faults SENTENCE COMMAND...: before() each, after() each; $why is what is wrong.
faults() {
	[[ -n ${ZONES_TEST_ALL-} || ($1 != *'**' && ($kind = layers || $1 != *'*')) ]] || return
	local what=${1%%\**} error words n all step at status

	shift
	for error in ENOSPC EROFS; do
		words='No space left on device'
		[ $error = ENOSPC ] || words='Read-only file system'
		before
		all=$("$crash" -e $error -t 60 0 "$@" 2>&1 | sed -n 's/^end //p')
		after >"$OUT" 2>&1 || { fail "$what: unharmed" "$why $(cat "$OUT")"; return; }
		step=$((all / (${ZONES_TEST_ALL:-0} + 2) + 1))
		for ((n = all; n > 0; n -= step)); do
			before
			at=$("$crash" -e $error -t 60 $n "$@" 2>"$ERR" </dev/null) && status=0 || status=$?
			why=
			[ $status = 0 ] || grep -q "$words" "$ERR" || why="it says: $(cat "$ERR")"
			[ -z "$why" ] && after >"$OUT" 2>&1 || {
				fail "$what: $error $(grep '^at' <<<"$at")" "$why $(cat "$OUT")"
				return
			}
		done
	done
	pass "$what: at every $step. of $all points"
}
# gone ZONE: taken away, whatever there is of it.
gone() {
	[ "$(state "$1")" = configured ] || zoneadm -z "$1" uninstall -F
	[ "$(state "$1")" = configured ] || { why="$1 is $(state "$1")"; return 1; }
	[ ! -e "$dir/$1" ] || [ -z "$(ls -A "$dir/$1")" ] || { why="left: $(ls -A "$dir/$1")"; return 1; }
}
is_whole() {
	local got

	got=$(shown "$1")
	[ "$got" = "$want" ] || { why="$1 is $(state "$1") and has changed"; return 1; }
}

suite() {
	kind=$1
	at src "$dir/src"
	at dst "$dir/dst"
	before() { :; }
	after() { gone src; }
	faults "$1: install*" zoneadm -z src install -d "$(root busybox)"
	zoneadm -z src install -d "$(root busybox)" || exit 1
	echo data >"$dir/src/root/data"

	before() { touch -d "@$((1000000000 + RANDOM))" "$dir/src/root/touched"; want=$(shown src); }
	after() { is_whole src && gone dst; }
	faults "$1: clone" zoneadm -z dst clone src
	faults "$1: clone -m copy**" zoneadm -z dst clone -m copy src
	after() { is_whole src && { zoneadm -z src snapshot destroy s; is_whole src; }; }
	faults "$1: snapshot create" zoneadm -z src snapshot create s
	before() {
		touch -d "@$((1000000000 + RANDOM))" "$dir/src/root/touched"
		want=$(shown src)
		zoneadm -z src snapshot create s
		echo more >"$dir/src/root/more"
	} >/dev/null
	after() {
		zoneadm -z src snapshot rollback s && is_whole src &&
			zoneadm -z src snapshot destroy s
	}
	faults "$1: snapshot rollback" zoneadm -z src snapshot rollback s

	want=$(shown src)
	before() { :; }
	after() {
		is_whole src && case $(zoneadm -z src list -p | cut -d: -f4) in
		"$dir/src") ;;
		*) zoneadm -z src move "$dir/src" && is_whole src ;;
		esac && [ ! -e "$dir/moved" ] && [ ! -e "$ZONES/far/src" ]
	}
	faults "$1: move" zoneadm -z src move "$dir/moved"
	faults "$1: move to another disk**" zoneadm -z src move "$ZONES/far/src"

	zoneadm -z dst clone src >/dev/null || exit 1
	want=$(shown dst)
	after() {
		[ "$(state dst)" = installed ] || zoneadm -z dst attach || return 1
		is_whole dst
	}
	faults "$1: detach*" zoneadm -z dst detach
	before() { zoneadm -z dst detach; }
	faults "$1: attach*" zoneadm -z dst attach

	want=$(shown src)
	before() { [ "$(state dst)" = installed ] || zoneadm -z dst clone src >/dev/null; }
	after() { is_whole src && gone dst; }
	faults "$1: uninstall" zoneadm -z dst uninstall -F
	gone dst
	ok "$1: and all goes" gone src
	is "$1: to the last" "$(find "$dir" "$ZONES/far" -mindepth 1 ! -name lost+found)" ""
}
suite layers
disk btr btrfs 128
dir=$ZONES/btr
for z in src dst; do
	zonecfg -z $z delete -F
done
suite btrfs
