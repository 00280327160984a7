#!/bin/bash
# SPDX-License-Identifier: ISC
#
# backend - however a root is kept, by the file system or as install was told:
# it is listed, shown halted, written to there and inside, cloned and removed in
# the same way; what a way of keeping cannot do is said.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:overlay fs:btrfs loop cmd:mkfs.btrfs cmd:mkfs.ext4
disk btr btrfs 128
disk ext ext4 64

kept() {
	zoneadm -z "$1" list --json |
		python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["backend"])'
}

# suite BACKEND DIRECTORY [OPTION...]: of install.
suite() {
	local kind=$1 dir=$2 word what
	shift 2
	what="$kind${1+, asked for,} on ${dir##*/}"

	at z "$dir/z"
	is "$what: before install there is none" "$(kept z)" None
	ok "$what: it installs" zoneadm -z z install "$@" -d "$(root busybox)"
	is "$what: it is listed" "$(kept z)" "$kind"
	is "$what: a subvolume or a directory" \
		"$(stat -c %i "$dir/z/root" | grep -cx 256)" "$([ "$kind" != btrfs ]; echo $?)"
	echo client >"$dir/z/root/etc/sysidcfg"

	ok "$what: it is mounted halted" zoneadm -z z mount
	is "$what: is said to be" "$(state z)" mounted
	is "$what: all of it is seen" \
		"$(cat "$dir/z/lu/etc/sysidcfg"; ls "$dir/z/lu/bin/busybox")" \
		"client
$dir/z/lu/bin/busybox"
	mkdir -m 1777 "$dir/z/lu/made"
	cp "$dir/z/lu/bin/busybox" "$dir/z/lu/made/suid"
	chmod 4755 "$dir/z/lu/made/suid"
	is "$what: nothing there has the power of root out here" \
		"$(findmnt -no OPTIONS "$dir/z/lu" | grep -oE 'nosuid|nodev' | tr '\n' ' ')" \
		"nosuid nodev "
	fails 1 "$what: it does not boot meanwhile" zoneadm -z z boot
	fails 1 "$what: nor is it uninstalled" zoneadm -z z uninstall -F
	ok "$what: it is unmounted" zoneadm -z z unmount
	is "$what: no mount is left" "$(grep -v "$dir/z/root .* - zfs " \
		/proc/self/mountinfo | grep -c "$dir/z/")" 0

	ok "$what: it boots" zoneadm -z z boot
	is "$what: what was written shows" \
		"$(zlogin z 'cat /etc/sysidcfg; stat -c %a:%u /made /made/suid')" \
		"client
1777:0
4755:0"
	fails 1 "$what: it is not mounted while it runs" zoneadm -z z mount
	zlogin z 'echo inside >/made/in; sync'
	zoneadm -z z halt
	zoneadm -z z mount
	is "$what: what it wrote is seen" "$(cat "$dir/z/lu/made/in")" inside
	zoneadm -z z unmount

	if [ "$kind" = copy ]; then
		fails 1 "$what: a snapshot is refused" zoneadm -z z snapshot create s
		word=Copying
	else
		ok "$what: a snapshot" zoneadm -z z snapshot create s
		ok "$what: goes" zoneadm -z z snapshot destroy s
		word=Cloning
	fi
	at c "$dir/c"
	ok "$what: it is cloned" zoneadm -z c clone z
	like "$what: in its way" "$(head -n 1 "$OUT")" "$word *"
	[ "$kind" = copy ] || is "$what: the clone is kept so" "$(kept c)" "$kind"
	zoneadm -z c mount
	is "$what: the clone has all" "$(cat "$dir/c/lu/made/in" "$dir/c/lu/etc/sysidcfg")" \
		"inside
client"
	zoneadm -z c unmount
	ok "$what: they are removed" zoneadm -z z uninstall -F
	zoneadm -z c uninstall -F
	zonecfg -z c delete -F
	zonecfg -z z delete -F
	is "$what: and nothing is left" "$(find "$dir" -mindepth 1 ! -name lost+found)" ""
}
suite layers "$ZONES/ext"
suite btrfs "$ZONES/btr"
suite copy "$ZONES/ext" -x backend=copy
suite copy "$ZONES/btr" -x backend=copy
suite layers "$ZONES/btr" -x nodataset

at z "$ZONES/ext/z"
fails 1 "btrfs elsewhere is refused" zoneadm -z z install -x backend=btrfs -d "$(root busybox)"
is "with the reason" "$(cat "$ERR")" \
	"zoneadm: zone 'z': backend 'btrfs' cannot keep a root in '$ZONES/ext/z'; \
without '-x backend=' one is taken that can"
is "and nothing done" "$(state z) $(ls "$ZONES/ext")" "configured lost+found"
fails 2 "one that there is not" zoneadm -z z install -x backend=floppy

at d "$ZONES/ext/d" 'add dataset' 'set name=tank/d' end
fails 1 "a dataset, where there is no ZFS, is refused" zoneadm -z d install -d "$(root busybox)"
like "with the reason" "$(cat "$ERR")" \
	"could not verify zfs dataset tank/d: this host has no ZFS; use 'remove dataset' in zonecfg.*"
is "and nothing done" "$(state d) $(ls "$ZONES/ext")" "configured lost+found"
