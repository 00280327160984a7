#!/bin/bash
# SPDX-License-Identifier: ISC
#
# zfs - what is ZFS's own: what is mounted where after a restart, whose datasets
# are taken, promoted and left alone. For 'tests/vm -z': hardly a machine for
# tests has the module.
# vm: -z
# time: 3000
. "$(dirname "$0")/../lib.sh"
wants fs:zfs cmd:zfs cmd:zpool
needs root root:busybox fs:overlay
disk tank zfs 768
pool=zt$$.tank
T=$ZONES/tank
datasets() { zfs list -H -o name -t all -r "$pool" | sed "s/^$pool\/*//" | grep .; }

# A dataset that has the zone's name already is not the zone's.
zfs create -o mountpoint=none "$pool/z"
at z "$T/z" 'set quota=100m'
ok "a name that is taken is let be" zoneadm -z z install -d "$(root busybox)"
is "another is used" "$(datasets)" "z
z.2"
is "nothing mounts it but we" \
	"$(zfs get -H -o value mountpoint,canmount "$pool/z.2" | tr '\n' ' ')" \
	"legacy noauto "
is "its quota is the zone's" "$(zfs get -H -p -o value quota "$pool/z.2")" 104857600

# After a restart of the host nothing of it is mounted.
zpool export "$pool" 2>/dev/null || { umount "$T/z/root" && zpool export "$pool"; }
zpool import -d "$WORK" "$pool"
is "an import mounts no root" "$(grep -c "$T/z/root" /proc/self/mountinfo)" 0
ok "a command does" zoneadm -z z boot
is "the zone has what it had" "$(zlogin z ls -d /bin/busybox)" /bin/busybox
is "it sees no snapshots of ZFS" "$(zlogin z 'ls -a /.zfs | grep -v "^\.*$"')" ""
fails 1 "nor makes one" zlogin z mkdir /.zfs/snapshot/x
fails 1 "nor uncovers them" zlogin z umount /.zfs
like "its quota holds" "$(zlogin z 'dd if=/dev/urandom of=/big bs=1M count=150 2>&1; rm /big')" \
	"*uota exceeded*"
zoneadm -z z halt
umount "$T/z/root"
zfs rename "$pool/z.2" "$pool/other"
ok "a dataset that was renamed is found" zoneadm -z z snapshot create s
ok "and mounted" zoneadm -z z boot

# Running zones keep nobody's dataset busy.
at c "$T/c"
ok "a clone of what runs, live" zoneadm -z c clone --live z
zoneadm -z z halt
zoneadm -z z boot
ok "is uninstalled while its source runs" zoneadm -z c uninstall -F
zoneadm -z z halt
is "one snapshot is left" "$(datasets)" "other
other@s
z"

ok "it moves" zoneadm -z z move "$T/y"
is "its root with it" "$(test -d "$T/y/root/bin" && grep -c "$T/y/root" /proc/self/mountinfo)" 1
is "its dataset is called so" "$(datasets)" "y
y@s
z"
ok "its snapshots too" zoneadm -z z snapshot rollback s
fails 1 "it is not carried away with snapshots" zoneadm -z z detach
zoneadm -z z snapshot destroy s
ok "it is detached" zoneadm -z z detach
ok "and attached" zoneadm -z z attach
is "as what it was" "$(sed -n 's/^backend //p' "$ZONES_ROOT/etc/zones/z.state")" zfs

# Carried off ZFS, and a copy with an empty root.
ok "it is detached again" zoneadm -z z detach
at far "$ZONES/far"
cp -a "$T/y" "$ZONES/far"
mkdir -m 700 "$T/twin" "$T/twin/root"
chmod 755 "$T/twin/root"
cp -a "$T/y/.dataset" "$T/y/SUNWdetached.cfg" "$T/twin"
ok "what was carried to another file system attaches" zoneadm -z far attach -F
is "as a plain tree" "$(sed -n 's/^backend //p' "$ZONES_ROOT/etc/zones/far.state")" layers
ok "it goes" zoneadm -z far uninstall -F
is "whole" "$(ls "$ZONES")" tank
at twin "$T/twin"
fails 1 "a note that was copied takes no zone's root" zoneadm -z twin attach -F
like "but says who has it" "$(cat "$ERR")" "*is mounted elsewhere*"
rm -rf "$T/twin"
ok "the zone is attached" zoneadm -z z attach

# What a kill left in a rollback goes with the next one.
zfs create -o mountpoint=legacy -o zones:id=00000000000000000000000000000000 "$pool/left"
echo "$pool/left 00000000000000000000000000000000" >>"$T/y/.dataset"
echo "$pool/never 10000000000000000000000000000000" >>"$T/y/.dataset"
zoneadm -z z snapshot create s >/dev/null
ok "a rollback" zoneadm -z z snapshot rollback s
zoneadm -z z snapshot destroy s
is "takes away what was left of another" "$(datasets)" "y
z"
is "and its notes" "$(cut -d' ' -f1 <"$T/y/.dataset")" "$pool/y"

# What others made in it.
own=$pool/y
zfs snapshot "$own@mine"
fails 1 "another's snapshot is not destroyed" zoneadm -z z uninstall -F
like "it is said what to do" "$(cat "$ERR")" \
	"*cannot destroy '$own': *has children; 'zfs list -t all -r'*"
zfs destroy "$own@mine"
ok "without it the zone goes" zoneadm -z z uninstall -F
is "another's dataset is left" "$(datasets)" z

# An install that fails before anything is there.
echo junk >"$WORK/junk"
at j "$T/j"
fails 1 "an install from no archive" zoneadm -z j install -a "$WORK/junk"
is "leaves nothing" "$(state j) $(ls "$T") $(datasets)" "configured  z"

# A kill between note and dataset, or before the note had one.
mkdir -m 700 "$T/k"
echo "$pool/z 0123456789abcdef0123456789abcdef" >"$T/k/.dataset"
at k "$T/k"
ok "what is noted and not ours is let be" zoneadm -z k install -d "$(root busybox)"
ok "and the zone goes" zoneadm -z k uninstall -F
is "not what had the name" "$(datasets)" z
echo '../../etc x' >"$T/j" && mkdir -m 700 "$T/dam" && mv "$T/j" "$T/dam/.dataset"
at dam "$T/dam"
fails 1 "a note that is damaged" zoneadm -z dam install -d "$(root busybox)"
like "is told" "$(cat "$ERR")" "*'.dataset' is damaged*"
rm -rf "$T/dam"
zfs destroy "$pool/z"
