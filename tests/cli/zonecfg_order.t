# The order of info and of export, whatever the order in which it was typed.

$ cat >everything <<'END'
> create -b
> set zonepath=/z/all
> set ip-type=exclusive
> set brand=native
> set autoboot=true
> set bootargs="-m verbose"
> set file-mac-profile=strict
> set autoshutdown=halt
> set boot-priority=high
> set pool=web
> set limitpriv=default,!file_link_any
> set scheduling-class=FSS
> set hostid=cafe
> set fs-allowed=ext4
> set quota=1G
> set max-lwps=500
> set max-processes=600
> set max-shm-memory=1G
> set max-shm-ids=1
> set max-msg-ids=2
> set max-sem-ids=3
> set cpu-shares=4
> set zfs-io-priority=5
> add suspend; set path=/s; end
> add zpool; set name=zp; set storage=dev:dsk/b; end
> add rootzpool; set storage=dev:dsk/a; end
> add security-flags; set lower=aslr; set default=aslr,forbidnullmap,noexecstack; set upper=aslr,forbidnullmap,noexecstack; end
> add rctl; set name=zone.x-y; add value (priv=privileged,limit=1,action=none); end
> add admin; set user=root; set auths=login,manage; end
> add dataset; set name=tank/d; end
> add attr; set name=owner; set type=string; set value="two words"; end
> add capped-memory; set physical=512M; set swap=1G; set locked=100M; end
> add capped-cpu; set ncpus=1.5; end
> add device; set match=/dev/null; end
> add anet; set linkname=net0; end
> add net; set physical=e0; set allowed-address=10.0.0.2/24; set defrouter=10.0.0.1; end
> add fs; set dir=/a; set special=/b; set type=lofs; add options ro; add options nodevices; end
> add inherit-pkg-dir; set dir=/usr; end
> END
$ zonecfg -z all -f everything
$ zonecfg -z all info
zonename: all
zonepath: /z/all
brand: native
autoboot: true
bootargs: -m verbose
file-mac-profile: strict
autoshutdown: halt
boot-priority: high
pool: web
limitpriv: default,!file_link_any
scheduling-class: FSS
ip-type: exclusive
hostid: cafe
fs-allowed: ext4
quota: 1G
[max-lwps: 500]
[max-processes: 600]
[max-shm-memory: 1G]
[max-shm-ids: 1]
[max-msg-ids: 2]
[max-sem-ids: 3]
[cpu-shares: 4]
[zfs-io-priority: 5]
inherit-pkg-dir:
	dir: /usr
fs:
	dir: /a
	special: /b
	raw not specified
	type: lofs
	options: [ro,nodevices]
net:
	address not specified
	allowed-address: 10.0.0.2/24
	physical: e0
	defrouter: 10.0.0.1
anet:
	linkname: net0
	lower-link: auto
	allowed-address not specified
	configure-allowed-address: true
	defrouter not specified
	link-protection: mac-nospoof
	mac-address: auto
device:
	match: /dev/null
capped-cpu:
	[ncpus: 1.50]
capped-memory:
	physical: 512M
	[swap: 1G]
	[locked: 100M]
attr:
	name: owner
	type: string
	value: "two words"
dataset:
	name: tank/d
admin:
	user: root
	auths: login,manage
rctl:
	name: zone.max-lwps
	value: (priv=privileged,limit=500,action=deny)
rctl:
	name: zone.max-processes
	value: (priv=privileged,limit=600,action=deny)
rctl:
	name: zone.max-shm-memory
	value: (priv=privileged,limit=1073741824,action=deny)
rctl:
	name: zone.max-shm-ids
	value: (priv=privileged,limit=1,action=deny)
rctl:
	name: zone.max-msg-ids
	value: (priv=privileged,limit=2,action=deny)
rctl:
	name: zone.max-sem-ids
	value: (priv=privileged,limit=3,action=deny)
rctl:
	name: zone.cpu-shares
	value: (priv=privileged,limit=4,action=none)
