# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# refusals - what zoneadm refuses: bad zonepaths, bad sources, no room, the wrong
# caller, a busy lock; each with its text, exit status, and the state after it.
. "$(dirname "$0")/../lib.sh"
needs root:busybox

bb=$(root busybox)
errors="could not verify zonepath"

# bad_path NAME PATH LINE: install and verify refuse it with this first line.
bad_path() {
	local name=$1 path=$2 line=$3 c

	ok "$name: is configured" zonecfg -z "$name" \
		"create -b; set zonepath=$path"
	for c in verify install; do
		fails 1 "$name: $c is refused" zoneadm -z "$name" $c ${4+"$4" "$5"}
		is "$name: its words" "$(cat "$ERR")" "$line
$errors $path because of the above errors.
zoneadm: zone $name failed to verify"
		is "$name: it stays configured" "$(state "$name")" configured
	done
	ok "$name: is deleted" zonecfg -z "$name" delete -F
}

# --- zonepaths -----------------------------------------------------------------

fails 1 "a relative zonepath is not even configured" \
	zonecfg -z rel 'create -b; set zonepath=zones/rel'
zonecfg -z rel delete -F >/dev/null 2>&1

mkdir -m 700 "$ZONES/real"
ln -s real "$ZONES/link"
bad_path link "$ZONES/link" "zoneadm: $ZONES/link: Resolved path mismatch"
bad_path below "$ZONES/link/below" \
	"zoneadm: $ZONES/link: Resolved path mismatch"

mkdir -m 770 "$ZONES/group"
bad_path gparent "$ZONES/group/gparent" "$ZONES/group must not be group writable."
is "no stray directory" "$(ls "$ZONES/group")" ''
mkdir -m 702 "$ZONES/world"
bad_path wparent "$ZONES/world/wparent" "$ZONES/world must not be world writable."

mkdir -m 700 "$ZONES/theirs"
chown 65534 "$ZONES/theirs"
bad_path owner "$ZONES/theirs" "$ZONES/theirs is not owned by root."
bad_path oparent "$ZONES/theirs/z" "$ZONES/theirs is not owned by root."

mkdir -m 750 "$ZONES/open"
bad_path mode "$ZONES/open" "$ZONES/open must not be group readable.
$ZONES/open must not be group executable."
mkdir -m 500 "$ZONES/closed"
bad_path closed "$ZONES/closed" "$ZONES/closed must be owner writable."

touch "$ZONES/file"
bad_path file "$ZONES/file" "$ZONES/file is not a directory."

mkdir -m 700 "$ZONES/full" && mkdir -p "$ZONES/full/root/etc"
bad_path full "$ZONES/full" \
	"$ZONES/full/root exists and is not empty; move it away first."
ok "what was there is still there" test -d "$ZONES/full/root/etc"

ok "a zone has the path" configure one whole
bad_path same "$ZONES/one" \
	"same zonepath ($ZONES/one) and one zonepath ($ZONES/one) overlap."
bad_path inner "$ZONES/one/inner" \
	"inner zonepath ($ZONES/one/inner) and one zonepath ($ZONES/one) overlap."
bad_path outer "$ZONES" "outer zonepath ($ZONES) and one zonepath ($ZONES/one) \
overlap."

# --- sources ---------------------------------------------------------------------

# bad_source WHAT ARGUMENTS...: install fails, nothing or an incomplete zone is
# left, and uninstall -F clears it.
bad_source() {
	local what=$1 st

	shift
	fails 1 "$what: install fails" zoneadm -z one install "$@"
	like "$what: and says so" "$(head -n 1 "$ERR")" "zoneadm: zone 'one': *"
	st=$(state one)
	case $st in
	configured) pass "$what: it is configured" ;;
	incomplete)
		pass "$what: it is incomplete"
		ok "$what: uninstall -F" zoneadm -z one uninstall -F
		is "$what: it is configured" "$(state one)" configured
		;;
	*) fail "$what: its state is '$st'" ;;
	esac
	ok "$what: nothing is left" test ! -e "$ZONES/one"
}

