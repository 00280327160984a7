#!/bin/bash
# SPDX-License-Identifier: ISC
#
# software - apt, dpkg and git work on what a clone inherits, in layers and on
# btrfs, and the source sees nothing of it. PostgreSQL and others:
# tests/workloads --clone.
# time: 200
. "$(dirname "$0")/../lib.sh"
needs root root:debian fs:overlay fs:btrfs loop cmd:mkfs.btrfs cmd:dpkg-deb \
	cmd:git

# A package: a file that stays, one that goes, one that becomes a directory, hard
# links, a configuration file; with version 3 a directory becomes a file.
repo=$WORK/repo
package() { # VERSION
	local d=$WORK/deb lib

	lib=$d/usr/lib/trial
	rm -rf "$d" && mkdir -p "$d/DEBIAN" "$d/etc" "$lib/docs" "$repo"
	printf '%s\n' 'Package: trial' "Version: $1" 'Architecture: all' \
		'Maintainer: A Tester <test@example.org>' \
		'Description: nothing but files' >"$d/DEBIAN/control"
	echo /etc/trial.conf >"$d/DEBIAN/conffiles"
	printf '#!/bin/sh\nset -e\necho "$1 %s" >>/var/lib/trial.log\n' "$1" |
		tee "$d/DEBIAN/postinst" >"$d/DEBIAN/prerm"
	chmod 755 "$d"/DEBIAN/p*
	echo "colour=$1" >"$d/etc/trial.conf"
	echo "stays $1" >"$lib/stays" && ln "$lib/stays" "$lib/linked"
	for i in $(seq 50); do echo "$i $1" >"$lib/docs/$i"; done
	case $1 in
	1) echo gone >"$lib/goes" && echo file >"$lib/changes" ;;
	*) mkdir "$lib/changes" && touch "$lib/changes/x" ;;
	esac
	case $1 in
	3) echo file >"$lib/back" ;;
	*) mkdir "$lib/back" && touch "$lib/back/x" ;;
	esac
	dpkg-deb --root-owner-group -b "$d" "$repo/trial_$1.deb" >/dev/null &&
		dpkg-deb -f "$repo/trial_$1.deb" && printf '%s\n' \
		"Filename: ./trial_$1.deb" "Size: $(stat -c %s "$repo/trial_$1.deb")" \
		"SHA256: $(sha256sum <"$repo/trial_$1.deb" | cut -d' ' -f1)" ''
}
for i in 1 2 3; do package $i || exit 1; done >"$WORK/Packages"
mv "$WORK/Packages" "$repo/Packages"
echo 'deb [trusted=yes] file:/srv ./' >"$repo/list"

# apt ZONE WORD...: in the zone, from the packages in its /srv.
apt() {
	local z=$1

	shift
	zlogin "$z" env DEBIAN_FRONTEND=noninteractive apt-get -qy \
		-o Dir::Etc::sourceparts=- -o Dir::Etc::sourcelist=/srv/list "$@"
}
# What the package manager itself finds, and the files in order.
whole() {
	zlogin "$1" 'test -z "$(dpkg --audit)" && dpkg --verify trial && cd /usr/lib/trial &&
		test stays -ef linked && find . -type f -exec cat {} + | sort | cksum'
}
version() { zlogin "$1" "dpkg-query -W -f '\${Version} \${db:Status-Abbrev}' trial"; }

# debian BACKEND DIRECTORY: a Debian with the first version, and a booted clone.
debian() {
	at src "$2/src"
	at dst "$2/dst"
	ok "$1: Debian installs" zoneadm -z src install -d "$(root debian)"
	like "$1: it is the backend" "$(zoneadm -z src list --json)" "*\"$1\"*"
	cp -r "$repo/." "$2/src/root/srv"
	# By its own dpkg: the host's would look groups up in the host's table.
	ok "$1: the source boots" zoneadm -z src boot
	ok "$1: and gets the package" zlogin src dpkg -i /srv/trial_1.deb
	zoneadm -z src halt
	ok "$1: a clone" zoneadm -z dst clone src
	ok "$1: boots" zoneadm -z dst boot
	is "$1: has what it inherits" "$(version dst)" '1 ii '
	old=$(whole dst)
}

