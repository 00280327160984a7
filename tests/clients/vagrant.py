# SPDX-License-Identifier: ISC
"""vagrant-zones: pfexec in front of all, commands on a pty, the console by a
conversation.

    vagrant.py ZONEPATH ROOT NAME LIBEXEC
"""
import os
import pty
import re
import select
import sys
import time

from client import check, equal, finish, path, run, shell, works

ZONEPATH, ROOT, NAME, LIBEXEC = sys.argv[1:]
PFEXEC = LIBEXEC + "/pfexec"


class Terminal:
    """A program on a pty, and what it has printed since it was last asked."""

    def __init__(self, *argv):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(path(argv[0]), argv)
        self.text = ""

    def expect(self, pattern, limit=60):
        """Read until it is there; True, or False when that takes too long."""
        end = time.monotonic() + limit
        while not re.search(pattern, self.text):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                return False
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return False
            if not data:
                return False
            self.text += data.decode("utf-8", "replace")
        self.text = self.text[re.search(pattern, self.text).end():]
        return True

    def send(self, text):
        os.write(self.fd, text.encode())

    def status(self):
        """Read to the end, for nothing else makes it go; its exit status."""
        self.expect("(?!)")
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def state():
    rc, out, _ = shell(f"{PFEXEC} zoneadm -z {NAME} list -p | "
                       "awk -F: '{ print $3 }'")
    return out.strip() if rc == 0 else None


def create():
    works("zonecfg", PFEXEC, "zonecfg", "-z", NAME,
          f'create -b; set zonepath={ZONEPATH}; set brand=lx; '
          f'set autoboot=false; set bootargs="-m verbose"')
    rc, out, err = run(PFEXEC, "zoneadm", "-z", NAME, "install", "-s", ROOT)
    check("a brand that is not there is greped",
          rc == 1 and "unknown brand" in out + err, (rc, out, err))
    equal("and the zone configured", state(), "configured")
    works("brand", PFEXEC, "zonecfg", "-z", NAME, "set brand=native")
    works("install -s IMAGE", PFEXEC, "zoneadm", "-z", NAME, "install", "-s",
          ROOT)
    equal("installed", state(), "installed")
    works("boot", PFEXEC, "zoneadm", "-z", NAME, "boot")
    equal("running", state(), "running")


def console():
    t = Terminal(PFEXEC, "zlogin", "-C", NAME)
    check("console: banner",
          t.expect(rf"\[Connected to zone '{NAME}' console\]"), t.text)
    t.send("\n")
    check("console: a prompt", t.expect(r"[#$] "), t.text)
    t.send("echo $((6 * 7))\n")
    check("console: an answer", t.expect(r"\r\n42\r\n"), t.text)
    t.send("\n~.")
    equal("console: left by ~.", t.status(), 0)


def login():
    t = Terminal(PFEXEC, "zlogin", NAME)
    check("login: banner", t.expect(rf"\[Connected to zone '{NAME}' pts/\d+\]"),
          t.text)
    check("login: a prompt", t.expect(r"[#$] "), t.text)
    t.send("echo $((6 * 9)) >/tmp/said; cat /tmp/said\n")
    check("login: an answer", t.expect(r"\r\n54\r\n"), t.text)
    t.send("exit\n")
    check("login: its end",
          t.expect(rf"\[Connection to zone '{NAME}' pts/\d+ closed\]"), t.text)
    equal("login: status", t.status(), 0)
    t = Terminal(PFEXEC, "zlogin", NAME, "cat /tmp/said; exit 3")
    check("a command on a pty", t.expect(r"54\r\n"), t.text)
    equal("its status", t.status(), 3)


def destroy():
    works("halt", PFEXEC, "zoneadm", "-z", NAME, "halt")
    works("uninstall -F", PFEXEC, "zoneadm", "-z", NAME, "uninstall", "-F")
    works("delete -F", PFEXEC, "zonecfg", "-z", NAME, "delete", "-F")
    rc, _, err = run(PFEXEC, "-P", "all", "zoneadm", "list")
    check("pfexec gives no privilege", rc == 2 and "not here" in err, err)
    rc, _, err = run(PFEXEC)
    check("pfexec alone tells its use", rc == 2 and "usage: " in err, err)


create()
console()
login()
destroy()
finish()
