#!/bin/bash
# SPDX-License-Identifier: ISC
#
# move - a halted zone gets another zonepath, within a file system and across:
# it holds what it held, clones and sources go on, and what cannot be done
# changes nothing.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:overlay fs:btrfs loop cmd:mkfs.btrfs cmd:mkfs.ext4 \
	cmd:setfacl cmd:setcap cmd:setfattr cmd:python3
place() { zoneadm -z "$1" list -p | cut -d: -f4; }
wait_place() { is "$1" "$(place "$2")" "$ZONES/$3"; }

# Everything about a halted zone's tree.
facts() {
	local dir

	dir=$(place "$1")
	zoneadm -z "$1" mount || return 1
	(
		cd "$dir/lu" || exit 1
		find . \( -path ./dev -o -path ./proc -o -path ./sys \) \
			-prune -o ! -path . -printf '%p %y %m %U %G %n %s %T@ %l\n' |
			awk '$2 == "d" { $6 = $7 = "" } { print }' | sort
		find ./etc ./tree -type f -print0 | sort -z | xargs -0 cksum
		find ./tree -print0 | sort -z >"$WORK/names"
		xargs -0 getfacl -n <"$WORK/names"
		xargs -0 getfattr -h -d -m '^(user|security\.capability)' \
			--absolute-names <"$WORK/names" |
			grep -v user.overlay
		[ "$(du -k tree/hole | cut -f1)" -lt 1000 ] && echo 'a hole'
	)
	zoneadm -z "$1" unmount
}
fill() {
	local t=$1/tree

	mkdir -p "$t/deep/er" && cd "$t" || exit 1
	echo text >plain && ln plain deep/link && ln -s ../plain deep/er/sym
	truncate -s 3M hole && printf x | dd of=hole bs=1 seek=1M conv=notrunc 2>/dev/null
	mkfifo fifo && cp plain capable && setcap cap_net_raw+ep capable
	cp plain setuid && chown 1:2 setuid && chmod 6755 setuid
	setfacl -m u:5:rwx,g:6:r plain && setfacl -d -m u:7:rx deep
	setfattr -n user.colour -v blue deep
	touch -d '1999-12-31 23:59:59.000000001' plain deep/er deep .
	cd "$WORK" || exit 1
}

at src "$ZONES/a/src"
zoneadm -z src install -d "$(root busybox)" || exit 1
fill "$ZONES/a/src/root"
at dst "$ZONES/b/dst"
ok "a source of clones" zoneadm -z dst clone src
echo mine >"$ZONES/b/dst/root/mine"
want=$(facts src)
want_dst=$(facts dst)

fails 2 "move wants a path" zoneadm -z src move
fails 1 "a relative one is refused" zoneadm -z src move here
fails 1 "the one it has" zoneadm -z src move "$ZONES/a/src"
fails 1 "one within" zoneadm -z src move "$ZONES/a/src/root/x"
fails 1 "one above" zoneadm -z src move "$ZONES/a"
fails 1 "another zone's" zoneadm -z src move "$ZONES/b/dst"
fails 1 "one within another zone's" zoneadm -z src move "$ZONES/b/dst/x"
mkdir -m 700 "$ZONES/full" && touch "$ZONES/full/file"
fails 1 "one that is not empty" zoneadm -z src move "$ZONES/full"
is "is named" "$(cat "$ERR")" \
	"zoneadm: zone 'src': could not move zone to $ZONES/full: directory not empty"
ln -s full "$ZONES/link"
fails 1 "one behind a link" zoneadm -z src move "$ZONES/link"
at new "$ZONES/n/new"
fails 1 "a zone that is not installed is not moved" zoneadm -z new move "$ZONES/m"
is "and is told so" "$(cat "$ERR")" "zoneadm: zone 'new': must be installed before move."
ok "the source boots" zoneadm -z src boot
fails 1 "a running zone is not moved" zoneadm -z src move "$ZONES/m"
is "and is told so" "$(cat "$ERR")" "zoneadm: zone 'src': move operation is invalid for running zones."
zoneadm -z src halt
wait_place "nothing of that moved it" src a/src
is "nothing was made" "$(ls -A "$ZONES")" "$(printf '%s\n' .zones-layers a b full link | sort | grep -v .zones-layers)"
is "and no journal" "$(find "$ZONES_ROOT/etc/zones" -name '*.move')" ""

