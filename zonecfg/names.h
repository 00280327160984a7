/* SPDX-License-Identifier: ISC
 *
 * names - sorted lists of zone names, read from directories.
 *
 * A listing of thousands of zones holds their names and one zone at a time:
 * every page of memory that is touched costs more than a system call.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct zc_names {
	const char **name; /* sorted, into text */
	size_t n;
	char *text; /* the names, each with its NUL */
};

/* The files of a directory that are called NAME and suffix, NAME being that of
 * a zone other than global. The caller frees with zc_names_done. */
int zc_names_read(int dir, const char *suffix, struct zc_names *out,
    struct err *e) MUST_CHECK;
void zc_names_done(struct zc_names *names);
#define _cleanup_names __attribute__((cleanup(zc_names_done)))

bool zc_names_has(const struct zc_names *names, const char *name);
