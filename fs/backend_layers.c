/* SPDX-License-Identifier: ISC
 *
 * backend_layers - roots on any file system: a tree that is written to, above
 * frozen ones that it shares (fs/layer.h). A root that stands on nothing is the
 * directory itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/sys.h"
#include "fs/backend.h"
#include "fs/copy.h"
#include "fs/identity.h"
#include "fs/merge.h"
#include "fs/mount.h"
#include "fs/overlay.h"
#include "fs/remove.h"
#include "fs/store.h"
#include "fs/tree.h"
#include "fs/whole.h"

#define SEEN (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_RDONLY)
#define NEXT \
	"root.next" /* a root on its way in, or an old one on its way out */

static int
layers_probe(int dirfd, struct err *e)
{
	(void)dirfd;
	(void)e;
	return 1;
}

static int
open_root(const struct fs_home *h, const char *name, struct err *e)
{
	return fd_open_beneath(h->dir, name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
}

/* --- removing ---------------------------------------------------------------
 */

/* A tree with the place it holds on a layer, in this order: who is killed
 * between finds the stamp still there. */
static int
remove_tree(const struct fs_home *h, const char *name, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	struct err why = { 0 };
	_autoclose int fd = open_root(h, name, &why);

	if (fd == -1)
		return fs_remove_tree(h->dir, name, e);
	if (fs_stamp_read(fd, &stamp, e) == -1)
		return -1;
	if (stamp.lower[0] != '\0' && fs_store_drop(&stamp, fd, e) == -1)
		return -1;
	return fs_remove_tree(h->dir, name, e);
}

/* What a freeze that was killed has begun: a layer with the id of a tree that
 * is still the root. */
static int
remove_begun(const struct fs_home *h, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	_autofree char *path = NULL;
	struct err why = { 0 };
	_autoclose int root = open_root(h, "root", &why);

	if (root == -1 || fs_stamp_read(root, &stamp, e) == -1)
		return root == -1 ? 0 : -1;
	if (stamp.id[0] == '\0')
		return 0;
	if (!stamp.store && fs_store_path(h, &path, e) == -1)
		return -1;
	return fs_store_abandon(stamp.store ? stamp.store : path, stamp.id, e);
}

static int
layers_remove(const struct fs_home *h, struct err *e)
{
	if (remove_tree(h, NEXT, e) == -1 || remove_begun(h, e) == -1 ||
	    remove_tree(h, "root", e) == -1)
		return -1;
	return fs_remove_tree(h->dir, "work", e);
}

/* --- making -----------------------------------------------------------------
 */

static int
layers_create(const struct fs_home *h, struct err *e)
{
	_autoclose int fd = -1;

	if (mkdirat(h->dir, "root", 0755) == -1 && errno != EEXIST)
		return err_sys(e, "make directory 'root'");
	fd = open_root(h, "root", e);
	if (fd == -1)
		return -1;
	/* The umask had its say. */
	if (fchown(fd, 0, 0) == -1 || fchmod(fd, 0755) == -1)
		return err_sys(e, "chmod 'root'");
	return 0;
}

/* An empty tree that has this stamp and looks, by itself, like model; its
 * descriptor. */
static int
make_upper(int dir, const char *name, const struct fs_stamp *stamp, int model,
    struct err *e)
{
	_autoclose int fd = -1;
	struct stat st;

	if (mkdirat(dir, name, 0700) == -1)
		return err_sys(e, "make directory '%s'", name);
	fd = fd_open_beneath(dir, name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
	if (fd == -1 || fs_stamp_write(fd, stamp, e) == -1 ||
	    fs_copy_xattrs(model, fd, NULL, e) == -1)
		return -1;
	if (fstat(model, &st) == -1)
		return err_sys(e, "stat the root");
	if (fchown(fd, st.st_uid, st.st_gid) == -1 ||
	    fchmod(fd, st.st_mode & 07777) == -1 ||
	    futimens(fd, (struct timespec[]){ st.st_atim, st.st_mtim }) == -1)
		return err_sys(e, "make directory '%s'", name);
	return fd_take(&fd);
}

/* The tree is on disk before it is noted: a note of what is not there would
 * keep a layer for ever. */
static int
stand_upper(int store, const struct fs_stamp *stamp, int fd, struct err *e)
{
	if (fsync(fd) == -1)
		return err_sys(e, "fsync");
	return fs_store_hold(store, stamp, fd, FD_DURABLE, e);
}

/* --- freezing ---------------------------------------------------------------
 */

/* Give a root that has none an id. */
static int
stamp_root(int root, struct fs_stamp *stamp, struct err *e)
{
	if (fs_stamp_read(root, stamp, e) == -1)
		return -1;
	if (stamp->id[0] != '\0')
		return 0;
	if (fs_layer_new_id(stamp->id, e) == -1)
		return -1;
	return fs_stamp_write(root, stamp, e);
}

/* The store of what the root stands on, else the zonepath's. */
static int
open_store(const struct fs_home *h, const struct fs_stamp *stamp, char **path,
    struct err *e)
{
	if (!stamp->store)
		return fs_store_make(h, path, e);
	*path = mem_strdup(stamp->store);
	return fs_store_open(stamp->store, e);
}

/* Everything of the layer but its tree: STORE/ID/t is the empty tree that the
 * root will be exchanged for. Returns the descriptor of STORE/ID. */
static int
prepare(int store, const char *path, const struct fs_stamp *old, int root,
    struct err *e)
{
	struct fs_stamp stamp = { .store = (char *)(uintptr_t)path };
	_autoclose int place = fs_store_place(store, old->id, e);
	_autoclose int upper = -1;

	memcpy(stamp.lower, old->id, sizeof(stamp.lower));
	if (place == -1 || fs_layer_new_id(stamp.id, e) == -1)
		return -1;
	upper = make_upper(place, "t", &stamp, root, e);
	if (upper == -1 || stand_upper(store, &stamp, upper, e) == -1)
		return -1;
	if (fsync(place) == -1 || fsync(store) == -1)
		return err_sys(e, "flush layer '%s'", old->id);
	return fd_take(&place);
}

static int
exchange(int from, const char *a, int to, const char *b, struct err *e)
{
	if (renameat2(from, a, to, b, RENAME_EXCHANGE) == -1)
		return err_sys(e, "exchange '%s' and '%s'", a, b);
	if (fsync(from) == -1 || fsync(to) == -1)
		return err_sys(e, "fsync");
	return 0;
}

/* overlayfs' own of trees that are no longer the root. */
static int
clean_work(const struct fs_home *h, struct err *e)
{
	return fs_remove_tree(h->dir, "work", e);
}

/* The root becomes a layer, by one rename, and an empty tree above it the root.
 */
static int
freeze_root(const struct fs_home *h, int root, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	_autofree char *path = NULL;
	_autoclose int store = -1;
	_autoclose int place = -1;

	if (stamp_root(root, &stamp, e) == -1)
		return -1;
	store = open_store(h, &stamp, &path, e);
	if (store == -1 || syncfs(root) == -1)
		return store == -1 ? -1 : err_sys(e, "flush the root to disk");
	place = prepare(store, path, &stamp, root, e);
	if (place == -1)
		return -1;
	if (exchange(h->dir, "root", place, "t", e) == -1)
		return -1;
	return clean_work(h, e);
}

/* What was left by who was killed. */
static int
recover(const struct fs_home *h, struct err *e)
{
	return remove_tree(h, NEXT, e);
}

/* --- merging ----------------------------------------------------------------
 */

/* A chain this long, the root included, becomes the lowest layer and one. */
enum { CHAIN_MAX = 8 };

/* Everything of the chain but its lowest layer, and then the root, one over the
 * other into an empty tree. */
static int
merge_into(int tree, int root, int store, const struct fs_chain *chain,
    struct err *e)
{
	for (size_t i = chain->n - 1; i-- > 0;) {
		_autoclose int layer = fs_layer_open(store, chain->id[i], e);

		if (layer == -1 || fs_merge(layer, tree, e) == -1)
			return err_in(e, "merge layer '%s'", chain->id[i]);
	}
	return fs_merge(root, tree, e) == -1 ? err_in(e, "merge the root") : 0;
}

/* The layer that has the root's id is a copy of it, and of what it stands on,
 * above the lowest layer. It has another name until it is whole. */
static int
make_merged(int store, int root, const struct fs_stamp *old,
    const struct fs_chain *chain, struct err *e)
{
	struct fs_stamp stamp = { .store = old->store };
	_autoclose int place = fs_store_place(store, old->id, e);
	_autoclose int tree = -1;

	memcpy(stamp.id, old->id, sizeof(stamp.id));
	memcpy(stamp.lower, chain->id[chain->n - 1], sizeof(stamp.lower));
	if (place == -1)
		return -1;
	if (mkdirat(place, "m", 0700) == -1)
		return err_sys(e, "make layer '%s'", old->id);
	tree = fd_open_dir(place, "m", e);
	if (tree == -1 || merge_into(tree, root, store, chain, e) == -1)
		return -1;
	if (syncfs(tree) == -1)
		return err_sys(e, "flush the merged layer to disk");
	if (fs_stamp_write(tree, &stamp, e) == -1 ||
	    fs_store_hold(store, &stamp, tree, FD_DURABLE, e) == -1)
		return -1;
	if (fsync(tree) == -1 || renameat(place, "m", place, "t") == -1 ||
	    fsync(place) == -1 || fsync(store) == -1)
		return err_sys(e, "finish layer '%s'", old->id);
	return 0;
}

/* An empty root that stands on it takes the place of the old one. */
static int
stand_on_merged(const struct fs_home *h, int store, int root,
    const struct fs_stamp *old, struct err *e)
{
	struct fs_stamp stamp = { .store = old->store };
	_autoclose int upper = -1;

	memcpy(stamp.lower, old->id, sizeof(stamp.lower));
	if (fs_layer_new_id(stamp.id, e) == -1)
		return -1;
	upper = make_upper(h->dir, NEXT, &stamp, root, e);
	if (upper == -1 || stand_upper(store, &stamp, upper, e) == -1 ||
	    exchange(h->dir, "root", h->dir, NEXT, e) == -1 ||
	    recover(h, e) == -1)
		return -1;
	return clean_work(h, e);
}

/* 1: the chain was long, and the root stands on a merged layer now; 0: not. */
static int
merge_chain(const struct fs_home *h, int root, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	struct fs_chain chain;
	_autoclose int store = -1;

	if (fs_stamp_read(root, &stamp, e) == -1)
		return -1;
	if (stamp.lower[0] == '\0')
		return 0;
	store = fs_store_open(stamp.store, e);
	if (store == -1 || fs_chain_read(store, &stamp, &chain, e) == -1)
		return -1;
	if (chain.n < CHAIN_MAX)
		return 0;
	if (make_merged(store, root, &stamp, &chain, e) == -1 ||
	    stand_on_merged(h, store, root, &stamp, e) == -1)
		return -1;
	return 1;
}

/* The layer that shows what the root shows: the one it stands on where nothing
 * was written above, else a new one. */
static int
freeze(const struct fs_home *h, struct fs_stamp *stamp, struct err *e)
{
	_autoclose int root = -1;
	_autoclose int fresh = -1;
	int merged;

	if (recover(h, e) == -1)
		return -1;
	root = open_root(h, "root", e);
	if (root == -1 || fs_stamp_read(root, stamp, e) == -1)
		return -1;
	if (stamp->lower[0] != '\0' && fs_tree_is_settled(root))
		return 0;
	fs_stamp_done(stamp);
	merged = merge_chain(h, root, e);
	if (merged == -1 || (merged == 0 && freeze_root(h, root, e) == -1))
		return -1;
	fresh = open_root(h, "root", e);
	return fresh == -1 ? -1 : fs_stamp_read(fresh, stamp, e);
}

static int layers_view(const struct fs_home *h, int snap, enum fs_view how,
    struct err *e);

/* Files that clients look for in root/ while the zone is halted. */
static int
settle_source(const struct fs_home *h, struct err *e)
{
	_autoclose int root = open_root(h, "root", e);
	_autoclose int view = -1;

	if (root == -1)
		return -1;
	if (fs_tree_is_settled(root))
		return 0;
	view = layers_view(h, -1, FS_VIEW_WRITE, e);
	if (view == -1 || fs_identity_show(view, e) == -1)
		return -1;
	fd_close_at(&view);
	view = -1;
	return fs_tree_settle(root, e);
}

/* A place on a layer for something that is no tree: a snapshot. */
static int
stand(int dir, const struct fs_stamp *on, struct err *e)
{
	struct fs_stamp stamp = { .store = on->store };
	_autoclose int store = fs_store_open(on->store, e);

	memcpy(stamp.lower, on->lower, sizeof(stamp.lower));
	if (store == -1 || fs_layer_new_id(stamp.id, e) == -1 ||
	    fs_stamp_write(dir, &stamp, e) == -1 ||
	    fs_store_hold(store, &stamp, dir, FD_DURABLE, e) == -1)
		return -1;
	return fsync(dir) == -1 ? err_sys(e, "fsync") : 0;
}

static int
layers_freeze(const struct fs_home *h, int snap, const char *name,
    struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };

	(void)name;
	if (freeze(h, &stamp, e) == -1 || stand(snap, &stamp, e) == -1)
		return -1;
	return settle_source(h, e);
}

static int
layers_same(const struct fs_home *h, int snap, struct err *e)
{
	_cleanup_stamp struct fs_stamp mine = { .store = NULL };
	_cleanup_stamp struct fs_stamp its = { .store = NULL };
	_autoclose int root = open_root(h, "root", e);

	if (root == -1 || fs_stamp_read(root, &mine, e) == -1 ||
	    fs_stamp_read(snap, &its, e) == -1)
		return -1;
	return mine.lower[0] != '\0' && strcmp(mine.lower, its.lower) == 0 &&
	    fs_tree_is_settled(root);
}

static int
layers_forget(const struct fs_home *h, int snap, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };

	(void)h;
	if (fs_stamp_read(snap, &stamp, e) == -1)
		return -1;
	if (stamp.lower[0] == '\0')
		return 0;
	return fs_store_drop(&stamp, snap, e);
}

