# SPDX-License-Identifier: ISC
# alone
#
# no-pty - one zone has taken all ptys of the host: another one boots without a
# console, says so, and works.
. "$(dirname "$0")/../lib.sh"
needs root:busybox root:noinit

hog=$BUILD/tests/hog
[ -x "$hog" ] || skip "the program hog is missing"
zoneadm() { timeout 60 zoneadm "$@"; }
zone web busybox
zone db noinit
cp "$hog" "$ZONES/web/root/hog"
ok "web boots" zoneadm -z web boot

mkfifo "$WORK/hold"
zlogin web /hog pty <"$WORK/hold" >"$WORK/hog" 2>&1 &
exec 3>"$WORK/hold"
said() { grep -q . "$WORK/hog"; }
within 60 said
like "web takes all ptys of the host" "$(cat "$WORK/hog")" \
	'*: No space left on device'
ok "db boots" zoneadm -z db boot
is "its console is /dev/null" "$(zlogin db 'stat -c "%t %T" /dev/console')" \
	"1 3"
like "its console's log says why" "$(cat "$ZONES_ROOT/var/log/zones/db.console")" \
	'*no pty is free on this host (kernel.pty.max)*'
record=$ZONES_ROOT/run/zones/db/state
kill -KILL "$(sed -n 's/^zoned \([0-9]*\).*/\1/p' "$record")"
is "a new zoned takes it over" "$(zlogin db 'echo hello' 2>/dev/null)" hello
ok "db reboots" zoneadm -z db reboot
exec 3>&-
wait
ok "db halts" zoneadm -z db halt
ok "with ptys to be had" zoneadm -z db boot
is "it has a console" "$(zlogin db 'stat -c %t /dev/console')" 88
