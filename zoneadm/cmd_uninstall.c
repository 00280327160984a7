/* SPDX-License-Identifier: ISC
 *
 * cmd_uninstall - remove a zone's root; its configuration stays.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"
#include "fs/zonepath.h"
#include "zoneadm/clear.h"
#include "zoneadm/cmd.h"
#include "zoneadm/fill.h"
#include "zoneadm/options.h"

/* 1: yes, 0: no, -1: there is nobody to ask. */
static int
ask(const char *zone)
{
	char line[64];

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return -1;
	for (;;) {
		(void)printf(
		    "Are you sure you want to uninstall zone %s (y/[n])? ",
		    zone);
		(void)fflush(stdout);
		if (!fgets(line, sizeof(line), stdin) || line[0] == '\n')
			return 0;
		line[0] = (char)tolower((unsigned char)line[0]);
		if (line[0] == 'y' || line[0] == 'n')
			return line[0] == 'y';
	}
}

static int
parse(const struct cmd_call *call, bool *force, struct err *e)
{
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt(call->argc, call->argv, "+F")) != -1) {
		if (c != 'F')
			return cmd_wrong_option(call, e);
		*force = true;
	}
	/* Clients may give an empty word. */
	while (optind < call->argc && *call->argv[optind] == '\0')
		optind++;
	if (optind < call->argc)
		return err_set(e, ERR_USAGE, "uninstall: '%s' is too much",
		    call->argv[optind]);
	return 0;
}

static int
uninstall(struct cmd_call *call, struct err *e)
{
	struct err why = { 0 };
	_autoclose int dir = fs_zonepath_open(call->entry.zonepath, &why);

	/* A zonepath that is gone has nothing to be removed. */
	if (dir == -1 && why.code != ENOENT) {
		*e = why;
		return -1;
	}
	if (zc_index_set_state(call->zone, ZC_INCOMPLETE, e) == -1)
		return -1;
	if (dir != -1 && clear_zonepath(&call->entry, dir, e) == -1)
		return -1;
	if (fill_release(call->zone, &call->entry, e) == -1)
		return -1;
	return zc_index_set_state(call->zone, ZC_CONFIGURED, e);
}

int
cmd_uninstall(struct cmd_call *call, struct err *e)
{
	bool force = false;
	int result;

	if (parse(call, &force, e) == -1)
		return -1;
	if (!force) {
		result = ask(call->zone);
		if (result == -1)
			return err_set(e, EINVAL,
			    "Input not from terminal and -F not specified: "
			    "uninstall not done.");
		if (result == 0)
			return 0;
	}
	result = clear_check_mounts(call, e);
	return result != 0 ? result : uninstall(call, e);
}
