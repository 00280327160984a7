# The rows of the language that no other transcript holds.
$ zonecfg -z t 'create -b; set zonepath=/z/t'
$ t() { zonecfg -z t "$@"; }

# Words, quotes, comments and values.

$ t 'set bootargs="a'
syntax error at '"a'
usage: set [-F] PROPERTY=VALUE
[1]
$ t 'add attr; set name=a"b"; set type=string; set value="x""y"; info; cancel'
syntax error at 'b'
usage: set [-F] PROPERTY=VALUE
syntax error at 'y'
usage: set [-F] PROPERTY=VALUE
attr:
	name not specified
	type: string
	value not specified
[1]

# Nothing behind the "=" is an empty value.

$ t 'set pool=p; set bootargs=-s; set pool=; info pool; set bootargs = ; info bootargs'
pool: 
bootargs: 
$ t set fs-allowed = ';' info fs-allowed
fs-allowed: 
$ printf 'set pool=p\nset pool=\ninfo pool\nset pool=' | zonecfg -z t -f -
pool: 
$ t 'set zonepath=; set autoboot=; set brand='
zonepath cannot be empty.
autoboot cannot be empty.
brand cannot be empty.
[1]
$ t 'add fs; set options=[ro,nosuid]; set options=; set raw=; info; cancel'
fs:
	dir not specified
	special not specified
	raw not specified
	type not specified
	options: []
$ t 'remove fs dir=; info fs dir='
syntax error at the end of the command
usage: remove [-F] RESOURCE [PROPERTY=VALUE ...] | remove PROPERTY VALUE
syntax error at the end of the command
usage: info [-v] [--json] [RESOURCE [PROPERTY=VALUE ...] | PROPERTY]
[1]

$ t 'info fs dir=/a special=/b type=lofs raw=/c'
syntax error at 'raw'
usage: info [-v] [--json] [RESOURCE [PROPERTY=VALUE ...] | PROPERTY]
[1]
$ t 'set bootargs=a#b; info bootargs'
bootargs: a#b
$ printf 'info zonepath # no comment\n# a comment; info pool\n  # another\ninfo pool\n' | zonecfg -z t -f -
On line 1:
syntax error at 'no'
usage: info [-v] [--json] [RESOURCE [PROPERTY=VALUE ...] | PROPERTY]
pool: 
[1]
$ t 'add rctl; set name=zone.max-lwps; add value ( priv = privileged , limit = 200 , action = deny ); end; info max-lwps; remove rctl name=zone.max-lwps'
[max-lwps: 200]
$ t 'add rctl; set name=zone.x; set value=[(priv=privileged,limit=1,action=deny),(priv=privileged,limit=2,action=none)]; end; info rctl; export; remove rctl'
rctl:
	name: zone.x
	value: (priv=privileged,limit=1,action=deny)
	value: (priv=privileged,limit=2,action=none)
create -b
set zonepath=/z/t
set autoboot=false
set bootargs=a#b
set ip-type=shared
add rctl
set name=zone.x
add value (priv=privileged,limit=1,action=deny)
add value (priv=privileged,limit=2,action=none)
end
$ t 'INFO zonepath'; t 'info ZONEPATH'; t 'set Pool=x'; t 'set autoboot=TRUE'
syntax error at 'INFO'; did you mean 'info'?
info ZONEPATH: No such property or resource type; did you mean 'zonepath'?
set Pool: No such property type; did you mean 'pool'?
autoboot value must be 'true' or 'false'.  Did you mean 'true'?
[1]
$ t 'info zonepath;; ; info pool;'
zonepath: /z/t
pool: 

# Subcommands: what is matched, options and words that they do not have, scopes.

$ t 'add fs; set dir=/a; set special=/x; set type=lofs; end; add fs; set dir=/b; set special=/x; set type=lofs; end; select fs special=/x; select fs dir=/c; select fs; remove fs special=/x dir=/b; info fs'
select fs: Insufficient specification
select fs: No such resource with that id
select fs: Insufficient specification
fs:
	dir: /a
	special: /x
	raw not specified
	type: lofs
	options: []
[1]
$ t 'select fs dir=/a; clear dir; clear special; clear raw; add options ro; add options nodev; remove options rw; remove options ro; info; end'
dir: Clearing this property is not allowed
special: Clearing this property is not allowed
remove options: No such property with that id
fs:
	dir: /a
	special: /x
	raw not specified
	type: lofs
	options: [nodev]
