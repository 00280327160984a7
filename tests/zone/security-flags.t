# SPDX-License-Identifier: ISC
#
# security-flags - random addresses are binding, left to the programs or off, as
# the resource says; null pointers stay null whatever it says.
. "$(dirname "$0")/../lib.sh"
needs root:busybox

zoneadm() { timeout 60 zoneadm "$@"; }
hog=$BUILD/tests/hog
[ -x "$hog" ] || skip "the program hog is missing"

persona() { zlogin web "cat /proc/$1/personality"; }
stack() { zlogin web 'sed -n "s/ .*stack.*//p" /proc/self/maps'; }
noaslr() { zlogin web '/hog noaslr 1' </dev/null; }
refused='0: Operation not permitted'
flags() {
	ok "flags: $1" zonecfg -z web "${remove-}add security-flags; $1; end"
	remove='remove -F security-flags; '
	ok "it boots" zoneadm -z web boot
}

zone web busybox
cp "$hog" "$ZONES/web/root/hog"

# --- without the resource: binding ----------------------------------------------

ok "a default zone boots" zoneadm -z web boot
is "its init has nothing switched off" "$(persona 1)" 00000000
[ "$(stack)" != "$(stack)" ]
is "addresses are random" $? 0
is "no program may change that" "$(noaslr)" "$refused"
is "(the host's may)" "$("$hog" noaslr 1 </dev/null)" 1
is "null is no page" "$(zlogin web '/hog null 1' </dev/null)" \
	"$refused"
is "(the host's root has one)" "$("$hog" null 1 </dev/null)" 1
ok "halt" zoneadm -z web halt

# --- left to the programs ---------------------------------------------------------

flags 'set default=aslr'
is "programs begin with it" "$(persona self)" 00000000
is "and may change it" "$(noaslr)" 1
like "by a privilege" "$(ppriv -v \
	"$(sed -n 's/^init \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/web/state")")" \
	'*linux_noaslr*'
ok "halt" zoneadm -z web halt
ok "without proc_secflags" zonecfg -z web 'set limitpriv="default,!proc_secflags"'
ok "it boots" zoneadm -z web boot
is "they may not" "$(noaslr)" "$refused"
ok "halt" zoneadm -z web halt
ok "with it again" zonecfg -z web clear limitpriv

# --- off, and back --------------------------------------------------------------

flags 'set default=none'
is "init begins without" "$(persona 1)" 00040000
is "sessions too" "$(persona self)" 00040000
is "addresses are what they were" "$(stack)" "$(stack)"
is "null is no page all the same" "$(zlogin web '/hog null 1' </dev/null)" \
	"$refused"
kill -9 "$(sed -n 's/^zoned \([0-9]*\).*/\1/p' "$ZONES_ROOT/run/zones/web/state")"
is "the next zoned knows it" "$(persona self)" 00040000
ok "halt" zoneadm -z web halt
flags 'set lower=aslr; set default=aslr,forbidnullmap'
is "binding again" "$(persona 1)" 00000000
is "no program may change it" "$(noaslr)" "$refused"

# --- what Linux has not -----------------------------------------------------------

fails 1 "a binding noexecstack" zonecfg -z web \
	'select security-flags; set lower=aslr,noexecstack; set default=aslr,noexecstack; end'
like "is refused with the reason" "$(cat "$ERR")" \
	'*noexecstack cannot be binding: the kernel gives an executable stack*'
ok "flags that cannot be off" zonecfg -z web \
	'select security-flags; clear lower; set default=aslr; end; verify'
like "are told" "$(cat "$OUT" "$ERR")" '*forbidnullmap stays in force*'
