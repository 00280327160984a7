# SPDX-License-Identifier: ISC
#
# sched - a zone's processes start with its scheduling class, whoever boots it,
# and a class that would reach the host is refused.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:chrt

zoneadm() { timeout 60 zoneadm "$@"; }
init() { sed -n 's/^init \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/web/state"; }
zoned() { sed -n 's/^zoned \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/web/state"; }
policy() { awk '{ sub(/.*[)] /, ""); print $39 }' "/proc/$1/stat"; }
session() { zlogin web 'cat /proc/self/stat' | awk '{ print $41 }'; }
class() { ok "class $1" zonecfg -z web set "scheduling-class=$1"; }
OTHER=0
BATCH=3

zone web busybox
ok "boot by one who idles" chrt -i 0 zoneadm -z web boot
is "init does not" "$(policy "$(init)")" $OTHER
is "nor a session" "$(session)" $OTHER
ok "halt" zoneadm -z web halt

class FX
ok "boot" zoneadm -z web boot
is "init has it" "$(policy "$(init)")" $BATCH
is "a session too" "$(session)" $BATCH
is "not what watches it" "$(policy "$(zoned)")" $OTHER
kill -KILL "$(zoned)"
is "the next zoned knows it" "$(session)" $BATCH
class FSS
is "what runs keeps it" "$(session)" $BATCH
ok "reboot" zoneadm -z web reboot
is "the next boot does not" "$(session)" $OTHER
ok "halt" zoneadm -z web halt

class RT
fails 1 "real time does not verify" zoneadm -z web verify
like "for a reason" "$(cat "$ERR")" "could not verify scheduling-class=RT is \
not for a zone: * before all of this host's*use 'set scheduling-class=FSS'*"
fails 1 "nor does it boot" zoneadm -z web boot
like "for the same" "$(cat "$ERR")" '*scheduling-class=RT*'
is "nothing happened" "$(state web)" installed
