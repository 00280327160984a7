/* SPDX-License-Identifier: ISC
 *
 * zonepath - the checks that make a zone's directory a wall: nobody but root
 * comes near it, and its path leads where it says.
 *
 * Files below it keep natural owners, so a set-id program of the zone would be
 * one of the host's if a host user could reach it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* A plain line for people, with its full stop. */
typedef void fs_say(const char *line, void *arg);

/* Another zone's path, for the check of overlaps. */
struct fs_zonepath_other {
	const char *zone;
	const char *path;
};

struct fs_zonepath {
	const char *zone;
	const char *path;
	const struct fs_zonepath_other *others; /* the zone itself is skipped */
	size_t nothers;
	bool fresh; /* to be installed: root/ must be missing or empty */
};

/* No zone that is installed lies above or below the path, and no other has it:
 * seen in the directories alone, so at the same cost with thousands of zones.
 * False where that cannot be told. */
bool fs_zonepath_is_apart(const char *path);

/* Check everything; each fault, and each warning ("WARNING: ..."), is said as a
 * line. A path that does not exist yet is good if its parents are; *missing
 * tells. 0: good, 1: faults were said (the caller ends with "could not verify
 * zonepath P because of the above errors."). */
int fs_zonepath_check(const struct fs_zonepath *zp, bool *missing, fs_say *say,
    void *arg) MUST_CHECK;

/* Open a zonepath that has to be there, the same checks of the directory and
 * its parents made on the way; the first fault is the error. For all that works
 * below it. Returns its descriptor, or -1. */
int fs_zonepath_open(const char *path, struct err *e) MUST_CHECK;

/* Make it where it is missing, 0700, and missing parents, 0755; then as
 * fs_zonepath_open. *made tells whether the last one is new. */
int fs_zonepath_make(const char *path, bool *made, struct err *e) MUST_CHECK;
