/* SPDX-License-Identifier: ISC
 *
 * model - a zone's configuration: global properties and resources, all text in
 * the form that zonecfg checked and stored.
 *
 * What properties and resources there are, is zonecfg/prop.def. Readers use the
 * functions of the first half; the second half is for the code that edits.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/name.h"
#include "zonecfg/prop.h"

/* The value of one property: no item is "unset", a simple property has one. */
struct zc_value {
	char **item;
	size_t n;
};

/* The properties of one resource, or the global ones; value[i] belongs to the
 * i-th property of the type (prop.h). */
struct zc_rec {
	enum zc_type type;
	struct zc_value *value;
};

struct zc_zone {
	char name[ZC_NAME_MAX + 1];
	struct zc_rec global;
	struct zc_rec *res; /* in the order they were added */
	size_t nres;
};

/* --- reading ------------------------------------------------------------ */

/* A global property as text: its default where it is unset, "" where it has
 * none ("" of limitpriv is the default set). NULL: there is no such property.
 * Limits that are kept as resource controls (max-lwps, cpu-shares ...) are not
 * here: see zc_limit. Strings belong to the zone. */
const char *zc_get(const struct zc_zone *zone, const char *prop);
bool zc_is_true(const struct zc_zone *zone, const char *prop);

/* Number of resources of a type: "fs", "net", "inherit-pkg-dir" ... 0 too for
 * a type that does not exist. */
size_t zc_count(const struct zc_zone *zone, const char *type);

/* The property of the i-th resource of a type (0 is the first that was added);
 * "" where it is unset, NULL where there is no such resource or property. Of a
 * property with several values this is the first. */
const char *zc_res_get(const struct zc_zone *zone, const char *type, size_t i,
    const char *prop);

/* The same for a property with several values (options of fs): how many, and
 * the k-th (NULL behind the last). */
size_t zc_res_items(const struct zc_zone *zone, const char *type, size_t i,
    const char *prop);
const char *zc_res_item(const struct zc_zone *zone, const char *type, size_t i,
    const char *prop, size_t k);

/* The limit of a resource control by its full name: "zone.max-lwps",
 * "zone.cpu-cap" (hundredths of a CPU: the capped-cpu resource),
 * "zone.cpu-shares", "zone.max-swap" and "zone.max-locked-memory" (bytes: swap
 * and locked of capped-memory) ... The lowest where several are set. False:
 * none is. The physical of capped-memory is an ordinary property (zc_size). */
bool zc_limit(const struct zc_zone *zone, const char *rctl, uint64_t *limit);

/* --- making and editing -------------------------------------------------- */

struct zc_zone *zc_zone_new(const char *name); /* blank, as "create -b" */
struct zc_zone *zc_zone_copy(const struct zc_zone *zone);
void zc_zone_free(struct zc_zone *zone);
void zc_zone_free_at(struct zc_zone **zone);
#define _cleanup_zone __attribute__((cleanup(zc_zone_free_at)))

/* Same properties, and the same resources of each type in the same order; the
 * name does not count. */
bool zc_zone_equal(const struct zc_zone *a, const struct zc_zone *b);

void zc_rec_init(struct zc_rec *rec, enum zc_type type);
void zc_rec_done(struct zc_rec *rec);
void zc_rec_copy(struct zc_rec *to, const struct zc_rec *from);

/* The value of a property of the record's own type. */
struct zc_value *zc_rec_value(const struct zc_rec *rec, enum zc_prop_id id);
/* Its first item, or NULL where it is unset. */
const char *zc_rec_text(const struct zc_rec *rec, enum zc_prop_id id);

void zc_value_clear(struct zc_value *value);
void zc_value_set(struct zc_value *value, const char *text);
void zc_value_add(struct zc_value *value, const char *text);
void zc_value_drop(struct zc_value *value, size_t i);
bool zc_value_has(const struct zc_value *value, const char *text);

/* The i-th resource of a type, or NULL. */
struct zc_rec *zc_nth(const struct zc_zone *zone, enum zc_type type, size_t i);
size_t zc_count_type(const struct zc_zone *zone, enum zc_type type);

/* Append a record, which becomes the zone's; remove one of its records. */
void zc_zone_append(struct zc_zone *zone, struct zc_rec *rec);
void zc_zone_drop(struct zc_zone *zone, struct zc_rec *rec);
