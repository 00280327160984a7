/* SPDX-License-Identifier: ISC
 *
 * prop - the tables of prop.def: lookup and iteration.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ZC_FS, ZC_NET ...: the resource types, ZC_GLOBAL the zone itself. */
enum zc_type {
#define TYPE(id, ...) ZC_##id,
#define PROP(...)
#include "zonecfg/prop.def"
#undef TYPE
#undef PROP
	ZC_TYPES,
};

/* ZC_FS_DIR ...: rows of the property table, those of one type together. */
enum zc_prop_id {
#define TYPE(id, ...) ZC_FIRST_##id, ZC_BEFORE_##id = ZC_FIRST_##id - 1,
#define PROP(type, id, ...) ZC_##type##_##id,
#include "zonecfg/prop.def"
#undef TYPE
#undef PROP
	ZC_PROPS,
};

/* How a value is checked and spelled: a row each in value.c. */
enum zc_kind {
	ZC_K_NAME,
	ZC_K_ZONEPATH,
	ZC_K_PATH,
	ZC_K_BRAND,
	ZC_K_BOOL,
	ZC_K_TEXT,
	ZC_K_WORD,
	ZC_K_WORDLIST,
	ZC_K_POOL,
	ZC_K_PRIVS,
	ZC_K_ENUM,
	ZC_K_HEX,
	ZC_K_UINT,
	ZC_K_SIZE,
	ZC_K_FSTYPE,
	ZC_K_ADDRESS,
	ZC_K_ADDRESSES,
	ZC_K_ROUTERS,
	ZC_K_LINK,
	ZC_K_MAC,
	ZC_K_NAMED,
	ZC_K_MACPREFIX,
	ZC_K_BANDWIDTH,
	ZC_K_DEVICE,
	ZC_K_CPURANGE,
	ZC_K_CPUS,
	ZC_K_ATTRNAME,
	ZC_K_ATTRTYPE,
	ZC_K_DATASET,
	ZC_K_USER,
	ZC_K_WORDSET,
	ZC_K_URI,
	ZC_K_RCTLNAME,
	ZC_K_RCTLVALUE,
	ZC_K_PORTS,
	ZC_K_DNS,
	ZC_KINDS,
};

/* What each means stands in prop.def. */
enum zc_flag {
	ZC_REQ = 1 << 0,
	ZC_KEY = 1 << 1,
	ZC_LIST = 1 << 2,
	ZC_COMMA = 1 << 3,
	ZC_IFSET = 1 << 4,
	ZC_FIXED = 1 << 5,
	ZC_EARLY = 1 << 6,
	ZC_GZ = 1 << 7,
	ZC_SHOWN = 1 << 8,
	ZC_WORDS = 1 << 9,
	ZC_ALIAS = 1 << 10,
	ZC_SHARES = 1 << 11,
	ZC_RCTL_BACKED = 1 << 12,
	ZC_ONE = 1 << 13,
	ZC_VIEW = 1 << 14,
	ZC_KEPT = 1 << 15,
};

struct zc_type_row {
	const char *name;
	unsigned flags;
	unsigned rank; /* in export */
	enum zc_prop_id first;
	const char *help;
};

struct zc_prop {
	enum zc_type type;
	const char *name;
	enum zc_kind kind;
	unsigned flags;
	const char *initial;
	const char *arg;
	uint64_t least;
	uint64_t most;
	const char *help;
};

extern const struct zc_type_row zc_types[ZC_TYPES + 1];
extern const struct zc_prop zc_props[ZC_PROPS];

/* Number of properties of a type; the i-th is zc_props[first + i]. */
size_t zc_type_props(enum zc_type type);

/* A resource type (never ZC_GLOBAL) by name, or ZC_TYPES. */
enum zc_type zc_type_find(const char *name);

/* A property of a type by name, or ZC_PROPS. */
enum zc_prop_id zc_prop_find(enum zc_type type, const char *name);

/* The same, whatever the type: the first that is called so, or ZC_PROPS. */
enum zc_prop_id zc_prop_anywhere(const char *name);

/* The global property that is another spelling of a resource control. */
bool zc_prop_is_alias(enum zc_prop_id id);

/* Why a word that other systems know has no place here (refused.def), or NULL.
 * scope is ZC_GLOBAL for the names of resource types too. */
const char *zc_refused(enum zc_type scope, const char *name);

/* Names for "did you mean": fills at most max, returns how many. */
size_t zc_prop_names(enum zc_type type, const char **names, size_t max);
size_t zc_type_names(const char **names, size_t max);
