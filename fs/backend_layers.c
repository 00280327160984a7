/* SPDX-License-Identifier: ISC
 *
 * backend_layers - roots on any file system: a directory, later above shared
 * layers. A root without a lower layer is the directory itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "fs/backend.h"
#include "fs/remove.h"

static int
layers_probe(int dirfd, struct err *e)
{
	(void)dirfd;
	(void)e;
	return 1;
}

static int
open_root(int dirfd, const char *root, struct err *e)
{
	return fd_open_beneath(dirfd, root, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
}

static int
layers_create(int dirfd, const char *root, struct err *e)
{
	_autoclose int fd = -1;

	if (mkdirat(dirfd, root, 0755) == -1 && errno != EEXIST)
		return err_sys(e, "make directory '%s'", root);
	fd = open_root(dirfd, root, e);
	if (fd == -1)
		return -1;
	/* The umask had its say. */
	if (fchown(fd, 0, 0) == -1 || fchmod(fd, 0755) == -1)
		return err_sys(e, "chmod '%s'", root);
	return 0;
}

static int
layers_sources(int dirfd, const char *root, int fds[FS_SOURCES_MAX], size_t *n,
    struct err *e)
{
	int fd = open_root(dirfd, root, e);

	if (fd == -1)
		return -1;
	fds[0] = fd;
	*n = 1;
	return 0;
}

const struct fs_backend fs_backend_layers = {
	.name = "layers",
	.can = FS_CAN_CREATE | FS_CAN_REMOVE | FS_CAN_SOURCES,
	.probe = layers_probe,
	.create = layers_create,
	.remove = fs_remove_tree,
	.sources = layers_sources,
};
