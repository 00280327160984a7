# Each refusal, once, and nothing is saved by it.

$ zonecfg -z t 'create -b; set zonepath=/z/t'
$ cp "$ZONES_ROOT/etc/zones/t.cfg" before
$ zonecfg -z t 'selct fs; set; set a=b=c; set pool=(a=b; set options=[a,; add net "x"; frob'
syntax error at 'selct'; did you mean 'select'?
syntax error at the end of the command
usage: set [-F] PROPERTY=VALUE
syntax error at '='
usage: set [-F] PROPERTY=VALUE
syntax error at the end of the command
usage: set [-F] PROPERTY=VALUE
syntax error at the end of the command
usage: set [-F] PROPERTY=VALUE
The add PROPERTY VALUE command only makes sense in the resource scope.
syntax error at 'frob'; 'help' lists the subcommands
[1]
$ zonecfg -z t 'end; cancel; add net; create; commit; revert; verify; cancel'
The end command only makes sense in the resource scope.
The cancel command only makes sense in the resource scope.
The create command only makes sense in the global scope.
The commit command only makes sense in the global scope.
The revert command only makes sense in the global scope.  Use 'cancel' to leave the resource.
[1]
$ zonecfg -z t 'set autobot=true; set dir=/x; add foo; info anett; clear nothing; select nothing; select fs dirr=/x; remove net phisical=x'
set autobot: No such property type; did you mean 'autoboot'?
set dir: cannot set a resource-specific property from the global scope; 'add' or 'select' the resource first
add foo: No such resource type
info anett: No such property or resource type; did you mean 'anet'?
clear nothing: No such property type
select nothing: No such resource type
select dirr: No such property type; did you mean 'dir'?
remove phisical: No such property type; did you mean 'physical'?
[1]
$ zonecfg -z t 'set zonepath=z; set zonepath=/; set zonepath=""; clear zonepath; clear brand'
z is not an absolute path.
/ is not allowed as a zonepath.
zonepath cannot be empty.
zonepath: Clearing this property is not allowed
brand: Clearing this property is not allowed
[1]
$ zonecfg -z t 'set ip-type=both; set pool=SUNWx; set hostid=123456789; set limitpriv="default,a b"; set max-lwps=5; clear cpu-shares'
ip-type value must be 'shared' or 'exclusive'.
pool names starting with SUNW are reserved.
hostid string is too large: 123456789
limitpriv: invalid privilege: a b
max-lwps property is out of range.
clear cpu-shares: No such entry
[1]
$ zonecfg -z t 'add net; set address=10.0.0.300; set address=fe80::1; set address=10.0.0.1/99; set physical=e0; set address=10.0.0.1; end; add net; set physical=e0; set address=10.0.0.1; end; cancel; remove net'
10.0.0.300: bogus host name or network address syntax; write 192.0.2.7/24, 2001:db8::7/64 or a host name
fe80::1: IPv6 addresses require /prefix-length suffix.
10.0.0.1/99: IPv4 prefix lengths must be 0 - 32.
A net resource with the address '10.0.0.1', and physical 'e0' already exists.
[1]
$ zonecfg -z t 'add fs; set dir=a; set dir=/a; end; cancel; remove fs; remove capped-cpu; remove fs dir=/a; select fs dir=/a'
dir a is not an absolute path.
special not specified
type not specified
remove fs: No such entry
remove capped-cpu: No such resource type
remove fs: No such resource with that id
select fs: No such resource with that id
[1]
$ zonecfg -z t 'add capped-memory; end; set physical=1K; set swap=1M; set physical=1M; set locked=2M; end; cancel'
one of physical, swap or locked must be specified
physical value is too small.  It must be at least 1M.
swap value is too small.  It must be at least 50M.
The locked cap must be less than or equal to the physical cap.
[1]
$ zonecfg -z t 'add attr; set name=-a; set type=float; set name=a; set type=int; set value=x; end; cancel; add rctl; set name=max-lwps; set name=zone.max-lwps; add value (priv=privileged,limit=1); add value 5; cancel'
Invalid attr name -a: it must start with a letter or digit, and hold letters, digits, '-', '_' and '.' only
invalid attr type 'float'
invalid attr value for type=int
'max-lwps' is not a valid zone rctl name.
Invalid rctl value specification; write (priv=privileged,limit=N,action=deny)
Invalid rctl value specification; write (priv=privileged,limit=N,action=deny)
[1]
$ zonecfg -z t 'add rctl; set name=zone.max-lwps; add value (priv=privileged,limit=1,action=none); end; set max-lwps=500; remove rctl'
max-lwps: An incompatible rctl already exists for this property
[1]
$ zonecfg -z t 'set limitpriv=default,sys_time'
limitpriv: privilege "sys_time" is not permitted within the zone's privilege set (prohibited: there is one clock for the machine)
Zone t failed to verify
t: Specified privilege is prohibited
Configuration not saved.
[1]
$ zonecfg -z t 'set limitpriv="default,nosuch,!proc_fork"'
limitpriv: unknown privilege "nosuch" specified in the zone's privilege set (unknown: 'ppriv -l' lists them)
Zone t failed to verify
t: Specified privilege is unknown
Configuration not saved.
[1]
$ zonecfg -z t 'set limitpriv=default,!net_rawacess'
limitpriv: unknown privilege "net_rawacess" specified in the zone's privilege set (unknown: did you mean 'net_rawaccess'? 'ppriv -l' lists them)
Zone t failed to verify
t: Specified privilege is unknown
Configuration not saved.
[1]
$ zonecfg -z t 'ste pool=x; set polo=x; info atrt'
syntax error at 'ste'; did you mean 'set'?
set polo: No such property type; did you mean 'pool'?
info atrt: No such property or resource type; did you mean 'attr'?
[1]
$ zonecfg -z t 'set limitpriv="default,!proc_fork"'
limitpriv: required privilege "proc_fork" is missing from the zone's privilege set (required: no zone works without it)
Zone t failed to verify
t: Required privilege is missing
Configuration not saved.
[1]
$ zonecfg -z t 'add admin; set user=no-such-user; set auths=fly; cancel'
user no-such-user is not a valid username
auths: 'fly' is not one of 'login', 'manage', 'clonefrom', 'clone', 'config' or 'liveconfig'
[1]
$ zonecfg -z t 'set pool=a; add dedicated-cpu; clear pool; add dedicated-cpu; set ncpus=1; end; set pool=a; add dedicated-cpu; remove dedicated-cpu'
add dedicated-cpu: Incompatible settings: the zone has a pool; 'clear pool' first
set pool: Incompatible settings: the zone has a dedicated-cpu resource; remove it first
The dedicated-cpu resource already exists.
[1]
$ zonecfg -z t 'add device; set match=/dev/a; end; add device; set match=/dev/b; end; remove device; remove -F device'
remove device: there are 2 of them; say which (PROPERTY=VALUE), or use 'remove -F device'
[1]
$ zonecfg -z t "set bootargs=\"$(printf 'a\033[2Jb')\""
bootargs: 'a\x1B[2Jb' holds control characters or is not UTF-8
[1]
$ cmp before "$ZONES_ROOT/etc/zones/t.cfg"
$ zonecfg -z t 'export -f /nonexistent/x'
export: cannot write '/nonexistent/x': No such file or directory
[1]
$ zonecfg -z t 'export -f x'; cmp x before