ok "the source is renamed" zoneadm -z src move "$ZONES/c/deep/src"
wait_place "it lies there" src c/deep/src
is "the old place is gone" "$(ls "$ZONES/a")" ""
is "it is what it was" "$(facts src)" "$want"
is "so is its clone" "$(facts dst)" "$want_dst"
mkdir -m 700 "$ZONES/e"
ok "into an empty directory" zoneadm -z dst move "$ZONES/e"
is "the clone is what it was" "$(facts dst)" "$want_dst"
ok "it boots there" zoneadm -z dst boot
is "and has its own" "$(zlogin dst cat /mine)" mine
zoneadm -z dst halt

disk ext ext4 64
disk btr btrfs 128
ok "the clone goes to another disk" zoneadm -z dst move "$ZONES/ext/dst"
is "and says how" "$(cat "$OUT")" "Moving across file systems; copying zonepath $ZONES/e...
Cleaning up zonepath $ZONES/e..."
is "nothing is left" "$(ls -d "$ZONES/e" 2>/dev/null)" ""
is "it is what it was, file by file" "$(facts dst)" "$want_dst"
is "its source too" "$(facts src)" "$want"
ok "the source goes to btrfs" zoneadm -z src move "$ZONES/btr/src"
is "it is what it was, file by file" "$(facts src)" "$want"
like "its backend is the disk's" "$(zoneadm -z src list --json)" '*"btrfs"*'
is "the store went with the last that stood there" \
	"$(find "$ZONES" -xdev -name .zones-layers)" ""
ok "on btrfs it is renamed" zoneadm -z src move "$ZONES/btr/other"
zoneadm -z src snapshot create keep >/dev/null
fails 1 "a zone with a snapshot does not leave" zoneadm -z src move "$ZONES/back"
like "and is told what to do" "$(cat "$ERR")" "*'zoneadm -z src snapshot destroy keep'"
wait_place "it stays" src btr/other
zoneadm -z src snapshot destroy keep
ok "without it goes" zoneadm -z src move "$ZONES/back"
is "it is what it was" "$(facts src)" "$want"
ok "and boots" zoneadm -z src boot
zoneadm -z src halt

# Less and less room, and none to write on.
dd if=/dev/urandom of="$ZONES/back/root/big" bs=1M count=8 2>/dev/null
want=$(facts src)
df=$(df -k --output=avail "$ZONES/ext" | tail -n 1)
told=
for free in 64 4000 8200 8600 9000; do
	dd if=/dev/zero of="$ZONES/ext/ballast" bs=1k count=$((df - free)) 2>/dev/null
	zoneadm -z src move "$ZONES/ext/src" >"$OUT" 2>"$ERR" || told+=$(cat "$ERR")
	rm -f "$ZONES/ext/ballast"
	[ "$(place src)" = "$ZONES/back" ] ||
		zoneadm -z src move "$ZONES/back" >/dev/null ||
		fail "with $free KiB the zone comes back"
	[ ! -e "$ZONES/ext/src" ] || fail "with $free KiB something is left"
done
like "too little room is told" "$told" "*could not move zone to $ZONES/ext/src: 1? MB are needed, * MB are free*"
is "the zone is what it was" "$(facts src)" "$want"
mount -o remount,ro "$ZONES/ext"
fails 1 "a read-only disk is refused" zoneadm -z src move "$ZONES/ext/src"
like "and told" "$(cat "$ERR")" "*Read-only file system*"
fails 1 "nobody leaves it" zoneadm -z dst move "$ZONES/away"
like "for the reason" "$(cat "$ERR")" "*read-only file system*"
mount -o remount,rw "$ZONES/ext"
is "the zones are where they were" "$(place src) $(place dst)" "$ZONES/back $ZONES/ext/dst"
is "nothing was made" "$(ls -d "$ZONES/away" "$ZONES/ext/src" 2>/dev/null)" ""

