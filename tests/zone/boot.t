# SPDX-License-Identifier: ISC
#
# boot - what a zone's init starts with, and every kind of it: the root's own,
# ours, another by -i, one that cannot be executed, one that reaches for zoned.
# time: 400
. "$(dirname "$0")/../lib.sh"
needs root:busybox root:noinit root:debian cgroup2

zoneadm() { timeout 60 zoneadm "$@"; }
zlogin() { timeout 20 zlogin "$@"; }
record=$ZONES_ROOT/run/zones/web/state
pid_of() { sed -n "s/^$1 \([0-9]*\).*/\1/p" "$record"; }
zid() { timeout 20 zoneadm -z web list -p | cut -d: -f1; }
other() { [ "$(zid)" != "$1" ] && [ "$(zid)" != - ] && zlogin web true; }
words() { zlogin web 'cat /run/words'; }
root=$ZONES/web/root
programs() { (cd "$BUILD/bin" && sha256sum zoned zone-login zone-init); }
sums=$(programs)

# --- what init and a session start with --------------------------------------

zone web busybox
# Busybox hides the words it was started with.
rm "$root/sbin/init"
printf '#!/bin/sh\necho "$0 $*" >/run/words\nexec /bin/busybox init "$@"\n' \
	>"$root/sbin/init"
chmod 755 "$root/sbin/init"
exec 9</etc/shadow
ok "busybox boots" env SECRET=secret zoneadm -z web boot
exec 9<&-
uuid=$(zoneadm -z web list -p | cut -d: -f5)
is "init is the root's" "$(words)" '/sbin/init '
is "its environment" "$(zlogin web 'tr "\0" "\n" </proc/1/environ' |
	grep -v -e ^PWD= -e ^SHLVL= -e ^OLDPWD= | sort)" \
	"HOME=/
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
TERM=vt220
container=zones
container_uuid=$uuid"
is "its descriptors" "$(zlogin web 'cd /proc/1/fd
	for f in *; do echo "$f $(readlink $f)"; done')" "0 /dev/console
1 /dev/console
2 /dev/console"
is "it leads a session" "$(zlogin web 'cut -d " " -f 5,6 /proc/1/stat')" "1 1"
is "its directory and root" \
	"$(zlogin web 'readlink /proc/1/cwd; readlink /proc/1/root')" "/
/"
is "its groups" "$(zlogin web 'sed -n "s/^Groups:[[:space:]]*//p" /proc/1/status')" ''

exec 9</etc/shadow
is "a command's environment" "$(SECRET=secret TERM='' zlogin web \
	'tr "\0" "\n" </proc/$$/environ | sort')" "HOME=/root
LOGNAME=root
MAIL=/var/mail/root
PATH=/usr/sbin:/usr/bin:/sbin:/bin
SHELL=/bin/sh
USER=root"
is "a user's" "$(SECRET=secret TERM=xterm-256color zlogin -l alice web \
	'tr "\0" "\n" </proc/$$/environ | sort')" "HOME=/home/alice
LOGNAME=alice
MAIL=/var/mail/alice
PATH=/usr/sbin:/usr/bin:/sbin:/bin
SHELL=/bin/sh
TERM=xterm-256color
USER=alice"
is "its descriptors" "$(zlogin web 'for f in /proc/$$/fd/*; do
	readlink $f >/dev/null && echo "${f##*/}"; done')" "0
1
2"
exec 9<&-
is "nobody in the zone has more than its own" "$(zlogin web '
	grep -l -e SECRET -e ZONES_ROOT /proc/[0-9]*/environ 2>/dev/null')" ''

is "/dev is the list" "$(zlogin web 'ls -A /dev | sort' | tr '\n' ' ')" \
	'.zone console fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero '
is "its devices" "$(zlogin web 'cd /dev
	for f in *; do [ -c $f ] && [ ! -L $f ] && stat -c "%n %t:%T %a" $f; done')" \
	"console $(zlogin web 'stat -c %t:%T /dev/console') 620
full 1:7 666
null 1:3 666
random 1:8 666
tty 5:0 666
urandom 1:9 666
zero 1:5 666"
like "the console is a pty" "$(zlogin web 'stat -c %t:%T /dev/console')" '88:*'
is "what are links" "$(zlogin web 'cd /dev
	for f in *; do [ -L $f ] && echo "$f $(readlink $f)"; done')" \
	"fd /proc/self/fd
ptmx pts/ptmx
stderr /proc/self/fd/2
stdin /proc/self/fd/0
stdout /proc/self/fd/1"
is "what are mounts" "$(zlogin web \
	'sed -n "s|^[^ ]* \(/dev[^ ]*\) \([^ ]*\) .*|\1 \2|p" /proc/mounts | sort')" \
	"/dev tmpfs
