# SPDX-License-Identifier: ISC
"""client - what the tests of other people's programs share.

Each client of tests/clients runs the exact argument vectors of one program and
reads the answers by that program's own rules, written anew. The one thing that
differs: a path like /usr/sbin/zoneadm is looked up in PATH, because the tests run
what is not installed.
"""
import os
import subprocess
import sys

count = 0
bad = 0


def path(word):
    """The program in PATH that a client calls by its absolute path."""
    head, name = os.path.split(word)
    ours = ("zoneadm", "zonecfg", "zlogin", "zonename")
    return name if head in ("/usr/sbin", "/usr/bin") and name in ours else word


def run(*argv, stdin=None, env=None):
    """rc, stdout, stderr of an argument vector."""
    done = subprocess.run([path(argv[0]), *argv[1:]], input=stdin, env=env,
                          stdin=subprocess.DEVNULL if stdin is None else None,
                          capture_output=True, text=True, timeout=280,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def shell(text, env=None):
    """The same for a client that gives a line to a shell."""
    for name in ("zoneadm", "zonecfg", "zlogin"):
        text = text.replace("/usr/sbin/" + name, name)
    return run("/bin/sh", "-c", text, env=env)


def check(sentence, good, got=None):
    """One line of TAP."""
    global count, bad
    count += 1
    if good:
        print(f"ok {count} - {sentence}", flush=True)
        return
    bad += 1
    print(f"not ok {count} - {sentence}")
    for line in str(got).splitlines():
        print(f"# {line}")
    sys.stdout.flush()


def equal(sentence, got, wanted):
    check(sentence, got == wanted, f"got:    {got!r}\nwanted: {wanted!r}")


def works(sentence, *argv, stdin=None, env=None):
    """rc must be 0; stdout."""
    done = run(*argv, stdin=stdin, env=env)
    check(sentence, done[0] == 0, f"{argv}: {done}")
    return done[1]


def finish():
    print(f"1..{count}")
    sys.exit(1 if bad else 0)
