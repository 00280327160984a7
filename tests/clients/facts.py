# SPDX-License-Identifier: ISC
"""Those that only look: facter, ohai, agents of inventories, exporters, clusters,
pkg, shell loops.

    facts.py ZONEPATH HALTED RUNNING

Two zones: HALTED is configured only, RUNNING runs and has capped-memory 512M.
"""
import re
import sys

from client import check, equal, finish, run, shell, works

ZONEPATH, HALTED, RUNNING = sys.argv[1:]


def facter():
    text = works("facter: list -cp", "/usr/sbin/zoneadm", "list", "-cp")
    facts = {"zones": 0}
    for line in text.splitlines():
        fields = line.split(":")
        equal("facter: seven fields", len(fields), 7)
        facts["zones"] += 1
        for key, value in zip(("id", "name", "status", "path", "uuid", "brand",
                               "iptype"), fields):
            facts[f"zone_{fields[1]}_{key}"] = value
    equal("facter: zones", facts["zones"], 3)
    equal("facter: a status", facts[f"zone_{RUNNING}_status"], "running")
    equal("facter: a path", facts[f"zone_{HALTED}_path"],
          f"{ZONEPATH}/{HALTED}")
    equal("facter: no id", facts[f"zone_{HALTED}_id"], "-")


def ohai():
    rc, out, _ = shell("/usr/sbin/zoneadm list -cp 2>/dev/null")
    equal("facter 2: lines", (rc, len(out.splitlines())), (0, 3))
    works("ohai: list -pc", "zoneadm", "list", "-pc")
    first = works("ohai: list -p", "/usr/sbin/zoneadm", "list",
                  "-p").split(":")[0]
    equal("ohai: the global zone", first, "0")


def agents():
    text = works("GLPI: list -p", "/usr/sbin/zoneadm", "list", "-p")
    m = re.search(r"^0:([a-z]+):", text, re.M)
    equal("GLPI: it is the global zone", m and m.group(1), "global")
    text = works("GLPI: memory", "/usr/sbin/zonecfg", "-z", RUNNING, "info",
                 "capped-memory")
    m = re.search(r"\s+physical:\s+(\S+)(\S)", text)
    equal("GLPI: number and unit", m and m.groups(), ("512", "M"))
    for words in (("info",), ("info", "net")):
        works("inventory: " + " ".join(words), "zonecfg", "-z", RUNNING, *words)
    rc, out, _ = shell("zoneadm list -vi | grep -v global")
    equal("inventory: a head and a zone", (rc, len(out.splitlines())), (0, 2))
    rc, out, err = shell(f"zonecfg -z {RUNNING} info | grep dev")
    check("inventory: no device", rc == 1 and not out, err)


def exporters():
    for words in (("list", "-pc"), ("list", "-icp")):
        zones = {}
        for line in works("telegraf: " + " ".join(words), "zoneadm",
                          *words).splitlines():
            fields = line.split(":")
            zones[fields[1]] = (fields[2], fields[5], fields[6])
        equal("telegraf: tags", zones[RUNNING], ("running", "native", "shared"))
    states = {"configured", "incomplete", "unavailable", "installed", "ready",
              "mounted", "running", "shutting_down", "down"}
    for line in works("pkg: list -cp", "zoneadm", "list", "-cp").splitlines():
        check("pkg: a state that it knows", line.split(":")[2] in states, line)


def scripts():
    rc, out, _ = shell(f"zonecfg -z {RUNNING} info ip-type | cut -d' ' -f2")
    equal("netagent: ip-type", (rc, out), (0, "shared\n"))
    rc, out, _ = shell(f"zoneadm -z {RUNNING} list -p | "
                       "awk -F: '{ print $3 }'")
    equal("vagrant: state", out, "running\n")
    rc, out, _ = shell(f"zoneadm list -cv | grep {RUNNING} | "
                       "awk '{print $3,$5}'")
    equal("cluster agents: state and brand", out, "running native\n")
    rc, out, _ = shell("for z in $(zoneadm list); do echo $z; done")
    equal("shell loops: global first", out, f"global\n{RUNNING}\n")
    rc, out, _ = shell("for z in $(zoneadm list | grep -v global); do "
                       "zlogin $z hostname; done")
    equal("shell loops: zlogin leaves the list alone", out, f"{RUNNING}\n")
    check("a listing of an unknown zone", run(
        "zoneadm", "-z", "nosuch", "list", "-p")[0] == 1)


def cluster():
    """A resource agent takes a zone from one node to another: here both are
    this host."""
    for words in (("halt",), ("halt",), ("detach",), ("attach", "-F"),
                  ("boot",), ("boot",)):
        works("cluster: " + " ".join(words), "zoneadm", "-z", RUNNING, *words)
        out = works("cluster: its state", "zoneadm", "-z", RUNNING, "list",
                    "-p")
        wanted = {"halt": "installed", "detach": "configured",
                  "attach": "installed", "boot": "running"}[words[0]]
        equal("cluster: " + wanted, out.split(":")[2], wanted)


facter()
ohai()
agents()
exporters()
scripts()
cluster()
finish()
