# SPDX-License-Identifier: ISC
# alone
#
# no-pty - one zone takes every pty it can: the host and the other zones keep
# theirs. And one that has none left boots without a console, says so, and
# works.
. "$(dirname "$0")/../lib.sh"
needs root:busybox root:noinit

hog=$BUILD/tests/hog
[ -x "$hog" ] || skip "the program hog is missing"
zoneadm() { timeout 60 zoneadm "$@"; }
console() { zlogin db 'stat -c "%t %T" /dev/console'; }
# The kernel starts with these; where more zones than here have run there are
# more than can be taken.
numbers=/proc/sys/kernel/pty
read -r max <$numbers/max
read -r reserve <$numbers/reserve
echo 1024 >$numbers/reserve
echo 4096 >$numbers/max
zone web busybox
zone db noinit
cp "$hog" "$ZONES/web/root/hog"
ok "web boots" zoneadm -z web boot
is "its ptys are its own" \
	"$(zlogin web 'stat -c "%u %g" /dev/pts /dev/pts/ptmx' | uniq)" "0 0"

mkfifo "$WORK/hold"
zlogin web /hog pty <"$WORK/hold" >"$WORK/hog" 2>&1 &
exec 3>"$WORK/hold"
said() { grep -q . "$WORK/hog"; }
within 60 said
like "web takes all ptys that a zone can" "$(cat "$WORK/hog")" \
	'*: No space left on device'
ok "the host has one" script -qec true /dev/null
ok "db boots" zoneadm -z db boot
like "it has a console" "$(console)" "88 *"
for z in db web; do
	like "and a terminal, as $z" \
		"$(echo exit | script -qec "zlogin $z" /dev/null)" \
		"*Connected to zone '$z' pts/*"
done
ok "db halts" zoneadm -z db halt

# The host itself may use them all up.
mkfifo "$WORK/hold2"
take_all() {
	while exec {fd}<>/dev/ptmx; do :; done 2>/dev/null
	echo all
	read -r _
}
take_all <"$WORK/hold2" >"$WORK/all" &
exec 4>"$WORK/hold2"
taken() { grep -q all "$WORK/all"; }
within 60 taken
ok "db boots without a pty" zoneadm -z db boot
is "its console is /dev/null" "$(console)" "1 3"
like "its console's log says why" "$(cat "$ZONES_ROOT/var/log/zones/db.console")" \
	'*no pty is free on this host (kernel.pty.max)*'
record=$ZONES_ROOT/run/zones/db/state
kill -KILL "$(sed -n 's/^zoned \([0-9]*\).*/\1/p' "$record")"
is "a new zoned takes it over" "$(zlogin db 'echo hello' 2>/dev/null)" hello
ok "db reboots" zoneadm -z db reboot
exec 3>&- 4>&-
wait
ok "db halts again" zoneadm -z db halt
ok "with ptys to be had" zoneadm -z db boot
like "it has a console again" "$(console)" "88 *"
[ "$(<$numbers/max)" -ge "$max" ] || echo "$max" >$numbers/max
[ "$(<$numbers/reserve)" -ge "$reserve" ] || echo "$reserve" >$numbers/reserve
