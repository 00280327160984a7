# SPDX-License-Identifier: ISC
"""The zone crate of Rust, szmgmt of Ruby: an empty environment, strict words.

    oxide.py ZONEPATH ROOT NAME LIBEXEC
"""
import os
import sys
import tempfile

from client import check, equal, finish, run, shell, works

ZONEPATH, ROOT, NAME, LIBEXEC = sys.argv[1:]
PFEXEC = LIBEXEC + "/pfexec"
STATES = ("configured", "incomplete", "installed", "ready", "mounted",
          "running", "shutting_down", "down")
# Nothing but where our files are and, as for a path, where our programs are.
EMPTY = {"ZONES_ROOT": os.environ["ZONES_ROOT"]}


def find(name):
    """An absolute path: there is no PATH to look in."""
    for directory in os.environ["PATH"].split(":"):
        if os.access(directory + "/" + name, os.X_OK):
            return directory + "/" + name
    return name


ZONEADM, ZONECFG = find("zoneadm"), find("zonecfg")
ZLOGIN, ZONENAME = find("zlogin"), find("zonename")


def adm(sentence, *words):
    return works("crate: " + sentence, PFEXEC, ZONEADM, *words, env=EMPTY)


def zones():
    """One unknown word makes the crate refuse the whole list."""
    found = {}
    for line in adm("list -cip", "list", "-cip").splitlines():
        fields = line.split(":")
        good = (len(fields) >= 7 and fields[2] in STATES and
                fields[6] in ("shared", "excl") and
                (fields[0] == "-" or fields[0].isdigit()))
        check("crate: a line that it takes", good, line)
        found[fields[1]] = fields
    return found


def crate():
    equal("crate: zonename", works("crate: zonename runs", ZONENAME,
                                   env=EMPTY), "global\n")
    works("crate: zonecfg", PFEXEC, ZONECFG, "-z", NAME, "create -F -b", ";",
          "set", "zonepath=" + ZONEPATH, ";", "set", "autoboot=false", ";",
          "add fs", ";", "set type=tmpfs", ";", "set dir=/scratch", ";",
          "set special=swap", ";", "set options=[nodev,noexec]", ";", "end",
          env=EMPTY)
    text = works("crate: info", PFEXEC, ZONECFG, "-z", NAME, "info fs", env=EMPTY)
    check("crate: options", "options: [nodev,noexec]" in text, text)
    works("crate: no options", ZONECFG, "-z", NAME, "select fs dir=/scratch",
          ";", "set options=[]", ";", "end", env=EMPTY)
    text = works("crate: info again", ZONECFG, "-z", NAME, "info fs", env=EMPTY)
    check("crate: they are gone", "nodev" not in text, text)
    works("crate: remove", ZONECFG, "-z", NAME, "remove fs dir=/scratch",
          env=EMPTY)
    equal("crate: configured", zones()[NAME][2], "configured")
    adm("install", "-z", NAME, "install", "-d", ROOT)
    adm("boot", "-z", NAME, "boot")
    equal("crate: running", zones()[NAME][2], "running")
    rc, out, err = run(PFEXEC, ZLOGIN, "-Q", NAME, "echo hello; exit 5", env=EMPTY)
    equal("crate: zlogin -Q", (rc, out, err), (5, "hello\n", ""))
    adm("halt", "-z", NAME, "halt")
    clone()


def clone():
    """-m METHOD and -s SNAP go together: a copy of what a snapshot holds."""
    copy = NAME + "s"
    adm("snapshot", "-z", NAME, "snapshot", "create", "gold")
    works("crate: zonecfg of a clone", ZONECFG, "-z", copy, "create -F -b", ";",
          "set", "zonepath=" + ZONEPATH + "s", env=EMPTY)
    adm("clone -m -s", "-z", copy, "clone", "-m", "copy", "-s", "gold", NAME)
    equal("crate: installed", zones()[copy][2], "installed")
    adm("uninstall of it", "-z", copy, "uninstall", "-F")
    works("crate: delete of it", ZONECFG, "-z", copy, "delete", "-F", env=EMPTY)
    adm("its snapshot goes", "-z", NAME, "snapshot", "destroy", "gold")