printf 'this is no archive' >"$WORK/garbage"
head -c 300000 "$(archive busybox)" >"$WORK/cut.tar"
bad_source "a missing archive" -a "$WORK/nothing.tar"
bad_source "a damaged archive" -a "$WORK/garbage"
bad_source "half an archive" -a "$WORK/cut.tar"
bad_source "a missing directory" -d "$WORK/nothing"
bad_source "a file for a directory" -d "$WORK/garbage"
fails 2 "two sources" zoneadm -z one install -a x -d y
fails 2 "an unknown option" zoneadm -z one install -Z

# --- no room -----------------------------------------------------------------------

if has loop; then
	mkdir -m 700 "$WORK/small"
	truncate -s 3M "$WORK/disk"
	mkfs.ext4 -q "$WORK/disk" && mount -o loop "$WORK/disk" "$WORK/small"
	chmod 700 "$WORK/small"
	mkdir "$WORK/big"
	head -c 8000000 /dev/urandom >"$WORK/big/file"
	ok "a zone on a small disk" zonecfg -z small \
		"create -b; set zonepath=$WORK/small/z"
	fails 1 "it does not fit" zoneadm -z small install -d "$WORK/big"
	like "for want of room" "$(cat "$ERR")" "*No space left on device*"
	is "it is incomplete" "$(state small)" incomplete
	zoneadm -z small uninstall -F >/dev/null 2>&1
	is "uninstall -F clears it" "$(state small)" configured
	ok "nothing is left on the disk" test ! -e "$WORK/small/z"
	ok "delete it" zonecfg -z small delete -F
	umount "$WORK/small"
fi

# --- after install --------------------------------------------------------------------

fails 1 "a root that lies there already is not taken over" \
	zoneadm -z one install -d -
like "with what to do" "$(cat "$ERR")" "*install -d -:*-d DIRECTORY"
ok "install" zoneadm -z one install -d "$bb"
chmod 755 "$ZONES/one"
fails 1 "an open zonepath: verify" zoneadm -z one verify
is "each wrong bit is named" "$(cat "$ERR")" "$ZONES/one must not be group readable.
$ZONES/one must not be group executable.
$ZONES/one must not be world readable.
$ZONES/one must not be world executable.
$errors $ZONES/one because of the above errors.
zoneadm: zone one failed to verify"
verify_words=$(cat "$ERR")
for c in boot ready; do
	fails 1 "an open zonepath: $c is refused" zoneadm -z one $c
	is "in the same words" "$(cat "$ERR")" "$verify_words"
	is "it stays installed" "$(state one)" installed
done
chmod 700 "$ZONES/one"

mv "$ZONES/one" "$ZONES/elsewhere"
fails 1 "a zonepath that is gone: verify" zoneadm -z one verify
is "is told" "$(head -n 1 "$ERR")" \
	"zoneadm: $ZONES/one: No such file or directory"
fails 1 "a zonepath that is gone: boot" zoneadm -z one boot
is "it stays installed" "$(state one)" installed
mv "$ZONES/elsewhere" "$ZONES/one"

# bad_privileges TEXT LINE: written past zonecfg, which would refuse it too.
bad_privileges() {
	printf 'create -b\nset zonepath=%s\nset limitpriv="%s"\n' "$ZONES/one" \
		"$1" >"$ZONES_ROOT/etc/zones/one.cfg"
	fails 1 "limitpriv=$1: verify" zoneadm -z one verify
	is "its words" "$(cat "$ERR")" "$2
zoneadm: zone one failed to verify"
	for c in ready boot; do
		fails 1 "limitpriv=$1: $c" zoneadm -z one $c
		like "its words" "$(cat "$ERR")" "*$2*"
		is "it stays installed" "$(state one)" installed
	done
}
bad_privileges default,nosuch \
	"unknown privilege \"nosuch\" specified in the zone's privilege set (unknown: 'ppriv -l' lists them)"
bad_privileges default,sys_config \
	"privilege \"sys_config\" is not permitted within the zone's privilege set \
(prohibited: settings, swap and modules are those of the machine)"
bad_privileges 'default,!proc_fork' \
	"required privilege \"proc_fork\" is missing from the zone's privilege set \
(required: no zone works without it)"
printf 'create -b\nset zonepath=%s\n' "$ZONES/one" \
	>"$ZONES_ROOT/etc/zones/one.cfg"
