/* SPDX-License-Identifier: ISC
 *
 * gate - may this subcommand be run on this zone, here and now: the checks that
 * every subcommand passes, in their fixed order and with their fixed words.
 */
#pragma once

#include <stdbool.h>

#include "zoneadm/cmd.h"

/* What is known before anything is read. */
struct gate_caller {
	bool in_zone; /* we run inside a zone */
	bool root;
};

/* The checks that need no zone: where we are, who we are, whether a zone was
 * named and may be meant. Pure. */
int gate_check_call(const struct cmd *cmd, const struct gate_caller *caller,
    const char *zone, struct err *e) MUST_CHECK;

/* The checks of the zone's state; force: the row's force option was given.
 * Pure. */
int gate_check_state(const struct cmd *cmd, enum zc_state state, bool force,
    struct err *e) MUST_CHECK;

/* The first half, with everything read that the second needs: fills entry, run,
 * state and lock of the call. That the lock is somebody else's is kept in busy:
 * a wrong state is worth more to the caller. */
int gate_open(struct cmd_call *call, struct err *busy, struct err *e)
    MUST_CHECK;

/* Read entry, run and state of the call's zone (again). */
int gate_load(struct cmd_call *call, struct err *e) MUST_CHECK;

/* The second half. */
int gate_decide(const struct cmd_call *call, const struct err *busy,
    struct err *e) MUST_CHECK;

/* Whether the option letter stands among the options of the call, before "--"
 * or the first operand. Pure. */
bool gate_has_option(int argc, char *const *argv, char letter);

/* The call changes nothing, and its zone may be in any state, or none. Pure. */
bool gate_only_asks(const struct cmd *cmd, int argc, char *const *argv);
