/* SPDX-License-Identifier: ISC
 *
 * layer - one writable tree and the frozen ones below it: how they name each
 * other on disk.
 *
 * Each tree carries a stamp, an extended attribute that no zone can see or set
 * (trusted.*): its own id, the layer below it, and the store where that lies.
 * A tree changes its place by one rename and stays what it is, so that there is
 * no moment at which tree and stamp disagree.
 *
 *	ZONEPATH/root			the tree that is written to
 *	ZONEPATH/work/ID		overlayfs' own, of the tree ID
 *	STORE/ID/t			a frozen tree (m: on its way there)
 *	STORE/ID/refs/OTHER		who stands on it: trees and snapshots
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

enum { FS_LAYER_ID = 17, FS_LAYERS_MAX = 64 };

#define FS_LAYER_STORE ".zones-layers"

struct fs_stamp {
	char id[FS_LAYER_ID];    /* "" for a tree that has none yet */
	char lower[FS_LAYER_ID]; /* "" where it stands on nothing */
	char *store;             /* absolute; NULL without a lower */
};
void fs_stamp_done(struct fs_stamp *s);
#define _cleanup_stamp __attribute__((cleanup(fs_stamp_done)))

/* The stamp of an open directory; all empty where it has none. */
int fs_stamp_read(int dir, struct fs_stamp *out, struct err *e) MUST_CHECK;

/* Whether a file system can keep them, and what else layers need, is found
 * out by writing one: ENOTSUP. */
int fs_stamp_write(int dir, const struct fs_stamp *s, struct err *e) MUST_CHECK;

/* Open a layer's tree ("ID/t") in an open store. */
int fs_layer_open(int store, const char *id, struct err *e) MUST_CHECK;

/* The layers below a stamp, topmost first: their ids, n of them. The store must
 * be the stamp's. */
struct fs_chain {
	char id[FS_LAYERS_MAX][FS_LAYER_ID];
	size_t n;
};
int fs_chain_read(int store, const struct fs_stamp *top, struct fs_chain *out,
    struct err *e) MUST_CHECK;

/* "ID/t:ID/t", topmost first, relative to the store; the caller frees. */
char *fs_chain_text(const struct fs_chain *chain);
