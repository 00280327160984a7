/* SPDX-License-Identifier: ISC
 *
 * prop - the tables of prop.def: lookup and iteration.
 */
#include "zonecfg/prop.h"

#include <string.h>

/* The flags as prop.def writes them. */
enum {
	REQ = ZC_REQ,
	KEY = ZC_KEY,
	LIST = ZC_LIST,
	COMMA = ZC_COMMA,
	IFSET = ZC_IFSET,
	FIXED = ZC_FIXED,
	EARLY = ZC_EARLY,
	GZ = ZC_GZ,
	SHOWN = ZC_SHOWN,
	WORDS = ZC_WORDS,
	ALIAS = ZC_ALIAS,
	SHARES = ZC_SHARES,
	RCTL = ZC_RCTL_BACKED,
	ONE = ZC_ONE,
	VIEW = ZC_VIEW,
	KEPT = ZC_KEPT,
};

const struct zc_type_row zc_types[ZC_TYPES + 1] = {
#define TYPE(id, n, f, r, h)            \
	[ZC_##id] = { .name = n,        \
		.flags = f,             \
		.rank = r,              \
		.first = ZC_FIRST_##id, \
		.help = h },
#define PROP(...)
#include "zonecfg/prop.def"
#undef TYPE
#undef PROP
	[ZC_TYPES] = { .first = ZC_PROPS },
};

const struct zc_prop zc_props[ZC_PROPS] = {
#define TYPE(...)
#define PROP(t, id, n, k, f, d, a, lo, hi, h) \
	[ZC_##t##_##id] = { .type = ZC_##t,   \
		.name = n,                    \
		.kind = ZC_K_##k,             \
		.flags = f,                   \
		.initial = d,                 \
		.arg = a,                     \
		.least = lo,                  \
		.most = hi,                   \
		.help = h },
#include "zonecfg/prop.def"
#undef TYPE
#undef PROP
};

static const struct {
	enum zc_type scope;
	const char *name;
	const char *why;
} refused[] = {
#define REFUSED(t, n, w) { .scope = ZC_##t, .name = n, .why = w },
#include "zonecfg/refused.def"
#undef REFUSED
};

const char *
zc_refused(enum zc_type scope, const char *name)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (refused[i].scope == scope &&
		    strcmp(refused[i].name, name) == 0)
			return refused[i].why;
	}
	return NULL;
}

size_t
zc_type_props(enum zc_type type)
{
	return (size_t)zc_types[type + 1].first - (size_t)zc_types[type].first;
}

enum zc_type
zc_type_find(const char *name)
{
	for (enum zc_type t = ZC_GLOBAL + 1; t < ZC_TYPES; t++) {
		if (strcmp(zc_types[t].name, name) == 0)
			return t;
	}
	return ZC_TYPES;
}

enum zc_prop_id
zc_prop_find(enum zc_type type, const char *name)
{
	enum zc_prop_id end = zc_types[type + 1].first;

	for (enum zc_prop_id i = zc_types[type].first; i < end; i++) {
		if (strcmp(zc_props[i].name, name) == 0)
			return i;
	}
	return ZC_PROPS;
}

enum zc_prop_id
zc_prop_anywhere(const char *name)
{
	for (enum zc_prop_id i = 0; i < ZC_PROPS; i++) {
		if (strcmp(zc_props[i].name, name) == 0)
			return i;
	}
	return ZC_PROPS;
}

bool
zc_prop_is_alias(enum zc_prop_id id)
{
	return (zc_props[id].flags & (ZC_ALIAS | ZC_SHARES)) != 0;
}

size_t
zc_prop_names(enum zc_type type, const char **names, size_t max)
{
	size_t n = zc_type_props(type);

	n = n < max ? n : max;
	for (size_t i = 0; i < n; i++)
		names[i] = zc_props[(size_t)zc_types[type].first + i].name;
	return n;
}

size_t
zc_type_names(const char **names, size_t max)
{
	size_t n = 0;

	for (enum zc_type t = ZC_GLOBAL + 1; t < ZC_TYPES && n < max; t++)
		names[n++] = zc_types[t].name;
	return n;
}
