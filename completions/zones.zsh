#compdef zoneadm zonecfg zlogin zonecp zonename ppriv vswitchadm zonestat
# SPDX-License-Identifier: ISC
#
# Completion for the zone tools in zsh; installed as the function _zones.

# _zones_names [STATES]: zones, those in the states only. Called with a blank in
# front, or _arguments puts words of its own first.
_zones_names() {
	local -a names expl
	names=(${(f)"$(zoneadm list -cnp 2>/dev/null |
		awk -F: -v s="^(${1:-.*})\$" '$3 ~ s { print $2 }')"})
	_wanted zones expl zone compadd -a names
}

_zones_uuids() {
	local -a uuids expl
	uuids=(${(f)"$(zoneadm list -cp 2>/dev/null | cut -d: -f5)"})
	_wanted uuids expl uuid compadd -a uuids
}

_zones_zoneadm_subcommand() {
	local -a subcommands
	subcommands=(
		'attach:take the root of a detached zone'
		'boot:start the init of the zone'
		'clone:make the root of the zone from another zone'
		'detach:let go of the root of the zone'
		'doctor:check what this host offers zones'
		'halt:stop every process of the zone at once'
		'help:print usage'
		'install:make the root of the zone'
		'list:list zones'
		'mark:note that the root cannot be trusted'
		'migrate:give the zone to another host'
		'mount:show the root of a halted zone'
		'move:give the zone another path'
		'ready:make the platform of the zone'
		'reboot:halt and boot'
		'receive:take a zone that migrate sends'
		'shutdown:let the zone shut itself down'
		'snapshot:keep the root as it is and go back to it'
		'uninstall:remove the root of the zone'
		'unmount:take the view of mount away'
		'upgrade:let zoned go on as its current program'
		'verify:check the configuration against this host'
	)
	_describe subcommand subcommands
}

_zones_zoneadm_arguments() {
	case $words[1] in
	attach) _arguments '(-n)-F[check nothing]' \
		'(-F)-n+[only check]:manifest:_files' \
		'-u[update]' '-U[update all]' ;;
	boot) _arguments '-s[single user]' '-f[incomplete zones too]' \
		'-w[with a writable root]' \
		'-i+[another init]:path:' '*:boot arguments:' ;;
	clone) _arguments '-m+[method]:method:(copy)' \
		'-s+[snapshot]:snapshot:' '-p[keep identity]' \
		'--live[from a source that runs]' \
		'1:source: _zones_names "installed|running"' ;;
	detach) _arguments '-n[print the manifest]' '-F[without questions]' ;;
	doctor) _arguments '--json[as JSON]' '--memory[compare shared files in memory with the disk]' ;;
	help) _zones_zoneadm_subcommand ;;
	install) _arguments '(-d)-a+[archive]:archive:_files' \
		'(-a)-d+[directory]:directory:_directories' \
		'(-p)-u[remove identity]' '(-u)-p[keep identity]' \
		'-s[silent]' '-v[verbose]' '--unsigned[take an archive unverified]' \
		'-x+[extra]:word:(nodataset backend=btrfs backend=copy backend=layers backend=zfs)' ;;
	list) _arguments '-c[all configured]' '-i[all installed]' \
		'-n[without the global zone]' '(-v --json)-p[for programs]' \
		'-s[states]' \
		'(-p --json)-v[table]' '(-p -v)--json[as JSON]' ;;
	migrate) _arguments '-n[only check]' '-k[keep the configuration there]' \
		'-q[quiet]' '--abandon[take the zone back]' '-F[unasked]' \
		'1:address:_hosts' ;;
	mark) _values state incomplete ;;
	mount) _arguments '-f[incomplete zones too]' ;;
	move) _arguments '1:path:_directories' ;;
	reboot) _arguments '*:boot arguments:' ;;
	shutdown) _arguments '-r[boot again]' '*:boot arguments:' ;;
	snapshot) _arguments '1:what:(create list rollback destroy diff)' \
		'--live[of a zone that runs]' '-p[for programs]' \
		'--json[as JSON]' '2:snapshot:' ;;
	uninstall) _arguments '-F[do not ask]' ;;
	esac
}

