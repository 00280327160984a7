/* SPDX-License-Identifier: ISC
 *
 * name - rules for zone names.
 */
#include "zonecfg/name.h"

#include <string.h>

#include "base/str.h"

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

bool
zc_name_ok(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > ZC_NAME_MAX || !is_alnum(name[0]))
		return false;
	for (size_t i = 1; i < len; i++) {
		if (!is_alnum(name[i]) && !strchr("_.-", name[i]))
			return false;
	}
	return !str_starts(name, "SUNW");
}

bool
zc_name_is_global(const char *name)
{
	return strcmp(name, "global") == 0;
}
