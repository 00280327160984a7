/* SPDX-License-Identifier: ISC
 *
 * diff - what differs between two configurations.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "zonecfg/model.h"

/* One difference: of a property of the zone (res is NULL), or of a resource,
 * named like "net physical=eth0"; prop is NULL where the whole resource is in
 * one of them only. A value that is not there is NULL. */
struct zc_change {
	char *res;
	const char *prop;
	char *from;
	char *to;
};

struct zc_diff {
	struct zc_change *change;
	size_t n;
};

struct zc_diff zc_diff(const struct zc_zone *a, const struct zc_zone *b);
void zc_diff_done(struct zc_diff *diff);
#define _cleanup_diff __attribute__((cleanup(zc_diff_done)))

/* Lines with '-' (only in the first) and '+' (only in the second). */
void zc_diff_print(const struct zc_diff *diff, bool colour, FILE *out);
