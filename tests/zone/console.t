# SPDX-License-Identifier: ISC
#
# console - what a zone prints is logged and shown; one client at a time; from
# installed on, through boots, halts and a killed zoned.
. "$(dirname "$0")/../lib.sh"
needs root:busybox root:noinit cmd:python3
talk() { "$SRC/tests/zone/expect.py" "$@"; }
log=$ZONES_ROOT/var/log/zones/web.console
has() { grep -q "$1" "$log"; }

ok "configure" configure web whole
fails 1 "no console of a zone that is configured" zlogin -C web
is "its text" "$(cat "$ERR")" \
	"zlogin: cannot login to a zone which is 'configured'"
ok "install" zoneadm -z web install -d "$(root noinit)"

# Attached from installed on: boot, a shell, reboot, halt.
talk zlogin -C web >"$WORK/first" 2>&1 <<'END' &
< \[Connected to zone 'web' console\]
< \[NOTICE: Zone booting up\]
< press Enter for a shell
> \r
< [$#] 
> echo $((6*7)) here; tty\r
< 42 here.*/dev/console
< [$#] 
> stty size\r
< 24 80
> exit\r
< press Enter
< \[NOTICE: Zone rebooting\]
< \[NOTICE: Zone booting up\]
< press Enter
< \[NOTICE: Zone halted\]
> \r~.
< \[Connection to zone 'web' console closed\]
END
first=$!
zoned_runs() { ls "$ZONES_ROOT/run/zones/web/sock"; }
within 10 grep -q Connected "$WORK/first" || within 10 zoned_runs
sleep 1
ok "boot while somebody is attached" zoneadm -z web boot
fails 1 "a second client is refused" zlogin -C web
like "its text" "$(cat "$ERR")" "zlogin: Console is already in use by process ID [0-9]*."
pid=$(sed 's/.*ID \([0-9]*\)\.$/\1/' "$ERR")
is "the process is zlogin" "$(cat "/proc/$pid/comm")" zlogin
offers() { [ "$(grep -c 'press Enter' "$log")" = "$1" ]; }
within 10 offers 2
ok "reboot" zoneadm -z web reboot
within 10 offers 3
ok "halt" zoneadm -z web halt
wait $first
is "the client saw all of it" $? 0
grep -v '^$' "$WORK/first" | tail -n 3 >"$WORK/tail"

# History, and the log when nobody is attached.
ok "boot with nobody there" zoneadm -z web boot
within 10 offers 4
is "the log is root's alone" "$(stat -c '%a %u' "$log")" "600 0"
is "its directory too" "$(stat -c '%a %u' "${log%/*}")" "700 0"
zlogin -C web </dev/null >"$OUT" 2>&1
is "without stdin it shows the history and ends" $? 0
like "the history has all that happened" "$(cat "$OUT")" \
	"*'web' console?*booting up*rebooting*halted*booting up*"
fails 2 "-C takes no command" zlogin -C web true

# -d lets go at halt.
talk zlogin -Cd web >"$OUT" 2>&1 <<'END' &
< press Enter
end
END
first=$!
sleep 1
ok "halt with zlogin -d attached" zoneadm -z web halt
wait $first
is "it ended" $? 0

# A killed zoned: the session goes on with the one that adopts.
ok "boot" zoneadm -z web boot
zoned() { sed -n 's/^zoned \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/web/state"; }
talk zlogin -C web >"$WORK/first" 2>&1 <<'END' &
< press Enter
> \r
< [$#] 
> echo $((2+3))before\r
< 5before
< [$#] 
wait 2
> \r
> echo $((4+3))after\r
< 7after
> \r~.
END
first=$!
within 10 grep -aq 5before "$log"
sleep 0.3
old=$(zoned)
kill -KILL "$old"
wait $first
is "the console survives its zoned" $? 0
[ "$(zoned)" != "$old" ]
is "another one took over" $? 0
ok "halt" zoneadm -z web halt

# A zone that prints without end, and one that nobody reads.
ok "boot" zoneadm -z web boot
zlogin web 'yes 0123456789012345678901234567890123456789 >/dev/console' &
flood=$!
sleep 4
is "the log stays below its bound" \
	$(($(stat -c %s "$log") <= 1048576)) 1
ok "zlogin works meanwhile" zlogin web true
t=$(awk '{print $14 + $15}' "/proc/$(zoned)/stat")
sleep 2
t=$(($(awk '{print $14 + $15}' "/proc/$(zoned)/stat") - t))
is "and zoned does not spin ($t ticks in 2 s)" $((t < 60)) 1
# A client that does not read holds nobody up.
mkfifo "$WORK/fifo"
# shellcheck disable=SC2217 # that it does not read is the point
sleep 30 <"$WORK/fifo" &
reader=$!
zlogin -C web >"$WORK/fifo" 2>/dev/null </dev/zero &
client=$!
sleep 2
ok "zlogin works beside a client that does not read" zlogin web true
kill $reader $client
ok "halt in the flood" zoneadm -z web halt
kill $flood 2>/dev/null
wait
truncate -s 2M "$log"
ok "a log that is too long is cut" zoneadm -z web boot
within 10 has 'press Enter'
is "to its bound" $(($(stat -c %s "$log") <= 1048576)) 1
ok "halt" zoneadm -z web halt
rm "$log"
ln -s /etc/passwd "$log"
cp /etc/passwd "$WORK/passwd"
ok "boot with a link for a log" zoneadm -z web boot
sleep 0.5
ok "which is not followed" cmp /etc/passwd "$WORK/passwd"
ok "zoned is well" zlogin web true
