# SPDX-License-Identifier: ISC
#
# limits - what the configuration allows a zone holds in it: processes, memory,
# processors, System V objects.
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

# made WHAT...: how many ipcmk(1) makes of them, ten at most.
made() {
	zlogin sysv "i=0; while [ \$i -lt 10 ] && ipcmk $* >/dev/null 2>&1; do
		i=\$((i+1)); done; echo \$i"
}
zone sysv sparse 'set max-shm-memory=64K; set max-shm-ids=5; set max-msg-ids=3;
	set max-sem-ids=100000'
ok "a zone with limits of System V boots" zoneadm -z sysv boot
is "segments of shared memory" "$(made -M 4096)" 5
zlogin sysv "ipcrm --all=shm"
is "shared memory in bytes" "$(made -M 32768)" 2
is "queues" "$(made -Q)" 3
is "semaphore sets, the most there are" \
	"$(zlogin sysv 'cat /proc/sys/kernel/sem' | awk '{ print $4 }')" 32768
fails 1 "the zone cannot raise them" zlogin sysv 'echo 10 >/proc/sys/kernel/msgmni'
fails 1 "nor have others beside them" zlogin sysv unshare -i true
ok "it halts" zoneadm -z sysv halt
ok "a limit is cleared" zonecfg -z sysv clear max-msg-ids
ok "it boots again" zoneadm -z sysv boot
is "and is gone" "$(made -Q)" 10
is "nothing of that is only kept" "$(zoneadm -z sysv verify 2>&1)" ''
