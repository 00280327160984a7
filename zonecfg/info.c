/* SPDX-License-Identifier: ISC
 *
 * info - a configuration for people: loops over the tables. The format is a
 * contract with many clients: one tab, brackets round what is kept as a
 * resource control.
 */
#include "zonecfg/info.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/lex.h"
#include "zonecfg/limits.h"
#include "zonecfg/value.h"

static void
alias_line(const struct zc_zone *zone, enum zc_prop_id id, FILE *out)
{
	_autofree char *stored = zc_alias_get(zone, id);
	_autofree char *shown = NULL;

	if (!stored)
		return;
	shown = zc_value_show(id, stored);
	fprintf(out, "[%s: %s]\n", zc_props[id].name, shown);
}

void
zc_info_prop(const struct zc_zone *zone, enum zc_prop_id id, FILE *out)
{
	const struct zc_prop *p = &zc_props[id];
	const char *text;

	if (zc_prop_is_alias(id)) {
		alias_line(zone, id, out);
		return;
	}
	text = zc_get(zone, p->name);
	if (*text == '\0' && (p->flags & ZC_REQ))
		fprintf(out, "%s not specified\n", p->name);
	else
		fprintf(out, "%s: %s\n", p->name, text);
}

/* "[ro,nodevices]" */
static void
list_line(const struct zc_prop *p, const struct zc_value *value, FILE *out)
{
	fprintf(out, "\t%s: [", p->name);
	for (size_t i = 0; i < value->n; i++) {
		const char *quote = zc_lex_needs_quotes(value->item[i], true)
		    ? "\""
		    : "";

		fprintf(out, "%s%s%s%s", i > 0 ? "," : "", quote,
		    value->item[i], quote);
	}
	fputs("]\n", out);
}

static void
simple_line(enum zc_prop_id id, const char *stored, FILE *out)
{
	_autofree char *shown = zc_value_show(id, stored);
	bool bracket = (zc_props[id].flags & ZC_RCTL_BACKED) != 0;
	bool quote = strpbrk(shown, " \t") &&
	    !zc_kind_is_complex(zc_props[id].kind);

	fprintf(out, "\t%s%s: %s%s%s%s\n", bracket ? "[" : "",
	    zc_props[id].name, quote ? "\"" : "", shown, quote ? "\"" : "",
	    bracket ? "]" : "");
}

void
zc_info_rec_prop(const struct zc_rec *rec, enum zc_prop_id id, FILE *out)
{
	const struct zc_prop *p = &zc_props[id];
	const struct zc_value *value = zc_rec_value(rec, id);

	if (value->n == 0 && (p->flags & ZC_IFSET))
		return;
	if ((p->flags & ZC_LIST) && !zc_kind_is_complex(p->kind)) {
		list_line(p, value, out);
		return;
	}
	if (value->n == 0)
		fprintf(out, "\t%s not specified\n", p->name);
	for (size_t i = 0; i < value->n; i++)
		simple_line(id, value->item[i], out);
}

void
zc_info_rec(const struct zc_rec *rec, FILE *out)
{
	fprintf(out, "%s:\n", zc_types[rec->type].name);
	for (enum zc_prop_id id = zc_types[rec->type].first;
	     id < zc_types[rec->type + 1].first; id++)
		zc_info_rec_prop(rec, id, out);
}

static void
info_type(const struct zc_zone *zone, enum zc_type type, FILE *out)
{
	struct zc_rec view;

	if (zc_types[type].flags & ZC_VIEW) {
		if (!zc_view_load(zone, type, &view))
			return;
		zc_info_rec(&view, out);
		zc_rec_done(&view);
		return;
	}
	for (size_t i = 0; i < zone->nres; i++) {
		if (zone->res[i].type == type)
			zc_info_rec(&zone->res[i], out);
	}
}

/* Left out of the whole: what has the value it would have anyway. */
static bool
left_out(const struct zc_zone *zone, enum zc_prop_id id)
{
	const struct zc_prop *p = &zc_props[id];

	return (p->flags & ZC_IFSET) && !zc_prop_is_alias(id) &&
	    str_eq(zc_get(zone, p->name), p->initial ? p->initial : "");
}

void
zc_info_defaults(const struct zc_zone *zone, FILE *out)
{
	for (enum zc_prop_id id = zc_types[ZC_GLOBAL].first;
	     id < zc_types[ZC_GLOBAL + 1].first; id++) {
		const struct zc_prop *p = &zc_props[id];
		_autofree char *stored = NULL;

		if (!p->initial)
			continue;
		if (!zc_prop_is_alias(id)) {
			if (left_out(zone, id))
				fprintf(out, "%s: %s\n", p->name, p->initial);
			continue;
		}
		stored = zc_alias_get(zone, id);
		if (!stored && !zc_rctl_find(zone, p->arg))
			fprintf(out, "[%s: %s]\n", p->name, p->initial);
	}
}

void
zc_info(const struct zc_zone *zone, FILE *out)
{
	bool global = zc_name_is_global(zone->name);

	for (enum zc_prop_id id = zc_types[ZC_GLOBAL].first;
	     id < zc_types[ZC_GLOBAL + 1].first; id++) {
		if (left_out(zone, id))
			continue;
		if (!global || id == ZC_GLOBAL_ZONENAME ||
		    (zc_props[id].flags & ZC_GZ))
			zc_info_prop(zone, id, out);
	}
	for (enum zc_type t = ZC_GLOBAL + 1; t < ZC_TYPES; t++)
		info_type(zone, t, out);
}
