#!/bin/bash
# SPDX-License-Identifier: ISC
#
# detach - a zone is let go with a manifest, carried to another host (another
# ZONES_ROOT) and attached there; what does not fit is told, all of it.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox fs:overlay
here=$ZONES_ROOT
there=$WORK/there
mkdir "$there"
# shellcheck disable=SC2034 # finish runs it
undo=leave_there
leave_there() { ZONES_ROOT=$there zoneadm -z z uninstall -F; } >/dev/null 2>&1

zone base busybox
ok "a clone" configure z whole
zoneadm -z z clone base >/dev/null || exit 1
echo data >"$ZONES/z/root/data"
shown() {
	zoneadm -z z mount && (cd "$ZONES/$1/lu" && find . -type f -exec cksum {} + | sort)
	zoneadm -z z unmount
}
want=$(shown z)

ok "a manifest is printed" zoneadm -z z detach -n
cp "$OUT" "$WORK/manifest"
like "it tells the host" "$(cat "$OUT")" "#: format 1*#: machine $(uname -m)*create -b*"
is "nothing has changed" "$(state z)" installed
zoneadm -z z snapshot create keep >/dev/null
fails 1 "a zone with a snapshot is not detached" zoneadm -z z detach
like "and is told what to do" "$(cat "$ERR")" "*'zoneadm -z z snapshot destroy keep'"
zoneadm -z z snapshot destroy keep
ok "it is detached" zoneadm -z z detach
is "and is configured" "$(state z)" configured
fails 1 "not twice" zoneadm -z z detach
is "for a reason" "$(cat "$ERR")" "zoneadm: zone 'z': must be installed before detach."
fails 1 "nor installed over" zoneadm -z z install -d "$(root busybox)"
like "it is told to be attached" "$(cat "$ERR")" "Cannot install detached zone.*"
ok "what it stood on may go" zoneadm -z base uninstall -F
is "and the layers go" "$(find "$ZONES" -name .zones-layers)" ""
fails 2 "-F and -n exclude each other" zoneadm -z z attach -F -n -
ok "the manifest fits" zoneadm -z z attach -n "$WORK/manifest"
sed 's/^#: machine .*/#: machine vax/' "$WORK/manifest" >"$WORK/vax"
fails 1 "another machine's does not" zoneadm -z z attach -n "$WORK/vax"
like "and says so" "$(cat "$ERR")" "machine: the zone is of a vax, this host is a $(uname -m).*"
is "nothing has changed" "$(state z)" configured
ok "it is attached" zoneadm -z z attach ""
is "and installed" "$(state z) $(ls "$ZONES/z")" "installed root"
is "it is what it was" "$(shown z)" "$want"
zoneadm -z z mark incomplete
fails 1 "an incomplete zone is not attached" zoneadm -z z attach -F
is "for what it is" "$(cat "$ERR")" \
	"zoneadm: zone 'z': zone is incomplete; uninstall required."
fails 1 "by force, without a manifest there" zoneadm -z z attach -U
is "it stays as it is" "$(state z) $(ls "$ZONES/z")" "incomplete root"
cp "$WORK/manifest" "$ZONES/z/SUNWdetached.cfg"
ok "by force, with one" zoneadm -z z attach -U
is "it is installed" "$(state z) $(ls "$ZONES/z")" "installed root"
is "and what it was" "$(shown z)" "$want"
fails 1 "not twice" zoneadm -z z attach
is "it is told" "$(cat "$ERR")" "zoneadm: zone 'z': is already installed."

zoneadm -z z detach || exit 1
mkdir -m 700 "$ZONES/other"
tar -C "$ZONES/z" --xattrs --xattrs-include='*' -cf - . | tar -C "$ZONES/other" --xattrs \
	--xattrs-include='*' -xpf -
ZONES_ROOT=$there
ok "another host knows it" zonecfg -z z create -a "$ZONES/other" \; commit
ok "and attaches it" zoneadm -z z attach -u
is "it is what it was" "$(shown other)" "$want"
ok "it boots" zoneadm -z z boot
is "and has its own" "$(zlogin z cat /data)" data
zoneadm -z z halt
zoneadm -z z detach || exit 1
sed -i 's/^#: machine .*/#: machine vax/' "$ZONES/other/SUNWdetached.cfg"
fails 1 "another machine's is refused" zoneadm -z z attach
is "and stays configured" "$(state z)" configured
ok "-F takes it" zoneadm -z z attach -F
ok "and keeps the manifest" test -e "$ZONES/other/SUNWattached.cfg"
ok "all is taken away" zoneadm -z z uninstall -F
is "there" "$(ls "$ZONES")" z
ZONES_ROOT=$here
ok "here it is attached again" zoneadm -z z attach
is "it is what it was" "$(shown z)" "$want"

# What chose to share nothing goes on so, also where it could.
kept() { zoneadm -z "$1" list --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["backend"])'; }
ok "a copy" configure c whole
zoneadm -z c install -x backend=copy -d "$(root busybox)" || exit 1
zoneadm -z c detach
ok "is attached" zoneadm -z c attach
is "as a copy" "$(kept c)" copy
