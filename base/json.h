/* SPDX-License-Identifier: ISC
 *
 * json - jansson with our errors: bounded reading, typed getters that say where
 * a value is wrong, and one way of printing.
 *
 * A library of its own (zone_json): static programs do without it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "base/attr.h"
#include "base/err.h"

void json_free_at(json_t **json); /* for _autojson */
#define _autojson __attribute__((cleanup(json_free_at)))

/* Parse text; duplicate keys and trailing bytes are refused. what names the
 * source in messages. Returns a value that the caller owns, or NULL. */
json_t *json_parse(const char *text, size_t len, const char *what,
    struct err *e) MUST_CHECK;

/* Typed members of an object. where is the path to the object, for messages
 * ("manifest.layers[2]"). A missing one is an error, code ENOENT. What comes
 * back belongs to the object. */
int json_want_string(const json_t *object, const char *where, const char *key,
    const char **out, struct err *e) MUST_CHECK;
int json_want_u64(const json_t *object, const char *where, const char *key,
    uint64_t *out, struct err *e) MUST_CHECK;
int json_want_bool(const json_t *object, const char *where, const char *key,
    bool *out, struct err *e) MUST_CHECK;
int json_want_array(const json_t *object, const char *where, const char *key,
    json_t **out, struct err *e) MUST_CHECK;
int json_want_object(const json_t *object, const char *where, const char *key,
    json_t **out, struct err *e) MUST_CHECK;

/* Add a member; the object owns value afterwards. NULL text becomes null. */
void json_put(json_t *object, const char *key, json_t *value);
void json_put_string(json_t *object, const char *key, const char *text);

/* Text as a JSON string; bytes that are not UTF-8 are shown as \xNN. */
json_t *json_text(const char *text);

/* Print with an indent of two and a newline, keys in the order of insertion. */
int json_print(const json_t *json, FILE *out, struct err *e) MUST_CHECK;
