# SPDX-License-Identifier: ISC
"""Salt: the modules zoneadm and zonecfg, and the grain.

    salt.py ZONEPATH ROOT NAME
"""
import sys
import tempfile

from client import check, equal, finish, run, shell, works

ZONEPATH, ROOT, NAME = sys.argv[1:]


def clean(text):
    """Its message: without "zoneadm: " and "zone 'N': ", and without lines
    that say where."""
    lines = []
    for line in text.split("\n"):
        if line.startswith("zoneadm: "):
            line = line.replace("zoneadm: ", "")
        if line.startswith("zone '"):
            line = line.split("': ", 1)[1]
        if line.startswith("On line"):
            continue
        lines.append(line)
    return "\n".join(lines).strip()


def call(*argv):
    rc, out, err = run(*argv)
    return {"status": rc == 0, "message": clean(err if rc else out)}


def zones(*options):
    found = {}
    for line in works("list " + " ".join(options), "zoneadm", "list", "-p",
                      *options).splitlines():
        fields = line.split(":")
        if len(fields) < 7:
            continue
        found[fields[1]] = {"state": fields[2], "zonepath": fields[3],
                            "uuid": fields[4], "brand": fields[5],
                            "ip-type": fields[6]}
    return found


def info(show_all=False):
    """Lines split at the first colon; members begin with a tab."""
    found = {}
    current = None
    for line in works("info", "zonecfg", "-z", NAME, "info").split("\n"):
        if line.startswith("["):
            if not show_all:
                continue
            line = line[1:-1]
        if line.startswith("\t"):
            line = line.strip()
            if line.startswith("["):
                if not show_all:
                    continue
                line = line[1:-1]
            if current is None or ":" not in line:
                continue
            key, value = (w.strip() for w in line.split(":", 1))
            if value != "not specified":
                found[current][key] = value
        elif ":" in line:
            key, value = (w.strip() for w in line.split(":", 1))
            if value:
                found[key] = value
                current = None
            else:
                found[key] = {}
                current = key
    return found


def command_file(text):
    with tempfile.NamedTemporaryFile("w") as f:
        f.write(text)
        f.flush()
        return call("zonecfg", "-z", NAME, "-f", f.name)


def grain():
    equal("zonename", works("zonename", "zonename"), "global\n")
    rc, out, _ = shell("zoneadm list -p | awk -F: '{ print $1 }'")
    equal("the grain: first id", (rc, out.splitlines()[0]), (0, "0"))


def configure():
    equal("an unknown zone", call("zoneadm", "-z", "nosuch", "boot"), {
        "status": False, "message": "nosuch: No such zone configured"})
    done = command_file(f"create -b\nset brand=native\n"
                        f"set zonepath={ZONEPATH}\n")
    check("create", done["status"], done)
    equal("configured", zones("-c")[NAME]["state"], "configured")
    check("and not among the installed", NAME not in zones("-i"))
    done = command_file("set autoboot=true\nadd attr\nset name=a\n"
                        "set type=string\nset value=x\nend\n"
                        "add capped-cpu\nset ncpus=1.5\nend\n"
                        "add capped-memory\nset physical=512M\nend\n")
    check("modify", done["status"], done)
    done = command_file("select attr name=a\nset value=y\nend\n"
                        "set bootargs=\"-m verbose\"\nclear bootargs\n")
    check("select, clear", done["status"], done)
    got = info()
    equal("autoboot", got["autoboot"], "true")
    equal("attr", got["attr"], {"name": "a", "type": "string", "value": "y"})
    got = info(show_all=True)
    equal("ncpus has two decimals", got["capped-cpu"], {"ncpus": "1.50"})
    equal("sizes are short", got["capped-memory"]["physical"], "512M")
    done = command_file("remove attr name=a\n")
    check("remove", done["status"], done)
    check("it is gone", "attr" not in info())
    works("export", "zonecfg", "-z", NAME, "export")
    with tempfile.NamedTemporaryFile() as f:
        works("export to a file", "zonecfg", "-z", NAME, "export", "-f", f.name)
        check("it is written", f.read().startswith(b"create -b"))
    done = command_file("set autoboot=maybe\n")
    check("a mistake is told without its place", not done["status"] and
          "On line" not in done["message"] and done["message"], done)


