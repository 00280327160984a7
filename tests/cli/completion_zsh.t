# What zsh proposes behind a TAB, in a zsh that runs.
# plain

$ tab() { "$SRC/tests/zshtab.py" "$SRC/completions/zones.zsh" "$@"; }
$ zonecfg -z web 'create -b; set zonepath=/zones/web'; zonecfg -z well 'create -b; set zonepath=/zones/well'
$ sed -i 's/^state .*/state installed/' "$ZONES_ROOT/etc/zones/well.state"
$ tab 'zoneadm -z ' 'zonecfg -z we' 'zonecfg -z web e' 'zonecfg -z web add cap' 'zonecfg -z web set li' 'zonecfg -z web set ip-type=' 'zonecfg -z web set autoboot=t' 'zonecfg -z web diff we' 'zonecfg help roo' 'zoneadm -z web install -x ' 'zoneadm -z web snapshot ' 'ppriv --s'
zoneadm -z : web well
zonecfg -z we: web well
zonecfg -z web e: exit export
zonecfg -z web add cap: capped-cpu capped-memory
zonecfg -z web set li: limitpriv
zonecfg -z web set ip-type=: exclusive shared
zonecfg -z web set autoboot=t: true
zonecfg -z web diff we: web well
zonecfg help roo: rootzpool
zoneadm -z web install -x : backend=btrfs backend=copy backend=layers backend=zfs nodataset
zoneadm -z web snapshot : create destroy diff list rollback
ppriv --s: --syscall
$ diff <(tab 'zoneadm -z web ') <(echo zoneadm -z web : $(zoneadm help | sed -n 's/^\t\([a-z]*\).*/\1/p' | sort))

# Of zones those alone that it can be done with.

$ tab 'zoneadm -z web clone ' 'zlogin -C ' 'zlogin '
zoneadm -z web clone : well
zlogin -C : well
zlogin :
