#!/bin/bash
# SPDX-License-Identifier: ISC
#
# device - device nodes that the configuration gives a zone: there, of use, and
# the only ones; those of the machine are refused to all.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox loop cmd:mkfs.ext4 fs:fuse
truncate -s 4M "$WORK/disk.img"
loop=$(losetup --find --show "$WORK/disk.img") || exit 1
other=$(losetup --find --show "$WORK/disk.img") || exit 1
# shellcheck disable=SC2034 # finish runs it
undo=unloop
unloop() { umount "$WORK/mnt" 2>/dev/null; losetup -d "$loop" "$other"; }
node=${loop#/dev/}
numbers() { stat -c '%t:%T' "$1"; }

# given PATTERN...: the devices of the zone from now on.
given() {
	local p

	zonecfg -z z remove -F device >/dev/null 2>&1
	for p in "$@"; do
		zonecfg -z z "add device; set match=\"$p\"; end" || return 1
	done
}
at z "$ZONES/z"
zoneadm -z z install -d "$(root busybox)" || exit 1

given "/dev/$node" /dev/fuse '/dev/net/t[u]n' /dev/null
ok "devices are verified" zoneadm -z z verify
ok "the zone boots" zoneadm -z z boot
is "it has them, with the numbers of the host" \
	"$(zlogin z "stat -c %t:%T /dev/$node /dev/fuse /dev/net/tun")" \
	"$(numbers "$loop"; numbers /dev/fuse; numbers /dev/net/tun)"
is "its root owns them" "$(zlogin z "stat -c %u:%g /dev/$node /dev/net /dev/net/tun")" \
	"$(printf '0:0\n0:0\n0:0')"
is "with the mode that they have" "$(zlogin z "stat -c %a /dev/$node /dev/net/tun")" \
	"$(stat -c %a "$loop" /dev/net/tun)"
ok "the disk is written" zlogin z "echo zone >/dev/$node && sync"
is "to the host's" "$(head -c 4 "$WORK/disk.img")" zone
is "and read" "$(zlogin z "head -c 4 /dev/$node")" zone
ok "/dev/fuse is opened" zlogin z 'true <>/dev/fuse'
ok "/dev/null is what it was" zlogin z 'echo x >/dev/null'
fails 1 "it makes no other node" zlogin z "mknod /dev/more b 7 ${other#/dev/loop}"
is "nor has it one" "$(zlogin z "ls -d ${other}" 2>/dev/null)" ""

# One that comes from outside all the same: the list of devices stops it.
init=$(sed -n 's/^init \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/z/state")
planted() {
	nsenter -t "$init" -m -- sh -c "$1" 2>/dev/null
}
if planted "mknod -m 666 /dev/planted b 7 ${other#/dev/loop}"; then
	fails 1 "one that is put there is of no use" zlogin z 'head -c 1 /dev/planted'
	like "for it is not on its list" "$(cat "$ERR")" "*Operation not permitted*"
else
	fail "a node is put into the zone" "init is '$init'"
fi
ok "it halts" zoneadm -z z halt
is "nothing is in its root" "$(find "$ZONES/z/root/dev" -mindepth 1 -type b -o -name tun)" ""
ok "they are taken away" given
ok "it boots without them" zoneadm -z z boot
is "they are gone" "$(zlogin z "ls -d /dev/$node /dev/fuse /dev/net" 2>/dev/null)" ""
zoneadm -z z halt

# --- what no zone gets ---
refused() { # PATTERN WHAT-IS-SAID
	given "$1"
	fails 1 "$1 is refused" zoneadm -z z verify
	like "for a reason" "$(cat "$ERR")" "could not verify device $1: $2; use 'remove device match=$1' in zonecfg.*"
}
refused /dev/btrfs-control "/dev/btrfs-control is for no zone: it controls all of btrfs"
refused '/dev/km*' "/dev/kmsg is for no zone: it is the log of the kernel"
refused /dev/loop-control "/dev/loop-control is for no zone: it controls all loop devices"
refused /dev/console "/dev/console is for no zone: each zone has a console of its own"
refused /dev/tty1 "/dev/tty1 is for no zone: it is a screen of the machine"
refused /dev/none-such "this host has no such device"
ln -s "$loop" /dev/shm/zones-test-disk
refused /dev/shm/zones-test-disk "this host has no such device"
rm /dev/shm/zones-test-disk
# The disk that this host runs from, where that is one: also where nobody may
# open it, so that the kernel cannot be asked.
disk=$(findmnt -no SOURCE /)
[ ! -b "$disk" ] || refused "$disk" "*the global zone uses $disk*"
mkfs.ext4 -q "$other" && mkdir "$WORK/mnt" && mount "$other" "$WORK/mnt" || exit 1
refused "$other" "the global zone uses $other: it is mounted, swap, or a part of another disk that is"
fails 1 "such a zone does not boot" zoneadm -z z boot
is "and is what it was" "$(state z)" installed
umount "$WORK/mnt"
ok "when it is no longer in use it does" zoneadm -z z boot
zoneadm -z z halt

# fs-allowed: fuse is what the configuration can add to the file systems that a
# zone mounts, as it takes a device.
ok "without devices" zonecfg -z z 'remove -F device'
ok "it boots" zoneadm -z z boot
for type in tmpfs ramfs devpts mqueue; do
	ok "a zone mounts $type" zlogin z "mount -t $type none /mnt && umount /mnt"
done
fails 1 "it has no fuse" zlogin z 'test -e /dev/fuse'
fails 1 "nor mounts ext4" zlogin z 'mount -t ext4 none /mnt'
ok "halt" zoneadm -z z halt
ok "fuse is allowed" zonecfg -z z 'set fs-allowed=tmpfs,fuse'
ok "it boots" zoneadm -z z boot
ok "a zone mounts fuse" zlogin z 'mount -t fuse -o \
	fd=3,rootmode=40000,user_id=0,group_id=0 none /mnt 3<>/dev/fuse'
ok "halt" zoneadm -z z halt