/* --- standing on a snapshot -------------------------------------------------
 */

/* A tree named name that stands on the snapshot's layer. */
static int
make_on(const struct fs_home *h, const char *name, int snap,
    enum fd_replace how, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	_autoclose int store = -1;
	_autoclose int lower = -1;
	_autoclose int upper = -1;
	int same;

	if (fs_stamp_read(snap, &stamp, e) == -1)
		return -1;
	if (stamp.lower[0] == '\0')
		return err_set(e, ERR_CONFIG, "the snapshot has no layer");
	store = fs_store_open(stamp.store, e);
	same = store == -1 ? -1 : fs_same_mount(h->dir, store, e);
	if (same == -1)
		return -1;
	if (same == 0)
		return err_set(e, EXDEV, "layers of '%s' lie on another mount",
		    stamp.store);
	lower = fs_layer_open(store, stamp.lower, e);
	if (lower == -1 || fs_layer_new_id(stamp.id, e) == -1)
		return -1;
	upper = make_upper(h->dir, name, &stamp, lower, e);
	if (upper == -1)
		return -1;
	if (how == FD_VOLATILE)
		return fs_store_hold(store, &stamp, upper, how, e);
	if (stand_upper(store, &stamp, upper, e) == -1)
		return -1;
	return fsync(h->dir) == -1 ? err_sys(e, "fsync '%s'", h->path) : 0;
}

