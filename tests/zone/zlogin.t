# SPDX-License-Identifier: ISC
#
# zlogin - a command's status, streams, user and environment; an interactive
# session; every refusal with its text and status.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:python3
talk() { "$SRC/tests/zone/expect.py" "$@"; }

# refused STATUS TEXT ARGUMENT...: with that status and exactly that line.
refused() {
	local status=$1 text=$2

	shift 2
	fails "$status" "refused: zlogin $*" zlogin "$@"
	is "... with its text" "$(head -n 1 "$ERR")" "zlogin: $text"
}

# --- refusals
fails 2 "no argument is a usage error" zlogin
like "and shows the usage" "$(cat "$ERR")" 'usage: zlogin *'
fails 2 "so is an unknown option" zlogin -x web true
refused 2 "-C takes no command" -C web true
refused 2 "-C goes with none of -i, -l, -n, -S and -T" -C -l alice web
refused 2 "-C goes with none of -i, -l, -n, -S and -T" -C -n web
refused 2 "-C goes with none of -i, -l, -n, -S and -T" -C -S web
refused 2 "-l and -S do not go together" -S -l alice web true
refused 2 "-d goes only with -C" -d web true
refused 2 "-n cannot be used interactively" -i -n web true
refused 2 "-e takes one character" -e ab web
refused 1 "zone 'nosuch' unknown" nosuch true
refused 1 "zone '../../etc' unknown" ../../etc true
refused 1 "'zlogin' not applicable to the global zone" global true
ok "configure" configure web whole
refused 1 "cannot login to a zone which is 'configured'" web true
refused 1 "cannot login to a zone which is 'configured'" -C web
ok "install" zoneadm -z web install -d "$(root busybox)"
refused 1 "login allowed only to running zones (web is 'installed')." web true
ok "ready" zoneadm -z web ready
refused 1 "login allowed only to running zones (web is 'ready')." web true
ok "boot" zoneadm -z web boot
fails 1 "not for ordinary users" user zlogin web true
is "with its text" "$(cat "$ERR")" "zlogin: You lack sufficient privilege \
to run this command (all privs required)"
cp "$BUILD/bin/zlogin" "$ZONES/web/root/bin/zlogin.copy"
fails 1 "not from inside a zone" zlogin web zlogin.copy web true
is "with its text" "$(cat "$ERR")" \
	"zlogin: 'zlogin' may only be used from the global zone"

# --- statuses
fails 0 "a command that succeeds" zlogin web true
for n in 1 2 7 126 127 255; do
	fails $n "exit status $n comes back" zlogin web exit $n
done
fails 127 "a command that is not there" zlogin web nosuchcommand
# shellcheck disable=SC2016 # $$ of the zone's shell
fails 137 "death by a signal is 128 and its number" zlogin web 'kill -9 $$'
# shellcheck disable=SC2016
fails 143 "so for SIGTERM" zlogin web 'kill $$'

# --- words
is "words are joined by one space" "$(zlogin web echo 'a  b' c)" "a b c"
is "a shell in the zone reads them" "$(zlogin web 'echo $((6*7)) | cat; echo "x  y"')" \
	"42
x  y"
is "options behind the zone are the command's" "$(zlogin web echo -n -l)" -l
is "stdin is commands where there are none" \
	"$(echo 'echo $0; exit 3' | zlogin web; echo $?)" "-sh
3"
long=$(head -c 100000 /dev/zero | tr '\0' x)
is "a command of 100,000 bytes" "$(zlogin web "echo $long | wc -c")" 100001
huge=$(head -c 65000 /dev/zero | tr '\0' x)
fails 1 "one that is too long for one argument" \
	zlogin web "$huge" "$huge" "$huge"
like "says what to do" "$(cat "$ERR")" "zlogin: command longer than *stdin"

# --- who and where
is "root's environment, from nothing" \
	"$(SECRET=1 TZ=UTC LD_PRELOAD='' TERM=vt100 zlogin web \
		'env | grep -v -e SHLVL -e PWD | sort')" \
	"HOME=/root
LOGNAME=root
MAIL=/var/mail/root
PATH=/usr/sbin:/usr/bin:/sbin:/bin
SHELL=/bin/sh
TERM=vt100
USER=root"
is "a TERM that is none stays out" \
	"$(TERM='vt100;$(id)' zlogin web 'env | grep -c TERM')" 0
