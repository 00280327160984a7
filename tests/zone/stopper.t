# SPDX-License-Identifier: ISC
#
# stopper - a zone that stops what enters it harms its own sessions only: its
# zoned answers meanwhile, and halt ends it.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cgroup2

zone web busybox
ok "boot" timeout 60 zoneadm -z web boot
cgroup=/sys/fs/cgroup
is "the zone has its groups" "$(zlogin web "ls -d $cgroup/zlogin")" \
	"$cgroup/zlogin"

# The group that sessions are born into, made anew by the zone's root and frozen.
zlogin web "setsid sh -c 'until rmdir $cgroup/zlogin; do sleep 0.1; done
	mkdir $cgroup/zlogin && echo 1 >$cgroup/zlogin/cgroup.freeze
	echo frozen >/tmp/frozen' >/dev/null 2>&1 </dev/null &
	echo \$! >$cgroup/cgroup.procs" </dev/null
frozen() { test -e "$ZONES/web/root/tmp/frozen" || [ "$(cat "$ZONES/web/root/tmp/frozen" 2>/dev/null)" = frozen ]; }
within 20 frozen
is "sessions are born frozen" $? 0

now() { date +%s%N | cut -c1-13; }
began=$(now)
for i in 1 2 3; do
	(timeout 60 zlogin web true >"$WORK/session$i" 2>&1 </dev/null
		echo $? >>"$WORK/session$i") &
done
within 10 pgrep -f "zlogin web true"
# All of them take five seconds each to be given up, at once; one after the
# other would be fifteen.
ok "a command is answered meanwhile" timeout 60 zoneadm -z web boot
is "that it runs" "$(cat "$ERR")" "zoneadm: zone 'web': zone is already booted"
wait
took=$(($(now) - began))
for i in 1 2 3; do
	is "session $i is given up" "$(cat "$WORK/session$i")" \
		"zlogin: the zone does not let a process in
1"
done
[ $took -lt 14000 ]
is "together, not one after the other ($took ms)" $? 0
(timeout 60 zlogin web true >"$WORK/last" 2>&1 </dev/null) &
sleep 0.3
began=$(now)
ok "halt" timeout 60 zoneadm -z web halt
took=$(($(now) - began))
[ $took -lt 4500 ]
is "does not wait for a session on its way ($took ms)" $? 0
wait
is "it is installed" "$(state web)" installed
ok "boot" timeout 60 zoneadm -z web boot
is "sessions enter again" "$(zlogin web 'echo hello')" hello
