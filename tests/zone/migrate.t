#!/bin/bash
# SPDX-License-Identifier: ISC
#
# migrate - a zone goes from one host to another over ssh, with all that its
# files have; what does not fit is refused; and whatever is cut off or killed in
# between, the zone is exactly one's.
. "$(dirname "$0")/../lib.sh"
needs root root:busybox cmd:ip cmd:ssh cmd:/usr/sbin/sshd cmd:setfacl cmd:setfattr cmd:setcap
. "$SRC/tests/hostlib.sh"
hosts

state() { at "$1" zoneadm -z z list -p 2>/dev/null | cut -d: -f3; }
states() { echo "$(state here) $(state there)"; }
# Everything a file has, as text; hard links by their first name.
tree() {
	at "$1" bash -c 'cd "$0" && find . -mindepth 1 -print0 | sort -z >"$1"
		xargs -0 stat -c "%A %u:%g %h %y %N" <"$1"
		find . -type f -links +1 -printf "%i %p\n" | sort -k 2 |
			awk "!(\$1 in n) { n[\$1] = NR } { print n[\$1], \$2 }"
		find . -type f -print0 | sort -z | xargs -0 sha256sum
		xargs -0 getfattr -hd -m "^(user|security)" <"$1"
		find . ! -type l -print0 | sort -z | xargs -0 getfacl -np' "$ZONES/z/root" "$WORK/names"
}
same() {
	tree "$1" >"$WORK/tree-$1" 2>/dev/null
	diff "$WORK/tree" "$WORK/tree-$1" >"$WORK/diff" || fail "$2" "$(cat "$WORK/diff")"
}
holes() { at "$1" stat -c %b "$ZONES/z/root/data/sparse"; }

configure z whole
at here zonecfg -z z -f "$WORK/z.cmds" || exit 1
ok "a zone is installed" at here zoneadm -z z install -d "$(root busybox)"
at here bash -c 'cd "$0" && mkdir -p data/d && cd data && echo one >a && ln a b && ln -s a c &&
	mkfifo p && truncate -s 64M sparse && echo end >>sparse && truncate -s 5M hole &&
	setfattr -n user.note -v "with space" a && setfacl -m u:1234:rw,g:99:r a &&
	setfacl -d -m u:77:rwx d && cp /bin/true cap && setcap cap_net_raw+ep cap &&
	chown 33:44 d && chmod 4755 cap && touch -d "2001-02-03 04:05:06.789012345" a d &&
	mkdir "new
line" && head -c 300000 /dev/urandom >"$(printf "%0250d" 0)"' "$ZONES/z/root"
tree here >"$WORK/tree" 2>/dev/null

ok "a dry run" at here zoneadm -z z migrate -n "$URI"
is "tells so" "$(tail -n 1 "$OUT")" "zoneadm: zone 'z': Dry-run migration successful."
is "and nothing has changed" "$(states)" "installed "
ok "it is migrated" at here zoneadm -z z migrate "$URI"
is "and is there" "$(states)" "configured installed"
same there "all of it" && pass "all of it"
is "with its holes" "$([ "$(holes there)" -lt 200 ] && echo yes)" yes
is "nothing is left here" "$(ls -A "$WORK/hosts/disk-here")" ""
ok "it boots there" at there zoneadm -z z boot
is "and is what it was" "$(at there zlogin z cat /data/b)" one
at there zoneadm -z z halt

# Back again: a configuration that is the same is taken, another is not.
back=ssh://root@10.77.0.1:2222
fails 1 "nothing answers at another address" at there zoneadm -z z migrate $back
like "it is told" "$(cat "$ERR")" "*zone 'z': the connection to 10.77.0.1 failed"
fails 2 "no address is no address" at there zoneadm -z z migrate "ssh://-oProxyCommand=x"
like "it is told" "$(cat "$ERR")" "zoneadm: migrate: 'ssh://-oProxyCommand=x' is not an address*"
is "the zone has stayed" "$(states)" "configured installed"
at there zoneadm -z z detach
mv "$WORK/hosts/disk-there/z" "$WORK/hosts/disk-here/z"
at there zonecfg -z z delete -F
ok "it is carried back by hand" at here zoneadm -z z attach
same here "all of it is here again" && pass "all of it is here again"

