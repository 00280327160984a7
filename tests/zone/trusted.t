# SPDX-License-Identifier: ISC
#
# trusted - zlogin -T writes where an immutable zone cannot, and lends the zone
# nothing of that.
. "$(dirname "$0")/../lib.sh"
needs root:busybox

zone web busybox
mkdir -p "$ZONES"/web/root/{etc,var/log,root,srv}
paths='etc/x var/log/x root/x srv/x x tmp/x run/x'

# Which of the paths can be written in the zone.
writable() {
	zlogin "$@" web "for p in $paths; do
		if (: >/\$p) 2>/dev/null; then printf '%s ' \$p; rm /\$p; fi; done"
}
ok "a zone without a profile boots" zoneadm -z web boot
is "all can be written" "$(writable)" "$paths "
is "a trusted session is like any other" "$(writable -T)" "$paths "
ok "halt" zoneadm -z web halt
ok "strict" zonecfg -z web 'set file-mac-profile=strict'
ok "boot" zoneadm -z web boot
is "only memory can be written" "$(writable)" 'tmp/x run/x '
is "a trusted session writes all" "$(writable -T)" "$paths "

# A trusted session writes to the disk, is seen by the zone, and the zone cannot
# use it: it neither traces such a process nor goes through its root.
ok "a trusted session writes" zlogin -T web 'echo new >/etc/motd && cat /etc/motd'
is "the zone sees it" "$(zlogin web cat /etc/motd)" new
zlogin -T web 'echo $$ >/run/pid; exec sleep 300' &
trusted=$!
within 10 zlogin web test -s /run/pid
is "it is a process of the zone" "$(zlogin web 'cat /proc/$(cat /run/pid)/comm')" sleep
is "the zone cannot write through its root" \
	"$(zlogin web ': >/proc/$(cat /run/pid)/root/w' 2>/dev/null; echo $?)" 1
is "nor see its root, its files, its environment" \
	"$(zlogin web 'p=/proc/$(cat /run/pid); ls $p/root/ 2>/dev/null
		readlink $p/fd/0 $p/exe $p/cwd; cat $p/environ 2>/dev/null')" ""
zlogin web 'sleep 300' &
plain=$!
within 10 zlogin web pidof sleep
is "of its own processes it can" \
	"$(zlogin web 'for p in $(pidof sleep); do test -e /proc/$p/root/etc && echo y; done')" y
ok "it can end it" zlogin web 'kill $(cat /run/pid)'
wait $trusted
is "that is seen" $? 143
zlogin web 'killall sleep'
wait $plain
is "a trusted session has no power over mounts" \
	"$(zlogin -T web 'mount -t tmpfs none /srv' 2>/dev/null; echo $?)" 1
is "as an ordinary user it is one" "$(zlogin -T -l alice web id -un)" alice
fails 1 "as an ordinary user it cannot write" zlogin -T -l alice web ': >/etc/y'

# Whoever adopts the zone has the namespaces too.
pid=$(sed -n 's/^zoned \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/web/state")
kill -KILL "$pid"
is "after zoned was killed, trusted sessions go on to work" \
	"$(zlogin -T web 'echo again >/etc/motd; cat /etc/motd' 2>/dev/null)" again
is "and others are kept out" "$(writable)" 'tmp/x run/x '
ok "halt" zoneadm -z web halt
ok "boot -w" zoneadm -z web boot -w
is "this once, all can be written" "$(writable)" "$paths "
is "and a trusted session is like any other" "$(writable -T)" "$paths "
