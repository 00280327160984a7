# SPDX-License-Identifier: ISC
#
# zonecp - files and trees in and out, with modes, times and links; a zone that
# lies about names gets nowhere.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:python3
zone web busybox
ok "boot" zoneadm -z web boot
umask 022

# The names, kinds, modes, times and contents of a tree.
tree() {
	(cd "$1" && find . -printf '%P %y %m %T@ %l\n' | sort &&
		find . -type f -exec sha256sum {} + | sort)
}

mkdir -p src/a/b src/empty dst
echo hello >src/a/f
head -c 3000001 /dev/urandom >src/a/b/big
: >src/zero
ln -s ../f src/a/b/link
ln -s /nonexistent src/dangling
chmod 640 src/a/f
chmod 711 src/empty
chmod 500 src/a/b
printf x >"src/new
line $(printf '\377')"
touch -d '2020-01-02 03:04:05.123456789' src/a/f src/a src/empty
touch -hd '2001-02-03 04:05:06' src/dangling

ok "a tree goes in" zonecp -pr src web:/root/in
is "silently" "$(cat "$OUT" "$ERR")" ''
ok "and comes out" zonecp -pr web:/root/in dst/back
is "as it was" "$(tree dst/back)" "$(tree src)"
ok "into a directory that is there, under its name" zonecp -pr web:/root/in dst
is "the same" "$(tree dst/in)" "$(tree src)"
ok "again, over what is there" zonecp -pr web:/root/in dst
is "with the same result" "$(tree dst/in)" "$(tree src)"
is "in the zone it is root's" "$(zlogin web 'stat -c %u:%g /root/in/a/f')" 0:0
ok "a file under another name" zonecp src/a/f web:/tmp/g
is "has its content" "$(zlogin web cat /tmp/g)" hello
ok "two files at once" zonecp src/a/f src/zero web:/tmp
is "both are there" "$(zlogin web 'cd /tmp; ls f zero | tr "\n" " "')" "f zero "
ok "two files out" zonecp web:/tmp/f web:/etc/passwd dst
ok "both are there" test -s dst/f -a -s dst/passwd
ok "a relative path is below home" zonecp src/a/f web:rel
is "as it should" "$(zlogin web cat /root/rel)" hello
ok "no path is home" zonecp src/a/f web:
is "under its own name" "$(zlogin web cat /root/f)" hello
zlogin web 'chown alice /home/alice'
ok "as another user" zonecp -l alice src/a/f web:
is "it is theirs" "$(zlogin web stat -c %U /home/alice/f)" alice
ok "a colon behind a slash is no zone" zonecp web:/etc/passwd ./x:y
ok "it is a file here" test -s ./x:y

# What fails, and says where.
complains() {
	local text=$1

	shift
	fails 1 "zonecp $*" zonecp "$@"
	is "... says why" "$(cat "$ERR")" "zonecp: $text"
}
complains 'web:/nosuch: No such file or directory' web:/nosuch dst
complains 'web:/nosuch: No such file or directory' src/a/f web:/nosuch/f
complains 'nosuch: No such file or directory' nosuch web:/tmp
complains 'src: is a directory; use -r' src web:/tmp
complains 'web:/etc: is a directory; use -r' web:/etc dst
complains 'web:/dev/zero: is a device, a socket or a pipe' web:/dev/zero dst
complains "web: no such user 'bob'" -l bob src/a/f web:/tmp
complains 'web:./f: Permission denied' -l nobody src/a/f web:
complains "zone 'nosuch' unknown" src/a/f nosuch:/tmp
complains "zone '..' unknown" src/a/f ..:/tmp
complains "'global' is here; leave out the zone's name" src/a/f global:/tmp
complains 'web:: name the file or directory itself' -r web: dst
complains 'web:/tmp/..: name the file or directory itself' -r web:/tmp/.. dst
for words in '' 'a' 'a b' 'web:a web:b' 'web:a b c' '-x web:a b'; do
	# shellcheck disable=SC2086 # words on purpose
	fails 2 "zonecp $words is a usage error" zonecp $words
done
ok "another zone is configured" configure other whole
complains "zone 'other' is configured; run 'zoneadm -z other install' first" \
	other:/a dst
zonecfg -z other delete -F
zlogin web 'ls / >/tmp/before'
zlogin web 'mkfifo /tmp/fifo; mkdir -p /tmp/t/sub; ln /tmp/fifo /tmp/t/fifo
	echo x >/tmp/t/ok; echo y >/tmp/t/sub/ok'
