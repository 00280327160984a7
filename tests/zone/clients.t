# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# clients - what other people's programs do with our commands: their argument
# vectors as they are, our answers read by their rules (tests/clients).
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:python3 cmd:ps cmd:ssh-keygen

# client NAME ARG...: its checks become ours.
client() {
	local name=$1 status=0

	shift
	python3 "$SRC/tests/clients/$name.py" "$@" >"$WORK/$name.tap" 2>&1 ||
		status=$?
	grep -v '^1\.\.' "$WORK/$name.tap"
	is "$name is content" "$status" 0
}
export PYTHONDONTWRITEBYTECODE=1

client ansible "$ZONES/a" "$(root busybox)" a "$BUILD/libexec"
client puppet "$ZONES/p" "$(root busybox)" p
client salt "$ZONES/s" "$(root busybox)" s
client zadm "$ZONES/z" "$(root busybox)" z
client oxide "$ZONES/o" "$(root busybox)" o "$BUILD/libexec"
client vagrant "$ZONES/v" "$(root busybox)" v "$BUILD/libexec"

ok "one is configured" configure halted whole
zone web busybox 'add capped-memory' 'set physical=512M' end
ok "one runs" zoneadm -z web boot
client facts "$ZONES" halted web

# ps -z, for people.
PS=$BUILD/libexec/ps
ok "ps -z shows its processes" "$PS" -z web -o pid,args
like "init is there" "$(cat "$OUT")" '*init*'
fails 1 "processes of an unknown zone" "$PS" -z nosuch -o args
is "are told as zoneadm does" "$(cat "$ERR")" \
	"zoneadm: nosuch: No such zone configured"
ok "a zone that does not run has none" "$PS" -z halted -o args
is "but a head" "$(cat "$OUT")" COMMAND
ok "all else is the host's ps" "$PS" -o pid= -p $$
is "with its words" "$(tr -d ' ' <"$OUT")" $$
fails 2 "-z without a zone" "$PS" -z
