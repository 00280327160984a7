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
zoneadm: zone 'half': zone is incomplete now; 'zoneadm -z half uninstall -F' clears away what is half done
$ zoneadm -z half uninstall -F; zoneadm -z half list -p | cut -d: -f3
configured

# Options of zlogin.

$ for a in -x -t -e --help; do zlogin $a 2>&1 | head -n 1; done
zlogin: no option -x
zlogin: no option -t; did you mean '-T'?
zlogin: option -e needs an argument
zlogin: there are no long options

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
