/* SPDX-License-Identifier: ISC
 *
 * path - normal paths, one-component names, and where our own files lie.
 *
 * ZONES_ROOT (or -R) moves every path of ours below another directory; zonepath
 * is taken as written.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Read ZONES_ROOT, or take dir where it is not NULL (option -R). Must be called
 * once, first. The directory must be absolute and exist: else ERR_USAGE. */
int path_init(const char *dir, struct err *e) MUST_CHECK;

/* The alternate root without a trailing slash, "" for none. */
const char *path_root(void);

/* A short stable id of the root, "0" for none, else 8 hexadecimal digits:
 * part of the names of host-wide objects. */
const char *path_root_id(void);

/* Our directories below the root; open them with path_open. */
enum path_dir {
	PATH_ETC, /* /etc/zones 0755: configurations */
	PATH_RUN, /* /run/zones 0755: sockets, locks, run state */
	PATH_VAR, /* /var/lib/zones 0755: caches */
	PATH_LOG, /* /var/log/zones 0700: console logs */
};
const char *path_of(enum path_dir which); /* with the root in front */

/* We are inside a zone: the host put /dev/.zone into its /dev. */
bool path_in_zone(void);

/* Open one of our directories, making it where it is missing. */
int path_open(enum path_dir which, struct err *e) MUST_CHECK;

/* Open /run/zones/NAME (0755), making it where it is missing. */
int path_open_run(const char *zone, struct err *e) MUST_CHECK;

/* A legal single component: not empty, ".", "..", without '/', control bytes.
 */
bool path_is_name(const char *s);

/* Absolute, no "//", no "." or ".." component, no trailing slash ("/" is
 * normal), no control bytes. */
bool path_is_normal(const char *s);

/* Repeated and trailing slashes removed; the caller frees the result. */
char *path_squeeze(const char *s);

/* a is b, or lies below it. Both normal. */
bool path_is_within(const char *a, const char *b);

/* A program of ours that is not for people: beside the running executable
 * first, then in the libexec directory. The caller frees the result. */
char *path_helper(const char *name);

/* Look in dir instead: for a program that does not run from where it lies. */
void path_set_helpers(const char *dir);
