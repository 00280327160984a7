/* SPDX-License-Identifier: ISC
 *
 * whole - copy one root into another.
 */
#include "fs/whole.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

int
fs_copy_whole(int from, int to, struct fs_progress *p, struct err *e)
{
	/* A mount's own descriptor opens nothing. */
	_autoclose int top = fd_open_dir(from, ".", e);
	mode_t mask = umask(0);
	int result = top == -1 ? -1 : fs_copy_tree(top, to, p, e);
	struct stat st;

	(void)umask(mask);
	if (result == -1 || fs_copy_xattrs(top, to, NULL, e) == -1)
		return -1;
	if (fstat(top, &st) == -1 || fchown(to, st.st_uid, st.st_gid) == -1 ||
	    fchmod(to, st.st_mode & 07777) == -1 ||
	    futimens(to, (struct timespec[]){ st.st_atim, st.st_mtim }) == -1)
		return err_sys(e, "finish the root directory");
	return syncfs(to) == -1 ? err_sys(e, "flush the copy to disk") : 0;
}
