/* SPDX-License-Identifier: ISC
 *
 * tmpdir - a directory for one test, gone with everything in it afterwards.
 */
#pragma once

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct tmpdir {
	char path[200];
	int fd;
};

static inline int
tmpdir_unlink(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline struct tmpdir
tmpdir_new(void)
{
	struct tmpdir d = { .fd = -1 };
	const char *work = getenv("WORK"); /* tests/run removes it */

	(void)snprintf(d.path, sizeof(d.path), "%s/zones-unit.XXXXXX",
	    work ? work : "/tmp");
	if (mkdtemp(d.path))
		d.fd = open(d.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d.fd == -1)
		abort();
	return d;
}

static inline void
tmpdir_remove(struct tmpdir *d)
{
	(void)close(d->fd);
	(void)nftw(d->path, tmpdir_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

#define _tmpdir __attribute__((cleanup(tmpdir_remove)))
