/* SPDX-License-Identifier: ISC
 *
 * launch - our own programs on a private read-only mount.
 */
#include "zoned/launch.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/sys.h"

int
zd_launch_dir(const char *helper, struct err *e)
{
	static const struct sys_mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
		    MOUNT_ATTR_NODEV
	};
	_autofree char *path = path_helper(helper);
	_autoclose int dir = -1;

	*strrchr(path, '/') = '\0';
	dir = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE);
	if (dir == -1)
		return err_sys(e, "private mount of '%s'", path);
	if (sys_mount_setattr(dir, "", AT_EMPTY_PATH, &attr) == -1)
		return err_sys(e, "read-only mount of '%s'", path);
	return fd_take(&dir);
}

int
zd_launch_program(int dir, const char *name, struct err *e)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1)
		return err_sys(e, "program '%s'", name);
	return fd;
}