# The clone has nothing of it left, the source all.
apart() {
	is "$1: the package is gone" "$(zlogin dst 'ls -d /usr/lib/trial /etc/trial.conf' 2>/dev/null)" ''
	is "$1: its script ran" "$(zlogin dst 'tail -n 1 /var/lib/trial.log')" 'remove 1'
	ok "$1: mv of what it inherits" zlogin dst 'cd /usr/share && mv keyrings k &&
		test -s k/debian-archive-keyring.gpg && ! test -e keyrings'
	zoneadm -z dst halt
	ok "$1: the source is looked at" zoneadm -z src mount
	is "$1: and has its own" "$(cd "$2/src/lu/usr" &&
		find share/keyrings -name debian-archive-keyring.gpg | wc -l; cd lib/trial &&
		find . -type f -exec cat {} + | sort | cksum)" "1
$old"
	zoneadm -z src unmount
	for z in dst src; do
		zoneadm -z $z uninstall -F && zonecfg -z $z delete -F
	done
}

in_layers() {
	debian layers "$ZONES/l"
	ok "apt reads its lists" apt dst update
	ok "and upgrades" apt dst install trial=2
	is "to the second" "$(version dst)" '2 ii '
	ok "whole" whole dst
	is "to the last file" "$(zlogin dst 'cd /usr/lib/trial && cat stays \
		changes/x docs/50 /etc/trial.conf && ls' | tr '\n' ,)" \
		"stays 2,50 2,colour=2,back,changes,docs,linked,stays,"
	# The one difference; dpkg tells, and takes its steps back.
	fails 100 "a directory that is to be a file" apt dst install trial=3
	like "is refused" "$(cat "$OUT" "$ERR")" "*Invalid cross-device link*"
	is "nothing is half done" "$(version dst)" '2 ii '
	ok "once it is the clone's own" zlogin dst 'cd /usr/lib/trial &&
		cp -a back own && rm -r back && mv own back'
	ok "it becomes a file" apt dst install trial=3
	ok "and all the way back" apt dst install --allow-downgrades trial=1
	is "is what it was" "$(whole dst)" "$old"
	ok "what came with the source goes too" apt dst purge trial
	apart layers "$ZONES/l"
}

on_btrfs() {
	disk btr btrfs 640
	debian btrfs "$ZONES/btr"
	ok "a directory becomes a file" zlogin dst dpkg -i /srv/trial_3.deb
	is "of the third" "$(version dst)" '3 ii '
	ok "and all the way back" zlogin dst dpkg -i /srv/trial_1.deb
	is "is what it was" "$(whole dst)" "$old"
	ok "what came with the source goes too" zlogin dst dpkg -P trial
	apart btrfs "$ZONES/btr"
}

versions() { # a repository that a clone inherits
	local g='git -c user.name=a -c user.email=a@example.org -C /srv/r'

	ok "git: a source with a repository" zlogin gs "git init -q /srv/r &&
		for i in \$(seq 100); do echo \$i >/srv/r/\$i; done &&
		$g add . && $g commit -qm first && $g tag one"
	zoneadm -z gs halt
	ok "git: a clone" configure gc sparse
	ok "git: is made" zoneadm -z gc clone gs
	ok "git: boots" zoneadm -z gc boot
	ok "git: commits" zlogin gc "$g mv 1 one && echo x >>/srv/r/2 &&
		$g rm -q 3 && $g commit -qam second"
	ok "git: packs" zlogin gc "$g gc -q --prune=now && $g fsck --full --strict"
	ok "git: clones" zlogin gc "git clone -q /srv/r /srv/copy &&
		git clone -q --no-local /srv/r /srv/far && diff -r -x .git /srv/r /srv/far"
	ok "git: goes back" zlogin gc "$g checkout -q one && $g status --porcelain |
		{ ! grep . ; } && test \$(cat /srv/r/2) = 2"
	ok "git: the source boots" zoneadm -z gs boot
	is "git: and has its own" "$(zlogin gs "$g log --format=%s --all && $g fsck")" first
}

in_layers
on_btrfs
zone gs sparse
ok "git: boots" zoneadm -z gs boot
versions
