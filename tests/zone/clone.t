#!/bin/bash
# SPDX-License-Identifier: ISC
#
# clone - a zone made from another shares what neither has changed, and is
# nobody else's.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:overlay fs:btrfs loop cmd:mkfs.btrfs

# suite WORD DIRECTORY: the same for each backend.
suite() {
	local kind=$1 dir=$2 z

	at proto "$dir/proto"
	zoneadm -z proto install -d "$(root busybox)" || exit 1
	mkdir -p "$dir/proto/root/data"
	echo old >"$dir/proto/root/data/file"
	for z in c1 c2 c3; do
		at $z "$dir/$z"
		ok "$kind: $z is cloned" zoneadm -z $z clone proto
	done
	is "$kind: it says so" "$(tail -n 1 "$OUT")" \
		"Instead of copying, a $kind clone has been created for this zone."
	is "$kind: an unchanged source has one snapshot for all clones" \
		"$(ls "$dir/proto/snapshots")" SUNWzone1
	is "$kind: it is known how the root is kept" \
		"$(sed -n 's/^backend //p' "$ZONES_ROOT/etc/zones/c1.state")" "$kind"
	ok "$kind: what clients look for is in a halted clone's root" \
		test -f "$dir/c1/root/etc/passwd" -a -f "$dir/c1/root/etc/shadow"
	is "$kind: it has a name of its own" "$(cat "$dir/c2/root/etc/hostname")" c2
	ok "$kind: a client writes there" sh -c \
		"echo written >'$dir/c1/root/etc/sysidcfg'"

	ok "$kind: a clone boots" zoneadm -z c1 boot
	ok "$kind: and its source" zoneadm -z proto boot
	is "$kind: a clone is one's own" \
		"$(zlogin c1 'cat /data/file /etc/sysidcfg /etc/hostname')" \
		"old
written
c1"
	zlogin c1 'echo new >/data/file; rm /bin/vi; mkdir /mine; ln /data/file /mine/f'
	zlogin proto 'echo proto >/data/file'
	is "$kind: the source does not see it" "$(zlogin proto cat /data/file)" proto
	ok "$kind: another clone boots" zoneadm -z c2 boot
	is "$kind: nor does another clone" \
		"$(zlogin c2 'cat /data/file; ls /mine /bin/vi 2>/dev/null')" "old
/bin/vi"
	is "$kind: hard links are links" \
		"$(zlogin c1 'echo x >>/data/file; tail -n 1 /mine/f; stat -c %h /mine/f')" "x
2"
	is "$kind: files belong to the zone's root" \
		"$(stat -c %u "$dir/c1/root/data/file")" 0
	fails 1 "$kind: a source that runs is refused" zoneadm -z c3 clone c1
	zoneadm -z proto halt
	zoneadm -z c1 halt
	zoneadm -z c1 boot
	is "$kind: what was written stays" "$(zlogin c1 'cat /mine/f; ls /bin/vi 2>&1')" "new
x
ls: /bin/vi: No such file or directory"
	zoneadm -z c1 halt

	# A clone of a clone, and of a source that has changed.
	at d1 "$dir/d1" && zoneadm -z d1 clone c1 >/dev/null
	at c4 "$dir/c4" && zoneadm -z c4 clone proto >/dev/null
	is "$kind: a changed source has a new snapshot" \
		"$(ls "$dir/proto/snapshots")" "SUNWzone1
SUNWzone2"
	ok "$kind: a source goes before its clones" zoneadm -z proto uninstall -F
	ok "$kind: a clone with a clone too" zoneadm -z c1 uninstall -F
	zoneadm -z d1 boot
	is "$kind: what they stood on is still there" \
		"$(zlogin d1 'cat /mine/f; hostname')" "new
x
d1"
	zoneadm -z d1 halt
	ok "$kind: mount shows the whole" zoneadm -z c4 mount
	is "$kind: with what is below" "$(cat "$dir/c4/lu/data/file")" proto
	zoneadm -z c4 unmount
	zoneadm -z c2 halt

	at e1 "$dir/e1"
	ok "$kind: a copy is asked for" zoneadm -z e1 clone -m copy d1
	is "$kind: it says what it copies" "$(head -n 1 "$OUT")" "Copying $dir/d1..."
	is "$kind: it holds everything" "$(cat "$dir/e1/root/mine/f")" "new
x"
	for z in c2 c3 c4 d1 e1; do
		zoneadm -z $z uninstall -F
		zonecfg -z $z delete -F
	done
	zonecfg -z c1 delete -F
	zonecfg -z proto delete -F
	is "$kind: nothing is left" \
		"$(find "$dir" -mindepth 1 ! -name lost+found)" ""
}

