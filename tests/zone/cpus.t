# SPDX-License-Identifier: ISC
#
# cpus - dedicated CPUs are one zone's: the others are kept off them, whichever
# was first, whatever was killed, until it halts.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cgroup:cpuset

zoneadm() { timeout 60 zoneadm "$@"; }
last=$(($(nproc --all) - 1))
[ $last -gt 0 ] && [ "$(nproc)" = $((last + 1)) ] || skip "needs two CPUs"
# All but the last, as the kernel writes it.
[ $last = 1 ] && rest=0 || rest=0-$((last - 1))
all=0-$last
cpus() { awk '/^Cpus_allowed_list/ { print $2 }'; }
of() { zlogin "$1" "cat /proc/${2-self}/status" </dev/null | cpus; }
change() { ok "$1: $2" zonecfg -z "$1" "$2"; }
dedicate() { change "$1" "remove -F dedicated-cpu; add dedicated-cpu; $2; end"; }
zoned() { sed -n 's/^zoned \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/$1/state"; }
gone() { [ ! -d "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"; }

zone plain busybox
zone own busybox 'add dedicated-cpu; set ncpus=1; end'
zone rival busybox 'add dedicated-cpu; set cpus=0; end'

ok "a zone without boots" zoneadm -z plain boot
is "on all CPUs" "$(of plain)" "$all"
ok "one with one of its own boots" zoneadm -z own boot
is "it has the last" "$(of own)" $last
is "its init too" "$(of own 1)" $last
is "who ran before is off it" "$(of plain)" "$rest"
is "its init too" "$(of plain 1)" "$rest"
ok "who boots after" zoneadm -z plain reboot
is "is off it as well" "$(of plain 1)" "$rest"
is "the host is not" "$(cpus </proc/self/status)" "$all"
ok "the zone may choose among its own" zlogin own "taskset -c $last true"
fails 1 "and no other" zlogin own 'taskset -c 0 true'

dedicate rival "set cpus=$last"
fails 1 "the same CPU for another zone" zoneadm -z rival boot
like "is refused by name" "$(cat "$ERR")" "*zone 'rival':*dedicated-cpu: CPU \
$last is another zone's, zone 'own' *'zoneadm -z own halt'*"
is "nothing happened" "$(state rival)" installed
is "to nobody" "$(of own):$(of plain)" "$last:$rest"
dedicate rival "set ncpus=$last"
fails 1 "too many" zoneadm -z rival boot
like "by number" "$(cat "$ERR")" "*$last CPUs are wanted, and $((last - 1)) of \
this host's $((last + 1)) can be had*zone 'own'*"
dedicate rival "set cpus=$((last + 1))"
fails 1 "one that is not there" zoneadm -z rival boot
like "is no CPU" "$(cat "$ERR")" "*this host has no CPU $((last + 1));*"
dedicate rival "set cpus=$last,$((last + 5))"
fails 1 "one of a list that is not there" zoneadm -z rival boot
like "is no CPU" "$(cat "$ERR")" "*this host has no CPU $((last + 5));*"
dedicate rival "set sockets=99"
fails 1 "nor a socket" zoneadm -z rival boot
like "of that number" "$(cat "$ERR")" "*sockets=99: this host has none*"

pid=$(zoned own)
kill -KILL "$pid"
within 10 gone "$pid"
dedicate rival "set cpus=$last"
fails 1 "it keeps them while nobody watches it" zoneadm -z rival boot
is "and is on them" "$(of own)" $last
pid=$(zoned own)
kill -KILL "$pid"
within 10 gone "$pid"
ok "halt by another zoned" zoneadm -z own halt
is "gives them back" "$(of plain)" "$all"
ok "to anybody" zoneadm -z rival boot
is "who wants them" "$(of rival):$(of plain)" "$last:$rest"

# Neither zoned nor the zone is left.
pid=$(zoned rival)
init=$(sed -n 's/^init \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/rival/state")
keeper=$(sed -n 's/^keeper \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/rival/state")
kill -KILL "$pid" "$keeper" "$init"
within 10 gone "$init"
ok "what a dead zone had is free" zoneadm -z own boot
is "for the next" "$(of own)" $last
ok "halt" zoneadm -z own halt
ok "halt of the dead one" zoneadm -z rival halt
is "in the end all are everybody's" "$(of plain)" "$all"

dedicate own "set cpus=0-$last"
fails 1 "not all" zoneadm -z own boot
like "as the host needs one" "$(cat "$ERR")" "*no CPU would be left for the \
global zone*"
dedicate own "set ncpus=1-1000; set importance=5"
ok "as many as there are" zoneadm -z own boot
is "but one" "$(of plain)" 0
ok "no more" zoneadm -z own halt
is "no lock is left" "$(ls /run/zones-cpus.lock 2>&1 >/dev/null | wc -l)" 1
