#!/bin/bash
# SPDX-License-Identifier: ISC
#
# clone-disk - a clone holds what its source holds, file by file; a full or
# read-only disk and a hostile root hurt nobody else.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:overlay fs:btrfs loop cmd:mkfs.btrfs cmd:mkfs.ext4 \
	cmd:setfacl cmd:setcap cmd:setfattr

# Everything about a halted zone's tree but what a clone gets of its own.
facts() {
	local zone=$1 dir=$2

	zoneadm -z "$zone" mount || return 1
	(
		cd "$dir/lu" || exit 1
		find . \( -path ./etc -o -path ./dev -o -path ./proc -o -path ./sys \) \
			-prune -o ! -path . -printf '%p %y %m %U %G %n %s %T@ %l\n' |
			awk '$2 == "d" { $6 = $7 = "" } { print }' | sort
		find ./tree -type f -print0 | sort -z | xargs -0 cksum
		find ./tree -type f -printf '%i %p\n' | sort -k 2 |
			awk '!($1 in n) { n[$1] = ++k } { print n[$1], $2 }'
		getfacl -R -n ./tree
		getfattr -R -h -d -m '^(user|security\.capability)' \
			--absolute-names ./tree | grep -v user.overlay
		du -k tree/hole
	)
	zoneadm -z "$zone" unmount
}

fill() {
	local t=$1/tree

	mkdir -p "$t/deep/er" "$t/empty" && cd "$t" || exit 1
	echo text >plain && ln plain deep/link && ln -s ../plain deep/er/sym
	truncate -s 3M hole && printf x | dd of=hole bs=1 seek=1M conv=notrunc 2>/dev/null
	mkfifo fifo && cp plain capable && setcap cap_net_raw+ep capable
	cp plain setuid && chown 1:2 setuid && chmod 6755 setuid
	setfacl -m u:5:rwx,g:6:r plain && setfacl -d -m u:7:rx deep
	setfattr -n user.colour -v blue deep && setfattr -n user.size -v '"' plain
	touch -h -d '2001-02-03 04:05:06.789012345' deep/er/sym
	touch -d '1999-12-31 23:59:59.000000001' plain deep/er deep .
	cd "$WORK" || exit 1
}

same() {
	local kind=$1 dir=$2 want

	at src "$dir/src"
	zoneadm -z src install -d "$(root busybox)" || exit 1
	fill "$dir/src/root"
	want=$(facts src "$dir/src")
	at dst "$dir/dst"
	zoneadm -z dst clone src >/dev/null
	is "$kind: a clone is the same, file by file" "$(facts dst "$dir/dst")" "$want"
	is "$kind: its source too" "$(facts src "$dir/src")" "$want"
	at cpy "$dir/cpy"
	zoneadm -z cpy clone -m copy dst >/dev/null
	is "$kind: so is a copy" "$(facts cpy "$dir/cpy")" "$want"
	for z in src dst cpy; do
		zoneadm -z $z uninstall -F
		zonecfg -z $z delete -F
	done
}
mkdir -m 700 "$ZONES/plain"
same layers "$ZONES/plain"
disk btr btrfs 128
same btrfs "$ZONES/btr"

# A disk with less and less room: done, or a clear error and nothing else.
disk small ext4 12
at src "$ZONES/small/src"
zoneadm -z src install -d "$(root busybox)" || exit 1
fill "$ZONES/small/src/root"
want=$(facts src "$ZONES/small/src")
at dst "$ZONES/small/dst"
told=
undone=0
for free in 0 4 8 16 24 32 48 64 96 200; do
	zoneadm -z src snapshot destroy s >/dev/null 2>&1
	touch "$ZONES/small/src/root/changed-$free"
	room=$(($(df -k --output=avail "$ZONES/small" | tail -n 1) - free))
	[ $room -le 0 ] || dd if=/dev/zero of="$ZONES/small/ballast" bs=1k count=$room 2>/dev/null
	for try in 'zoneadm -z dst clone src' 'zoneadm -z src snapshot create s' \
		'zoneadm -z src snapshot rollback s'; do
		$try >"$OUT" 2>"$ERR" && continue
		told+="$(cat "$ERR")
