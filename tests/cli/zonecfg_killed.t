# A rename or a whole new configuration, killed at any moment: one or the other.
# plain

$ zonecfg -z r1 'create -b; set zonepath=/z/r'; from=r1 to=r2
$ round() {
> 	zonecfg -z $from set zonename=$to & pid=$!
> 	sleep "0.00$((RANDOM % 10))"; kill -KILL $pid 2>/dev/null; wait $pid 2>/dev/null
> 	[ "$(cat "$ZONES_ROOT"/etc/zones/r[12].cfg | grep -c zonepath)" = 1 ] || echo "round $1: not one"
> 	zonecfg -z r2 info zonepath >/dev/null 2>&1 && from=r2 to=r1 || from=r1 to=r2
> 	zonecfg -z $from info zonepath | grep -qx 'zonepath: /z/r' || echo "round $1: lost"
> }
$ for i in $(seq 25); do round "$i"; done 2>/dev/null
$ zonecfg -z j 'create -b; set zonepath=/z/j'
$ round() {
> 	printf '{"zonepath": "/z/j", "bootargs": "%s", "pool": "p%s"}' "$1" "$1" | zonecfg -z j -j - & pid=$!
> 	sleep "0.00$((RANDOM % 10))"; kill -KILL $pid 2>/dev/null; wait $pid 2>/dev/null
> 	read -r args pool < <(zonecfg -z j 'info bootargs; info pool' | sed 's/.*: //' | paste -sd ' ')
> 	[ "p$args" = "$pool" ] || [ -z "$args$pool" ] || echo "round $1: half: $args $pool"
> }
$ for i in $(seq 25); do round "$i"; done 2>/dev/null
