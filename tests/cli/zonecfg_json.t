# JSON out and in.

$ zonecfg -z a 'create; set zonepath=/z/a; set bootargs="-m x"; set fs-allowed=ext4,xfs; set max-lwps=500; add capped-cpu; set ncpus=1.1; end; add capped-memory; set physical=512M; end; add net; set physical=eth0; set address=10.0.0.5; add property (name=a,value="b c"); end'
$ zonecfg -z a export --json >a.json; zonecfg -z b -j a.json; diff <(zonecfg -z a export) <(zonecfg -z b export)
$ zonecfg -z a info --json | zonecfg -z c -j -; diff <(zonecfg -z a export) <(zonecfg -z c export)
$ zonecfg -z a 'info --json zonepath; info --json capped-cpu; info --json cpu-shares; info --json net; info --json nothing; add fs; set dir=/a; info --json; cancel'
{
  "zonepath": "/z/a"
}
{
  "capped-cpu": {
    "ncpus": 1.1
  }
}
{
  "cpu-shares": null
}
{
  "net": [
    {
      "address": "10.0.0.5",
      "physical": "eth0",
      "property": [
        {
          "name": "a",
          "value": "b c"
        }
      ]
    }
  ]
}
info nothing: No such property type
{
  "dir": "/a"
}
[1]
$ python3 -c 'import json; a = json.load(open("a.json")); print(sorted(a), a["rctl"][1])'
['autoboot', 'bootargs', 'capped-memory', 'fs-allowed', 'inherit-pkg-dir', 'ip-type', 'net', 'rctl', 'zonepath'] {'name': 'zone.cpu-cap', 'value': [{'priv': 'privileged', 'limit': 110, 'action': 'deny'}]}

# It replaces all, and is checked as a whole: nothing is saved unless all is good.

$ echo '{"zonepath": "/z/b", "pool": "p"}' | zonecfg -z b -j - && zonecfg -z b export
create -b
set zonepath=/z/b
set autoboot=false
set pool=p
set ip-type=shared
$ j() { printf '%s' "$1" | zonecfg -z b -j -; }
$ j '{"zonepath": "/z/b", "autobot": true}'
zone 'b': standard input: set autobot: No such property type; did you mean 'autoboot'?
[1]
$ j '{"zonepath": "/z/b", "fs": [{"dir": "/a"}]}'
zone 'b': standard input.fs[0]: special not specified
type not specified
[1]
$ j '{"zonepath": "/z/b", "fs": {"dir": 5}}'
zone 'b': standard input.fs.dir: dir 5 is not an absolute path.
[1]
$ j '{"zonepath": "/z/b", "autoboot": 1}'
zone 'b': standard input.autoboot: must be one value: text, a whole number, or true or false
[1]
$ j '{"zonepath": "/z/b", "max-lwps": 1e3}'
zone 'b': standard input.max-lwps: must be one value: text, a whole number, or true or false
[1]
$ j '{"zonepath": "/z\u0000"}'
zone 'b': standard input: line 1, column 23: \u0000 is possible in no text
[1]
$ j '{"zonepath": "/z/b", "net": [1]}'
zone 'b': standard input.net[0]: must be an object
[1]
$ j '{"zonepath": ["/z/b"]}'
zone 'b': standard input.zonepath: must be one value, not an array
[1]
$ j '{"zonepath": "/z/b", "attr": [{"name": "a", "type": "string", "value": "a\"b"}]}'
zone 'b': standard input.attr[0].value: value: 'a"b' holds a '"', which nothing could quote
[1]
$ j '{"zonepath": "/z/b", "attr": [{"name": "a", "type": "string", "value": "a\nb"}]}'
zone 'b': standard input.attr[0].value: value: 'a\x0Ab' holds control characters or is not UTF-8
[1]
$ j '{"zonepath": "/z/b", "admin": {"user": "no-such", "auths": "login"}}'
zone 'b': user no-such is not a valid username
[1]
$ j '{"zonepath": "/z/b", "max-lwps": 500, "rctl": {"name": "zone.max-lwps", "value": [{"priv": "privileged", "limit": 5, "action": "none"}]}}'
zone 'b': standard input.max-lwps: max-lwps: An incompatible rctl already exists for this property
[1]
$ j '{"pool": "p"}'
zonepath not specified
Zone b failed to verify
b: Required resource missing
Configuration not saved.
[1]
$ j '{"zonepath": "/z/b", "zonepath": "/z/c"}'
zone 'b': standard input: line 1, column 31: duplicate object key near '"zonepath"'
[1]
$ j '[]'
zone 'b': standard input: must be an object; 'zonecfg -z ZONE export --json' prints one
[1]
$ j '{"zonepath": "/z/b"'
zone 'b': standard input: line 1, column 19: '}' expected near end of file
[1]
$ j "$(printf '[%.0s' $(seq 5000))"
zone 'b': standard input: line 1, column 2049: maximum parsing depth reached near '['
[1]
$ j '{"zonepath": "/z/b", "keysource": {}}'
zone 'b': standard input: set keysource: not here: keys of encrypted storage are given to the host, before the zone boots
[1]
$ zonecfg -z b -j nosuch
zonecfg: could not open file 'nosuch': No such file or directory
[1]
$ zonecfg -z b -j a.json info
zonecfg: -j takes the whole configuration: no -f and no commands with it
usage: zonecfg [-R ROOT] -z ZONE | -u UUID
       zonecfg [-R ROOT] -z ZONE | -u UUID SUBCOMMAND [; SUBCOMMAND] ...
       zonecfg [-R ROOT] -z ZONE | -u UUID -f FILE | -f -
       zonecfg [-R ROOT] -z ZONE | -u UUID -j FILE | -j -
       zonecfg [-R ROOT] -z ZONE | -u UUID -r [SUBCOMMAND] ...
       zonecfg help [TOPIC]
