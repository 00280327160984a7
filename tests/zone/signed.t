# SPDX-License-Identifier: ISC
#
# signed - with a trusted key an archive is installed as its signer made it, or
# not at all: whatever was changed, cut, swapped, or is changed meanwhile.
# time: 300
. "$(dirname "$0")/../lib.sh"
needs cmd:minisign cmd:python3

keys=$ZONES_ROOT/etc/zones/trusted-keys
tree=$WORK/tree
mkdir -p "$tree"/{etc,bin}
echo root:x:0:0::/root:/bin/sh >"$tree/etc/passwd"
head -c 2000000 /dev/urandom >"$tree/bin/program"
echo GOOD >"$tree/etc/zflag"
mkdir "$WORK/dir"
archive=$WORK/dir/one.tar
sig=$archive.minisig
pristine=$WORK/pristine
tar -C "$tree" --numeric-owner --sort=name -cf "$archive" .
cp "$archive" "$pristine"
echo other >"$tree/etc/group"
tar -C "$tree" --numeric-owner -cf "$WORK/dir/two.tar" .
minisign -G -W -p "$WORK/site.pub" -s "$WORK/site.sec" >/dev/null
minisign -G -W -p "$WORK/other.pub" -s "$WORK/other.sec" >/dev/null

# sign KEY ARCHIVE [OPTION...]
sign() { minisign -S -s "$WORK/$1.sec" -m "$2" "${@:3}" >/dev/null; }
id() { sed -n '1s/.* //p' "$WORK/$1.pub"; }
signed_by() {
	zoneadm -z one list --json | python3 -c \
		'import json, sys; print(json.load(sys.stdin)[0]["signed-by"])'
}
# shellcheck disable=SC2120 # in an "ok" it has some
put() { zoneadm -z one install -a "$archive" "$@"; }
clear() { zoneadm -z one uninstall -F; }

# taken WHAT [KEY]
taken() {
	ok "$1: it installs" put
	is "$1: it is what was signed" "$(cat "$ZONES/one/root/etc/zflag")" GOOD
	is "$1: by this key" "$(signed_by)" "$(id "${2-site}")"
	is "$1: nothing else lies in the zonepath" "$(ls -A "$ZONES/one")" root
	clear
}

# refused WHAT REASON: with a message of one line that says what to do; the zone
# is as it was.
refused() {
	fails 1 "$1: it is refused" put
	like "$1: the message" "$(cat "$ERR")" \
		"zoneadm: zone 'one': archive '$archive': *$2*--unsigned*"
	is "$1: one line for a terminal" \
		"$(tr -d '\n -~' <"$ERR" | wc -c) $(wc -l <"$ERR")" "0 1"
	is "$1: the zone is configured" "$(state one)" configured
	ok "$1: nothing is left" test ! -e "$ZONES/one"
}

# --- without keys, and without a signature ------------------------------------

ok "a zone" configure one whole
ok "without keys: it installs" put
is "without keys: that nobody looked is said" "$(cat "$ERR")" \
	"zoneadm: zone 'one': archive '$archive' was not verified: there is no key in '$keys'"
is "without keys: nobody vouches" "$(signed_by)" None
clear
ok "without keys, -s: it installs" put -s
is "without keys, -s: nothing is said" "$(cat "$OUT" "$ERR")" ''
clear
mkdir -m 755 "$keys"
ok "an empty directory asks for nothing" put
clear
cp "$WORK/site.pub" "$keys/site.pub"
refused "no signature" "no signature '$sig'"
ok "--unsigned: it installs" put --unsigned
like "--unsigned: that is said" "$(cat "$ERR")" "*was not verified: --unsigned"
is "--unsigned: nobody vouches" "$(signed_by)" None
clear
fails 2 "--unsigned wants an archive" zoneadm -z one install --unsigned
ok "one word, as clients say it" zoneadm -z one install "-a $archive --unsigned"
clear
ok "a directory needs none" zoneadm -z one install -d "$tree"
clear

fails 1 "behind -s alone it may be in an archive's place: refused" \
	zoneadm -z one install -s "$tree"
like "and that -d takes it is said" "$(cat "$ERR")" \
	"zoneadm: zone 'one': '$tree' is a directory, *'install -d' takes a directory"
is "the zone is configured" "$(state one)" configured
fails 1 "an archive behind -s needs a signature too" \
	zoneadm -z one install -s "$archive"
like "and that is said" "$(cat "$ERR")" "*no signature '$sig'*"

# --- who signed ------------------------------------------------------------------

sign site "$archive"
taken "signed"
ok "signed: it installs silently" put
is "signed: nothing is said" "$(cat "$ERR")" ''
clear
ok "signed: -v" put -v
like "signed: -v says by whom" "$(cat "$ERR")" \
	"*'$archive' is signed with key $(id site): timestamp:*"
clear
sign site "$archive" -l
ok "signed, the older form: it installs" put
for how in -c -ci -i; do
	like "list $how tells it" "$(zoneadm list $how --json)" \
		"*\"signed-by\": \"$(id site)\"*"
done
ok "a clone" configure two whole
ok "of it" zoneadm -z two clone one
like "has no signer of its own" "$(zoneadm -z two list --json)" \
	"*\"signed-by\": null*"
