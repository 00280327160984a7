# What an installed zone does not let itself be done. (The state is set by hand
# here: nothing is installed.)

$ zonecfg -z t 'create; set zonepath=/z/t'
$ set_state() { sed -i "s/^state .*/state $1/; s/^uuid .*/uuid 1/" "$ZONES_ROOT/etc/zones/t.state"; }
$ set_state installed
$ zonecfg -z t set zonepath=/x
Zone t already installed; set zonepath not allowed.
$ zonecfg -z t info zonepath
zonepath: /z/t
$ zonecfg -z t 'set brand=lx; create -F; add inherit-pkg-dir; remove inherit-pkg-dir dir=/usr; set autoboot=true'
Zone t already installed; set brand not allowed.
Zone t already installed; create not allowed.
Zone t already installed; add inherit-pkg-dir not allowed.
Zone t already installed; remove inherit-pkg-dir not allowed.
$ zonecfg -z t info autoboot
autoboot: true
$ zonecfg -z t delete
Zone t not in configured state; delete not allowed.  Use -F to force delete.

# Below another root the files of an installed zone may have been moved.

$ zonecfg -z t set -F zonepath=/x; zonecfg -R "$ZONES_ROOT" -z t 'set zonepath=/x; set -F bootargs=-s'
set zonepath: -F is for the zonepath of a zone below another root, 'zonecfg -R ROOT'
Zone t already installed; set zonepath not allowed.
set bootargs: -F is for the zonepath of a zone below another root, 'zonecfg -R ROOT'
[1]
$ zonecfg -R "$ZONES_ROOT" -z t set -F zonepath=/x; zonecfg -z t info zonepath
zonepath: /x
$ zonecfg -R "$ZONES_ROOT" -z t set -F zonepath=/z/t

# A commit does not lose the state.

$ grep '^state\|^uuid' "$ZONES_ROOT/etc/zones/t.state"
state installed
uuid 1

# Renaming takes the state along, and the logs; the run directory goes.

$ mkdir -p "$ZONES_ROOT/var/log/zones" "$ZONES_ROOT/run/zones/t"
$ touch "$ZONES_ROOT/run/zones/t/sock"
$ for l in console log; do echo $l >"$ZONES_ROOT/var/log/zones/t.$l"; done
$ zonecfg -z t set zonename=u
$ ls "$ZONES_ROOT/etc/zones"
u.cfg
u.state
$ grep '^state\|^uuid' "$ZONES_ROOT/etc/zones/u.state"
state installed
uuid 1
$ zonecfg -z u info zonename
zonename: u
$ cat "$ZONES_ROOT"/var/log/zones/u.*
console
log
$ ls "$ZONES_ROOT/var/log/zones" "$ZONES_ROOT/run/zones" | grep -x 't\|t\..*'
[1]
$ zonecfg -z other 'create -b; set zonepath=/z/other'
$ zonecfg -z u set zonename=other
other: Zone name already in use
[1]
$ zonecfg -z u 'set zonename=../x'
../x: Bogus zone name
[1]
$ zonecfg -z u delete -F
$ ls "$ZONES_ROOT/var/log/zones" "$ZONES_ROOT/run/zones" | grep '^u'
[1]
$ zonecfg -z u info
u: No such zone configured
[1]
$ zonecfg -z u delete -F
u: No such zone configured
[1]

# A name that was free again starts afresh.

$ zonecfg -z u 'create -b; set zonepath=/z/u'; grep '^state' "$ZONES_ROOT/etc/zones/u.state"
state configured
$ zonecfg -z u 'delete -F; create -b; set zonepath=/z/u2'; zonecfg -z u info zonepath
zonepath: /z/u2

# An incomplete zone.

$ zonecfg -z u set zonename=t; set_state incomplete
$ zonecfg -z t 'set zonepath=/x; create; set zonename=w'
Zone t is incomplete; set zonepath not allowed.
Zone t is incomplete; create not allowed.
t: Zone state is invalid for the requested operation
[1]
$ zonecfg -z t delete -F

# Without a terminal nobody is asked, and nothing is done.

