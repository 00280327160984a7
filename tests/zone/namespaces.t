# SPDX-License-Identifier: ISC
#
# namespaces - a zone's namespaces are its own, its ids a range that nobody else
# has, and its files on disk have their natural owners.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cgroup2

zoneadm() { timeout 60 zoneadm "$@"; }
zlogin() { timeout 20 zlogin "$@"; }
of() { sed -n "s/^$2 \([0-9]*\).*/\1/p" "$ZONES_ROOT/run/zones/$1/state"; }

kinds='cgroup ipc mnt net pid user uts'
zone web busybox
zone db busybox
for z in web db; do
	ok "$z boots" zoneadm -z $z boot
	in_state $z running
done
init=$(of web init) other=$(of db init)

# --- each its own -----------------------------------------------------------------

space() { readlink "/proc/$1/ns/$2"; }
inside=$(zlogin web 'for f in /proc/self/ns/*; do
	echo "${f##*/} $(readlink $f)"; done')
for kind in $kinds; do
	like "there is a $kind namespace" "$(space "$init" $kind)" "$kind:[[]*"
	[ "$(space "$init" $kind)" != "$(space $$ $kind)" ]
	is "$kind: not the host's" $? 0
	[ "$(space "$init" $kind)" != "$(space "$other" $kind)" ]
	is "$kind: not the other zone's" $? 0
	is "$kind: a session is in the zone's" \
		"$(sed -n "s/^$kind //p" <<<"$inside")" "$(space "$init" $kind)"
done
is "zoned is in the host's" "$(for kind in $kinds; do
	space "$(of web zoned)" "$kind"; done)" \
	"$(for kind in $kinds; do space $$ "$kind"; done)"
is "the keeper too" "$(for kind in $kinds; do
	space "$(of web keeper)" "$kind"; done)" \
	"$(for kind in $kinds; do space $$ "$kind"; done)"

# What each of them is for.
is "uts: the zone has its name" "$(zlogin web hostname)" web
is "pid: init is process 1" "$(zlogin web 'cat /proc/1/comm')" init
is "pid: nobody else is seen" "$(zlogin web 'cd /proc
	for p in [0-9]*; do [ -d $p ] && readlink $p/ns/pid; done | sort -u')" \
	"$(space "$init" pid)"
is "net: only a loopback, and it is up" \
	"$(zlogin web 'ls /sys/class/net; cat /sys/class/net/lo/operstate
		ip addr show lo | grep -c "127.0.0.1/8"')" "lo
unknown
1"
is "cgroup: the zone's root is /" "$(zlogin web \
	'sed -n "s/^0:://p" /proc/1/cgroup')" /
ipcs=$(ipcmk -S 1 2>/dev/null | sed 's/.*: //')
is "ipc: nothing of the host's" "$(zlogin web 'tail -n +2 /proc/sysvipc/sem')" ''
[ -z "$ipcs" ] || ipcrm -s "$ipcs"

# --- ids -----------------------------------------------------------------------------

base=$(of web id_base) base2=$(of db id_base)
is "ids: a range of 65536" "$(tr -s ' ' <"/proc/$init/uid_map")" " 0 $base 65536"
is "groups: the same" "$(tr -s ' ' <"/proc/$init/gid_map")" " 0 $base 65536"
ok "it begins behind the host's ids" test "$base" -ge 524288
is "it is aligned" $((base % 65536)) 0
gap=$((base - base2))
ok "the zones' ranges do not meet" test "${gap#-}" -ge 65536
hit() { # ranges of /etc/subuid and of users that meet [base, base + 65536)
	awk -F: -v b="$1" '$2 < b + 65536 && b < $2 + $3' /etc/subuid /etc/subgid
	awk -F: -v b="$1" '$3 >= b && $3 < b + 65536' /etc/passwd /etc/group
}
is "no host user has one of them" "$(hit "$base" 2>/dev/null)" ''
is "root in the zone is nobody outside" \
	"$(awk '/^[UG]id:/ { print $2, $3, $4, $5 }' "/proc/$init/status")" \
	"$base $base $base $base
