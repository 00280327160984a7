/* SPDX-License-Identifier: ISC
 *
 * hidden - files of inherited directories that others than root may not read.
 */
#include "fs/hidden.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "fs/zonepath.h"

#define DPKG_STATUS "/var/lib/dpkg/status"

enum { LIST_MAX = 4 * 1024 * 1024, PATHS_MAX = 4096 };

void
fs_hidden_done(struct fs_hidden *hidden)
{
	free(hidden->path);
	free(hidden->text);
	*hidden = (struct fs_hidden){ 0 };
}

int
fs_hidden_load(const char *zonepath, struct fs_hidden *out, struct err *e)
{
	_autoclose int dir = fs_zonepath_open(zonepath, e);
	struct fs_hidden h = { 0 };
	size_t len;

	if (dir == -1)
		return -1;
	if (fd_read_file(dir, FS_HIDDEN_FILE, LIST_MAX, &h.text, &len, e) == -1)
		return err_in(e,
		    "files to hide from the zone; run 'zoneadm "
		    "verify' first");
	for (size_t i = 0; i < len; i += strlen(h.text + i) + 1) {
		if (h.n == PATHS_MAX || !path_is_normal(h.text + i)) {
			fs_hidden_done(&h);
			return err_set(e, ERR_CONFIG,
			    "'%s/" FS_HIDDEN_FILE "' is damaged; run 'zoneadm "
			    "verify'",
			    zonepath);
		}
		h.path = mem_grow(h.path, h.n + 1, sizeof(*h.path));
		h.path[h.n++] = h.text + i;
	}
	*out = h;
	return 0;
}

bool
fs_hidden_is_current(const char *zonepath)
{
	_autofree char *path = mem_printf("%s/" FS_HIDDEN_FILE, zonepath);
	struct stat list;
	struct stat packages;

	if (lstat(path, &list) == -1)
		return false;
	if (stat(DPKG_STATUS, &packages) == -1)
		return true;
	if (list.st_mtim.tv_sec != packages.st_mtim.tv_sec)
		return list.st_mtim.tv_sec > packages.st_mtim.tv_sec;
	return list.st_mtim.tv_nsec > packages.st_mtim.tv_nsec;
}

int
fs_hidden_save(const char *zonepath, const char *const *path, size_t n,
    struct err *e)
{
	_autoclose int dir = fs_zonepath_open(zonepath, e);
	_autofree char *text = NULL;
	size_t len = 0;

	if (dir == -1)
		return -1;
	if (n > PATHS_MAX)
		return err_set(e, E2BIG,
		    "%zu files of the inherited directories are unreadable "
		    "for others, more than can be hidden",
		    n);
	for (size_t i = 0; i < n; i++) {
		size_t size = strlen(path[i]) + 1;

		text = mem_grow(text, len + size, 1);
		memcpy(text + len, path[i], size);
		len += size;
	}
	return fd_replace_file(dir, FS_HIDDEN_FILE, 0600, text ? text : "", len,
	    FD_DURABLE, e);
}