/dev/console devpts
/dev/mqueue mqueue
/dev/pts devpts
/dev/shm tmpfs"
is "the zone knows its name" "$(zlogin web 'head -n 2 /dev/.zone')" "web
$uuid"
like "and what it may do" "$(zlogin web 'sed -n 3p /dev/.zone')" \
	"contract_event,*,sys_resource"
fails 1 "no other device can be made" \
	zlogin web 'mknod /dev/sda b 8 0 || mknod /tmp/sda b 8 0'

# --- reboot and poweroff, typed inside ----------------------------------------

for word in 'reboot' 'reboot -f'; do
	id=$(zid)
	zlogin web "$word" >/dev/null 2>&1
	within 20 other "$id"
	is "'$word' reboots" $? 0
done
for word in poweroff halt 'poweroff -f' 'halt -f'; do
	zlogin web "$word" >/dev/null 2>&1
	in_state web installed 20
	is "'$word' halts" $? 0
	ok "it boots again" zoneadm -z web boot
done
ok "halt" zoneadm -z web halt

# --- boot arguments ------------------------------------------------------------

ok "single user" zoneadm -z web boot -s
is "is a word to init" "$(words)" '/sbin/init single'
ok "halt" zoneadm -z web halt
ok "words that are not ours" zoneadm -z web boot -- verbose systemd.unit=x -q
is "go to init" "$(words)" '/sbin/init verbose systemd.unit=x -q'
is "and the console says so" \
	"$(grep -c '\[NOTICE: Boot arguments that init is to know: verbose systemd.unit=x -q\]' \
		"$ZONES_ROOT/var/log/zones/web.console")" 1
ok "reboot" zoneadm -z web reboot
is "a reboot has its own" "$(words)" '/sbin/init '
ok "reboot with words" zoneadm -z web reboot -- again
is "go to init" "$(words)" '/sbin/init again'
ok "halt" zoneadm -z web halt

# --- another init ----------------------------------------------------------------

cat >"$root/app" <<-'END'
	#!/bin/sh
	echo "$0 $*" >/tmp/args
	echo "app on the console"
	while :; do
		date +%s%N >/tmp/beat
		sleep 0.05
	done
END
chmod 755 "$root/app"
ok "-i /app" zoneadm -z web boot -- -i /app one two
ok "it runs" within 10 zlogin web test -s /tmp/beat
is "with its words" "$(zlogin web 'cat /tmp/args')" '/app one two'
is "as process 1" "$(zlogin web 'cat /proc/1/comm')" app
init=$(pid_of init) zoned=$(pid_of zoned)
kill -KILL "$zoned"
within 5 test ! -d "/proc/$zoned"
beat=$(cat "$root/tmp/beat")
newer() { [ "$(cat "$root/tmp/beat")" != "$1" ]; }
within 5 newer "$beat"
is "zoned killed: the application goes on" $? 0
is "zoned killed: list says running" "$(state web)" running
is "it is adopted" "$(zlogin web 'cat /proc/1/comm' 2>/dev/null)" app
is "it is the same" "$(pid_of init)" "$init"
is "its descriptors are not hung up" "$(zlogin web 'readlink /proc/1/fd/2')" \
	/dev/console
beat=$(cat "$root/tmp/beat")
within 5 newer "$beat"
is "and goes on" $? 0
ok "halt" zoneadm -z web halt

# --- an init that cannot be ----------------------------------------------------------

other="'boot -i PATH' starts another"
# cannot SENTENCE TEXT WORD...: boot fails with that text, nothing is left.
cannot() {
	local what=$1 text=$2

	shift 2
	fails 1 "$what" zoneadm -z web boot "$@"
	is "$what: its text" "$(grep -v WARNING "$ERR")" \
		"zoneadm: zone 'web': init: $text"
	is "$what: installed" "$(state web)" installed
	ok "$what: no record" test ! -e "$record"
}
printf '#!/nowhere\n' >"$root/nointerp"
printf 'no program\n' >"$root/text"
chmod 755 "$root/nointerp" "$root/text"
ln -s /loop "$root/loop"
cannot "a missing init" \
	"could not stat /nowhere: No such file or directory; $other" \
	-- -i /nowhere
cannot "one that is not executable" "/etc/passwd is not executable; $other" \
	-- -i /etc/passwd
cannot "a directory" "/etc is not executable; $other" -- -i /etc
cannot "one without its interpreter" \
	"/nointerp is not executable: its interpreter is missing" -- -i /nointerp
