# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# states - every subcommand in every state that a real zone has: its exit
# status, its words, and the state it leaves.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:python3

record=$ZONES_ROOT/run/zones/web/state
pid_of() { sed -n "s/^$1 \([0-9]*\).*/\1/p" "$record"; }

# refused STATE COMMAND... -- TEXT: exit 1, this text, state as it was.
refused() {
	local st=$1 text words=()

	shift
	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	text=$2
	fails 1 "$st: '${words[*]}' is refused" zoneadm -z web "${words[@]}"
	is "$st: its words" "$(cat "$ERR")" "zoneadm: zone 'web': $text"
	is "$st: it stays so" "$(state web)" "$st"
}

# Those that a running zone refuses in the same words.
refuse_running() {
	local c

	for c in 'install' 'uninstall -F' 'mark incomplete' 'clone web' \
		"move $ZONES/other" 'detach' 'attach'; do
		# shellcheck disable=SC2086 # words on purpose
		refused "$1" $c -- \
			"${c%% *} operation is invalid for running zones."
	done
}

# A zone that is only configured, and one that is not even that.
ok "it is configured" configure web whole
for c in boot ready mount 'snapshot list' "move $ZONES/other" detach \
	'detach -n'; do
	# shellcheck disable=SC2086 # words on purpose
	refused configured $c -- "must be installed before ${c%% *}."
done
for c in shutdown 'shutdown -r' reboot upgrade; do
	# shellcheck disable=SC2086
	refused configured $c -- 'not running'
done
refused configured attach -- "no detached zone lies at its zonepath \
'$ZONES/web': carry it there, or make a root with 'zoneadm -z web install'"
for c in boot halt ready shutdown reboot verify install 'clone web' \
	'uninstall -F' "move $ZONES/other" detach attach 'mark incomplete' mount \
	unmount upgrade 'snapshot list' list; do
	# shellcheck disable=SC2086
	fails 1 "undefined: '$c' is refused" zoneadm -z nosuch $c
	is "its words" "$(cat "$ERR")" "zoneadm: nosuch: No such zone configured"
done
is "nothing was made" "$(ls -A "$ZONES")" ''
ok "it is installed" zoneadm -z web install -d "$(root busybox)"

for c in install 'clone web' attach 'attach -F'; do
	# shellcheck disable=SC2086
	refused installed $c -- 'is already installed.'
done
refused installed shutdown -- 'not running'
refused installed reboot -- 'not running'
refused installed unmount -- 'must be mounted before unmount.'

ok "it becomes incomplete" zoneadm -z web mark incomplete
for c in ready boot mount; do
	refused incomplete $c -- "must be installed before $c."
done
for c in install 'clone web' attach 'attach -F' verify; do
	# shellcheck disable=SC2086
	refused incomplete $c -- 'zone is incomplete; uninstall required.'
done
for c in "move $ZONES/other" detach 'snapshot list'; do
	# shellcheck disable=SC2086
	refused incomplete $c -- "must be installed before ${c%% *}."
done
refused incomplete halt -- "cannot manage a zone which is in state 'incomplete'
zoneadm: zone 'web': call to zoneadmd failed"
refused incomplete shutdown -- 'not running'
refused incomplete reboot -- 'not running'
ok "by force its view is made" zoneadm -z web mount -f
is "it is mounted" "$(state web)" mounted
ok "and taken away" zoneadm -z web unmount
is "it is incomplete again" "$(state web)" incomplete
refused incomplete unmount -- 'must be mounted before unmount.'
ok "it is uninstalled" zoneadm -z web uninstall -F
ok "and installed anew" zoneadm -z web install -d "$(root busybox)"

ok "it becomes ready" zoneadm -z web ready
refuse_running ready
refused ready shutdown -- 'not running'
refused ready reboot -- 'not running'
refused ready mount -- "mount operation is invalid for zones in state 'ready'"
refused ready unmount -- 'must be mounted before unmount.'
ok "ready: verify" zoneadm -z web verify

ok "it runs" zoneadm -z web boot
refuse_running running
refused running mount -- \
	"mount operation is invalid for zones in state 'running'"
refused running unmount -- 'must be mounted before unmount.'
ok "running: verify" zoneadm -z web verify
like "its configuration cannot be deleted" \
	"$(zonecfg -z web delete -F 2>&1)" '*state is invalid*'
is "it runs" "$(state web)" running

