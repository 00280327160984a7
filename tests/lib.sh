# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# lib - what the tests of tests/zone are written with. tests/run starts each with
# bash, in a directory of its own ($WORK), with ZONES_ROOT below it and our
# programs first in PATH; it also compares the machine before and after.
#
#	# boot - one sentence: what is proved.
#	. "$(dirname "$0")/../lib.sh"
#	needs cmd:script
#	zone web busybox 'add attr' 'set name=x; set type=string; set value=y' end
#	ok "a zone boots" zoneadm -z web boot
#	fails 1 "a second boot is refused" zoneadm -z web boot
#	is "its message" "$(cat "$ERR")" "zoneadm: zone 'web': already booted"
#	is "a command's output" "$(zlogin web echo hi)" hi
#
# Zones are halted and uninstalled at the end; nothing else is cleaned up.

set -u
export LC_ALL=C.UTF-8
SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${BUILD:=$SRC/build}"
if [ -z "${WORK-}" ]; then
	WORK=$(mktemp -d /tmp/zones-test.XXXXXX)
	own_work=1
fi
export ZONES_ROOT=$WORK/root
PATH=$BUILD/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ZONES=$WORK/zones # zonepaths lie below this
OUT=$WORK/out     # stdout of the last ok or fails
ERR=$WORK/err     # and stderr
mkdir -p "$ZONES_ROOT"
mkdir -p "$ZONES" && chmod 700 "$ZONES"
cd "$WORK" || exit 1
count=0
bad=0

# Print stdin as TAP comments, the last 25 lines.
note() { tail -n 25 | tr -d '\000' | sed 's/^/# /'; }

pass() {
	count=$((count + 1))
	echo "ok $count - $1"
}

# fail SENTENCE [WHY]: for checks of your own.
fail() {
	count=$((count + 1))
	bad=$((bad + 1))
	echo "not ok $count - $1"
	[ -z "${2-}" ] || printf '%s\n' "$2" | note
}

# A command's end told: what was run, its status, what it said.
explain() {
	local status=$1

	shift
	echo "# \$ $* -> $status"
	note <"$OUT"
	note <"$ERR"
	return 1
}

# ok SENTENCE COMMAND...: it must succeed.
ok() {
	local what=$1

	shift
	fails 0 "$what" "$@"
}

