# zoneadm - what it says without any zone installed: list, refusals, usage.

$ zoneadm list
global

$ zoneadm list -cv
  ID NAME             STATUS     PATH                           BRAND    IP    
   0 global           running    /                              native   shared

$ zoneadm list -cp
0:global:running:/::native:shared

$ zoneadm nosuch
zoneadm: nosuch: unknown subcommand
usage: zoneadm [-z zone | -u uuid] [-R root] subcommand [option ...]
	help [subcommand]
	boot [-sfw] [-i path] [-- boot_arguments]
	halt
	ready
	shutdown [-r [-- boot_arguments]]
	reboot [-- boot_arguments]
	upgrade
	list [-cinpsv] [--json]
	verify
	install [-v] [-s [image]] [-a archive | -d directory] [-u | -p] [-x nodataset | -x backend=name] [--unsigned]
	clone [-m copy] [-s snapshot] [-p] [--live] source
	snapshot create [--live] [name] | list [-p | --json] | rollback name | destroy name | diff [--json] name
	uninstall [-F]
	move path
	detach [-nF]
	attach [-F | -n manifest] [-uU]
	migrate [-nkq] [--abandon] [-F] [ssh://[user@]host[:port]]
	receive
	mark incomplete
	mount [-f]
	unmount
	doctor [--memory] [--json]
[2]

$ zoneadm -z nosuch list
zoneadm: nosuch: No such zone configured
[1]

$ zoneadm -z nosuch boot
zoneadm: nosuch: No such zone configured
[1]

$ zoneadm -z nosuch nosuch
zoneadm: nosuch: No such zone configured
[1]

# A zone name that is a path is the name of no zone; nothing is made for it.

$ zoneadm -z ../etc boot
zoneadm: ../etc: No such zone configured
[1]

$ zoneadm -z /etc/zones/web halt
zoneadm: /etc/zones/web: No such zone configured
[1]

$ zoneadm -z "" list
zoneadm: : No such zone configured
[1]

$ zoneadm -z $'we\033b' list
zoneadm: we\x1Bb: No such zone configured
[1]

$ ls root

# A configured zone.

$ zonecfg -z web 'create -b; set zonepath=/zones/web'

$ zonecfg -z b.x 'create -b; set zonepath=/zones/b; set ip-type=exclusive'

$ zoneadm list
global

$ zoneadm list -i
global

$ zoneadm list -c
global
b.x
web

$ zoneadm list -ci
global
b.x
web

$ zoneadm list -cn
b.x
web

$ zoneadm list -cp
0:global:running:/::native:shared
-:b.x:configured:/zones/b::native:excl
-:web:configured:/zones/web::native:shared

$ zoneadm list -cpn
-:b.x:configured:/zones/b::native:excl:3
-:web:configured:/zones/web::native:shared:2

$ zoneadm list -cv
  ID NAME             STATUS     PATH                           BRAND    IP    
   0 global           running    /                              native   shared
   - b.x              configured /zones/b                       native   excl  
   - web              configured /zones/web                     native   shared

$ zoneadm list -cnv
  ID NAME             STATUS     PATH                           BRAND    IP    
   - b.x              configured /zones/b                       native   excl  
   - web              configured /zones/web                     native   shared

$ zoneadm -z web list
web

$ zoneadm -z web list -p
-:web:configured:/zones/web::native:shared

$ zoneadm -z web list -v
  ID NAME             STATUS     PATH                           BRAND    IP    
   - web              configured /zones/web                     native   shared

$ zoneadm -z global list -p
0:global:running:/::native:shared

$ zoneadm list -cn --json
[
  {
    "id": null,
    "name": "b.x",
    "state": "configured",
    "zonepath": "/zones/b",
    "uuid": null,
    "brand": "native",
    "ip-type": "exclusive",
    "debug-id": 3,
    "backend": null,
    "quota": null,
    "signed-by": null
  },
  {
    "id": null,
    "name": "web",
    "state": "configured",
    "zonepath": "/zones/web",
    "uuid": null,
    "brand": "native",
    "ip-type": "shared",
    "debug-id": 2,
    "backend": null,
    "quota": null,
    "signed-by": null
  }
]

$ env -i "$(command -v zoneadm)" -R "$ZONES_ROOT" list -cip
0:global:running:/::native:shared
-:b.x:configured:/zones/b::native:excl
-:web:configured:/zones/web::native:shared

$ zoneadm -R "$PWD/other" list -c
zoneadm: root directory '…/other' is not a directory
[2]

$ mkdir other; zoneadm -R "$PWD/other" list -c
global

$ zoneadm -R other list
zoneadm: root directory 'other' is not an absolute path
[2]

$ zoneadm -z web list -c
zoneadm: list -c and -i do not go with a zone.
usage: zoneadm [-z zone] list [-cinpsv] [--json]
[2]

$ zoneadm -z web list -pv
zoneadm: zone 'web': list -p and -v are mutually exclusive.
[1]

$ zoneadm list -pv
zoneadm: list -p and -v are mutually exclusive.
[1]

$ zoneadm list -cs
NAME             STATUS           AUXILIARY STATE
global           running          -
b.x              configured       -
web              configured       -

$ zoneadm list -sp
zoneadm: list -s goes with none of -p, -v and --json.
usage: zoneadm [-z zone] list [-cinpsv] [--json]
[2]

$ zoneadm list --jsn
zoneadm: list: no option --jsn; did you mean '--json'?
usage: zoneadm [-z zone] list [-cinpsv] [--json]
[2]

$ zoneadm list -V
zoneadm: list: no option -V; did you mean '-v'?
usage: zoneadm [-z zone] list [-cinpsv] [--json]
[2]

$ zoneadm isntall
zoneadm: isntall: unknown subcommand; did you mean 'install'?
usage: zoneadm [-z zone | -u uuid] [-R root] subcommand [option ...]
…
[2]

$ zoneadm list --json -p
zoneadm: list --json goes with neither -p nor -v.
usage: zoneadm [-z zone] list [-cinpsv] [--json]
[2]

$ zoneadm list web
zoneadm: list: 'web' is too much
usage: zoneadm [-z zone] list [-cinpsv] [--json]
[2]

$ zoneadm list -x
zoneadm: list: no option -x
usage: zoneadm [-z zone] list [-cinpsv] [--json]
[2]

# States: what a configured zone refuses.

$ zoneadm -z web boot
zoneadm: zone 'web': must be installed before boot.
[1]

$ zoneadm -z web boot -f
zoneadm: zone 'web': must be incomplete before boot.
[1]

$ zoneadm -z web ready
zoneadm: zone 'web': must be installed before ready.
[1]

$ zoneadm -z web halt
zoneadm: zone 'web': cannot manage a zone which is in state 'configured'
zoneadm: zone 'web': call to zoneadmd failed
[1]

$ zoneadm -z web shutdown
zoneadm: zone 'web': not running
[1]

$ zoneadm -z web reboot
zoneadm: zone 'web': not running
[1]

$ zoneadm -z web uninstall -F
zoneadm: zone 'web': is already in state 'configured'.
[1]

$ zoneadm -z web mark incomplete
zoneadm: zone 'web': mark operation is invalid for zones in state 'configured'
[1]

$ zoneadm -z web mount
zoneadm: zone 'web': must be installed before mount.
[1]

$ zoneadm -z web unmount
zoneadm: zone 'web': must be mounted before unmount.
[1]

$ zoneadm -z web list -p
-:web:configured:/zones/web::native:shared

# No zone, the global zone, reserved names.

$ zoneadm boot
zoneadm: no zone specified
[1]

$ zoneadm -z global boot
zoneadm: zone 'global': boot operation is invalid for the global zone.
[1]

$ zoneadm -z SUNWx boot
zoneadm: zone 'SUNWx': boot operation is invalid for zones starting with SUNW.
[1]

$ zoneadm -z SUNWx list
zoneadm: SUNWx: No such zone configured
[1]

# Usage.

$ zoneadm -z web mark running
zoneadm: mark: the only state to mark is 'incomplete'
usage: zoneadm -z zone mark incomplete
[2]

$ zoneadm help boot
usage: zoneadm -z zone boot [-sfw] [-i path] [-- boot_arguments]
Start the zone's init; a zone that is not ready is made ready.

# A wrong call is wrong in every state: nothing of the zone is told before it.

$ for c in boot halt ready shutdown reboot upgrade verify install clone uninstall mount unmount; do zoneadm -z web $c -? 2>&1 | head -n 1; done
zoneadm: boot: no option -?
zoneadm: halt: no option -?
zoneadm: ready: no option -?
zoneadm: shutdown: no option -?
zoneadm: reboot: no option -?
zoneadm: upgrade: no option -?
zoneadm: verify: no option -?
zoneadm: install: no option -?
zoneadm: clone: no option -?
zoneadm: uninstall: no option -?
zoneadm: mount: no option -?
zoneadm: unmount: no option -?
$ zoneadm -z web shutdown -x
zoneadm: shutdown: no option -x
usage: zoneadm -z zone shutdown [-r [-- boot_arguments]]
[2]
$ zoneadm -z web shutdown now 2>&1 | head -n 1
zoneadm: shutdown: boot arguments need -r
$ for c in halt ready upgrade verify install uninstall mount unmount list doctor; do zoneadm -z web $c x 2>&1 | head -n 1; done
zoneadm: halt: 'x' is too much
zoneadm: ready: 'x' is too much
zoneadm: upgrade: 'x' is too much
zoneadm: verify: 'x' is too much
zoneadm: install: 'x' is too much
zoneadm: uninstall: 'x' is too much
zoneadm: mount: 'x' is too much
zoneadm: unmount: 'x' is too much
zoneadm: list: 'x' is too much
zoneadm: doctor: 'x' is too much
$ zoneadm -z web boot -i; zoneadm -z web install -a
zoneadm: boot: option -i needs an argument
usage: zoneadm -z zone boot [-sfw] [-i path] [-- boot_arguments]
zoneadm: install: option -a needs an argument
usage: zoneadm -z zone install …
[2]
$ zoneadm -z web clone 2>&1 | head -n 1; zoneadm -z web snapshot 2>&1 | head -n 1
zoneadm: clone: no source zone is given
zoneadm: snapshot: create, list, rollback, destroy or diff?
$ zoneadm -z web mark 2>&1 | head -n 1; zoneadm -z web mark -F incomplete 2>&1 | head -n 1
zoneadm: mark: the only state to mark is 'incomplete'
zoneadm: mark: not here: -F: the tools keep the state; 'attach -F' takes a root unseen, 'uninstall -F' removes any

# A word that is nearly one of ours is answered with that.

$ zoneadm -z web snapshot lst 2>&1 | head -n 1; zoneadm help bot 2>&1 | head -n 1
zoneadm: snapshot: unknown word 'lst'; did you mean 'list'?
zoneadm: bot: unknown subcommand; did you mean 'boot'?
$ for c in 'doctor --jsn' 'clone --liv x' 'clone --lvie x' 'uninstall -f' 'mount -F' 'boot -S' 'install -V'; do zoneadm -z web $c 2>&1 | head -n 1; done
zoneadm: doctor: no option --jsn; did you mean '--json'?
zoneadm: x: No such zone configured
zoneadm: clone: no option --lvie; did you mean '--live'?
zoneadm: uninstall: no option -f; did you mean '-F'?
zoneadm: mount: no option -F; did you mean '-f'?
zoneadm: boot: no option -S; did you mean '-s'?
zoneadm: install: no option -V; did you mean '-v'?

$ zoneadm help nosuch
zoneadm: nosuch: unknown subcommand
usage: zoneadm [-z zone] help [subcommand]
[2]

$ zoneadm -z
usage: zoneadm [-z zone | -u uuid] [-R root] subcommand [option ...]
…
[2]

$ zoneadm -z web
usage: zoneadm [-z zone | -u uuid] [-R root] subcommand [option ...]
…
[2]

$ zoneadm --version
zoneadm 0.1.0

# A configuration that cannot be read is told and left out.

$ echo garbage >root/etc/zones/bad.cfg

$ zoneadm list -c
zoneadm: bad: line 1 of …/etc/zones/bad.cfg: syntax error at 'garbage'…
global
b.x
web

$ zoneadm -z bad list
zoneadm: zone 'bad': line 1 of …/etc/zones/bad.cfg: syntax error at 'garbage'…
[1]

# What other systems have.

$ for w in apply suspend savecore 'boot -W' 'install -c p.xml' 'clone -c p.xml b' 'attach -a x' 'attach -x y' 'move -p /x' 'mark -F installed'; do zoneadm -z web $w 2>&1 | head -n 1; done
zoneadm: apply: not here: a running zone takes what is stored at its next boot; 'zoneadm -z ZONE reboot'
zoneadm: suspend: not here: zones share the host's kernel, which cannot write one of them to disk; 'zoneadm -z ZONE shutdown'
zoneadm: savecore: not here: zones share the host's kernel and have no memory image of their own
zoneadm: boot: not here: -W: a zone does not assemble itself at its first boot; 'boot -w' leaves the root writable for one boot
zoneadm: install: not here: -c: there are no system profiles; put the files into the archive, or into the root while the zone is halted
zoneadm: clone: not here: -c: there are no system profiles; put the files into the archive, or into the root while the zone is halted
zoneadm: attach: not here: -a: attach takes a root that lies at the zonepath; 'install -a' unpacks an archive
zoneadm: attach: not here: -x: there are no boot environments
zoneadm: move: not here: -p: the new path is the only word behind 'move'
zoneadm: mark: not here: -F: the tools keep the state; 'attach -F' takes a root unseen, 'uninstall -F' removes any

# The words are looked at before the zone, also those that exclude each other,
# and all in one word.

$ zoneadm -z web boot; for w in '-a x -d y' '-u -p' '-x lvm' '-x backend=none'; do zoneadm -z SUNWx install $w 2>&1 | head -n 1; zoneadm -z SUNWx install "$w" 2>&1 | head -n 1; done
zoneadm: zone 'web': must be installed before boot.
zoneadm: install: -a and -d exclude each other
zoneadm: install: -a and -d exclude each other
zoneadm: install: -u and -p exclude each other
zoneadm: install: -u and -p exclude each other
zoneadm: install: -x knows 'nodataset' and 'backend=NAME', not 'lvm'
zoneadm: install: -x knows 'nodataset' and 'backend=NAME', not 'lvm'
zoneadm: install: there is no backend 'none'
zoneadm: install: there is no backend 'none'

$ zoneadm -z SUNWx install -s; zoneadm -z SUNWx attach -F -n - 2>&1 | head -n 1
zoneadm: zone 'SUNWx': install operation is invalid for zones starting with SUNW.
zoneadm: attach: -F and -n are mutually exclusive

$ zonecfg -z fresh 'create -b; set zonepath=/z/fresh'; zoneadm -z fresh move; zoneadm -z fresh move a b
zoneadm: move: no new path is given
usage: zoneadm -z zone move path
zoneadm: move: 'b' is too much
usage: zoneadm -z zone move path
[2]
