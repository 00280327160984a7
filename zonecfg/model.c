/* SPDX-License-Identifier: ISC
 *
 * model - a zone's configuration in memory.
 */
#include "zonecfg/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/limits.h"

/* --- values and records --------------------------------------------------- */

void
zc_value_clear(struct zc_value *value)
{
	for (size_t i = 0; i < value->n; i++)
		free(value->item[i]);
	free(value->item);
	*value = (struct zc_value){ 0 };
}

void
zc_value_add(struct zc_value *value, const char *text)
{
	char *copy = mem_strdup(text);

	value->item = mem_grow(value->item, value->n + 1, sizeof(char *));
	value->item[value->n++] = copy;
}

void
zc_value_set(struct zc_value *value, const char *text)
{
	struct zc_value fresh = { 0 };

	zc_value_add(&fresh, text);
	zc_value_clear(value);
	*value = fresh;
}

void
zc_value_drop(struct zc_value *value, size_t i)
{
	free(value->item[i]);
	value->n--;
	memmove(value->item + i, value->item + i + 1,
	    (value->n - i) * sizeof(char *));
}

bool
zc_value_has(const struct zc_value *value, const char *text)
{
	for (size_t i = 0; i < value->n; i++) {
		if (strcmp(value->item[i], text) == 0)
			return true;
	}
	return false;
}

void
zc_rec_init(struct zc_rec *rec, enum zc_type type)
{
	rec->type = type;
	rec->value = mem_alloc(zc_type_props(type) * sizeof(*rec->value));
}

void
zc_rec_done(struct zc_rec *rec)
{
	if (!rec->value)
		return;
	for (size_t i = 0; i < zc_type_props(rec->type); i++)
		zc_value_clear(&rec->value[i]);
	free(rec->value);
	rec->value = NULL;
}

void
zc_rec_copy(struct zc_rec *to, const struct zc_rec *from)
{
	zc_rec_init(to, from->type);
	for (size_t i = 0; i < zc_type_props(from->type); i++) {
		for (size_t k = 0; k < from->value[i].n; k++)
			zc_value_add(&to->value[i], from->value[i].item[k]);
	}
}

struct zc_value *
zc_rec_value(const struct zc_rec *rec, enum zc_prop_id id)
{
	return &rec->value[(size_t)id - (size_t)zc_types[rec->type].first];
}

const char *
zc_rec_text(const struct zc_rec *rec, enum zc_prop_id id)
{
	const struct zc_value *value = zc_rec_value(rec, id);

	return value->n > 0 ? value->item[0] : NULL;
}

static bool
value_equal(const struct zc_value *a, const struct zc_value *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->item[i], b->item[i]) != 0)
			return false;
	}
	return true;
}

static bool
rec_equal(const struct zc_rec *a, const struct zc_rec *b)
{
	if (a->type != b->type)
		return false;
	for (size_t i = 0; i < zc_type_props(a->type); i++) {
		if (!value_equal(&a->value[i], &b->value[i]))
			return false;
	}
	return true;
}

/* --- zones ------------------------------------------------------------------
 */

struct zc_zone *
zc_zone_new(const char *name)
{
	struct zc_zone *zone = mem_alloc(sizeof(*zone));

	(void)snprintf(zone->name, sizeof(zone->name), "%s", name);
	zc_rec_init(&zone->global, ZC_GLOBAL);
	return zone;
}

struct zc_zone *
zc_zone_copy(const struct zc_zone *zone)
{
	struct zc_zone *copy = mem_alloc(sizeof(*copy));

	(void)snprintf(copy->name, sizeof(copy->name), "%s", zone->name);
	zc_rec_copy(&copy->global, &zone->global);
	for (size_t i = 0; i < zone->nres; i++) {
		struct zc_rec rec;

		zc_rec_copy(&rec, &zone->res[i]);
		zc_zone_append(copy, &rec);
	}
	return copy;
}

void
zc_zone_free(struct zc_zone *zone)
{
	if (!zone)
		return;
	zc_rec_done(&zone->global);
	for (size_t i = 0; i < zone->nres; i++)
		zc_rec_done(&zone->res[i]);
	free(zone->res);
	free(zone);
}

void
zc_zone_free_at(struct zc_zone **zone)
{
	zc_zone_free(*zone);
}

