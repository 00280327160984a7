# zonestat - its command line; tests/zone/vswitch.t has the counting.

$ zonestat
zonestat: of what? -n: of the network
usage: zonestat -n [-p | --json] [-z ZONE[,ZONE]...] [INTERVAL [DURATION]]
[2]

$ for w in 0 1y -1x 1.5 99999999d; do zonestat -n -- $w 2>&1 | head -n 1; done
zonestat: '0' is no interval: 10, 10s, 5m, 1h
zonestat: '1y' is no interval: 10, 10s, 5m, 1h
zonestat: '-1x' is no interval: 10, 10s, 5m, 1h
zonestat: '1.5' is no interval: 10, 10s, 5m, 1h
zonestat: '99999999d' is no interval: 10, 10s, 5m, 1h

$ for w in 0x x 5y ''; do zonestat -n 1 "$w" 2>&1 | head -n 1; done
zonestat: '0x' is no duration: 60s, 5m, 1h, 5x for five intervals, or inf
zonestat: 'x' is no duration: 60s, 5m, 1h, 5x for five intervals, or inf
zonestat: '5y' is no duration: 60s, 5m, 1h, 5x for five intervals, or inf
zonestat: '' is no duration: 60s, 5m, 1h, 5x for five intervals, or inf

$ zonestat -n 1 2 3 2>&1 | head -n 1; zonestat -n -z a,,b 2>&1 | head -n 1
zonestat: too many words
zonestat: -z: a name is empty

$ zonestat -n -p
total:network:[total]:::0:0:0:0:0:0

$ zonestat -np 1 1x
interval:network:[total]:::0:0:0:0:0:0

$ zonestat -n --json | tr -d ' \n'; echo
{"interval":null,"seconds":null,"total":{"rx-bytes":0,"rx-packets":0,"rx-drops":0,"tx-bytes":0,"tx-packets":0,"tx-drops":0},"zones":[]}
