# What a person is told behind an error, on a line of its own: only where stderr
# is a terminal; programs get the error alone.

$ tty() { TERM=${T-dumb} script -qec "$*" /dev/null | tr -d '\r'; }
$ zonecfg -z web 'create -b; set zonepath=/zones/web'
$ tty zoneadm -z web boot
zoneadm: zone 'web': must be installed before boot.
zoneadm: 'zoneadm -z web install' makes its root
$ tty zoneadm -z webb boot
zoneadm: webb: No such zone configured
zoneadm: did you mean 'web'?
$ tty zoneadm -z other boot
zoneadm: other: No such zone configured
zoneadm: 'zoneadm list -c' lists the zones
$ tty zonecfg -z webb info
webb: No such zone configured
zonecfg: did you mean 'web'?
$ tty zlogin webb true
zlogin: zone 'webb' unknown
zlogin: did you mean 'web'?
$ tty zlogin web true
zlogin: cannot login to a zone which is 'configured'
zlogin: 'zoneadm -z web install' makes its root
$ tty 'zlogin web true 2>e'; cat e
zlogin: cannot login to a zone which is 'configured'

$ mkdir -m 700 z; zonecfg -z half "create -b; set zonepath=$PWD/z/half"; mkdir tree; head -c 100000 /dev/zero >tree/f; tar -cf half.tar -C tree .; head -c 60000 half.tar >cut.tar
$ tty zoneadm -z half install -a "$PWD/cut.tar"
zoneadm: zone 'half': archive '…/cut.tar': …
zoneadm: 'zoneadm -z half uninstall' clears away what is half done
$ zoneadm -z half uninstall -F; zoneadm -z half list -p | cut -d: -f3
configured

# Options of zlogin, zonecfg and zonecp.

$ for a in -x -t -e --help; do zlogin $a 2>&1 | head -n 1; done
zlogin: no option -x
zlogin: no option -t; did you mean '-T'?
zlogin: option -e needs an argument
zlogin: there are no long options
$ for a in --hlp --zone --help=x -Z -q -z '-z a -R'; do zonecfg $a 2>&1 | head -n 1; done
zonecfg: no option --hlp; did you mean '--help'?
zonecfg: no option --zone
zonecfg: option --help takes no argument
zonecfg: no option -Z; did you mean '-z'?
zonecfg: no option -q
zonecfg: option -z needs an argument
zonecfg: option -R needs an argument
$ for a in --recursive -R -x -l a 'a b' 'z:a z:b' 'a z:b c'; do zonecp $a 2>&1 | head -n 1; done
zonecp: there are no long options
zonecp: no option -R; did you mean '-r'?
zonecp: no option -x
zonecp: option -l needs an argument
zonecp: what to copy and where to are needed
zonecp: no word names a zone; write ZONE:PATH
zonecp: not from a zone into a zone; copy it here first
zonecp: either all files come from zones or none

# Values that are one of a few words.

$ zonecfg -z web 'set ip-type=exclusve; set autoboot=ture; set autoboot=True; set scheduling-class=fss; set file-mac-profile=fixed; set file-mac-profile=strct; add attr; set type=strng; cancel; add anet; set priority=hihg; set link-protection=mac-nospof; set lro=of; cancel; add admin; set auths=[login,mange]; cancel; add device; set allow-partition=flase; cancel; INFO; info Zonepath'
ip-type value must be 'shared' or 'exclusive'.  Did you mean 'exclusive'?
autoboot value must be 'true' or 'false'.  Did you mean 'true'?
autoboot value must be 'true' or 'false'.  Did you mean 'true'?
scheduling-class value must be 'TS', 'FSS', 'FX', 'IA', 'RT' or 'SDC'.  Did you mean 'FSS'?
file-mac-profile value must be 'none', 'strict', 'fixed-configuration', 'flexible-configuration' or 'dynamic-zones'.
file-mac-profile value must be 'none', 'strict', 'fixed-configuration', 'flexible-configuration' or 'dynamic-zones'.  Did you mean 'strict'?
invalid attr type 'strng'; did you mean 'string'?
priority value must be 'low', 'medium' or 'high'.  Did you mean 'high'?
link-protection: 'mac-nospof' is not one of 'mac-nospoof', 'ip-nospoof', 'dhcp-nospoof', 'restricted' or 'none'; did you mean 'mac-nospoof'?
lro value must be 'on', 'off' or 'auto'.  Did you mean 'off'?
auths: 'mange' is not one of 'login', 'manage', 'clonefrom', 'clone', 'config' or 'liveconfig'; did you mean 'manage'?
allow-partition value must be 'true' or 'false'.  Did you mean 'false'?
syntax error at 'INFO'; did you mean 'info'?
info Zonepath: No such property or resource type; did you mean 'zonepath'?
[1]

# Colour is for terminals, and for who wants it.

$ zonecfg -z two 'create -b; set zonepath=/zones/two'
$ T=xterm; esc() { tty "$@" | grep -c $'\033' | sed 's/^[1-9].*/some/'; }
$ esc zonecfg -z web diff two; esc zoneadm doctor
some
some
$ export NO_COLOR=1; esc zonecfg -z web diff two; esc zoneadm doctor; unset NO_COLOR
0
0
$ T=dumb esc zonecfg -z web diff two; esc 'zonecfg -z web diff two | cat'; esc 'zoneadm doctor | cat'
0
0
0
$ tty 'zonecfg -z web >out' <<<'diff two' >/dev/null; grep -c $'\033' out
0
[1]
