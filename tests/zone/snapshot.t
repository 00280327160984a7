#!/bin/bash
# SPDX-License-Identifier: ISC
#
# snapshot - what a root was can be listed, compared, gone back to, cloned, and
# forgotten in any order; a long chain of layers stays short.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:overlay fs:btrfs loop cmd:mkfs.btrfs
snapshot() { zoneadm -z z snapshot "$@"; }

suite() {
	local kind=$1 dir=$2 i

	at z "$dir/z"
	zoneadm -z z install -d "$(root busybox)" || exit 1
	mkdir "$dir/z/root/d"
	echo 1 >"$dir/z/root/d/a"
	echo 1 >"$dir/z/root/d/b"
	ok "$kind: a snapshot is made" snapshot create one
	is "$kind: its name is printed" "$(cat "$OUT")" one
	fails 1 "$kind: a name is taken once" snapshot create one
	zoneadm -z z boot
	zlogin z 'echo 2 >/d/a; rm /d/b; mkdir /new; echo x >/new/f; chmod 700 /d
		ln -s f /new/l; rm -r /home; mkdir /home; echo own >/home/own'
	fails 1 "$kind: a zone that runs is not rolled back" snapshot rollback one
	zlogin z sync
	zoneadm -z z halt
	is "$kind: what has changed is told" "$(snapshot diff one |
		grep -v -e /etc -e /dev -e /run -e /proc -e /sys -e /home/)" "$(printf '%s\t%s\n' \
		M /d M /d/a - /d/b + /new + /new/f + /new/l)"
	is "$kind: as JSON too" "$(snapshot diff --json one |
		python3 -c 'import json, sys; print([c["change"] for c in
		json.load(sys.stdin) if c["path"] == "/d/b"])')" "['removed']"
	ok "$kind: a second one" snapshot create two
	ok "$kind: back to the first" snapshot rollback one
	zoneadm -z z boot
	is "$kind: the zone is what it was" \
		"$(zlogin z 'cat /d/a /d/b; ls /new 2>&1; stat -c %a /d; ls /home')" \
		"1
1
ls: /new: No such file or directory
755
$(ls "$(root busybox)/home")"
	zoneadm -z z halt
	is "$kind: nothing differs" "$(snapshot diff one |
		grep -v -e /etc -e /dev -e /run -e /proc -e /sys)" ""
	ok "$kind: and forward to the second" snapshot rollback two
	is "$kind: they are listed, the oldest first" \
		"$(snapshot list -p | cut -d: -f1,4 | tr '\n' ' ')" "one:0 two:0 "
	is "$kind: as JSON" "$(snapshot list --json | python3 -c \
		'import json, sys; print([s["name"] for s in json.load(sys.stdin)])')" \
		"['one', 'two']"
	at c "$dir/c"
	ok "$kind: a clone of the first" zoneadm -z c clone -s one z
	ok "$kind: the first is destroyed" snapshot destroy one
	fails 1 "$kind: once" snapshot destroy one
	is "$kind: with words" "$(cat "$ERR")" \
		"zoneadm: zone 'z': there is no snapshot 'one'; \
'zoneadm -z ZONE snapshot list' lists those of a zone"
	zoneadm -z c boot
	is "$kind: its clone lives on" "$(zlogin c 'cat /d/a /d/b')" "1
1"
	zoneadm -z c halt

	# As many changes as make a chain long; each is still seen.
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		echo $i >"$dir/z/root/n$i"
		[ $i != 6 ] || { zoneadm -z z boot; zlogin z \
			'rm -r /new /n3; mkdir /new; echo again >/new/again
			ln /d/a /new/a; setfattr -n user.k -v v /d 2>/dev/null'
			zoneadm -z z halt; }
		snapshot create s$i >/dev/null || fail "$kind: snapshot s$i"
	done
	if [ "$kind" = layers ]; then
		zoneadm -z z boot
		is "$kind: a long chain is short" "$(zlogin z \
			'sed -n "s/.* lowerdir=\([^,]*\),.*/\1/p" /proc/mounts |
			tr : "\n" | wc -l | awk "{ print (\$1 <= 8) }"')" 1
		zoneadm -z z halt
	fi
	zoneadm -z z boot
	is "$kind: and says the same" "$(zlogin z \
		'ls -d /n[0-9]* | tr "\n" " "; cat /new/again /new/a; ls /new
		stat -c %h /d/a; ls /home')" "/n1 /n10 /n11 /n12 /n2 /n4 /n5 /n6 /n7 /n8 /n9 again
2
a
again
2
own"
	zoneadm -z z halt
	ok "$kind: back in the middle" snapshot rollback s4
	is "$kind: is there" "$(zoneadm -z z mount && cat "$dir/z/lu/n4" \
		"$dir/z/lu/d/a"; ls "$dir/z/lu/n5" 2>/dev/null)" "4
2"
	zoneadm -z z unmount
	for i in 12 1 7 3 5 4 6 8 11 10 9 2; do
		snapshot destroy s$i || fail "$kind: s$i is destroyed"
	done
	zoneadm -z z uninstall -F
	zoneadm -z c uninstall -F
	zonecfg -z z delete -F
	zonecfg -z c delete -F
	is "$kind: nothing is left" "$(find "$dir" -mindepth 1)" ""
}

mkdir -m 700 "$ZONES/plain"
suite layers "$ZONES/plain"
disk btr btrfs 160
suite btrfs "$ZONES/btr"

at z "$ZONES/z"
fails 1 "a zone without a root has none" snapshot create
zoneadm -z z install -d "$(root busybox)"
fails 1 "a path is no name" snapshot create ../x
fails 1 "nor is one of ours" snapshot create SUNWzone1
fails 1 "nothing outside is destroyed" snapshot destroy ../root
fails 2 "a verb is needed" snapshot
fails 2 "one that is known" snapshot frobnicate
fails 2 "a name too" snapshot rollback
zoneadm -z z boot
fails 1 "layers cannot keep a root in use" snapshot create --live x
like "and say so" "$(cat "$ERR")" "*'zoneadm -z z halt' first"
