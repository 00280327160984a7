# SPDX-License-Identifier: ISC
#
# starter - the limits of who boots a zone do not bound it, and a starter that
# gave up too much is told so.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:setpriv

zoneadm() { timeout 60 zoneadm "$@"; }
alone() { [ ! -e "$ZONES_ROOT/run/zones/web/sock" ]; }
limits() { zlogin web "tr -s ' ' </proc/$1/limits"; }

zone web busybox
ok "boot" zoneadm -z web boot
limits 1 >"$WORK/plain"
is "a session has those of init" "$(limits self)" "$(cat "$WORK/plain")"
like "open files: 1024" "$(cat "$WORK/plain")" '*Max open files 1024 *'
like "cpu time: none" "$(cat "$WORK/plain")" '*Max cpu time unlimited *'
ok "halt" zoneadm -z web halt
within 10 alone

ok "boot by who has low limits" bash -c 'ulimit -S -c 4 -d 900000 -f 5000 -i 77 \
	-l 16 -n 64 -q 4096 -s 512 -t 500 -u 3000 -v 4000000 -x 50
	timeout 60 zoneadm -z web boot'
is "init has the limits of a zone" "$(limits 1)" "$(cat "$WORK/plain")"
is "a session too" "$(limits self)" "$(cat "$WORK/plain")"
ok "halt" zoneadm -z web halt
within 10 alone

fails 1 "no_new_privs is refused" timeout 60 setpriv --no-new-privs \
	zoneadm -z web boot
like "its text" "$(cat "$ERR")" "zoneadm: zone 'web': started with \
no_new_privs,*run zoneadm from a process without*"
is "nothing happened" "$(state web)" installed
fails 1 "a starter without mknod is refused" timeout 60 setpriv \
	--bounding-set -mknod zoneadm -z web boot
is "its text" "$(cat "$ERR")" "zoneadm: zone 'web': started without the \
capability 'cap_mknod'; run zoneadm as a root that has it"
is "nothing happened" "$(state web)" installed
ok "the next boot works" zoneadm -z web boot
