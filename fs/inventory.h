/* SPDX-License-Identifier: ISC
 *
 * inventory - which package owns which path, and what the file was when it came
 * out of the package: a reader of dpkg's database below any root.
 *
 * Paths are relative, and as they lie on disk: on a system with a merged /usr
 * what packages call /lib/x is "usr/lib/x", and what one package diverted from
 * another is where dpkg put it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "fs/md5.h"

struct fs_owned {
	const char *path;
	const char *from;    /* the administrator's own diversion moved it here,
			      * or NULL */
	const char *package; /* "libc6" or "libc6:amd64", as dpkg names its
			      * files; of several owners, the last */
	bool has_md5;        /* else md5 says nothing */
	bool is_conffile;
	uint8_t md5[FS_MD5_SIZE];
};

/* A directory of the root that is a link into /usr. */
struct fs_alias {
	char *name;   /* "lib" */
	char *target; /* "usr/lib" */
};

/* A file of a package that lies elsewhere. */
struct fs_diversion {
	const char *path;
	const char *to;
	const char *package; /* whose file stays in place; NULL: no package's,
			      * the administrator's own */
};

struct fs_inventory {
	struct fs_owned *items; /* sorted by path */
	size_t n;
	char **packages; /* sorted: what has a file list and a status */
	size_t npackages;
	struct fs_alias *aliases;
	size_t naliases;
	struct fs_diversion *diversions;
	size_t ndiversions;
	void **blocks; /* the memory behind all strings above */
	size_t nblocks;
};

/* Read the database below root (a directory). A system without one gives
 * e->code ENOENT and names what is missing. */
int fs_inventory_read(int root, struct fs_inventory *out, struct err *e)
    MUST_CHECK;

void fs_inventory_done(struct fs_inventory *inv);

/* The owner of a path (relative, as on disk), or NULL. */
const struct fs_owned *fs_inventory_find(const struct fs_inventory *inv,
    const char *path);

/* The same for a path as a person or a package writes it, "/lib/x". */
const struct fs_owned *fs_inventory_find_named(const struct fs_inventory *inv,
    const char *path);

bool fs_inventory_has_package(const struct fs_inventory *inv,
    const char *package);

/* path ("/lib/x", normal) as it lies on disk ("usr/lib/x"); "" for "/". The
 * caller frees the result. */
char *fs_inventory_on_disk(const struct fs_inventory *inv, const char *path);
