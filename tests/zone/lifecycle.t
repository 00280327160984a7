# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# lifecycle - every subcommand of zoneadm on a zone's way from configured to
# configured, and what the zone does by itself: reboot, poweroff.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:strace

field() { zoneadm -z "$1" list -p | cut -d: -f"$2"; }
zid() { field "$1" 1; }
# The pid of the zone's init and of its zoned, from the run record.
pid_of() { sed -n "s/^$2 \([0-9]*\).*/\1/p" "$ZONES_ROOT/run/zones/$1/state"; }
other_id() { [ "$(zid web)" != "$1" ] && [ "$(zid web)" != - ]; }

ok "configure" configure web whole 'set autoboot=false'
is "configured" "$(state web)" configured
is "no uuid yet" "$(field web 5)" ''
ok "verify a zone that has no zonepath yet" zoneadm -z web verify
like "it warns" "$(cat "$ERR")" "WARNING: $ZONES/web does not exist, so it*"

ok "install" zoneadm -z web install -d "$(root busybox)"
is "installed" "$(state web)" installed
uuid=$(field web 5)
like "it has a uuid now" "$uuid" '????????-????-????-????-????????????'
is "zonepath is 0700 and root's" "$(stat -c '%a %u' "$ZONES/web")" '700 0'
ok "root/etc is there while halted" test -d "$ZONES/web/root/etc"
ok "verify" zoneadm -z web verify
is "verify says nothing of a good zone" "$(cat "$OUT" "$ERR")" ''

ok "the uuid finds the zone" zoneadm -u "$uuid" list
is "by its name" "$(cat "$OUT")" web
ok "a uuid that matches wins over -z" zoneadm -z nosuch -u "$uuid" list
ok "an empty uuid is none" zoneadm -z web -u '' list
fails 1 "a uuid of no zone" zoneadm -u 00000000-0000-0000-0000-000000000000 list
is "its text" "$(cat "$ERR")" \
	"zoneadm: 00000000-0000-0000-0000-000000000000: No such zone configured"

ok "halt an installed zone" zoneadm -z web halt
is "which is halted already" "$(cat "$ERR")" \
	"zoneadm: zone 'web': zone is already halted"

ok "ready" zoneadm -z web ready
is "state ready" "$(state web)" ready
first=$(zid web)
like "it has an id" "$first" '[1-9]*'
ok "ready again" zoneadm -z web ready
is "it is already" "$(cat "$ERR")" "zoneadm: zone 'web': zone is already ready"
is "the id stays" "$(zid web)" "$first"
fails 1 "a zone that is ready does not shut down" zoneadm -z web shutdown
is "for it does not run" "$(cat "$ERR")" "zoneadm: zone 'web': not running"
ok "halt from ready" zoneadm -z web halt
is "back to installed" "$(state web)" installed
is "and no id" "$(zid web)" -

ok "boot from installed" zoneadm -z web boot
is "running" "$(state web)" running
second=$(zid web)
like "a new id" "$second" '[1-9]*'
[ "$second" != "$first" ]
is "not the old one" $? 0
is "the uuid stays" "$(field web 5)" "$uuid"
ok "boot again" zoneadm -z web boot
is "it is already" "$(cat "$ERR")" "zoneadm: zone 'web': zone is already booted"
is "list shows it behind global" "$(zoneadm list | tr '\n' ' ')" 'global web '
is "list -v: state is the third word" \
	"$(zoneadm list -v | awk '$2 == "web" { print $3 }')" running
is "a command runs in it" "$(zlogin web echo hello)" hello

ok "reboot" zoneadm -z web reboot
is "running again" "$(state web)" running
ok "with a new id" other_id "$second"
is "and it answers" "$(zlogin web echo hello)" hello

third=$(zid web)
# The session ends with the zone.
zlogin web reboot -f >/dev/null 2>&1
within 20 other_id "$third" && in_state web running
is "reboot typed inside boots it again" $? 0
is "and it answers" "$(zlogin web echo hello)" hello

ok "ready from running" zoneadm -z web ready
is "halts it first" "$(state web)" ready
ok "boot from ready" zoneadm -z web boot
is "running" "$(state web)" running