# A zone that lost its zoned and then its init is down: nobody has taken it
# apart. boot and ready let that be done first.
orphan() {
	local zoned init

	zoned=$(pid_of zoned) init=$(pid_of init)
	kill -KILL "$zoned"
	within 10 test ! -d "/proc/$zoned"
	kill -KILL "$init"
	in_state web down 10
	is "without zoned and init it is down" "$(state web)" down
}
warning="zoneadm: zone 'web': WARNING: zone is in state 'down', but zoneadmd does \
not appear to be available; restarted zoneadmd to recover."
orphan
refuse_running down
refused down mount -- "mount operation is invalid for zones in state 'down'"
ok "down: list -v" zoneadm -z web list -v
ok "down: verify" zoneadm -z web verify
ok "down: boot" zoneadm -z web boot
is "down: it warns" "$(cat "$ERR")" "$warning"
is "it runs" "$(state web)" running
orphan
ok "down: ready" zoneadm -z web ready
is "it is ready" "$(state web)" ready
ok "it runs" zoneadm -z web boot
orphan
refused_down() {
	fails 1 "down: $1" zoneadm -z web "$1"
	is "down: its words" "$(cat "$ERR")" "$warning
zoneadm: zone 'web': not running"
	is "it is installed" "$(state web)" installed
}
refused_down reboot
ok "it runs" zoneadm -z web boot
orphan
refused_down shutdown
ok "it runs" zoneadm -z web boot
orphan
ok "down: halt takes it apart" zoneadm -z web halt
is "it is installed" "$(state web)" installed

# While it shuts down, a second shutdown says so, and halt ends it.
ok "it runs a program that does not go" zoneadm -z web boot -i /bin/sleep -- 999
zoneadm -z web shutdown >"$WORK/first" 2>&1 </dev/null &
first=$!
within 10 grep -q 'shutdown asked' "$ZONES_ROOT/var/log/zones/web.log"
fails 1 "a second shutdown is refused" zoneadm -z web shutdown
is "its words" "$(cat "$ERR")" "zoneadm: zone 'web': shutdown already in progress"
ok "halt" zoneadm -z web halt
wait $first
is "the first shutdown is content with that" $? 0
is "it is installed" "$(state web)" installed

# One that takes too long: the zone is left as it is. Its client waits a minute;
# ours less.
ok "it runs a program that does not go" zoneadm -z web boot -i /bin/sleep -- 999
answer=$(python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect(sys.argv[1])
s.send(b"shutdown\0timeout=1\0")
print(s.recv(65536).replace(b"\0", b" ").decode())' "$ZONES_ROOT/run/zones/web/sock")
like "a shutdown that is over" "$answer" "error *text=unable to shutdown zone; \
run 'zoneadm -z web halt'*"
is "it runs on" "$(state web)" running
ok "and may be halted" zoneadm -z web halt

ok "it is mounted" zoneadm -z web mount
for c in ready boot; do
	refused mounted $c -- \
		"$c operation is invalid for zones in state 'mounted'"
done
refused mounted install -- \
	"install operation is invalid for zones in state 'mounted'"
for c in 'uninstall -F' 'clone web' "move $ZONES/other" detach attach halt \
	'mark incomplete'; do
	# shellcheck disable=SC2086
	refused mounted $c -- "${c%% *} operation is invalid for zones in \
state 'mounted'"
done
fails 1 "no session is in a zone that is only shown" zlogin web true
is "its words" "$(cat "$ERR")" \
	"zlogin: login allowed only to running zones (web is 'mounted')."
refused mounted reboot -- 'not running'
refused mounted shutdown -- 'not running'
ok "mounted: verify" zoneadm -z web verify
ok "it is unmounted" zoneadm -z web unmount
is "it is installed" "$(state web)" installed

# What it runs with, and what is stored.
ok "it runs" zoneadm -z web boot
ok "stored and running are the same" zonecfg -z web diff
is "no word about it" "$(cat "$OUT" "$ERR")" ""
ok "what is stored changes" \
	zonecfg -z web 'set bootargs=-v; add attr; set name=x; set type=int; set value=5; end'
is "diff shows it" "$(zonecfg -z web diff)" "--- web (running)
+++ web (stored)
-bootargs: 
+bootargs: -v
+attr name=x:
+	name: x
+	type: int
+	value: 5"
is "info -r shows what runs" "$(zonecfg -z web -r 'info bootargs; info attr')" \
	"bootargs: "
fails 1 "nothing is set there" zonecfg -z web -r set bootargs=-s
like "its words" "$(cat "$ERR")" "*'zoneadm -z web reboot'*"
invalid="web: Zone state is invalid for the requested operation"
fails 1 "a running zone is not renamed" zonecfg -z web set zonename=other
is "its words" "$(cat "$ERR")" "$invalid"
is "nor has it a new path" "$(zonecfg -z web set zonepath=/elsewhere 2>&1)" \
	"Zone web already installed; set zonepath not allowed."
fails 1 "nor is it deleted" zonecfg -z web delete -F
is "its words" "$(cat "$ERR")" "$invalid"
ok "a reboot" zoneadm -z web reboot
is "makes them the same" "$(zonecfg -z web diff)" ""

# What would not come up again is not taken down.
zonecfg -z web "add fs; set dir=/mnt; set special=$WORK/none; set type=lofs; end"
id=$(field web 1)
for c in reboot 'shutdown -r' ready; do
	fails 1 "$c, and the zone would not boot" zoneadm -z web $c
	like "says why" "$(cat "$ERR")" "*$WORK/none*
zoneadm: zone web failed to verify"
	is "it runs on" "$(state web) $(field web 1)" "running $id"
done
ok "what stood in the way goes" zonecfg -z web 'remove -F fs dir=/mnt'
