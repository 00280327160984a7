/* SPDX-License-Identifier: ISC
 *
 * enter - a further process in a running zone, by the same drop path as its
 * init: what zlogin and zonecp ask for.
 *
 * zoned makes the pipes or the pty, clones a child straight into the zone's pid
 * namespace and cgroup, which joins the other namespaces by the pidfd of init,
 * takes the same capability bound and filter, and executes the static
 * zone-login from zoned's private read-only mount. zone-login looks the user up
 * in the zone, sets user, groups, environment and directory, starts the shell,
 * waits for it and writes its wait status (an int, as waitpid gives it) into
 * the status socket: a session does not need zoned any more. The caller may
 * write signal numbers into it, one byte each, for the shell's process group;
 * when it closes before the status has come, the shell gets SIGHUP.
 *
 * "trusted=1" of a request: in an immutable zone the session may write all of
 * the root. It runs in a mount namespace of its own, with a user namespace that
 * the zone has no power in.
 *
 * "rows=" and "cols=" of a request set the size of the pty.
 *
 * Descriptors of the answer to "login", in order:
 *   mode=pipe, copy: 0 write end of its stdin, 1 read end of its stdout, 2 read
 *                    end of its stderr, 3 the status socket
 *   mode=pty:        0 pty master (window size is set on it), 1 the status
 * socket and "tty=pts/N" for mode=pty.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zoned/proto.h"

struct zd_zone;

/* The longest command: the kernel's limit of one argument (MAX_ARG_STRLEN). */
enum { ZD_COMMAND_MAX = 128 * 1024 - 1 };

/* Carry out a "login" request, which is taken over. The answer goes to client
 * when the child has executed zone-login, or has failed, which a zone can delay
 * by seconds: nobody else waits meanwhile. -1: failed at once, the answer is
 * the caller's. */
int zd_enter(struct zd_zone *z, struct zd_msg *request, int client,
    struct err *e) MUST_CHECK;

/* That client has hung up: what is on its way for it is of no use. */
void zd_enter_forget(int client);
