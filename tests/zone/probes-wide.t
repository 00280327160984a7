# SPDX-License-Identifier: ISC
#
# probes-wide - the attacks of tests/probe in immutable zones of every kind, where
# all are blocked, and in one with every optional privilege, where those are open
# that the privileges name, and no other.
# time: 400
. "$(dirname "$0")/../lib.sh"
needs root:busybox

probe=$BUILD/tests/probe
[ -x "$probe" ] || skip "the program probe is missing"
sleep 86399.733 &
sleeper=$!
namespaces=$(readlink /proc/self/ns/* | tr '\n' ,)
handle=$("$probe" --outside make-handle 2>/dev/null || echo 1:0200000000000000)

# opens ZONE: the probes that succeed in it, in one line, one that ends in a way
# of its own too; and that it went through to the last.
opens() {
	timeout 300 zlogin "$1" /probe --all marker=137.99368 "pid=$sleeper" \
		"handle=$handle" "namespaces=$namespaces" </dev/null 2>"$ERR" |
		awk -F '\t' '$2 == "open" { print $1 }
			$2 == "odd" { print $1 "?" }
			END { print $1 == last ? "end" : "cut" }' \
		last="$("$probe" --list | tail -n 1 | cut -f 1)" | tr '\n' ' '
}

for profile in strict fixed-configuration flexible-configuration \
	dynamic-zones; do
	zone im busybox "set file-mac-profile=$profile"
	cp "$probe" "$ZONES/im/root/probe"
	ok "boots read-only" zoneadm -z im boot
	is "$profile: nothing is open" "$(opens im)" "end "
	ok "it still answers" zlogin im true
	ok "halts" zoneadm -z im halt
	ok "goes" zoneadm -z im uninstall -F
	ok "for the next" zonecfg -z im delete -F
done

# capabilities: it counts them, and here are more.
named="unshare-user unshare-net clone-user io-uring io-setup add-key keyctl \
request-key process-vm pidfd-getfd kcmp fsopen fspick fsconfig mount-setattr \
move-mount open-tree mbind packet raw raw6 capabilities end "
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
