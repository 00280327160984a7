# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# fs - file systems of the configuration: directories, tmpfs, image files; whose
# their files are, and that a zone cannot lead a mount elsewhere.
. "$(dirname "$0")/../lib.sh"
needs root cmd:mkfs.ext4 cmd:losetup

zone web busybox
R=$ZONES/web/root
D=$WORK/data
mkdir -m 700 "$D"
mkdir -m 755 "$D/in" "$D/open"
echo hello >"$D/in/file"
loops_are() { # NUMBER
	[ "$(losetup -n -O BACK-FILE | grep -c "$WORK")" = "$1" ]
}
set_fs() { # TYPE SPECIAL [OPTION...]: /mnt/data
	local type=$1 special=$2 option

	shift 2
	zonecfg -z web 'remove -F fs' 2>/dev/null
	{
		echo "add fs; set dir=/mnt/data; set special=$special"
		echo "set type=$type"
		for option in "$@"; do echo "add options \"$option\""; done
		echo 'end'
	} | tr ';' '\n' >"$WORK/fs.cfg"
	zonecfg -z web -f "$WORK/fs.cfg"
}

# --- a directory ---
ok "a directory of root's alone is configured" set_fs lofs "$D/in"
ok "and verified" zoneadm -z web verify
ok "the zone boots; the mount point is made" zoneadm -z web boot
is "the directory is there" "$(zlogin web cat /mnt/data/file)" hello
is "root's files are root's in the zone" \
	"$(zlogin web stat -c %u /mnt/data/file)" 0
ok "the zone writes" zlogin web touch /mnt/data/new
is "as root, whose the directory is" "$(stat -c %u "$D/in/new")" 0
fails 1 "it cannot be taken away" zlogin web umount /mnt/data
like "device nodes are of no use there" \
	"$(mknod "$D/in/null" c 1 3; chmod 666 "$D/in/null"
		zlogin web 'echo x >/mnt/data/null' 2>&1)" \
	'*Permission denied*'
rm "$D/in/null"
ok "it halts" zoneadm -z web halt
is "the mount is gone" "$(grep -c "$R/mnt" /proc/self/mountinfo)" 0
ok "what was written stays" test -e "$D/in/new"

ok "read-only" set_fs lofs "$D/in" ro
ok "it boots" zoneadm -z web boot
is "is read" "$(zlogin web cat /mnt/data/file)" hello
fails 1 "and not written" zlogin web touch /mnt/data/x
like "for that reason" "$(cat "$ERR")" '*Read-only*'
fails 1 "nor mounted anew" zlogin web mount -o remount,rw /mnt/data
ok "it halts" zoneadm -z web halt

# --- whose its files are ---
chmod 755 "$D" "$WORK"
P=$(dirname "$WORK")
if [ "$(stat -c %a "$P")" = 1777 ]; then
	set_fs lofs "$D/in"
	fails 1 "a directory that users reach is not written as root" \
		zoneadm -z web verify
	like "the zone is told why, and what to do" "$(cat "$ERR")" \
		"*fs /mnt/data: users of the global zone can come to $D/in,*chmod 700*'noidmap'*'idmap'*"
	fails 1 "boot says the same" zoneadm -z web boot
	like "with the zone's name" "$(cat "$ERR")" \
		"*fs /mnt/data: users of the global zone*"
	ok "nothing is left" test "$(state web)" = installed
fi
ok "with noidmap" set_fs lofs "$D/open" noidmap
chmod 1777 "$D/open"
ok "it boots" zoneadm -z web boot
is "root's files are nobody's" \
	"$(zlogin web stat -c %u /mnt/data)" 65534
ok "what is made there" zlogin web \
	'cp /bin/busybox /mnt/data/sh; chmod 4755 /mnt/data/sh'
is "is of the zone's range" \
	"$(( $(stat -c %u "$D/open/sh") > 65535 ))" 1
ok "it halts" zoneadm -z web halt
ok "with idmap" set_fs lofs "$D/open" idmap
ok "it boots" zoneadm -z web boot
is "root's files are root's" "$(zlogin web stat -c %u /mnt/data)" 0
ok "it halts" zoneadm -z web halt
chmod 700 "$D" "$WORK"

# --- a file ---
ok "a file over a file" set_fs lofs "$D/in/file" ro
fails 1 "there is none to lie on" zoneadm -z web boot
like "which is said" "$(cat "$ERR")" \
	"*mount point '/mnt/data' is a directory, and $D/in/file is none*"
rmdir "$R/mnt/data" && touch "$R/mnt/data"
ok "now there is" zoneadm -z web boot
is "and it is read" "$(zlogin web cat /mnt/data)" hello
ok "it halts" zoneadm -z web halt
rm "$R/mnt/data"

# --- tmpfs ---
ok "a tmpfs" set_fs tmpfs swap size=1m,nosuid
ok "verifies" zoneadm -z web verify
ok "and boots" zoneadm -z web boot
is "is the zone's root's" "$(zlogin web stat -c %u /mnt/data)" 0
ok "can be written" zlogin web dd if=/dev/zero of=/mnt/data/a bs=64k count=8
fails 1 "up to its size" zlogin web dd if=/dev/zero of=/mnt/data/b bs=64k count=16
like "and has its options" "$(zlogin web grep /mnt/data /proc/mounts)" \
	'*nosuid,nodev*size=1024k*'
