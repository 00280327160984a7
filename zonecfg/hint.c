/* SPDX-License-Identifier: ISC
 *
 * hint - the next command to type, told to a person behind an error.
 */
#include "zonecfg/hint.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "base/str.h"

/* Whatever was asked and refused, it is the state that stands in the way: the
 * subcommand that leads out of it, and what that does. */
static const struct {
	const char *command;
	const char *does;
} ways[] = {
	[ZC_CONFIGURED] = { "install", "makes its root" },
	[ZC_INCOMPLETE] = { "uninstall", "clears away what is half done" },
	[ZC_INSTALLED] = { "boot", "starts it" },
	[ZC_READY] = { "halt", "halts it; 'boot' starts it" },
	[ZC_MOUNTED] = { "unmount", "takes the view of its root away" },
	[ZC_RUNNING] = { "halt", "halts it; 'shutdown' lets it end itself" },
	[ZC_SHUTTING_DOWN] = { "halt", "ends it at once" },
	[ZC_DOWN] = { "halt", "tries again to take it apart" },
};

static bool
is_wanted(void)
{
	return isatty(STDERR_FILENO) == 1;
}

void
zc_hint_state(const char *program, const char *zone, enum zc_state state)
{
	if (is_wanted())
		(void)fprintf(stderr, "%s: 'zoneadm -z %s %s' %s\n", program,
		    zone, ways[state].command, ways[state].does);
}

void
zc_hint_zone(const char *program, const char *name)
{
	_cleanup_names struct zc_names names = { 0 };
	const char *near = NULL;
	struct err ignored;
	_autoclose int dir = -1;

	if (!is_wanted())
		return;
	dir = open(path_of(PATH_ETC), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir != -1 && zc_names_read(dir, ".cfg", &names, &ignored) == 0)
		near = str_nearest(name, names.name, names.n);
	if (near)
		(void)fprintf(stderr, "%s: did you mean '%s'?\n", program,
		    near);
	else
		(void)fprintf(stderr, "%s: 'zoneadm list -c' lists the zones\n",
		    program);
}
