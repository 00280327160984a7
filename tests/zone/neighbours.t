# SPDX-License-Identifier: ISC
#
# neighbours - what the kernel counts for a user is counted for each zone apart:
# one that takes all of it takes nothing from another zone or from the host.
. "$(dirname "$0")/../lib.sh"
needs root:busybox

hog=$BUILD/tests/hog
[ -x "$hog" ] || skip "the program hog is missing"
zoneadm() { timeout 60 zoneadm "$@"; }
for z in web db; do
	zone $z busybox
	cp "$hog" "$ZONES/$z/root/hog"
	ok "$z boots" zoneadm -z $z boot
done

# all_of THING: web takes all it gets and holds it; db and the host get one.
said() { grep -q . "$WORK/hog"; }
all_of() {
	: >"$WORK/hog"
	mkfifo "$WORK/hold"
	zlogin web /hog "$1" <"$WORK/hold" >"$WORK/hog" 2>&1 &
	exec 3>"$WORK/hold"
	within 30 said
	like "$1: web takes all it gets" "$(cat "$WORK/hog")" '[1-9]*: *'
	is "$1: db gets its own" "$(timeout 20 zlogin db /hog "$1" 8 </dev/null)" 8
	is "$1: the host too" "$(timeout 20 "$hog" "$1" 8 </dev/null)" 8
	exec 3>&-
	wait
	rm "$WORK/hold"
	zlogin db 'rm -f /dev/mqueue/hog*'
	zlogin web 'rm -f /dev/mqueue/hog*'
}

for thing in inotify mqueue signal; do
	all_of $thing
done

# A console that is flooded: what zoned writes to the disk meanwhile is bounded,
# 1 MiB and 64 KiB a second, and as much again for halving the log. Its end comes
# when there is room again.
zoned=$(sed -n 's/^zoned \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/web/state")
written() { sed -n 's/^wchar: //p' "/proc/$zoned/io"; }
before=$(written) began=$SECONDS
zlogin web 'yes flood >/dev/console & sleep 4; kill $!; sleep 2; echo the end >/dev/console'
most=$((2 * (1200000 + (SECONDS - began + 1) * 65536)))
[ $(($(written) - before)) -lt $most ]
is "a flooded console writes $(($(written) - before)) bytes of $most" $? 0
log=$ZONES_ROOT/var/log/zones/web.console
within 30 grep -q 'the end' "$log"
is "its end is in the log" $? 0
ok "and that some is not" grep -q 'bytes left out of this log' "$log"

# Control groups that the zone makes are counted.
made=$(zlogin web 'i=0; while mkdir /sys/fs/cgroup/g$i 2>/dev/null; do
	i=$((i + 1)); [ $i -lt 2000 ] || break; done; echo $i' 2>/dev/null)
[ "$made" -gt 500 ] && [ "$made" -lt 1100 ]
is "web makes so many control groups: $made" $? 0
ok "db makes its own" zlogin db mkdir /sys/fs/cgroup/one
like "/dev/shm is bounded" "$(zlogin web 'grep " /dev/shm " /proc/mounts')" \
	'*size=*'

owner() {
	python3 - "$(sed -n 's/^init \([0-9]*\).*/\1/p' \
		"$ZONES_ROOT/run/zones/$1/state")" <<'END'
import array, fcntl, os, sys
NS_GET_OWNER_UID = 0xb704
fd = os.open(f"/proc/{sys.argv[1]}/ns/user", os.O_RDONLY)
uid = array.array("I", [0])
fcntl.ioctl(fd, NS_GET_OWNER_UID, uid)
print(uid[0])
END
}
is "a zone's user namespace is its first id's" "$(owner web)" \
	"$(sed -n 's/^id_base //p' "$ZONES_ROOT/run/zones/web/state")"
is "nobody else's" "$([ "$(owner web)" != "$(owner db)" ]; echo $?)" 0
