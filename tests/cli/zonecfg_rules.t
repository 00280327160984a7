# The rules that are easy to get wrong, one by one: those of them that are
# zonecfg's. (Those that need a real zone are in zone/rules.)

$ zonecfg -z t 'create -b; set zonepath=/z/t'
$ set_state() { sed -i "s/^state .*/state $1/; s/^uuid .*/uuid 1/" "$ZONES_ROOT/etc/zones/t.state"; }

# 1. On the command line all commands run even after one fails, and what is valid
# is committed; exit 1.

$ zonecfg -z t 'set bootargs=one; set autoboot=x; set pool=p1; frob; set limitpriv=default'
autoboot value must be 'true' or 'false'.
syntax error at 'frob'; 'help' lists the subcommands
[1]
$ zonecfg -z t 'info bootargs; info pool; info limitpriv'
bootargs: one
pool: p1
limitpriv: default

# 2. A command file stops at the first error, and what stood before is committed.

$ printf 'set bootargs=two\nset autoboot=x\nset pool=p2\n' >f; zonecfg -z t -f f
On line 2 of f:
autoboot value must be 'true' or 'false'.
[1]
$ zonecfg -z t 'info bootargs; info pool'
bootargs: two
pool: p1

# 3. -f - and a pipe go on after errors.

$ printf 'set bootargs=three\nset autoboot=x\nset pool=p3\n' | zonecfg -z t -f -
On line 2:
autoboot value must be 'true' or 'false'.
[1]
$ zonecfg -z t 'info bootargs; info pool'
bootargs: three
pool: p3
$ printf 'set autoboot=x\nset pool=p4\n' | zonecfg -z t
On line 1:
autoboot value must be 'true' or 'false'.
[1]
$ zonecfg -z t info pool
pool: p4

# 4. No commit is needed; cancel and revert throw away.

$ zonecfg -z t 'add attr; set name=a; set type=int; set value=1; cancel; set pool=p5; revert -F; set bootargs=four'
$ zonecfg -z t 'info attr; info pool; info bootargs'
pool: p4
bootargs: four

# 5. What an installed zone does not allow is said, and the status stays 0.

$ set_state installed
$ zonecfg -z t set zonepath=/other
Zone t already installed; set zonepath not allowed.
$ zonecfg -z t 'set zonepath=/z/t; set brand=x; set pool=p6'
Zone t already installed; set zonepath not allowed.
Zone t already installed; set brand not allowed.
$ zonecfg -z t info pool
pool: p6
$ set_state configured

# 6. info shows a limit twice, export once.

$ zonecfg -z t 'set max-lwps=500; info max-lwps; info rctl; export' | grep -A3 'max-lwps\|^rctl'
[max-lwps: 500]
rctl:
	name: zone.max-lwps
	value: (priv=privileged,limit=500,action=deny)
create -b
set zonepath=/z/t
--
set name=zone.max-lwps
add value (priv=privileged,limit=500,action=deny)
end

# 7. One tab before the properties of a resource, and an empty property is a colon
# and one blank.

$ zonecfg -z t 'clear pool; add fs; set dir=/a; set special=/b; set type=lofs; end; info pool; info fs' | sed -n l
pool: $
fs:$
\tdir: /a$
\tspecial: /b$
\traw not specified$
\ttype: lofs$
\toptions: []$

# 10. A zone that is not there.

$ zonecfg -z nobody info
nobody: No such zone configured
[1]
$ zonecfg -z nobody set pool=x
nobody: No such zone configured
[1]
$ zonecfg -u 00000000-0000-0000-0000-000000000000 info
zonecfg: 00000000-0000-0000-0000-000000000000: No such zone configured
[1]

# 12. No unique identifier before it is installed.

$ zonecfg -z u 'create -b; set zonepath=/z/u'; zoneadm -z u list -p | cut -d: -f3-5
configured:/z/u:

# 15. Words of the argument vector are joined with blanks: ; and = may stand alone.

$ zonecfg -z t set pool = p7 \; set 'bootargs="a b"' ';' info pool ';' info bootargs
pool: p7
bootargs: a b
$ zonecfg -z t add attr \; set name = x \; set type = string \; set value = '"y z"' \; end \; info attr
attr:
	name: x
	type: string
	value: "y z"

# 18. default is special only as the first item of limitpriv.

$ zonecfg -z t 'set limitpriv=default,sys_time; set limitpriv="default,!sys_admin"; info limitpriv; set limitpriv=net_rawaccess; info limitpriv; clear limitpriv; info limitpriv'
limitpriv: default,!sys_admin
limitpriv: net_rawaccess
limitpriv: 

# 20. delete of an installed zone without -F is refused with status 0, with -F
# only the configuration goes.

$ mkdir -p z/t/root; zonecfg -z t set zonepath="$PWD/z/t"; set_state installed
$ zonecfg -z t delete
Zone t not in configured state; delete not allowed.  Use -F to force delete.
$ zonecfg -z t delete -F; ls z/t; ls "$ZONES_ROOT/etc/zones"
root
u.cfg
u.state
