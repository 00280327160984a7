# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# rules - the rules that are easy to get wrong, by their numbers, with a real
# zone: those that need one. (cli/zonecfg_rules has the others.)
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:script

# said SENTENCE STATUS TEXT COMMAND...: its end, and all that it says.
said() {
	local what=$1 status=$2 text=$3

	shift 3
	fails "$status" "$what" "$@"
	is "$what: its words" "$(cat "$OUT" "$ERR")" "$text"
}

# 12. no unique identifier while configured; 16. an empty word is no option.
ok "it is configured" configure web whole
is "12. configured: no uuid" "$(zoneadm -z web list -p)" \
	"-:web:configured:$ZONES/web::native:shared"
ok "installed from a directory" zoneadm -z web install -d "$(root busybox)"
like "12. installed: a uuid, and no id (13)" "$(zoneadm -z web list -p)" \
	"-:web:installed:$ZONES/web:????????-????-????-????-????????????:native:shared"
said "16. install takes an empty word" 1 \
	"zoneadm: zone 'web': is already installed." zoneadm -z web install ''

# 5. and 20. what is not allowed is said with status 0.
said "5. zonepath" 0 \
	'Zone web already installed; set zonepath not allowed.' \
	zonecfg -z web set zonepath=/elsewhere
said "20. delete" 0 'Zone web not in configured state; delete not allowed.  '\
'Use -F to force delete.' zonecfg -z web delete
is "5. it stays where it is" "$(zonecfg -z web info zonepath)" \
	"zonepath: $ZONES/web"

# 8. and 9. what is done already is well with boot and halt alone.
said "8. halt when installed" 0 "zoneadm: zone 'web': zone is already halted" \
	zoneadm -z web halt
said "9. shutdown when installed" 1 "zoneadm: zone 'web': not running" \
	zoneadm -z web shutdown
said "9. reboot when installed" 1 "zoneadm: zone 'web': not running" \
	zoneadm -z web reboot
is "11. list leaves out what has no id" "$(zoneadm list)" global
said "it boots" 0 '' zoneadm -z web boot
said "8. boot when it runs" 0 "zoneadm: zone 'web': zone is already booted" \
	zoneadm -z web boot
is "11. list: what runs, the global zone first" "$(zoneadm list)" "global
web"

# 13. every boot has another id.
first=$(zoneadm -z web list -p | cut -d: -f1)
ok "it reboots" zoneadm -z web reboot
second=$(zoneadm -z web list -p | cut -d: -f1)
[ "$first" != "$second" ]
is "13. another id" $? 0

# 17. words become one string for a shell; the status is the command's.
is "17. words are joined, the shell takes them apart" \
	"$(zlogin web echo 'a   b' '"c   d"')" 'a b c   d'
said "17. the command's own status" 7 '' zlogin web 'exit 7'
said "17. the shell's word for a signal" 143 '' zlogin web 'kill -TERM $$'
is "17. input goes in" "$(echo x | zlogin web cat)" x
is "17. errors come apart" "$(zlogin web 'echo e >&2' 2>/dev/null)" ''

# 14. "no" is an answer; no terminal is none.
ok "it halts" zoneadm -z web halt
is "13. no id when it does not run" \
	"$(zoneadm -z web list -p | cut -d: -f1)" -
said "14. nobody to ask" 1 "zoneadm: zone 'web': Input not from terminal and \
-F not specified: uninstall not done." zoneadm -z web uninstall
echo n | script -qec 'zoneadm -z web uninstall' /dev/null >"$OUT" 2>&1
is "14. no is well" $? 0
is "14. and nothing was removed" "$(state web)" installed

# 19. the zonepath: 0700, root's, and no link.
chmod 750 "$ZONES/web"
said "19. a group that reads" 1 "$ZONES/web must not be group readable.
$ZONES/web must not be group executable.
could not verify zonepath $ZONES/web because of the above errors.
zoneadm: zone web failed to verify" zoneadm -z web verify
chmod 700 "$ZONES/web"
ln -s "$ZONES/web" "$ZONES/link"
ok "one by a link" zonecfg -z link "create -b; set zonepath=$ZONES/link"
said "19. a path through a link" 1 "zoneadm: $ZONES/link: Resolved path mismatch
could not verify zonepath $ZONES/link because of the above errors.
zoneadm: zone link failed to verify" zoneadm -z link verify

# 20. with -F the configuration goes, and nothing else.
ok "20. delete -F" zonecfg -z web delete -F
said "10. no such zone" 1 'zoneadm: web: No such zone configured' \
	zoneadm -z web list
ok "20. its root is where it was" test -x "$ZONES/web/root/bin/sh"
