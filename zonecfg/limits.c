/* SPDX-License-Identifier: ISC
 *
 * limits - resource controls and their shorter spellings.
 */
#include "zonecfg/limits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/value.h"

/* One "name=value" of the three; each may come only once. */
static int
rctl_member(const char *item, struct zc_rctl *out, unsigned *seen)
{
	const char *text;
	unsigned which;

	text = str_after(item, "priv=");
	if (text) {
		which = 1;
		if (strcmp(text, "privileged") != 0)
			return -1;
	} else if ((text = str_after(item, "limit=")) != NULL) {
		which = 2;
		if (str_u64(text, UINT64_MAX, &out->limit) == -1)
			return -1;
	} else if ((text = str_after(item, "action=")) != NULL) {
		which = 4;
		out->deny = strcmp(text, "deny") == 0;
		if (!out->deny && strcmp(text, "none") != 0)
			return -1;
	} else {
		return -1;
	}
	if (*seen & which)
		return -1;
	*seen |= which;
	return 0;
}

/* No member holds anything that has to be quoted, but people do quote. */
static void
drop_quotes(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		if (*from != '"')
			*to++ = *from;
	}
	*to = '\0';
}

int
zc_rctl_parse(const char *text, struct zc_rctl *out)
{
	size_t len = strlen(text);
	_autofree char *copy = NULL;
	struct zc_rctl rctl = { 0 };
	unsigned seen = 0;
	char *rest;
	char *item;

	if (len < 2 || text[0] != '(' || text[len - 1] != ')')
		return -1;
	copy = mem_strndup(text + 1, len - 2);
	drop_quotes(copy);
	rest = copy;
	while ((item = strsep(&rest, ",")) != NULL) {
		if (rctl_member(item, &rctl, &seen) == -1)
			return -1;
	}
	if (seen != 7)
		return -1;
	*out = rctl;
	return 0;
}

char *
zc_rctl_print(const struct zc_rctl *rctl)
{
	return mem_printf("(priv=privileged,limit=%" PRIu64 ",action=%s)",
	    rctl->limit, rctl->deny ? "deny" : "none");
}

struct zc_rec *
zc_rctl_find(const struct zc_zone *zone, const char *name)
{
	for (size_t i = 0; i < zone->nres; i++) {
		struct zc_rec *rec = &zone->res[i];

		if (rec->type == ZC_RCTL &&
		    str_eq(zc_rec_text(rec, ZC_RCTL_NAME), name))
			return rec;
	}
	return NULL;
}

static bool
alias_denies(enum zc_prop_id id)
{
	return !(zc_props[id].flags & ZC_SHARES);
}

/* The one value of the resource control, when the alias can express it. */
static bool
alias_value(const struct zc_rec *rec, enum zc_prop_id id, struct zc_rctl *out)
{
	const struct zc_value *value = zc_rec_value(rec, ZC_RCTL_VALUE);

	return value->n == 1 && zc_rctl_parse(value->item[0], out) == 0 &&
	    out->deny == alias_denies(id);
}

char *
zc_alias_get(const struct zc_zone *zone, enum zc_prop_id id)
{
	const struct zc_rec *rec = zc_rctl_find(zone, zc_props[id].arg);
	struct zc_rctl rctl;

	if (!rec || !alias_value(rec, id, &rctl))
		return NULL;
	return zc_number_print(zc_props[id].kind, rctl.limit);
}

int
zc_alias_set(struct zc_zone *zone, enum zc_prop_id id, const char *text,
    struct err *e)
{
	const struct zc_prop *prop = &zc_props[id];
	struct zc_rec *rec = zc_rctl_find(zone, prop->arg);
	struct zc_rctl rctl;
	_autofree char *value = NULL;
	struct zc_rec fresh;

