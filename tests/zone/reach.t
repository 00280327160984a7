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
range=/proc/sys/net/ipv4/ping_group_range
ok "processes of other users are in sight" zlogin -l alice web \
	'test -d /proc/1'
is "ping needs no raw socket" "$(zlogin web "cat $range" | tr '\t' ' ')" '0 65535'

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
[ "$(zlogin poor "cat $range" | tr '\t' ' ')" != '0 65535' ]
is "without net_icmpaccess nobody pings" $? 0

zone rich busybox 'set limitpriv=all'
bring rich
opened rich >"$WORK/rich"
ok "all that a zone can have is more" test "$(wc -l <"$WORK/rich")" -gt "$n"
for nr in 175 165; do # init_module; mount, which is open
	grep -qx "$nr" "$WORK/rich" && echo "$nr"
done >"$WORK/both"
is "but modules are for no zone" "$(cat "$WORK/both")" 165

# --- ppriv, outside and inside ------------------------------------------------

init=$(sed -n 's/^init \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/web/state")
is "ppriv sees a zone's init" "$(ppriv "$init" | sed -n 's/^	//p' | tr '\n' ' ')" \
	'E: zone I: basic,net_icmpaccess P: zone L: zone '
like "a zone is asked by its name" "$(ppriv --syscall reboot -z poor 0 0 0)" \
	'reboot: allowed*'
like "a call that it may not make" "$(ppriv --syscall chroot -z poor)" \
	'chroot: refused with EPERM: needs proc_chroot'


# Inside: the program with its libraries, and what a user of the zone sees.
inside=$ZONES/web/root
mkdir -p "$inside/lib64"
cp "$BUILD/bin/ppriv" "$inside/ppriv"
ldd "$BUILD/bin/ppriv" | grep -o '/[^ ]*' | while read -r lib; do
	mkdir -p "$inside${lib%/*}" && cp -L "$lib" "$inside$lib"
done
is "inside, root has all of the zone" \
	"$(zlogin web '/ppriv $$' | sed -n 's/^	[EPL]: //p' | sort -u)" zone
like "its init likewise" "$(zlogin web /ppriv -v 1)" "*	L: *sys_mount*"
is "a user is an ordinary one" \
	"$(zlogin -l alice web '/ppriv $$' | sed -n 's/^	E: //p')" \
	basic,net_icmpaccess
like "a refused call is explained inside" \
	"$(zlogin web /ppriv --syscall keyctl)" \
	'keyctl: refused with ENOSYS: needs linux_keyring*'
fails 1 "inside, no zone has a name" zlogin web /ppriv --syscall keyctl -z web
fails 1 "a user of the host does not see a zone's process" user ppriv "$init"
like "and is told whom to ask" "$(cat "$ERR")" \
	"ppriv: $init: *Permission denied; root may ask for any process"