[1]
$ t 'info fs dir=/zzz; info net physical=x; info fs nosuch=1; info max-lwps; info nosuch'
No such fs resource.
No such net resource.
info nosuch: No such property type
info nosuch: No such property or resource type
[1]
$ t '?' | head -n 2
Subcommands:
  add      start a new resource, or add a value to a property that has several
$ t 'create -q'; t 'create x'; t 'delete x'; t 'commit now'; t 'add fs; end x; cancel'; t 'verify -F'; t 'exit -q'; t 'revert x'; t 'cancel'; t 'end'; t 'export -q'
syntax error at '-q'
usage: create [-F] [-b | -t TEMPLATE | -a PATH]
syntax error at 'x'
usage: create [-F] [-b | -t TEMPLATE | -a PATH]
syntax error at 'x'
usage: delete [-F]
syntax error at 'now'
usage: commit
syntax error at 'x'
usage: end
syntax error at '-F'
usage: verify
syntax error at '-q'
usage: exit [-F]
syntax error at 'x'
usage: revert [-F]
The cancel command only makes sense in the resource scope.
The end command only makes sense in the resource scope.
syntax error at '-q'
usage: export [--json] [-f FILE]
[1]
$ t 'add fs; revert; create; commit; delete; exit; verify; cancel'
The revert command only makes sense in the global scope.  Use 'cancel' to leave the resource.
The create command only makes sense in the global scope.
The commit command only makes sense in the global scope.
The delete command only makes sense in the global scope.
Resource incomplete.
[1]
$ t 'add nosuch; add fs; add nosuch x; set nosuch=1; clear nosuch; cancel; clear nosuch; clear zonepath; clear zonename; clear brand; clear max-lwps'
add nosuch: No such resource type
add nosuch: No such property type
set nosuch: No such property type
clear nosuch: No such property type
clear nosuch: No such property type
zonepath: Clearing this property is not allowed
zonename: Clearing this property is not allowed
brand: Clearing this property is not allowed
clear max-lwps: No such entry
[1]

# remove, revert, create and ends of input, where nobody can be asked.

$ t 'remove fs type=lofs'; t 'remove -F fs type=lofs; info fs'; t 'remove fs'; t 'remove capped-cpu; remove capped-memory; remove fs dir=/a; remove nosuch'
remove fs: No such resource with that id
remove fs: No such entry
remove capped-cpu: No such resource type
remove capped-memory: No such resource type
remove fs: No such resource with that id
remove nosuch: No such resource type
[1]
$ t revert; zonecfg -z new 'create -b; revert -F'; zonecfg -z new revert
No changes to revert.
new: no such saved zone to revert to.
zonepath not specified
Zone new failed to verify
new: Required resource missing
Configuration not saved.
No changes to revert.
$ t 'create -t nosuch'; t 'create -a /nonexistent'
Zone t already exists and there is no terminal to ask on; use 'create -F'
Zone t already exists and there is no terminal to ask on; use 'create -F'
[1]
$ printf 'add fs\nset dir=/q\n' | zonecfg -z t; t 'info fs'
Resource incomplete.
$ printf 'set pool=q\nadd fs\nset dir=/q\n' | zonecfg -z t -f -; t 'info pool'
Resource incomplete.
pool: 

# Bounds and spellings of global properties.

