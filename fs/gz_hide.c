/* SPDX-License-Identifier: ISC
 *
 * gz_hide - the list of what a zone must not see of its inherited directories.
 */
#include <fcntl.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/mem.h"
#include "fs/globalzone.h"
#include "fs/hidden.h"

int
fs_globalzone_hide_noted(const char *zonepath, const struct fs_notes *notes,
    struct err *e)
{
	_autofree const char **path = mem_alloc((notes->n + 1) * sizeof(*path));
	size_t n = 0;

	for (size_t i = 0; i < notes->n; i++) {
		if (notes->items[i].kind == FS_NOTE_UNREADABLE)
			path[n++] = notes->items[i].path;
	}
	return fs_hidden_save(zonepath, path, n, e);
}

int
fs_globalzone_hide(const char *zonepath, const char *const *dirs, size_t ndirs,
    bool fresh, struct err *e)
{
	struct fs_notes notes = { 0 };
	char **inherit = NULL;
	size_t n = 0;
	_autoclose int root = -1;
	int rc;

	if (!fresh && fs_hidden_is_current(zonepath))
		return 0;
	root = fd_open_dir(AT_FDCWD, "/", e);
	if (root == -1)
		return -1;
	rc = fs_globalzone_inherit(root, dirs, ndirs, &inherit, &n, &notes, e);
	if (rc == 0)
		rc = fs_globalzone_check_inherited(root, inherit, n, &notes, e);
	if (rc == 0)
		rc = fs_globalzone_hide_noted(zonepath, &notes, e);
	fs_globalzone_inherit_free(inherit, n);
	fs_notes_done(&notes);
	return rc == -1 ? err_in(e, "inherited directories") : 0;
}
