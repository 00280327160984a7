# SPDX-License-Identifier: ISC
#
# install-jail - what the process that reads an archive still has: nothing of
# the host in sight, the zone's ids, five capabilities, a filter.
. "$(dirname "$0")/../lib.sh"

mkdir "$WORK/root"
mkfifo "$WORK/archive"
base=1073741824 # far from any claim

# An archive that never comes: the reader waits for its first byte.
exec 7<>"$WORK/archive"
"$BUILD/bin/zone-unpack" archive $base jailed \
	<"$WORK/archive" >"$WORK/progress" 2>"$ERR" 3<"$WORK/root" 4</dev/null 7>&- &
outer=$!
inner() { inner=$(pgrep -P $outer); [ -n "$inner" ]; }
within 10 inner || fail "it starts" "$(cat "$ERR")"
filtered() { grep -q '^Seccomp:.2' "/proc/$inner/status"; }
within 10 filtered || fail "it drops what it has" "$(cat "$ERR")"

get() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$inner/status" | tr '\t' ' '; }
is "its users are the zone's root" "$(get Uid)" "$base $base $base $base"
is "its groups too" "$(get Gid)" "$base $base $base $base"
is "it has no others" "$(get Groups | tr -d ' ')" ''
# chown, dac_override, fowner, fsetid, setfcap
for set in CapPrm CapEff CapBnd; do
	is "$set" "$(get $set)" 000000008000001b
done
is "CapInh" "$(get CapInh)" 0000000000000000
is "CapAmb" "$(get CapAmb)" 0000000000000000
is "it gets no new ones" "$(get NoNewPrivs)" 1
is "it is filtered" "$(get Seccomp)" 2
is "its ids" "$(tr -s ' ' <"/proc/$inner/uid_map")" " 0 $base 65536"
is "it is process 1 of its own" "$(get NSpid | awk '{ print $NF }')" 1
for ns in user mnt pid net ipc uts cgroup; do
	[ "$(readlink "/proc/$inner/ns/$ns")" != \
		"$(readlink "/proc/self/ns/$ns")" ]
	is "a $ns namespace of its own" $? 0
done
is "it sees nothing" "$(ls -A "/proc/$inner/root/")" ''
is "but one mount" "$(wc -l <"/proc/$inner/mountinfo")" 1
like "that is read-only" "$(cut -d' ' -f6 "/proc/$inner/mountinfo")" "ro,*"
is "its descriptors: archive, progress, error, root" \
	"$(find "/proc/$inner/fd" -type l -printf '%l\n' |
	sed "s|$WORK|W|" | sort | tr '\n' ' ')" \
	"/ W/archive W/err W/progress "
is "core files" "$(awk '/Max core file/ { print $5 }' "/proc/$inner/limits")" 0
is "files of 16 GiB at most" \
	"$(awk '/Max file size/ { print $5 }' "/proc/$inner/limits")" 17179869184

kill -9 $outer
gone() { ! kill -0 "$inner" 2>/dev/null; }
within 5 gone
is "it dies with its parent" $? 0
{ wait $outer; } 2>/dev/null || true
