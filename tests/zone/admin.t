# SPDX-License-Identifier: ISC
#
# admin - users whom a zone's configuration names do with it what it says, and
# nothing else, with nothing of theirs.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:python3 cmd:setpriv

zoneadm() { timeout 60 zoneadm "$@"; }
door=$ZONES_ROOT/run/zones/.admin
zone web busybox
zone proto busybox
ok "a zone for a clone" configure new whole
chmod 711 "$WORK"
install -m 666 /dev/null "$WORK/log"
refusal='zoneadm: zone '\''web'\'': only a privileged user may boot a zone.'
u() { user timeout 60 env "$@"; }
grant() { # ZONE AUTHS
	zonecfg -z "$1" 'remove -F admin' >/dev/null 2>&1
	ok "$1 grants $2" zonecfg -z "$1" \
		"add admin; set user=nobody; set auths=$2; end"
}
mkdir -p "$ZONES_ROOT/run/zones"
u true
programs=$WORK/user-bin
[ -x "$programs/zoneadm" ] || programs=$BUILD/bin

fails 1 "without a broker a user is refused" u zoneadm -z web boot
is "as ever" "$(cat "$ERR")" "$refusal"

FOREIGN=value python3 "$SRC/tests/inetd.py" "$door" "$BUILD/bin/zone-broker" \
	2>>"$WORK/log" &
broker=$!
disown
trap 'kill $broker; finish' EXIT
within 10 test -S "$door"

# --- who is not named ---------------------------------------------------------------

fails 1 "who is not named may not boot" u zoneadm -z web boot
like "and is told what he lacks" "$(cat "$ERR")" "zoneadm: zone 'web': you lack \
'manage' of zone 'web'; root gives it: *"
fails 1 "nor log in" u zlogin web id
fails 1 "a zone that is not there is no other" u zlogin nosuch id
like "to him" "$(cat "$ERR")" "zlogin: you lack 'login' of zone 'nosuch'*"

# --- manage -------------------------------------------------------------------------

grant web manage
ok "boot" u zoneadm -z web boot
is "it runs" "$(state web)" running
ok "a second boot says what root's does" u zoneadm -z web boot
like "on stderr" "$(cat "$ERR")" "*already booted*"
ok "reboot" u zoneadm -z web reboot
fails 1 "no login with it" u zlogin web id
ok "halt" u zoneadm -z web halt
is "it is halted" "$(state web)" installed
ok "ready" u zoneadm -z web ready
ok "halt" u zoneadm -z web halt
fails 1 "of another zone nothing" u zoneadm -z proto boot
fails 1 "no boot arguments" u zoneadm -z web boot -w
like "for they are root's" "$(cat "$ERR")" "*with no other arguments*"
fails 1 "not behind --" u zoneadm -z web boot -- -w
for verb in uninstall install 'move /tmp/x' detach verify 'mark incomplete' mount; do
	# shellcheck disable=SC2086 # words
	fails 1 "no $verb" u zoneadm -z web $verb
done
is "nothing happened" "$(state web)" installed
like "what was done is on record" "$(cat "$WORK/log")" \
	"*user 65534 runs */zoneadm -z web boot*"

# --- login --------------------------------------------------------------------------

grant web login,manage
ok "boot" u zoneadm -z web boot
is "a command" "$(u zlogin web 'id -u; echo hello')" "0
hello"
fails 7 "its status" u zlogin web 'exit 7'
is "its input" "$(echo words | u zlogin web cat)" words
u zlogin web 'cat; echo out; echo err >&2' <"$SRC/LICENSE" >"$WORK/o" 2>"$WORK/e"
is "files go through pipes" "$(cat "$WORK/o")" "$(cat "$SRC/LICENSE"; echo out)"
is "each for itself" "$(cat "$WORK/e")" err
is "as a user of the zone" "$(u zlogin -l alice web id -un)" alice
is "nothing of the environments comes in" "$(u FOREIGN=value LD_PRELOAD=/x \
	ZLOGIN=1 zlogin web env | grep -c 'FOREIGN\|PRELOAD\|ZLOGIN')" 0
cp "$SRC/tests/zone/expect.py" "$WORK/expect.py"
# A terminal that is the user's alone.
u TERM=xterm "$WORK/expect.py" \
	zlogin web <<'END' >"$WORK/talk" 2>&1
