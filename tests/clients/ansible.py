# SPDX-License-Identifier: ISC
"""Ansible: the module solaris_zone and the connection zone.

    ansible.py ZONEPATH ROOT NAME PS_DIR

The module would refuse to start here: it wants platform.system() to be SunOS and
platform.release() 5.10 or later. That check is the only thing that is not done.
"""
import os
import re
import sys
import tempfile
import time

from client import check, equal, finish, run, works

ZONEPATH, ROOT, NAME, PS_DIR = sys.argv[1:]


def exists():
    return run("zoneadm", "-z", NAME, "list")[0] == 0


def status():
    rc, out, _ = run("zoneadm", "-z", NAME, "list", "-p")
    return out.split(":")[2] if rc == 0 else "undefined"


def configure(sparse, create_options, config):
    with tempfile.NamedTemporaryFile("w", suffix=".cfg") as f:
        if sparse:
            f.write(f"create {create_options}\n")
        else:
            f.write(f"create -b {create_options}\n")
        f.write(f"set zonepath={ZONEPATH}\n")
        f.write(f"{config}\n")
        f.flush()
        works("module: zonecfg -f", "zonecfg", "-z", NAME, "-f", f.name)


def wait_for_console():
    """As the module: a line of ps -z that begins with ttymon."""
    env = dict(os.environ, PATH=PS_DIR + ":" + os.environ["PATH"])
    for _ in range(60):
        rc, out, _ = run("ps", "-z", NAME, "-o", "args", env=env)
        if rc == 0 and any(re.search(r"^ttymon.*-d /dev/console", line)
                           for line in out.splitlines()):
            return True
        time.sleep(0.5)
    return False


def configure_root():
    """What the module writes into a zone that is installed."""
    etc = ZONEPATH + "/root/etc"
    check("module: root/etc is reached while the zone is installed",
          os.path.isdir(etc))
    with open(etc + "/shadow", encoding="ascii") as f:
        lines = f.read().splitlines()
    for i, line in enumerate(lines):
        fields = line.split(":")
        if fields[0] == "root":
            fields[1] = "$5$abc$def"
            lines[i] = ":".join(fields)
    with open(etc + "/shadow", "w", encoding="ascii") as f:
        f.write("\n".join(lines) + "\n")
    os.makedirs(etc + "/ssh", exist_ok=True)
    key = etc + "/ssh/ssh_host_rsa_key"
    works("module: a host key is made", "ssh-keygen", "-f", key, "-t", "rsa",
          "-N", "")


def module():
    check("module: it does not exist", not exists())
    equal("module: undefined", status(), "undefined")
    configure(True, "", "add net;set physical=lo;set address=10.9.9.9;end")
    check("module: a sparse one inherits", "inherit-pkg-dir" in works(
        "module: info", "zonecfg", "-z", NAME, "info"))
    works("module: install, no options in one word", "zoneadm", "-z", NAME,
          "install", "")
    equal("module: from this host", status(), "installed")
    check("module: its etc", os.path.isdir(ZONEPATH + "/root/etc"))
    works("module: uninstall -F", "zoneadm", "-z", NAME, "uninstall", "-F")
    works("module: delete -F", "zonecfg", "-z", NAME, "delete", "-F")
    configure(False, "", "set autoboot=false;add attr;set name=role;"
              "set type=string;set value=web;end")
    check("module: it exists", exists())
    equal("module: configured", status(), "configured")
    works("module: install, options in one word", "zoneadm", "-z", NAME,
          "install", "-s  -d " + ROOT)
    equal("module: installed", status(), "installed")
    configure_root()
    works("module: halt of an installed zone", "zoneadm", "-z", NAME, "halt")
    works("module: boot", "zoneadm", "-z", NAME, "boot")
    equal("module: running", status(), "running")
    check("module: ps -z shows the console's process", wait_for_console())
    rc, out, _ = run("zlogin", NAME, "grep ^root: /etc/shadow")
    check("module: what it wrote is in the zone", rc == 0 and
          out.startswith("root:$5$abc$def:"), out)


def connection():
    """The plug-in; published, it splits bytes with a text separator and does
    not start under Python 3. Here both are text."""
    names = []
    for line in works("connection: list -ip", "zoneadm", "list",
                      "-ip").splitlines():
        name = line.split(":")[1]
        if name != "global":
            names.append(name)
    equal("connection: its zones", names, [NAME])
    first = works("connection: list -p", "zoneadm", "-z", NAME, "list",
                  "-p").split("\n")[0]
    equal("connection: the root", first.split(":")[3] + "/root",
          ZONEPATH + "/root")
    rc, out, err = run("zlogin", NAME, "/bin/sh -c 'echo out; echo err >&2; "
                       "exit 3'")
    equal("connection: rc, stdout, stderr", (rc, out, err),
          (3, "out\n", "err\n"))
    text = "".join(f"line {i}\n" for i in range(30000))
    rc, _, err = run("zlogin", NAME, "dd of=/root/put bs=65536", stdin=text)
    check("connection: put a file", rc == 0, err)
    rc, out, err = run("zlogin", NAME, "dd if=/root/put bs=65536")
    check("connection: get it back", rc == 0 and out == text, err)
    rc, _, err = run("zlogin", NAME, "dd of=/root/none bs=65536 count=0")
    check("connection: put an empty file", rc == 0, err)
    rc, out, _ = run("zlogin", NAME, "dd if=/root/none bs=65536")
    equal("connection: get the empty file", (rc, out), (0, ""))
    check("connection: what is not there is a failure",
          run("zlogin", NAME, "dd if=/root/nosuch bs=65536")[0] != 0)


def module_end():
    works("module: halt", "zoneadm", "-z", NAME, "halt")
    equal("module: installed", status(), "installed")
    works("module: detach", "zoneadm", "-z", NAME, "detach")
    equal("module: configured", status(), "configured")
    works("module: attach, no options in one word", "zoneadm", "-z", NAME,
          "attach", "")
    equal("module: installed", status(), "installed")
    works("module: detach again", "zoneadm", "-z", NAME, "detach")
    works("module: attach, options in one word", "zoneadm", "-z", NAME,
          "attach", "-F")
    equal("module: installed again", status(), "installed")
    works("module: uninstall -F", "zoneadm", "-z", NAME, "uninstall", "-F")
    works("module: delete -F", "zonecfg", "-z", NAME, "delete", "-F")
    equal("module: undefined", status(), "undefined")


module()
connection()
module_end()
finish()