	if (rec && !alias_value(rec, id, &rctl))
		return err_set(e, ERR_CONFIG,
		    "%s: An incompatible rctl already exists for this property",
		    prop->name);
	if (!text) {
		if (rec)
			zc_zone_drop(zone, rec);
		return 0;
	}
	rctl.deny = alias_denies(id);
	if (zc_number_parse(prop->kind, text, &rctl.limit) == -1)
		return err_set(e, ERR_CONFIG, "%s property is out of range.",
		    prop->name);
	value = zc_rctl_print(&rctl);
	if (rec) {
		zc_value_set(zc_rec_value(rec, ZC_RCTL_VALUE), value);
		return 0;
	}
	zc_rec_init(&fresh, ZC_RCTL);
	zc_value_set(zc_rec_value(&fresh, ZC_RCTL_NAME), prop->arg);
	zc_value_set(zc_rec_value(&fresh, ZC_RCTL_VALUE), value);
	zc_zone_append(zone, &fresh);
	return 0;
}

bool
zc_view_load(const struct zc_zone *zone, enum zc_type type, struct zc_rec *out)
{
	const struct zc_rec *stored = zc_nth(zone, type, 0);
	enum zc_prop_id end = zc_types[type + 1].first;
	bool found = stored != NULL;

	if (stored)
		zc_rec_copy(out, stored);
	else
		zc_rec_init(out, type);
	for (enum zc_prop_id id = zc_types[type].first; id < end; id++) {
		_autofree char *text = NULL;

		if (!(zc_props[id].flags & ZC_RCTL_BACKED))
			continue;
		text = zc_alias_get(zone, id);
		if (!text)
			continue;
		zc_value_set(zc_rec_value(out, id), text);
		found = true;
	}
	if (!found)
		zc_rec_done(out);
	return found;
}

/* The part of a view that is a record of its own: what no rctl holds. */
static void
view_store_rest(struct zc_zone *zone, const struct zc_rec *rec)
{
	struct zc_rec *stored = zc_nth(zone, rec->type, 0);
	enum zc_prop_id end = zc_types[rec->type + 1].first;
	struct zc_rec rest;
	bool any = false;

	zc_rec_copy(&rest, rec);
	for (enum zc_prop_id id = zc_types[rec->type].first; id < end; id++) {
		if (zc_props[id].flags & ZC_RCTL_BACKED)
			zc_value_clear(zc_rec_value(&rest, id));
		any |= zc_rec_value(&rest, id)->n > 0;
	}
	if (stored && !any)
		zc_zone_drop(zone, stored);
	if (!any) {
		zc_rec_done(&rest);
	} else if (stored) {
		zc_rec_done(stored);
		*stored = rest;
	} else {
		zc_zone_append(zone, &rest);
	}
}

int
zc_view_store(struct zc_zone *zone, const struct zc_rec *rec, struct err *e)
{
	enum zc_prop_id end = zc_types[rec->type + 1].first;
	_cleanup_zone struct zc_zone *trial = zc_zone_copy(zone);
	struct zc_zone old;

	for (enum zc_prop_id id = zc_types[rec->type].first; id < end; id++) {
		_autofree char *now = NULL;
		const char *want = zc_rec_text(rec, id);

		if (!(zc_props[id].flags & ZC_RCTL_BACKED))
			continue;
		now = zc_alias_get(trial, id);
		if (str_eq(now, want))
			continue;
		if (zc_alias_set(trial, id, want, e) == -1)
			return -1;
	}
	view_store_rest(trial, rec);
	old = *zone;
	*zone = *trial;
	*trial = old;
	return 0;
}

void
zc_view_remove(struct zc_zone *zone, enum zc_type type)
{
	enum zc_prop_id end = zc_types[type + 1].first;
	struct zc_rec *stored = zc_nth(zone, type, 0);

	if (stored)
		zc_zone_drop(zone, stored);
	for (enum zc_prop_id id = zc_types[type].first; id < end; id++) {
		struct zc_rec *rec = NULL;

		if (zc_props[id].flags & ZC_RCTL_BACKED)
			rec = zc_rctl_find(zone, zc_props[id].arg);
		if (rec)
			zc_zone_drop(zone, rec);
	}
}

uint64_t
zc_quota(const struct zc_zone *zone)
{
	uint64_t bytes;

	return zc_size_parse(zc_get(zone, "quota"), &bytes) == 0 ? bytes : 0;
}
