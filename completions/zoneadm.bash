# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# Completion for zoneadm, zonecfg, zlogin, zonecp, zonename, ppriv, vswitchadm and
# zonestat in
# bash.
# Installed once under the name of each; nothing is started but "zoneadm list",
# "zonecfg help" and "ppriv -l".

# _zones_names STATES: names of zones in one of the states (a|b), "" for all.
_zones_names() {
	zoneadm list -cnp 2>/dev/null |
		awk -F: -v s="^(${1:-.*})\$" '$3 ~ s { print $2 }'
}

# The zone that -z names on this line, or nothing.
_zones_given() {
	local i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-z) echo "${COMP_WORDS[i + 1]-}"; return ;;
		-z?*) echo "${COMP_WORDS[i]#-z}"; return ;;
		esac
	done
}

_zones_reply() { mapfile -t COMPREPLY < <(compgen "$@"); }

# First word that is neither an option nor the argument of one of $1.
_zones_subcommand() {
	local with=$1 i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-["$with"]) i=$((i + 1)) ;;
		-*) ;;
		*) echo "${COMP_WORDS[i]}"; return ;;
		esac
	done
}

_zoneadm_subcommands='attach boot clone detach doctor halt help install list mark migrate
	mount move ready reboot receive shutdown snapshot uninstall unmount upgrade verify'

# Options and operands of a subcommand.
_zoneadm_arguments() {
	case $1 in
	attach)
		case $3 in
		-n) _zones_reply -f -- "$2" ;;
		*) _zones_reply -W '-F -n -u -U' -- "$2" ;;
		esac
		;;
	boot) _zones_reply -W '-s -f -w -i --' -- "$2" ;;
	clone)
		case $3 in
		-m) _zones_reply -W 'copy' -- "$2" ;;
		-s) ;;
		*) _zones_reply -W "-m -s -p --live
			$(_zones_names 'installed|running')" -- "$2" ;;
		esac
		;;
	detach) _zones_reply -W '-F -n' -- "$2" ;;
	doctor) _zones_reply -W '--json --memory' -- "$2" ;;
	help) _zones_reply -W "$_zoneadm_subcommands" -- "$2" ;;
	install)
		case $3 in
		-a) _zones_reply -f -- "$2" ;;
		-d) _zones_reply -d -- "$2" ;;
		-x) _zones_reply -W 'nodataset backend=btrfs
			backend=copy backend=layers backend=zfs' -- "$2" ;;
		*) _zones_reply -W '-a -d -p -s -u -v -x --unsigned' -- "$2" ;;
		esac
		;;
	list) _zones_reply -W '-c -i -n -p -s -v --json' -- "$2" ;;
	mark) _zones_reply -W 'incomplete' -- "$2" ;;
	migrate) _zones_reply -W '-F -k -n -q --abandon ssh://' -- "$2" ;;
	mount) _zones_reply -W '-f' -- "$2" ;;
	move) _zones_reply -d -- "$2" ;;
	reboot) _zones_reply -W '--' -- "$2" ;;
	shutdown) _zones_reply -W '-r --' -- "$2" ;;
	snapshot)
		case $3 in
		snapshot) _zones_reply -W 'create list rollback destroy diff' \
			-- "$2" ;;
		create) _zones_reply -W '--live' -- "$2" ;;
		list) _zones_reply -W '-p --json' -- "$2" ;;
		*) _zones_reply -W "$(zoneadm -z "$(_zones_given)" snapshot \
			list -p 2>/dev/null | cut -d: -f1)" -- "$2" ;;
		esac
		;;
	uninstall) _zones_reply -W '-F' -- "$2" ;;
	esac
}

_zoneadm() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local sub

	sub=$(_zones_subcommand zuR)
	if [ -n "$sub" ]; then
		_zoneadm_arguments "$sub" "$cur" "$prev"
		return
	fi
	case $prev in
	-z) _zones_reply -W "$(_zones_names '')" -- "$cur" ;;
	-u)
		_zones_reply -W "$(zoneadm list -cp 2>/dev/null |
			cut -d: -f5)" -- "$cur"
		;;
	-R) _zones_reply -d -- "$cur" ;;
	*)
		_zones_reply -W "-z -u -R --help --version
			$_zoneadm_subcommands" -- "$cur"
		;;
	esac
}

# _zonecfg_words HEAD...: the words below these heads of "zonecfg help".
_zonecfg_words() {
	local head

	for head; do
		zonecfg help 2>/dev/null | awk -v head="$head" '/^[^ ]/ {
			on = index($0, head) == 1 } on && /^  / { print $1 }'
	done
}

# _zonecfg_values PROPERTY: the words that it can be set to, where they are few.
_zonecfg_values() {
	zonecfg help "$1" 2>/dev/null | sed -n 's/^  *one of: //p'
}

