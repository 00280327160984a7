# The whole of a configuration: made in one command, shown, exported.

$ zonecfg -z z1 'create -b; set zonepath=/zones/z1; add net; set physical=eth0; set address=10.0.0.5/24; end; set max-lwps=500; add capped-cpu; set ncpus=1.5; end; add capped-memory; set physical=512M; set swap=1G; end'
$ zonecfg -z z1 info
zonename: z1
zonepath: /zones/z1
brand: native
autoboot: false
bootargs: 
pool: 
limitpriv: 
scheduling-class: 
ip-type: shared
hostid: 
fs-allowed: 
[max-lwps: 500]
net:
	address: 10.0.0.5/24
	allowed-address not specified
	physical: eth0
	defrouter not specified
capped-cpu:
	[ncpus: 1.50]
capped-memory:
	physical: 512M
	[swap: 1G]
rctl:
	name: zone.max-lwps
	value: (priv=privileged,limit=500,action=deny)
rctl:
	name: zone.cpu-cap
	value: (priv=privileged,limit=150,action=deny)
rctl:
	name: zone.max-swap
	value: (priv=privileged,limit=1073741824,action=deny)
$ zonecfg -z z1 export | head -8
create -b
set zonepath=/zones/z1
set autoboot=false
set ip-type=shared
add net
set address=10.0.0.5/24
set physical=eth0
end

# What is stored is exactly what export prints.

$ zonecfg -z z1 export | cmp - "$ZONES_ROOT/etc/zones/z1.cfg"
$ stat -c '%a' "$ZONES_ROOT/etc/zones/z1.cfg"
644

# An export makes the same zone again; only names differ.

$ zonecfg -z z1 export | zonecfg -z z2 -f - 2>&1
z2: No such zone configured
$ zonecfg -z z2 set zonepath=/zones/z2
$ diff <(zonecfg -z z1 info) <(zonecfg -z z2 info)
1,2c1,2
< zonename: z1
< zonepath: /zones/z1
---
> zonename: z2
> zonepath: /zones/z2
[1]
$ zonecfg -z z3 "$(zonecfg -z z1 export | paste -sd ';' | sed 's/;/; /g')"
$ cmp "$ZONES_ROOT/etc/zones/z1.cfg" "$ZONES_ROOT/etc/zones/z3.cfg"

# Parts of it.

$ zonecfg -z z1 info zonepath
zonepath: /zones/z1
$ zonecfg -z z1 info capped-memory
capped-memory:
	physical: 512M
	[swap: 1G]
$ zonecfg -z z1 info max-lwps
[max-lwps: 500]
$ zonecfg -z z1 info cpu-shares
$ zonecfg -z z1 info fs
$ zonecfg -z z1 info net physical=eth0
net:
	address: 10.0.0.5/24
	allowed-address not specified
	physical: eth0
	defrouter not specified
$ zonecfg -z z1 info net physical=eth1
No such net resource.
$ zonecfg -z z1 'add fs; set dir=/a; info; info dir; cancel'
fs:
	dir: /a
	special not specified
	raw not specified
	type not specified
	options: []
	dir: /a
$ zonecfg -z z1 'add fs; set dir=/a; set special=/b; set type=lofs; set options=[ro,"size=1m"]; end; info fs'
fs:
	dir: /a
	special: /b
	raw not specified
	type: lofs
	options: [ro,"size=1m"]
$ zonecfg -z z1 'add attr; set name=c; set type=string; set value="two words"; end; info attr'
attr:
	name: c
	type: string
	value: "two words"
$ zonecfg -z none info
none: No such zone configured
[1]

# A sparse zone inherits four directories.

$ zonecfg -z s 'create; set zonepath=/zones/s; info inherit-pkg-dir'
inherit-pkg-dir:
	dir: /lib
inherit-pkg-dir:
	dir: /platform
inherit-pkg-dir:
	dir: /sbin
inherit-pkg-dir:
	dir: /usr
$ zonecfg -z s2 'create -t s; info zonepath'
zonepath: /zones/s
$ zonecfg -z s3 'create -t nosuch'
nosuch: No such zone configured
[1]

# The global zone has limits only.

$ zonecfg -z global 'set cpu-shares=5; add capped-memory; set physical=4G; end'
$ zonecfg -z global info
zonename: global
pool: 
[cpu-shares: 5]
capped-memory:
	physical: 4G
rctl:
	name: zone.cpu-shares
	value: (priv=privileged,limit=5,action=none)
$ zonecfg -z global 'set autoboot=true; add fs; create; delete -F'
autoboot is not a valid property for the global zone.
Cannot add a fs resource to the global zone.
The global zone cannot be made from a template; use 'create -b'
global: No such zone configured
[1]
