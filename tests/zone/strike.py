#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""strike - run zoneadm and kill the zone's zoned at a chosen moment.

    strike.py MICROSECONDS ZONE SUBCOMMAND...

Waits until a zoned holds the zone's lock (boot starts one), then that long, then
kills it. Prints "struck" where it was there to be killed."""
import os
import subprocess
import sys
import time

delay = int(sys.argv[1]) / 1e6
zone = sys.argv[2]
lock = "%s/run/zones/%s/zoned.lock" % (os.environ["ZONES_ROOT"], zone)


def holder():
    """Process id of a zoned that lives, or 0."""
    try:
        with open(lock) as f:
            pid = int(f.read().split()[0])
        with open("/proc/%d/cmdline" % pid) as f:
            return pid if f.read().startswith("zoned\0-z\0%s\0" % zone) else 0
    except (OSError, ValueError, IndexError):
        return 0


command = subprocess.Popen(["zoneadm", "-z", zone] + sys.argv[3:],
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
end = time.monotonic() + 10
pid = holder()
while pid == 0 and command.poll() is None and time.monotonic() < end:
    pid = holder()
if pid:
    until = time.monotonic() + delay
    while time.monotonic() < until:
        pass
    try:
        os.kill(pid, 9)
        print("struck")
    except ProcessLookupError:
        pass
command.wait()
