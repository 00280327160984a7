/* SPDX-License-Identifier: ISC
 *
 * shutdown - how to ask a zone's init for an orderly end.
 */
#include "zoned/shutdown.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

static const struct {
	const char *program;
	int poweroff;
	int reboot;
} inits[] = {
#define X(program, poweroff, reboot) { program, poweroff, reboot },
#include "zoned/shutdown.def"
#undef X
};

void
zd_init_name(pid_t pid, char name[ZD_INIT_NAME_MAX])
{
	char path[PATH_MAX];
	char link[32];
	ssize_t n;
	char *base;
	char *end;

	name[0] = '\0';
	(void)snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	n = readlink(link, path, sizeof(path) - 1);
	if (n == -1)
		return;
	path[n] = '\0';
	/* An upgrade in the zone replaced the file. */
	if (str_ends(path, " (deleted)"))
		path[strlen(path) - strlen(" (deleted)")] = '\0';
	base = strrchr(path, '/');
	base = base ? base + 1 : path;
	/* dpkg's name for the old file of a running program. */
	end = strstr(base, ".dpkg-tmp");
	if (end)
		*end = '\0';
	(void)snprintf(name, ZD_INIT_NAME_MAX, "%.*s", ZD_INIT_NAME_MAX - 1,
	    base);
}

int
zd_shutdown_signal(const char *comm, bool reboot)
{
	size_t i = ARRAY_LEN(inits) - 1;

	while (i > 0 && strcmp(inits[i].program, comm) != 0)
		i--;
	return reboot ? inits[i].reboot : inits[i].poweroff;
}