[2]
$ zonecfg -z b 'info zonepath; info pool'
zonepath: /z/b
pool: p

# Both spellings of a limit may be there when they say the same.

$ j '{"zonepath": "/z/b", "max-lwps": 600, "capped-cpu": {"ncpus": 2}, "max-shm-memory": "1.5G"}' && zonecfg -z b 'info max-lwps; info capped-cpu; info max-shm-memory'
[max-lwps: 600]
capped-cpu:
	[ncpus: 2.00]
[max-shm-memory: 1.5G]

# An installed zone keeps what cannot change.

$ sed -i "s/^state .*/state installed/; s/^uuid .*/uuid 1/" "$ZONES_ROOT/etc/zones/b.state"
$ j '{"zonepath": "/z/new"}'
zone 'b': Zone b already installed; set zonepath not allowed.
[1]
$ j '{"zonepath": "/z/b", "pool": "q", "inherit-pkg-dir": [{"dir": "/usr"}]}'
zone 'b': Zone b already installed; set inherit-pkg-dir not allowed.
[1]
$ j '{"zonepath": "/z/b", "pool": "q"}'; zonecfg -z b info pool
pool: q

# diff: with another zone.

$ zonecfg -z d 'create -b; set zonepath=/z/d; set autoboot=true; add fs; set dir=/a; set special=/x; set type=lofs; set options=[ro,nodev]; end; add attr; set name=gone; set type=int; set value=1; end; add dedicated-cpu; set ncpus=1; end'
$ zonecfg -z e 'create -b; set zonepath=/z/e; add fs; set dir=/a; set special=/y; set type=lofs; end; set max-lwps=100; add dedicated-cpu; set ncpus=1; end'
$ zonecfg -z e diff d
--- d
+++ e
-zonepath: /z/d
+zonepath: /z/e
-autoboot: true
+autoboot: false
 fs dir=/a:
