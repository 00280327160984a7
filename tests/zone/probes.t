# SPDX-License-Identifier: ISC
#
# probes - attacks from inside a zone are blocked, each of which succeeds
# outside where this machine has what it attacks.
# time: 400
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:python3

probe=$BUILD/tests/probe
[ -x "$probe" ] || skip "the program probe is missing"

# What the probes are told of the host: a process, the number that it sleeps
# (backwards, so that their own command lines do not hold it), its namespaces, a
# handle of its root, a socket.
sleep 86399.731 &
sleeper=$!
namespaces=$(readlink /proc/self/ns/* | tr '\n' ,)
handle=$("$probe" --outside make-handle 2>/dev/null || echo 1:0200000000000000)
name=zones-probe.$$
python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind("\0" + sys.argv[1]); s.listen(64)
time.sleep(86399)' "$name" &
listener=$!
listens() { grep -q "@$name$" /proc/net/unix; }
within 10 listens
told=(marker=137.99368 "pid=$sleeper" "handle=$handle" "namespaces=$namespaces"
	"socket=$name")

# Outside: 0 succeeds, 2 this machine has nothing to attack.
tried=0
while IFS=$'\t' read -r name how sentence; do
	[ "$how" != skip ] || continue
	status=0
	PROBE_SECRET=x "$probe" --outside "$name" "${told[@]}" \
		>"$OUT" 2>"$ERR" </etc/passwd || status=$?
	case $status in
	0) tried=$((tried + 1)) ;;
	2) echo "# outside, $name: $(tail -n 1 "$ERR")" ;;
	*) fail "outside: $sentence ($name)" "$status: $(cat "$ERR")" ;;
	esac
done < <("$probe" --list)
ok "most probes succeed outside ($tried)" test "$tried" -ge 140

# A file as each of the three: none of them may reach the zone. $ERR has what
# the probe says, as the zone's relay passes it on.
inside() { # ZONE NAME
	PROBE_SECRET=x zlogin "$1" /probe "$2" "${told[@]}" \
		>"$OUT" 2>"$ERR" </etc/passwd
}

# What is known to be open, by name, with a blank before and behind: nothing.
gaps=''

# all_blocked ZONE: run every probe in it. One that has nothing to attack (2) is
# blocked as well, and said.
all_blocked() {
	local zone=$1 name how sentence status

	while IFS=$'\t' read -r name how sentence; do
		status=0
		inside "$zone" "$name" || status=$?
		case $status in
		1) pass "$zone: $sentence ($name)" ;;
		2) pass "$zone: $sentence ($name), nothing to attack" ;;
		0)
			case $gaps in
			*" $name "*) pass "$zone: known to be open: $sentence" ;;
			*) fail "$zone: $sentence ($name)" "$(cat "$ERR")" ;;
			esac
			;;
		*) fail "$zone: $sentence ($name)" "$status: $(cat "$OUT" "$ERR")" ;;
		esac
	done < <("$probe" --list)
}

# A whole root, and one that inherits the host's /usr.
zone whole busybox
zone sparse sparse
for zone in whole sparse; do
	cp "$probe" "$ZONES/$zone/root/probe"
	chmod 755 "$ZONES/$zone/root/probe"
	ok "$zone boots" zoneadm -z $zone boot
	in_state $zone running
	all_blocked $zone
	ok "$zone still answers" zlogin $zone true
	ok "$zone halts" zoneadm -z $zone halt
done

# limitpriv: one privilege more, one less, and a filter that is not built.
zone odd busybox 'set limitpriv=default,!sys_mount,!sys_admin,net_rawaccess'
cp "$probe" "$ZONES/odd/root/probe"
ok "odd boots" zoneadm -z odd boot
is "the bounding set" "$(zlogin odd sed -n 's/^CapBnd:.//p' /proc/self/status)" \
	00000000a00ce5fb
ok "raw sockets are open" zlogin odd /probe raw
fails 1 "nothing mounts" zlogin odd mount -t tmpfs none /tmp
fails 1 "no name is set" zlogin odd hostname other
is "its filter is cached" "$(find "$ZONES_ROOT/var/lib/zones/filters" -name \
	'*.bpf' -perm 600 | wc -l)" 1
ok "odd halts" zoneadm -z odd halt

fails 1 "a prohibited privilege is refused" zonecfg -z odd \
	'set limitpriv=default,sys_time'
sed -i 's/^set limitpriv=.*/set limitpriv=default,sys_time/' \
	"$ZONES_ROOT/etc/zones/odd.cfg"
fails 1 "at verify, too" zoneadm -z odd verify
like "by name" "$(cat "$OUT" "$ERR")" "*privilege \"sys_time\" is not \
permitted within the zone's privilege set (prohibited: there is one clock for \
the machine)*"
fails 1 "and at boot" zoneadm -z odd boot
like "likewise" "$(cat "$OUT" "$ERR")" "*privilege \"sys_time\" is not \
permitted within the zone's privilege set (prohibited: there is one clock for \
the machine)*"

kill "$sleeper" "$listener"
wait "$sleeper" "$listener" 2>/dev/null || true # its signal is no result
