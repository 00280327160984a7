/* SPDX-License-Identifier: ISC
 *
 * Rows in columns and rows with colons: the bytes that scripts count on.
 */
#include "zoneadm/table.h"

#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"

static const struct table_col columns[] = {
	{ "ID", 4 },
	{ "NAME", -16 },
	{ "STATUS", -10 },
	{ "PATH", -30 },
	{ "BRAND", -8 },
	{ "IP", -6 },
};

/* What fn writes, as text that the caller frees. */
static char *
written(void (*fn)(FILE *out, const char *const *cells),
    const char *const *cells)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fn(out, cells);
	(void)fclose(out);
	return text;
}

static void
head(FILE *out, const char *const *cells)
{
	(void)cells;
	table_head(out, columns, ARRAY_LEN(columns));
}

static void
row(FILE *out, const char *const *cells)
{
	table_row(out, columns, ARRAY_LEN(columns), cells);
}

static void
colons(FILE *out, const char *const *cells)
{
	table_colons(out, cells, 3);
}

START_TEST(the_head_of_list_is_byte_exact)
{
	_autofree char *text = written(head, NULL);

	ck_assert_str_eq(text,
	    "  ID NAME             STATUS     PATH                           "
	    "BRAND    IP    \n");
}
END_TEST

START_TEST(a_row_of_list_is_byte_exact)
{
	const char *const cells[] = { "3", "z1", "running", "/zones/z1",
		"native", "excl" };
	_autofree char *text = written(row, cells);

	ck_assert_str_eq(text,
	    "   3 z1               running    /zones/z1                      "
	    "native   excl  \n");
}
END_TEST

START_TEST(a_long_cell_pushes_the_others_and_is_not_cut)
{
	const char *const cells[] = { "-", "a-name-longer-than-the-column",
		"shutting_down", "/z", "native", "shared" };
	_autofree char *text = written(row, cells);

	ck_assert_str_eq(text,
	    "   - a-name-longer-than-the-column shutting_down "
	    "/z                             native   shared\n");
}
END_TEST

START_TEST(a_colon_in_a_cell_is_escaped)
{
	const char *const cells[] = { "z", "/a:b:c", "" };
	_autofree char *text = written(colons, cells);

	ck_assert_str_eq(text, "z:/a\\:b\\:c:\n");
}
END_TEST

static void
object(FILE *out, const char *const *cells)
{
	struct table_json j;

	table_json_open(&j, out, 0);
	table_json_text(&j, "name", cells[0]);
	table_json_number(&j, "id", 7);
	table_json_text(&j, "uuid", NULL);
	table_json_close(&j);
}

START_TEST(an_object_is_json_whatever_its_text)
{
	const char *const cells[] = { "a\"b\\c\n\xff\u00e9" };
	_autofree char *text = written(object, cells);

	ck_assert_str_eq(text,
	    "{\n  \"name\": \"a\\\"b\\\\c\\\\x0A\\\\xFF\u00e9\",\n"
	    "  \"id\": 7,\n  \"uuid\": null\n}");
}
END_TEST

UNIT_MAIN("table", the_head_of_list_is_byte_exact, a_row_of_list_is_byte_exact,
    a_long_cell_pushes_the_others_and_is_not_cut, a_colon_in_a_cell_is_escaped,
    an_object_is_json_whatever_its_text)
