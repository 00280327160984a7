# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016 # what is not expanded is the point
#
# promises - devices, masks, a zone that lies in its /proc, a procfs that is none,
# words that a shell would take for commands, a host that takes core files: none
# gets through.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:setpriv

zoneadm() { timeout 60 zoneadm "$@"; }
bb=$(root busybox)

# --- devices (D3): a process in the zone's group, with all of the host's power ----

zone web busybox
ok "web boots" zoneadm -z web boot
group=$(sed -n 's/^cgroup //p' "$ZONES_ROOT/run/zones/web/state")
# in_group DEVICE: open it from the zone's groups.
in_group() {
	bash -c 'for d in /sys/fs/cgroup/devices /sys/fs/cgroup/unified /sys/fs/cgroup; do
			procs=$d/$1/cgroup.procs
			[ ! -w "$procs" ] || echo $$ >"$procs" || exit 9
		done
		: >"$2"' bash "$group" "$1"
}
ok "(the host opens /dev/kmsg)" bash -c ': >/dev/kmsg'
ok "/dev/null opens from the zone's group" in_group /dev/null
fails 1 "/dev/kmsg does not" in_group /dev/kmsg
like "for want of the right" "$(cat "$ERR")" '*Operation not permitted*'

# --- masks (C1, C6): each of the list that is kept apart from the tables -----------------

plan=$(dirname "$0")/../golden/plan/whole.ok
zlogin web cat /proc/self/mountinfo >"$WORK/mounts"
# masked PATH: a mount point, read-only, of nothing that the kernel fills.
masked() { # PATH OPERATION
	awk -v path="$1" -v op="$2" '$5 == path && $6 ~ /^ro/ {
		for (i = 7; $i != "-"; i++)
			;
		found = op == "lock" || $(i + 1) == "tmpfs"
	} END { exit !found }' "$WORK/mounts"
}
while read -r op path _; do
	case $op in mask | lock) ;; *) continue ;; esac
	for path in $path; do
		[ ! -e "$path" ] || ok "$path: $op" masked "$path" "$op"
	done
done <"$plan"

# --- a zone that lies (A9) ----------------------------------------------------------

is "(the zone's root covers its /proc)" "$(zlogin web 'mount -t tmpfs lie /proc &&
	mkdir -p /proc/self/fd /proc/1/ns /proc/sys/kernel && echo 0 0 4294967295 \
	>/proc/self/uid_map && echo lie >/proc/self/status && cat /proc/self/status')" lie
is "who logs in is who he was" "$(zlogin web id -u)" 0
init=$(sed -n 's/^init \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/web/state")
login=$(zlogin web 'sleep 20 >/dev/null 2>&1 & echo started')
is "a session runs" "$login" started
sleeper=$(find /sys/fs/cgroup -path "*/$group/zone/zlogin/cgroup.procs" \
	-exec cat {} + | while read -r p; do
		grep -lsx 'Name:.sleep' "/proc/$p/status"
	done | head -n 1)
bound() { sed -n 's/^CapBnd:.//p' "$1"; }
is "with init's bound, seen from outside" "$(bound "$sleeper")" \
	"$(bound "/proc/$init/status")"
like "ppriv believes the host" "$(ppriv "$init")" "$init:*"
is "so does list" "$(state web)" running
ok "and halt" zoneadm -z web halt

# --- a procfs that is none (C3) -----------------------------------------------------

# covered SCRIPT COMMAND...: the command where the script has mounted something.
covered() {
	unshare -m bash -c "$1"' || exit; shift; exec timeout 60 "$@"' bash "$@"
}
fails 1 "boot under a /proc that is a tmpfs" covered \
	'mount -t tmpfs lie /proc' zoneadm -z web boot
like "is refused" "$(cat "$ERR")" "zoneadm: zone 'web': *"
is "it stays installed" "$(state web)" installed
echo "1	0" >"$WORK/decoy"
fails 1 "boot with a file over one of /proc/sys" covered "mount --bind $WORK/decoy \
	/proc/sys/net/ipv4/ping_group_range" zoneadm -z web boot
is "writes nothing there" "$(cat "$WORK/decoy")" "1	0"
is "and leaves it installed" "$(state web)" installed

# --- a /sys without control groups, as "ip netns exec" makes it -----------------------

# Beside a first process that has them, for which a pid namespace stands in.
apart() {
	timeout 60 unshare -m -p -f --mount-proc bash -c 'unshare -m bash -c \
		"umount -l /sys && mount -t sysfs new /sys && $1"; exit $?' bash "$1"
}
fails 1 "(there are none)" apart 'test -e /sys/fs/cgroup/*/cgroup.procs'
ok "boot, login and halt find them" apart 'zoneadm -z web boot &&
	zlogin web echo in && zoneadm -z web halt'
is "and are in the zone" "$(cat "$OUT")" in

# --- core files (C7) ------------------------------------------------------------------

verify() {
	printf '%s' "$1" >"$WORK/pattern"
	covered "mount --bind $WORK/pattern /proc/sys/kernel/core_pattern" \
		zoneadm "${@:2}"
}
ok "(a host that leaves core files where they are)" verify core -z web verify
is "is no reason to warn" "$(grep -c core_pattern "$ERR")" 0
ok "one that pipes them to a program" verify '|/usr/bin/dump %P' -z web verify
like "is" "$(cat "$ERR")" 'WARNING: kernel.core_pattern*run as root*'
verify '|/usr/bin/dump %P' doctor >"$OUT" 2>&1
like "doctor says so too" "$(cat "$OUT")" '*limited  core files*run as root*'

# --- words that a shell would run (E8) -----------------------------------------------

bait="\$(touch $WORK/ran)\`touch $WORK/ran\`;touch $WORK/ran|touch $WORK/ran"
odd="$WORK/-x \$(touch ran);touch ran"
cp -a "$bb" "$odd"
ok "(as a command it runs)" bash -c "echo $bait; rm $WORK/ran"
ok "a configuration full of it" zonecfg -z odd "create -b
	set zonepath=$ZONES/odd
	set bootargs=\"$bait\"
	add attr; set name=comment; set type=string; set value=\"$bait\"; end"
ok "is verified" zoneadm -z odd verify
ok "and installed from such a name" zoneadm -z odd install -d "$odd"
zoneadm -z odd boot >"$OUT" 2>&1
zoneadm -z odd boot -- "$bait" >"$OUT" 2>&1
zlogin odd true "$bait" >"$OUT" 2>&1
zlogin -l "$bait" odd true >"$OUT" 2>&1
zoneadm -z odd halt >"$OUT" 2>&1
zonecfg -z odd info >"$OUT" 2>&1
zonecfg -z odd export >"$OUT" 2>&1
is "nothing of it ran" "$(find "$WORK" -name 'ran' -not -path "$ZONES/*" | wc -l)" 0

# --- nothing set-user-id (D17) --------------------------------------------------------

strong() { find "$1" -type f \( -perm /6000 -o -exec sh -c \
	'getcap "$1" | grep -q .' sh {} \; \) -print; }
ok "what is shipped installs" env DESTDIR="$WORK/shipped" cmake --install "$BUILD"
[ "$(find "$WORK/shipped" -type f | wc -l)" -gt 20 ]
is "(that is some files)" $? 0
is "none of it has power of its own" "$(strong "$WORK/shipped")" ''
cp "$BUILD/bin/zoneadm" "$WORK/shipped/mine"
chmod u+s "$WORK/shipped/mine"
is "(one that had would be found)" "$(strong "$WORK/shipped")" \
	"$WORK/shipped/mine"