# What follows a subcommand of zonecfg.
_zonecfg_arguments() {
	case $1 in
	add | remove | select)
		_zones_reply -W "$(_zonecfg_words Resources)" -- "$2"
		;;
	clear) _zones_reply -W "$(_zonecfg_words Properties)" -- "$2" ;;
	set)
		_zones_reply -S = -W "$(_zonecfg_words Properties)" -- "$2"
		compopt -o nospace 2>/dev/null
		;;
	create) _zones_reply -W '-F -b -t -a' -- "$2" ;;
	delete | exit | revert) _zones_reply -W '-F' -- "$2" ;;
	diff) _zones_reply -W "--json $(_zones_names '')" -- "$2" ;;
	export) _zones_reply -W '-f --json' -- "$2" ;;
	help)
		_zones_reply -W "$(_zonecfg_words Subcommands Resources \
			Properties)" -- "$2"
		;;
	info)
		_zones_reply -W "-v --json $(_zonecfg_words Resources \
			Properties)" -- "$2"
		;;
	esac
}

_zonecfg() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	# bash takes "ip-type=sh" for three words, and "ip-type=" for two.
	if [ "$cur" = = ]; then
		_zones_reply -W "$(_zonecfg_values "$prev")"
		return
	fi
	case $prev in
	=)
		_zones_reply -W "$(_zonecfg_values \
			"${COMP_WORDS[COMP_CWORD - 2]}")" -- "$cur"
		;;
	-z) _zones_reply -W "global $(_zones_names '')" -- "$cur" ;;
	-R) _zones_reply -d -- "$cur" ;;
	-f | -j) _zones_reply -f -- "$cur" ;;
	add | clear | create | delete | diff | exit | export | help | info | \
		remove | revert | select | set)
		_zonecfg_arguments "$prev" "$cur"
		;;
	*)
		if [ -z "$(_zones_given)" ]; then
			_zones_reply -W '-z -u -R --help help' -- "$cur"
		elif [ -z "$(_zones_subcommand zRfju)" ]; then
			_zones_reply -W '-f -j -r add clear commit create delete
				diff exit export help info remove revert select
				set verify' -- "$cur"
		fi
		;;
	esac
}

_zlogin() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local states=running

	case " ${COMP_WORDS[*]} " in
	*' -C '*) states='installed|ready|running|shutting_down|down' ;;
	esac
	case $prev in
	-l) _zones_reply -u -- "$cur" ;;
	-e) ;;
	*)
		if [ -n "$(_zones_subcommand le)" ]; then
			_zones_reply -c -- "$cur"
		else
			_zones_reply -W "-C -d -E -e -i -l -n -Q -S -T
				$(_zones_names "$states")" -- "$cur"
		fi
		;;
	esac
}

# A file here, or "zone:": both sides are complete as they stand.
_zonecp() {
	local cur=${COMP_WORDS[COMP_CWORD]}

	_zones_reply -f -- "$cur"
	case $cur in
	*/*) ;;
	*) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(
		compgen -S : -W "$(_zones_names running)" -- "$cur") ;;
	esac
}

complete -F _zoneadm zoneadm
complete -F _zonecfg zonecfg
complete -F _zlogin zlogin
complete -o nospace -F _zonecp zonecp
complete -W '-t' zonename

_ppriv() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	case $prev in
	-z) _zones_reply -W "$(_zones_names 'ready|running')" -- "$cur" ;;
	-s | --syscall) ;;
	*)
		case $cur in
		-*) _zones_reply -W '-l -S -v -s -z --json --log --syscall' -- \
			"$cur" ;;
		*) _zones_reply -W "$(ppriv -l 2>/dev/null | cut -d' ' -f1)" \
			-- "$cur" ;;
		esac
		;;
	esac
}
complete -F _ppriv ppriv

_vswitchadm() {
	local cur=${COMP_WORDS[COMP_CWORD]} sub=${COMP_WORDS[1]}

	if [ "$COMP_CWORD" = 1 ]; then
		_zones_reply -W 'counters create help list ports remove start' \
			-- "$cur"
		return
	fi
	case $sub in
	counters | list | ports)
		_zones_reply -W "-p --json $(_vswitches)" -- "$cur" ;;
	create) [ "$COMP_CWORD" != 3 ] ||
		_zones_reply -W "$(command ls /sys/class/net)" -- "$cur" ;;
	remove) _zones_reply -W "$(_vswitches)" -- "$cur" ;;
	esac
}
_vswitches() { vswitchadm list -p 2>/dev/null | cut -d: -f1; }
complete -F _vswitchadm vswitchadm

_zonestat() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	case $prev in
	-z) _zones_reply -W "$(_zones_names running)" -- "$cur" ;;
	*) _zones_reply -W '-n -p -z --json' -- "$cur" ;;
	esac
}
complete -F _zonestat zonestat
