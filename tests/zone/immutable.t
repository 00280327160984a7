# SPDX-License-Identifier: ISC
#
# immutable - what of its root a zone cannot write, by file-mac-profile, and
# that it cannot undo that; boot -w.
# time: 300
. "$(dirname "$0")/../lib.sh"
needs root:busybox

profiles='none strict fixed-configuration flexible-configuration dynamic-zones'

# writes ZONE: those of the paths below that its root can make a file in.
paths='/ /usr /opt /etc /etc/systemd /etc/systemd/system /etc/init.d /root /home
/home/alice /var /var/log /var/lib /var/lib/dpkg /var/spool /var/spool/cron /tmp
/run /dev/shm'
# shellcheck disable=SC2016 # for the shell in the zone
writes() {
	zlogin "$1" 'for d in '"${paths//$'\n'/ }"'; do
		if (: >"$d/.new") 2>/dev/null; then rm "$d/.new"
		printf "%s " "$d"; fi; done'
}
memory='/tmp /run /dev/shm '
var="/var /var/log /var/lib /var/spool $memory"
# shellcheck disable=SC2034 # by name
{
	want_none="${paths//$'\n'/ } "
	want_strict=$memory
	want_fixed_configuration=$var
	want_dynamic_zones=$var
	want_flexible_configuration="/etc /etc/systemd /root /home /home/alice $var"
}

zone im busybox
root=$ZONES/im/root
mkdir -p "$root"/{opt,etc/systemd/system,var/lib/dpkg,var/spool/cron}
echo before >"$root/etc/systemd/system/unit"

for p in $profiles; do
	ok "$p is configured" zonecfg -z im "set file-mac-profile=$p"
	ok "$p boots" zoneadm -z im boot
	want=want_${p//-/_}
	is "$p: what is writable" "$(writes im)" "${!want}"
	case $p in # the others are made of the same
	none | fixed-* | dynamic-*)
		ok "$p halts" zoneadm -z im halt
		continue
		;;
	esac

	# Its root has every capability there is, and cannot undo it.
	fails 1 "$p: no remount of the root" \
		zlogin im mount -o remount,rw,bind /
	fails 1 "$p: nor of the file system" zlogin im mount -o remount,rw /
	fails 1 "$p: no copy of the root is writable" zlogin im \
		'mount --bind / /tmp && mount -o remount,rw,bind /tmp || exit 1'
	fails 1 "$p: nor a recursive one" zlogin im 'mount --rbind / /tmp &&
		mount -o remount,rw,bind /tmp && : >/tmp/usr/.new'
	fails 1 "$p: locks do not come off" zlogin im \
		'umount -l /etc/systemd/system || umount -l /usr'
	fails 1 "$p: nor through a process's root" \
		zlogin im ': >/proc/1/root/usr/.new'
	fails 1 "$p: nor with a mount namespace of its own" zlogin im \
		'unshare -m sh -c "mount -o remount,rw,bind / && : >/usr/.new"'
	[ ! -e "$root/usr/.new" ] || fail "$p: /usr was written"
	ok "$p halts" zoneadm -z im halt
done

# Nothing above a lock can be put aside.
ok "configured" zonecfg -z im 'set file-mac-profile=flexible-configuration'
ok "boots" zoneadm -z im boot
for d in /var /var/lib /var/lib/dpkg /var/spool /etc/systemd \
	/etc/systemd/system; do
	fails 1 "$d is not renamed" zlogin im mv $d $d.old
done
is "a locked file is the old one" \
	"$(zlogin im 'echo new >/etc/systemd/system/unit
		cat /etc/systemd/system/unit' 2>/dev/null)" before
ok "a file of /etc is replaced in one step" zlogin im \
	'echo a >/etc/new && mv /etc/new /etc/hosts.new'
is "what was written is on disk" "$(cat "$root/etc/hosts.new")" a
ok "halts" zoneadm -z im halt

# -w, for one boot.
ok "configured" zonecfg -z im 'set file-mac-profile=strict'
ok "boots writable" zoneadm -z im boot -w
is "all of it is" "$(writes im)" "$want_none"
ok "reboots" zoneadm -z im reboot
in_state im running
is "read-only again" "$(writes im)" "$memory"
ok "reboots with -w" zoneadm -z im reboot -- -w
in_state im running
is "writable" "$(writes im)" "$want_none"
ok "halts" zoneadm -z im halt
ok "is made ready" zoneadm -z im ready
ok "boots with -w all the same" zoneadm -z im boot -w
is "writable" "$(writes im)" "$want_none"
ok "halts" zoneadm -z im halt
fails 2 "-W is no option" zoneadm -z im boot -W
like "and -w is proposed" "$(cat "$ERR")" "*'boot -w'*"
fails 2 "as a boot argument it is refused" zoneadm -z im boot -- -W
like "with the way to go" "$(cat "$ERR")" "*use -w*"

fails 1 "a profile that is none" zonecfg -z im 'set file-mac-profile=some'

# A directory that leads elsewhere is no place for a mount.
ok "writable" zoneadm -z im boot -w
ok "/home becomes a link" zlogin im 'rm -r /home; ln -s /usr /home'
ok "halts" zoneadm -z im halt
ok "configured" zonecfg -z im 'set file-mac-profile=flexible-configuration'
fails 1 "no boot" zoneadm -z im boot
like "the link is told" "$(cat "$ERR")" "*/home*symbolic link*"
