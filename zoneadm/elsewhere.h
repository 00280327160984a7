/* SPDX-License-Identifier: ISC
 *
 * elsewhere - subcommands and options that zoneadm has on other systems.
 */
#pragma once

/* Why there is none here, and what there is instead; NULL: no other system has
 * it either. letter: of an option, 0: the subcommand itself. */
const char *elsewhere_why(const char *command, int letter);