$ zonecfg -z other create
Zone other already exists and there is no terminal to ask on; use 'create -F'
[1]
$ zonecfg -z other 'set pool=a; delete'
delete is for good and there is no terminal to ask on; use 'delete -F'
[1]
$ zonecfg -z other 'set pool=a; revert; set autoboot=true'
revert forgets changes and there is no terminal to ask on; use 'revert -F'
[1]
$ zonecfg -z other 'info pool; info autoboot'
pool: 
autoboot: false
$ zonecfg -z other 'create -F -b; set zonepath=/z/new'
Zone other already exists; overwriting.
$ zonecfg -z other info zonepath
zonepath: /z/new

# A damaged file is said to be so, and can be replaced or deleted.

$ echo nonsense >>"$ZONES_ROOT/etc/zones/other.cfg"
$ zonecfg -z other info
line 5 of …/etc/zones/other.cfg: syntax error at 'nonsense'; 'help' lists the subcommands; mend the file, or 'zonecfg -z other delete -F'
[1]
$ : >"$ZONES_ROOT/etc/zones/other.cfg"
$ zonecfg -z other info
…/etc/zones/other.cfg: Empty document; mend the file, or 'zonecfg -z other delete -F'
[1]
$ zoneadm list -cp 2>&1 | grep other
zoneadm: other: …/etc/zones/other.cfg: Empty document; mend the file, or 'zonecfg -z other delete -F'
$ zonecfg -z other delete -F

# So is a damaged state: nobody guesses that there is no root.

$ zonecfg -z hurt 'create -b; set zonepath=/z/hurt'; echo garbage >"$ZONES_ROOT/etc/zones/hurt.state"
$ zoneadm -z hurt list -p
zoneadm: zone 'hurt': 'hurt.state' is damaged: it tells no state; 'zonecfg -z hurt delete -F' forgets the zone and leaves its files
[1]
$ zoneadm list -cp | grep hurt
zoneadm: hurt: 'hurt.state' is damaged: it tells no state; 'zonecfg -z hurt delete -F' forgets the zone and leaves its files
[1]
$ zonecfg -z hurt delete
Zone hurt not in configured state; delete not allowed.  Use -F to force delete.
$ zonecfg -z hurt delete -F; zoneadm -z hurt list
zoneadm: hurt: No such zone configured
[1]

# What was never saved is not there to be deleted, and with -F is not saved at
# the end either.

$ zonecfg -z fresh 'create -b; set zonepath=/z/fresh; delete -F'; zonecfg -z fresh info
fresh: No such zone configured
fresh: No such zone configured
[1]
$ zonecfg -z fresh 'create -b; set zonepath=/z/fresh; delete'; zonecfg -z fresh info zonepath; zonecfg -z fresh delete -F
fresh: No such zone configured
zonepath: /z/fresh

# The templates of Solaris 11; a zone that is called so is meant before them.

$ zonecfg -z eleven create -t SYSdefault; zonecfg -z eleven export
create -b
set zonepath=/system/zones/eleven
set autoboot=false
set ip-type=exclusive
add anet
set linkname=net0
set lower-link=auto
set configure-allowed-address=true
set link-protection=mac-nospoof
set mac-address=auto
end
$ zonecfg -z blank 'create -t SYSblank; set zonepath=/z/blank; export'
create -b
set zonepath=/z/blank
set autoboot=false
set ip-type=shared
$ zonecfg -z SYSdefault 'create -b; set zonepath=/z/SYS; set pool=own'; zonecfg -z twelve 'create -t SYSdefault; info pool; set zonepath=/z/twelve'
pool: own
$ zonecfg -z thirteen create -t SYSnone
SYSnone: No such zone configured
[1]

# What runs is kept of zones only.

$ zonecfg -z global -r info
zonecfg: nothing keeps what the global zone runs with
[1]
$ zonecfg -z global 'set cpu-shares=2'; zonecfg -z global -r info
zonecfg: nothing keeps what the global zone runs with
[1]
$ zonecfg -z global diff
diff: nothing keeps what the global zone runs with; 'diff ZONE' compares with another zone
[1]
