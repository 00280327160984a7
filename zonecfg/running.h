/* SPDX-License-Identifier: ISC
 *
 * running - the configuration that a zone runs with: what was stored when it
 * was made ready, however much was changed since.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

/* Keep it, below /run/zones/NAME and not flushed, and take it away. */
int zc_running_save(const struct zc_zone *zone, struct err *e) MUST_CHECK;
void zc_running_remove(const char *name);

/* Read it; the caller frees *out. A zone that does not run gives e->code
 * ERR_STATE. */
int zc_running_load(const char *name, struct zc_zone **out, struct err *e)
    MUST_CHECK;
