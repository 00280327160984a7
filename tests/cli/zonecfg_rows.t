# Every property and resource of a zone once: set, shown, exported, cleared, and
# the values that are refused.

$ zonecfg -z t 'create -b; set zonepath=//z///t/'
$ t() { zonecfg -z t "$@"; }

# Properties of the zone, in the order of info.

$ t 'set zonename=t; info zonename; set zonename=a/b; clear zonename'
zonename: t
a/b: Bogus zone name
zonename: Clearing this property is not allowed
[1]
$ t 'info zonepath; set zonepath=z; set zonepath=/; set zonepath=/a/../b; clear zonepath'
zonepath: /z/t
z is not an absolute path.
/ is not allowed as a zonepath.
/a/../b is not a plain path: leave out '.' and '..'
zonepath: Clearing this property is not allowed
[1]
$ t 'info brand; set brand=lx; info brand; set brand=a/b; clear brand; set brand=native'
brand: native
brand: lx
brand: 'a/b' is not the name of a brand
brand: Clearing this property is not allowed
[1]
$ t 'set autoboot=true; info autoboot; clear autoboot; info autoboot; set autoboot=yes; set autoboot=1'
autoboot: true
autoboot: false
autoboot value must be 'true' or 'false'.
autoboot value must be 'true' or 'false'.
[1]
$ t 'set bootargs="-m verbose"; info bootargs; set bootargs=-s -v; info bootargs; clear bootargs; info bootargs'
bootargs: -m verbose
bootargs: -s -v
bootargs: 
$ t 'set file-mac-profile=strict; info file-mac-profile; clear file-mac-profile; set file-mac-profile=loose; info file-mac-profile'
file-mac-profile: strict
file-mac-profile value must be 'none', 'strict', 'fixed-configuration', 'flexible-configuration' or 'dynamic-zones'.
file-mac-profile: none
[1]
$ t 'set autoshutdown=halt; info autoshutdown; clear autoshutdown; set autoshutdown=now'
autoshutdown: halt
autoshutdown value must be 'shutdown', 'halt' or 'suspend'.
[1]
$ t 'set boot-priority=high; info boot-priority; clear boot-priority; set boot-priority=1'
boot-priority: high
boot-priority value must be 'high', 'default' or 'low'.
[1]
$ t 'set pool=web; info pool; clear pool; set pool=SUNWtmp; set pool="a b"'
pool: web
pool names starting with SUNW are reserved.
pool: 'a b' is not the name of a pool
[1]
$ t 'set limitpriv=default,sys_time; info limitpriv; clear limitpriv; set limitpriv=default,,x; set limitpriv="sys time"'
limitpriv: default,sys_time
limitpriv: a privilege is missing beside a comma: 'default,,x'
limitpriv: invalid privilege: sys time
[1]
$ t 'set scheduling-class=FSS; info scheduling-class; clear scheduling-class; set scheduling-class=fss'
scheduling-class: FSS
scheduling-class value must be 'TS', 'FSS', 'FX', 'IA', 'RT' or 'SDC'.  Did you mean 'FSS'?
[1]
$ t 'set ip-type=exclusive; info ip-type; clear ip-type; info ip-type; set ip-type=both'
ip-type: exclusive
ip-type: shared
ip-type value must be 'shared' or 'exclusive'.
[1]
$ t 'set hostid=0xCAFE; info hostid; set hostid=fffffffe; clear hostid; set hostid=ffffffff; set hostid=123456789; set hostid=xyz'
hostid: 0xCAFE
hostid string is too large: ffffffff
hostid string is too large: 123456789
hostid: 'xyz' is not a hexadecimal number
[1]
$ t 'set fs-allowed=ext4,-,xfs; info fs-allowed; add fs-allowed btrfs; clear fs-allowed; set fs-allowed=a,,b'
fs-allowed: ext4,-,xfs
The add PROPERTY VALUE command only makes sense in the resource scope.
fs-allowed: 'a,,b' is not a list; write a,b,c
[1]
$ t 'set cpu-shares=20; info cpu-shares; info rctl; clear cpu-shares; set cpu-shares=-1; clear cpu-shares'
[cpu-shares: 20]
rctl:
	name: zone.cpu-shares
	value: (priv=privileged,limit=20,action=none)
