/* SPDX-License-Identifier: ISC
 *
 * template - built-in configurations to start from.
 */
#include "zonecfg/template.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "zonecfg/store.h"

/* The four directories keep their names even where the host has no such one:
 * scripts remove them by name. */
static const struct {
	const char *name;
	const char *text;
} builtin[] = {
	{ "SUNWblank", "create -b\n" },
	{ "SUNWdefault",
	    "create -b\n"
	    "set autoboot=false\n"
	    "set ip-type=shared\n"
	    "add inherit-pkg-dir\nset dir=/lib\nend\n"
	    "add inherit-pkg-dir\nset dir=/platform\nend\n"
	    "add inherit-pkg-dir\nset dir=/sbin\nend\n"
	    "add inherit-pkg-dir\nset dir=/usr\nend\n" },
};

int
zc_template(const char *template, const char *name, struct zc_zone **out,
    struct err *e)
{
	_cleanup_zone struct zc_zone *zone = NULL;

	for (size_t i = 0; i < ARRAY_LEN(builtin); i++) {
		if (strcmp(builtin[i].name, template) == 0)
			return zc_store_parse(name, template, builtin[i].text,
			    strlen(builtin[i].text), out, e);
	}
	if (strncmp(template, "SUNW", 4) == 0)
		return zc_store_load_template(template, name, out, e);
	if (!zc_name_ok(template) || zc_name_is_global(template))
		return err_set(e, ERR_UNKNOWN_ZONE,
		    "%s: No such zone configured", template);
	if (zc_store_load(template, &zone, e) == -1)
		return -1;
	(void)snprintf(zone->name, sizeof(zone->name), "%s", name);
	*out = mem_take(&zone);
	return 0;
}
