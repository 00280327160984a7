/* SPDX-License-Identifier: ISC
 *
 * hint - the next command to type, told to a person behind an error.
 *
 * Programs that call ours compare whole texts of errors, and some take every
 * line on stderr for the reason; so a hint is a line of its own, and only there
 * where stderr is a terminal.
 */
#pragma once

#include "zonecfg/index.h"

/* "PROGRAM: ..." on stderr: what leads on from a zone in this state. */
void zc_hint_state(const char *program, const char *zone, enum zc_state state);

/* "PROGRAM: did you mean 'web'?": the zone that is called nearly so; else what
 * lists them. */
void zc_hint_zone(const char *program, const char *name);
