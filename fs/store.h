/* SPDX-License-Identifier: ISC
 *
 * store - the frozen layers of one mount: made, counted, taken away.
 *
 * A layer is there as long as somebody is named in its refs; the directory of
 * the names can be removed only when it is empty, and that is what counts. So
 * nothing needs a lock, and a layer without that directory is one that was left
 * half removed.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "base/fd.h"
#include "fs/backend.h"
#include "fs/layer.h"

/* A new id. */
int fs_layer_new_id(char id[FS_LAYER_ID], struct err *e) MUST_CHECK;

/* The store for a zonepath: beside it, where that is the same mount, else in
 * it. Made where it is missing. *path is the caller's. */
int fs_store_make(const struct fs_home *h, char **path, struct err *e)
    MUST_CHECK;

/* A store by its path, with the checks of a zonepath. */
int fs_store_open(const char *path, struct err *e) MUST_CHECK;

/* An empty place STORE/ID with its refs; one that is there is emptied first.
 * Returns the descriptor of STORE/ID. */
int fs_store_place(int store, const char *id, struct err *e) MUST_CHECK;

/* Note that the directory holder, which has this stamp, stands on the layer
 * stamp->lower; FD_VOLATILE: fs_store_flush comes before anybody counts on it.
 * Its inode is part of the note: a copy of a zonepath
 * that brought its stamp along is not who stands there. */
int fs_store_hold(int store, const struct fs_stamp *stamp, int holder,
    enum fd_replace how, struct err *e) MUST_CHECK;
int fs_store_flush(const struct fs_stamp *stamp, struct err *e) MUST_CHECK;

/* ... no longer. A layer that nobody stands on any more is taken away, and so
 * on below it. Repeated, it does what is left to do. */
int fs_store_drop(const struct fs_stamp *stamp, int holder, struct err *e)
    MUST_CHECK;

/* Where the store of a zonepath is or would be; the caller frees *path. */
int fs_store_path(const struct fs_home *h, char **path, struct err *e)
    MUST_CHECK;

/* Remove a place that never came to hold a layer. A real one of that id, which
 * somebody stands on, is left alone. */
int fs_store_abandon(const char *path, const char *id, struct err *e)
    MUST_CHECK;
