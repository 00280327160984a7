/* SPDX-License-Identifier: ISC
 *
 * verify - rules over a resource and over a whole configuration. What needs
 * this host (privileges, devices, links) is "zoneadm verify".
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

/* Required properties and rules inside one resource, for "end". The error has a
 * line for each fault. */
int zc_rec_check(const struct zc_rec *rec, struct err *e) MUST_CHECK;

/* Two resources of a type have the same key. */
bool zc_rec_same_key(const struct zc_rec *a, const struct zc_rec *b);

/* Everything. Each fault is a line given to say; the error is the reason in a
 * few words ("Required property missing"). */
int zc_verify(const struct zc_zone *zone,
    void (*say)(void *arg, const char *line), void *arg, struct err *e)
    MUST_CHECK;

/* What is stored and nothing here acts on: say gets the name of each, such as
 * "suspend", "anet: lro" or "zone.max-shm-ids". */
void zc_kept(const struct zc_zone *zone,
    void (*say)(void *arg, const char *what), void *arg);
