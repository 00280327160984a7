/* SPDX-License-Identifier: ISC
 *
 * progress - one line on a terminal that tells how far long work is; silent
 * where stderr is none.
 */
#pragma once

#include <stdbool.h>

struct progress {
	bool on;   /* stderr is a terminal */
	int width; /* of the line shown now, 0: none */
};

void progress_start(struct progress *p);

/* Show text in place of what was shown before. */
void progress_show(struct progress *p, const char *text);

/* Take the line away: before anything else is printed, and at the end. */
void progress_clear(struct progress *p);
