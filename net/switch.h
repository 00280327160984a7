/* SPDX-License-Identifier: ISC
 *
 * switch - virtual switches that stay without zones: kept in a file, made when
 * it says so, and again when the host has started.
 *
 * A kept switch is a bridge with two second names: "switch:NAME", as one that
 * zones make, and "kept:NAME", by which the last zone leaves it alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "net/spec.h"

#define NET_KEPT "kept:"

/* As the file /etc/zones/switches has it: "NAME" or "NAME LINK" a line. */
struct kept {
	char name[NET_NAME_SIZE];
	char uplink[NET_NAME_SIZE]; /* "": internal */
};
struct kept_list {
	struct kept *k;
	size_t n;
};
int kept_read(struct kept_list *out, struct err *e) MUST_CHECK;
void kept_done(struct kept_list *list);
#define _cleanup_kept __attribute__((cleanup(kept_done)))
const struct kept *kept_find(const struct kept_list *list, const char *name);

/* Keep a switch, with a link as its way out or (uplink NULL) without. One that
 * zones have made is kept from now on. What was half made is completed. */
int switch_create(const char *name, const char *uplink, struct err *e)
    MUST_CHECK;

/* Its ports must be the uplink alone. */
int switch_remove(const char *name, struct err *e) MUST_CHECK;

/* Make those on file that are missing. Goes on after one that fails, and tells
 * failed of it; -1 when the file cannot be read. */
int switch_start(void (*failed)(const char *name, const struct err *e),
    struct err *e) MUST_CHECK;
