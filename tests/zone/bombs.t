# SPDX-License-Identifier: ISC
#
# bombs - fork bombs in four default zones at once, and a zone that eats memory,
# leave the host answering: all zones together have a budget.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cgroup:pids

hog=$BUILD/tests/hog
[ -x "$hog" ] || skip "the program hog is missing"
zoneadm() { timeout 60 zoneadm "$@"; }

# The group of all zones, in the hierarchy that has this file.
all_with() {
	local dir

	for dir in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/*; do
		[ ! -e "$dir/$group/$1" ] || { echo "$dir/$group"; return; }
	done
}
now_ms() { echo $(($(date +%s%N) / 1000000)); }
# took COMMAND...: how long it took, in milliseconds.
took() {
	local began

	began=$(now_ms)
	timeout 20 "$@" >/dev/null 2>&1 </dev/null || return 1
	echo $(($(now_ms) - began))
}
ten() { bash -c 'for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true; done'; }
export -f ten

for z in a b c d; do
	zone $z busybox
	cp "$hog" "$ZONES/$z/root/hog"
	ok "$z boots" zoneadm -z $z boot
done
group=$(sed -n 's/^cgroup //p' "$ZONES_ROOT/run/zones/a/state")
group=${group%/*}
pids=$(all_with pids.max)

# --- the budget ---------------------------------------------------------------

most=$(cat /proc/sys/kernel/pid_max) threads=$(cat /proc/sys/kernel/threads-max)
[ "$most" -le "$threads" ] || most=$threads
budget=$(cat "$pids/pids.max")
[ "$budget" -gt $((most / 5)) ] && [ "$budget" -le $((most - most / 8)) ]
is "the zones together may have $budget processes of $most" $? 0
limit=8192
[ $limit -le $((budget / 2)) ] || limit=$((budget / 2))
is "each of them its default" "$(cat "$pids/a/pids.max")" $limit

# --- bombs --------------------------------------------------------------------

# The budget is made small here, so that it is soon reached and soon cleared.
small=400
echo $small >"$pids/pids.max"
before=$(took bash -c ten)
bombs=
for z in a b c d; do
	timeout 60 zlogin $z '/hog bomb' </dev/null >"$WORK/bomb.$z" 2>&1 &
	bombs="$bombs $!"
done
full() { [ "$(cat "$pids/pids.current")" -ge $((small - 20)) ]; }
# Counted in the group or in the one that forks, as the kernel has it.
refused() {
	[ "$(find "$pids" -name pids.events -exec sed -n 's/^max //p' {} + |
		sort -n | tail -n 1)" -gt 20 ]
}
ok "they fill the budget" within 20 full
ok "and are refused more" within 20 refused
during=$(took bash -c ten)
ok "the host makes processes: ten took ${during:-too long} ms, ${before} before" \
	test -n "$during"
list=$(took zoneadm list)
ok "zoneadm list answers: ${list:-not} ms" test -n "$list"
got=$(cat "$pids/pids.current")
[ "$got" -le $small ]
is "$got processes of $small" $? 0

# That the budget is what stops them: with a larger one there are more.
echo $((small + 200)) >"$pids/pids.max"
more() { [ "$(cat "$pids/pids.current")" -gt $small ]; }
ok "(with a larger budget there are more)" within 20 more
echo $small >"$pids/pids.max"

for z in a b c d; do
	halt=$(took zoneadm -z $z halt)
	ok "$z is halted: ${halt:-not} ms" test -n "$halt"
done
# shellcheck disable=SC2086 # words on purpose
wait $bombs
is "nothing of them is left" "$(cat "$pids/pids.current" 2>/dev/null)" ''

# --- memory -------------------------------------------------------------------

ok "a boots again" zoneadm -z a boot
file=memory.max
memory=$(all_with $file)
[ -n "$memory" ] || file=memory.limit_in_bytes memory=$(all_with $file)
if [ -n "$memory" ]; then
	total=$(($(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo) * 1024))
	budget=$(cat "$memory/$file")
	[ "$budget" -lt "$total" ] && [ "$budget" -gt $((total / 2)) ]
	is "the zones together may have $budget bytes of $total" $? 0
	eat='dd if=/dev/zero of=/dev/null bs=200M count=1'
	ok "(200 MB are within it)" zlogin a "$eat"
	echo 104857600 >"$memory/$file"
	fails 137 "with a budget of 100 MB they are not" zlogin a "$eat"
	is "and the zone runs on" "$(zlogin a echo yes)" yes
fi
