/* SPDX-License-Identifier: ISC
 *
 * complete - what may stand at the end of a line, out of the tables.
 */
#pragma once

#include <stddef.h>

#include "zonecfg/prop.h"

struct zc_word {
	char text[32];
};

/* The words that the last, unfinished word of line (its first len bytes) may
 * become in the scope of type; *word is where it starts. Fills at most max,
 * returns how many. */
size_t zc_complete(const char *line, size_t len, enum zc_type scope,
    struct zc_word *words, size_t max, size_t *word);