cannot "one that is no program" "/text: Exec format error" -- -i /text
cannot "a loop" "/loop: Symbolic link loop" -- -i /loop
# What is stored is no wrong use of boot.
ok "bootargs that lack a value" zonecfg -z web 'set bootargs="-m"'
fails 1 "do not boot" zoneadm -z web boot
is "and are named" "$(cat "$ERR")" "zoneadm: zone 'web': platform: bootargs: \
boot argument -m needs a value; 'zonecfg -z web clear bootargs'"
ok "taken away by an empty value" zonecfg -z web 'set bootargs='
fails 2 "the same typed is wrong use" zoneadm -z web boot -- -m
like "and named alone" "$(cat "$ERR")" "zoneadm: boot argument -m needs a value
usage: *"
for word in '' app ../app; do
	# shellcheck disable=SC2086 # no word at all
	fails 2 "-i '$word' is wrong use" zoneadm -z web boot -- -i $word
	is "-i '$word': installed" "$(state web)" installed
done
chmod 644 "$root/bin/busybox"
cannot "the root's own, not executable" "/sbin/init is not executable; $other"
chmod 755 "$root/bin/busybox"
ok "after all that it boots" zoneadm -z web boot
ok "halt" zoneadm -z web halt

# --- what reaches for our programs ----------------------------------------------------

# While it is executed, /proc/self/exe is zoned.
printf '#!/proc/self/exe\n' >"$root/evil"
chmod 755 "$root/evil"
echo 'evil:x:0:0::/root:/evil' >>"$root/etc/passwd"
timeout 20 zoneadm -z web boot -- -i /evil >/dev/null 2>&1
ok "as init it ends the zone" in_state web installed 20
cp "$root/evil" "$root/app"
ok "boot" zoneadm -z web boot
zlogin -l evil web true >"$OUT" 2>"$ERR"
is "as a shell it is refused" "$?" 126
like "and says so" "$(cat "$ERR")" "*zone-login: started by zoned only*"
zlogin web /evil -c 'echo of the zone' >"$OUT" 2>"$ERR"
is "as a command it is the shell" "$(cat "$OUT")" ''
zlogin web 'cp /bin/busybox /tmp/own; cd /proc/$PPID
	echo x >exe; chmod 777 exe; chown 1000 exe; rm exe; ln exe /tmp/link
	cat exe' >"$OUT" 2>"$ERR"
is "zone-login: each way to change it or to read it fails" \
	"$(wc -l <"$ERR") $(wc -c <"$OUT")" "6 0"
is "our programs are as before" "$(programs)" "$sums"
ok "halt" zoneadm -z web halt

zone none noinit
ok "a root without init boots" zoneadm -z none boot
is "by ours" "$(zlogin none 'cat /proc/1/comm')" zone-init
zlogin none 'cd /proc/1; echo x >exe; chmod 777 exe; rm exe
	exec 7<exe && echo x >/proc/self/fd/7
	exit 0' >"$OUT" 2>"$ERR"
is "zone-init: each way to change it fails" "$(wc -l <"$ERR")" 4
is "our programs are as before" "$(programs)" "$sums"
ok "halt" zoneadm -z none halt

# --- mount points that are not what they should be ------------------------------------

outside=$WORK/outside
mkdir -p "$outside/sub" "$outside/kcore" "$outside/pts"
echo secret >"$outside/file"
shot() { find "$outside" -printf '%p %y %m %U %G %T@ %l\n' | sort; }
before=$(shot)
etc=$(find /etc -maxdepth 1 -printf '%p %y %m %U\n' | sort)

# linked POINT TARGET: the directory replaced by a link; boot it; put it back.
linked() {
	local status

	rm -rf "${root:?}/$1"
	ln -s "$2" "$root/$1"
	timeout 20 zoneadm -z web boot >"$OUT" 2>"$ERR"
	status=$?
	if [ $status = 0 ]; then
		is "/$1 -> $2: it stays inside" "$(zlogin web \
			'cat /secret /file /outside/file 2>/dev/null')" ''
		zoneadm -z web halt >/dev/null 2>&1
	else
		like "/$1 -> $2: refused" "$(cat "$ERR")" \
			"zoneadm: zone 'web': *'/$1'*is or lies behind a symbolic link"
	fi
	is "/$1 -> $2: installed" "$(state web)" installed
	rm -rf "${root:?}/$1"
	mkdir "$root/$1"
}
for point in proc sys dev run; do
	for target in "$outside" "../../../../../..$outside" /etc tmp; do
		linked $point "$target"
	done
done
mv "$root/usr" "$root/usr.own"
linked usr "$outside"
rm -rf "${root:?}/usr"
mv "$root/usr.own" "$root/usr"
is "nothing outside was touched" "$(shot)" "$before"
is "nor in /etc" "$(find /etc -maxdepth 1 -printf '%p %y %m %U\n' | sort)" "$etc"

