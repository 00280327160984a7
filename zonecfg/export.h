/* SPDX-License-Identifier: ISC
 *
 * export - a configuration as the commands that make it.
 */
#pragma once

#include <stdio.h>

#include "zonecfg/model.h"

/* The text of a whole configuration; the caller frees it. */
char *zc_export(const struct zc_zone *zone);

void zc_export_to(const struct zc_zone *zone, FILE *out);
