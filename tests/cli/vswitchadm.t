# vswitchadm - usage, and what needs no link. tests/zone/vswitch.t has the rest.

$ vswitchadm
vswitchadm: which subcommand?
usage: vswitchadm list [-p | --json] [SWITCH]...
       vswitchadm ports [-p | --json] [SWITCH]...
       vswitchadm counters [-p | --json] [SWITCH]...
       vswitchadm create SWITCH [LINK]
       vswitchadm remove SWITCH
       vswitchadm start
       vswitchadm help
[2]

$ vswitchadm remake 2>&1 | head -n 1
vswitchadm: there is no subcommand 'remake'

$ vswitchadm create 2>&1 | head -n 1
vswitchadm: which switch?

$ vswitchadm remove a b 2>&1 | head -n 1
vswitchadm: too many words

$ vswitchadm list -p --json 2>&1 | head -n 1
vswitchadm: --json does not go with -p

$ vswitchadm remove nosuchswitch
vswitchadm: switch 'nosuchswitch': there is no such switch; 'vswitchadm list' shows those there are
[1]

# What the completions propose.

$ . "$SRC/completions/zoneadm.bash"
$ COMP_WORDS=(vswitchadm ''); COMP_CWORD=1; _vswitchadm; diff <(printf '%s\n' "${COMPREPLY[@]}" | sort) <(vswitchadm help | awk '{ print $(NF > 0 && $1 == "usage:" ? 3 : 2) }' | sort)