-	special: /x
+	special: /y
-	options: [ro,nodev]
-attr name=gone:
-	name: gone
-	type: int
-	value: 1
+rctl name=zone.max-lwps:
+	name: zone.max-lwps
+	value: [(priv=privileged,limit=100,action=deny)]
$ zonecfg -z e diff --json d | head -n 12
[
  {
    "resource": null,
    "property": "zonepath",
    "from": "/z/d",
    "to": "/z/e"
  },
  {
    "resource": null,
    "property": "autoboot",
    "from": "true",
    "to": "false"
$ zonecfg -z e 'diff e; set pool=x; diff e; revert -F; diff nobody; diff; diff a b'
set pool: Incompatible settings: the zone has a dedicated-cpu resource; remove it first
No changes to revert.
nobody: No such zone configured
diff: zone 'e' does not run; 'zoneadm -z e boot' starts it; 'diff ZONE' compares with another zone
syntax error at 'b'
usage: diff [--json] [ZONE]
[1]

# Of what runs, only while it does.

$ zonecfg -z e -r info
zonecfg: zone 'e' does not run; 'zoneadm -z e boot' starts it
[1]
$ zonecfg -z nobody -r info
zonecfg: nobody: No such zone configured
[1]

# info -v shows what is in force anyway.

$ diff <(zonecfg -z d info) <(zonecfg -z d info -v)
23a24,27
> file-mac-profile: none
> autoshutdown: shutdown
> boot-priority: default
> [max-lwps: 8192]
[1]
$ diff <(zonecfg -z e info) <(zonecfg -z e info -v)
23a24,26
> file-mac-profile: none
> autoshutdown: shutdown
> boot-priority: default
[1]

# Templates of the site, and detached zones.

$ zonecfg -z d export >"$ZONES_ROOT/etc/zones/SUNWsite.cfg"; zonecfg -z f 'create -t SUNWsite; set zonepath=/z/f; info autoboot; info attr'
autoboot: true
attr:
	name: gone
	type: int
	value: 1
$ zonecfg -z SUNWsite info
SUNWsite: Bogus zone name
A zone's name starts with a letter or digit, goes on with letters, digits, '-', '_'
and '.', has at most 63 characters and does not start with SUNW.
[2]
$ zoneadm list -cp | grep -c SUNW
0
[1]
$ zonecfg -z g 'create -t SUNWnone'; zonecfg -z g 'create -t SUNW../x'
SUNWnone: No such zone configured
SUNW../x: No such zone configured
[1]
$ zonecfg -z g 'create -a /nonexistent'
/nonexistent: invalid path to detached zone: No such file or directory
[1]
$ mkdir -m 700 det; zonecfg -z g "create -a $PWD/det"
…/det: invalid path to detached zone: no manifest 'SUNWdetached.cfg'; 'zoneadm detach' writes it: No such file or directory
[1]
$ { echo '#: format 1'; echo '#: uuid x'; zonecfg -z d export; } >det/SUNWdetached.cfg; zonecfg -z g "create -a $PWD/det; info autoboot; info fs"
autoboot: true
fs:
	dir: /a
	special: /x
	raw not specified
	type: lofs
	options: [ro,nodev]
$ [ "$(zonecfg -z g info zonepath)" = "zonepath: $PWD/det" ]
$ sed -i '1s/1/2/' det/SUNWdetached.cfg; zonecfg -z h "create -a $PWD/det"
'…/det/SUNWdetached.cfg': the zone was detached by a newer release of the zone tools; upgrade this host's
[1]
$ sed -i 1d det/SUNWdetached.cfg; zonecfg -z h "create -a $PWD/det"
'…/det/SUNWdetached.cfg' is not the manifest of a detached zone
[1]
$ sed -i '1s/.*/#: format 1/' det/SUNWdetached.cfg; chmod o+w det/SUNWdetached.cfg; zonecfg -z h "create -a $PWD/det"
'…/det/SUNWdetached.cfg' can be written by others than root; run 'chown 0 …/det/SUNWdetached.cfg; chmod go-w …/det/SUNWdetached.cfg' when it is yours
[1]
$ chmod o-w det/SUNWdetached.cfg; mv det/SUNWdetached.cfg x; ln -s ../x det/SUNWdetached.cfg; zonecfg -z h "create -a $PWD/det"
…/det: invalid path to detached zone: no manifest 'SUNWdetached.cfg'; 'zoneadm detach' writes it: Too many levels of symbolic links
[1]
$ zonecfg -z h 'create -a relative'; zonecfg -z h 'create -b -t SUNWsite'
relative is not an absolute path.
create: only one of -b, -t and -a is possible
[1]
