# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# many - fifty zones, ten of them Debian with systemd, boot, answer and halt at
# the same time, twice.
# time: 900
# alone
. "$(dirname "$0")/../lib.sh"
needs root cgroup2 root:busybox root:debian

small=() big=()
for i in $(seq 1 40); do small+=("s$i"); done
for i in $(seq 1 10); do big+=("d$i"); done
all=("${small[@]}" "${big[@]}")

# each SENTENCE COMMAND... -- ZONE...: the command with each name in the place
# of {}, all at once; every one must succeed.
each() {
	local what=$1 z lost=0 cmd=()

	shift
	while [ "$1" != -- ]; do
		cmd+=("$1")
		shift
	done
	shift
	for z in "$@"; do
		("${cmd[@]//\{\}/$z}" >"$WORK/$z.out" 2>&1 </dev/null ||
			echo "$z: status $?" >>"$WORK/$z.out.bad") &
	done
	wait
	for z in "$@"; do
		[ -e "$WORK/$z.out.bad" ] || continue
		lost=$((lost + 1))
		cat "$WORK/$z.out.bad" "$WORK/$z.out" | note
		rm "$WORK/$z.out.bad"
	done
	is "$what" "$lost failed" "0 failed"
}

make() {
	configure "$1" whole && zoneadm -z "$1" install -d "$2"
}

# The right answer of each, from inside.
answers() {
	[ "$(zlogin "$1" 'hostname; id -u; exit')" = "$1"$'\n'0 ]
}

healthy() {
	[ "$(zlogin "$1" systemctl is-system-running --wait)" = running ]
}

busybox=$(root busybox)
debian=$(root debian)
each "40 small zones install" make {} "$busybox" -- "${small[@]}"
# One after the other: it is the disk that works.
for z in "${big[@]}"; do
	make "$z" "$debian" >"$OUT" 2>"$ERR" || fail "$z installs" "$(cat "$ERR")"
done

for round in first second; do
	each "$round round: 50 zones boot at once" zoneadm -z {} boot -- \
		"${all[@]}"
	is "all of them run" "$(zoneadm list -p | grep -c ':running:')" 51
	each "every one answers" answers {} -- "${all[@]}"
	each "every Debian is healthy" healthy {} -- "${big[@]}"
	each "50 zones halt at once" zoneadm -z {} halt -- "${all[@]}"
	is "none is left" "$(zoneadm list -cp | grep -c ':installed:')" 50
done
each "50 zones go" zoneadm -z {} uninstall -F -- "${all[@]}"