def move_around():
    done = call("zoneadm", "-z", NAME, "move", ZONEPATH + "-moved")
    check("move", done["status"], done)
    equal("its path", zones("-i")[NAME]["zonepath"], ZONEPATH + "-moved")
    for words in (("detach",), ("attach",), ("detach",), ("attach", "-F"),
                  ("move", ZONEPATH)):
        done = call("zoneadm", "-z", NAME, *words)
        check(" ".join(words), done["status"], done)
    equal("installed", zones("-i")[NAME]["state"], "installed")
    equal("boot of a detached zone's name", call(
        "zoneadm", "-z", "nosuch", "attach"), {
            "status": False, "message": "nosuch: No such zone configured"})


def copies():
    """From templates: clone, and clone -s of a snapshot that there is."""
    other = NAME + "2"
    command = ("zoneadm", "-z", other)
    works("snapshot", "zoneadm", "-z", NAME, "snapshot", "create", "gold")
    for words in (("clone", NAME), ("clone", "-s", "gold", NAME)):
        works("create -t", "zonecfg", "-z", other,
              f"create -t {NAME}; set zonepath={ZONEPATH}2; set autoboot=false")
        done = call(*command, *words)
        check(" ".join(words), done["status"], done)
        done = call(*command, "boot")
        check("the clone boots", done["status"], done)
        for last in (("halt",), ("uninstall", "-F")):
            works("clone: " + " ".join(last), *command, *last)
        works("clone: delete -F", "zonecfg", "-z", other, "delete", "-F")


def template():
    """Made from another, twice: the second time over the first."""
    other = NAME + "t"
    for words in ((), ("-F",)):
        done = call("zonecfg", "-z", other, "create", "-t", NAME, *words)
        check("create -t" + "".join(words), done["status"], done)
    equal("the template's path", zones("-c")[other]["zonepath"], ZONEPATH)
    done = call("zonecfg", "-z", other, "delete", "-F")
    check("delete -F of it", done["status"], done)


def life():
    equal("boot of a configured zone", call("zoneadm", "-z", NAME, "boot"), {
        "status": False, "message": "must be installed before boot."})
    done = call("zoneadm", "-z", NAME, "install", "-x", "nodataset",
                "-d", ROOT)
    check("install -x nodataset", done["status"], done)
    uuid = zones("-i")[NAME]["uuid"]
    equal("an uuid", len(uuid), 36)
    for words in (("verify",), ("ready",), ("boot", "--", "-m", "verbose")):
        done = call("zoneadm", "-z", NAME, *words)
        check(" ".join(words), done["status"], done)
    equal("running", zones()[NAME]["state"], "running")
    done = call("zoneadm", "-u", uuid, "reboot")
    check("reboot by uuid", done["status"], done)
    done = call("zoneadm", "-z", NAME, "shutdown", "-r", "--", "-s")
    check("shutdown -r -- -s", done["status"], done)
    done = call("zoneadm", "-z", NAME, "shutdown")
    check("shutdown", done["status"], done)
    done = call("zoneadm", "-u", uuid, "boot", "--", "-m", "verbose", "-i",
                "/sbin/init", "-s")
    check("boot by uuid with -m, -i and -s", done["status"], done)
    done = call("zoneadm", "-z", NAME, "halt")
    check("halt", done["status"], done)
    equal("halt again", call("zoneadm", "-z", NAME, "halt")["status"], True)
    equal("shutdown of an installed zone", call(
        "zoneadm", "-z", NAME, "shutdown"), {
            "status": False, "message": "not running"})
    equal("install again", call("zoneadm", "-z", NAME, "install"), {
        "status": False, "message": "is already installed."})
    move_around()
    copies()
    works("uninstall -F", "zoneadm", "-z", NAME, "uninstall", "-F")
    works("delete -F", "zonecfg", "-z", NAME, "delete", "-F")


grain()
configure()
template()
life()
finish()
