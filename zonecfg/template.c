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
	const char *above; /* directory of the zonepath; NULL: it has none */
} builtin[] = {
	{ "SUNWblank", "create -b\n", NULL },
	{ "SUNWdefault",
	    "create -b\n"
	    "set autoboot=false\n"
	    "set ip-type=shared\n"
	    "add inherit-pkg-dir\nset dir=/lib\nend\n"
	    "add inherit-pkg-dir\nset dir=/platform\nend\n"
	    "add inherit-pkg-dir\nset dir=/sbin\nend\n"
	    "add inherit-pkg-dir\nset dir=/usr\nend\n",
	    NULL },
	/* Those of Solaris 11. */
	{ "SYSblank", "create -b\n", NULL },
	{ "SYSdefault",
	    "create -b\n"
	    "set autoboot=false\n"
	    "set ip-type=exclusive\n"
	    "add anet\nset linkname=net0\nend\n",
	    "/system/zones" },
};

static int
from_builtin(size_t i, const char *name, struct zc_zone **out, struct err *e)
{
	_autofree char *text = builtin[i].above
	    ? mem_printf("%sset zonepath=%s/%s\n", builtin[i].text,
		  builtin[i].above, name)
	    : mem_strdup(builtin[i].text);

	return zc_store_parse(name, builtin[i].name, text, strlen(text), out,
	    e);
}

int
zc_template(const char *template, const char *name, struct zc_zone **out,
    struct err *e)
{
	_cleanup_zone struct zc_zone *zone = NULL;

	for (size_t i = 0; i < ARRAY_LEN(builtin); i++) {
		/* SYSdefault is a name that a zone may have. */
		if (strcmp(builtin[i].name, template) == 0 &&
		    !zc_store_exists(template))
			return from_builtin(i, name, out, e);
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