fails 1 "what cannot be copied does not stop the rest" zonecp -r web:/tmp/t dst
is "it is named" "$(cat "$ERR")" "zonecp: web:/tmp/t/fifo: is a device, a socket or a pipe"
is "the rest is there" "$(cat dst/t/ok dst/t/sub/ok)" "x
y"

# Out of a zone come no set-user-id bits, and nothing goes through links.
zlogin web 'cp /bin/busybox /tmp/su; chmod 6755 /tmp/su'
ok "a set-user-id program of the zone" zonecp -p web:/tmp/su dst
is "is an ordinary one here" "$(stat -c %a dst/su)" 755
chmod 4755 src/a/f
ok "into a zone all bits go" zonecp -p src/a/f web:/tmp/setuid
is "they are the zone's root's" "$(zlogin web stat -c %a:%u /tmp/setuid)" 4755:0

# Without -p the umask counts, and what is there keeps its mode.
zlogin web 'echo open >/tmp/open; chmod 666 /tmp/open; mkdir -p /tmp/od
	chmod 777 /tmp/od; cp /tmp/open /tmp/od'
(umask 077 && zonecp web:/tmp/open dst/shut && zonecp -r web:/tmp/od dst)
is "a new file has the mode less the umask" "$(stat -c %a dst/shut)" 600
is "a new directory too" "$(stat -c %a dst/od dst/od/open | tr '\n' ' ')" \
	"700 600 "
chmod 640 dst/shut
ok "an existing file" zonecp web:/tmp/su dst/shut
is "keeps its mode" "$(stat -c %a dst/shut)" 640
ok "into the zone" zonecp src/a/f web:/tmp/plain
is "no set-user-id bit goes unasked" "$(zlogin web stat -c %a /tmp/plain)" 755
fails 1 "a full device" zonecp web:/etc/passwd /dev/full
is "is called so" "$(cat "$ERR")" "zonecp: /dev/full: No space left on device"
mkdir small && mount -t tmpfs -o size=64k tmpfs small
head -c 300000 /dev/zero >src/huge
ok "a large file goes in" zonecp src/huge web:/tmp/huge
fails 1 "and not out to a full file system" zonecp web:/tmp/huge small
is "which is told" "$(cat "$ERR")" \
	"zonecp: small/huge: No space left on device"
umount small
rm src/huge
echo keep >victim
ln -s ../victim dst/link
fails 1 "a link here is not followed" zonecp web:/etc/passwd dst/link
is "the message" "$(cat "$ERR")" \
	"zonecp: dst/link: is a symbolic link, which is not followed"
mkdir -p real
ln -s "$PWD/real" dst/sub
zlogin web 'mkdir -p /tmp/d/sub; echo bad >/tmp/d/sub/f'
mkdir -p dst/d
ln -s "$PWD/real" dst/d/sub
fails 1 "nor one inside a tree" zonecp -r web:/tmp/d dst
is "nothing came through" "$(ls real)" ''
is "victim is as it was" "$(cat victim)" keep

# A zone whose copier lies: the frames are fed to zonecp by a false program.
# (tests/unit/test_zonecp.c has every lie; here is one through the real door.)
ok "a new name over an old file" zonecp web:/etc/passwd victim
is "replaces it" "$(head -c 4 victim)" root

# Long ones.
head -c 300000000 /dev/zero >long
ok "300 MB in" zonecp long web:/tmp/long
ok "and out" zonecp web:/tmp/long long2
ok "the same" cmp long long2
deep=deep
for _ in $(seq 150); do deep=$deep/d; done
mkdir -p "$deep"
ok "150 directories deep" zonecp -r deep web:/tmp
is "all of them" "$(zlogin web 'find /tmp/deep | wc -l')" 151
for _ in $(seq 100); do deep=$deep/d; done
mkdir -p "$deep"
fails 1 "250 are too many" zonecp -r deep web:/tmp/deeper
like "which is told" "$(cat "$ERR")" "*directories too deep"
rm long2
(
	trap '' PIPE
	zonecp long web:/tmp/long3 2>"$ERR" &
	sleep 0.05
	zoneadm -z web halt
	wait $!
	echo $? >"$WORK/status"
)
is "a zone that is halted in between" "$(cat "$WORK/status")" 1
like "is named" "$(cat "$ERR")" "zonecp: *web*"