cpu-shares: '-1' is not a number
clear cpu-shares: No such entry
[1]
$ t 'set max-lwps=500; info max-lwps; clear max-lwps; set max-lwps=99; set max-lwps=100; clear max-lwps'
[max-lwps: 500]
max-lwps property is out of range.
[1]
$ t 'set max-processes=500; info max-processes; clear max-processes; set max-processes=99; set max-processes=x'
[max-processes: 500]
max-processes property is out of range.
max-processes: 'x' is not a number
[1]
$ t 'set max-msg-ids=0; set max-sem-ids=5; set max-shm-ids=5; set max-shm-memory=1536M; info max-msg-ids; info max-sem-ids; info max-shm-ids; info max-shm-memory; clear max-msg-ids; clear max-sem-ids; clear max-shm-ids; clear max-shm-memory'
[max-msg-ids: 0]
[max-sem-ids: 5]
[max-shm-ids: 5]
[max-shm-memory: 1.5G]
$ t 'set zfs-io-priority=10; info zfs-io-priority; clear zfs-io-priority'
[zfs-io-priority: 10]

# Sizes: units in any case, fractions, and how they are shown.

$ for s in 1023 1024 1k 1.5g 10.4G 512M 2048m 1T 1.25K 5P 1.g -1 1.0000001G; do t "set max-shm-memory=$s; info max-shm-memory; revert -F"; done
[max-shm-memory: 1023]
[max-shm-memory: 1K]
[max-shm-memory: 1K]
[max-shm-memory: 1.5G]
[max-shm-memory: 10G]
[max-shm-memory: 512M]
[max-shm-memory: 2G]
[max-shm-memory: 1T]
[max-shm-memory: 1.3K]
max-shm-memory: '5P' is not a size; write it like 512M or 1.5G
No changes to revert.
max-shm-memory: '1.g' is not a size; write it like 512M or 1.5G
No changes to revert.
max-shm-memory: '-1' is not a size; write it like 512M or 1.5G
No changes to revert.
max-shm-memory: '1.0000001G' is not a size; write it like 512M or 1.5G
No changes to revert.
[1]

# An alias needs its resource control to be alone and of its own kind.

$ t 'add rctl; set name=zone.max-lwps; add value (priv=privileged,limit=200,action=deny); add value (priv=privileged,limit=300,action=deny); end; info max-lwps; set max-lwps=400; clear max-lwps; remove rctl'
max-lwps: An incompatible rctl already exists for this property
max-lwps: An incompatible rctl already exists for this property
[1]
$ t 'add rctl; set name=zone.max-lwps; set value=(action=deny,limit=200,priv=privileged); end; info max-lwps; clear max-lwps; info rctl'
[max-lwps: 200]

# fs

$ t 'add fs; end; set dir=a; set dir=/a/; set special=/b; set type=a/b; set type=..; set type=lofs; set raw=r; add options ro; add options [nodevices,"size=1m"]; remove options ro; info; end; add fs; set dir=/a; set special=/c; set type=lofs; end; cancel; remove fs'
dir not specified
special not specified
type not specified
dir a is not an absolute path.
type: 'a/b' is not a file system type
type: '..' is not a file system type
raw r is not an absolute path.
fs:
	dir: /a
	special: /b
	raw not specified
	type: lofs
	options: [nodevices,"size=1m"]
A fs resource with the dir '/a' already exists.
[1]
$ t 'add fs; set dir=/p; set special=p; set type=proc; end; verify; remove fs'
fs /p: cannot mount file systems of type proc
Zone t failed to verify
t: Specified property is invalid
[1]
$ t 'add fs; set dir=/p; set special=host:/export; set type=ext4; end; verify; remove fs'
fs /p: cannot mount 'host:/export': mount it in the global zone, and the directory with type=lofs
Zone t failed to verify
t: Specified property is invalid
[1]
$ t 'add fs; set dir=/p; set special=/x; set raw=/y; set type=lofs; end; verify; remove fs'
fs /p: raw is not possible with type lofs: nothing is checked before mounting it
Zone t failed to verify
t: Specified property is invalid
[1]

# inherit-pkg-dir