rctl:
	name: zone.zfs-io-priority
	value: (priv=privileged,limit=5,action=none)
rctl:
	name: zone.x-y
	value: (priv=privileged,limit=1,action=none)
rctl:
	name: zone.max-swap
	value: (priv=privileged,limit=1073741824,action=deny)
rctl:
	name: zone.max-locked-memory
	value: (priv=privileged,limit=104857600,action=deny)
rctl:
	name: zone.cpu-cap
	value: (priv=privileged,limit=150,action=deny)
security-flags:
	lower: aslr
	default: aslr,forbidnullmap,noexecstack
	upper: aslr,forbidnullmap,noexecstack
rootzpool:
	storage: [dev:dsk/a]
zpool:
	name: zp
	storage: [dev:dsk/b]
suspend:
	path: /s
$ zonecfg -z all export
create -b
set zonepath=/z/all
set autoboot=true
set bootargs="-m verbose"
set file-mac-profile=strict
set autoshutdown=halt
set boot-priority=high
set pool=web
set limitpriv=default,!file_link_any
set scheduling-class=FSS
set ip-type=exclusive
set hostid=cafe
set fs-allowed=ext4
set quota=1G
add fs
set dir=/a
set special=/b
set type=lofs
add options ro
add options nodevices
end
add inherit-pkg-dir
set dir=/usr
end
add net
set allowed-address=10.0.0.2/24
set physical=e0
set defrouter=10.0.0.1
end
add anet
set linkname=net0
set lower-link=auto
set configure-allowed-address=true
set link-protection=mac-nospoof
set mac-address=auto
end
add device
set match=/dev/null
end
add capped-memory
set physical=512M
end
add rctl
set name=zone.max-lwps
add value (priv=privileged,limit=500,action=deny)
end
add rctl
set name=zone.max-processes
add value (priv=privileged,limit=600,action=deny)
end
add rctl
set name=zone.max-shm-memory
add value (priv=privileged,limit=1073741824,action=deny)
end
add rctl
set name=zone.max-shm-ids
add value (priv=privileged,limit=1,action=deny)
end
add rctl
set name=zone.max-msg-ids
add value (priv=privileged,limit=2,action=deny)
end
add rctl
set name=zone.max-sem-ids
add value (priv=privileged,limit=3,action=deny)
end
add rctl
set name=zone.cpu-shares
add value (priv=privileged,limit=4,action=none)
end
add rctl
set name=zone.zfs-io-priority
add value (priv=privileged,limit=5,action=none)
end
add rctl
set name=zone.x-y
add value (priv=privileged,limit=1,action=none)
end
add rctl
set name=zone.max-swap
add value (priv=privileged,limit=1073741824,action=deny)
end
add rctl
set name=zone.max-locked-memory
add value (priv=privileged,limit=104857600,action=deny)
end
add rctl
set name=zone.cpu-cap
add value (priv=privileged,limit=150,action=deny)
end
add attr
set name=owner
set type=string
set value="two words"
end
add dataset
set name=tank/d
end
add admin
set user=root
set auths=login,manage
end
add security-flags
set lower=aslr
set default=aslr,forbidnullmap,noexecstack
set upper=aslr,forbidnullmap,noexecstack
end
add rootzpool
add storage dev:dsk/a
end
add zpool
set name=zp
add storage dev:dsk/b
end
add suspend
set path=/s
end

# What an export makes is the same zone, and the same export.

$ zonecfg -z all export | zonecfg -z two -f -
two: No such zone configured
$ cmp <(zonecfg -z all export) <(zonecfg -z two export)
$ zonecfg -z two set zonepath=/z/two; diff <(zonecfg -z all info) <(zonecfg -z two info)
1,2c1,2
< zonename: all
< zonepath: /z/all
---
> zonename: two
> zonepath: /z/two
[1]

# dedicated-cpu stands before what it excludes.

$ zonecfg -z two 'clear pool; clear cpu-shares; remove capped-cpu; add dedicated-cpu; set importance=5; set ncpus=2-4; end; info' | grep -A 4 '^device\|^dedicated'
device:
	match: /dev/null
