# SPDX-License-Identifier: ISC
"""Puppet: the zone provider, and Oracle's own.

    puppet.py ZONEPATH ROOT NAME
"""
import re
import subprocess
import sys

from client import check, equal, finish, path, run, shell, works

ZONEPATH, ROOT, NAME = sys.argv[1:]
FIELDS = ("id", "name", "ensure", "path", "uuid", "brand", "iptype")


def line2hash(line):
    fields = dict(zip(FIELDS, line.rstrip("\n").split(":")))
    if fields["id"] == "-":
        del fields["id"]
    if fields["iptype"] == "excl":
        fields["iptype"] = "exclusive"
    return fields


def properties():
    rc, out, _ = run("/usr/sbin/zoneadm", "-z", NAME, "list", "-p")
    return line2hash(out.splitlines()[0]) if rc == 0 else {"ensure": "absent"}


def parse_info(text):
    """Blocks and members, by the provider's three patterns."""
    found = {}
    name = None
    current = None
    for line in text.split("\n"):
        if m := re.match(r"^(\S+):\s*$", line):
            name = m.group(1)
            current = {}
            found.setdefault(name, []).append(current)
        elif m := re.match(r"^(\S+):\s*(\S+)$", line):
            found[m.group(1)] = m.group(2)
            name = None
        elif m := re.match(r"^\s+(\S+):\s*(.+)$", line):
            if name is not None:
                current[m.group(1)] = m.group(2)
    return found


def info():
    return parse_info(works("zonecfg info", "/usr/sbin/zonecfg", "-z", NAME,
                            "info"))


def setconfig(text):
    """As written: through a shell, both outputs together, and an output that
    says "not allowed" is an error whatever rc is."""
    cmd = f'echo "{text}" | /usr/sbin/zonecfg -z {NAME} -f - 2>&1'
    rc, out, _ = shell(cmd)
    return rc == 0 and "not allowed" not in out, (rc, out)


def provider():
    equal("the sample of its specs", line2hash(
        "0:dummy:running:/::native:shared")["uuid"], "")
    equal("absent", properties()["ensure"], "absent")
    good, why = setconfig(
        "create -b \nset ip-type=exclusive\nset autoboot=true\n"
        f"set zonepath={ZONEPATH}\nadd rctl\nset name=zone.cpu-shares\n"
        "add value (priv=privileged,limit=10,action=none)\nend\n"
        "add net\nset physical=ip.if.1\nend\n"
        "add inherit-pkg-dir\nset dir=/usr\nend\ncommit\nexit")
    check("create", good, why)
    equal("configured", properties(), {
        "name": NAME, "ensure": "configured", "path": ZONEPATH, "uuid": "",
        "brand": "native", "iptype": "exclusive"})
    got = info()
    equal("zonepath", got.get("zonepath"), ZONEPATH)
    equal("autoboot", got.get("autoboot"), "true")
    equal("ip-type", got.get("ip-type"), "exclusive")
    equal("an empty property looks like a block", got.get("pool"), [{}])
    equal("net", [n["physical"] for n in got.get("net", [])], ["ip.if.1"])
    equal("inherit-pkg-dir", got.get("inherit-pkg-dir"), [{"dir": "/usr"}])
    rctl = [r for r in got.get("rctl", []) if r["name"] == "zone.cpu-shares"]
    check("cpu-shares", len(rctl) == 1 and "limit=10" in rctl[0]["value"],
          got.get("rctl"))
    good, why = setconfig("remove net physical=ip.if.1\n"
                          "remove inherit-pkg-dir dir=/usr\n"
                          "set ip-type=shared\ncommit\nexit")
    check("resources are removed", good, why)
    good, why = setconfig("add net\nset physical=lo\nset address=10.1.1.1\n"
                          "end\nremove net address=10.1.1.1\ncommit\nexit")
    check("a net is removed by its address", good, why)
    check("nothing of it is left", not {"net", "inherit-pkg-dir"} & set(info()))
    good, why = setconfig("add dataset\nset name=tank/data\nend\n"
                          "set pool=fast\ncommit\nexit")
    check("a dataset, a pool", good, why)
    got = info()
    equal("they are read", (got.get("dataset"), got.get("pool")),
          ([{"name": "tank/data"}], "fast"))
    good, why = setconfig("remove dataset name=tank/data\nclear pool\n"
                          "commit\nexit")
    check("and removed", good and "dataset" not in info(), why)


def life():
    works("verify", "/usr/sbin/zoneadm", "-z", NAME, "verify")
    works("install with arguments", "/usr/sbin/zoneadm", "-z", NAME, "install",
          "-d", ROOT)
    equal("installed", properties()["ensure"], "installed")
    good, why = setconfig("set zonepath=/elsewhere\ncommit\nexit")
    check("zonepath of an installed zone: an error", not good)
    check("in the words of its specs, and rc 0", why[0] == 0 and
          f"Zone {NAME} already installed; set zonepath not allowed.\n" in
          why[1], why)
    equal("nothing changed", properties()["path"], ZONEPATH)
    works("ready", "/usr/sbin/zoneadm", "-z", NAME, "ready")
    equal("ready", properties()["ensure"], "ready")
    works("boot", "/usr/sbin/zoneadm", "-z", NAME, "boot")
    running = properties()
    check("running, with id and uuid", running["ensure"] == "running" and
          running["id"].isdigit() and len(running["uuid"]) == 36, running)
    out = works("list -cp", "/usr/sbin/zoneadm", "list", "-cp")
    names = [line2hash(line)["name"] for line in out.splitlines()]
    equal("all instances", names, ["global", NAME])
    grep = subprocess.run(f"zoneadm list -cip | grep {NAME}:running",
                          shell=True, capture_output=True, check=False)
    equal("as its acceptance tests grep", grep.returncode, 0)
    works("halt", "/usr/sbin/zoneadm", "-z", NAME, "halt")
    copy = NAME + "c"
    works("a zone for a clone", "/usr/sbin/zonecfg", "-z", copy,
          f"create -b; set zonepath={ZONEPATH}c")
    works("clone", "/usr/sbin/zoneadm", "-z", copy, "clone", NAME)
    works("uninstall -F of it", "/usr/sbin/zoneadm", "-z", copy, "uninstall",
          "-F")
    works("delete -F of it", "/usr/sbin/zonecfg", "-z", copy, "delete", "-F")
    works("uninstall -F", "/usr/sbin/zoneadm", "-z", NAME, "uninstall", "-F")
    equal("configured", properties()["ensure"], "configured")
    works("delete -F", "/usr/sbin/zonecfg", "-z", NAME, "delete", "-F")
    equal("absent", properties()["ensure"], "absent")


def oracle():
    """Its zonecfg text is an export with the newlines replaced."""
    works("oracle: one text", path("/usr/sbin/zonecfg"), "-z", NAME,
          f"create -b; set zonepath={ZONEPATH}; add attr; set name=note; "
          "set type=string; set value=\"two words; one\"; end")
    export = works("oracle: export", "zonecfg", "-z", NAME, "export")
    works("oracle: delete", "zonecfg", "-z", NAME, "delete", "-F")
    works("oracle: an export joined by semicolons", "zonecfg", "-z", NAME,
          export.replace("\n", "; "))
    equal("oracle: gives the same configuration",
          works("oracle: export again", "zonecfg", "-z", NAME, "export"),
          export)
    works("oracle: delete again", "zonecfg", "-z", NAME, "delete", "-F")


provider()
life()
oracle()
finish()
