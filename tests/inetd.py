#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
#
# inetd - listen on a unix socket of packets, and start a program for each
# connection as its descriptor 0, as systemd does with Accept=yes.
#
#	tests/inetd.py SOCKET PROGRAM [ARGUMENT...]
import os
import signal
import socket
import sys

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
os.chdir(os.path.dirname(sys.argv[1]))
listener.bind(os.path.basename(sys.argv[1]))
os.chmod(os.path.basename(sys.argv[1]), 0o666)
listener.listen(16)
while True:
    connection, _ = listener.accept()
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(connection.fileno(), 0)
        os.execv(sys.argv[2], sys.argv[2:])
    connection.close()
