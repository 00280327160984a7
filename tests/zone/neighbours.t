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
