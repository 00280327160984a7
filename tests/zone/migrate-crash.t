#!/bin/bash
# SPDX-License-Identifier: ISC
#
# migrate-crash - migrate killed at any system call that changes something, on
# either side: the zone is exactly one's, the command repeated finishes, and what
# it brings is what was there.
#
# Every 29th point; ZONES_TEST_ALL=1 takes them all.
. "$(dirname "$0")/../lib.sh"
needs root cmd:ip cmd:ssh cmd:/usr/sbin/sshd
. "$SRC/tests/hostlib.sh"
hosts tmpfs
crash=$BUILD/tests/crash
step=29
[ -z "${ZONES_TEST_ALL-}" ] || step=1

state() { at "$1" zoneadm -z z list -p 2>/dev/null | cut -d: -f3; }
shown() {
	at "$1" bash -c 'cd "$0" && find . -mindepth 1 -printf "%y %m %n %T@ %p %l\n" | sort
		find . -type f -print0 | sort -z | xargs -0 cksum' "$ZONES/z/root" | cksum
}

configure z whole
at here zonecfg -z z -f "$WORK/z.cmds" || exit 1
mkdir -p "$WORK/tree/etc" "$WORK/tree/d"
echo data >"$WORK/tree/d/f" && ln "$WORK/tree/d/f" "$WORK/tree/d/g"
at here zoneadm -z z install -d "$WORK/tree" || exit 1
want=$(shown here)

# One of the two has it; which, and what there is of it elsewhere.
owned() {
	local here there

	here=$(state here)
	there=$(state there)
	why="states: here '$here', there '$there'"
	case $here-$there in
	installed- | installed-configured | installed-incomplete) ;;
	incomplete-incomplete | incomplete-installed) ;;
	configured-installed) ;;
	*) return 1 ;;
	esac
}

# Finished by the command repeated, without a trace.
finished() {
	why="repeated: $(cat "$WORK/again")"
	[ "$(state here) $(state there)" = "configured installed" ] || return 1
	why="not what it was"
	[ "$(shown there)" = "$want" ] || return 1
	why="left: $(ls -A "$WORK/hosts/disk-here") $(find "$WORK"/hosts/root-*/etc/zones -name '*.migrate' -o \
		-name '*.receive')"
	[ "$why" = "left:  " ]
}

back() {
	at there zoneadm -z z detach
	at there zonecfg -z z delete -F
	mv "$WORK/hosts/disk-there/z" "$WORK/hosts/disk-here/z"
	at here zoneadm -z z attach
} >/dev/null 2>&1

# points SENTENCE: killed by one() at each point; then the same again.
points() {
	local n killed

	for ((n = 1; ; n += step)); do
		[ "$(state here)" = installed ] || back
		one $n
		[ -z "${ZONES_TEST_ALL-}" ] || echo "# $1 $SECONDS: $killed"
		[ "${killed%% *}" = at ] || break
		owned || { fail "$1: $killed" "$why"; return; }
		[ "$(state here)" = configured ] ||
			at here zoneadm -z z migrate "$URI" >"$WORK/again" 2>&1 ||
			{ fail "$1: $killed" "again: $(cat "$WORK/again")"; return; }
		finished || { fail "$1: $killed" "$why"; return; }
	done
	finished || killed="${killed:-nothing seen: $(cat "$ERR")}, $why"
	case $killed in
	*,*) fail "$1" "$killed" ;;
	end*) pass "$1: killed at $((n / step)) of its points" ;;
	*) fail "$1" "no end: $killed $(cat "$ERR")" ;;
	esac
}

one() {
	killed=$(at here "$crash" -c -t 60 "$1" zoneadm -z z migrate "$URI" 2>"$ERR" </dev/null |
		grep -e '^at' -e '^end')
}
points "here"

one() {
	printf '#!/bin/bash\nexec 3>&1\n%s -c -t 60 %d bash -c "exec %s \\"\\$@\\" >&3" zoneadm "$@" >%s\n' \
		"$crash" "$1" "$BUILD/bin/zoneadm" "$WORK/killed" >"$WORK/bin-there/zoneadm"
	chmod 755 "$WORK/bin-there/zoneadm"
	: >"$WORK/killed"
	at here zoneadm -z z migrate "$URI" >/dev/null 2>"$ERR" </dev/null
	rm "$WORK/bin-there/zoneadm"
	within 60 grep -q -e '^at' -e '^end' "$WORK/killed"
	killed=$(grep -e '^at' -e '^end' "$WORK/killed")
}
points "there"

[ "$(state here)" = installed ] || back
is "it is what it was" "$(shown here)" "$want"
