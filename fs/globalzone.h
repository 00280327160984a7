/* SPDX-License-Identifier: ISC
 *
 * globalzone - what a zone made from the running system contains: the files of
 * its packages as the packages brought them, and a short list of made ones
 * (fs/keep.def). Nothing is written here: the list is carried out by
 * fs/install.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "fs/entry.h"

struct fs_globalzone {
	int root; /* directory: the system to make the zone from, or a copy */
	/* Directories that the zone does not get, but only sees: as
	 * fs_globalzone_inherit gives them. None for a whole root. */
	char *const *inherit;
	size_t ninherit;
	const char *hostname; /* of the zone, or NULL to leave it out */
	/* Called now and then with the number of paths looked at; or NULL. */
	void (*progress)(void *arg, uint64_t done, uint64_t total);
	void *arg;
};

/* Fill the two lists (both zeroed by the caller, freed by the caller also when
 * this fails). A system without dpkg's database gives e->code ENOENT. */
int fs_globalzone_list(const struct fs_globalzone *spec, struct fs_entries *out,
    struct fs_notes *notes, struct err *e) MUST_CHECK;

/* The directories to mount for dirs (absolute, normal): relative to root, as
 * they lie on disk ("lib" on a merged /usr is "usr/lib"), sorted, without those
 * that lie below another or do not exist (a note tells). *out and its strings
 * are the caller's to free (fs_globalzone_inherit_free). */
int fs_globalzone_inherit(int root, const char *const *dirs, size_t ndirs,
    char ***out, size_t *n, struct fs_notes *notes, struct err *e) MUST_CHECK;
void fs_globalzone_inherit_free(char **dirs, size_t n);

/* Notes on what of the inherited directories does not reach a zone: files and
 * directories that others may not read, mounts below them. Looks at every file
 * of them. */
int fs_globalzone_check_inherited(int root, char *const *inherit,
    size_t ninherit, struct fs_notes *notes, struct err *e) MUST_CHECK;

/* Write the list of fs/hidden.h for a zone that inherits dirs (absolute, of the
 * running system). With fresh false only where it is missing or older than the
 * package database. */
int fs_globalzone_hide(const char *zonepath, const char *const *dirs,
    size_t ndirs, bool fresh, struct err *e) MUST_CHECK;

/* The same from notes that fs_globalzone_check_inherited made already. */
int fs_globalzone_hide_noted(const char *zonepath, const struct fs_notes *notes,
    struct err *e) MUST_CHECK;