zoneadm -z two uninstall -F
clear
sign site "$archive" -t v1.2
taken "signed with a word"
sed -i 's/v1\.2/v1.3/' "$sig"
refused "another trusted comment" "not what was signed"
sign other "$archive"
refused "another key" "key $(id other), which is not in"
cp "$WORK/other.pub" "$keys/other.pub"
taken "a second key" other
rm "$keys/other.pub"
python3 - "$sig" "$WORK/site.pub" <<'END'
import base64, sys
lines = open(sys.argv[1]).read().split("\n")
key = base64.b64decode(open(sys.argv[2]).read().split("\n")[1])
raw = base64.b64decode(lines[1])
lines[1] = base64.b64encode(raw[:2] + key[2:10] + raw[10:]).decode()
open(sys.argv[1], "w").write("\n".join(lines))
END
refused "another key under the id of this" "not what was signed"

# --- archives that are not what was signed ----------------------------------------

# flip BYTE
flip() {
	python3 -c 'import sys
f = open(sys.argv[1], "r+b")
f.seek(int(sys.argv[2]))
b = f.read(1)
f.seek(-1, 1)
f.write(bytes([b[0] ^ 1]))' "$archive" "$1"
}

for form in -H -l; do
	sign site "$archive" $form
	size=$(stat -c %s "$archive")
	for at in 0 511 512 100000 $((size / 2)) $((size - 1)); do
		flip $at
		refused "$form, byte $at flipped" "not what was signed"
		cp "$pristine" "$archive"
	done
	truncate -s -512 "$archive"
	refused "$form, cut" "not what was signed"
	cp "$pristine" "$archive"
	truncate -s +512 "$archive"
	refused "$form, longer" "not what was signed"
	cp "$pristine" "$archive"
	sign site "$WORK/dir/two.tar" $form
	cp "$WORK/dir/two.tar.minisig" "$sig"
	refused "$form, another file's signature" "not what was signed"
done

# --- signatures that are none ---------------------------------------------------

good=$WORK/good
sign site "$archive"
mv "$sig" "$good"
{ cat "$good"; echo; } >"$sig"
refused "a line too many" "follows the last line"
head -c 150 "$good" >"$sig"
refused "a signature cut" "format of minisign"
head -c 100000 /dev/zero >"$sig"
refused "a huge one" "signature '$sig'"
truncate -s 100G "$sig"
refused "a huge one of holes" "signature '$sig'"
rm "$sig"
mkfifo "$sig"
refused "a fifo" "not a regular file"
rm "$sig"
ln -s /dev/zero "$sig"
refused "a link to a device" "not a regular file"
rm "$sig"
mkdir "$sig"
refused "a directory" "not a regular file"
rmdir "$sig"
# As the archive itself may be one.
ln -s "$good" "$sig"
taken "a link to a good one"
rm "$sig"
cp "$good" "$sig"

# --- keys that others could have put there ---------------------------------------

theirs="can be written by others than root"
chmod 646 "$keys/site.pub"
refused "a key that all can write" "site.pub' $theirs"
chmod 644 "$keys/site.pub"
chown 1000 "$keys/site.pub"
refused "a key of a user's" "site.pub' $theirs"
chown 0 "$keys/site.pub"
chmod 777 "$keys"
refused "a directory that all can write" "trusted-keys' $theirs"
chmod 755 "$keys"
ln -s "$WORK/other.pub" "$keys/link.pub"
refused "a key that is a link" "link.pub"
rm "$keys/link.pub"
echo nonsense >"$keys/bad.pub"
refused "a key that is none" "bad.pub': it is not in the format"
ok "--unsigned asks for no key" put --unsigned
clear
rm "$keys/bad.pub"
mv "$keys" "$keys.away"
ln -s "$keys.away" "$keys"
refused "keys behind a link" "trusted-keys"
rm "$keys"
mv "$keys.away" "$keys"

# --- an archive that changes meanwhile --------------------------------------------

# Writes EVIL over GOOD and back, and puts another file in the archive's place
# and back, as fast as it can.
cat >"$WORK/racer.py" <<'END'
import os, random, sys, time
archive, evil = sys.argv[1:]
at = open(archive, "rb").read().rindex(b"GOOD")
fd = os.open(archive, os.O_RDWR)
os.link(archive, archive + ".good")
while True:
    for name, text in (evil, b"EVIL"), (archive + ".good", b"GOOD"):
        os.pwrite(fd, text, at)
        time.sleep(random.random() * 0.01)
        os.link(name, archive + ".new")
        os.rename(archive + ".new", archive)
        time.sleep(random.random() * 0.01)
END
sed 's/GOOD/EVIL/' "$archive" >"$WORK/dir/evil.tar"
python3 "$WORK/racer.py" "$archive" "$WORK/dir/evil.tar" &
racer=$!
evil=0
installed=0
for _ in $(seq 60); do
	if put 2>/dev/null; then
		installed=$((installed + 1))
		grep -q GOOD "$ZONES/one/root/etc/zflag" || evil=$((evil + 1))
		clear
	fi
done
kill $racer
wait $racer 2>/dev/null
echo "# $installed of 60 were good when they were copied"
is "what is installed was verified, whoever writes meanwhile" $evil 0
rm "$archive"
cp "$pristine" "$archive"
taken "after all that"
