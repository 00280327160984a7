# SPDX-License-Identifier: ISC
"""OmniOS' zadm.

    zadm.py ZONEPATH ROOT NAME
"""
import os
import re
import sys

from client import check, equal, finish, run, works

ZONEPATH, ROOT, NAME = sys.argv[1:]
ZONECFG = ("/usr/sbin/zonecfg", "-z", NAME)
EXPECT = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "zone", "expect.py")
KEYS = ("zoneid", "zonename", "state", "zonepath", "uuid", "brand", "ip-type",
        "debugid")


def zones():
    """Exactly eight fields."""
    found = {}
    for line in works("list -cpn", "/usr/sbin/zoneadm", "list",
                      "-cpn").splitlines():
        fields = re.split(r"(?<!\\):", line)
        equal("eight fields", len(fields), 8)
        zone = dict(zip(KEYS, fields))
        found[zone["zonename"]] = zone
    return found


def unquote(text):
    return re.sub(r'^"|"$', "", text)


def info():
    found = {}
    current = None
    for line in works("info", *ZONECFG, "info").split("\n"):
        line = re.sub(r"[\[\]]", "", line)
        line = re.sub(r"not specified$", "", line)
        m = re.match(r"^(\s*)([^:\s]+):(?:\s+(.*))?$", line)
        if not m:
            continue
        indent, key, value = m.groups()
        value = unquote((value or "").strip())
        if indent:
            current[key] = value
        elif value == "" and key in ("attr", "net", "fs", "rctl", "device",
                                     "capped-memory", "capped-cpu"):
            current = {}
            found.setdefault(key, []).append(current)
        else:
            found[key] = value
    return found


def configure():
    works("create, each token a word", *ZONECFG, "create", "-b", ";", "set",
          "zonepath", "=", f'"{ZONEPATH}"', ";", "set", "autoboot", "=",
          '"false"', ";", "add", "attr", ";", "set", "name", "=", '"note"',
          ";", "set", "type", "=", '"string"', ";", "set", "value", "=",
          '"two words"', ";", "end")
    works("the name may be set to what it is", *ZONECFG, "set", "zonename",
          "=", f'"{NAME}"')
    got = info()
    equal("zonepath", got["zonepath"], ZONEPATH)
    equal("attr", got["attr"], [
        {"name": "note", "type": "string", "value": "two words"}])
    works("set", *ZONECFG, "set", "bootargs", "=", '"-m verbose"')
    equal("a value with a blank", info()["bootargs"], "-m verbose")
    works("clear", *ZONECFG, "clear", "bootargs")
    equal("is empty again", info()["bootargs"], "")
    works("remove -F", *ZONECFG, "remove", "-F", "attr")
    check("it is gone", "attr" not in info())
    works("set ip-type", *ZONECFG, "set", "ip-type", "=", '"exclusive"')
    works("add", *ZONECFG, "add", "net", ";", "set", "physical", "=", '"lo"',
          ";", "end")
    equal("net", info()["net"][0]["physical"], "lo")
    works("remove -F again", *ZONECFG, "remove", "-F", "net")
    works("clear ip-type", *ZONECFG, "clear", "ip-type")


def talk(sentence, script, *words):
    """zlogin on a terminal, as somebody at a keyboard."""
    rc, out, err = run(EXPECT, "zlogin", *words, stdin=script)
    check(sentence, rc == 0, (rc, out, err))


def logins():
    talk("zlogin on a terminal",
         r"< \[Connected to zone '" + NAME + r"' pts/[0-9]+\]" "\n"
         "< [$#] \n> exit\\r\n"
         r"< \[Connection to zone '" + NAME + r"' pts/[0-9]+ closed\]" "\n",
         NAME)
    talk("zlogin -C -d -e: its escape ends it",
         r"< \[Connected to zone '" + NAME + r"' console\]" "\n"
         "> \\r@.\n< console closed\nend\n",
         "-C", "-d", "-e", "@", NAME)
    talk("zlogin -C: so does the usual one",
         r"< \[Connected to zone '" + NAME + r"' console\]" "\n"
         "> \\r~.\n< console closed\nend\n", "-C", NAME)


def of_global():
    """What zadm itself keeps in the global zone."""
    works("global: set cpu-shares", "/usr/sbin/zonecfg", "-z", "global",
          "set", "cpu-shares=7")
    out = works("global: info cpu-shares", "/usr/sbin/zonecfg", "-z", "global",
                "info", "cpu-shares")
    check("global: it is read", re.search(r"cpu-shares: 7\b", out), out)
    works("global: clear", "/usr/sbin/zonecfg", "-z", "global", "clear",
          "cpu-shares")


def life():
    zone = zones()[NAME]
    equal("configured", (zone["state"], zone["zoneid"], zone["uuid"]),
          ("configured", "-", ""))
    debugid = zone["debugid"]
    works("install", "/usr/sbin/zoneadm", "-z", NAME, "install", "-d", ROOT)
    works("boot", "/usr/sbin/zoneadm", "-z", NAME, "boot")
    first = zones()[NAME]
    works("shutdown -r", "/usr/sbin/zoneadm", "-z", NAME, "shutdown", "-r")
    second = zones()[NAME]
    equal("the debug id is the same", (first["debugid"], second["debugid"]),
          (debugid, debugid))
    rc, out, _ = run("/usr/sbin/zlogin", NAME, "hostname")
    equal("zlogin", (rc, out), (0, NAME + "\n"))
    logins()
    works("shutdown", "/usr/sbin/zoneadm", "-z", NAME, "shutdown")
    works("mount", "/usr/sbin/zoneadm", "-z", NAME, "mount")
    equal("mounted", zones()[NAME]["state"], "mounted")
    works("unmount", "/usr/sbin/zoneadm", "-z", NAME, "unmount")
    rc, _, err = run("/usr/sbin/zoneadm", "-z", NAME, "uninstall")
    check("uninstall asks, and nobody is there", rc == 1 and
          "uninstall not done" in err, err)
    works("uninstall -F", "/usr/sbin/zoneadm", "-z", NAME, "uninstall", "-F")
    rc, _, err = run(*ZONECFG, "delete")
    check("delete asks, and nobody is there", rc == 1, err)
    works("delete -F", *ZONECFG, "delete", "-F")


equal("zonename", works("zonename", "/usr/bin/zonename"), "global\n")
configure()
of_global()
life()
finish()
