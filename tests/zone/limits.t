# SPDX-License-Identifier: ISC
#
# limits - what the configuration allows a zone holds in it: processes, memory,
# processors.
. "$(dirname "$0")/../lib.sh"
needs root:busybox

zone web busybox 'set max-lwps=100; set cpu-shares=2; add capped-cpu; set ncpus=0.5;
	end; add capped-memory; set physical=32M; set swap=50M; end'
ok "web boots" zoneadm -z web boot
group=$(sed -n 's/^cgroup //p' "$ZONES_ROOT/run/zones/web/state")

# has FILE...: what the first of these says in whichever hierarchy has it.
has() {
	local file dir

	for file; do
		for dir in /sys/fs/cgroup /sys/fs/cgroup/*/; do
			! cat "$dir/$group/$file" 2>/dev/null || return 0
		done
	done
}
is "processes" "$(has pids.max)" 100
is "memory" "$(has memory.max memory.limit_in_bytes)" $((32 << 20))
like "processors" "$(has cpu.max cpu.cfs_quota_us)" "50000*"
like "shares" "$(has cpu.weight cpu.shares)" "2*"

refused() { ! "$@"; }
ok "a fork bomb ends at its limit" refused zlogin web \
	'i=0; while [ $i -lt 120 ]; do sleep 60 & i=$((i+1)); done; wait'
like "for want of processes" "$(cat "$ERR")" '*fork*'
ok "web halts at its limit" zoneadm -z web halt
ok "and boots" zoneadm -z web boot
ok "so does memory" refused zlogin web 'head -c 64m /dev/zero | tail -c 60m >/dev/null'
ok "less goes" zlogin web 'head -c 8m /dev/zero | tail -c 6m >/dev/null'
is "web still runs" "$(state web)" running
ok "web halts" zoneadm -z web halt

ok "a limit is taken off" zonecfg -z web 'remove capped-memory; clear max-lwps'
ok "web boots again" zoneadm -z web boot
isnt() { [ "$1" != "$2" ]; }
ok "without it" isnt "$(has pids.max)" 100
ok "memory goes further" zlogin web 'head -c 64m /dev/zero | tail -c 60m >/dev/null'
ok "and halts" zoneadm -z web halt
