# Two hundred calls of both programs at once, on the same zone and on others: all
# is saved that was said to be, and no lock stays.
# plain

$ mixed() {
> 	case $(($1 % 4)) in
> 	0) zonecfg -z m "add attr; set name=b$1; set type=uint; set value=$1; end" ;;
> 	1) zoneadm list -cp >/dev/null ;;
> 	2) zonecfg -z "n$1" "set bootargs=$1" ;;
> 	3) zoneadm -z "n$1" list -p >/dev/null && zonecfg -z m info >/dev/null ;;
> 	esac || echo "$1 failed"
> }
$ zonecfg -z m 'create -b; set zonepath=/z/m'
$ for i in $(seq 200); do [ $((i % 4)) -lt 2 ] || zonecfg -z "n$i" "create -b; set zonepath=/z/n$i"; done
$ for i in $(seq 200); do mixed "$i" & done; wait
$ zonecfg -z m info attr | grep -c name:
50
$ for i in $(seq 2 4 200); do [ "$(zonecfg -z "n$i" info bootargs)" = "bootargs: $i" ] || echo "n$i"; done
$ for l in "$ZONES_ROOT"/run/zones/*/lock; do flock -n "$l" true || echo "$l is held"; done
$ ls -A "$ZONES_ROOT/etc/zones" | grep -v '\.cfg$\|\.state$\|^\.debug-id$'
[1]

# Every file left is whole.

$ zoneadm list -cp | wc -l
102
$ for f in "$ZONES_ROOT"/etc/zones/*.cfg; do z=${f##*/}; zonecfg -z "${z%.cfg}" verify || echo "$z"; done
$ for f in "$ZONES_ROOT"/etc/zones/*.state; do grep -q '^state configured$' "$f" || echo "$f"; done
