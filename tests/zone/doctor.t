# SPDX-License-Identifier: ISC
# doctor - what this host offers zones: words, JSON, and what is missing.
. "$(dirname "$0")/../lib.sh"
needs cmd:python3 cmd:unshare

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