def classified(sentence, argv, pattern):
    rc, _, err = run(*argv)
    check("szmgmt: " + sentence, rc == 1 and pattern in err, (rc, err))


def live():
    """-r -f changes what runs on Oracle's; here it is read, and the way to a
    change told."""
    with tempfile.NamedTemporaryFile("w") as f:
        f.write("info ip-type\n")
        f.flush()
        equal("szmgmt: -r -f reads", works("szmgmt: -r -f runs", "zonecfg", "-z",
                                           NAME, "-r", "-f", f.name),
              "ip-type: shared\n")
        f.write("set pool=other\n")
        f.flush()
        rc, out, err = run("zonecfg", "-z", NAME, "-r", "-f", f.name)
        check("szmgmt: -r -f with a change", rc == 1 and
              f"zoneadm -z {NAME} reboot" in err, (rc, out, err))
    for words in (("diff",), ("info", "pool")):
        text = works("szmgmt: nothing was changed", "zonecfg", "-z", NAME,
                     *words)
        check("szmgmt: nor stored", "other" not in text, text)


def refused(*words):
    """What has no meaning here says so, is wrong use, and changes nothing."""
    before = run("zoneadm", "-z", NAME, "list", "-p")
    rc, out, err = run("zoneadm", "-z", NAME, *words)
    check("szmgmt: " + " ".join(words[:2]), rc == 2 and not out and
          f"not here: {words[1]}: " in err, (rc, out, err))
    equal("szmgmt: it is what it was", run("zoneadm", "-z", NAME, "list",
                                           "-p"), before)


def szmgmt():
    works("szmgmt: boot, no arguments behind --", "zoneadm", "-z", NAME,
          "boot", "--")
    live()
    works("szmgmt: reboot --", "zoneadm", "-z", NAME, "reboot", "--")
    works("szmgmt: reboot with an argument", "zoneadm", "-z", NAME, "reboot",
          "--", "-v")
    works("szmgmt: halt", "zoneadm", "-z", NAME, "halt")
    works("szmgmt: boot with an empty word", "zoneadm", "-z", NAME, "boot",
          "--", "")
    works("szmgmt: halt", "zoneadm", "-z", NAME, "halt")
    for words in (("detach", "-F"), ("attach", "-u"), ("detach",),
                  ("attach", "-F")):
        works("szmgmt: " + " ".join(words), "zoneadm", "-z", NAME, *words)
    copy = NAME + "c"
    works("szmgmt: a zone for a clone", "zonecfg", "-z", copy,
          f"create -b;set zonepath={ZONEPATH}c")
    works("szmgmt: clone -m copy", "zoneadm", "-z", copy, "clone", "-m", "copy",
          NAME)
    works("szmgmt: uninstall -F of it", "zoneadm", "-z", copy, "uninstall",
          "-F")
    works("szmgmt: delete -F of it", "zonecfg", "-z", copy, "delete", "-F")
    works("szmgmt: uninstall -F", "zoneadm", "-z", NAME, "uninstall", "-F")
    for words in (("install", "-c", "/nosuch.xml"),
                  ("install", "-m", "/nosuch.xml"),
                  ("attach", "-a", "/nosuch.uar"),
                  ("clone", "-c", "/nosuch.xml", NAME)):
        refused(*words)
    classified("not installed", ("zoneadm", "-z", NAME, "boot"),
               "must be installed before")
    classified("not managed", ("zoneadm", "-z", NAME, "halt"),
               "cannot manage a zone which is in state")
    classified("not configured", ("zoneadm", "-z", "nosuch", "boot"),
               "No such zone configured")
    with tempfile.NamedTemporaryFile("w") as f:
        rc, _, err = shell(f"zonecfg -z {NAME} export > {f.name}")
        check("szmgmt: export to a file", rc == 0, err)
        works("szmgmt: delete -F", "zonecfg", "-z", NAME, "delete", "-F")
        works("szmgmt: zonecfg -f", "zonecfg", "-z", NAME, "-f", f.name)
    works("szmgmt: commands in one word", "zonecfg", "-z", NAME,
          "set autoboot=true;set autoboot=false;info")
    works("szmgmt: delete -F again", "zonecfg", "-z", NAME, "delete", "-F")


crate()
szmgmt()
finish()
