/* SPDX-License-Identifier: ISC
 *
 * dataset - the ZFS datasets that zone roots are: ZFS's own command, run, and
 * which dataset is which zone's.
 *
 *	ZONEPATH/.dataset			of the root: NAME ID; more
 *						lines: what else is the zone's
 *	ZONEPATH/snapshots/NAME/.dataset	of a snapshot: NAME@SNAPSHOT ID
 *
 * The id is a number by chance, written down before the dataset is made, and
 * made with it (the property zones:id). So what a kill left is known to be
 * ours, what was renamed or promoted is found, and what has taken the name of
 * ours is left alone.
 *
 * Datasets have mountpoint=legacy: neither 'zpool import' nor 'zfs mount -a'
 * mounts them, over whatever it might be. They are mounted by us, by descriptor
 * onto ZONEPATH/root, when a command first needs the root after the host's
 * restart.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

#define FS_DATASET_FILE ".dataset"
#define FS_DATASET_ID "zones:id" /* the property */

enum { FS_DATASET_NAME_MAX = 255, FS_DATASET_ID_LEN = 32 };

struct fs_dataset {
	char name[FS_DATASET_NAME_MAX + 1]; /* POOL/..., of a snapshot with @ */
	char id[FS_DATASET_ID_LEN + 1];
};

/* This open file lies on ZFS. */
bool fs_dataset_on_zfs(int fd);

/* The command 'zfs', or 'zpool': its absolute path, NULL where this host has
 * none. */
const char *fs_dataset_program(const char *name);

/* A name as the command takes it, and nothing that it takes for anything else:
 * letters, digits and "-_.:" between slashes, with or without a snapshot. Pure.
 */
bool fs_dataset_name_ok(const char *name);

/* Run 'zfs' (args[0], or 'zpool') with these words, NULL-terminated. out: what
 * it printed, the caller's to free; may be NULL. The error is the first line of
 * its stderr, and what to do: ENOENT, EBUSY, EEXIST, ENOSPC and ENOTEMPTY are
 * told apart. */
int fs_dataset_run(const char *const *args, char **out, struct err *e)
    MUST_CHECK;

/* The value of one property as 'zfs get -H -p' gives it. */
int fs_dataset_get(const char *name, const char *property, char **value,
    struct err *e) MUST_CHECK;

/* The dataset that a mount is of, by its number in the text of a mountinfo file
 * (proc_pid_mountinfo(5)); false where it is none of ZFS. Pure. */
bool fs_dataset_of_mount(const char *text, unsigned long long id,
    char name[FS_DATASET_NAME_MAX + 1]);

/* The dataset that the open directory lies in. */
int fs_dataset_of(int dir, char name[FS_DATASET_NAME_MAX + 1], struct err *e)
    MUST_CHECK;

/* What is written down in a directory, the first the root or the snapshot; 1:
 * nothing is. Saving is durable, and of none takes the file away. */
struct fs_datasets {
	struct fs_dataset *of;
	size_t n;
};
void fs_datasets_done(struct fs_datasets *s);
#define _cleanup_datasets __attribute__((cleanup(fs_datasets_done)))
int fs_datasets_load(int dir, struct fs_datasets *out, struct err *e)
    MUST_CHECK;
int fs_datasets_save(int dir, const struct fs_datasets *s, struct err *e)
    MUST_CHECK;
void fs_datasets_insert(struct fs_datasets *s, size_t at,
    const struct fs_dataset *d);
void fs_datasets_remove(struct fs_datasets *s, size_t at);

/* The first alone. */
int fs_dataset_load(int dir, struct fs_dataset *out, struct err *e) MUST_CHECK;

/* A new name, with a new id. */
int fs_dataset_new(const char *name, struct fs_dataset *out, struct err *e)
    MUST_CHECK;

/* Where it is by now; 1: nowhere in its pool. */
int fs_dataset_find(struct fs_dataset *d, struct err *e) MUST_CHECK;

/* Mount it onto the directory 'root' of a zonepath, which is made where it is
 * missing. */
int fs_dataset_mount(int zonepath, const struct fs_dataset *d, struct err *e)
    MUST_CHECK;

/* Take that mount off; none is no error. */
int fs_dataset_unmount(int zonepath, struct err *e) MUST_CHECK;

/* Open the directory 'root' of a zonepath, never through a link: for whoever
 * works in a zone's root, however it is kept. A dataset that it is, is mounted
 * first where it is not; nothing else may be mounted there (EXDEV). */
int fs_root_open(int zonepath, struct err *e) MUST_CHECK;