/* Nothing else of the file system: it may be busy with others. */
static int
layers_flush(const struct fs_home *h, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	_autoclose int root = open_root(h, "root", e);
	int small = root == -1 ? -1 : fs_tree_flush(root, e);

	if (small == -1 || fs_stamp_read(root, &stamp, e) == -1)
		return -1;
	if (small == 0)
		return syncfs(root) == -1 ? err_sys(e, "flush the root") : 0;
	if (stamp.store && fs_store_flush(&stamp, e) == -1)
		return -1;
	return fsync(h->dir) == -1 ? err_sys(e, "fsync '%s'", h->path) : 0;
}

static int
layers_clone(const struct fs_home *h, int snap, struct err *e)
{
	struct stat st;

	/* An empty directory may be there, as for an installation. */
	if (unlinkat(h->dir, "root", AT_REMOVEDIR) == -1 && errno != ENOENT &&
	    fstatat(h->dir, "root", &st, AT_SYMLINK_NOFOLLOW) == 0)
		return err_set(e, EEXIST, "'%s/root' is not empty", h->path);
	return make_on(h, "root", snap, FD_VOLATILE, e);
}

static int
layers_revert(const struct fs_home *h, int snap, struct err *e)
{
	if (recover(h, e) == -1 || remove_begun(h, e) == -1 ||
	    make_on(h, NEXT, snap, FD_DURABLE, e) == -1 ||
	    exchange(h->dir, "root", h->dir, NEXT, e) == -1 ||
	    recover(h, e) == -1 || clean_work(h, e) == -1)
		return -1;
	return settle_source(h, e);
}