$ t 'add inherit-pkg-dir; end; set dir=/usr; end; add inherit-pkg-dir; set dir=/usr/; end; cancel; info inherit-pkg-dir; remove inherit-pkg-dir dir=/usr'
dir not specified
An inherit-pkg-dir resource with the dir '/usr' already exists.
inherit-pkg-dir:
	dir: /usr
[1]

# net

$ t 'add net; end; set physical=eth0; set address=10.0.0.5/24; set defrouter=10.0.0.1; set global-nic=eth1; set mac-addr=2:8:20:1:2:3; set vlan-id=7; add property (name=a,value="b c"); info; end; add net; set physical=eth0; set address=10.0.0.5/24; end; cancel; remove net'
physical not specified
net:
	address: 10.0.0.5/24
	allowed-address not specified
	physical: eth0
	defrouter: 10.0.0.1
	global-nic: eth1
	mac-addr: 2:8:20:1:2:3
	vlan-id: 7
	property: (name=a,value="b c")
A net resource with the address '10.0.0.5/24', and physical 'eth0' already exists.
[1]
$ t 'add net; set physical=e0; end; verify; select net physical=e0; set address=10.0.0.1; set allowed-address=10.0.0.1/24; end; verify; remove net'
net: address not specified
Zone t failed to verify
t: Required property missing
net: allowed-address cannot be specified for a shared IP type
Zone t failed to verify
t: Incompatible settings
[1]
$ t 'set ip-type=exclusive; add net; set physical=e0:1; set address=10.0.0.1; set defrouter=10.0.0.2; end; verify; remove net; clear ip-type'
net: address cannot be specified for an exclusive IP type
net: defrouter for e0:1 cannot be specified without allowed-address for an exclusive IP type
net: e0:1: logical interface name not allowed
Zone t failed to verify
t: Incompatible settings
[1]
$ t 'add net; set physical=e0:1; set address=10.0.0.1; end; verify; remove net'
net: e0:1: logical interface name not allowed
Zone t failed to verify
t: Specified property is invalid
[1]
$ t 'add net; set address=fe80::1; set address=fe80::1/129; set address=10.0.0.1/33; set address=10.0.0.256; set address=host_name; set address=-x; set physical=a/b; set defrouter=300.1; set vlan-id=4095; set mac-addr=zz; add property x; cancel'
fe80::1: IPv6 addresses require /prefix-length suffix.
fe80::1/129: IPv6 prefix lengths must be 0 - 128.
10.0.0.1/33: IPv4 prefix lengths must be 0 - 32.
10.0.0.256: bogus host name or network address syntax; write 192.0.2.7/24, 2001:db8::7/64 or a host name
-x: bogus host name or network address syntax; write 192.0.2.7/24, 2001:db8::7/64 or a host name
physical: 'a/b' is not the name of a network link
300.1: bogus host name or network address syntax; write 192.0.2.1, 2001:db8::1 or a host name
vlan-id property is out of range.
mac-addr: 'zz' is not a hardware address; write it like 2:8:20:1:2:3
property: 'x' is not of the form (name=N,value="V")
[1]

# anet: the name is the first that is free.

$ t 'set ip-type=exclusive; add anet; end; add anet; info; end; info anet; remove -F anet; clear ip-type'
anet:
	linkname not specified
	lower-link: auto
	allowed-address not specified
	configure-allowed-address: true
	defrouter not specified
	link-protection: mac-nospoof
	mac-address: auto
anet:
	linkname: net0
	lower-link: auto
	allowed-address not specified
	configure-allowed-address: true
	defrouter not specified
	link-protection: mac-nospoof
	mac-address: auto
anet:
	linkname: net1
	lower-link: auto
	allowed-address not specified
	configure-allowed-address: true
	defrouter not specified
	link-protection: mac-nospoof
	mac-address: auto
