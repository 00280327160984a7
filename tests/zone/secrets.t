# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# secrets - nothing of the host's secrets and identity comes into a zone made
# from it: a copy of the running system (an overlay of /) gets a secret in each
# of many places, and zones are installed from inside the copy.
. "$(dirname "$0")/../lib.sh"
needs root cmd:unshare cmd:dpkg fs:overlay

# Not a word that anything else could contain.
SECRET=xq$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
HOST=$WORK/host # the copy, seen only by the shell of with_host

# with_host SCRIPT: a bash in a mount namespace where $HOST is the copy with its
# secrets; what it prints goes to $OUT.
with_host() {
	SECRET=$SECRET HOST=$HOST WORK=$WORK BUILD=$BUILD SRC=$SRC \
		unshare -m bash -eu -c "$PREPARE"$'\n'"$1" \
		>"$OUT" 2>"$ERR" </dev/null
}

# Each line of the list below is one place; a directory that is missing is made.
# shellcheck disable=SC2016 # for the shell inside
PREPARE='
mkdir -p "$HOST"
mount -t tmpfs -o mode=755 tmpfs "$HOST"
mkdir "$HOST/up" "$HOST/work" "$HOST/root"
mount -t overlay -o "lowerdir=/,upperdir=$HOST/up,workdir=$HOST/work" \
	overlay "$HOST/root"
R=$HOST/root
mount -t proc proc "$R/proc"
mount --rbind /dev "$R/dev"
mount --rbind /sys "$R/sys"
mount -t tmpfs -o mode=755 tmpfs "$R/run"
for d in "$WORK" "$BUILD"; do
	mkdir -p "$R$d"
	mount --bind "$d" "$R$d"
done

plant() { mkdir -p "$R/$(dirname "$1")"; echo "$SECRET" >"$R/$1"; }
while read -r place; do plant "$place"; done <<-EOF
	etc/hostname
	etc/hosts
	etc/machine-id
	etc/resolv.conf
	etc/fstab
	etc/environment
	etc/timezone
	etc/default/locale
	etc/network/interfaces
	etc/NetworkManager/system-connections/wifi.nmconnection
	etc/ssh/ssh_host_ed25519_key
	etc/ssl/private/server.key
	etc/ssl/certs/own.pem
	etc/ssl/certs/ca-certificates.crt
	etc/sudoers.d/alice
	etc/cron.d/own
	etc/profile.d/own.sh
	etc/ld.so.conf.d/own.conf
	etc/apt/sources.list
	etc/apt/auth.conf
	etc/systemd/system/own.service
	etc/.hidden
	etc/gshadow
	root/.bash_history
	root/.bashrc
	root/.ssh/id_ed25519
	home/alice/.netrc
	srv/data
	opt/product/licence
	media/disk
	mnt/disk
	boot/grub/grub.cfg
	tmp/scratch
	run/secret
	usr/local/bin/own
	usr/local/share/ca-certificates/own.crt
	usr/share/unpackaged
	var/log/syslog
	var/log/wtmp
	var/spool/cron/crontabs/alice
	var/mail/alice
	var/cache/debconf/passwords.dat
	var/lib/systemd/random-seed
	var/lib/dbus/machine-id
	var/lib/dpkg/available
	var/backups/shadow.bak
	var/tmp/scratch
	stray
EOF
# Packaged files that somebody wrote into, and records with foreign entries.
for f in etc/adduser.conf etc/login.defs etc/pam.d/login etc/bash.bashrc \
	etc/issue usr/share/base-files/profile usr/bin/who \
	var/lib/apt/lists/lock; do
	[ ! -e "$R/$f" ] || echo "# $SECRET" >>"$R/$f"
done
echo "root:\$y\$$SECRET:19000:0:99999:7:::" >"$R/etc/shadow"
echo "alice:x:1000:1000:$SECRET:/home/$SECRET:/bin/bash" >>"$R/etc/passwd"
echo "svc-$SECRET:x:990:990:$SECRET:/srv/$SECRET:/bin/sh" >>"$R/etc/passwd"
sed -i "s,^root:.*,root:x:0:0:$SECRET:/root:/bin/bash," "$R/etc/passwd"
echo "$SECRET:x:991:alice" >>"$R/etc/group"
echo "root root 0700 /srv/$SECRET" >>"$R/var/lib/dpkg/statoverride"
printf "%s\n%s\n:\n" "/srv/$SECRET" "/srv/$SECRET.real" \
	>>"$R/var/lib/dpkg/diversions"