< 6n
raw
> test -t 0 && echo is $TERM; stty size\r
< is xterm
size 33 99
> stty size\r
< 33 99
> exit 5\r
end
END
is "with a terminal, its size, and its end" $? 0
for option in -T -S; do
	fails 1 "no $option" u zlogin $option web id
	like "it is root's" "$(cat "$ERR")" "*the options -S and -T*root's*"
done
fails 1 "of another zone nothing" u zlogin proto id

# Who is killed leaves no session.
u zlogin web 'exec sleep 4321' </dev/null &
pid=$!
within 10 pgrep -f 'sleep 4321' || fail "no session"
kill "$(pgrep -o -f '^zlogin web exec sleep 4321')"
wait $pid 2>/dev/null
sleeping() { zlogin web 'ps' | grep 'sleep 432[1]'; }
idle() { ! sleeping; }
ok "a session ends with who asked for it" within 10 idle
fails 1 "another user is none of these" setpriv --reuid 65533 --regid 65533 \
	--clear-groups "$programs/zoneadm" -z web halt
is "it runs" "$(state web)" running

# --- clonefrom -----------------------------------------------------------------------

ok "halt" u zoneadm -z web halt
grant new manage
fails 1 "no clone of what does not let itself" u zoneadm -z new clone proto
like "names that zone" "$(cat "$ERR")" "*you lack 'clonefrom' of zone 'proto'*"
grant proto clonefrom
ok "clone" u zoneadm -z new clone proto
is "it is there" "$(state new)" installed
fails 1 "no boot of what may be cloned" u zoneadm -z proto boot
fails 1 "nor a clone into what is not his" u zoneadm -z web clone proto

# --- by hand at the door ---------------------------------------------------------------

# What our own clients never send: argv is a program of packets, each a request.
cat >"$WORK/door.py" <<'END'
import array, os, socket, sys
def ask(*words, fds=()):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(20)
    s.connect('/proc/self/fd/%d/.admin' % os.open(sys.argv[1], os.O_PATH))
    s.sendmsg([b''.join(w.encode() + b'\0' for w in words)],
              [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', fds))] if fds else [])
    return s.recv(65536).replace(b'\0', b' ').decode()
null = os.open('/dev/null', os.O_RDWR)
sock = socket.socketpair()[0].fileno()
comm = os.open('/proc/self/comm', os.O_RDWR)
for got in (
        ask('zoneadm', 'zone=-zweb', 'verb=boot'),
        ask('zoneadm', 'zone=../web', 'verb=boot'),
        ask('zoneadm', 'zone=web', 'verb=-R'),
        ask('zoneadm', 'zone=web', 'verb=boot', 'arg=-w'),
        ask('zoneadm', 'zone=web', 'verb=shutdown', 'arg=-r -- -w'),
        ask('zoneadm', 'zone=new', 'verb=clone', 'arg=-m'),
        ask('zoneadm', 'zone=web', 'verb=boot', fds=[null]),
        ask('zoneadm', 'zone=global', 'verb=boot'),
        ask('zoneadm', 'verb=boot'),
        ask('zlogin', 'zone=web', 'options=T', fds=[null] * 3),
        ask('zlogin', 'zone=web', 'options=C-', fds=[null] * 3),
        ask('zlogin', 'zone=web', 'escape=xT', fds=[null] * 3),
        ask('zlogin', 'zone=web', 'term=a=b', fds=[null] * 3),
        ask('zlogin', 'zone=web', fds=[null] * 2),
        ask('zlogin', 'zone=web', fds=[null, sock, null]),
        ask('zlogin', 'zone=web', fds=[null, null, comm]),
        ask('boot', 'zone=web'),
        ask('nothing')):
    print(got.split()[0])
END
is "nothing else is taken" "$(u python3 "$WORK/door.py" \
	"$ZONES_ROOT/run/zones" 2>&1 | sort | uniq -c | tr -s ' ')" " 18 error"
is "nothing happened" "$(state web):$(state new)" installed:installed
fails 1 "by hand it does nothing" "$BUILD/bin/zone-broker"
grant web config
fails 1 "config gives nothing" u zoneadm -z web boot
ok "verify" zoneadm -z web verify
like "says so" "$(cat "$ERR")" "*WARNING: admin nobody: config is kept*"