mkdir -m 700 "$ZONES/plain"
suite layers "$ZONES/plain"
disk btr btrfs 128
suite btrfs "$ZONES/btr"

# Refusals, by the words that scripts know.
zone src busybox
at dst "$ZONES/dst"
fails 1 "a source that is not there" zoneadm -z dst clone nowhere
is "is named" "$(cat "$ERR")" "zoneadm: nowhere: No such zone configured"
at bare "$ZONES/bare"
fails 1 "a source that is only configured" zoneadm -z dst clone bare
is "has its words" "$(cat "$ERR")" \
	"zoneadm: zone 'dst': zone bare is configured; installed is required."
zoneadm -z src boot
fails 1 "a source that runs" zoneadm -z dst clone src
is "is to be halted" "$(cat "$ERR")" \
	"zoneadm: zone 'dst': clone operation is invalid for running zones; zone src is running: halt it first with 'zoneadm -z src halt'"
fails 1 "a live clone where nothing can keep it" zoneadm -z dst clone --live src
zoneadm -z src halt
fails 1 "itself" zoneadm -z dst clone dst
fails 2 "no source" zoneadm -z dst clone
fails 2 "a method that is none" zoneadm -z dst clone -m zfs src
fails 1 "a snapshot that is not there" zoneadm -z dst clone -s gone src
like "is named" "$(cat "$ERR")" "*there is no snapshot 'gone'; 'zoneadm *snapshot list'*"
is "and the zone is configured, as it was" "$(state dst)" configured
fails 1 "with nothing left" test -e "$ZONES/dst"
is "nor at the source" "$(ls "$ZONES/src/snapshots" 2>/dev/null)" ""

# What fails behind the snapshot: a directory stands where the note goes.
mkdir -m 700 "$ZONES/dst" && mkdir "$ZONES/dst/origin" && touch "$ZONES/dst/mine"
fails 1 "a clone that cannot be noted" zoneadm -z dst clone src
like "is told" "$(cat "$ERR")" "*origin*"
is "the zone is configured" "$(state dst)" configured
is "what is the administrator's stays" "$(ls "$ZONES/dst")" mine
is "the source has no snapshot more" "$(ls "$ZONES/src/snapshots" 2>/dev/null)" ""
rm -rf "${ZONES:?}/dst"
ok "afterwards it is cloned" zoneadm -z dst clone src
zoneadm -z dst uninstall -F
ok "the source is unharmed" zoneadm -z src boot
zoneadm -z src halt
printf '%s\n' create "set zonepath=$ZONES/sp" commit | zonecfg -z sp -f -
fails 1 "a sparse zone from a whole one" zoneadm -z sp clone src
like "is refused" "$(cat "$ERR")" "*differ in their inherit-pkg-dir*"

# Across mounts it is copied.
at far "$ZONES/btr/far"
ok "to another file system" zoneadm -z far clone src
is "it is copied" "$(head -n 1 "$OUT")" "Copying $ZONES/src..."
is "in the way of that place" \
	"$(sed -n 's/^backend //p' "$ZONES_ROOT/etc/zones/far.state")" btrfs
zoneadm -z far uninstall -F