printf "manual\n/usr/bin/%s\n\n/opt/%s\n10\n\n" "$SECRET" "$SECRET" \
	>"$R/var/lib/dpkg/alternatives/own"
ln -s "/opt/$SECRET" "$R/etc/alternatives/own"
ln -s own.pem "$R/etc/ssl/certs/$SECRET.0"
# The cache gets a library of the secret name, which says that it is libc: there
# the same string may be the name of both, the end of either path.
for d in aaa zzz; do
	mkdir -p "$R/opt/$SECRET/$d"
	cp "$(ldconfig -p | sed -n "s/.*libc.so.6 .*=> //p" | head -n 1)" \
		"$R/opt/$SECRET/$d/lib$SECRET.so"
	echo "/opt/$SECRET/$d" >>"$R/etc/ld.so.conf.d/own.conf"
done
chroot "$R" /sbin/ldconfig

inside() { chroot "$R" /usr/bin/env PATH="$PATH" ZONES_ROOT="$ZONES_ROOT" "$@"; }
'

# Where the secret is below a directory: in names, in targets of links, in
# files.
found() {
	find "$1" -printf '%P -> %l\n' | grep -F "$SECRET" | head -n 5
	grep -raFl "$SECRET" "$1" | head -n 5
}

# shellcheck disable=SC2016
places='
grep -rlF "$SECRET" "$HOST/up" | wc -l
find "$HOST/up" -name "*$SECRET*" | wc -l
'
if with_host "$places"; then
	like "the copy has the secret in more than forty files" \
		"$(head -n 1 "$OUT")" '[4-9][0-9]'
else
	fail "the copy of the host is made" "$(cat "$ERR")"
	exit 1
fi
# shellcheck disable=SC2016
ok "and in the records that are filtered" with_host '
cd "$R"
grep -qaF "$SECRET" etc/ld.so.cache
grep -qF "$SECRET" var/lib/dpkg/alternatives/own
grep -qF "$SECRET" var/lib/dpkg/diversions
grep -qF "$SECRET" var/lib/dpkg/statoverride
grep -qF "$SECRET" etc/passwd
'

# shellcheck disable=SC2016
sparse='
inside zonecfg -z sparse "create; set zonepath='$ZONES'/sparse; verify; commit"
inside zoneadm -z sparse install
'
ok "a sparse zone is installed from the copy" with_host "$sparse"
is "nothing of it is in the sparse zone" "$(found "$ZONES/sparse/root")" ""
like "the sparse zone has a root without a password" \
	"$(cat "$ZONES/sparse/root/etc/shadow")" $'root:\\*::0:99999:7:::*'
is "its machine id is for it to make" \
	"$(cat "$ZONES/sparse/root/etc/machine-id")" ""
like "its libraries are found as on the host" \
	"$(ldconfig -p -C "$ZONES/sparse/root/etc/ld.so.cache")" \
	'*libc.so.6 *=> /*libc.so.6*'

# A whole root of everything here would be too long a copy: the copy of the host
# forgets all packages but some.
# shellcheck disable=SC2016
whole='
some=" base-files base-passwd bash dash coreutils login dpkg libc6 libtinfo6
 libpam-runtime libselinux1 libpcre2-8-0 ca-certificates debianutils "
awk -v RS= -v ORS="\n\n" -v some="$(echo $some | tr -s "\n" " ")" "
	{ split(\$2, x, \"\\n\") }
	index(\" \" some \" \", \" \" x[1] \" \")" \
	"$R/var/lib/dpkg/status" >"$HOST/status"
cp "$HOST/status" "$R/var/lib/dpkg/status"
inside zonecfg -z whole "create -b; set zonepath='$ZONES'/whole; verify; commit"
inside zoneadm -z whole install
'
ok "a whole zone is installed from the copy" with_host "$whole"
is "nothing of it is in the whole zone" "$(found "$ZONES/whole/root")" ""
ok "the whole zone has what its packages brought" \
	chroot "$ZONES/whole/root" /bin/bash -c 'echo works'
is "a changed file of a package is left out" \
	"$(ls "$ZONES/whole/root/usr/bin/who" "$ZONES/whole/root/etc/login.defs" 2>/dev/null)" ""
is "an unchanged one is as on the host" \
	"$(md5sum <"$ZONES/whole/root/bin/bash")" "$(md5sum </bin/bash)"
