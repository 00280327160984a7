# What the completions propose is what the programs have, no more and no less.
# plain

$ . "$SRC/completions/zoneadm.bash"
$ words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); "_$1"; printf '%s\n' "${COMPREPLY[@]}" | sort -u; }
$ subcommands() { zoneadm help | sed -n 's/^\t\([a-z]*\).*/\1/p' | sort; }
$ diff <(words zoneadm '' | grep -v '^-') <(subcommands)
$ diff <(words zoneadm help '') <(subcommands)

# Options of each subcommand: the letters and long words of its usage.

$ usage() { zoneadm help "$1" | head -n 1 | sed 's/.*-z zone\]*//'; }
$ options() { { usage "$1" | grep -oE '(^|[[ |])-[a-zA-Z]+' | sed 's/^[[ |]*-//' | grep -o . | sed 's/^/-/'; usage "$1" | grep -oE -e '--[a-z]+'; } | sort -u; }
$ for s in $(subcommands); do [ $s = snapshot ] || diff <(words zoneadm -z web $s - | grep -v '^--$' | grep '^-' | sort) <(options $s | sort) >d || { echo "$s:"; cat d; }; done
$ words zoneadm -z web snapshot ''
create
destroy
diff
list
rollback

# Names of zones, in the states that fit.

$ zonecfg -z web 'create -b; set zonepath=/zones/web'; zonecfg -z well 'create -b; set zonepath=/zones/well'
$ words zoneadm -z we
web
well
$ words zonecfg -z g
global
$ words zonecfg -z web diff we
web
well
$ words zlogin we | grep .
[1]
$ words zoneadm -z web clone we | grep .
[1]

# zonecfg: what its own help lists.

$ under() { zonecfg help | sed -n "/^$1/,/^\$/s/^  \([a-z-]*\) .*/\1/p" | sort; }
$ for s in add remove select; do diff <(words zonecfg -z web $s '') <(under Resources); done; words zonecfg -z web add cap
capped-cpu
capped-memory
$ diff <(words zonecfg -z web clear '') <(under Properties); diff <(words zonecfg -z web set '') <(under Properties | sed 's/$/=/'); words zonecfg -z web set lim
limitpriv=
$ diff <(words zonecfg help '') <({ under Subcommands; under Resources; under Properties; } | sort)
$ words zonecfg -z web info -; words zonecfg -z web create -; words zonecfg -z web info anet; complete -p zonename
--json
-v
-F
-a
-b
-t
anet
complete -W '-t' zonename

# Values, where a property has few: bash makes three words of "ip-type=sh".

$ words zonecfg -z web set ip-type =
exclusive
shared
$ words zonecfg -z web set ip-type = sh; words zonecfg -z web set autoboot = t
shared
true

# zsh: its list of subcommands is the same.

$ diff <(sed -n "/subcommands=(\$/,/^\t)/s/^\t\t'\([a-z]*\):.*/\1/p" "$SRC/completions/zones.zsh") <(subcommands)