$base $base $base $base"
zlogin -l alice web 'exec sleep 61.7' &
session=$!
find_sleep() { sleeper=$(grep -lsza '^61.7$' /proc/[0-9]*/cmdline |
	while read -r f; do
		f=${f%/cmdline}
		[ "$(cat "$f/comm")" != sleep ] || echo "$f"
	done) && [ -n "$sleeper" ]; }
for _ in {1..100}; do
	find_sleep && break
	sleep 0.05
done
is "a user in it has an id of the range" \
	"$(awk '/^Uid:/ { print $2, $3, $4, $5 }' "$sleeper/status")" \
	"$((base + 1000)) $((base + 1000)) $((base + 1000)) $((base + 1000))"
kill "${sleeper#/proc/}"
wait $session
id1=$base
ok "halt" zoneadm -z web halt
ok "boot" zoneadm -z web boot
is "the range is kept over a boot" "$(of web id_base)" "$id1"

# --- files -----------------------------------------------------------------------------

zlogin web 'cd /root && mkdir files && cd files && touch root top alice &&
	chown 65535:65535 top && chown alice:alice alice && mkdir dir &&
	ln -s x link && chown -h alice link && mkfifo pipe && touch suid &&
	chown alice suid && chmod 4755 suid'
is "files have their natural owners on disk" \
	"$(cd "$ZONES/web/root/root/files" &&
		stat -c '%n %u:%g %a' alice dir link pipe root suid top)" \
	"alice 1000:1000 644
dir 0:0 755
link 1000:0 777
pipe 0:0 644
root 0:0 644
suid 1000:0 4755
top 65535:65535 644"
is "nothing on disk has an id of a range" \
	"$(find "$ZONES/web/root" \( -uid +65535 -o -gid +65535 \) -print)" ''
is "and the zone sees the same" "$(zlogin web \
	'cd /root/files && stat -c "%n %u:%g" alice root top')" "alice 1000:1000
root 0:0
top 65535:65535"
echo host >"$ZONES/web/root/root/files/big"
chown 200000:200000 "$ZONES/web/root/root/files/big"
is "an owner that the zone has not is nobody" "$(zlogin web \
	'stat -c %u:%g /root/files/big')" 65534:65534
fails 1 "whose file its root does not take" \
	zlogin web 'chown 0 /root/files/big 2>/dev/null'
fails 1 "65536 is no id" zlogin web 'chown 65536 /root/files/root 2>/dev/null'
zlogin db 'echo x >/root/file'
is "another zone's files are like its own" \
	"$(stat -c %u:%g "$ZONES/db/root/root/file")" 0:0

# --- without a trace on the host --------------------------------------------------------

is "the host's mounts know nothing of it" \
	"$(grep -F "$WORK" /proc/self/mountinfo)" ''
is "nor zoned's" "$(grep -F "$WORK" "/proc/$(of web zoned)/mountinfo")" ''
is "the zone's begin at its root" "$(zlogin web \
	'sed -n "s/^[^ ]* [^ ]* [^ ]* \([^ ]*\) \(\/\) .*/\1/p" /proc/self/mountinfo' |
	grep -c "/web/root$")" 1
is "and hold nothing else of the host" "$(zlogin web \
	'cut -d " " -f 1-3 /proc/mounts' | grep -v -E \
	-e '^[^ ]+ / ' -e '^(proc|sysfs|sys) /(proc|sys)' -e '^tmpfs /' \
	-e '^[^ ]+ /(dev|run|sys/fs/cgroup)' -e '^none /(dev|run)' \
	-e ' /(proc|sys)/[a-z/_-]+ (proc|sysfs|tmpfs)$' -e '^devpts /dev' \
	-e '^mqueue /dev')" ''
