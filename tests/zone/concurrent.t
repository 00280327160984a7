# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# concurrent - two hundred zoneadm at once on the same zones and on others: each
# does what it says or says why not, no update is lost, no lock stays.
# time: 300
. "$(dirname "$0")/../lib.sh"
needs root:busybox

zones=8 calls=200
bb=$(root busybox)
for ((i = 0; i < zones; i++)); do
	configure "c$i" whole
done
ok "eight zones are configured" test "$(zoneadm list -cn | wc -l)" = $zones

# The verbs in an order that gives each zone some of each.
verbs=('install -d '"$bb" boot 'uninstall -F' 'install -d '"$bb" halt ready
	boot verify 'mark incomplete' 'uninstall -F' 'install -d '"$bb" 'list -p')
pids=()
for ((i = 0; i < calls; i++)); do
	# shellcheck disable=SC2086 # words on purpose
	(zoneadm -z c$((i % zones)) ${verbs[i / zones % ${#verbs[@]}]} \
		>"$WORK/out.$i" 2>"$WORK/err.$i" </dev/null
	echo $? >"$WORK/rc.$i") &
	pids+=($!)
done
wait "${pids[@]}"
is "each ends by itself, done or failed" \
	"$(sort "$WORK"/rc.* | uniq -c | awk '{ n += $1 } $2 > 1 { print $2 }
		END { print n }')" $calls

# What may be said: a state that does not fit, or a lock that is held.
known="^zoneadm: zone 'c[0-7]': (is already installed\.|is already in state \
'configured'\.|zone is incomplete; uninstall required\.|must be installed before \
[a-z]+\.|[a-z]+ operation is invalid for (running zones\.|zones in state \
'[a-z_]+')|another zoneadm may have an operation in progress\.|zone is already \
[a-z]+|cannot manage a zone which is in state '[a-z]+'|call to zoneadmd failed|\
not running)$|^WARNING: .* does not exist, so it could not be verified\.$|\
^'zoneadm install' will create it"
is "nothing else is said" "$(cat "$WORK"/err.* | grep -vE "$known")" ''

# did VERB ZONE: how many of these calls succeeded.
did() {
	local i n=0

	for ((i = $2; i < calls; i += zones)); do
		case ${verbs[i / zones % ${#verbs[@]}]} in
		"$1"*) [ "$(cat "$WORK/rc.$i")" != 0 ] || n=$((n + 1)) ;;
		esac
	done
	echo $n
}

lost=
for ((z = 0; z < zones; z++)); do
	left=$(($(did install $z) - $(did uninstall $z)))
	now=$(state c$z)
	uuid=$(zoneadm -z c$z list -p | cut -d: -f5)
	case $left:$now in
	0:configured) [ -z "$uuid" ] || lost+=" c$z: uuid $uuid" ;;
	1:incomplete | 1:installed | 1:ready | 1:running)
		[ -n "$uuid" ] || lost+=" c$z: no uuid"
		;;
	*) lost+=" c$z: $left installs are left, and it is $now" ;;
	esac
done
is "the state of each is what the calls that succeeded make" "$lost" ''
is "no half-written file" "$(find "$ZONES_ROOT/etc" -name '*.new')" ''

# No lock is left: each zone can be taken through its life at once.
stuck=
for ((z = 0; z < zones; z++)); do
	case $(state c$z) in
	configured) ;;
	ready | running) zoneadm -z c$z halt || stuck+=" c$z: halt" ;;&
	*) zoneadm -z c$z uninstall -F || stuck+=" c$z: uninstall" ;;
	esac
done 2>"$ERR"
is "every zone can be uninstalled" "$stuck$(cat "$ERR")" ''
is "all are configured" "$(zoneadm list -cnp | cut -d: -f3 | sort -u)" configured
is "nothing is left of them" "$(ls "$ZONES")" ''

# Of many that boot one zone, one does it; all are content.
ok "one is installed" zoneadm -z c0 install -d "$bb"
last=$(cat "$ZONES_ROOT/run/zones/.id")
many() {
	local i verb=$1 n=0 pids=()

	for ((i = 0; i < 10; i++)); do
		zoneadm -z c0 "$verb" >/dev/null 2>"$WORK/err.$i" </dev/null &
		pids+=($!)
	done
	for i in "${!pids[@]}"; do
		wait "${pids[i]}" && n=$((n + 1)) && continue
		grep -q 'may have an operation in progress' "$WORK/err.$i" ||
			cat "$WORK/err.$i"
	done
	[ $n -gt 0 ] || echo "none was content"
}
is "ten boots of one zone" "$(many boot)" ''
is "it runs" "$(state c0)" running
is "it was booted once" "$(zoneadm -z c0 list -p | cut -d: -f1)" $((last + 1))
is "ten halts of it" "$(many halt)" ''
is "it is installed" "$(state c0)" installed
