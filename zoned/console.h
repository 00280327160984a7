/* SPDX-License-Identifier: ISC
 *
 * console - the zone's console: what it prints goes to a bounded log, and to
 * the one person who is attached.
 *
 * The log, /var/log/zones/NAME.console, is the history: there is none in
 * memory. It is written whether or not somebody looks, kept over reboots of the
 * zone, and cut to its last half at 1 MiB.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "zoned/proto.h"

/* Once, at start. changed is called when a client comes or goes. */
void zd_console_init(const char *zone, void (*changed)(void *arg), void *arg);

/* The pty master to read and write from now on; not owned. */
int zd_console_start(int master, struct err *e) MUST_CHECK;

/* The zone is down: take what it still printed, let the pty go. */
void zd_console_stop(void);

/* A line of ours on the console. */
void zd_console_notice(const char *fmt, ...) PRINTF(1, 2);

/* A "console" request of process pid: takes its stream socket (descriptor 0)
 * over, sends the history, relays. A second client is refused:
 * "Console is already in use by process ID N." */
int zd_console_attach(struct zd_msg *request, int pid, struct zd_msg *reply,
    struct err *e) MUST_CHECK;

bool zd_console_busy(void);

/* The zone has halted: a client that asked for it is let go. */
void zd_console_halted(void);

/* The attached client's socket and process id, -1 for none: kept over a
 * re-execution and handed to zd_console_resume. */
int zd_console_client(int *pid);
int zd_console_resume(int sock, int pid, struct err *e) MUST_CHECK;
