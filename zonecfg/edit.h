/* SPDX-License-Identifier: ISC
 *
 * edit - change a configuration as the command language does: global scope, and
 * the scope of one resource whose changes count from "end" on.
 *
 * Reading a stored configuration and typing commands go through the same
 * functions, so what is stored can be read.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"
#include "zonecfg/parse.h"

struct zc_edit {
	struct zc_zone *zone;   /* not owned */
	enum zc_type scope;     /* ZC_GLOBAL, or the type of the resource */
	struct zc_rec pending;  /* the resource as it is being edited */
	struct zc_rec *editing; /* what "select" chose; NULL: a new one */
};
void zc_edit_done(struct zc_edit *edit);
#define _cleanup_edit __attribute__((cleanup(zc_edit_done)))

/* Enter the scope of a new resource, or of the one that the pairs name. */
int zc_edit_add(struct zc_edit *edit, const char *type, struct err *e)
    MUST_CHECK;
int zc_edit_select(struct zc_edit *edit, const struct zc_cmd *cmd,
    struct err *e) MUST_CHECK;

/* Leave it: what is wrong with the resource is the error, a line each, and the
 * scope stays. */
int zc_edit_end(struct zc_edit *edit, struct err *e) MUST_CHECK;
void zc_edit_cancel(struct zc_edit *edit);

/* Properties of the scope. zonename is the caller's business. */
int zc_edit_set(struct zc_edit *edit, const char *prop,
    const struct zc_arg *arg, struct err *e) MUST_CHECK;
int zc_edit_add_value(struct zc_edit *edit, const char *prop,
    const struct zc_arg *arg, struct err *e) MUST_CHECK;
int zc_edit_remove_value(struct zc_edit *edit, const char *prop,
    const struct zc_arg *arg, struct err *e) MUST_CHECK;
int zc_edit_clear(struct zc_edit *edit, const char *prop, struct err *e)
    MUST_CHECK;

/* A property of the scope by name, "CMD NAME: No such property type" where
 * there is none. */
int zc_edit_find_prop(const struct zc_edit *edit, const char *verb,
    const char *prop, enum zc_prop_id *out, struct err *e) MUST_CHECK;

/* A resource type by name, "CMD NAME: No such resource type" likewise. */
int zc_edit_find_type(const char *verb, const char *name, enum zc_type *out,
    struct err *e) MUST_CHECK;

/* The resources of a type that all pairs of the command fit: how many, and
 * which, from the i-th on. -1: a pair names no property of the type. */
int zc_edit_matches(const struct zc_zone *zone, enum zc_type type,
    const struct zc_cmd *cmd, size_t *n, struct err *e) MUST_CHECK;
struct zc_rec *zc_edit_match(const struct zc_zone *zone, enum zc_type type,
    const struct zc_cmd *cmd, size_t i);

/* Remove all of those. */
int zc_edit_remove(struct zc_edit *edit, const struct zc_cmd *cmd,
    struct err *e) MUST_CHECK;
