# SPDX-License-Identifier: ISC
#
# crash - zoned is killed at every point of ready, boot, reboot, halt, shutdown,
# login and upgrade, and while it adopts a zone: list tells the truth, the next
# command works, zlogin works, and after halt nothing is left.
#
# Points are the system calls that change something (tests/crash.c). Every k-th
# is taken so that it ends in time; CRASH_ALL=1 takes all, CRASH_FROM=N begins
# with the N-th, CRASH_ONLY=boot takes one command.
# time: 1800
. "$(dirname "$0")/../lib.sh"
needs root:busybox cgroup2
crash=$BUILD/tests/crash
[ -x "$crash" ] || skip "the program crash is missing"
record=$ZONES_ROOT/run/zones/web/state
group=$(awk '$0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)

# What it takes to say what is wrong.
said=
wrong() { said+="$1; "; }

# of KEY: the first word of it in the record.
of() {
	local key value rest

	while read -r key value rest; do
		[ "$key" != "$1" ] || { echo "$value" && return; }
	done 2>/dev/null <"$record"
}

# All processes of the zone; of a zombie the group is "(deleted)".
inside() { grep -ls "zones\.$id/[^ ]*\$" /proc/[0-9]*/cgroup; }
# And zoned and the keeper.
processes() {
	inside
	grep -lszxF "$ZONES_ROOT" /proc/[0-9]*/cmdline
}
left() {
	while read -r path; do
		echo "${path%/*}: $(cut -d ' ' -f 2-4 "${path%/*}/stat" 2>&1)"
	done
}
nothing() { ! processes | grep -q . && [ ! -e "$record" ]; }

# Is this pid one that has executed a program of the zone? The flag is
# PF_FORKNOEXEC.
executed() {
	local stat

	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	# shellcheck disable=SC2086 # words on purpose
	set -- ${stat##*) }
	[ "$1" != Z ] && [ $(($7 & 0x40)) = 0 ]
}
alive() { [ -n "$1" ] && [ -d "/proc/$1" ] &&
	! grep -q '^State:.*Z' "/proc/$1/status"; }

# What list says must be so. A state may pass while we look: that it is wrong
# twice in a row.
true_state() {
	local s=$1 init

	init=$(of init)
	case $s in
	installed) ! inside >/dev/null ;;
	ready) alive "$init" && ! executed "$init" ;;
	running) executed "$init" ;;
	shutting_down | down) [ -e "$record" ] ;;
	*) false ;;
	esac
}
check_state() {
	local s _

	for _ in {1..3}; do
		s=$(state web)
		true_state "$s" && return
		sleep 0.1
	done
	wrong "list says '$s' and $(cat "$record" 2>&1)"
}

run() {
	timeout 20 "$@" >"$OUT" 2>"$ERR" </dev/null && return
	wrong "$* -> $?: $(cat "$ERR")"
}

# The last zoned goes a moment after the zone.
unheld() { ! alive "$last"; }

# Every way back: by boot, or by halt.
recover() {
	local out

	if [ $(($1 % 2)) = 0 ]; then
		[ "$(state web)" != running ] || lives
		run zoneadm -z web boot
		[ "$(state web)" = running ] || wrong "boot: not running"
		lives
	fi
	last=$(of zoned)
	run zoneadm -z web halt
	[ "$(state web)" = installed ] || wrong "halt: not installed"
	within 5 unheld
	within 5 nothing ||
		wrong "left: $(processes | left) $(cat "$record" 2>&1)"
	[ ! -e "$group/zones.$id/web" ] || wrong "its groups are left"
	! grep -qF "$WORK" /proc/self/mountinfo || wrong "a mount is left"
}
lives() {
	out=$(timeout 20 zlogin web 'echo yes; exit 9' 2>"$ERR")
	[ "$? $out" = "9 yes" ] || wrong "zlogin: '$out' $(cat "$ERR")"
}

# What comes before each command, and what crash is told.
before() {
	options=()
	case $1 in
	ready | boot | mistaken) ;;
	boot-ready) run zoneadm -z web ready ;;
	*) run zoneadm -z web boot ;;
	esac
	case $1 in
	adopt | adopt-halt | login-adopt)
		last=$(of zoned)
		kill -KILL "$last"
		within 5 unheld
		;;
	boot-ready) options=(-p "$(of zoned)" -p "$(of keeper)" -p "$(of init)") ;;
	reboot | halt | shutdown | login | upgrade | inside)
		options=(-p "$(of zoned)" -p "$(of keeper)")
		;;
	esac
	[ "$1" != halt ] && [ "$1" != shutdown ] || options+=(-w)
}
# What is run, in the array cmd.
set_command() {
	cmd=(zoneadm -z web)
	case $1 in
	boot-ready | adopt) cmd+=(boot) ;;
	adopt-halt) cmd+=(halt) ;;
	mistaken) cmd+=(boot -- -i /nowhere) ;;
	login | login-adopt) cmd=(zlogin web 'exit 7') ;;
	upgrade) cmd=(sh -c "zoneadm -z web upgrade; sleep 0.5") ;;
	inside) cmd=(sh -c "zlogin web 'reboot -f'; sleep 1.5") ;;
	*) cmd+=("$1") ;;
	esac
}

# at POINT COMMAND: one run.
at() {
	local what

	said=
	before "$2"
	set_command "$2"
	"$crash" "${options[@]}" "$1" "${cmd[@]}" \
		>"$WORK/at" 2>"$WORK/at.err" </dev/null
	[ $? -lt 124 ] || wrong "it did not end"
	what=$(grep -e ^at -e ^end "$WORK/at")
	case $what in
	at*) check_state ;;
	end*) past=1 ;;
	*) wrong "$what" ;;
	esac
	recover "$1"
	[ -n "$said" ] || return
	bad_points=$((bad_points + 1))
	echo "# $2: ${what:-nowhere}: $said" | tr '\n' ' '
	echo
}

# every COMMAND RUNS: as many runs, spread over all its points.
every() {
	local n points step

	[ "${CRASH_ONLY-$1}" = "$1" ] || return 0
	said=
	before "$1"
	set_command "$1"
	points=$("$crash" "${options[@]}" 0 "${cmd[@]}" 2>/dev/null </dev/null)
	points=${points##*end }
	recover 1
	[ -z "$said" ] || fail "$1 without a crash" "$said"
	step=$((points / $2 + 1))
	[ -z "${CRASH_ALL-}" ] || step=1
	bad_points=0 runs=0 past=0
	# The count differs a little from run to run: to the end for sure.
	for ((n = ${CRASH_FROM:-$((RANDOM % step + 1))};; n += step)); do
		at "$n" "$1"
		runs=$((runs + 1))
		[ $past = 0 ] && [ "$n" -le $((2 * points + 40)) ] || break
	done
	is "$1: killed at $runs of $points points, every $step" \
		$bad_points 0
}

zone web busybox
timeout 20 zoneadm -z web boot
id=$(of cgroup)
id=${id#zones.}
id=${id%%/*}
timeout 20 zoneadm -z web halt
within 5 nothing

every ready 6
every boot 20
every boot-ready 6
every mistaken 5
every reboot 12
every halt 6
every shutdown 6
every adopt 5
every adopt-halt 6
every login 5
every login-adopt 5
every upgrade 5
every inside 4
