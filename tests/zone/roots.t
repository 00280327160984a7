# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# roots - every kind of root installs, boots with its own init or ours, answers,
# and halts.
# time: 400
. "$(dirname "$0")/../lib.sh"
needs root cgroup2 root:busybox root:noinit root:unmerged root:debian

# life NAME COMM: boot it, see that its init is this program, halt it.
life() {
	ok "zone $1 boots" zoneadm -z "$1" boot
	is "zone $1 runs" "$(state "$1")" running
	is "init of zone $1 is $2" "$(zlogin "$1" cat /proc/1/comm)" "$2"
	is "zone $1 knows its name" "$(zlogin "$1" hostname)" "$1"
	fails 7 "zlogin $1 gives the command's status" zlogin "$1" 'exit 7'
	ok "zone $1 halts" zoneadm -z "$1" halt
	is "zone $1 is installed" "$(state "$1")" installed
}

zone bb busybox
life bb init
ok "it boots again" zoneadm -z bb boot
ok "its init runs its scripts" within 10 zlogin bb test -s /run/booted
ok "it halts again" zoneadm -z bb halt

zone none noinit
life none zone-init

zone other unmerged
ok "it boots again" zoneadm -z other boot
is "a program of its own libc runs" "$(zlogin other hello)" 'dynamic musl'
ok "it shuts down when asked" zoneadm -z other shutdown
ok "it is down" in_state other installed 30
life other init

ok "from an archive: configures" configure tar whole
ok "from an archive: installs" zoneadm -z tar install -a "$(archive busybox)"
life tar init

zone host sparse
ok "a sparse zone boots" zoneadm -z host boot
is "it has the host's /usr" "$(zlogin host 'ls /usr/bin | wc -l')" \
	"$(find /usr/bin -mindepth 1 | wc -l)"
fails 1 "and cannot write there" zlogin host touch /usr/bin/x
ok "a sparse zone halts" zoneadm -z host halt

zone deb debian
ok "Debian boots" zoneadm -z deb boot
ok "to its default target" within 60 zlogin deb systemctl is-active default.target
is "and is healthy" "$(zlogin deb systemctl is-system-running --wait)" running
zlogin deb systemctl --failed --no-legend | note
ok "Debian shuts down" zoneadm -z deb shutdown
ok "cleanly" in_state deb installed 60
life deb systemd
