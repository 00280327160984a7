/* SPDX-License-Identifier: ISC
 *
 * diff - what differs between two configurations.
 */
#include "zonecfg/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/lex.h"
#include "zonecfg/limits.h"
#include "zonecfg/value.h"
#include "zonecfg/verify.h"

static char *
copy_of(const char *text)
{
	return text ? mem_strdup(text) : NULL;
}

static void
note(struct zc_diff *d, const char *res, const char *prop, const char *from,
    const char *to)
{
	d->change = mem_grow(d->change, d->n + 1, sizeof(*d->change));
	d->change[d->n++] = (struct zc_change){ .res = copy_of(res),
		.prop = prop,
		.from = copy_of(from),
		.to = copy_of(to) };
}

void
zc_diff_done(struct zc_diff *diff)
{
	for (size_t i = 0; i < diff->n; i++) {
		free(diff->change[i].res);
		free(diff->change[i].from);
		free(diff->change[i].to);
	}
	free(diff->change);
	*diff = (struct zc_diff){ 0 };
}

/* As it is typed: "v", "a b" in quotes, [a,b]; NULL where it is unset. */
static char *
typed(enum zc_prop_id id, const struct zc_value *value)
{
	bool list = (zc_props[id].flags & ZC_LIST) != 0;
	char *all;

	if (value->n == 0)
		return NULL;
	all = mem_strdup(list ? "[" : "");
	for (size_t i = 0; i < value->n; i++) {
		const char *quote = !zc_kind_is_complex(zc_props[id].kind) &&
			zc_lex_needs_quotes(value->item[i], list)
		    ? "\""
		    : "";
		char *longer = mem_printf("%s%s%s%s%s%s", all, i > 0 ? "," : "",
		    quote, value->item[i], quote,
		    list && i + 1 == value->n ? "]" : "");

		free(all);
		all = longer;
	}
	return all;
}

/* "net physical=eth0 address=192.0.2.7/24" */
static char *
title(const struct zc_rec *rec)
{
	char *all = mem_strdup(zc_types[rec->type].name);

	for (enum zc_prop_id id = zc_types[rec->type].first;
	     id < zc_types[rec->type + 1].first; id++) {
		_autofree char *text = NULL;
		char *longer;

		if (!(zc_props[id].flags & ZC_KEY))
			continue;
		text = typed(id, zc_rec_value(rec, id));
		if (!text)
			continue;
		longer = mem_printf("%s %s=%s", all, zc_props[id].name, text);
		free(all);
		all = longer;
	}
	return all;
}

static void
diff_recs(struct zc_diff *d, const struct zc_rec *a, const struct zc_rec *b)
{
	_autofree char *name = title(b);

	for (enum zc_prop_id id = zc_types[a->type].first;
	     id < zc_types[a->type + 1].first; id++) {
		_autofree char *from = typed(id, zc_rec_value(a, id));
		_autofree char *to = typed(id, zc_rec_value(b, id));

		if (!str_eq(from, to))
			note(d, name, zc_props[id].name, from, to);
	}
}

/* All properties of a resource that only one of them has. */
static void
one_sided(struct zc_diff *d, const struct zc_rec *rec, bool gone)
{
	_autofree char *name = title(rec);

	note(d, name, NULL, gone ? "" : NULL, gone ? NULL : "");
	for (enum zc_prop_id id = zc_types[rec->type].first;
	     id < zc_types[rec->type + 1].first; id++) {
		_autofree char *text = typed(id, zc_rec_value(rec, id));

		if (text)
			note(d, name, zc_props[id].name, gone ? text : NULL,
			    gone ? NULL : text);
	}
}

/* The one of the zone that is the same resource. */
static const struct zc_rec *
counterpart(const struct zc_zone *zone, const struct zc_rec *rec)
{
	if (zc_types[rec->type].flags & ZC_ONE)
		return zc_nth(zone, rec->type, 0);
	for (size_t i = 0; i < zone->nres; i++) {
		if (zone->res[i].type == rec->type &&
		    zc_rec_same_key(&zone->res[i], rec))
			return &zone->res[i];
	}
	return NULL;
}

static void
diff_type(struct zc_diff *d, const struct zc_zone *a, const struct zc_zone *b,
    enum zc_type type)
{
	const struct zc_rec *rec;

	for (size_t i = 0; (rec = zc_nth(a, type, i)) != NULL; i++) {
		const struct zc_rec *other = counterpart(b, rec);

		if (other)
			diff_recs(d, rec, other);
		else
			one_sided(d, rec, true);
	}
	for (size_t i = 0; (rec = zc_nth(b, type, i)) != NULL; i++) {
		if (!counterpart(a, rec))
			one_sided(d, rec, false);
	}
}

struct zc_diff
zc_diff(const struct zc_zone *a, const struct zc_zone *b)
{
	struct zc_diff d = { 0 };

	for (size_t i = 0; i < zc_type_props(ZC_GLOBAL); i++) {
		const char *name = zc_props[i].name;

		/* Limits show as the resource controls that they are. */
		if (i == ZC_GLOBAL_ZONENAME ||
		    zc_prop_is_alias((enum zc_prop_id)i) ||
		    strcmp(zc_get(a, name), zc_get(b, name)) == 0)
			continue;
		note(&d, NULL, name, zc_get(a, name), zc_get(b, name));
	}
	for (enum zc_type t = ZC_GLOBAL + 1; t < ZC_TYPES; t++)
		diff_type(&d, a, b, t);
	return d;
}

/* --- print ------------------------------------------------------------------
 */

static void
line(const struct zc_change *c, bool old, bool colour, FILE *out)
{
	const char *value = old ? c->from : c->to;
	const char *paint = old ? "\033[31m" : "\033[32m";

	if (!value)
		return;
	fprintf(out, "%s%c", colour ? paint : "", old ? '-' : '+');
	if (!c->prop)
		fprintf(out, "%s:", c->res);
	else if (c->res)
		fprintf(out, "\t%s: %s", c->prop, value);
	else
		fprintf(out, "%s: %s", c->prop, value);
	fprintf(out, "%s\n", colour ? "\033[m" : "");
}

void
zc_diff_print(const struct zc_diff *diff, bool colour, FILE *out)
{
	const char *last = NULL;

	for (size_t i = 0; i < diff->n; i++) {
		const struct zc_change *c = &diff->change[i];

		if (c->res && c->prop && !str_eq(c->res, last))
			fprintf(out, " %s:\n", c->res);
		last = c->res;
		line(c, true, colour, out);
		line(c, false, colour, out);
	}
}
