#!/bin/bash
# SPDX-License-Identifier: ISC
#
# move-crash - move killed at any system call that changes something: the next
# command finds the zone whole at exactly one of the two paths.
#
# Every 9th point, of a copy every 45th; ZONES_TEST_ALL=1 takes them all.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:overlay loop cmd:mkfs.ext4
crash=$BUILD/tests/crash
step=9
[ -z "${ZONES_TEST_ALL-}" ] || step=1
disk=$ZONES/disk

truncate -s 32M "$WORK/img"
mkfs.ext4 -q "$WORK/img" || exit 1
mkdir "$disk" && mount -o loop "$WORK/img" "$disk" && chmod 700 "$disk" || exit 1
undisk() {
	zoneadm -z z uninstall -F
	zoneadm -z base uninstall -F
	umount "$disk"
} >/dev/null 2>&1
trap 'undisk; finish' EXIT

at() {
	printf '%s\n' 'create -b' "set zonepath=$ZONES/$1" commit >"$WORK/cmds"
	zonecfg -z "$1" -f "$WORK/cmds"
}
place() { zoneadm -z "$1" list -p | cut -d: -f4; }
# Also the command that finds what was interrupted.
shown() {
	zoneadm -z z mount 2>>"$WORK/said" && (cd "$(place z)/lu" && find . \
		\( -type f -exec cksum {} + \) -o -print | sort | cksum)
	zoneadm -z z unmount
}

at base
zoneadm -z base install -d "$(root busybox)" || exit 1
at z
zoneadm -z z clone base >/dev/null || exit 1
echo data >"$ZONES/z/root/data"
want=$(shown)

# moved SENTENCE PLACE: there from home, killed at each point.
moved() {
	local n killed why there=$2 at

	for ((n = 1; ; n += step)); do
		[ "$(place z)" = "$ZONES/z" ] || zoneadm -z z move "$ZONES/z" >/dev/null
		killed=$("$crash" -c -t 60 $n zoneadm -z z move "$there" 2>"$ERR" </dev/null |
			grep -e '^at' -e '^end')
		[ "${killed%% *}" = at ] || break
		why="not what it was: $(tail -n 1 "$WORK/said")"
		[ "$(shown)" = "$want" ] || { fail "$1: $killed" "$why"; return; }
		at=$(place z)
		why="at $at; also there: $(ls -d "$ZONES/z" "$there" 2>/dev/null)"
		case $at in
		"$ZONES/z") [ ! -e "$there" ] ;;
		"$there") [ ! -e "$ZONES/z" ] ;;
		*) false ;;
		esac || { fail "$1: $killed" "$why"; return; }
		why="a journal is left"
		[ -z "$(find "$ZONES_ROOT/etc/zones" -name '*.move')" ] ||
			{ fail "$1: $killed" "$why"; return; }
	done
	case $killed in
	end*) pass "$1: killed at $((n / step)) of its points" ;;
	*) fail "$1" "no end: $killed $(cat "$ERR")" ;;
	esac
}
moved "within a file system" "$ZONES/y/z"
[ $step = 1 ] || step=45
moved "across" "$disk/z"

[ "$(place z)" != "$disk/z" ] || zoneadm -z z move "$ZONES/z" >/dev/null
ok "the zone boots" zoneadm -z z boot
is "and is what it was" "$(zlogin z cat /data)" data
zoneadm -z z halt
zoneadm -z z uninstall -F
zoneadm -z base uninstall -F
is "nothing is left" "$(find "$ZONES" -mindepth 1 ! -path "$disk*" ! -path "$ZONES/y") $(ls "$disk")" " lost+found"