ok "shutdown" zoneadm -z web shutdown
is "ends installed" "$(state web)" installed
fails 1 "shutdown of an installed zone" zoneadm -z web shutdown
is "is refused" "$(cat "$ERR")" "zoneadm: zone 'web': not running"
fails 1 "reboot of an installed zone" zoneadm -z web reboot
is "is refused" "$(cat "$ERR")" "zoneadm: zone 'web': not running"

ok "boot with arguments" zoneadm -z web boot -- -v
is "they are on record" \
	"$(sed -n 's/^bootargs //p' "$ZONES_ROOT/run/zones/web/state")" -v
ok "shutdown -r" zoneadm -z web shutdown -r
is "boots it again" "$(state web)" running
zlogin web poweroff -f >/dev/null 2>&1
in_state web installed 20
is "poweroff typed inside leaves it installed" $? 0
ok "empty boot arguments are none" zoneadm -z web boot --
ok "halt" zoneadm -z web halt
ok "boot with another init" zoneadm -z web boot -i /bin/sleep -- 1000
is "it is init" "$(tr '\0' ' ' <"/proc/$(pid_of web init)/cmdline")" \
	'/bin/sleep 1000 '
ok "halt it" zoneadm -z web halt
fails 1 "boot with an init that is not there" zoneadm -z web boot -i /no/init
like "says so" "$(cat "$ERR")" "zoneadm: zone 'web': */no/init: *"
is "and the zone is installed" "$(state web)" installed
fails 1 "boot arguments too long" zoneadm -z web boot -- \
	"$(printf '%300s' '' | tr ' ' x)"
is "says so" "$(cat "$ERR")" \
	"zoneadm: zone 'web': Boot argument list too long"

ok "mount" zoneadm -z web mount
is "mounted" "$(state web)" mounted
fails 1 "a mounted zone does not boot" zoneadm -z web boot
is "for its state" "$(cat "$ERR")" \
	"zoneadm: zone 'web': boot operation is invalid for zones in state 'mounted'"
ok "unmount" zoneadm -z web unmount
is "installed" "$(state web)" installed
fails 1 "unmount what is not mounted" zoneadm -z web unmount
is "is refused" "$(cat "$ERR")" \
	"zoneadm: zone 'web': must be mounted before unmount."

fails 2 "mark knows one state" zoneadm -z web mark running
ok "mark incomplete" zoneadm -z web mark incomplete
is "incomplete" "$(state web)" incomplete
ok "mark it again" zoneadm -z web mark incomplete
ok "boot -f boots it all the same" zoneadm -z web boot -f
is "running" "$(state web)" running
ok "halt" zoneadm -z web halt
is "it is incomplete again" "$(state web)" incomplete

fails 1 "uninstall without a terminal asks nobody" zoneadm -z web uninstall
is "and does nothing" "$(cat "$ERR")" "zoneadm: zone 'web': Input not from \
terminal and -F not specified: uninstall not done."
is "incomplete still" "$(state web)" incomplete
"$SRC/tests/zone/expect.py" zoneadm -z web uninstall >"$OUT" 2>&1 <<'END'
< Are you sure you want to uninstall zone web \(y/\[n\]\)\?
> what\r
< uninstall zone web \(y/\[n\]\)\?
> n\r
end
END
is "on a terminal it asks until it has an answer" $? 0
is "no is no" "$(state web)" incomplete
# Enough to take its time with every removal held up a little.
mkdir "$ZONES/web/root/many"
(cd "$ZONES/web/root/many" && seq 600 | xargs touch)
cat >"$WORK/slow" <<'END'
#!/usr/bin/env bash
exec strace -qq -e trace=unlinkat -e inject=unlinkat:delay_enter=6000 \
	-o /dev/null zoneadm -z web uninstall -F
END
chmod +x "$WORK/slow"
"$SRC/tests/zone/expect.py" "$WORK/slow" >"$OUT" 2>&1 <<'END'
wait 3
end
END
is "a slow uninstall ends" $? 0
like "and tells how far it is" "$(cat "$OUT")" '*removing: * files*'
is "configured" "$(state web)" configured
is "the uuid is gone" "$(field web 5)" ''
ok "delete" zonecfg -z web delete -F
fails 1 "the zone is unknown" zoneadm -z web list
is "its text" "$(cat "$ERR")" "zoneadm: web: No such zone configured"