$ t 'add anet; set allowed-address=10.0.0.1/24,fe80::1/64; set configure-allowed-address=false; set defrouter=10.0.0.2; set allowed-dhcp-cids=a,b; set link-protection=mac-nospoof,ip-nospoof; set mac-address=random; set mac-prefix=2:8:20; set mac-slot=1; set vlan-id=5; set mtu=9000; set maxbw=1.5G; set bwshare=10; set priority=high; set rxrings=hw; set txrings=2; set rxfanout=4; set lro=on; set cos=3; set etsbw-lcl=50; set linkmode=cm; set pkey=0xffff; set iov=off; info; cancel'
anet:
	linkname not specified
	lower-link: auto
	allowed-address: 10.0.0.1/24,fe80::1/64
	configure-allowed-address: false
	defrouter: 10.0.0.2
	link-protection: mac-nospoof,ip-nospoof
	mac-address: random
	mac-prefix: 2:8:20
	mac-slot: 1
	allowed-dhcp-cids: a,b
	vlan-id: 5
	mtu: 9000
	maxbw: 1.5G
	bwshare: 10
	priority: high
	rxrings: hw
	txrings: 2
	rxfanout: 4
	lro: on
	cos: 3
	etsbw-lcl: 50
	linkmode: cm
	pkey: 0xffff
	iov: off
$ t 'add anet; set mtu=1; set bwshare=101; set cos=8; set pkey=10000; set mac-prefix=2:8; set priority=top; set link-protection=all; set evs=x; set vport=x; set vsi-typeid=1; set vsi-vers=1; set vsi-mgrid=1; add mac; add vlan; set mac=1; set vlan=1; set defrouter=10.0.0.1; end; cancel'
mtu property is out of range.
bwshare property is out of range.
cos property is out of range.
pkey string is too large: 10000
mac-prefix: '2:8' is not the first half of a hardware address; write it like 2:8:20
priority value must be 'low', 'medium' or 'high'.
link-protection: 'all' is not one of 'mac-nospoof', 'ip-nospoof', 'dhcp-nospoof', 'restricted' or 'none'
set evs: not here: there is no elastic virtual switch here; use lower-link=BRIDGE
set vport: not here: there is no elastic virtual switch here; use lower-link=BRIDGE
set vsi-typeid: not here: stations are not announced to the physical switch (802.1Qbg)
set vsi-vers: not here: stations are not announced to the physical switch (802.1Qbg)
set vsi-mgrid: not here: stations are not announced to the physical switch (802.1Qbg)
add mac: not here: it belongs to zones with a kernel of their own; these share the host's; a link here has one address: 'set mac-address=...'
add vlan: not here: it belongs to zones with a kernel of their own; these share the host's; use 'set vlan-id=N'
set mac: not here: it belongs to zones with a kernel of their own; these share the host's; a link here has one address: 'set mac-address=...'
set vlan: not here: it belongs to zones with a kernel of their own; these share the host's; use 'set vlan-id=N'
defrouter cannot be specified without allowed-address
[1]
$ t 'add anet; end; verify; remove anet'
anet: not possible with ip-type=shared; 'set ip-type=exclusive'
Zone t failed to verify
t: Incompatible settings
[1]

# device

