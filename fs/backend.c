/* SPDX-License-Identifier: ISC
 *
 * backend - the table of ways to keep zone roots.
 */
#include "fs/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "fs/dataset.h"

/* Best first; the last takes every directory. */
static const struct fs_backend *const backends[] = {
	&fs_backend_btrfs,
	&fs_backend_zfs,
	&fs_backend_layers,
	&fs_backend_copy,
};

const struct fs_backend *
fs_backend_at(size_t i)
{
	return i < ARRAY_LEN(backends) ? backends[i] : NULL;
}

const struct fs_backend *
fs_backend_by_name(const char *name)
{
	if (*name == '\0')
		return &fs_backend_layers;
	for (size_t i = 0; i < ARRAY_LEN(backends); i++) {
		if (strcmp(backends[i]->name, name) == 0)
			return backends[i];
	}
	return NULL;
}

int
fs_backend_find(const char *name, const struct fs_backend **out, struct err *e)
{
	const struct fs_backend *b = fs_backend_by_name(name);

	if (!b)
		return err_set(e, ENOTSUP, "this program knows no backend '%s'",
		    name);
	*out = b;
	return 0;
}

int
fs_backend_for(int dirfd, const struct fs_backend **out, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(backends); i++) {
		int good = backends[i]->probe(dirfd, e);

		if (good == -1)
			return err_in(e, "backend '%s'", backends[i]->name);
		if (good == 1) {
			*out = backends[i];
			return 0;
		}
	}
	return err_set(e, ENOTSUP, "no backend can keep a zone here");
}

int
fs_backend_for_root(int dirfd, const char *was, const struct fs_backend **out,
    struct err *e)
{
	const struct fs_backend *best = NULL;
	_autoclose int root = fs_root_open(dirfd, e);
	int good = 1;

	if (root == -1 || fs_backend_for(dirfd, &best, e) == -1)
		return -1;
	if (best->owns)
		good = best->owns(root, e);
	if (good == -1)
		return -1;
	/* Who chose to share nothing goes on so. */
	if (good == 0 || strcmp(was, fs_backend_copy.name) == 0)
		best = &fs_backend_copy;
	*out = best;
	return 0;
}

int
fs_same_mount(int a, int b, struct err *e)
{
	struct statx one;
	struct statx other;

	if (statx(a, "", AT_EMPTY_PATH, STATX_MNT_ID, &one) == -1 ||
	    statx(b, "", AT_EMPTY_PATH, STATX_MNT_ID, &other) == -1)
		return err_sys(e, "statx");
	return one.stx_mnt_id == other.stx_mnt_id;
}