$ t 'set zfs-io-priority=16385; set zfs-io-priority=16384; clear zfs-io-priority; set cpu-shares=65536; set cpu-shares=0; clear cpu-shares; set max-lwps=99; set max-lwps=-1; set max-lwps=1e3; set max-processes=99; set max-msg-ids=0; clear max-msg-ids; clear max-msg-ids'
zfs-io-priority property is out of range.
cpu-shares property is out of range.
max-lwps property is out of range.
max-lwps: '-1' is not a number
max-lwps: '1e3' is not a number
max-processes property is out of range.
clear max-msg-ids: No such entry
[1]
$ t 'set max-shm-memory=1.5g; info max-shm-memory; set max-shm-memory=1023; info max-shm-memory; set max-shm-memory=1K; info max-shm-memory; set max-shm-memory=10240M; info max-shm-memory; set max-shm-memory=x; set max-shm-memory=5Q; set max-shm-memory=1.; clear max-shm-memory'
[max-shm-memory: 1.5G]
[max-shm-memory: 1023]
[max-shm-memory: 1K]
[max-shm-memory: 10G]
max-shm-memory: 'x' is not a size; write it like 512M or 1.5G
max-shm-memory: '5Q' is not a size; write it like 512M or 1.5G
max-shm-memory: '1.' is not a size; write it like 512M or 1.5G
[1]
$ t 'set limitpriv=sys_mount,default; verify'; t 'set hostid=0xffffffff; set hostid=123456789; set hostid=0xFFFFFFFE; info hostid; set hostid=zz; clear hostid'
limitpriv: unknown privilege "default" specified in the zone's privilege set (unknown: 'ppriv -l' lists them)
Zone t failed to verify
t: Specified privilege is unknown
limitpriv: unknown privilege "default" specified in the zone's privilege set (unknown: 'ppriv -l' lists them)
Zone t failed to verify
t: Specified privilege is unknown
Configuration not saved.
hostid string is too large: 0xffffffff
hostid string is too large: 123456789
hostid: 0xFFFFFFFE
hostid: 'zz' is not a hexadecimal number
[1]
$ t 'set zonepath=/; set zonepath=rel; set zonepath=/z//t/; info zonepath; set zonepath=""; set brand=nosuch; set brand=""'
/ is not allowed as a zonepath.
rel is not an absolute path.
zonepath: /z/t
zonepath cannot be empty.
brand cannot be empty.
[1]
$ t 'set scheduling-class=XX; set file-mac-profile=soft; set ip-type=both; set autoshutdown=never; set boot-priority=top; set fs-allowed=-ufs,pcfs; info fs-allowed; clear fs-allowed'
scheduling-class value must be 'TS', 'FSS', 'FX', 'IA', 'RT' or 'SDC'.
file-mac-profile value must be 'none', 'strict', 'fixed-configuration', 'flexible-configuration' or 'dynamic-zones'.
ip-type value must be 'shared' or 'exclusive'.
autoshutdown value must be 'shutdown', 'halt' or 'suspend'.
boot-priority value must be 'high', 'default' or 'low'.
fs-allowed: -ufs,pcfs
[1]

# Bounds of resources.

$ t 'add dedicated-cpu; set ncpus=0; set ncpus=3-2; set ncpus=1-2; set cores=0; set sockets=1; end; clear ncpus; clear sockets; info; end; info dedicated-cpu; remove dedicated-cpu'
ncpus: '0' is not a number of CPUs; write 2 or 2-4
ncpus: '3-2' is not a range of CPUs; write 2 or 2-4
only one of ncpus, cpus, cores and sockets is possible
dedicated-cpu:
	cores: 0
dedicated-cpu:
	cores: 0
[1]
$ t 'add attr; set name=a; set type=string; set value=""; info; end; add attr; set name=1.x-y_z; set type=boolean; set value=yes; end; set value=true; end; info attr; remove -F attr'
value cannot be empty.
attr:
	name: a
	type: string
	value not specified
value not specified
The add RESOURCE command only makes sense in the global scope.
invalid attr value for type=boolean
attr:
	name: 1.x-y_z
	type: boolean
	value: true
[1]
$ t 'set ip-type=exclusive; add anet; info; set bwshare=0; set bwshare=101; set vlan-id=0; set vlan-id=4095; set mtu=67; set lro=maybe; set priority=urgent; set cos=8; set link-protection=mac; set mac-address=xx; set mac-address=random; set linkname=a:b; cancel; clear ip-type'
anet:
	linkname not specified
	lower-link: auto
	allowed-address not specified
	configure-allowed-address: true
	defrouter not specified
	link-protection: mac-nospoof
	mac-address: auto
bwshare property is out of range.
bwshare property is out of range.
vlan-id property is out of range.
vlan-id property is out of range.
mtu property is out of range.
lro value must be 'on', 'off' or 'auto'.
priority value must be 'low', 'medium' or 'high'.
cos property is out of range.
link-protection: 'mac' is not one of 'mac-nospoof', 'ip-nospoof', 'dhcp-nospoof', 'restricted' or 'none'
mac-address: 'xx' is not a hardware address; write it like 2:8:20:1:2:3
[1]
$ t 'add capped-cpu; set ncpus=0; set ncpus=0.001; set ncpus=x; set ncpus=1.234; info; end; info capped-cpu; add capped-cpu; remove capped-cpu'
ncpus property is out of range.
ncpus property is out of range.
ncpus property is out of range.
ncpus property is out of range.
capped-cpu:
ncpus not specified
The add RESOURCE command only makes sense in the global scope.
The remove RESOURCE command only makes sense in the global scope.
Resource incomplete.
[1]