/* An unset property and one set to its default mean the same. */
static bool
global_equal(const struct zc_zone *a, const struct zc_zone *b)
{
	for (size_t i = 0; i < zc_type_props(ZC_GLOBAL); i++) {
		if (i != ZC_GLOBAL_ZONENAME &&
		    !str_eq(zc_get(a, zc_props[i].name),
			zc_get(b, zc_props[i].name)))
			return false;
	}
	return true;
}

bool
zc_zone_equal(const struct zc_zone *a, const struct zc_zone *b)
{
	if (a->nres != b->nres || !global_equal(a, b))
		return false;
	for (enum zc_type t = ZC_GLOBAL + 1; t < ZC_TYPES; t++) {
		const struct zc_rec *left;

		for (size_t i = 0; (left = zc_nth(a, t, i)) != NULL; i++) {
			const struct zc_rec *right = zc_nth(b, t, i);

			if (!right || !rec_equal(left, right))
				return false;
		}
	}
	return true;
}

void
zc_zone_append(struct zc_zone *zone, struct zc_rec *rec)
{
	zone->res = mem_grow(zone->res, zone->nres + 1, sizeof(*zone->res));
	zone->res[zone->nres++] = *rec;
	rec->value = NULL;
}

void
zc_zone_drop(struct zc_zone *zone, struct zc_rec *rec)
{
	size_t i = (size_t)(rec - zone->res);

	zc_rec_done(rec);
	zone->nres--;
	memmove(rec, rec + 1, (zone->nres - i) * sizeof(*rec));
}

struct zc_rec *
zc_nth(const struct zc_zone *zone, enum zc_type type, size_t i)
{
	for (size_t k = 0; k < zone->nres; k++) {
		if (zone->res[k].type == type && i-- == 0)
			return &zone->res[k];
	}
	return NULL;
}

size_t
zc_count_type(const struct zc_zone *zone, enum zc_type type)
{
	size_t n = 0;

	for (size_t k = 0; k < zone->nres; k++)
		n += zone->res[k].type == type;
	return n;
}

/* --- reading by name ------------------------------------------------------ */

const char *
zc_get(const struct zc_zone *zone, const char *prop)
{
	enum zc_prop_id id = zc_prop_find(ZC_GLOBAL, prop);
	const char *text;

	if (id == ZC_GLOBAL_ZONENAME)
		return zone->name;
	if (id == ZC_PROPS)
		return NULL;
	text = zc_rec_text(&zone->global, id);
	if (!text)
		text = zc_props[id].initial;
	return text ? text : "";
}

bool
zc_is_true(const struct zc_zone *zone, const char *prop)
{
	return str_eq(zc_get(zone, prop), "true");
}

size_t
zc_count(const struct zc_zone *zone, const char *type)
{
	enum zc_type t = zc_type_find(type);

	return t == ZC_TYPES ? 0 : zc_count_type(zone, t);
}

static const struct zc_value *
res_value(const struct zc_zone *zone, const char *type, size_t i,
    const char *prop)
{
	enum zc_type t = zc_type_find(type);
	enum zc_prop_id id = t == ZC_TYPES ? ZC_PROPS : zc_prop_find(t, prop);
	const struct zc_rec *rec = id == ZC_PROPS ? NULL : zc_nth(zone, t, i);

	return rec ? zc_rec_value(rec, id) : NULL;
}

const char *
zc_res_get(const struct zc_zone *zone, const char *type, size_t i,
    const char *prop)
{
	const struct zc_value *value = res_value(zone, type, i, prop);

	if (!value)
		return NULL;
	return value->n > 0 ? value->item[0] : "";
}

size_t
zc_res_items(const struct zc_zone *zone, const char *type, size_t i,
    const char *prop)
{
	const struct zc_value *value = res_value(zone, type, i, prop);

	return value ? value->n : 0;
}

const char *
zc_res_item(const struct zc_zone *zone, const char *type, size_t i,
    const char *prop, size_t k)
{
	const struct zc_value *value = res_value(zone, type, i, prop);

	return value && k < value->n ? value->item[k] : NULL;
}

bool
zc_limit(const struct zc_zone *zone, const char *rctl, uint64_t *limit)
{
	const struct zc_rec *rec = zc_rctl_find(zone, rctl);
	const struct zc_value *value;
	bool found = false;

	if (!rec)
		return false;
	value = zc_rec_value(rec, ZC_RCTL_VALUE);
	for (size_t i = 0; i < value->n; i++) {
		struct zc_rctl one;

		if (zc_rctl_parse(value->item[i], &one) == -1)
			continue;
		if (!found || one.limit < *limit)
			*limit = one.limit;
		found = true;
	}
	return found;
}