dedicated-cpu:
	ncpus: 2-4
	importance: 5
capped-memory:
	physical: 512M
$ zonecfg -z two export | grep -B 3 -A 10 '^add dataset'
set type=string
set value="two words"
end
add dataset
set name=tank/d
end
add dedicated-cpu
set ncpus=2-4
set importance=5
end
add admin
set user=root
set auths=login,manage
end

# Each property and resource by its name, and nothing where there is none.

$ for p in zonename zonepath brand autoboot bootargs file-mac-profile autoshutdown boot-priority pool limitpriv scheduling-class ip-type hostid fs-allowed quota max-lwps max-processes max-shm-memory max-shm-ids max-msg-ids max-sem-ids cpu-shares zfs-io-priority; do zonecfg -z all info $p; done | cmp - <(zonecfg -z all info | sed '/^[^ ]*:$/,$d')
$ for r in inherit-pkg-dir fs net anet device dedicated-cpu capped-cpu capped-memory attr dataset admin rctl security-flags rootzpool zpool suspend; do zonecfg -z all info $r; done | cmp - <(zonecfg -z all info | sed -n '/^[^ ]*:$/,$p')
$ zonecfg -z none 'create -b; set zonepath=/z/none'; for r in inherit-pkg-dir fs net anet device dedicated-cpu capped-cpu capped-memory attr dataset admin rctl security-flags rootzpool zpool suspend file-mac-profile autoshutdown boot-priority quota max-lwps cpu-shares; do zonecfg -z none info $r; done
file-mac-profile: none
autoshutdown: shutdown
boot-priority: default
quota: 

# What may be changed once the zone is installed.

$ sed -i "s/^state .*/state installed/; s/^uuid .*/uuid 12345678-1234-1234-1234-123456789abc/" "$ZONES_ROOT/etc/zones/two.state"
$ zonecfg -z two 'set ip-type=shared; set autoboot=false; set bootargs=x; set limitpriv=default; set scheduling-class=TS; set hostid=1; set fs-allowed=xfs; set file-mac-profile=none; set autoshutdown=shutdown; set boot-priority=low; set quota=2G; set max-lwps=600; remove net; remove anet; remove attr; remove security-flags'
$ zonecfg -z two 'info ip-type; info max-lwps; info boot-priority; info net; info attr'
ip-type: shared
[max-lwps: 600]
boot-priority: low
$ zonecfg -z two 'set brand=lx; set zonepath=/x; select inherit-pkg-dir dir=/usr; select rootzpool; add rootzpool; remove rootzpool; remove -F inherit-pkg-dir; clear zonepath'
Zone two already installed; set brand not allowed.
Zone two already installed; set zonepath not allowed.
Zone two already installed; select inherit-pkg-dir not allowed.
Zone two already installed; select rootzpool not allowed.
Zone two already installed; add rootzpool not allowed.
Zone two already installed; remove rootzpool not allowed.
Zone two already installed; remove inherit-pkg-dir not allowed.
zonepath: Clearing this property is not allowed
[1]

# By its unique identifier.

$ zonecfg -u 12345678-1234-1234-1234-123456789abc info zonename
zonename: two
$ zonecfg -u 12345678-1234-1234-1234-123456789abc -z two info zonename
zonecfg: exactly one of -z and -u is needed
usage: zonecfg [-R ROOT] -z ZONE | -u UUID
       zonecfg [-R ROOT] -z ZONE | -u UUID SUBCOMMAND [; SUBCOMMAND] ...
       zonecfg [-R ROOT] -z ZONE | -u UUID -f FILE | -f -
       zonecfg [-R ROOT] -z ZONE | -u UUID -j FILE | -j -
       zonecfg [-R ROOT] -z ZONE | -u UUID -r [SUBCOMMAND] ...
       zonecfg help [TOPIC]
[2]
$ zonecfg -u '' info
zonecfg: : No such zone configured
[1]
