# SPDX-License-Identifier: ISC
#
# probes-wide - the attacks of tests/probe in an immutable zone, where all are
# blocked, and in one with every optional privilege, where those are open that
# the privileges name, and no other.
# time: 300
. "$(dirname "$0")/../lib.sh"
needs root:busybox

probe=$BUILD/tests/probe
[ -x "$probe" ] || skip "the program probe is missing"
sleep 86399.733 &
sleeper=$!
namespaces=$(readlink /proc/self/ns/* | tr '\n' ,)
handle=$("$probe" --outside make-handle 2>/dev/null || echo 1:0200000000000000)

# opens ZONE: the probes that succeed in it, in one line. A probe that ends in a
# way of its own is told as NAME=STATUS.
# shellcheck disable=SC2016 # for the shell in the zone
opens() {
	"$probe" --list | cut -f 1 | timeout 300 zlogin "$1" 'while read -r p; do
		/probe $p marker=137.99368 '"pid=$sleeper \
		handle=$handle namespaces=$namespaces"' </dev/null >/dev/null 2>&1
		s=$?
		case $s in 0) echo "$p" ;; 1 | 2) ;; *) echo "$p=$s" ;; esac
	done; echo end' | tr '\n' ' '
}

zone im busybox 'set file-mac-profile=strict'
cp "$probe" "$ZONES/im/root/probe"
ok "boots read-only" zoneadm -z im boot
is "strict: nothing is open" "$(opens im)" "end "
ok "it still answers" zlogin im true
ok "halts" zoneadm -z im halt

# capabilities: it counts them, and here are more.
named="unshare-user unshare-net clone-user io-uring io-setup add-key keyctl \
request-key process-vm pidfd-getfd kcmp fsopen open-tree mbind packet raw raw6 \
capabilities end "
zone wide busybox "set limitpriv=default,net_rawaccess,linux_aio,\
linux_iouring,linux_keyring,linux_newmount,linux_userns,proc_priocntl,\
dtrace_proc,cpc_cpu"
cp "$probe" "$ZONES/wide/root/probe"
ok "boots" zoneadm -z wide boot
is "open is what the privileges name" "$(opens wide)" "$named"
ok "it still answers" zlogin wide true
ok "halts" zoneadm -z wide halt

kill "$sleeper"
wait "$sleeper" 2>/dev/null || true # its signal is no result
