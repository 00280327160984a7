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
 * waits for it and writes its wait status (an int, as waitpid gives it) into the
 * status pipe: a session does not need zoned any more.
 *
 * Descriptors of the answer to "login", in order:
 *   mode=pipe, copy: 0 write end of its stdin, 1 read end of its stdout, 2 read
 *                    end of its stderr, 3 read end of the status pipe
 *   mode=pty:        0 pty master (window size is set on it), 1 status pipe
 * and "tty=pts/N" for mode=pty.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zoned/proto.h"

struct zd_zone;

/* Answer a "login" request: fill reply with the descriptors. The child may
 * still be on its way to exec when this returns; a failure there shows as the
 * end of the status pipe with a line on stderr (mode=pipe) or the pty. */
int zd_enter(struct zd_zone *z, const struct zd_msg *request,
    struct zd_msg *reply, struct err *e) MUST_CHECK;
