#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
#
# expect - run a command on a terminal of its own and talk to it.
#
#	expect.py COMMAND... <<'END'
#	< REGEX         wait for it in what came since the last match (10 s)
#	> TEXT          type it (Python escapes: \r \x04)
#	size ROWS COLS  change the terminal's size
#	raw | cooked    the terminal must be in that mode now
#	signal NAME     send it to the command
#	wait SECONDS
#	end             wait for the command's end, which may take 10 s
#	END
#
# What the command wrote goes to stdout. The exit status is the command's (128 +
# N for a signal), or 99 where something was waited for in vain; then stderr
# tells what. The terminal must be cooked when the command has ended: else 98.
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 10.0
TIOCGPTN = 0x80045430


class Talk:
    def __init__(self, argv):
        self.seen = b""
        # A slave of our own keeps the terminal after the command has ended.
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", 24, 80, 0, 0))
            try:
                os.execvp(argv[0], argv)
            finally:
                os._exit(127)
        number = fcntl.ioctl(self.fd, TIOCGPTN, b"\0" * 4)
        self.tty = os.open(f"/dev/pts/{struct.unpack('I', number)[0]}",
                           os.O_RDWR | os.O_NOCTTY)

    def read(self, timeout):
        ready, _, _ = select.select([self.fd], [], [], timeout)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.seen += data
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return bool(data)

    def expect(self, pattern):
        regex = re.compile(pattern.encode(), re.S)
        end = time.monotonic() + LIMIT
        while True:
            found = regex.search(self.seen)
            if found:
                self.seen = self.seen[found.end():]
                return
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"waited in vain for {pattern!r}; "
                                   f"got {self.seen!r}")
            self.read(min(left, 0.1))

    def mode(self, raw):
        end = time.monotonic() + 2
        while bool(termios.tcgetattr(self.tty)[3] & termios.ICANON) == raw:
            if time.monotonic() > end:
                raise TimeoutError("the terminal is in the wrong mode")
            time.sleep(0.02)

    def end(self):
        limit = time.monotonic() + LIMIT
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > limit:
                os.kill(self.pid, signal.SIGKILL)
                raise TimeoutError(f"the command does not end; "
                                   f"got {self.seen!r}")
            self.read(0.05)
        while self.read(0.05):
            pass
        return os.waitstatus_to_exitcode(status)

    def do(self, line):
        word, _, rest = line.partition(" ")
        if word == "<":
            self.expect(rest)
        elif word == ">":
            os.write(self.fd, rest.encode().decode("unicode_escape")
                     .encode("latin-1"))
        elif word == "size":
            rows, cols = map(int, rest.split())
            fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                        struct.pack("HHHH", rows, cols, 0, 0))
        elif word in ("raw", "cooked"):
            self.mode(word == "raw")
        elif word == "signal":
            os.kill(self.pid, getattr(signal, "SIG" + rest))
        elif word == "wait":
            end = time.monotonic() + float(rest)
            while time.monotonic() < end:
                self.read(0.05)
        elif word not in ("", "end"):
            raise ValueError(f"unknown word {word!r}")


def main():
    talk = Talk(sys.argv[1:])
    try:
        for line in sys.stdin.read().splitlines():
            talk.do(line)
        code = talk.end()
        cooked = termios.tcgetattr(talk.tty)[3] & termios.ICANON
        if not cooked:
            raise ValueError("the terminal was left in raw mode")
        code = code if code >= 0 else 128 - code
    except TimeoutError as e:
        print(f"expect: {e}", file=sys.stderr)
        code = 99
    except ValueError as e:
        print(f"expect: {e}", file=sys.stderr)
        code = 98
    if code == 99:
        try:
            os.kill(talk.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return code


sys.exit(main())