_zones_zoneadm() {
	local state
	_arguments -C '-z+[zone]:zone: _zones_names' \
		'-u+[unique identifier]:uuid: _zones_uuids' \
		'-R+[alternate root]:directory:_directories' \
		'(- *)--help[usage]' '(- *)--version[version]' \
		'1:subcommand:_zones_zoneadm_subcommand' \
		'*:: :->arguments' && return
	[[ $state == arguments ]] && _zones_zoneadm_arguments
}

# _zones_words HEAD...: the words below these heads of "zonecfg help".
_zones_words() {
	local head
	local -a words_of expl
	for head; do
		words_of+=(${(f)"$(zonecfg help 2>/dev/null |
			awk -v head="$head" '/^[^ ]/ { on = index($0, head) == 1 }
				on && /^  / { print $1 }')"})
	done
	_wanted words expl word compadd -a words_of
}

# "set ip-type=": the words that it can be set to, else the properties.
_zones_zonecfg_set() {
	local -a values expl
	local prop=${words[CURRENT]%%=*}

	if ! compset -P '*='; then
		_zones_words Properties
		return
	fi
	values=(${=$(zonecfg help "$prop" 2>/dev/null |
		sed -n 's/^  *one of: //p')})
	_wanted values expl value compadd -a values
}

# What follows a subcommand of zonecfg, or the subcommands.
_zones_zonecfg_command() {
	case ${words[CURRENT-1]} in
	add | remove | select) _zones_words Resources ;;
	clear) _zones_words Properties ;;
	set) _zones_zonecfg_set ;;
	diff) _zones_names ;;
	help) _zones_words Subcommands Resources Properties ;;
	info) _zones_words Resources Properties ;;
	*) _values command add clear commit create delete diff exit export help \
		info remove revert select set verify ;;
	esac
}

_zones_zonecfg() {
	_arguments '-z+[zone]:zone: _zones_names' \
		'-R+[alternate root]:directory:_directories' \
		'-u+[zone by uuid]:uuid: _zones_uuids' \
		'-f+[command file]:file:_files' \
		'-j+[JSON file]:file:_files' \
		'-r[what the running zone has]' \
		'*:command: _zones_zonecfg_command'
}

_zones_zlogin() {
	local states=running
	((${words[(I)-C]})) &&
		states='installed|ready|running|shutting_down|down'
	_arguments -S '-C[console]' '-d[end when the zone halts]' \
		'(-e)-E[no escape character]' \
		'(-E)-e+[escape character]:character:' \
		'-i[with a terminal]' '-l+[user]:user:_users' \
		'-n[no input]' '-Q[no banners]' '-S[minimal shell]' \
		'-T[trusted session]' \
		"1:zone: _zones_names '$states'" '*::command:_normal'
}

_zones_zonecp() {
	_alternative 'files:file:_files' \
		'zones:zone: _zones_names running'
}

_zones_ppriv() {
	_arguments '(--log --syscall)-l[list privileges]' \
		'(-v)-S[in short]' '(-S)-v[in full]' '--json[as JSON]' \
		'(-z)-s+[set as in limitpriv]:set:' \
		"(-s)-z+[zone]:zone: _zones_names 'ready|running'" \
		'(-l --syscall)--log[explain lines of a log]' \
		'(-l --log)--syscall[explain a call]:call:' '*:process:_pids'
}

_zones_switches() {
	local -a switches
	switches=(${(f)"$(vswitchadm list -p 2>/dev/null | cut -d: -f1)"})
	compadd -a switches
}

_zones_vswitchadm() {
	local state
	_arguments -C '1:subcommand:(counters create help list ports remove start)' \
		'*:: :->arguments' && return
	[[ $state == arguments ]] || return
	case $words[1] in
	counters | list | ports) _arguments '(--json)-p[for programs]' \
		'(-p)--json[as JSON]' '*:switch:_zones_switches' ;;
	create) _arguments '1:switch:' '2:link:_net_interfaces' ;;
	remove) _arguments '1:switch:_zones_switches' ;;
	esac
}

_zones_zonestat() {
	_arguments '-n[of the network]' '(--json)-p[for programs]' \
		'(-p)--json[as JSON]' '*-z+[zone]:zone: _zones_names running' \
		'1:interval:' '2:duration:'
}

case $service in
zoneadm | zonecfg | zlogin | zonecp | zonestat | ppriv | vswitchadm) _zones_$service "$@" ;;
esac
