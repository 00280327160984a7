#!/bin/bash
# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# level - the package database of a sparse zone and the global zone part when
# that is upgraded: verify and attach tell, attach -u brings them together, and
# what the zone changed stays.
. "$(dirname "$0")/../lib.sh"
needs root cmd:dpkg cmd:unshare fs:overlay
zone z sparse
R=$ZONES/z/root
admin() { dpkg-query --admindir="$R/var/lib/dpkg" -W "$@"; }

# Another global zone: hello is 9.9 with new configuration files, as seen by
# what runs in "upgraded".
up=$WORK/up
mkdir -p "$up/dpkg" "$up/work" "$up/etc" "$up/etcwork"
cp -a /etc/skel/.bashrc "$up/bashrc" && cp -a /etc/debconf.conf "$up/debconf" && echo '# new' |
	tee -a "$up/bashrc" >>"$up/debconf"
upgraded() {
	UP=$up unshare -m bash -ec '
		mount -t overlay o -o "lowerdir=/var/lib/dpkg,upperdir=$UP/dpkg,workdir=$UP/work" /var/lib/dpkg
		mount -t overlay o -o "lowerdir=/etc,upperdir=$UP/etc,workdir=$UP/etcwork" /etc
		"$@"' - "$@"
}
# set_md5 FILE: a conffile is as the new package brings it.
upgraded bash -ec '
	sum() { md5sum <"$1" | cut -d" " -f1; }
	fresh() {
		sed -i "s|^ $1 [0-9a-f]*| $1 $(sum "$2")|" /var/lib/dpkg/status
		cat "$2" >"$1"
	}
	fresh /etc/skel/.bashrc "$0/bashrc"
	fresh /etc/debconf.conf "$0/debconf"
	sed -i "/^Package: bash$/,/^$/s/^Version: .*/Version: 99.9-1/" /var/lib/dpkg/status
	echo "_level:x:991:" >>/etc/group' "$up" || exit 1
is "the global zone is another" "$(upgraded dpkg-query -W -f '${Version}' bash)" 99.9-1
version=$(admin -f '${Version}' bash)

ok "verify finds nothing where nothing is" zoneadm -z z verify
is "to tell" "$(cat "$ERR")" ""
ok "after an upgrade it passes" upgraded zoneadm -z z verify
is "and tells" "$(cat "$ERR")" \
	"WARNING: package bash:$(dpkg --print-architecture): the zone has $version, this host has 99.9-1.
WARNING: packages of the zone and of the global zone differ as above; bring them together with 'zoneadm -z z detach' and 'zoneadm -z z attach -u' while it is halted."

echo mine >>"$R/etc/debconf.conf"
echo mine >>"$R/etc/bash.bashrc"
rm "$R/etc/issue.net"
ok "it is detached there" upgraded zoneadm -z z detach
like "with the level that it has" "$(cat "$ZONES/z/SUNWdetached.cfg")" "*#: package bash:* $version
*"
cp "$ZONES/z/SUNWdetached.cfg" "$WORK/manifest"
fails 1 "it is not attached as it is" upgraded zoneadm -z z attach
like "is told" "$(cat "$ERR")" \
	"package bash:*: the zone has $version, this host has 99.9-1.
*'zoneadm -z z attach -u' brings it to this host's level"
is "and stays" "$(state z)" configured
fails 1 "asked by the manifest alone" upgraded zoneadm -z nobody attach -n "$WORK/manifest"
like "the answer is the same" "$(cat "$ERR")" "package bash:*: the zone has $version, this host has 99.9-1.*"
sed '/^create/a add net\nset physical=none0\nset address=192.0.2.9\nend\nadd fs\nset dir=/x\nset special=/none1\nset type=lofs\nend' \
	"$WORK/manifest" >"$WORK/wants"
fails 1 "nor may it want what is not there" zoneadm -z nobody attach -n "$WORK/wants"
like "a link is told" "$(cat "$ERR")" "*none0*"
like "a directory too" "$(cat "$ERR")" "*none1*"
ok "with -u it would do" upgraded bash -c '"$0" -z nobody attach -u -n - <"$1"' \
	"$BUILD/bin/zoneadm" "$WORK/manifest"
# Killed in the midst of it, the zone is not at this level yet.
upgraded bash -c 'zoneadm -z z attach -u 2>"$1" & pid=$!
	until [ -e "$0/update/etc/passwd" ] || ! kill -0 $pid; do sleep 0.02; done
	kill -KILL $pid; wait $pid' "$ZONES/z" "$ERR" 2>/dev/null
is "killed, it is incomplete" "$(state z)" incomplete
ok "with its manifest" test -f "$ZONES/z/SUNWdetached.cfg"
fails 1 "it does not boot" upgraded zoneadm -z z boot
ok "and goes on" upgraded zoneadm -z z attach -U
like "the file that both changed is told" "$(cat "$ERR")" \
	"*'/etc/debconf.conf' was changed in the zone and stays; the package's is '/etc/debconf.conf.dpkg-dist'"
is "and no other" "$(grep -c . "$ERR")" 1
is "the zone's stays" "$(tail -n 1 "$R/etc/debconf.conf")" mine
is "the package's lies beside" "$(tail -n 1 "$R/etc/debconf.conf.dpkg-dist")" "# new"
is "what the zone left alone follows" "$(tail -n 1 "$R/etc/skel/.bashrc")" "# new"
is "what only the zone changed stays" "$(tail -n 1 "$R/etc/bash.bashrc")" mine
ok "what it removed stays removed" test ! -e "$R/etc/issue.net"
is "the database is the global zone's" "$(admin -f '${Version}' bash)" 99.9-1
is "nothing else is left" "$(ls "$ZONES/z" | tr '\n' ' ')$(find "$R" -name '.zones-*')" "hidden root "
ok "verify has nothing to tell" upgraded zoneadm -z z verify
is "indeed" "$(cat "$ERR")" ""

# The way back; of a hostile zone: what it has in the place of files reaches
# nothing outside.
zoneadm -z z detach
mkdir "$WORK/far" && echo far >"$WORK/far/f"
rm -rf "$R/etc/skel" && ln -s "$WORK/far" "$R/etc/skel"
ln -sf "$WORK/far/f" "$R/etc/debian_version"
mkdir "$R/etc/issue.net"
before=$(find "$WORK/far" -printf '%p %i %T@\n' | sort)
ok "links do not stop it" zoneadm -z z attach -u
like "but are told" "$(cat "$ERR")" "*'/etc/skel' is no directory in the zone, and stays*"
is "outside nothing has changed" "$(find "$WORK/far" -printf '%p %i %T@\n' | sort)" "$before"
is "the database is as it was" "$(admin | md5sum)" "$(dpkg-query -W | md5sum)"
zoneadm -z z detach
rm "$R/var/lib/dpkg/status" && ln -s /etc/shadow "$R/var/lib/dpkg/status"
fails 1 "a database that is a link is refused" zoneadm -z z attach -u
is "and the zone stays" "$(state z)" configured
