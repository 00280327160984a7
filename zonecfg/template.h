/* SPDX-License-Identifier: ISC
 *
 * template - built-in configurations to start from.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

/* The configuration of a new zone called name, as "create -t template" gives
 * it: SUNWdefault (a sparse zone), SUNWblank, SYSdefault (a link of its own),
 * SYSblank, or a configured zone. A missing one gives ERR_UNKNOWN_ZONE. The
 * caller frees it. */
int zc_template(const char *template, const char *name, struct zc_zone **out,
    struct err *e) MUST_CHECK;
