/* SPDX-License-Identifier: ISC
 *
 * json - a configuration as JSON, and JSON as a configuration: loops over the
 * tables.
 *
 * An object: the properties of the zone under their names, and under the name
 * of a resource type an array of objects, or one object where there can be only
 * one. Booleans are booleans, numbers and sizes (in bytes) are numbers, what
 * has several values is an array of strings. Values of resource controls are
 * objects of priv, limit and action.
 */
#pragma once

#include "base/json.h"
#include "zonecfg/diff.h"
#include "zonecfg/edit.h"

enum zc_json_how {
	ZC_JSON_EXPORT, /* only what is set, each fact once */
	ZC_JSON_INFO,   /* defaults, and limits in all their spellings */
};

/* The caller owns what comes back. */
json_t *zc_json_zone(const struct zc_zone *zone, enum zc_json_how how);
json_t *zc_json_rec(const struct zc_rec *rec);
json_t *zc_json_prop(const struct zc_zone *zone, enum zc_prop_id id);
json_t *zc_json_diff(const struct zc_diff *diff);

/* A blank zone of that name, with all that the JSON text says. Nothing is
 * asked of this host. what names the source in messages. The caller frees
 * *out. */
int zc_json_parse(const char *name, const char *what, const char *text,
    size_t len, struct zc_zone **out, struct err *e) MUST_CHECK;