is "a user's ids and home" \
	"$(zlogin -l alice web 'id -u; id -g; pwd; echo $HOME $LOGNAME')" \
	"1000
1000
/home/alice
/home/alice alice"
is "no capability is left to a user" \
	"$(zlogin -l alice web 'grep CapEff /proc/self/status')" \
	"$(printf 'CapEff:\t0000000000000000')"
is "an exact number is a user" "$(zlogin -l 1000 web id -un)" alice
for who in 01000 +1000 ' 1000' 1 4294967296 '' root:x nosuch; do
	fails 1 "'$who' is no user" zlogin -l "$who" web id
	is "and nothing ran" "$(cat "$OUT")" ''
done
like "as the message says" "$(cat "$ERR")" "zlogin: no such user 'nosuch'"
echo 'mallory:x:+0:0::/:/bin/sh' >>"$ZONES/web/root/etc/passwd"
fails 1 "a damaged entry is an error" zlogin -l mallory web id
like "which is told" "$(cat "$ERR")" "zlogin: /etc/passwd: *wrong number"
is "the user may open /dev/stdout" "$(zlogin -l alice web 'echo x >/dev/stdout')" x
mv "$ZONES/web/root/root" "$ZONES/web/root/root.away"
is "without a home it is /" "$(zlogin web pwd 2>"$ERR")" /
like "and said" "$(cat "$ERR")" "zlogin: cannot change to the home directory /root*"
mv "$ZONES/web/root/root.away" "$ZONES/web/root/root"
mv "$ZONES/web/root/etc/passwd" "$ZONES/web/root/etc/passwd.away"
fails 1 "without /etc/passwd there is no alice" zlogin -l alice web id
is "but root" "$(zlogin web id -u)" 0
mkfifo "$ZONES/web/root/etc/passwd"
fails 1 "a passwd file that is a pipe holds nobody up" zlogin web id
rm "$ZONES/web/root/etc/passwd"
is "-S needs no passwd file" "$(zlogin -S web 'echo $HOME $SHELL; id -u')" \
	"/ /bin/sh
0"
mv "$ZONES/web/root/etc/passwd.away" "$ZONES/web/root/etc/passwd"

