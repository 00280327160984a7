# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# sparse - a zone with a sparse root made from the running system: what it
# inherits follows the host and cannot be changed, the rest is its own and works.
. "$(dirname "$0")/../lib.sh"
needs root cmd:dpkg cmd:unshare

zone web sparse
R=$ZONES/web/root
is "an inherited directory is only a mount point" "$(ls -A "$R/usr")" ""
for d in bin lib sbin lib64; do
	[ ! -L /$d ] || is "/$d is the link that the host has" \
		"$(readlink "$R/$d")" "$(readlink /$d)"
done
is "people of the host are not known" \
	"$(awk -F: '$3 >= 1000 && $3 != 65534' "$R/etc/passwd")" ""
is "all of the host's packages are installed" \
	"$(dpkg-query --admindir="$R/var/lib/dpkg" -W | md5sum)" \
	"$(dpkg-query -W | md5sum)"
is "the host's alternatives keep their links" \
	"$(readlink "$R/etc/alternatives/awk")" \
	"$(readlink /etc/alternatives/awk)"

ok "it boots" zoneadm -z web boot
ok "a command runs in it" within 30 zlogin web true
fails 1 "a file cannot be made below /usr" zlogin web touch /usr/x
like "because it is mounted read-only" "$(cat "$ERR")" \
	'*Read-only file system'
fails 1 "nor through a link into it" zlogin web touch /bin/x
fails 32 "it cannot be mounted anew" zlogin web mount -o remount,rw /usr
ok "a file can be made in /etc" zlogin web touch /etc/x
is "what is inherited is the host's" \
	"$(zlogin web cat /usr/bin/dpkg | md5sum)" "$(md5sum </usr/bin/dpkg)"
ok "apt finds its packages in order" zlogin web apt-get check
is "names of accounts are found" "$(zlogin web id -un 65534)" nobody
ok "su changes to another user, and at once" \
	timeout 20 "$BUILD/bin/zlogin" web su -s /bin/sh nobody -c true
is "packaged files are unchanged in it as on the host" \
	"$(zlogin web dpkg -V base-files bash coreutils dpkg libc6 login |
		grep -v '^missing *c')" \
	"$(dpkg -V base-files bash coreutils dpkg libc6 login |
		grep -v '^missing *c')"
if [ -d /usr/lib/systemd/system ] && [ -e /sbin/init ]; then
	ok "systemd comes up without a failed unit" within 60 \
		zlogin web systemctl is-system-running
	is "and runs a login on the console" \
		"$(zlogin web systemctl is-active console-getty)" active
fi
ok "it halts" zoneadm -z web halt

# An identifier of its own; what its root put there is not followed.
ok "it gets a host identifier" zonecfg -z web set hostid=0xCafe01
echo precious >"$WORK/precious"
for trick in "ln -s $WORK/precious" mkfifo; do
	rm -f "$ZONES/web/root/etc/hostid"
	$trick "$ZONES/web/root/etc/hostid"
	ok "it boots over ${trick%% *}" timeout 60 zoneadm -z web boot
	is "with that identifier" "$(zlogin web hostid)" 00cafe01
	ok "it halts again" zoneadm -z web halt
done
is "nothing else was written" "$(cat "$WORK/precious")" precious

# What a person is told.
ok "zone notes configures" configure notes sparse
ok "a zone installs beside a mount below /usr" unshare -m bash -c '
	mount -t tmpfs tmpfs /usr/local && zoneadm -z notes install -v'
like "the mount is reported" "$(cat "$ERR")" \
	"*WARNING: '/usr/local' is a mount below an inherited directory*"
like "a directory that the host lacks is reported" "$(cat "$ERR")" \
	"*'/platform' is not inherited: this system has no such directory*"
like "a file that no package owns is reported" "$(cat "$ERR")" \
	"*is left out: no package owns it*"

ok "zone alien configures" configure alien sparse
fails 1 "a host without dpkg is refused" unshare -m bash -c '
	mount -t tmpfs tmpfs /var/lib/dpkg && zoneadm -z alien install'
like "and told what to do" "$(cat "$ERR")" \
	"*this system has no package database of dpkg's*install from a directory (-d) or an archive (-a)*"
