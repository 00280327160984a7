/* SPDX-License-Identifier: ISC
 *
 * complete - what may stand at the end of a line, out of the tables.
 */
#pragma once

#include <stddef.h>

#include "zonecfg/model.h"

struct zc_word {
	char text[256];
};

/* The words that the last, unfinished word of line (its first len bytes) may
 * become in the scope of type; *word is where it starts. zone may be NULL: what
 * it has is offered to "select" and the like. Fills at most max, returns how
 * many. */
size_t zc_complete(const char *line, size_t len, const struct zc_zone *zone,
    enum zc_type scope, struct zc_word *words, size_t max, size_t *word);
