# SPDX-License-Identifier: ISC
#
# install - what a root is after install, from archives of every compression, a
# directory and the running system; and what uninstall, mark and mount do.
# time: 400
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:zstd cmd:xz cmd:bzip2 cmd:setfacl cmd:getfattr cmd:setcap

claims() { grep -lxs "$ZONES_ROOT" /run/zones-ids/* | wc -l; }
base() { sed -n 's/^ids //p' "$ZONES_ROOT/etc/zones/$1.state"; }

# --- a root to pack ---------------------------------------------------------------

proto=$WORK/proto
mkdir -p "$proto"/{etc,bin,var/lib/dbus,home/u,deep/er/still}
printf '%s\n' root:x:0:0::/root:/bin/sh daemon:x:1:1::/:/bin/sh \
	>"$proto/etc/passwd"
echo prototype >"$proto/etc/hostname"
printf '127.0.0.1\tlocalhost prototype\n' >"$proto/etc/hosts"
echo 0123456789abcdef0123456789abcdef >"$proto/etc/machine-id"
echo 0123456789abcdef0123456789abcdef >"$proto/var/lib/dbus/machine-id"
ln -s ../run/systemd/resolve/stub-resolv.conf "$proto/etc/resolv.conf"
head -c 100000 /dev/urandom >"$proto/bin/program"
chmod 4755 "$proto/bin/program"
cp "$proto/bin/program" "$proto/bin/net"
setcap cap_net_raw+ep "$proto/bin/net"
ln "$proto/bin/program" "$proto/bin/alias"
ln -s program "$proto/bin/link"
ln -s /nowhere "$proto/bin/dangling"
truncate -s 200M "$proto/var/sparse"
printf end | dd of="$proto/var/sparse" bs=1 seek=100M conv=notrunc status=none
mkfifo "$proto/home/u/fifo"
touch "$proto/home/u/caf$(printf '\303\251') and	tab"
setfattr -n user.note -v hello "$proto/etc/passwd"
echo mail:x:8: >"$proto/etc/group"
setfacl -m u:daemon:rw,g:mail:r,u:4711:r "$proto/etc/passwd"
setfacl -d -m g:mail:rx "$proto/deep"
chown -R 1000:1000 "$proto/home/u"
chown 0:42 "$proto/etc/passwd"
chmod 750 "$proto/deep/er"
find "$proto" -exec touch -hd '2020-02-02 02:02:02.5' {} +

# Everything of a tree that must come along, without what install writes.
look() {
	(cd "$1" && find . -mindepth 1 ! -path ./etc ! -path ./etc/hostname \
		! -path ./etc/hosts ! -path ./etc/machine-id \
		! -path ./etc/resolv.conf ! -path './var/lib/dbus*' \
		-printf '%p %y %m %U:%G %s %n %TY-%Tm-%TdT%TH:%TM:%.2TS %l\n' |
		sed 's/\(^[^ ]* d [^ ]* [^ ]*\) [0-9]* /\1 - /' | sort)
	(cd "$1" && getfattr -Rhd -m 'user|capability|acl' -e hex . 2>/dev/null)
	(cd "$1" && find . -type f ! -path './etc/*' ! -path './var/*' \
		-exec cksum {} + | sort)
}
want=$(look "$proto")

# as_it_was WHAT: the zone is as the prototype, and itself.
as_it_was() {
	local root=$ZONES/one/root

	is "$1: all is as it was" "$(look "$root" | diff - <(echo "$want"))" ''
	is "$1: holes are holes" \
		"$(($(stat -c %b "$root/var/sparse") < 2000))" 1
	is "$1: the zonepath is private" \
		"$(stat -c '%a %u:%g' "$ZONES/one")" '700 0:0'
	is "$1: the root is not" "$(stat -c '%a %u:%g' "$root")" '755 0:0'
	is "$1: hostname" "$(cat "$root/etc/hostname")" one
	like "$1: hosts" "$(cat "$root/etc/hosts")" \
		"127.0.0.1?localhost prototype?127.0.1.1?one"
	is "$1: machine-id is empty" "$(stat -c '%F %a' "$root/etc/machine-id")" \
		'regular empty file 444'
	ok "$1: no second machine-id" test ! -e "$root/var/lib/dbus/machine-id"
	is "$1: resolv.conf is a file" "$(stat -c %F "$root/etc/resolv.conf")" \
		'regular empty file'
}

ok "a zone" configure one whole
is "no uuid yet" "$(zoneadm -z one list -p | cut -d: -f5)" ''
pack() { tar -C "$proto" --xattrs --xattrs-include='*' --acls \
	--numeric-owner --sparse --format=posix -cf - .; }
pack >"$WORK/one.tar"
gzip -k "$WORK/one.tar"
bzip2 -k "$WORK/one.tar"
xz -k -0 "$WORK/one.tar"
zstd -q "$WORK/one.tar"
uuids=
for archive in "$WORK"/one.tar "$WORK"/one.tar.*; do
	what=${archive##*/}
	ok "$what: installs" zoneadm -z one install -a "$archive"
	like "$what: silently, but that nobody vouches for it" \
		"$(cat "$OUT" "$ERR")" "zoneadm: zone 'one': archive '*/$what' was not verified: there is no key in *"
	is "$what: one line" "$(cat "$OUT" "$ERR" | wc -l)" 1
	is "$what: installed" "$(state one)" installed
	as_it_was "$what"
	like "$what: an id range" "$(base one)" '[1-9]?????*'
	is "$what: is claimed" "$(claims)" 1
	uuids="$uuids $(zoneadm -z one list -p | cut -d: -f5)"
	ok "$what: uninstalls" zoneadm -z one uninstall -F
	is "$what: configured" "$(zoneadm -z one list -p | cut -d: -f3,5)" \
		configured:
	ok "$what: nothing is left" test ! -e "$ZONES/one"
	is "$what: nothing is claimed" "$(claims)" 0