/* --- looking ----------------------------------------------------------------
 */

static int
mount_written(const struct fs_home *h, const struct fs_stamp *stamp,
    const char *lower, bool fresh, struct err *e)
{
	_autofree char *upper = mem_printf("/proc/self/fd/%d/root", h->dir);
	_autofree char *work = mem_printf("/proc/self/fd/%d/work/%s", h->dir,
	    stamp->id);
	const struct fs_overlay o = {
		.lower = lower,
		.upper = upper,
		.work = work,
		.attrs = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
		.fresh = fresh,
	};
	_autoclose int dir = fs_overlay_work(h->dir, stamp->id, e);

	return dir == -1 ? -1 : fs_overlay_mount(&o, e);
}

/* Read only, also beside a zone that runs: nothing but layers, the root the
 * topmost of them. */
static int
mount_shown(const struct fs_home *h, int root, const char *lower, struct err *e)
{
	_autofree char *all = root == -1
	    ? mem_strdup(lower)
	    : mem_printf("/proc/self/fd/%d/root:%s", h->dir, lower);
	const struct fs_overlay o = { .lower = all, .attrs = SEEN };

	return fs_overlay_mount(&o, e);
}

/* In the store: overlayfs takes names of at most 255 bytes in all. */
static int
mount_chain(const struct fs_home *h, int root, const struct fs_stamp *stamp,
    int store, enum fs_view how, struct err *e)
{
	struct fs_chain chain;
	_autofree char *lower = NULL;
	_autoclose int layer = -1;

	if (fs_chain_read(store, stamp, &chain, e) == -1)
		return -1;
	if (root == -1 && chain.n == 1) {
		layer = fs_layer_open(store, chain.id[0], e);
		return layer == -1 ? -1
				   : fs_mount_clone(layer, "", SEEN, -1, e);
	}
	lower = fs_chain_text(&chain);
	return root != -1 && how != FS_VIEW_READ
	    ? mount_written(h, stamp, lower, how == FS_VIEW_FRESH, e)
	    : mount_shown(h, root, lower, e);
}

