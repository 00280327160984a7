# At a terminal: prompts, and questions before anything is lost.

$ ready() { [ "$(stat -c %s out)" -gt "$1" ] && tail -c 2 out | grep -q '[>?] $'; }
$ terminal() {
> 	local zone=$1 size=0 l; shift
> 	rm -f in out; mkfifo in; : >out
> 	TERM=dumb script -qfec "zonecfg -z $zone" /dev/null <in >out & exec 8>in
> 	for l in "$@"; do
> 		until ready $size; do sleep 0.02; done
> 		size=$(stat -c %s out); case $l in ^D) printf '\004' ;; *^C) printf '%s\003' "${l%^C}" ;; *) printf '%s\n' "$l" ;; esac >&8
> 	done
> 	wait $!; exec 8>&-
> 	tr -d '\r' <out | sed 's/\x1b\[[0-9;]*[A-Za-z]//g'
> }
$ terminal i 'create -b' 'set zonepath=/z/i' 'add net' 'set physical=e0' exit n cancel exit
i: No such zone configured
Use 'create' to begin configuring a new zone.
zonecfg:i> create -b
zonecfg:i> set zonepath=/z/i
zonecfg:i> add net
zonecfg:i:net> set physical=e0
zonecfg:i:net> exit
Resource incomplete; really quit (y/[n])? n
zonecfg:i:net> cancel
zonecfg:i> exit
$ zonecfg -z i info zonepath
zonepath: /z/i
$ terminal i 'set pool=a' revert x y 'info pool' 'create' n 'delete' y exit
zonecfg:i> set pool=a
zonecfg:i> revert
Are you sure you want to revert (y/[n])? x
Are you sure you want to revert (y/[n])? y
zonecfg:i> info pool
pool: 
zonecfg:i> create
Zone i already exists; create anyway (y/[n])? n
zonecfg:i> delete
Are you sure you want to delete zone i (y/[n])? y
zonecfg:i> exit
$ zonecfg -z i info
i: No such zone configured
[1]

# What cannot be saved; what would take several away; a line given up.

$ terminal j 'create -b' exit n 'set zonepath=/z/j' 'add attr; set name=a; set type=int; set value=1; end; add attr; set name=b; set type=int; set value=2; end' 'remove attr' n 'info attr' 'remove attr' y 'info attr' 'set pool=x^C' 'info pool' exit
j: No such zone configured
Use 'create' to begin configuring a new zone.
zonecfg:j> create -b
zonecfg:j> exit
zonepath not specified
Zone j failed to verify
j: Required resource missing
Configuration not saved; really quit (y/[n])? n
zonecfg:j> set zonepath=/z/j
zonecfg:j> add attr; set name=a; set type=int; set value=1; end; add attr; set name=b; set type=int; set value=2; end
zonecfg:j> remove attr
Are you sure you want to remove ALL 'attr' resources (y/[n])? n
zonecfg:j> info attr
attr:
	name: a
	type: int
	value: 1
attr:
	name: b
	type: int
	value: 2
zonecfg:j> remove attr
Are you sure you want to remove ALL 'attr' resources (y/[n])? y
zonecfg:j> info attr
zonecfg:j> 
zonecfg:j> info pool
pool: 
zonecfg:j> exit
$ terminal j 'add attr' ^D n cancel exit
zonecfg:j> add attr
zonecfg:j:attr> ^DResource incomplete; really quit (y/[n])? n
zonecfg:j:attr> cancel
zonecfg:j> exit
