/* SPDX-License-Identifier: ISC
 *
 * options - what is said of an option that a subcommand does not have.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zoneadm/cmd.h"

/* After getopt(3) or getopt_long(3) said '?', or ':' for a missing argument:
 * -1, with ERR_USAGE and the option in words; one that it was probably meant to
 * be is proposed. */
int cmd_wrong_option(const struct cmd_call *call, struct err *e) MUST_CHECK;
