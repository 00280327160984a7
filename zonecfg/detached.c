/* SPDX-License-Identifier: ISC
 *
 * detached - the manifest that a detached zone carries with it.
 */
#include "zonecfg/detached.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/export.h"
#include "zonecfg/store.h"
#include "zonecfg/value.h"

char *
zc_detached_print(const struct zc_zone *zone, const char *facts)
{
	_autofree char *config = zc_export(zone);
	_autofree char *copy = mem_strdup(facts);
	char *all = mem_printf(ZC_DETACHED_MARK "format %d\n",
	    ZC_DETACHED_FORMAT);
	char *rest = copy;
	char *line;
	char *longer;

	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line == '\0')
			continue;
		longer = mem_printf("%s" ZC_DETACHED_MARK "%s\n", all, line);
		free(all);
		all = longer;
	}
	longer = mem_printf("%s%s", all, config);
	free(all);
	return longer;
}

/* It starts with a format that is known. */
static int
check_format(const char *file, const char *text, struct err *e)
{
	const char *number = str_after(text, ZC_DETACHED_MARK "format ");
	_autofree char *digits = NULL;
	uint64_t format;

	if (!number)
		return err_set(e, ERR_CONFIG,
		    "'%s' is not the manifest of a detached zone", file);
	digits = mem_strndup(number, strcspn(number, "\n"));
	if (str_u64(digits, UINT32_MAX, &format) == -1 || format == 0 ||
	    format > ZC_DETACHED_FORMAT)
		return err_set(e, ERR_CONFIG,
		    "'%s': the zone was detached by a newer release of the "
		    "zone tools; upgrade this host's",
		    file);
	return 0;
}

static int
read_manifest(const char *path, char **text, size_t *len, struct err *e)
{
	_autoclose int dir = fd_open_dir(AT_FDCWD, path, e);
	_autoclose int fd = -1;
	_autofree char *file = NULL;

	if (dir == -1)
		return err_set(e, e->code,
		    "%s: invalid path to detached zone: %s", path,
		    strerror(e->code));
	fd = openat(dir, ZC_DETACHED_FILE,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd == -1)
		return err_sys(e,
		    "%s: invalid path to detached zone: no manifest '%s'; "
		    "'zoneadm detach' writes it",
		    path, ZC_DETACHED_FILE);
	file = mem_printf("%s/%s", path, ZC_DETACHED_FILE);
	if (fd_check_owner(fd, file, S_IFREG, e) == -1)
		return -1;
	return fd_read_all(fd, ZC_STORE_MAX, text, len, e);
}

int
zc_detached_parse(const char *name, const char *file, const char *text,
    size_t len, struct zc_zone **out, struct err *e)
{
	if (check_format(file, text, e) == -1)
		return -1;
	return zc_store_parse(name, file, text, len, out, e);
}

int
zc_detached_load(const char *path, const char *name, struct zc_zone **out,
    struct err *e)
{
	_cleanup_zone struct zc_zone *zone = NULL;
	_autofree char *text = NULL;
	_autofree char *zonepath = NULL;
	_autofree char *where = mem_printf("%s/%s", path, ZC_DETACHED_FILE);
	size_t len;

	if (zc_value_check(ZC_GLOBAL_ZONEPATH, path, &zonepath, e) == -1 ||
	    read_manifest(zonepath, &text, &len, e) == -1 ||
	    zc_detached_parse(name, where, text, len, &zone, e) == -1)
		return -1;
	zc_value_set(zc_rec_value(&zone->global, ZC_GLOBAL_ZONEPATH), zonepath);
	*out = mem_take(&zone);
	return 0;
}
