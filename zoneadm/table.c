/* SPDX-License-Identifier: ISC
 *
 * table - rows for people in columns, for programs with colons or as JSON.
 */
#include "zoneadm/table.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

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

void
table_json_open(struct table_json *j, FILE *out, int indent)
{
	*j = (struct table_json){ .out = out, .indent = indent };
	(void)fputc('{', out);
}

static void
member(struct table_json *j, const char *key)
{
	(void)fprintf(j->out, "%s\n%*s\"%s\": ", j->more ? "," : "",
	    j->indent + 2, "", key);
	j->more = true;
}

void
table_json_text(struct table_json *j, const char *key, const char *text)
{
	_autofree char *shown = NULL;

	member(j, key);
	if (!text) {
		(void)fputs("null", j->out);
		return;
	}
	/* No control bytes are left after this: only two need an escape. */
	shown = str_visible(text, strlen(text));
	(void)fputc('"', j->out);
	for (const char *p = shown; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			(void)fputc('\\', j->out);
		(void)fputc(*p, j->out);
	}
	(void)fputc('"', j->out);
}

void
table_json_number(struct table_json *j, const char *key, uint64_t n)
{
	member(j, key);
	(void)fprintf(j->out, "%" PRIu64, n);
}

void
table_json_close(struct table_json *j)
{
	(void)fprintf(j->out, "\n%*s}", j->indent, "");
}