"
		case $try in
		*clone*)
			if [ "$(state dst)" != configured ] || [ -e "$ZONES/small/dst" ]; then
				fail "with $free KiB a failed clone leaves nothing" "$(cat "$ERR")"
			else
				undone=1
			fi
			;;
		esac
	done
	rm -f "$ZONES/small/ballast"
	rm -f "$ZONES/small/src/root"/changed-*
	[ "$(state src)" = installed ] || fail "with $free KiB the source is installed"
	[ "$(state dst)" = configured ] || zoneadm -z dst uninstall -F ||
		fail "with $free KiB the clone is uninstalled"
	got=$(facts src "$ZONES/small/src" | grep -v '^./changed-')
	[ "$got" = "$want" ] || { fail "with $free KiB the source is unharmed" \
		"$(diff <(echo "$want") <(echo "$got"))"; break; }
done
is "a clone that failed is taken away" $undone 1
like "a full disk is told" "$told" "*No space left on device*"
is "by nothing else" "$(grep -v -e 'No space left' -e 'no snapshot' <<<"$told" | tr -d '\n')" ""

mount -o remount,ro "$ZONES/small"
fails 1 "a clone on a read-only disk" zoneadm -z dst clone src
fails 1 "a snapshot there" zoneadm -z src snapshot create r
like "is refused with the reason" "$(cat "$ERR")" "*ead-only file system*"
fails 1 "so is uninstalling" zoneadm -z src uninstall -F
mount -o remount,rw "$ZONES/small"
ok "which is done when it can be" zoneadm -z src uninstall -F
zoneadm -z dst uninstall -F 2>/dev/null
is "and leaves nothing" "$(ls -A "$ZONES/small")" "lost+found"
zonecfg -z src delete -F
zonecfg -z dst delete -F

# A root full of links that lead out.
mkdir "$WORK/outside"
echo mine >"$WORK/outside/hostname"
echo mine >"$WORK/outside/ssh_host_rsa_key"
mkdir -p "$WORK/outside/ssh"
before=$(cd "$WORK/outside" && find . -printf '%p %T@ %C@\n' | sort)
for victim in etc etc/ssh var var/lib/systemd etc/hostname; do
	at src "$ZONES/plain/src"
	zoneadm -z src install -d "$(root busybox)" || exit 1
	r=$ZONES/plain/src/root
	mkdir -p "$r/var/lib"
	rm -rf "${r:?}/$victim"
	ln -s "$WORK/outside$([ $victim != etc/hostname ] || echo /hostname)" "$r/$victim"
	ln -s "$WORK/outside" "$r/out"
	setfattr -n user.overlay.opaque -v y "$r/bin"
	setfattr -n user.overlay.redirect -v "/../../outside" "$r/usr"
	mknod "$r/white" c 0 0
	at dst "$ZONES/plain/dst"
	zoneadm -z dst clone src >"$OUT" 2>"$ERR"
	zoneadm -z src snapshot create s >/dev/null 2>&1
	zoneadm -z src snapshot diff s >/dev/null 2>&1
	zoneadm -z src snapshot rollback s >/dev/null 2>&1
	zoneadm -z dst mount >/dev/null 2>&1 && zoneadm -z dst unmount
	zoneadm -z dst uninstall -F 2>/dev/null
	zoneadm -z src uninstall -F
	zonecfg -z src delete -F
	zonecfg -z dst delete -F
	is "'/$victim' leads out, and nothing goes there" \
		"$(cd "$WORK/outside" && find . -printf '%p %T@ %C@\n' | sort)" "$before"
	is "and all is taken away" "$(ls -A "$ZONES/plain")" ""
done