static int
view_stamp(const struct fs_home *h, int root, const struct fs_stamp *stamp,
    enum fs_view how, struct err *e)
{
	_autoclose int store = fs_store_open(stamp->store, e);
	_autoclose int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int mount;

	if (store == -1 || here == -1)
		return store == -1 ? -1 : err_sys(e, "open '.'");
	if (fchdir(store) == -1)
		return err_sys(e, "enter '%s'", stamp->store);
	mount = mount_chain(h, root, stamp, store, how, e);
	if (fchdir(here) == -1) {
		fd_close_at(&mount);
		return err_sys(e, "return to the working directory");
	}
	return mount;
}

static int
layers_view(const struct fs_home *h, int snap, enum fs_view how, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	_autoclose int root = snap == -1 ? open_root(h, "root", e) : -1;
	unsigned attrs = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

	if ((snap == -1 && root == -1) ||
	    fs_stamp_read(snap == -1 ? root : snap, &stamp, e) == -1)
		return -1;
	if (stamp.lower[0] != '\0')
		return view_stamp(h, root, &stamp, how, e);
	if (snap != -1)
		return err_set(e, ERR_CONFIG, "the snapshot has no layer");
	if (how == FS_VIEW_READ)
		attrs |= MOUNT_ATTR_RDONLY;
	return fs_mount_clone(root, "", attrs, -1, e);
}

