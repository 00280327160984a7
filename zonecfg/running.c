/* SPDX-License-Identifier: ISC
 *
 * running - the configuration that a zone runs with.
 */
#include "zonecfg/running.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "zonecfg/export.h"
#include "zonecfg/name.h"
#include "zonecfg/runstate.h"
#include "zonecfg/store.h"

int
zc_running_save(const struct zc_zone *zone, struct err *e)
{
	_autofree char *text = zc_export(zone);
	_autoclose int run = path_open(PATH_RUN, e);
	_autoclose int dir = -1;

	if (run == -1)
		return -1;
	dir = fd_make_dirs(run, zone->name, 0700, e);
	if (dir == -1)
		return -1;
	return fd_replace_file(dir, "running.cfg", 0644, text, strlen(text),
	    FD_VOLATILE, e);
}

static char *
file_of(const char *name)
{
	return mem_printf("%s/%s/running.cfg", path_of(PATH_RUN), name);
}

void
zc_running_remove(const char *name)
{
	_autofree char *file = file_of(name);

	(void)unlink(file);
}

int
zc_running_load(const char *name, struct zc_zone **out, struct err *e)
{
	_autofree char *file = file_of(name);
	_autofree char *text = NULL;
	_cleanup_run struct zc_run run = { 0 };
	size_t len;

	if (zc_name_is_global(name))
		return err_set(e, ERR_STATE,
		    "nothing keeps what the global zone runs with");
	if (zc_run_load(name, &run, e) == -1)
		return -1;
	if (run.state < ZC_READY || run.state == ZC_MOUNTED)
		return err_set(e, ERR_STATE,
		    "zone '%s' does not run; 'zoneadm -z %s boot' starts it",
		    name, name);
	if (fd_read_file(AT_FDCWD, file, ZC_STORE_MAX, &text, &len, e) == -1) {
		if (e->code != ENOENT)
			return -1;
		return err_set(e, ERR_STATE,
		    "zone '%s' was started by an older release, which did not "
		    "keep what it runs with; 'zoneadm -z %s reboot'",
		    name, name);
	}
	return zc_store_parse(name, file, text, len, out, e);
}
