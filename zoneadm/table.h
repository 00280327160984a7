/* SPDX-License-Identifier: ISC
 *
 * table - rows for people in columns, rows for programs with colons or as flat
 * JSON objects. What nests is printed by base/json.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
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

/* One flat object, its members indented one step deeper than indent columns.
 * NULL text is null; bytes that are not UTF-8 are shown as \xNN. */
struct table_json {
	FILE *out;
	int indent;
	bool more; /* a member has been printed */
};
void table_json_open(struct table_json *j, FILE *out, int indent);
void table_json_text(struct table_json *j, const char *key, const char *text);
void table_json_number(struct table_json *j, const char *key, uint64_t n);
void table_json_close(struct table_json *j);
