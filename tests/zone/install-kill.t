# SPDX-License-Identifier: ISC
#
# install-kill - install and uninstall killed at any moment leave a zone that is
# incomplete or untouched, never half and whole-looking, and uninstall -F clears.
# time: 300
. "$(dirname "$0")/../lib.sh"
needs root:busybox

bb=$(root busybox)
mkdir "$WORK/proto"
cp -a "$bb/." "$WORK/proto/"
mkdir "$WORK/proto/many"
for i in $(seq 3000); do echo "$i" >"$WORK/proto/many/$i"; done
tar -C "$WORK/proto" --numeric-owner -cf "$WORK/proto.tar" .
claims() { grep -lxs "$ZONES_ROOT" /run/zones-ids/* | wc -l; }

# Kill COMMAND after so many milliseconds; no output.
killed() {
	local ms=$1 pid

	shift
	"$@" >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep "$(printf '0.%03d' "$ms")"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

# No process of ours works on for long after its zoneadm is dead.
quiet() { ! pgrep -f "zone-unpack .* k\$" >/dev/null; }

ok "a zone" configure k whole
seen=
for ms in 2 10 20 30 35 40 50 70 100 150; do
	for source in "-a $WORK/proto.tar" "-d $WORK/proto"; do
		# shellcheck disable=SC2086 # words on purpose
		killed $ms zoneadm -z k install $source
		within 5 quiet || fail "$ms ms: the helper works on"
		st=$(state k)
		seen="$seen $st"
		case $st in
		configured)
			# Before the first step; an empty zonepath would be
			# the administrator's to keep.
			ok "$ms ms: configured, and nothing is there" \
				test ! -e "$ZONES/k/root" ;;
		incomplete)
			fails 1 "$ms ms: incomplete, not to be booted" \
				zoneadm -z k boot ;;
		installed)
			is "$ms ms: installed, and all is there" \
				"$(find "$ZONES/k/root/many" | wc -l)" 3001 ;;
		*) fail "$ms ms: state '$st'" ;;
		esac
		[ "$st" = configured ] && continue
		killed $((ms / 2)) zoneadm -z k uninstall -F
		st=$(state k)
		case $st in
		installed) is "$ms ms: uninstall had not begun" \
			"$(find "$ZONES/k/root/many" | wc -l)" 3001 ;;
		incomplete | configured) pass "$ms ms: uninstall killed: $st" ;;
		*) fail "$ms ms: uninstall killed: '$st'" ;;
		esac
		[ "$st" = configured ] ||
			ok "$ms ms: uninstall -F" zoneadm -z k uninstall -F
		is "$ms ms: configured" "$(state k)" configured
		ok "$ms ms: nothing is left" test ! -e "$ZONES/k"
		is "$ms ms: no range is claimed" "$(claims)" 0
	done
done
like "some were killed half way" "$seen" "*incomplete*"
ok "it installs after all that" zoneadm -z k install -a "$WORK/proto.tar"
ok "uninstall" zoneadm -z k uninstall -F

# Two at once: one does it, the other says that it is busy.
zoneadm -z k install -d "$WORK/proto" >"$WORK/a" 2>&1 &
a=$!
zoneadm -z k install -d "$WORK/proto" >"$WORK/b" 2>&1 &
b=$!
wait $a
sa=$?
wait $b
sb=$?
is "one of two installs" "$((sa + sb))" 1
like "the other is told" "$(cat "$WORK/a" "$WORK/b")" "zoneadm: zone 'k': *"
is "the result is whole" "$(find "$ZONES/k/root/many" | wc -l)" 3001
