/* SPDX-License-Identifier: ISC
 *
 * mount - the mount API by descriptors, with readable errors.
 */
#include "fs/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"

/* What the kernel says about a file system context: lines "e text". */
static void
add_kernel_word(int fs, struct err *e)
{
	char line[256];
	ssize_t n = read(fs, line, sizeof(line) - 1);

	if (n <= 2)
		return;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	(void)err_in(e, "%s", line + 2);
}

/* Of a file system context: the options, and what it becomes. */
static int
make(int fs, const char *type, const char *const *options, unsigned attrs,
    struct err *e)
{
	int mount;

	for (; options && options[0]; options += 2) {
		if (sys_fsconfig(fs,
			options[1] ? SYS_FSCONFIG_STRING : SYS_FSCONFIG_FLAG,
			options[0], options[1], 0) == -1) {
			(void)err_sys(e, "file system '%s': option '%s=%s'",
			    type, options[0], options[1] ? options[1] : "");
			add_kernel_word(fs, e);
			return -1;
		}
	}
	if (sys_fsconfig(fs, SYS_FSCONFIG_CREATE, NULL, NULL, 0) == -1) {
		(void)err_sys(e, "make file system '%s'", type);
		add_kernel_word(fs, e);
		return -1;
	}
	mount = sys_fsmount(fs, attrs);
	if (mount == -1)
		return err_sys(e, "mount file system '%s'", type);
	return mount;
}

int
fs_mount_new(const char *type, const char *const *options, unsigned attrs,
    struct err *e)
{
	_autoclose int fs = sys_fsopen(type);

	if (fs == -1)
		return err_sys(e, "file system '%s'", type);
	/* What mount(8) shows in the first column. */
	(void)sys_fsconfig(fs, SYS_FSCONFIG_STRING, "source", type, 0);
	return make(fs, type, options, attrs, e);
}

int
fs_mount_source(const char *type, const char *path, bool readonly,
    const char *const *options, unsigned attrs, struct err *e)
{
	_autoclose int fs = sys_fsopen(type);

	if (fs == -1)
		return err_sys(e, "file system '%s'", type);
	if (sys_fsconfig(fs, SYS_FSCONFIG_STRING, "source", path, 0) == -1 ||
	    (readonly &&
		sys_fsconfig(fs, SYS_FSCONFIG_FLAG, "ro", NULL, 0) == -1))
		return err_sys(e, "file system '%s'", type);
	return make(fs, type, options, attrs, e);
}

int
fs_mount_map(int mount, int userns, struct err *e)
{
	const struct sys_mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP,
		.userns_fd = (uint64_t)userns };

	if (sys_mount_setattr(mount, "", AT_EMPTY_PATH, &attr) == -1)
		return err_sys(e, "map the owners");
	return 0;
}

int
fs_mount_clone(int dirfd, const char *path, unsigned attrs, int userns,
    struct err *e)
{
	struct sys_mount_attr attr = { .attr_set = attrs };
	_autoclose int mount = sys_open_tree(dirfd, path,
	    OPEN_TREE_CLONE | AT_SYMLINK_NOFOLLOW |
		(*path == '\0' ? AT_EMPTY_PATH : 0));

	if (mount == -1)
		return err_sys(e, "copy the mount of '%s'", path);
	if (userns != -1) {
		attr.attr_set |= MOUNT_ATTR_IDMAP;
		attr.userns_fd = (uint64_t)userns;
	}
	if (sys_mount_setattr(mount, "", AT_EMPTY_PATH, &attr) == -1)
		return err_sys(e,
		    userns != -1 ? "map the owners of '%s'"
				 : "set attributes of '%s'",
		    path);
	return fd_take(&mount);
}

int
fs_mount_attach(int mount, int target, struct err *e)
{
	if (sys_move_mount(mount, "", target, "",
		MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == -1)
		return err_sys(e, "attach a mount");
	return 0;
}
