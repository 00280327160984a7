/* SPDX-License-Identifier: ISC
 *
 * packages - a patch level: which packages a system has, and in which version.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct fs_package {
	char *name; /* "libc6:amd64" */
	char *version;
};

struct fs_packages {
	struct fs_package *of; /* sorted by name */
	size_t n;
};
void fs_packages_done(struct fs_packages *p);
#define _cleanup_packages __attribute__((cleanup(fs_packages_done)))

/* Append; fs_packages_sort comes last. name becomes the list's. */
void fs_packages_add(struct fs_packages *p, char *name, const char *version);
void fs_packages_sort(struct fs_packages *p);

/* The installed ones of a status file's text, which is cut up. */
void fs_packages_parse(char *text, struct fs_packages *out);

/* The global zone's; none where it has no dpkg. */
int fs_packages_host(struct fs_packages *out, struct err *e) MUST_CHECK;

/* Call fn for each package in which the two differ; a version is NULL where it
 * is not there. */
void fs_packages_compare(const struct fs_packages *a,
    const struct fs_packages *b,
    void (*fn)(void *arg, const char *name, const char *a, const char *b),
    void *arg);