# user COMMAND...: as an ordinary user; with a copy of the programs where the
# build lies in a directory that is closed to others.
user() {
	local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)

	if [ ! -d "$WORK/user-bin" ]; then
		mkdir -m 755 "$WORK/user-bin"
		"${as[@]}" test -x "$BUILD/bin/zone-adm" ||
			cp "$BUILD"/bin/* "$WORK/user-bin"
	fi
	PATH=$WORK/user-bin:$PATH "${as[@]}" "$@"
}

# fails STATUS SENTENCE COMMAND...: it must end with this status.
fails() {
	local want=$1 what=$2 status=0

	shift 2
	"$@" >"$OUT" 2>"$ERR" </dev/null || status=$?
	[ $status != "$want" ] || { pass "$what"; return; }
	fail "$what" "wanted status $want"
	explain $status "$@"
}

# is SENTENCE GOT WANTED
is() {
	[ "$2" != "$3" ] || { pass "$1"; return; }
	fail "$1" "got:    $2
wanted: $3"
}

# like SENTENCE GOT PATTERN: a shell pattern, over the whole text.
like() {
	# shellcheck disable=SC2053 # a pattern on purpose
	[[ $2 != $3 ]] || { pass "$1"; return; }
	fail "$1" "got:  $2
like: $3"
}

# within SECONDS COMMAND...: try until it succeeds; quiet.
within() {
	local end=$((SECONDS + $1))

	shift
	until "$@" >/dev/null 2>&1 </dev/null; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

state() { zoneadm -z "$1" list -p | cut -d: -f3; }

# in_state NAME STATE [SECONDS]: wait for it.
is_state() { [ "$(state "$1")" = "$2" ]; }
in_state() { within "${3-30}" is_state "$1" "$2"; }

# root NAME: directory of a test root (tests/roots); archive NAME: as tar.
root() { "$SRC/tests/roots" "$1"; }
archive() { "$SRC/tests/roots" -a "$1"; }

# configure NAME sparse|whole [COMMAND...]: zonecfg commands, one an argument.
configure() {
	local name=$1 create=create

	[ "$2" = sparse ] || create='create -b'
	shift 2
	printf '%s\n' "$create" "set zonepath=$ZONES/$name" "$@" verify commit \
		>"$WORK/$name.cmds"
	zonecfg -z "$name" -f "$WORK/$name.cmds"
}

# zone NAME ROOT [COMMAND...]: configured and installed from a test root, or
# with ROOT "sparse" from the running system.
zone() {
	local name=$1 from=$2

	shift 2
	if [ "$from" = sparse ]; then
		ok "zone $name configures" configure "$name" sparse "$@" &&
			ok "zone $name installs" zoneadm -z "$name" install
	else
		ok "zone $name configures" configure "$name" whole "$@" &&
			ok "zone $name installs from '$from'" \
				zoneadm -z "$name" install -d "$(root "$from")"
	fi || exit 1
}

# at NAME DIRECTORY [COMMAND...]: a whole zone configured there.
at() {
	local name=$1 dir=$2

	shift 2
	printf '%s\n' 'create -b' "set zonepath=$dir" "$@" commit >"$WORK/cmds"
	zonecfg -z "$name" -f "$WORK/cmds"
}

# suite_of TEST: the function "suite" of another test and those it uses, for one
# more backend.
suite_of() {
	# shellcheck disable=SC1090 # a test beside this one
	. <(sed -n '/^[a-z]*() {/,/^}/p' "$SRC/tests/zone/$1.t")
}

# disk NAME TYPE MEGABYTES: a small disk of our own, mounted at $ZONES/NAME;
# unmounted at the end, when the zones are gone.
disks=()
pools=() # those of disks of ZFS
disk() {
	local options=()

	# Nothing kept for root.
	[ "$2" != ext4 ] || options=(-m 0)
	truncate -s "$3M" "$WORK/$1.img"
	if [ "$2" = zfs ]; then
		zpool create -O mountpoint="$ZONES/$1" "zt$$.$1" \
			"$WORK/$1.img" && pools+=("zt$$.$1") &&
			chmod 700 "$ZONES/$1" || exit 1
		return
	fi
	"mkfs.$2" -q "${options[@]}" "$WORK/$1.img" >/dev/null 2>&1 &&
		mkdir -p "$ZONES/$1" &&
		mount -o loop "$WORK/$1.img" "$ZONES/$1" &&
		disks+=("$ZONES/$1") && chmod 700 "$ZONES/$1" || exit 1
}

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

has() {
	case $1 in
	root) [ "$(id -u)" = 0 ] ;;
	cmd:*) command -v "${1#cmd:}" >/dev/null ;;
	root:*) root "${1#root:}" >/dev/null ;;
	fs:*) grep -qw "${1#fs:}" /proc/filesystems || modprobe -q "${1#fs:}" ;;
	loop) losetup -f >/dev/null 2>&1 ;;
	cgroup2) grep -q ' - cgroup2 ' /proc/self/mountinfo ;;
	cgroup:*) grep -qw "${1#cgroup:}" /proc/cgroups ;;
	*) return 1 ;;
	esac
}

# needs WHAT...: what this kind of machine can do or install; a failure in CI
# where it is missing. wants WHAT...: what it may lack; a skip.
wants() {
	local what

	for what in "$@"; do
		# In brackets: also CI may be without it.
		has "$what" || skip "(optional) '$what' is missing"
	done
}
needs() {
	local what

	for what in "$@"; do
		has "$what" || skip "'$what' is missing"
	done
}

finish() {
	local status=$? name

	trap - EXIT TERM INT
	for name in "${disks[@]}"; do
		mount -o remount,rw "$name" 2>/dev/null
	done
	for name in $(zoneadm list -cp 2>/dev/null | cut -d: -f2); do
		[ "$name" != global ] || continue
		zoneadm -z "$name" unmount >/dev/null 2>&1
		zoneadm -z "$name" halt >/dev/null 2>&1
		zoneadm -z "$name" uninstall -F >/dev/null 2>&1
		zonecfg -z "$name" delete -F >/dev/null 2>&1
	done
	# What a test made itself, now that no zone uses it.
	[ -z "${undo-}" ] || $undo
	for name in "${disks[@]}"; do
		umount "$name"
	done
	for name in "${pools[@]}"; do
		zpool destroy "$name"
	done
	echo "1..$count"
	[ -z "${own_work-}" ] || { cd / && rm -rf --one-file-system "$WORK"; }
	[ $status != 0 ] || [ $bad = 0 ] || status=1
	exit $status
}
trap finish EXIT
trap 'exit 143' TERM INT
[ "$(id -u)" = 0 ] || skip "root is needed: sudo ./check zone"
