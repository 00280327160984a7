/* SPDX-License-Identifier: ISC
 *
 * info - a configuration for people, and for the many programs that read it.
 */
#pragma once

#include <stdio.h>

#include "zonecfg/model.h"

void zc_info(const struct zc_zone *zone, FILE *out);

/* One global property: a line, or nothing for a limit that is not set. */
void zc_info_prop(const struct zc_zone *zone, enum zc_prop_id id, FILE *out);

/* One resource: the name of its type, and a line with a tab for each property.
 */
void zc_info_rec(const struct zc_rec *rec, FILE *out);

/* One property of it: a line with a tab. */
void zc_info_rec_prop(const struct zc_rec *rec, enum zc_prop_id id, FILE *out);

/* What is in force where nothing is set, and info does not show: "info -v". */
void zc_info_defaults(const struct zc_zone *zone, FILE *out);
