# SPDX-License-Identifier: ISC
# doctor - what this host offers zones: words, JSON, and what is missing.
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:python3 cmd:unshare loop cmd:mkfs.ext4 cmd:filefrag

ok "nothing that zones need is missing here" zoneadm doctor
like "file systems are tried" "$(cat "$OUT")" '*ok       idmapped mounts of /*'
like "limits are counted in zones" "$(cat "$OUT")" '*kernel.pty.max * zones*'
like "the first limit is named" "$(tail -n 1 "$OUT")" '[0-9]* zones at most: *'
is "no colours for a pipe" "$(grep -c "$(printf '\033')" "$OUT")" 0
is "no group is left" "$(find /sys/fs/cgroup -maxdepth 2 \
	-name 'zones-doctor.*' 2>/dev/null)" ''
like "masks hold" "$(zoneadm doctor)" '*ok       masks of /proc*'
second() { unshare -m sh -c 'mount -t proc proc /mnt && zoneadm doctor'; }
like "with a second procfs to be seen they do not" "$(second)" \
	'*limited  masks of /proc *mount a whole one*'
ok "for one zone" configure web whole
ok "its file system is tried" zoneadm -z web doctor

# A zone with the range of another, as by a copied state file.
zone first busybox
like "each zone has its own ids" "$(zoneadm doctor)" '*ok       ids of zones *1 zones*'
ok "another is configured" configure second whole
etc=$ZONES_ROOT/etc/zones
sed 's/^uuid ..../uuid 0000/' "$etc/first.state" >"$etc/second.state"
cp -a "$ZONES/first" "$ZONES/second"
base=$(sed -n 's/^ids //p' "$etc/first.state")
ok "verify tells it" zoneadm -z second verify
is "and whose they are" "$(cat "$ERR")" "WARNING: ids $base-$((base + 65535)) of \
the zone are used by zone 'first' now; the zone gets others when it boots."
like "doctor too" "$(zoneadm doctor)" \
	"*limited  ids of zone second *$base-*used by zone 'first'*"
like "of that zone alone" "$(zoneadm -z first doctor)" '*ok       ids of zones *'
ok "it boots" zoneadm -z second boot
like "with others" "$(zoneadm doctor)" '*ok       ids of zones *2 zones*'
ok "verify is content" zoneadm -z second verify
is "and silent" "$(cat "$ERR")" ''

# A file of an inherited directory of which memory and disk differ: the disk is
# written below its file system, as a bug would write above it.
disk shared ext4 32
mkdir "$ZONES/shared/d"
head -c 300000 /dev/zero | tr '\0' a >"$ZONES/shared/d/tool"
cp "$ZONES/shared/d/tool" "$ZONES/shared/d/other"
sync -f "$ZONES/shared"
ok "a zone inherits a directory" at heir "$ZONES/heir" \
	'add inherit-pkg-dir' "set dir=$ZONES/shared/d" end
cat "$ZONES/shared/d/tool" >/dev/null
ok "what memory holds of it is looked at" zoneadm -z heir doctor --memory
like "all is as on disk" "$(cat "$OUT")" \
	"*ok       memory of $ZONES/shared/d *0 of 2 files differ*0 sealed by fs-verity*"
is "not unless asked" "$(zoneadm -z heir doctor | grep -c 'memory of')" 0
block=$(filefrag -b4096 -v "$ZONES/shared/d/tool" |
	awk '$1 == "0:" { sub(/\.\..*/, "", $4); print $4 }')
device=$(findmnt -no SOURCE "$ZONES/shared")
head -c 4096 /dev/zero | tr '\0' b |
	dd of="$device" bs=4096 seek=$((block + 3)) oflag=direct conv=notrunc status=none
fails 1 "memory and disk differ" zoneadm -z heir doctor --memory --json
is "the file is named, and no other" "$(python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["ok"] is False
for f in d["findings"]:
    if f["status"] == "differs": print(f["name"], f["detail"].split(";")[0])' <"$OUT")" \
	"$ZONES/shared/d/tool in memory is not what is on disk
memory of $ZONES/shared/d 1 of 2 files differ from the disk"
ok "another inherits what programs run from" at usr "$ZONES/usr" \
	'add inherit-pkg-dir' 'set dir=/usr/sbin' end
ok "that is as on disk" zoneadm -z usr doctor --memory

keys() {
	python3 -c '
import json, sys
d = json.load(sys.stdin)
assert list(d) == ["ok", "findings"], list(d)
assert d["ok"] is True
for f in d["findings"]:
    assert list(f)[:5] == ["group", "name", "status", "detail", "hint"], f
    assert f["status"] in ("ok", "limited", "missing", "unknown"), f
print(sorted({f["group"] for f in d["findings"]}))'
}
is "JSON has its keys" "$(zoneadm doctor --json | keys)" \
	"['cgroups', 'file systems', 'ids', 'kernel', 'limits', 'programs']"

# A zoneadm without what boots zones beside it, and none installed.
mkdir "$WORK/alone"
cp "$BUILD/bin/zoneadm" "$BUILD/bin/zone-adm" "$WORK/alone"
if [ ! -e /usr/local/libexec/zones/zoned ]; then
	fails 1 "without its helpers" "$WORK/alone/zoneadm" doctor
	like "they are missing" "$(cat "$OUT")" '*missing  zoned *no zone boots*'
fi
chmod 755 "$WORK/alone" "$WORK/alone/zoneadm"
user zoneadm doctor >"$OUT" 2>"$ERR"
like "a user is told what takes root" "$(cat "$OUT")" \
	'*unknown  namespaces *needs root to be tried*'
