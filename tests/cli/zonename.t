# The name of where it runs, and nothing else.

$ zonename; zonename -t; env -i "$BUILD/bin/zonename"
global
global
global
$ zonename web
usage: zonename [-t]
[2]
$ zonename -x
usage: zonename [-t]
[2]

# What could not be written was not told.

$ zonename >/dev/full
zonename: cannot write the output
[1]
$ zonename -t >&-
zonename: cannot write the output
[1]
