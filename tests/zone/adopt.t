# SPDX-License-Identifier: ISC
#
# adopt - a running zone does not need its configuration: a zoned that takes it
# over gives sessions the set that init has, and a configuration that cannot be
# read blocks neither list nor zlogin nor halt.
. "$(dirname "$0")/../lib.sh"
needs root:busybox

zoneadm() { timeout 60 zoneadm "$@"; }
zlogin() { timeout 20 zlogin "$@"; }
record=$ZONES_ROOT/run/zones/web/state
cfg=$ZONES_ROOT/etc/zones/web.cfg
kill_zoned() {
	local pid

	pid=$(sed -n 's/^zoned \([0-9]*\).*/\1/p' "$record")
	kill -KILL "$pid" && within 10 gone "$pid"
}
gone() { [ ! -d "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"; }
bound() { zlogin web "sed -n 's/^CapBnd:.//p' /proc/$1/status"; }

zone web busybox 'set limitpriv=default,!file_chown,!sys_mount'
ok "boot" zoneadm -z web boot
set_of_init=$(bound 1)
is "a session has the set of init" "$(bound self)" "$set_of_init"
fails 1 "a mount is refused" zlogin web 'mount -t tmpfs none /mnt'

# The next boot is to have another set; the zone that runs keeps its own.
zonecfg -z web 'set limitpriv=default'
kill_zoned
is "adopted: a session has the set of init" "$(bound self)" "$set_of_init"
fails 1 "adopted: a mount is refused" zlogin web 'mount -t tmpfs none /mnt'
cp "$cfg" "$WORK/cfg"

printf 'set zonepath=\n)(*&^%%$\n' >"$cfg"
kill_zoned
is "damaged: list" "$(zoneadm list -p | cut -d: -f2,3 | grep web)" web:running
is "damaged: list of all" "$(zoneadm list -cp | cut -d: -f2,3 | grep web)" \
	web:running
is "damaged: zlogin" "$(zlogin web 'echo hello' 2>/dev/null)" hello
is "damaged: the set of init" "$(bound self)" "$set_of_init"
kill_zoned
ok "damaged: halt" zoneadm -z web halt
ok "damaged: no record is left" test ! -e "$record"
fails 1 "damaged: no boot" zoneadm -z web boot
like "which names the file" "$(cat "$ERR")" "*zone 'web':*web.cfg*"
cp "$WORK/cfg" "$cfg"
ok "mended: boot" zoneadm -z web boot
is "with the set of now" \
	"$([ "$(bound self)" != "$set_of_init" ]; echo $?)" 0
ok "mended: halt" zoneadm -z web halt

# Everybody may see what runs; the door is root's.
ok "open: boot" zoneadm -z web boot
chmod 711 "$WORK"
is "open: an ordinary user sees that it runs" \
	"$(user zoneadm list -p | cut -d: -f2,3 | grep web)" web:running
is "open: the door's mode" \
	"$(stat -c %a "$ZONES_ROOT/run/zones/web/sock")" 600
ok "open: halt" zoneadm -z web halt

# A zoned that starts while the zone is mounted keeps nothing of that.
ok "mounted: mount" zoneadm -z web mount
zlogin -C -E web >"$OUT" </dev/null 2>"$ERR"
fails 1 "mounted: no login" zlogin web true
is "mounted: as told" "$(cat "$ERR")" \
	"zlogin: login allowed only to running zones (web is 'mounted')."
ok "mounted: unmount" zoneadm -z web unmount
begin=$(wc -l <"$ZONES_ROOT/var/log/zones/web.console")
ok "mounted: boot" zoneadm -z web boot
is "mounted: it was no reboot" "$(tail -n +"$((begin + 1))" \
	"$ZONES_ROOT/var/log/zones/web.console" | grep -c rebooting)" 0
ok "mounted: halt" zoneadm -z web halt

# An init that reboots at once is booted again after a pause, in which nothing of
# it runs. A zoned that is killed in the pause forgets nothing.
begin=$(wc -l <"$ZONES_ROOT/var/log/zones/web.log")
cat >"$ZONES/web/root/once" <<'EOF'
#!/bin/sh
[ -e /count ] && exec /bin/busybox init
: >/count
exec reboot -f
EOF
chmod 755 "$ZONES/web/root/once"
zonecfg -z web 'set bootargs="-i /once"'
ok "pause: boot" zoneadm -z web boot
is "pause: it comes" "$(within 10 grep -q '^again 1' "$record"; echo $?)" 0
like "pause: nothing runs, nobody died" "$(state web)" installed
kill_zoned
is "pause: list tells that work is left" "$(state web)" down
is "pause: zlogin finds it booted" "$(zlogin web 'echo hello' 2>/dev/null)" hello
is "pause: twice" "$(sed -n 's/^boots //p' "$record")" 2
like "pause: the log says why" \
	"$(tail -n +"$((begin + 1))" "$ZONES_ROOT/var/log/zones/web.log")" \
	'*rebooted from inside*carrying out the reboot*'
ok "pause: halt" zoneadm -z web halt

# A halt in the pause is the end of it.
rm "$ZONES/web/root/count"
ok "pause: boot again" zoneadm -z web boot
is "pause: it comes again" "$(within 10 grep -q '^again 1' "$record"; echo $?)" 0
ok "pause: halt in it" zoneadm -z web halt
ok "pause: no record is left" test ! -e "$record"
is "pause: it stays halted" "$(sleep 2; state web)" installed
