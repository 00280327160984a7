#!/bin/bash
# SPDX-License-Identifier: ISC
#
# quota - a zone's root takes no more of the disk than it may: the zone is told
# so, others are not, and nothing of the limit is left behind.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:btrfs loop cmd:mkfs.btrfs cmd:btrfs cmd:mkfs.ext4
disk btr btrfs 256
btr=$ZONES/btr

# What subvolumes are limited to; how many qgroups there are.
limits() { btrfs subvolume sync "$btr" >/dev/null; btrfs qgroup show --raw -e "$btr" | awk '$4 ~ /^[0-9]+$/ && !/snapshots/ { print $4 }'; }
groups() { btrfs filesystem sync "$btr" && btrfs qgroup show "$btr" | grep -c '^0/'; }
only() { [ "$(groups)" = "$1" ]; }
# write ZONE MEGABYTES: inside; what is said of it.
write() {
	zlogin "$1" "dd if=/dev/zero of=/big bs=1M count=$2 conv=fsync 2>&1 |
		sed -n 's/.*: //p' | sort -u"
}

at z "$btr/z" 'set quota=16m' 'add inherit-pkg-dir' 'set dir=/usr' end
is "a quota is kept" "$(zonecfg -z z info quota; zonecfg -z z export | grep quota)" \
	"quota: 16M
set quota=16M"
fails 1 "where quotas are off, verify says so" zoneadm -z z verify
is "and what to do" "$(grep quota "$ERR")" \
	"could not verify quota: quotas are off in the btrfs of '$btr'; run 'btrfs quota enable $btr', or 'clear quota' in zonecfg."
fails 1 "so does install" zoneadm -z z install -d "$(root busybox)"
is "which does nothing" "$(state z) $(ls "$btr")" "configured "
btrfs quota enable "$btr" || exit 1
btrfs quota rescan -w "$btr" >/dev/null
ok "as it says" zoneadm -z z verify
fails 1 "in a plain directory it cannot be" zoneadm -z z install -x nodataset -d "$(root busybox)"
like "is told" "$(cat "$ERR")" "*quota: '$btr/z/root' is no subvolume, *"
is "and nothing is left" "$(state z) $(ls "$btr")" "configured "

mkdir -m 700 "$WORK/much" && dd if=/dev/zero of="$WORK/much/f" bs=1M count=20 2>/dev/null
fails 1 "what is too much is not installed" zoneadm -z z install -d "$WORK/much"
like "is told" "$(cat "$ERR")" "*Disk quota exceeded"
zoneadm -z z uninstall -F 2>/dev/null
ok "what is not is" zoneadm -z z install -d "$(root busybox)"
ok "which is the only one" within 30 only 2
is "the limit is set" "$(limits)" $((16 << 20))
is "and listed" "$(zoneadm -z z list --json |
	python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["quota"])')" $((16 << 20))
ok "the zone boots" zoneadm -z z boot
is "it is told where its disk ends" "$(write z 30)" "Disk quota exceeded"
ok "which has room for others" dd if=/dev/zero of="$btr/file" bs=1M count=30
rm "$btr/file"
ok "what is removed can be written again" zlogin z 'rm /big && sync && dd if=/dev/zero of=/big bs=1M count=4 conv=fsync'
ln -s usr/lib64 "$btr/z/root/lib64"
ln -s usr/lib "$btr/z/root/lib"
fails 1 "a subvolume of its own, which nothing limits, is refused" \
	zlogin z /usr/bin/btrfs subvolume create /sub
like "is told" "$(cat "$ERR")" "*cannot create subvolume: Inappropriate ioctl for device"
ok "it halts" zoneadm -z z halt

at c "$btr/c" 'set quota=8m' 'add inherit-pkg-dir' 'set dir=/usr' end
ok "a clone" zoneadm -z c clone z
is "is limited before it boots" "$(limits | sort -n | head -n 1)" $((8 << 20))
ok "a snapshot" zoneadm -z c snapshot create s
ok "one goes back to" zoneadm -z c snapshot rollback s
is "is limited as well" "$(limits | sort -n | head -n 1)" $((8 << 20))
zoneadm -z c snapshot destroy s
zoneadm -z c detach
ok "so is what was let go of" btrfs qgroup limit -e none "$btr/c/root"
ok "and comes back" zoneadm -z c attach
is "before it boots" "$(limits | sort -n | head -n 1)" $((8 << 20))
ok "boots" zoneadm -z c boot
is "a clone pays for what it writes, not for what it has" \
	"$(zlogin c 'rm /big; dd if=/dev/zero of=/own bs=1M count=5 conv=fsync 2>&1 | sed -n "s/.*: //p"')" ""
is "and no more" "$(write c 10)" "Disk quota exceeded"
zoneadm -z c halt

ok "it is changed" zonecfg -z z set quota=40m
ok "and in force at the next boot" zoneadm -z z boot
is "there is room" "$(write z 25)" ""
zoneadm -z z halt
is "the limits" "$(limits | sort -n | tr '\n' ' ')" "$((8 << 20)) $((40 << 20)) "
ok "it is cleared" zonecfg -z z clear quota
ok "it boots" zoneadm -z z boot
is "that of the other stays" "$(limits)" $((8 << 20))
is "in the list it is none" "$(zoneadm -z z list --json | grep quota)" '    "quota": null,'
zoneadm -z z halt

ok "the zones go" zoneadm -z c uninstall -F
ok "both" zoneadm -z z uninstall -F
ok "with their qgroups" within 30 only 1
is "and files" "$(ls -A "$btr")" ""

mkdir -m 700 "$ZONES/plain"
at p "$ZONES/plain/p" 'set quota=16m'
fails 1 "a file system that cannot is refused" zoneadm -z p verify
like "with the reason" "$(cat "$ERR")" "*could not verify quota: the file system of '$ZONES/plain' cannot limit a directory; use a zonepath on btrfs or ZFS, or 'clear quota' in zonecfg.*"