rm -rf "${root:?}/proc" && echo file >"$root/proc"
fails 1 "a file as mount point" zoneadm -z web boot
is "installed" "$(state web)" installed
rm -rf "${root:?}"/{proc,sys,dev,run}
ok "missing ones are made" zoneadm -z web boot
ok "and used" zlogin web 'test -r /proc/1/stat && test -c /dev/null'
ok "halt" zoneadm -z web halt
is "they belong to root" "$(stat -c '%u:%g' "$root"/{proc,sys,dev,run} | uniq)" 0:0
is "nothing was left in them" \
	"$(find "$root"/{proc,sys,dev,run} -mindepth 1 | wc -l)" 0
mv "$root" "$WORK/elsewhere"
ln -s "$WORK/elsewhere" "$root"
fails 1 "root/ itself as a link" zoneadm -z web boot
is "installed" "$(state web)" installed
rm "$root" && mv "$WORK/elsewhere" "$root"

# --- masks ---------------------------------------------------------------------------------

ok "boot" zoneadm -z web boot
sed -n 's/^FS_MASK_[A-Z]*(\([A-Z]*\), "\([^"]*\)".*/\1 \2/p' "$SRC/fs/mask.def" \
	>"$root/tmp/masks"
cat >"$root/tmp/masked" <<-'END'
	# Print each row of /tmp/masks that does not hold.
	attack() { # a way that must fail
		"$@" >/dev/null 2>&1 && echo "$*"
	}
	while read -r op path; do
		p=/$path
		[ -e "$p" ] || continue
		attack umount "$p"
		attack umount -l "$p"
		attack mount -o move "$p" /mnt
		[ "$op" = UNLOCK ] || attack mount -o remount,rw "$p"
		[ "$op" = UNLOCK ] || attack mount -o remount,bind,rw "$p"
		[ "$op" = UNLOCK ] || grep -q " $p [^ ]* ro," /proc/mounts ||
			echo "$p is not read-only"
		# A copy is as read-only, and shows no more.
		if [ -d "$p" ] && mount -o bind "$p" /mnt 2>/dev/null; then
			[ "$op" = UNLOCK ] || attack mount -o remount,bind,rw /mnt
			[ "$op" != MASK ] || [ -z "$(ls -A /mnt)" ] ||
				echo "$p has entries elsewhere"
			umount /mnt
		fi
		[ "$op" = MASK ] || continue
		if [ -d "$p" ]; then
			[ -z "$(ls -A "$p" 2>&1)" ] || echo "$p has entries"
		else
			[ -z "$(head -c 1 "$p" 2>&1)" ] || echo "$p has text"
		fi
		attack sh -c "echo x >$p"
		attack touch "$p/x"
	done </tmp/masks
	attack mount -o bind /proc /mnt
	attack mount -o bind /sys /mnt
	attack mount -o bind /dev /mnt
	attack mount -t proc proc /mnt
	attack mount -t sysfs sysfs /mnt
	attack sh -c 'echo x >/proc/sys/kernel/domainname'
	attack sh -c 'echo 1 >/proc/sys/vm/drop_caches'
	attack umount -l /proc
	attack umount -l /sys
	attack umount -l /dev
	attack umount -l /
	exit 0
END
is "no mask can be taken off or passed" "$(zlogin web 'sh /tmp/masked')" ''
host=$(hostname)
is "the zone's own name can be set" "$(zlogin web 'hostname x.y && hostname')" x.y
is "the host's is another" "$(hostname)" "$host"
ok "halt" zoneadm -z web halt

# --- Debian ------------------------------------------------------------------------------------

zone deb debian
ok "Debian boots" zoneadm -z deb boot
within 30 zlogin deb test -S /run/systemd/private
health=$(timeout 60 zlogin deb 'systemctl is-system-running --wait' 2>&1)
failed=$(zlogin deb 'systemctl --failed --no-legend --plain')
case $health:$failed in
running: | degraded:) pass "it comes up, and no unit has failed" ;;
*) fail "it comes up, and no unit has failed" "$health: $failed" ;;
esac
is "its target is reached" \
	"$(zlogin deb 'systemctl is-active default.target')" active
is "it knows what it runs in" "$(zlogin deb systemd-detect-virt)" container-other
is "init's words" "$(zlogin deb 'tr "\0" " " </proc/1/cmdline')" '/sbin/init '
is "its descriptors are of the zone" "$(zlogin deb \
	'readlink /proc/1/fd/* | grep -v -e "^/proc" -e "^/sys/fs/cgroup" \
		-e ^/dev/null -e ^/dev/console -e ^anon_inode: -e ^socket: \
		-e ^pipe: -e /run/ -e ^/$')" ''
ok "it shuts down" timeout 100 zoneadm -z deb shutdown
is "and is installed" "$(state deb)" installed
ok "in good order" grep -aq 'Powering off\|Power down\|reboot: \|Reached target.*[Pp]ower' \
	"$ZONES_ROOT/var/log/zones/deb.console"