# --- signals and ends
# shellcheck disable=SC2016
(trap - INT; exec zlogin web 'trap "echo got it; exit 5" TERM; echo up
	while :; do sleep 0.1; done') >"$OUT" &
pid=$!
within 5 grep -q up "$OUT"
kill -TERM $pid
wait $pid
is "a signal for zlogin is one for the command" "$?:$(tail -n 1 "$OUT")" "5:got it"
python3 - "$WORK/pid" <<'END' &
import os, signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
p = subprocess.Popen(["zlogin", "web", "trap 'exit 6' INT; "
                      "while :; do sleep 0.1; done"])
open(sys.argv[1], "w").write(str(p.pid))
sys.exit(p.wait())
END
within 5 test -s "$WORK/pid"
sleep 0.5
kill -INT "$(cat "$WORK/pid")"
wait $!
is "SIGINT too" $? 6
zlogin web 'echo $$ >/tmp/pid; exec sleep 1000' &
pid=$!
within 5 zlogin web 'test -s /tmp/pid'
kill -KILL $pid
wait $pid 2>/dev/null
gone() { ! zlogin web 'kill -0 $(cat /tmp/pid)'; }
within 5 gone
is "a killed zlogin takes its command along" $? 0
SECONDS=0
is "what the command left running is not waited for" \
	"$(zlogin web 'sleep 30 & echo started')" started
[ $SECONDS -lt 10 ]
is "not for a second" $? 0

# --- interactive
talk zlogin web >"$OUT" <<'END'
< \[Connected to zone 'web' pts/[0-9]+\]
< [$#] 
raw
> tty; echo $0-$TERM; stty size\r
< pts/.*24 80
size 33 99
wait 0.2
> stty size\r
< 33 99
> sleep 100\r
wait 0.2
> \x03
< [$#] 
> echo ended by $?\r
< ended by 130
> exit 3\r
< \[Connection to zone 'web' pts/[0-9]+ closed\]
END
is "an interactive session ends with 0" $? 0
talk zlogin -Q web >"$OUT" <<'END'
< [$#] 
> echo 1 ~.\r
< 1 ~\.
< [$#] 
> ~~\r
< ~
< [$#] 
> \r~.
END
is "~. ends it, only at the start of a line" $? 0
like "-Q says nothing of itself" "$(grep -c Connect "$OUT")" 0
talk zlogin -Q -e '\035' web >"$OUT" <<'END'
< [$#] 
> ~.\r
< not found
< [$#] 
> \x1d.
END
is "-e chooses the escape" $? 0
talk zlogin -QE web >"$OUT" <<'END'
< [$#] 
> ~.\r
< not found
> exit\r
END
is "-E takes it away" $? 0
talk zlogin -i web 'stty size; tty; exit 9' >"$OUT" <<'END'
< 24 80.*pts/
END
is "-i runs a command on a terminal" $? 9
is "and without one here, with input" "$(echo hello | zlogin -Qi web 'cat; tty' |
	tr -d '\r' | tail -n +2 | sed 's/[0-9]*$//')" "hello
/dev/pts/"
talk zlogin web >"$OUT" <<'END'
< [$#] 
raw
signal TERM
END
is "killed, it leaves the terminal as it was" $? 143
talk zlogin -l alice web >"$OUT" <<'END'
< [$#] 
> id -un; tty; exit\r
< alice.*pts/
END
is "-l with a terminal" $? 0
echo 'echo broken; exit 1' >"$ZONES/web/root/bin/login.new"
chmod 755 "$ZONES/web/root/bin/login.new"
mv "$ZONES/web/root/bin/login" "$ZONES/web/root/bin/login.away"
mv "$ZONES/web/root/bin/login.new" "$ZONES/web/root/bin/login"
talk zlogin -S web >"$OUT" <<'END'
< [$#] 
> echo $HOME $0; exit\r
< / -sh
END
is "-S works where login is broken" $? 0
mv "$ZONES/web/root/bin/login.away" "$ZONES/web/root/bin/login"

# --- what enters
is "a session has nothing but its three descriptors" \
	"$(zlogin web 'ls /proc/self/fd' | tr '\n' ' ')" "0 1 2 3 "
# shellcheck disable=SC2016
is "and is no part of a host process group" \
	"$(zlogin web 'cut -d" " -f5,6 /proc/self/stat | tr " " "\n" |
	grep -c "^0$"')" 0
printf '#!/proc/self/exe\n' >"$ZONES/web/root/bin/trick"
chmod 755 "$ZONES/web/root/bin/trick"
sed -i 's,^alice:.*,alice:x:1000:1000::/:/bin/trick,' "$ZONES/web/root/etc/passwd"
fails 126 "a shell that is #!/proc/self/exe gets nothing" zlogin -l alice web id
is "but a refusal" "$(cat "$ERR")" "zone-login: started by zoned only"
cp "$BUILD/bin/zone-login" "$WORK/before"
# shellcheck disable=SC2016
zlogin web 'for p in /proc/[0-9]*; do
	echo x 2>/dev/null >>$p/exe && echo "wrote $p"; done' >"$OUT" 2>"$ERR"
grep -c '^wrote' "$OUT" >"$WORK/n"
is "no program can be written to" "$(cat "$WORK/n")" 0
ok "ours is as it was" cmp "$BUILD/bin/zone-login" "$WORK/before"
# The zone's own handlers of programs (Linux 6.7), one for all of them.
if zlogin web 'mkdir -p /tmp/b && mount -t binfmt_misc none /tmp/b' 2>/dev/null; then
	# shellcheck disable=SC2016
	zlogin web 'cp /bin/busybox /bin/taker && echo ":x:M::\x7fELF::/bin/taker:O" >/tmp/b/register'
	fails 1 "a handler that takes all programs lets nobody in" zlogin web true
	is "is said, with what helps" "$(cat "$ERR")" "zlogin: the zone has a handler \
(binfmt_misc) that takes what enters it; run 'zoneadm -z web reboot'"
	ok "that does" zoneadm -z web reboot
	ok "everybody enters again" zlogin web true
fi