# One that somebody else could have written is not believed.

$ chmod g+w "$ZONES_ROOT/etc/zones/t.cfg"; zonecfg -z t info
'…/t.cfg' can be written by others than root; run 'chown 0 …
[1]

# One address of one link, one way of one port.

$ zonecfg -z n 'create -b; set zonepath=/z/n; add net; set physical=e0; set address=10.0.0.5/24; end; add net; set physical=e0; set address=10.0.0.5/25; end; verify'
net: address 10.0.0.5/25 is that of another net of this zone too
Zone n failed to verify
n: Specified property is invalid
net: address 10.0.0.5/25 is that of another net of this zone too
Zone n failed to verify
n: Specified property is invalid
Configuration not saved.
[1]
$ zonecfg -z n 'create -b; set zonepath=/z/n; set ip-type=exclusive; add anet; set mac-address=1:0:0:0:0:1; set port-forward=80,80/udp,8080:80; end; verify; add anet; set port-forward=80:81,81:80; end'
mac-address: '1:0:0:0:0:1' is not the address of one link: it is that of a group, its first octet is odd
anet: port-forward 80:81: port 80/tcp of the global zone leads elsewhere already
Zone n failed to verify
n: Specified property is invalid
Configuration not saved.
[1]

# What a file holds does not reach the terminal but as text.

$ zonecfg -z w 'create -b; set zonepath=/z/w'; printf 'info \033x\007\n' >f; zonecfg -z w -f f
On line 1 of f:
info \x1Bx\x07: No such property or resource type
[1]
$ zonecfg -z w "$(printf 'add \033x')"; zlogin "$(printf 'a\033[2J')" true
add \x1Bx: No such resource type
zlogin: zone 'a\x1B[2J' unknown
[1]
$ zonecfg -z w 'export -f /dev/full'
export: cannot write '/dev/full': No space left on device
[1]

# What some editors put in front of UTF-8 is no part of the text.

$ printf '\357\273\277create -b\nset zonepath=/z/bom\n' >f; zonecfg -z bom -f f; zonecfg -z bom info zonepath
zonepath: /z/bom
$ zonecfg -z bom2 <f 2>/dev/null; zonecfg -z bom2 info zonepath
zonepath: /z/bom
$ (printf '\357\273\277'; zonecfg -z bom export --json) >j; zonecfg -z bom2 delete -F; sed -i s/bom/bom2/ j; zonecfg -z bom2 -j j; zonecfg -z bom2 info zonepath
zonepath: /z/bom2
$ printf 'create -b\nset zonepath=/z/n\0ul\n' >f; zonecfg -z nul -f f 2>&1 | head -n 2
On line 2 of f:
syntax error at '\x00'

# What cannot be saved: which zone, where, and why; the old one stays.

$ zonecfg -z full 'create -b; set zonepath=/z/full; set pool=old'
$ (trap '' XFSZ; ulimit -f 0; zonecfg -z full set pool=new) 2>&1 | cat
zone 'full': could not save in '…/etc/zones': '.full.cfg.new': write: File too large
Configuration not saved.
$ zonecfg -z full info pool; ls -A "$ZONES_ROOT/etc/zones" | grep new
pool: old
[1]
