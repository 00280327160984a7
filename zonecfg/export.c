/* SPDX-License-Identifier: ISC
 *
 * export - a configuration as the commands that make it: loops over the tables.
 */
#include "zonecfg/export.h"

#include <stdlib.h>

#include "base/mem.h"
#include "zonecfg/lex.h"
#include "zonecfg/value.h"

static void
print_value(enum zc_prop_id id, const char *text, FILE *out)
{
	bool raw = zc_kind_is_complex(zc_props[id].kind);
	const char *quote = !raw && zc_lex_needs_quotes(text, false) ? "\""
								     : "";

	fprintf(out, "%s%s%s", quote, text, quote);
}

static void
print_prop(enum zc_prop_id id, const struct zc_value *value, FILE *out)
{
	const struct zc_prop *p = &zc_props[id];

	for (size_t i = 0; i < value->n; i++) {
		if (p->flags & ZC_LIST)
			fprintf(out, "add %s ", p->name);
		else
			fprintf(out, "set %s=", p->name);
		print_value(id, value->item[i], out);
		fputc('\n', out);
	}
}

static void
print_global(const struct zc_zone *zone, FILE *out)
{
	for (enum zc_prop_id id = zc_types[ZC_GLOBAL].first;
	     id < zc_types[ZC_GLOBAL + 1].first; id++) {
		const struct zc_prop *p = &zc_props[id];
		const char *text = zc_get(zone, p->name);

		/* The name goes with the file, limits with the rctl blocks. */
		if (id == ZC_GLOBAL_ZONENAME || zc_prop_is_alias(id) ||
		    *text == '\0')
			continue;
		if (zc_name_is_global(zone->name) && !(p->flags & ZC_GZ))
			continue;
		if (!(p->flags & ZC_SHOWN) && p->initial &&
		    strcmp(text, p->initial) == 0)
			continue;
		fprintf(out, "set %s=", p->name);
		print_value(id, text, out);
		fputc('\n', out);
	}
}

static void
print_rec(const struct zc_rec *rec, FILE *out)
{
	fprintf(out, "add %s\n", zc_types[rec->type].name);
	for (enum zc_prop_id id = zc_types[rec->type].first;
	     id < zc_types[rec->type + 1].first; id++) {
		if (!(zc_props[id].flags & ZC_RCTL_BACKED))
			print_prop(id, zc_rec_value(rec, id), out);
	}
	fputs("end\n", out);
}

/* The type of that rank, or ZC_TYPES. */
static enum zc_type
type_of_rank(unsigned rank)
{
	for (enum zc_type t = ZC_GLOBAL + 1; t < ZC_TYPES; t++) {
		if (zc_types[t].rank == rank)
			return t;
	}
	return ZC_TYPES;
}

void
zc_export_to(const struct zc_zone *zone, FILE *out)
{
	fputs("create -b\n", out);
	print_global(zone, out);
	for (unsigned rank = 1; rank < ZC_TYPES; rank++) {
		enum zc_type t = type_of_rank(rank);

		for (size_t i = 0; i < zone->nres; i++) {
			if (zone->res[i].type == t)
				print_rec(&zone->res[i], out);
		}
	}
}

char *
zc_export(const struct zc_zone *zone)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	zc_export_to(zone, out);
	/* Only memory can fail, and that ends the program everywhere else too.
	 */
	if (fclose(out) != 0)
		abort();
	return text;
}