ok "a good set again: verify" zoneadm -z one verify

# --- who, where, and who else ---------------------------------------------------------

for c in boot halt ready shutdown reboot install 'uninstall -F' verify; do
	# shellcheck disable=SC2086 # words on purpose
	fails 1 "a user may not $c" user zoneadm -z one $c
	is "its words" "$(cat "$ERR")" "zoneadm: zone 'one': only a \
privileged user may ${c%% *} a zone."
done
ok "a user may list" user zoneadm list -cp
like "all zones" "$(cat "$OUT")" "*one:installed:*"

inside() {
	unshare -m sh -c 'mount -t tmpfs none /dev && echo one >/dev/.zone &&
		exec "$@"' sh "$@"
}
for c in boot ready install verify; do
	fails 1 "inside a zone: $c" inside zoneadm -z one $c
	is "its words" "$(cat "$ERR")" "zoneadm: zone 'one': must be in the \
global zone to $c a zone."
done
for c in halt shutdown reboot; do
	fails 1 "inside a zone: $c" inside zoneadm -z one $c
	is "its words, and the zone's own command" "$(cat "$ERR")" \
"zoneadm: zone 'one': must be in the global zone to $c a zone.
zoneadm: zone 'one': use $c(8) to ${c/shutdown/shut down} this zone."
done

exec 9>>"$ZONES_ROOT/run/zones/one/lock"
flock 9
for c in boot ready 'uninstall -F' 'mark incomplete' mount; do
	# shellcheck disable=SC2086 # words on purpose
	fails 1 "under another's lock: $c" zoneadm -z one $c
	is "its words" "$(cat "$ERR")" "zoneadm: zone 'one': another zoneadm \
may have an operation in progress."
done
ok "list needs no lock" zoneadm -z one list
exec 9>&-
is "it is installed" "$(state one)" installed

# --- a root without any init ----------------------------------------------------------

ok "a root without init" configure bare whole
ok "installs" zoneadm -z bare install -d "$(root noinit)"
fails 1 "an init that it lacks" zoneadm -z bare boot -i /sbin/init
is "is refused" "$(cat "$ERR")" \
	"zoneadm: zone 'bare': init: could not stat /sbin/init: \
No such file or directory; 'boot -i PATH' starts another"
is "it stays installed" "$(state bare)" installed
fails 1 "an init that cannot be executed" zoneadm -z bare boot -i /etc/passwd
is "is refused" "$(cat "$ERR")" \
	"zoneadm: zone 'bare': init: /etc/passwd is not executable; \
'boot -i PATH' starts another"
is "it stays installed" "$(state bare)" installed
ok "but ours starts it" zoneadm -z bare boot
is "it runs" "$(state bare)" running

# What the file system of a zonepath must be.
beneath() { # OPTIONS: a zone on a small file system of memory is verified.
	mkdir -p "$ZONES/mem"
	# shellcheck disable=SC2016 # for the inner shell
	unshare -m bash -c 'mount -t tmpfs -o "$2" none "$1" && mkdir -m 700 "$1/z" &&
		zonecfg -z mem "create -F -b; set zonepath=$1/z" >/dev/null &&
		zoneadm -z mem verify' bash "$ZONES/mem" "$1"
}
ok "a zonepath in memory" beneath mode=700
is "is told of" "$(cat "$ERR")" \
	"WARNING: $ZONES/mem/z is on a temporary file system."
fails 1 "one on which set-user-id programs have no effect" \
	beneath mode=700,nosuid
like "is refused" "$(cat "$ERR")" "Zonepath $ZONES/mem/z is on a nosuid file system.*\
could not verify zonepath $ZONES/mem/z because of the above errors.*\
zoneadm: zone mem failed to verify"
zonecfg -z mem 'create -F -b; set zonepath=/zones/a:b' >/dev/null
is "a colon in a path is written so that it is no field's end" \
	"$(zoneadm -z mem list -p)" '-:mem:configured:/zones/a\:b::native:shared'