# refused SENTENCE WHY: and nothing has changed anywhere.
refused() {
	local before

	before=$(at there zoneadm list -cp; ls -A "$WORK/hosts/disk-there")
	fails 1 "$1" at here zoneadm -z z migrate "$URI"
	like "... and why" "$(cat "$ERR")" "*$2"
	is "... and all is as before" "$(state here) $(at there zoneadm list -cp
		ls -A "$WORK/hosts/disk-there")" "installed $before"
}
at there zonecfg -z z 'create -b; set zonepath='"$ZONES"'/elsewhere'
refused "another configuration there" "10.77.0.2: zone 'z' is configured here otherwise; *"
ok "... which -k keeps" at here zoneadm -z z migrate -nqk "$URI"
is "... and -q says nothing" "$(cat "$OUT" "$ERR")" ""
at there zonecfg -z z delete -F
at there zonecfg -z other "create -b; set zonepath=$ZONES/z"
refused "another zone with its zonepath" "10.77.0.2: the zone failed to verify here"
at there zonecfg -z other delete -F
mkdir -m 700 "$WORK/hosts/disk-there/z" && touch "$WORK/hosts/disk-there/z/x"
refused "a zonepath in use" "10.77.0.2: the zonepath '$ZONES/z' is not empty here"
rm -r "$WORK/hosts/disk-there/z"
at there mount -t tmpfs -o size=1M,mode=700 none "$ZONES"
refused "no room there" "10.77.0.2: the zone needs * MB, and in '$ZONES' there are * MB free"
at there umount "$ZONES"
printf '#!/bin/sh\nexit 127\n' >"$WORK/bin-there/zoneadm" && chmod 755 "$WORK/bin-there/zoneadm"
refused "no zoneadm there" "there is no zoneadm on 10.77.0.2, or not in the PATH that ssh gives there"
printf '#!/bin/sh\necho "zoneadm: receive: unknown subcommand" >&2\nexit 2\n' >"$WORK/bin-there/zoneadm"
refused "an older one" "zoneadm on 10.77.0.2 cannot receive zones: it is older than this one; upgrade it"
user true
as=$BUILD/bin
[ ! -x "$WORK/user-bin/zoneadm" ] || as=$WORK/user-bin
printf '#!/bin/sh\necho welcome\nexec env -u ZONES_ROOT setpriv --reuid 65534 --clear-groups %s "$@"\n' \
	"$as/zoneadm" >"$WORK/bin-there/zoneadm"
refused "an ordinary user there" "zoneadm: only a privileged user may receive a zone.*"
rm "$WORK/bin-there/zoneadm"
at here zoneadm -z z boot
fails 1 "not while it runs" at here zoneadm -z z migrate "$URI"
is "it is told" "$(head -n 1 "$ERR")" "zoneadm: zone 'z': migrate operation is invalid for running zones."
at here zoneadm -z z halt
fails 1 "there is nothing to abandon" at here zoneadm -z z migrate --abandon
is "it is told" "$(head -n 1 "$ERR")" "zoneadm: zone 'z': no migration of it was interrupted"

# A connection that ends after so many bytes, or answers; dd and sed
# -u hold none back.
breaks() {
	printf '#!/bin/bash\n%s\n' "$1" >"$WORK/bin-there/zoneadm"
	chmod 755 "$WORK/bin-there/zoneadm"
}
for n in 30 700 5000 300000; do
	breaks "dd bs=1 count=$n status=none | $BUILD/bin/zoneadm \"\$@\""
	fails 1 "cut off after $n bytes" at here zoneadm -z z migrate "$URI"
	within 10 test ! -e "$WORK/hosts/disk-there/z"
	is "... it is here alone" "$(states) $(ls -A "$WORK/hosts/disk-there")" "installed  "
done
# The answers: hello, ok, ok (offer), ok UUID (begin), ok (data), ok (take).
for n in 1 2 3 4 5; do
	breaks "$BUILD/bin/zoneadm \"\$@\" | sed -u ${n}q"
	fails 1 "cut off after answer $n" at here zoneadm -z z migrate "$URI"
	rm "$WORK/bin-there/zoneadm"
	case $n in
	5)
		like "... it may be there already" "$(cat "$ERR")" "*'zoneadm -z z migrate' goes on*"
		is "... and is, not here" "$(states)" "incomplete installed"
		fails 1 "... where it does not boot" at here zoneadm -z z boot
		like "... and says why" "$(cat "$ERR")" "*handed over to $URI, which may have it already*"
		fails 1 "... it does not come back" at here zoneadm -z z migrate --abandon
		like "... as it is there" "$(cat "$ERR")" "*it is at $URI already;*"
		ok "... the next migrate finishes" at here zoneadm -z z migrate
		is "... and it is there alone" "$(states) $(ls -A "$WORK/hosts/disk-here")" "configured installed "
		;;
	*) is "... it is here" "$(state here)" installed ;;
	esac
done
same there "all of it is there" && pass "all of it is there"
