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

#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "zoned/proto.h"

/* Once, at start, after zd_loop_init. */
int zd_console_init(const char *zone, struct err *e) MUST_CHECK;

/* The pty master to read and write from now on, -1: the zone is down. Not
 * owned; watched in the loop here. */
void zd_console_master(int fd);

/* A line of ours on the console, "[NOTICE: Zone TEXT]" as on Solaris. */
void zd_console_note(const char *text);

/* A "console" request: takes its stream socket (descriptor 0) over, sends the
 * history, relays. A second client is refused:
 * "Console is already in use by process ID N." */
int zd_console_attach(struct zd_msg *request, struct err *e) MUST_CHECK;

/* The attached client's socket and (where pid is not NULL) process id, -1 for
 * none: kept over a re-execution and handed to zd_console_resume. */
int zd_console_client(int *pid);
int zd_console_resume(int sock, int pid, struct err *e) MUST_CHECK;
