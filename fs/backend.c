/* SPDX-License-Identifier: ISC
 *
 * backend - the table of ways to keep zone roots.
 */
#include "fs/backend.h"

#include <errno.h>
#include <string.h>

/* Best first; the last takes every directory. */
static const struct fs_backend *const backends[] = {
	&fs_backend_layers,
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