$ t 'add device; end; set match=null; set match=/dev/../etc; set match=/dev/dsk/*; set allow-partition=true; set allow-raw-io=yes; set storage=x; set id=1; set bootpri=1; add property (name=m,value=1); end; info device; remove device'
match not specified
match: 'null' is not a path or pattern below /dev
match: '/dev/../etc' is not a path or pattern below /dev
allow-raw-io value must be 'true' or 'false'.
set storage: not here: it belongs to zones with a kernel of their own; these share the host's; give a path below /dev: 'set match=/dev/...'
set id: not here: it belongs to zones with a kernel of their own; these share the host's
set bootpri: not here: it belongs to zones with a kernel of their own; these share the host's
device:
	match: /dev/dsk/*
	allow-partition: true
	property: (name=m,value="1")
[1]

# rctl

$ t 'add rctl; end; set name=max-lwps; set name=zone.x_y; set name=zone.max-lwps; add value (priv=basic,limit=1,action=deny); add value (priv=privileged,limit=1); add value (priv=privileged,limit=1,limit=2,action=deny); add value 1; add value (limit=1,priv=privileged,action=none); remove value (priv=privileged,limit=1,action=none); end; cancel'
name not specified
value not specified
'max-lwps' is not a valid zone rctl name.
'zone.x_y' is not a valid zone rctl name.
Invalid rctl value specification; write (priv=privileged,limit=N,action=deny)
Invalid rctl value specification; write (priv=privileged,limit=N,action=deny)
Invalid rctl value specification; write (priv=privileged,limit=N,action=deny)
Invalid rctl value specification; write (priv=privileged,limit=N,action=deny)
value not specified
[1]

# attr

$ t 'add attr; end; set name=.a; set name=a_b.c-d; set type=text; set type=int; set value=x; end; set value=-5; end; info attr; select attr name=a_b.c-d; set type=uint; end; set type=boolean; set value=true; end; add attr; set name=a_b.c-d; set type=string; set value=x; end; cancel; remove attr'
name not specified
type not specified
value not specified
Invalid attr name .a: it must start with a letter or digit, and hold letters, digits, '-', '_' and '.' only
invalid attr type 'text'
invalid attr value for type=int
attr:
	name: a_b.c-d
	type: int
	value: -5
invalid attr value for type=uint
An attr resource with the name 'a_b.c-d' already exists.
[1]

$ t 'add attr; set name=i; set type=int; set value=-9223372036854775809; end; set value=9223372036854775808; end; set value=9223372036854775807; end; select attr name=i; set value=-9223372036854775808; end; info attr; remove attr'
invalid attr value for type=int
invalid attr value for type=int
attr:
	name: i
	type: int
	value: -9223372036854775808
[1]

# dataset

$ t 'add dataset; end; set name=/tank; set name=tank/a; set alias=data; end; add dataset; set name=tank/a/b; end; info dataset; verify; remove -F dataset'
name not specified
name: '/tank' is not the name of a dataset
dataset:
	name: tank/a
	alias: data
dataset:
	name: tank/a/b
dataset tank/a/b: it lies in dataset tank/a
Zone t failed to verify
t: Specified property is invalid
[1]

# dedicated-cpu

$ t 'add dedicated-cpu; end; set ncpus=0; set ncpus=4-2; set ncpus=2-2; set importance=5; info; end; add dedicated-cpu; set cpu-shares=5; verify; clear cpu-shares; add capped-cpu; set ncpus=1; end; verify; remove capped-cpu; set pool=p; select dedicated-cpu; set cpus=0-3,8; end; clear ncpus; clear importance; end; info dedicated-cpu; remove dedicated-cpu'
ncpus not specified
ncpus: '0' is not a number of CPUs; write 2 or 2-4
ncpus: '4-2' is not a range of CPUs; write 2 or 2-4
dedicated-cpu:
	ncpus: 2
	importance: 5
The dedicated-cpu resource already exists.
rctl zone.cpu-shares and dedicated-cpu are incompatible.
Zone t failed to verify
t: Incompatible settings
rctl zone.cpu-cap and dedicated-cpu are incompatible.
Zone t failed to verify
t: Incompatible settings
set pool: Incompatible settings: the zone has a dedicated-cpu resource; remove it first
only one of ncpus, cpus, cores and sockets is possible
dedicated-cpu:
	cpus: 0-3,8
[1]

# capped-cpu

$ t 'add capped-cpu; end; set ncpus=0; set ncpus=x; set ncpus=.5; end; info capped-cpu; info rctl; select capped-cpu; set ncpus=2; end; info capped-cpu; add capped-cpu; remove capped-cpu; info capped-cpu; remove capped-cpu'
ncpus not specified
ncpus property is out of range.
ncpus property is out of range.
capped-cpu:
	[ncpus: 0.50]
rctl:
	name: zone.cpu-cap
	value: (priv=privileged,limit=50,action=deny)
capped-cpu:
	[ncpus: 2.00]
The capped-cpu resource already exists.
remove capped-cpu: No such resource type
[1]

# capped-memory

$ t 'add capped-memory; end; set physical=1023K; set swap=49M; set locked=2G; set physical=1G; end; set locked=100M; set swap=1.5G; set pagesize-policy=smallest-only; end; info capped-memory; clear physical; select capped-memory; clear physical; clear locked; end; info capped-memory; remove capped-memory; info rctl'
one of physical, swap or locked must be specified
physical value is too small.  It must be at least 1M.
swap value is too small.  It must be at least 50M.
The locked cap must be less than or equal to the physical cap.
capped-memory:
	physical: 1G
	[swap: 1.5G]
	[locked: 100M]
	pagesize-policy: smallest-only
clear physical: cannot clear a resource-specific property from the global scope; 'add' or 'select' the resource first
capped-memory:
	[swap: 1.5G]
	pagesize-policy: smallest-only
[1]

# admin

$ t 'add admin; end; set user=no-such; set user=root; set auths=login,manage; add auths clonefrom; remove auths login; info; end; add admin; set user=root; set auths=login; end; cancel; remove admin'
user not specified
auths not specified
user no-such is not a valid username
admin:
	user: root
	auths: manage,clonefrom
An admin resource with the user 'root' already exists.
[1]

# security-flags

$ t 'add security-flags; set lower=aslr; set default=noexecstack; set upper=fast; set upper=aslr,noexecstack; end; set default=aslr,noexecstack; end; info security-flags; remove security-flags'
upper: 'fast' is not one of 'aslr', 'forbidnullmap', 'noexecstack' or 'none'
default must hold all flags of lower
security-flags:
	lower: aslr
	default: aslr,noexecstack
	upper: aslr,noexecstack
[1]

# rootzpool, zpool, suspend

$ t 'add rootzpool; end; set storage=sdb; add storage dev:dsk/sdb; end; info rootzpool; remove rootzpool; add zpool; set name=p; set storage=[dev:dsk/sdc,file://host/x]; end; info zpool; remove zpool; add suspend; end; set path=/s; set storage=dev:dsk/sdd; end; clear path; end; info suspend; remove suspend'
storage not specified
storage: 'sdb' is not the place of a disk; write dev:dsk/NAME, file://HOST/PATH, lu:NAME, iscsi://... or nfs://...
rootzpool:
	storage: [dev:dsk/sdb]
zpool:
	name: p
	storage: [dev:dsk/sdc,file://host/x]
exactly one of path and storage must be specified
exactly one of path and storage must be specified
suspend:
	storage: dev:dsk/sdd
[1]

# What is kept and not acted upon is said by zoneadm verify, and by no commit.

$ t 'set autoshutdown=halt; set max-lwps=500; set max-processes=100; add suspend; set path=/s; end; add capped-memory; set swap=64M; set locked=1M; end; set fs-allowed=ext4; commit'
$ zoneadm -z t verify 2>&1 | grep kept
WARNING: autoshutdown is kept, but nothing here acts on it
WARNING: zone.max-processes is kept, but nothing here acts on it
WARNING: zone.max-locked-memory is kept, but nothing here acts on it
WARNING: suspend is kept, but nothing here acts on it
$ t 'remove suspend; clear autoshutdown; clear max-lwps; clear max-processes; clear fs-allowed; remove capped-memory'

$ zonecfg -z np 'create -b; set zonepath=/z/np; set ip-type=exclusive; add net; set physical=e0; add property (name=a,value=b); end'; zoneadm -z np verify 2>&1 | grep kept
WARNING: net: property is kept, but nothing here acts on it

# What belongs elsewhere says why.

$ for w in keysource virtual-cpu npiv ib-vhca verified-boot; do t "add $w"; done
add keysource: not here: keys of encrypted storage are given to the host, before the zone boots
add virtual-cpu: not here: it belongs to zones with a kernel of their own; these share the host's; use 'add capped-cpu' or 'add dedicated-cpu'
add npiv: not here: Fibre Channel ports are not divided between zones; hand the disk over with 'add device'
add ib-vhca: not here: InfiniBand adapters are not divided between zones; hand a link over with 'add net'
add verified-boot: not here: it belongs to zones with a kernel of their own; these share the host's
[1]
$ for w in tenant global-time host-compatible cpu-arch boot-disk-protection max-adi-metadata-memory; do t "set $w=x"; done
set tenant: not here: there is no elastic virtual switch here; use 'add anet' with lower-link=BRIDGE
set global-time: not here: no zone sets the machine's clock: it is every other zone's too
set host-compatible: not here: it belongs to zones with a kernel of their own; these share the host's
set cpu-arch: not here: it belongs to zones with a kernel of their own; these share the host's
set boot-disk-protection: not here: it belongs to zones with a kernel of their own; these share the host's
set max-adi-metadata-memory: not here: it limits a facility of SPARC processors
[1]
$ t 'create -X'
create -X: not here: configurations are no XML; 'zonecfg -z t -f FILE' takes commands, -j FILE JSON
[1]

# cpu-shares and the scheduling class.

$ t 'set cpu-shares=5; set scheduling-class=TS; verify; set scheduling-class=FSS; verify; clear cpu-shares; clear scheduling-class'
WARNING: rctl zone.cpu-shares and scheduling-class=TS are incompatible
Zone t failed to verify
t: Incompatible settings
[1]

# After all this nothing is left.

$ t export
create -b
set zonepath=/z/t
set autoboot=false
set ip-type=shared

# The global zone.

$ g() { zonecfg -z global "$@"; }
$ g 'set pool=p; set max-lwps=100; add capped-memory; set swap=60M; end; verify; set max-lwps=5000; select capped-memory; set swap=1G; end; add rctl; set name=zone.max-processes; add value (priv=privileged,limit=20000,action=deny); end; add dedicated-cpu; clear pool; add capped-cpu; set ncpus=3; end'
WARNING: max-lwps is so low that the machine may become unusable
swap value is too small.  It must be at least 100M for the global zone.
Zone global failed to verify
global: Specified property is invalid
add dedicated-cpu: Incompatible settings: the zone has a pool; 'clear pool' first
[1]
$ g info
zonename: global
pool: 
[max-lwps: 5000]
[max-processes: 20000]
capped-cpu:
	[ncpus: 3.00]
capped-memory:
	[swap: 1G]
rctl:
	name: zone.max-lwps
	value: (priv=privileged,limit=5000,action=deny)
rctl:
	name: zone.max-swap
	value: (priv=privileged,limit=1073741824,action=deny)
rctl:
	name: zone.max-processes
	value: (priv=privileged,limit=20000,action=deny)
rctl:
	name: zone.cpu-cap
	value: (priv=privileged,limit=300,action=deny)
$ g export
create -b
add rctl
set name=zone.max-lwps
add value (priv=privileged,limit=5000,action=deny)
end
add rctl
set name=zone.max-swap
add value (priv=privileged,limit=1073741824,action=deny)
end
add rctl
set name=zone.max-processes
add value (priv=privileged,limit=20000,action=deny)
end
add rctl
set name=zone.cpu-cap
add value (priv=privileged,limit=300,action=deny)
end
$ for p in zonepath=/x autoboot=true bootargs=x limitpriv=x hostid=1 brand=x ip-type=shared; do g "set $p"; done
zonepath is not a valid property for the global zone.
autoboot is not a valid property for the global zone.
bootargs is not a valid property for the global zone.
limitpriv is not a valid property for the global zone.
hostid is not a valid property for the global zone.
brand is not a valid property for the global zone.
ip-type is not a valid property for the global zone.
[1]
$ for r in fs net anet device attr dataset admin inherit-pkg-dir zpool; do g "add $r"; done
Cannot add a fs resource to the global zone.
Cannot add a net resource to the global zone.
Cannot add a anet resource to the global zone.
Cannot add a device resource to the global zone.
Cannot add a attr resource to the global zone.
Cannot add a dataset resource to the global zone.
Cannot add a admin resource to the global zone.
Cannot add a inherit-pkg-dir resource to the global zone.
Cannot add a zpool resource to the global zone.
[1]
$ zonecfg -z u 'create -t global'
global: No such zone configured
[1]

# A list in brackets is the one word of a property that keeps several in one.
$ zonecfg -z list 'create -b; set zonepath=/zones/list; set fs-allowed=[ufs,pcfs]; add admin; set user=root; set auths=[login,manage]; verify; end; info admin; info fs-allowed'
admin:
	user: root
	auths: login,manage
fs-allowed: ufs,pcfs

# What the zone has of its own, or mounts itself, is no fs resource.

$ zonecfg -z nofs 'create -b; set zonepath=/zones/nofs'; for t in proc mntfs autofs cachefs nfs nfs4; do zonecfg -z nofs "add fs; set dir=/a; set special=/b; set type=$t; end; commit"; done 2>&1 | grep type
fs /a: cannot mount file systems of type proc
fs /a: cannot mount file systems of type mntfs
fs /a: cannot mount file systems of type autofs
fs /a: cannot mount file systems of type cachefs
fs /a: cannot mount file systems of type nfs
fs /a: cannot mount file systems of type nfs4