/* --- sizes, and a root of its own -------------------------------------------
 */

static int
layers_used(const struct fs_home *h, int snap, uint64_t *bytes, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	_autoclose int store = -1;
	_autoclose int tree = -1;

	if (snap == -1) {
		tree = open_root(h, "root", e);
		return tree == -1 ? -1 : fs_tree_used(tree, bytes, e);
	}
	if (fs_stamp_read(snap, &stamp, e) == -1)
		return -1;
	store = fs_store_open(stamp.store, e);
	tree = store == -1 ? -1 : fs_layer_open(store, stamp.lower, e);
	return tree == -1 ? -1 : fs_tree_used(tree, bytes, e);
}

static int
layers_settle(const struct fs_home *h, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	_autoclose int root = open_root(h, "root", e);

	if (root == -1 || fs_stamp_read(root, &stamp, e) == -1)
		return -1;
	if (stamp.lower[0] != '\0' &&
	    fs_overlay_forgive(h->dir, stamp.id, e) == -1)
		return -1;
	return fs_tree_settle(root, e);
}

static int
layers_flatten(const struct fs_home *h, struct err *e)
{
	struct fs_progress quiet = { .tick = NULL };
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	_autoclose int root = open_root(h, "root", e);
	_autoclose int view = -1;
	_autoclose int fresh = -1;

	if (root == -1 || fs_stamp_read(root, &stamp, e) == -1)
		return -1;
	if (stamp.lower[0] == '\0')
		return 0;
	if (recover(h, e) == -1)
		return -1;
	if (mkdirat(h->dir, NEXT, 0700) == -1)
		return err_sys(e, "make directory '" NEXT "'");
	fresh = open_root(h, NEXT, e);
	view = fresh == -1 ? -1 : layers_view(h, -1, FS_VIEW_READ, e);
	if (view == -1 || fs_copy_whole(view, fresh, &quiet, e) == -1)
		return -1;
	fd_close_at(&view);
	view = -1;
	if (remove_begun(h, e) == -1 ||
	    exchange(h->dir, "root", h->dir, NEXT, e) == -1 ||
	    recover(h, e) == -1)
		return -1;
	return clean_work(h, e);
}

const struct fs_backend fs_backend_layers = {
	.name = "layers",
	.can = FS_CAN_CREATE | FS_CAN_REMOVE | FS_CAN_VIEW | FS_CAN_FREEZE |
	    FS_CAN_FLATTEN,
	.probe = layers_probe,
	.create = layers_create,
	.remove = layers_remove,
	.view = layers_view,
	.freeze = layers_freeze,
	.same = layers_same,
	.clone = layers_clone,
	.revert = layers_revert,
	.forget = layers_forget,
	.used = layers_used,
	.settle = layers_settle,
	.flush = layers_flush,
	.tidy = remove_begun,
	.flatten = layers_flatten,
};
