/* SPDX-License-Identifier: ISC
 *
 * options - are the words behind a subcommand its own, and what is said of one
 * that is not.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zoneadm/cmd.h"

/* After getopt(3) or getopt_long(3) said '?', or ':' for a missing argument:
 * -1, with ERR_USAGE and the option in words; one that it was probably meant to
 * be is proposed. */
int cmd_wrong_option(const struct cmd_call *call, struct err *e) MUST_CHECK;

/* Before the zone is looked at: are options, their values and the number of
 * words what the row of the subcommand says. Leaves values to the subcommand.
 * -1 with ERR_USAGE. */
int cmd_check_options(const struct cmd_call *call, struct err *e) MUST_CHECK;
