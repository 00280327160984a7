/* SPDX-License-Identifier: ISC
 *
 * gz - what the parts of the generator behind fs/globalzone.h share.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/err.h"
#include "fs/entry.h"
#include "fs/globalzone.h"
#include "fs/inventory.h"

/* One line of /etc/passwd or /etc/group. */
struct gz_account {
	char *name;
	unsigned id;
	unsigned gid;  /* users */
	char *gecos;   /* users */
	char *home;    /* users */
	char *shell;   /* users */
	char *members; /* groups: "a,b" */
	bool is_base;  /* from base-passwd's master files */
};

struct gz_accounts {
	struct gz_account *items; /* sorted by id */
	size_t n;
};

struct gz {
	const struct fs_globalzone *spec;
	struct fs_inventory inv;
	struct gz_accounts users;
	struct gz_accounts groups;
	struct fs_entries *out;
	struct fs_notes *notes;
	/* The directory last looked into: paths come sorted. */
	char *dir;
	int dirfd;
};

/* path is an inherited directory, or lies below one. */
bool gz_is_inherited(const struct gz *g, const char *path);

/* lstat of a path whose directories must be real ones. 0, or -1 with errno. */
int gz_stat(struct gz *g, const char *path, struct stat *st);

/* Open a regular file for reading, without following links. */
int gz_open(struct gz *g, const char *path, struct err *e) MUST_CHECK;

/* The content of a file of at most max bytes. A missing one: ENOENT. */
int gz_read(struct gz *g, const char *path, size_t max, char **text,
    size_t *len, struct err *e) MUST_CHECK;

/* The target of a link, or NULL. */
char *gz_readlink(struct gz *g, const char *path);

enum gz_state {
	GZ_MISSING,
	GZ_CHANGED,  /* not what the package brought, or no telling */
	GZ_PRISTINE, /* exactly the package's */
};

/* Look at what a package owns. *st is set unless it is missing. -1: error. */
int gz_state(struct gz *g, const struct fs_owned *o, struct stat *st,
    struct err *e) MUST_CHECK;

/* The same for a path on disk: GZ_MISSING also where nobody owns it. */
int gz_pristine(struct gz *g, const char *path, struct err *e) MUST_CHECK;

/* Call fn for each name (sorted) in a directory; a missing one has none. */
int gz_each(struct gz *g, const char *dir,
    int (*fn)(struct gz *g, const char *dir, const char *name, void *arg,
	struct err *e),
    void *arg, struct err *e) MUST_CHECK;

/* Add entries; what lies below an inherited directory is passed over. Owner is
 * root. */
void gz_add_dir(struct gz *g, const char *path, mode_t mode);
void gz_add_link(struct gz *g, const char *path, const char *target);
void gz_add_text(struct gz *g, const char *path, mode_t mode, const char *group,
    const char *text, size_t len);
/* As the file from lies on disk, with its owner where the zone knows it. */
void gz_add_file(struct gz *g, const char *path, const char *from,
    const struct stat *st);

/* The makers that fs/keep.def names. */
int gz_make_accounts(struct gz *g, struct err *e) MUST_CHECK;
int gz_make_alternatives(struct gz *g, struct err *e) MUST_CHECK;
int gz_make_certs(struct gz *g, struct err *e) MUST_CHECK;
int gz_make_dpkg(struct gz *g, struct err *e) MUST_CHECK;
int gz_make_hosts(struct gz *g, struct err *e) MUST_CHECK;
int gz_make_ldcache(struct gz *g, struct err *e) MUST_CHECK;
int gz_make_pam(struct gz *g, struct err *e) MUST_CHECK;
int gz_make_shells(struct gz *g, struct err *e) MUST_CHECK;

/* Compare two strings behind pointers: for qsort and bsearch. */
int gz_by_text(const void *a, const void *b);

/* Where an open directory lies, or NULL; the caller frees it. */
char *gz_absolute(int fd);

/* What of path is below dir (both absolute or both relative), or NULL. */
const char *gz_below(const char *path, const char *dir);

/* Apply fs/keep.def. */
int gz_keep(struct gz *g, struct err *e) MUST_CHECK;

/* A path that the list says never comes along, packaged or not. */
bool gz_is_never(const char *path);

/* Notes on what was found and left out. */
int gz_note_unowned(struct gz *g, struct err *e) MUST_CHECK;

/* Read the accounts that the zone will know; before anything is added. */
int gz_accounts_read(struct gz *g, struct err *e) MUST_CHECK;
void gz_accounts_done(struct gz *g);
const struct gz_account *gz_account_by_name(const struct gz_accounts *l,
    const char *name);
const struct gz_account *gz_account_by_id(const struct gz_accounts *l,
    unsigned id);