# A root full of links that lead out.
mkdir "$WORK/outside" && echo mine >"$WORK/outside/hostname"
before=$(cd "$WORK/outside" && find . -printf '%p %T@ %C@\n' | sort)
rm -rf "$ZONES/back/root/etc" "$ZONES/back/root/usr"
ln -s "$WORK/outside" "$ZONES/back/root/etc"
ln -s "$WORK/outside/hostname" "$ZONES/back/root/tree/deep/out"
ln -s ../../../../../../../../../.. "$ZONES/back/root/usr"
setfattr -n user.overlay.redirect -v /../../outside "$ZONES/back/root/tree"
mknod "$ZONES/back/root/tree/device" c 1 3
ok "a hostile root is copied" zoneadm -z src move "$ZONES/btr/src"
is "as it is" "$(readlink "$ZONES/btr/src/root/etc")" "$WORK/outside"
is "but for devices" "$(ls "$ZONES/btr/src/root/tree/device" 2>/dev/null)" ""
ok "and taken away" zoneadm -z src uninstall -F
is "nothing went outside" "$(cd "$WORK/outside" && find . -printf '%p %T@ %C@\n' | sort)" "$before"

# What runs on (a process that a zone left behind) exchanges directories of the
# root with links that lead out while it is moved, cloned and removed.
cat >"$WORK/swap.py" <<'END'
import ctypes, os, sys
libc = ctypes.CDLL(None)
os.chdir(sys.argv[1])
open(sys.argv[2], "w").close()
while True:
    for name in (b"etc", b"race", b"race/deep", b"race/deep/er"):
        libc.renameat2(-100, name, -100, b"out-" + name.replace(b"/", b"-"), 2)
END
swaps() { # ROOT
	rm -f "$WORK/swapping"
	python3 "$WORK/swap.py" "$1" "$WORK/swapping" &
	swap=$!
	within 20 test -e "$WORK/swapping"
}
calm() { kill $swap && wait $swap 2>/dev/null; }
aside() { (cd "$WORK/outside" && find . -printf '%p %s %i %T@ %C@\n' | sort); }
at race "$ZONES/r/race"
zoneadm -z race install -d "$(root busybox)" || exit 1
at heir "$ZONES/r/heir"
mkdir -p "$ZONES/r/race/root/race/deep/er"
touch "$ZONES/r/race/root/race/deep/er/hostname"
for n in etc race race-deep race-deep-er; do
	ln -s "$WORK/outside" "$ZONES/r/race/root/out-$n"
done
before=$(aside)
went=
swaps "$ZONES/r/race/root"
for to in "$ZONES/r/again" "$ZONES/ext/race" "$ZONES/r/race"; do
	zoneadm -z race move "$to" >/dev/null 2>"$ERR" && went+=+
	for sub in mount unmount verify; do
		zoneadm -z race $sub >/dev/null 2>&1
	done
	[ "$(place race)" = "$to" ] || note <"$ERR"
	calm
	swaps "$(place race)/root"
done
for _ in 1 2 3; do
	zoneadm -z heir clone -m copy race >/dev/null 2>&1
	zoneadm -z heir uninstall -F >/dev/null 2>&1
	zoneadm -z race snapshot create s >/dev/null 2>&1
	zoneadm -z race snapshot rollback s >/dev/null 2>&1
	zoneadm -z race snapshot destroy s >/dev/null 2>&1
	zoneadm -z race detach >/dev/null 2>&1
	zoneadm -z race attach >/dev/null 2>&1
done
is "a root that changes meanwhile reaches nothing outside" "$(aside)" "$before"
is "and takes nothing in from there" \
	"$(grep -rlx mine "$(place race)/root" --include=hostname 2>/dev/null)" ''
like "a rename is not disturbed" "$went" '+*'
zoneadm -z race uninstall -F >/dev/null 2>"$ERR"
calm
[ "$(state race)" = configured ] || zoneadm -z race uninstall -F
is "removed meanwhile, neither" "$(state race) $(aside)" "configured $before"

zoneadm -z dst uninstall -F
is "nothing is left" "$(find "$ZONES/ext" "$ZONES/btr" -mindepth 1 ! -name lost+found)" ""
