/* SPDX-License-Identifier: ISC
 *
 * cmd_detach - make a zone's directory stand by itself, so that it can be
 * carried to another host.
 *
 * The root stops standing on layers, the manifest is written, and then the zone
 * is configured: until that one change it is the installed zone it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "fs/snapshot.h"
#include "fs/zonepath.h"
#include "zoneadm/clear.h"
#include "zoneadm/cmd.h"
#include "zoneadm/facts.h"
#include "zoneadm/fill.h"
#include "zoneadm/options.h"
#include "zonecfg/detached.h"
#include "zonecfg/store.h"

static int
parse(const struct cmd_call *call, bool *print, struct err *e)
{
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt(call->argc, call->argv, "+nF")) != -1) {
		if (c != 'n' && c != 'F')
			return cmd_wrong_option(call, e);
		*print = *print || c == 'n';
	}
	/* Clients may give an empty word. */
	while (optind < call->argc && *call->argv[optind] == '\0')
		optind++;
	if (optind < call->argc)
		return err_set(e, ERR_USAGE, "detach: '%s' is too much",
		    call->argv[optind]);
	return 0;
}

static int
manifest(const struct cmd_call *call, char **text, struct err *e)
{
	_cleanup_zone struct zc_zone *cfg = NULL;
	_autofree char *facts = NULL;

	if (zc_store_load(call->zone, &cfg, e) == -1 ||
	    facts_of(cfg, &call->entry, &facts, e) == -1)
		return -1;
	*text = zc_detached_print(cfg, facts);
	return 0;
}

/* The zonepath by itself. */
static int
separate(const struct cmd_call *call, struct err *e)
{
	_autoclose int dir = fs_zonepath_open(call->entry.zonepath, e);
	const struct fs_home home = { dir, call->entry.zonepath };
	const struct fs_backend *backend = NULL;

	if (dir == -1 ||
	    fs_backend_find(call->entry.backend, &backend, e) == -1 ||
	    clear_check_snapshots(call, backend, &home,
		"be carried to another host", e) == -1)
		return -1;
	if ((backend->can & FS_CAN_FREEZE) &&
	    fs_snapshot_remove_all(backend, &home, e) == -1)
		return -1;
	if ((backend->can & FS_CAN_FLATTEN) && backend->flatten(&home, e) == -1)
		return -1;
	return clear_origin(&call->entry, &home, e);
}

int
cmd_detach(struct cmd_call *call, struct err *e)
{
	_autofree char *text = NULL;
	_autoclose int dir = -1;
	bool print = false;
	int result;

	if (parse(call, &print, e) == -1 || manifest(call, &text, e) == -1)
		return -1;
	if (print)
		return fputs(text, stdout) == EOF || fflush(stdout) == EOF
		    ? err_sys(e, "write the manifest")
		    : 0;
	result = clear_check_mounts(call, e);
	if (result != 0)
		return result;
	if (separate(call, e) == -1)
		return -1;
	dir = fs_zonepath_open(call->entry.zonepath, e);
	/* Killed before the last of these it is installed, and boot claims its
	 * ids again. */
	if (dir == -1 ||
	    fd_replace_file(dir, ZC_DETACHED_FILE, 0600, text, strlen(text),
		FD_DURABLE, e) == -1 ||
	    fill_release(call->zone, &call->entry, e) == -1)
		return -1;
	return zc_index_set_state(call->zone, ZC_CONFIGURED, e);
}
