/* SPDX-License-Identifier: ISC
 *
 * gz_inherit - which directories to mount for those that a configuration names.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/gz.h"

/* Where a directory really lies below root, or NULL. */
static char *
resolve(int root, const char *dir, struct err *e)
{
	_autoclose int fd = fd_open_beneath(root, dir, FD_IN_ROOT,
	    O_PATH | O_DIRECTORY, 0, e);
	_autofree char *top = gz_absolute(root);
	_autofree char *real = fd == -1 ? NULL : gz_absolute(fd);
	const char *rest;

	if (fd == -1)
		return NULL;
	rest = top && real ? gz_below(real, top) : NULL;
	if (!rest) {
		err_set(e, EINVAL, "'%s' cannot be inherited", dir);
		return NULL;
	}
	return mem_strdup(rest);
}

static int
add_dir(int root, const char *dir, char ***out, size_t *n,
    struct fs_notes *notes, struct err *e)
{
	struct err why;
	char *real = resolve(root, dir, &why);

	if (!real && (why.code == ENOENT || why.code == ENOTDIR)) {
		fs_notes_add(notes, FS_NOTE_NO_DIR, dir,
		    "is not inherited: this system has no such directory");
		return 0;
	}
	if (!real) {
		*e = why;
		return -1;
	}
	*out = mem_grow(*out, *n + 1, sizeof(**out));
	(*out)[(*n)++] = real;
	return 0;
}

/* Sorted, what lies below another directory comes somewhere behind it. */
static void
drop_nested(char **dirs, size_t *n)
{
	size_t kept = 0;

	if (*n != 0)
		qsort(dirs, *n, sizeof(*dirs), gz_by_text);
	for (size_t i = 0; i < *n; i++) {
		bool nested = false;

		for (size_t k = 0; k < kept && !nested; k++)
			nested = str_eq(dirs[i], dirs[k]) ||
			    gz_below(dirs[i], dirs[k]);
		if (nested)
			free(dirs[i]);
		else
			dirs[kept++] = dirs[i];
	}
	*n = kept;
}

int
fs_globalzone_inherit(int root, const char *const *dirs, size_t ndirs,
    char ***out, size_t *n, struct fs_notes *notes, struct err *e)
{
	char **list = NULL;
	size_t len = 0;

	for (size_t i = 0; i < ndirs; i++) {
		if (add_dir(root, dirs[i], &list, &len, notes, e) == -1) {
			fs_globalzone_inherit_free(list, len);
			return -1;
		}
	}
	drop_nested(list, &len);
	*out = list;
	*n = len;
	return 0;
}

void
fs_globalzone_inherit_free(char **dirs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(dirs[i]);
	free(dirs);
}
