/* SPDX-License-Identifier: ISC
 *
 * session - passes bytes between the caller's descriptors and a session in a
 * zone, until it ends. The caller's descriptors never enter the zone, and are
 * never made non-blocking: others may share them.
 */
#pragma once

#include <stdbool.h>

#include "zoneadm/tty.h"

enum session_kind {
	SESSION_PIPES, /* stdin, stdout, stderr of a command */
	SESSION_PTY,   /* zone[0] and zone[1] are the master of its terminal */
	SESSION_CONSOLE, /* zone[0] and zone[1] are the console's socket */
};

enum session_end {
	SESSION_STATUS,  /* the shell ended: result is its wait status */
	SESSION_ESCAPED, /* the caller typed the escape */
	SESSION_CLOSED,  /* the other side is gone */
	SESSION_SIGNAL,  /* a signal ended us: result is its number */
};

struct session {
	enum session_kind kind;
	int user[3]; /* the caller's stdin, stdout, stderr; stdin -1: none,
		      * and so where it has ended */
	int zone[3]; /* where stdin goes to, stdout and stderr come from */
	int status;  /* the status socket, -1: none */
	bool raw;    /* user[0] is a terminal in raw mode */
	struct tty_escape escape;
	int result;
	int lost; /* errno of a write to user[1] or user[2] that failed, and not
		   * because its reader went away */
};

/* Block the signals that session_run takes. Called first, before the zone is
 * asked, so that none is lost. */
void session_block_signals(void);

/* Run it. The descriptors in zone are closed as their streams end. */
enum session_end session_run(struct session *s);
