/* SPDX-License-Identifier: ISC
 *
 * update - bring the private part of a sparse root to the level of the global
 * zone: the files of packages that the zone left as they were, then dpkg's
 * database.
 *
 * fresh is what an installation would make now. What the zone's own database
 * says tells whose a file is: what the zone did not touch becomes the
 * package's; a configuration file that both changed stays, and the package's is
 * put beside it as FILE.dpkg-dist; what the zone removed stays removed. What is
 * to be told goes to stderr, a line each. Runs as the zone's root, with no more
 * power (fs/unpack.c).
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "fs/copy.h"

/* The files, by the old database: it is what the next attempt goes by where
 * this one is killed. */
int fs_update_files(int fresh, int root, struct fs_progress *p, struct err *e)
    MUST_CHECK;

/* The database, when the files are on disk. */
int fs_update_database(int fresh, int root, struct fs_progress *p,
    struct err *e) MUST_CHECK;
