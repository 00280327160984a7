/* SPDX-License-Identifier: ISC
 *
 * dpkg_status - the one reader of dpkg's status file.
 */
#pragma once

#include <stdbool.h>

struct fs_dpkg_package {
	const char *name;    /* NULL: a paragraph without one */
	const char *version; /* may be NULL */
	const char *arch;    /* "" where none is told */
	bool installed;
};

/* A line of "Conffiles:", with its leading blank; it may be cut up. */
typedef void fs_dpkg_conffile_fn(void *arg, const char *package, char *line);

/* Cut the next paragraph out of *text; what is found points into it. fn may be
 * NULL. false: there is none. */
bool fs_dpkg_next(char **text, struct fs_dpkg_package *out,
    fs_dpkg_conffile_fn *fn, void *arg);
