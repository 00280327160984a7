# SPDX-License-Identifier: ISC
#
# install-hostile - archives that want out of the root are refused or harmless;
# nothing outside of it is touched, and a refused zone can be cleared.
# time: 300
. "$(dirname "$0")/../lib.sh"
needs cmd:python3 cmd:getfattr cmd:chattr cmd:zstd

outside=$WORK/outside
mkdir "$outside" "$WORK/archives"
echo secret >"$outside/secret"
chmod 600 "$outside/secret"
python3 "$(dirname "$0")/hostile.py" "$WORK/archives" "$outside" || exit 1

# What the archives aim at, and whatever got its name from them.
look() {
	find "$outside" "$WORK/archives" -printf '%p %m %U:%G %s %n %T@ %l\n' |
		sort
	find "$WORK" /pwned* -path "$ZONES/bad" -prune -o -name '*pwned*' \
		-print 2>/dev/null
}
before=$(look)

untouched() {
	is "$1: nothing outside is touched" "$(look)" "$before"
}

ok "a zone" configure bad whole
for archive in "$WORK"/archives/refused-*.tar; do
	what=${archive##*/refused-}
	what=${what%.tar}
	fails 1 "$what: is refused" zoneadm -z bad install -a "$archive"
	like "$what: with one line" "$(cat "$ERR")" \
		"zoneadm: zone 'bad': archive '$archive': ?*"
	is "$what: that is fit for a terminal" \
		"$(tr -d '\n -~' <"$ERR" | wc -c) $(wc -l <"$ERR")" "0 1"
	untouched "$what"
	[ "$(state bad)" = configured ] ||
		is "$what: it is incomplete" "$(state bad)" incomplete
	zoneadm -z bad uninstall -F >/dev/null 2>&1
	is "$what: uninstall -F clears it" "$(state bad)" configured
	ok "$what: nothing is left" test ! -e "$ZONES/bad"
done

for archive in "$WORK"/archives/harmless-*.tar; do
	what=${archive##*/harmless-}
	what=${what%.tar}
	ok "$what: installs" zoneadm -z bad install -a "$archive"
	is "$what: etc/hostname is a file of ours" \
		"$(cat "$ZONES/bad/root/etc/hostname")" bad
	for file in hostname hosts machine-id; do
		is "$what: etc/$file is regular" \
			"$(stat -c %F "$ZONES/bad/root/etc/$file" |
			sed 's/ empty//')" "regular file"
	done
	is "$what: no device came along" \
		"$(find "$ZONES/bad/root" -type b -o -type c)" ''
	is "$what: no attribute of the host came along" \
		"$(getfattr -Rhd -m 'trusted|selinux|overlay' "$ZONES/bad" \
		2>/dev/null)" ''
	untouched "$what"
	ok "$what: uninstalls" zoneadm -z bad uninstall -F
	untouched "$what, uninstalled"
done

# What a zone may do to its own root while it runs, before an uninstall.
ok "a tame zone" zoneadm -z bad install -a "$WORK/archives/harmless-twice.tar"
ln -s "$outside" "$ZONES/bad/root/out"
ln "$outside/secret" "$ZONES/bad/root/hard" 2>/dev/null
mkfifo "$ZONES/bad/root/fifo"
mkdir -p "$ZONES/bad/root/locked/$(printf 'd/%.0s' $(seq 200))"
touch "$ZONES/bad/root/locked/file"
chattr -R +i "$ZONES/bad/root/locked" 2>/dev/null
chmod 0 "$ZONES/bad/root/locked"
rm -f "$ZONES/bad/root/hard"
ok "a wild root is uninstalled" zoneadm -z bad uninstall -F
ok "nothing is left" test ! -e "$ZONES/bad"
untouched "the wild root"
