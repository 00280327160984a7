# At a terminal: prompts, and questions before anything is lost.

$ ready() { [ "$(stat -c %s out)" -gt "$1" ] && tail -c 2 out | grep -q '[>?] $'; }
$ terminal() {
> 	local zone=$1 size=0 l; shift
> 	rm -f in out; mkfifo in; : >out
> 	TERM=dumb script -qfec "${first-}zonecfg -z $zone" /dev/null <in >out & exec 8>in
> 	for l in "$@"; do
> 		until ready $size; do sleep 0.02; done
> 		size=$(stat -c %s out); case $l in ^D) printf '\004' ;; *^C) printf '%s\003' "${l%^C}" ;; *) printf '%s\n' "$l" ;; esac >&8
> 	done
> 	local code=0; wait $! || code=$?; exec 8>&-
> 	tr -d '\r' <out | sed 's/\x1b\[[0-9;]*[A-Za-z]//g'
> 	return $code
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
[1]
$ terminal j 'add attr' ^D n cancel exit
zonecfg:j> add attr
zonecfg:j:attr> ^DResource incomplete; really quit (y/[n])? n
zonecfg:j:attr> cancel
zonecfg:j> exit

# Who quits loses what was not saved: a resource that was not ended and all else
# that stood before it; -F asks nothing and saves what it can.

$ terminal j 'set pool=a' 'add net' exit y; zonecfg -z j info pool
zonecfg:j> set pool=a
zonecfg:j> add net
zonecfg:j:net> exit
Resource incomplete; really quit (y/[n])? y
pool: 
$ terminal j 'add net; set physical=e0; end' commit exit y; zonecfg -z j info net
zonecfg:j> add net; set physical=e0; end
zonecfg:j> commit
net: address not specified
Zone j failed to verify
j: Required property missing
zonecfg:j> exit
Configuration not saved; really quit (y/[n])? y
$ terminal j 'add net; set physical=e0; end' 'exit -F'; zonecfg -z j info net
zonecfg:j> add net; set physical=e0; end
zonecfg:j> exit -F
net: address not specified
Zone j failed to verify
j: Required property missing
Configuration not saved.
$ terminal j 'set pool=b' 'add net' 'exit -F'; zonecfg -z j 'info pool; info net'
zonecfg:j> set pool=b
zonecfg:j> add net
zonecfg:j:net> exit -F
pool: b
$ terminal j 'add net; set physical=e0; end' commit 'remove net' 'clear pool' exit; zonecfg -z j info pool
zonecfg:j> add net; set physical=e0; end
zonecfg:j> commit
net: address not specified
Zone j failed to verify
j: Required property missing
zonecfg:j> remove net
zonecfg:j> clear pool
zonecfg:j> exit
pool: 

# Commands on the command line ask where there is a terminal; end of file and an
# empty answer are no.

$ terminal "j 'set pool=x; revert; info pool'" y
Are you sure you want to revert (y/[n])? y
pool: 
$ terminal "j 'set pool=x; revert; info pool; clear pool'" ''
Are you sure you want to revert (y/[n])? 
pool: x
$ terminal "j create -b" n
Zone j already exists; create anyway (y/[n])? n
$ terminal "j delete" ^D; zonecfg -z j info zonename
Are you sure you want to delete zone j (y/[n])? 
zonename: j
$ zonecfg -z j 'add attr; set name=a; set type=int; set value=1; end; add attr; set name=b; set type=int; set value=2; end'
$ terminal "j 'remove attr; info attr'" y
Are you sure you want to remove ALL 'attr' resources (y/[n])? y
$ terminal "j 'create -b; set zonepath=/z/jj'" y; zonecfg -z j info zonepath
Zone j already exists; create anyway (y/[n])? y
zonepath: /z/jj
$ terminal "j -f -" bogus 'set pool=x' exit; zonecfg -z j info pool
zonecfg:j> bogus
syntax error at 'bogus'; 'help' lists the subcommands
zonecfg:j> set pool=x
zonecfg:j> exit
pool: x

# A new name is the prompt's at once, and a zone's at commit.

$ terminal j 'set zonename=k' 'info zonename' exit; zonecfg -z k info zonename; zonecfg -z j info
zonecfg:j> set zonename=k
zonecfg:k> info zonename
zonename: k
zonecfg:k> exit
zonename: k
j: No such zone configured
[1]

# What is longer than the screen goes through PAGER; what fits does not, nor what
# is piped or came from the command line.

$ export PAGER="sed 's/^/| /'"
$ first='stty rows 8; ' terminal k info 'info pool' exit
zonecfg:k> info
| zonename: k
| zonepath: /z/jj
| brand: native
| autoboot: false
| bootargs: 
| pool: x
| limitpriv: 
| scheduling-class: 
| ip-type: shared
| hostid: 
| fs-allowed: 
zonecfg:k> info pool
pool: x
zonecfg:k> exit
$ first='stty rows 8; echo info | ' terminal k
| zonename: k
| zonepath: /z/jj
| brand: native
| autoboot: false
| bootargs: 
| pool: x
| limitpriv: 
| scheduling-class: 
| ip-type: shared
| hostid: 
| fs-allowed: 
$ first='stty rows 8; ' terminal 'k info zonepath; zonecfg -z k info | cat' | tail -n +2 | head -n 2
zonename: k
zonepath: /z/jj
$ first='stty rows 8; ' terminal 'k info' | head -n 2
zonename: k
zonepath: /z/jj
$ PAGER=false first='stty rows 8; ' terminal k info exit | head -n 3
zonecfg:k> info
zonename: k
zonepath: /z/jj
$ PAGER='head -n 1; kill -INT $$' first='stty rows 8; ' terminal k info exit
zonecfg:k> info
zonename: k
zonecfg:k> exit
$ unset PAGER

# Who cannot write is told so.

$ chmod 755 . && cp "$(command -v zonecfg)" . && chmod -R go+rX "$ZONES_ROOT"
$ mkdir "/tmp/zones-ro.$$" && cp -r zonecfg root "/tmp/zones-ro.$$/" && here=$PWD && cd "/tmp/zones-ro.$$"
$ first="setpriv --reuid=65534 --clear-groups ./" terminal "k -R $PWD/root" 'info pool' 'set pool=y' verify exit
WARNING: the configurations cannot be written by you;
only looking is possible.
zonecfg:k> info pool
pool: x
zonecfg:k> set pool=y
k: cannot set in read-only mode.
zonecfg:k> verify
zonecfg:k> exit
[1]
$ first="setpriv --reuid=65534 --clear-groups ./" terminal "nozone -R $PWD/root" create exit
nozone: No such zone configured
WARNING: the configurations cannot be written by you;
only looking is possible.
zonecfg:nozone> create
nozone: cannot create in read-only mode.
zonecfg:nozone> exit
zonecfg: 'zoneadm list -c' lists the zones
[1]
$ cd "$here" && rm -r "/tmp/zones-ro.$$"
