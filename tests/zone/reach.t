# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# reach - each system call is tried in a zone: what the list says is open and
# nothing else; and what a privilege that is neither a capability nor a call
# changes.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:unshare

reach=$BUILD/tests/reach
[ -x "$reach" ] || skip "the program reach is missing"

# opened NAME: the numbers that are open in that zone.
opened() { zlogin "$1" /reach | sed -n 's/ open$//p'; }
bring() {
	cp "$reach" "$ZONES/$1/root/reach"
	chmod 755 "$ZONES/$1/root/reach"
	ok "$1 boots" zoneadm -z "$1" boot
}

unshare -Cmupinf --mount-proc "$reach" >"$WORK/host" 2>"$ERR"
host=$(grep -c ' open$' "$WORK/host")
ok "outside, most calls are open ($host)" test "$host" -gt 330

zone web busybox
bring web
opened web >"$WORK/web"
n=$(wc -l <"$WORK/web")
ok "a default zone reaches $n calls, of at most 283" test "$n" -le 283 -a \
	"$n" -gt 200
is "none that is closed outside" \
	"$(sed -n 's/ open$//p' "$WORK/host" | sort | comm -13 - \
		<(sort "$WORK/web"))" ''
ping='ping -c 1 -W 5 127.0.0.1'
ok "processes of other users are in sight" zlogin -l alice web \
	'test -d /proc/1'
ok "ping needs no raw socket" zlogin -l alice web "$ping"

zone poor busybox 'set limitpriv=basic,sys_admin,proc_setid,!proc_info'
bring poor
opened poor >"$WORK/poor"
ok "fewer privileges, fewer calls" test "$(wc -l <"$WORK/poor")" -lt "$n"
is "and none that a default zone lacks" \
	"$(sort "$WORK/poor" | comm -23 - <(sort "$WORK/web"))" ''
fails 1 "without proc_info they are not" zlogin -l alice poor \
	'test -d /proc/1'
ok "its own are" zlogin -l alice poor 'test -d /proc/self'
ok "and root sees all" zlogin poor 'test -d /proc/1'
fails 1 "without net_icmpaccess nobody pings" zlogin -l alice poor "$ping"

zone rich busybox 'set limitpriv=all'
bring rich
opened rich >"$WORK/rich"
ok "all that a zone can have is more" test "$(wc -l <"$WORK/rich")" -gt "$n"
for nr in 175 165; do # init_module; mount, which is open
	grep -qx "$nr" "$WORK/rich" && echo "$nr"
done >"$WORK/both"
is "but modules are for no zone" "$(cat "$WORK/both")" 165
