/* SPDX-License-Identifier: ISC
 *
 * hostid - the host identifier of a zone.
 */
#include "zoned/hostid.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/mem.h"

/* The zone halts, but its tree is its own: no link in it is followed. */
int
zd_hostid_write(const struct zc_zone *cfg, const char *zonepath, struct err *e)
{
	const char *text = zc_get(cfg, "hostid");
	_autofree char *path = NULL;
	_autoclose int root = -1;
	_autoclose int etc = -1;
	uint32_t id;

	if (*text == '\0')
		return 0;
	/* The property was checked: at most eight hexadecimal digits. */
	id = (uint32_t)strtoul(text, NULL, 16);
	path = mem_printf("%s/root", zonepath);
	root = fd_open_dir(AT_FDCWD, path, e);
	if (root == -1)
		return -1;
	etc = fd_open_beneath(root, "etc", FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
	if (etc == -1)
		return err_in(e, "hostid");
	return fd_replace_file(etc, "hostid", 0644, &id, sizeof(id),
	    FD_VOLATILE, e);
}
