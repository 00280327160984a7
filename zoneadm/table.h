/* SPDX-License-Identifier: ISC
 *
 * table - rows for people in columns, and rows for programs with colons.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* A column: its head, and its width as in printf, negative to the left. A
 * longer cell pushes what follows; nothing is ever cut. */
struct table_col {
	const char *title;
	int width;
};

void table_head(FILE *out, const struct table_col *cols, size_t n);
void table_row(FILE *out, const struct table_col *cols, size_t n,
    const char *const *cells);

/* "a:b:c", a ':' in a cell written "\:". */
void table_colons(FILE *out, const char *const *cells, size_t n);