ok "it halts" zoneadm -z web halt

# --- an image file ---
truncate -s 16m "$D/image"
ok "a file system is made" mkfs.ext4 -q "$D/image"
ok "an image file" set_fs ext4 "$D/image"
ok "boots" zoneadm -z web boot
ok "is written" zlogin web 'echo kept >/mnt/data/x'
is "by its root" "$(zlogin web stat -c %u /mnt/data/x)" 0
ok "it halts" zoneadm -z web halt
zonecfg -z web "select fs dir=/mnt/data; set raw=$D/image; end"
ok "with raw, one that is looked at first" zoneadm -z web boot
is "what was written is there" "$(zlogin web cat /mnt/data/x)" kept
ok "by one loop device" loops_are 1
zone two busybox
zonecfg -z two "add fs; set dir=/mnt; set special=$D/image; set type=ext4; end"
fails 1 "another zone cannot write it at the same time" zoneadm -z two boot
like "and is told" "$(cat "$ERR")" "*fs /mnt: the image is in use: by another zone*"
ok "it halts" zoneadm -z web halt
ok "its loop device goes" within 10 loops_are 0
cp "$D/image" "$D/bad"
dd if=/dev/zero of="$D/bad" bs=1k seek=2 count=64 conv=notrunc 2>/dev/null
zonecfg -z web "select fs dir=/mnt/data; set raw=$D/bad; end"
fails 1 "where raw has a fault it does not boot" zoneadm -z web boot
like "and says how to mend it" "$(cat "$ERR")" \
	"*$D/bad has a fault, or cannot be looked at; run 'fsck.ext4 $D/bad'*"
ln -s "$D/image" "$D/raw"
zonecfg -z web "select fs dir=/mnt/data; set raw=$D/raw; end"
fails 1 "nor where raw is a link" zoneadm -z web boot
like "and says so" "$(cat "$ERR")" "*raw $D/raw is or lies behind a symbolic*"
ok "another type" set_fs xfs "$D/image"
fails 1 "does not boot" zoneadm -z web boot
like "and says what it was" "$(cat "$ERR")" "*fs /mnt/data: $D/image: *xfs*"
ok "nothing is left" test "$(state web)" = installed
ok "nor a loop device" within 10 loops_are 0

# --- what leads elsewhere ---
ok "a directory again" set_fs lofs "$D/in"
rm -rf "${R:?}/mnt"
ln -s /etc "$R/mnt"
fails 1 "a symbolic link on the way to the mount point" zoneadm -z web boot
like "is refused" "$(cat "$ERR")" '*lies behind a symbolic link*'
ok "and nothing is made in its place" test ! -e /etc/data
rm "$R/mnt"
ln -s "$D/in" "$D/link"
ok "a link to the directory" set_fs lofs "$D/link"
fails 1 "is not followed: another zone might have put it" \
	zoneadm -z web verify
like "the real name is asked for" "$(cat "$ERR")" \
	"*special $D/link is or lies behind a symbolic link; name the path that 'realpath $D/link' prints*"
ok "the host's /proc" set_fs lofs /proc idmap
fails 1 "is not for zones" zoneadm -z web boot
like "and named" "$(cat "$ERR")" '*file system of type proc*'
ok "device nodes wished for" set_fs lofs "$D/in" devices
fails 1 "are refused" zoneadm -z web verify
like "with what to do instead" "$(cat "$ERR")" "*use 'add device'*"
ok "a word of no type" set_fs lofs "$D/in" bogus=1
fails 1 "is refused" zoneadm -z web verify
like "by name" "$(cat "$ERR")" "*option 'bogus=1' is unknown to type lofs*"
ok "a source beside special" set_fs ext4 "$D/image" source=/etc/passwd
fails 1 "is refused" zoneadm -z web verify
ok "a missing directory" set_fs lofs "$D/none"
fails 1 "does not boot" zoneadm -z web boot
like "and is named" "$(cat "$ERR")" \
	"*could not access $D/none: No such file or directory; make it, or 'remove fs dir=*"
ok "a type of disks for a directory" set_fs ext4 "$D/in"
fails 1 "is refused before boot" zoneadm -z web verify
like "with what it must be" "$(cat "$ERR")" \
	"*$D/in is neither a block device nor an image file; a directory has type=lofs*"
ok "a file as mount point of a directory" zonecfg -z web 'remove -F fs; add fs' \
	"; set dir=/etc/passwd; set special=$D/in; set type=lofs; end"
fails 1 "does not boot" zoneadm -z web boot
is "and says so" "$(cat "$ERR")" "zoneadm: zone 'web': platform: \
fs /etc/passwd: mount point '/etc/passwd' is no directory, and $D/in is one; \
choose another dir"
ok "a mount over /proc" zonecfg -z web \
	'remove -F fs; add fs; set dir=/proc/x; set special=/tmp; set type=lofs; end'
fails 1 "is refused" zoneadm -z web verify
like "because it is the zone's own" "$(cat "$ERR")" \
	"*fs /proc/x: /proc is the zone's own*"
finish
