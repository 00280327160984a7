# Two hundred commits at once to one zone: each finds what the others saved.
# plain

$ zonecfg -z t 'create -b; set zonepath=/z/t'
$ add() { zonecfg -z t "add attr; set name=a$1; set type=uint; set value=$1; end" || echo "$1 failed"; }
$ for i in $(seq 200); do add "$i" & done; wait
$ zonecfg -z t info attr | grep -c name:
200

# And to as many zones: every one is there, with a number of its own.

$ for i in $(seq 200); do zonecfg -z "n$i" "create -b; set zonepath=/z/n$i" & done; wait
$ ls "$ZONES_ROOT"/etc/zones/n*.cfg | wc -l
200
$ sed -n 's/^debug //p' "$ZONES_ROOT"/etc/zones/*.state | sort -u | wc -l
201

# At a terminal or a pipe the lock is only taken for the commit: the second to
# save is told so, and nothing is lost.

$ mkfifo pipe; zonecfg -z t <pipe >out & exec 9>pipe; echo 'info pool' >&9
> until [ -s out ]; do sleep 0.05; done; echo 'set pool=mine' >&9
> zonecfg -z t set bootargs=-x; exec 9>&-; wait
t: the stored configuration was changed meanwhile; 'revert' and change it again
Configuration not saved.
$ zonecfg -z t 'info pool; info bootargs'
pool: 
bootargs: -x

# Killed at any moment of a commit: the old configuration or the new one, whole.

$ round() {
> 	zonecfg -z t "set bootargs=round-$1" & pid=$!
> 	sleep "0.00$((RANDOM % 10))"; kill -KILL $pid 2>/dev/null; wait $pid 2>/dev/null
> 	now=$(zonecfg -z t info bootargs) || echo "round $1: lost"
> 	[ "$now" = "bootargs: round-$1" ] || [ "$now" = "$before" ] || echo "round $1: $now"
> 	before=$now
> 	[ "$(zonecfg -z t info attr | grep -c name:)" = 200 ] || echo "round $1: short"
> }
$ before=$(zonecfg -z t info bootargs); for i in $(seq 40); do round "$i"; done
$ zonecfg -z t set bootargs=end; zonecfg -z t info bootargs
bootargs: end
$ find "$ZONES_ROOT/etc" -name '*.new'
