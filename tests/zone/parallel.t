# SPDX-License-Identifier: ISC
# parallel - 50 zones, ten of them Debian with systemd, are booted, used and
# halted at once, twice; the machine is as before.
# time: 900
# alone
. "$(dirname "$0")/../lib.sh"
needs root:busybox root:debian cgroup2

small=$(seq -f 'b%02g' 40)
debian=$(seq -f 'd%02g' 10)
all="$small $debian"

# each WORDS... -- COMMAND...: run it for every name at once, NAME in place of
# "@"; tell whose failed, with what it said.
each() {
	local name names=() pids=() i w words

	while [ "$1" != -- ]; do
		names+=("$1")
		shift
	done
	shift
	for name in "${names[@]}"; do
		words=()
		for w; do words+=("${w//@/$name}"); done
		"${words[@]}" >"$WORK/said.$name" 2>&1 </dev/null &
		pids+=($!)
	done
	for i in "${!pids[@]}"; do
		wait "${pids[i]}" ||
			echo "${names[i]}: $? $(head -c 300 "$WORK/said.${names[i]}")"
	done
}

# at_once SENTENCE NAMES -- COMMAND...
at_once() {
	local what=$1

	shift
	is "$what" "$(each "$@")" ''
}

make() {
	configure "$1" whole &&
		zoneadm -z "$1" install -d "$(root "$2")"
}

# Without ZONES_ROOT, or what looks would find itself.
machine() { env -u ZONES_ROOT "$SRC/tests/machine" "$WORK"; }
states() {
	zoneadm list -cnp | cut -d: -f3 | sort | uniq -c | awk '{ print $1, $2 }'
}

# shellcheck disable=SC2086 # lists of names
at_once "40 small zones install" $small -- make @ busybox
# shellcheck disable=SC2086
at_once "10 Debian zones install" $debian -- make @ debian
is "all are installed" "$(states)" '50 installed'
before=$(machine)

for round in first second; do
	# shellcheck disable=SC2086
	at_once "$round: all boot" $all -- zoneadm -z @ boot
	is "$round: all run" "$(states)" '50 running'
	is "$round: each has an id of its own" \
		"$(zoneadm list -np | cut -d: -f1 | sort -u | wc -l)" 50
	is "$round: and a range of ids" "$(cat "$ZONES_ROOT"/run/zones/*/state |
		sed -n 's/^id_base //p' | sort -u | wc -l)" 50
	# shellcheck disable=SC2086
	at_once "$round: all answer by their names" $all -- \
		sh -c '[ "$(zlogin @ hostname)" = @ ]'
	# shellcheck disable=SC2086
	at_once "$round: all keep what is written" $all -- sh -c \
		'zlogin @ "echo @ $$ >/root/note; cat /root/note" | grep -q "^@ "'
	# shellcheck disable=SC2086
	at_once "$round: systemd comes up whole" $debian -- sh -c \
		'zlogin @ "until [ -S /run/systemd/private ]; do sleep 0.2; done; systemctl is-system-running --wait"'
	# shellcheck disable=SC2086
	at_once "$round: all end" $all -- sh -c \
		'case @ in b*[02468]) zoneadm -z @ halt ;; *[02468]) zoneadm -z @ shutdown ;; d*) zoneadm -z @ halt ;; *) zoneadm -z @ shutdown ;; esac'
	is "$round: all are installed" "$(states)" '50 installed'
	same() { [ "$(machine)" = "$before" ]; }
	within 20 same
	is "$round: the machine is as before" "$(machine)" "$before"
done
# shellcheck disable=SC2086
at_once "all uninstall" $all -- zoneadm -z @ uninstall -F
is "all are configured" "$(states)" '50 configured'
is "nothing is left of them" "$(ls "$ZONES")" ''
