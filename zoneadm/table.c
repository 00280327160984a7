/* SPDX-License-Identifier: ISC
 *
 * table - rows for people in columns, and rows for programs with colons.
 */
#include "zoneadm/table.h"

#include <string.h>

static void
cell(FILE *out, size_t i, int width, const char *text)
{
	if (i > 0)
		(void)fputc(' ', out);
	(void)fprintf(out, "%*s", width, text);
}

void
table_head(FILE *out, const struct table_col *cols, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cell(out, i, cols[i].width, cols[i].title);
	(void)fputc('\n', out);
}

void
table_row(FILE *out, const struct table_col *cols, size_t n,
    const char *const *cells)
{
	for (size_t i = 0; i < n; i++)
		cell(out, i, cols[i].width, cells[i]);
	(void)fputc('\n', out);
}

/* Whole pieces between colons: a list of thousands of zones is long. */
static void
escaped(FILE *out, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, ":");

		(void)fwrite(text, 1, n, out);
		if (text[n] == '\0')
			return;
		(void)fputs("\\:", out);
		text += n + 1;
	}
}

void
table_colons(FILE *out, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			(void)fputc(':', out);
		escaped(out, cells[i]);
	}
	(void)fputc('\n', out);
}
