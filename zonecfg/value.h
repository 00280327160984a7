/* SPDX-License-Identifier: ISC
 *
 * value - check and spell the value of one property: text in, the stored form
 * out. Nothing here asks this host anything.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/prop.h"

enum { ZC_VALUE_MAX = 8192 }; /* bytes of one value */

/* Check text as a value (one item, where the property has several) and give the
 * form it is stored in, which the caller frees. */
int zc_value_check(enum zc_prop_id id, const char *text, char **out,
    struct err *e) MUST_CHECK;

/* The stored form as info shows it: sizes rounded ("1.5G"). The caller frees.
 */
char *zc_value_show(enum zc_prop_id id, const char *stored);

/* Written in parentheses: (priv=...,limit=...,action=...). */
bool zc_kind_is_complex(enum zc_kind kind);

/* The stored form of a number, size or number of CPUs (in hundredths), and
 * back. 0, or -1. */
char *zc_number_print(enum zc_kind kind, uint64_t n);
int zc_number_parse(enum zc_kind kind, const char *text, uint64_t *out);

/* "512M", "1.5G", "4096" in bytes. 0, or -1. */
int zc_size_parse(const char *text, uint64_t *out);
char *zc_size_print(uint64_t bytes); /* exact: 1536M */
char *zc_size_show(uint64_t bytes);  /* for people: 1.5G */

/* The value of an attr fits its type (int, uint, boolean, string). */
bool zc_attr_fits(const char *type, const char *value);

/* An address as net takes it: "192.0.2.7/24", "2001:db8::7/64", a host name. */
enum zc_family { ZC_HOST, ZC_IPV4, ZC_IPV6 };
int zc_address_parse(const char *text, enum zc_family *family, struct err *e)
    MUST_CHECK;
bool zc_is_host_name(const char *text);
