# On the command line all commands run, and what is valid is saved.

$ zonecfg -z t 'create -b; set zonepath=/z/t'
$ zonecfg -z t 'set autoboot=maybe; set bootargs=-s'
autoboot value must be 'true' or 'false'.
[1]
$ zonecfg -z t info bootargs
bootargs: -s
$ zonecfg -z t set bootargs = '"-m verbose"' \; set autoboot=true
$ zonecfg -z t 'info bootargs; info autoboot'
bootargs: -m verbose
autoboot: true

# A file ends at the first error; what stood before it is saved.

$ printf 'set autoboot=maybe\nset bootargs=-x\n' >f
$ zonecfg -z t -f f
On line 1 of f:
autoboot value must be 'true' or 'false'.
[1]
$ zonecfg -z t info bootargs
bootargs: -m verbose
$ printf '# first\n\nset bootargs=-x; set autoboot=maybe\nset bootargs=-y\n' >f
$ zonecfg -z t -f f
On line 3 of f:
autoboot value must be 'true' or 'false'.
[1]
$ zonecfg -z t info bootargs
bootargs: -x
$ zonecfg -z t -f nosuch
zonecfg: could not open file 'nosuch': No such file or directory
[1]

# Standard input goes on after errors, without prompts.

$ printf 'set autoboot=true\ncommit\nexit\n' | zonecfg -z t -f -
$ printf 'set autoboot=maybe\nset bootargs=-z\n' | zonecfg -z t
On line 1:
autoboot value must be 'true' or 'false'.
[1]
$ zonecfg -z t info bootargs
bootargs: -z
$ printf 'create -b \nset zonepath=/z/p\nexit\nset autoboot=true\n' | zonecfg -z p -f -
p: No such zone configured
$ zonecfg -z p info autoboot
autoboot: false

# Nothing of a resource that was not ended is saved, nor of what is not valid.

$ zonecfg -z t 'set pool=a; add net; set physical=e0'
Resource incomplete.
[1]
$ zonecfg -z t info pool
pool: 
$ zonecfg -z t 'set pool=a; add net; set physical=e0; end'
net: address not specified
Zone t failed to verify
t: Required property missing
Configuration not saved.
[1]
$ zonecfg -z t 'set pool=a; add net; set physical=e0; end; exit -F; info pool'
net: address not specified
Zone t failed to verify
t: Required property missing
Configuration not saved.
[1]
$ zonecfg -z t info pool
pool: 
$ zonecfg -z t 'add net; set physical=e0; end; verify; remove net'
net: address not specified
Zone t failed to verify
t: Required property missing
[1]
$ zonecfg -z t 'set pool=b; revert -F; info pool'
pool: 
$ zonecfg -z t revert
No changes to revert.

# Using it wrongly is 2.

$ zonecfg
zonecfg: exactly one of -z and -u is needed
usage: zonecfg …
…
[2]
$ zonecfg -z ../t info
../t: Bogus zone name
…
[2]
$ zonecfg -x
zonecfg: no option -x
…
[2]
$ zonecfg -z t -f f info
zonecfg: -f takes the commands from a file: none can follow
…
[2]
$ zonecfg -R relative -z t info
zonecfg: root directory 'relative' is not an absolute path
[2]
$ zonecfg -R /nonexistent -z t info
zonecfg: root directory '/nonexistent' is not a directory
[2]
$ mkdir other && zonecfg -R "$PWD/other" -z t info
t: No such zone configured
[1]
$ zonecfg help | head -n 1
usage: zonecfg …
$ zonecfg help set
set: give a property a value
usage: set [-F] PROPERTY=VALUE
Where: any scope.
$ zonecfg help zonpath
zonecfg: help: nothing known about 'zonpath'; did you mean 'zonepath'?
$ zonecfg help npiv; zonecfg help nosuchtopic
zonecfg: help npiv: not here: Fibre Channel ports are not divided between zones; hand the disk over with 'add device'
zonecfg: help: nothing known about 'nosuchtopic'; 'help' lists what there is
$ zonecfg -z t 'help ip-type; help nothing'
global ip-type:
  ip-type                   whose network links the zone uses
                            default: shared
                            one of: shared exclusive
help: nothing known about 'nothing'; 'help' lists what there is
$ env -i "$(command -v zonecfg)" -R "$ZONES_ROOT" -z t info zonepath
zonepath: /z/t

# Who cannot write can look.

