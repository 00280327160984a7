/* SPDX-License-Identifier: ISC
 *
 * name - rules for zone names.
 */
#pragma once

#include <stdbool.h>

#define ZC_NAME_MAX 63

/* [A-Za-z0-9][A-Za-z0-9_.-]{0,62}, and not starting with "SUNW". "global" is a
 * legal name here; where it is not meant, ask zc_name_is_global too. */
bool zc_name_ok(const char *name);
bool zc_name_is_global(const char *name);
