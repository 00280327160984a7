/* SPDX-License-Identifier: ISC
 *
 * install - fill a new root from a source: the one door to zone-unpack and to
 * the copier of the global zone's files.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/copy.h"
#include "fs/entry.h"

enum fs_install_what {
	FS_INSTALL_FILL,     /* an empty root */
	FS_INSTALL_PACKAGES, /* nothing: say what the status file of dpkg's that
			      * archive is tells, "NAME VERSION" a line */
	FS_INSTALL_FILES, /* bring a root to the level of tree: fs/update.h */
	FS_INSTALL_DATABASE, /* and then its package database */
};

struct fs_install {
	enum fs_install_what what;
	/* One of: an open archive, an open directory, a list with the
	 * directory that its files are read from. -1 and NULL for the others.
	 */
	int archive;
	int tree;
	int host;
	const struct fs_entries *entries;

	bool carried; /* the archive is a zone that root of another host sent:
		       * as large as it likes */

	int root;         /* the new root: an empty directory */
	const char *zone; /* its name goes into the root; NULL: not */
	uint32_t id_base; /* of the zone's range */
	int lock;         /* the zone's, held by whoever works */
	struct fs_progress *progress; /* never NULL */
	char **words; /* what was said on the way, by a process that may be in
		       * the zone's hands; NULL: nobody wants it, else the
		       * caller frees */
};
#define FS_INSTALL_NONE                               \
	{                                             \
		.archive = -1, .tree = -1, .host = -1 \
	}

/* Do that, and flush the root to disk. What was made before a failure stays.
 */
int fs_install(const struct fs_install *spec, struct err *e) MUST_CHECK;