$ chmod 755 . && cp "$(command -v zonecfg)" . && cp -r "$ZONES_ROOT" /tmp/zones-ro.$$ && chmod -R go+rX "/tmp/zones-ro.$$"
$ cp zonecfg "/tmp/zones-ro.$$/" && cd "/tmp/zones-ro.$$" && for c in 'info pool' 'set pool=x' 'create' 'delete -F' verify; do setpriv --reuid=65534 --clear-groups ./zonecfg -R "$PWD" -z t "$c"; done; cd "$WORK" && rm -rf "/tmp/zones-ro.$$"
pool: 
t: cannot set in read-only mode.
t: cannot create in read-only mode.
t: cannot delete in read-only mode.

# Names of zones: 63 characters, letters of both cases are not the same, none of
# SUNW.

$ long=$(printf 'a%.0s' {1..63}); zonecfg -z "$long" 'create -b; set zonepath=/z/long; info zonename'
zonename: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
$ for n in "${long}a" SUNWx _a -a .a 'a b' a/b ''; do zonecfg -z "$n" info 2>&1 | head -n 1; done
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: Bogus zone name
SUNWx: Bogus zone name
_a: Bogus zone name
-a: Bogus zone name
.a: Bogus zone name
a b: Bogus zone name
a/b: Bogus zone name
: Bogus zone name
$ zonecfg -z bad/name info
bad/name: Bogus zone name
A zone's name starts with a letter or digit, goes on with letters, digits, '-', '_'
and '.', has at most 63 characters and does not start with SUNW.
[2]
$ zonecfg -z Ab.c_D-1 'create -b; set zonepath=/z/ab'; zonecfg -z ab.c_d-1 info
ab.c_d-1: No such zone configured
[1]
$ zonecfg '-?' | head -n 1; zonecfg --help | cmp - <(zonecfg '-?')
usage: zonecfg [-R ROOT] -z ZONE | -u UUID
$ for w in '' create fs dir scheduling-class; do zonecfg help $w >/dev/null || echo "$w: $?"; done

# Inside a zone there is nothing to configure.

$ inside() { unshare -m sh -c 'mount -t tmpfs none /dev && echo t >/dev/.zone && exec "$@"' sh "$@"; }
$ inside zonecfg -z t info
zonecfg: can only be run from the global zone
[1]
$ inside zonecfg -z t 'set pool=x'; zonecfg -z t info pool
zonecfg: can only be run from the global zone
pool: 
$ inside zonecfg help >/dev/null

# Long words and lines.

$ long=$(head -c 4096 /dev/zero | tr '\0' x); zonecfg -z t "add attr; set name=long; set type=string; set value=$long; end"; zonecfg -z t export | grep -cx "set value=$long"
1
$ zonecfg -z t remove attr name=long
$ for i in $(seq 300); do printf 'set bootargs=%s; ' "$i"; done >long.cmd; zonecfg -z t -f long.cmd; zonecfg -z t info bootargs
bootargs: 300

# A syntax error in a file tells the line.

$ printf 'info zonepath\n\nset pool=a b\nset pool=c\n' >f; zonecfg -z t -f f
zonepath: /z/t
On line 3 of f:
syntax error at 'b'
usage: set [-F] PROPERTY=VALUE
[1]
$ printf 'add net\nset address=10.0.0.300\n' >f; zonecfg -z t -f f
On line 2 of f:
10.0.0.300: bogus host name or network address syntax; write 192.0.2.7/24, 2001:db8::7/64 or a host name
Resource incomplete.
[1]
$ printf 'delete\n' >f; zonecfg -z t -f f
On line 1 of f:
delete is for good and there is no terminal to ask on; use 'delete -F'
[1]

# On the command line nobody is asked at the end, at a terminal neither.

$ tty() { TERM=dumb timeout 60 script -qec "$*" /dev/null | tr -d '\r'; return "${PIPESTATUS[0]}"; }
$ tty "zonecfg -z t 'set pool=x; add net; set physical=e; end'"
net: address not specified
Zone t failed to verify
t: Required property missing
Configuration not saved.
[1]
$ tty "zonecfg -z t 'set pool=x; add net'"
Resource incomplete.
[1]
$ tty "zonecfg -z t -f f"
On line 1 of f:
delete is for good and there is no terminal to ask on; use 'delete -F'
[1]
$ zonecfg -z t info pool
pool: 

# Every subcommand, resource and property has its place in a manual page.

$ pages=("$SRC"/docs/man/zonecfg.8 "$SRC"/docs/man/zones.cfg.5)
$ described() { awk '/^  [a-z]/ { print $1 }' | sort -u | while read -r w; do grep -q "^\.It Ic $w\( \|$\)\|^\.Ss Resource $w$" "${pages[@]}" || echo "$w is in no page"; done; }
$ zonecfg help | described
$ for t in $(zonecfg help | awk '/^Resources/ { on = 1 } /^Properties/ { on = 0 } on && /^  / { print $1 }'); do zonecfg help "$t" | described; done