done
# shellcheck disable=SC2086 # words on purpose
is "each had an uuid of its own" "$(printf '%s\n' $uuids | sort -u | wc -l)" 5

ok "from a directory" zoneadm -z one install -d "$proto"
as_it_was "directory"
is "the directory itself is as it was" "$(look "$proto")" "$want"
fails 1 "once is enough" zoneadm -z one install -d "$proto"
is "its words" "$(cat "$ERR")" "zoneadm: zone 'one': is already installed."

# --- mount, mark, uninstall -------------------------------------------------------

ok "mount" zoneadm -z one mount
is "mounted" "$(state one)" mounted
like "with an id" "$(zoneadm list -p | tail -n 1)" '[1-9]*:one:mounted:*'
ok "shows the root" cmp "$ZONES/one/lu/etc/passwd" "$proto/etc/passwd"
for c in boot install uninstall\ -F mark\ incomplete mount; do
	# shellcheck disable=SC2086 # words on purpose
	fails 1 "mounted: no $c" zoneadm -z one $c
done
mount -t tmpfs none "$ZONES/one/lu/deep"
ok "unmount, with what was mounted there" zoneadm -z one unmount
is "installed" "$(state one)" installed
ok "no view" test ! -e "$ZONES/one/lu"
fails 1 "once is enough" zoneadm -z one unmount
is "its words" "$(cat "$ERR")" \
	"zoneadm: zone 'one': must be mounted before unmount."

fails 1 "no question without a terminal" zoneadm -z one uninstall
is "its words" "$(cat "$ERR")" "zoneadm: zone 'one': Input not from terminal \
and -F not specified: uninstall not done."
if has cmd:script; then
	for answer in n y; do
		echo "$answer" | script -qec "zoneadm -z one uninstall" /dev/null \
			>"$OUT"
		echo "status ${PIPESTATUS[1]}" >>"$OUT"
		like "the question" "$(cat "$OUT")" "*Are you sure you want to \
uninstall zone one (y/\[n\])? *status 0*"
		[ $answer = y ] || is "no is no" "$(state one)" installed
	done
	is "yes is yes" "$(state one)" configured
	ok "again" zoneadm -z one install -d "$proto"
fi

mount -t tmpfs none "$ZONES/one/root/deep"
fails 1 "uninstall refuses with a mount below" zoneadm -z one uninstall -F
is "and lists it" "$(cat "$ERR")" "zoneadm: zone 'one': These file systems are \
mounted on subdirectories of $ZONES/one.
zoneadm: zone 'one':   $ZONES/one/root/deep"
is "it stays installed" "$(state one)" installed
umount "$ZONES/one/root/deep"

ok "mark incomplete" zoneadm -z one mark incomplete
is "it is" "$(state one)" incomplete
fails 1 "no install over it" zoneadm -z one install -d "$proto"
is "its words" "$(cat "$ERR")" \
	"zoneadm: zone 'one': zone is incomplete; uninstall required."
mkdir "$ZONES/one/mine"
touch "$ZONES/one/lastexited"
ok "uninstall leaves what is not ours" zoneadm -z one uninstall -F
like "and says so" "$(cat "$ERR")" "*Unable to completely remove $ZONES/one*"
is "the rest is gone" "$(ls "$ZONES/one")" mine
is "it is configured" "$(state one)" configured
rmdir "$ZONES/one/mine"

# --- words of clients -------------------------------------------------------------

ok "several options in one word" zoneadm -z one install \
	"-s  -a $WORK/one.tar.xz -u"
as_it_was "one word"
ok "uninstall with an empty word" zoneadm -z one uninstall -F ""
ok "-p keeps the identity" zoneadm -z one install -p -d "$proto"
is "hostname" "$(cat "$ZONES/one/root/etc/hostname")" prototype
ok "uninstall" zoneadm -z one uninstall -F
for words in '-a' '-x' 'word' '-u -p -a x' '-a x -d y'; do
	# shellcheck disable=SC2086 # words on purpose
	fails 2 "install $words" zoneadm -z one install $words
	is "changes nothing" "$(state one)" configured
done
ok "a directory around the zonepath" test -d "$ZONES"
fails 1 "is no source" zoneadm -z one install -d "$ZONES"
fails 1 "nor is the whole system" zoneadm -z one install -d /

# --- the running system -----------------------------------------------------------

ok "a sparse zone" configure sparse sparse
ok 'install ""' zoneadm -z sparse install ""
root=$ZONES/sparse/root
is "hostname" "$(cat "$root/etc/hostname")" sparse
is "no machine-id" "$(stat -c %s "$root/etc/machine-id")" 0
is "nothing below usr" "$(ls -A "$root/usr")" ''
ok "mount" zoneadm -z sparse mount
ok "shows usr too" test -x "$ZONES/sparse/lu/usr/bin/env"
fails 1 "read-only" touch "$ZONES/sparse/lu/usr/x"
ok "unmount" zoneadm -z sparse unmount
is "no mounts are left" "$(grep -c "$ZONES" /proc/self/mountinfo)" 0
