#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""without - run a command as on a kernel that lacks nftables: a socket of its
netlink protocol is refused with the error that such a kernel has.

without.py nftables COMMAND...
"""
import ctypes
import os
import platform
import struct
import sys

SOCKET = {"x86_64": 41, "aarch64": 198}[platform.machine()]
AF_NETLINK, NETLINK_NETFILTER, EPROTONOSUPPORT = 16, 12, 93
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
LOAD, IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def code(op, value, yes=0, no=0):
    return struct.pack("=HBBI", op, yes, no, value)


def lack_nftables():
    """Number, first and third argument of the call; else it passes."""
    program = b"".join([
        code(LOAD, 0), code(IF_EQUAL, SOCKET, 0, 5),
        code(LOAD, 16), code(IF_EQUAL, AF_NETLINK, 0, 3),
        code(LOAD, 32), code(IF_EQUAL, NETLINK_NETFILTER, 0, 1),
        code(RETURN, ERRNO | EPROTONOSUPPORT), code(RETURN, ALLOW),
    ])
    text = ctypes.create_string_buffer(program)
    filter_ = struct.pack("=H6xQ", len(program) // 8, ctypes.addressof(text))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_, 0, 0) != 0:
        sys.exit("without: seccomp: " + os.strerror(ctypes.get_errno()))


if len(sys.argv) < 3 or sys.argv[1] != "nftables":
    sys.exit(__doc__)
lack_nftables()
os.execvp(sys.argv[2], sys.argv[2:])
