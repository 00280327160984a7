/* SPDX-License-Identifier: ISC
 *
 * entry - what a root is to contain, as a sorted list of files, directories and
 * links: written by the generators (fs/globalzone), carried out by fs/install.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum fs_entry_kind {
	FS_ENTRY_DIR,
	FS_ENTRY_FILE,    /* copied from the source root */
	FS_ENTRY_SYMLINK, /* target in from */
	FS_ENTRY_TEXT,    /* its whole content in text */
};

/* Paths are relative to a root, normal, without a leading or trailing slash.
 * Of a copied file's extended attributes only security.capability comes along:
 * packages set that one, everything else is the administrator's. */
struct fs_entry {
	char *path; /* in the zone */
	enum fs_entry_kind kind;
	mode_t
	    mode;  /* permission bits with set-id and sticky; 0777 for links */
	uid_t uid; /* as the files of the zone are seen from inside */
	gid_t gid;
	char *from; /* FILE: in the source root, or NULL for the same path as in
		     * the zone; SYMLINK: the target, as it is written */
	char *text; /* TEXT: len bytes */
	size_t len;
	uint64_t size; /* FILE: bytes when it was looked at, for progress */
};

/* Sorted by path (strcmp), each path once, every parent directory an entry of
 * its own (except the root itself), so that they can be made in order. */
struct fs_entries {
	struct fs_entry *items;
	size_t n;
};

/* Something a person should know about what was or was not taken. */
enum fs_note_kind {
	FS_NOTE_CHANGED, /* differs from its package: left out */
	FS_NOTE_UNOWNED, /* no package owns it: left out; a tree is one note */
	FS_NOTE_MISSING, /* a package owns it, and it is not there */
	FS_NOTE_UNREADABLE, /* inherited, and others may not read it */
	FS_NOTE_SUBMOUNT, /* a mount below an inherited directory stays away */
	FS_NOTE_NO_DIR,   /* an inherited directory that the host lacks */
	FS_NOTE_OTHER,
};

struct fs_note {
	enum fs_note_kind kind;
	char *path; /* absolute, as on the host */
	char *text; /* for people: "'PATH' is left out: no package owns it" */
};

struct fs_notes {
	struct fs_note *items;
	size_t n;
};

/* Append a copy of *e; its strings become the list's. The list is put in order
 * by fs_entries_finish. */
void fs_entries_add(struct fs_entries *l, const struct fs_entry *e);

/* Sort; of several entries for one path the one added last stays. Missing
 * parents are added as root's directories of mode 0755. An entry below
 * something that is no directory is an error. */
int fs_entries_finish(struct fs_entries *l, struct err *e) MUST_CHECK;

/* The entry of a path in a finished list, or NULL. */
const struct fs_entry *fs_entries_find(const struct fs_entries *l,
    const char *path);

void fs_entries_done(struct fs_entries *l); /* frees the content */

/* The text is the path in quotes, made safe to show, and what fmt gives. */
void fs_notes_add(struct fs_notes *l, enum fs_note_kind kind, const char *path,
    const char *fmt, ...) PRINTF(4, 5);
void fs_notes_done(struct fs_notes *l);
