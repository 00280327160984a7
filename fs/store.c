/* SPDX-License-Identifier: ISC
 *
 * store - the frozen layers of one mount.
 */
#include "fs/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "fs/remove.h"
#include "fs/zonepath.h"

int
fs_layer_new_id(char id[FS_LAYER_ID], struct err *e)
{
	unsigned long long n;

	if (getrandom(&n, sizeof(n), 0) != (ssize_t)sizeof(n))
		return err_sys(e, "random numbers");
	(void)snprintf(id, FS_LAYER_ID, "%016llx", n);
	return 0;
}

int
fs_store_path(const struct fs_home *h, char **path, struct err *e)
{
	const char *last = strrchr(h->path, '/');
	_autoclose int parent = openat(h->dir, "..",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int beside;

	if (parent == -1)
		return err_sys(e, "open the parent of '%s'", h->path);
	beside = fs_same_mount(h->dir, parent, e);
	if (beside == -1)
		return -1;
	*path = beside == 1
	    ? mem_printf("%.*s/" FS_LAYER_STORE, (int)(last - h->path), h->path)
	    : mem_printf("%s/" FS_LAYER_STORE, h->path);
	return 0;
}

int
fs_store_make(const struct fs_home *h, char **path, struct err *e)
{
	_autofree char *text = NULL;
	bool made;
	int store;

	if (fs_store_path(h, &text, e) == -1)
		return -1;
	store = fs_zonepath_make(text, &made, e);
	if (store != -1)
		*path = mem_take(&text);
	return store;
}

int
fs_store_open(const char *path, struct err *e)
{
	return fs_zonepath_open(path, e);
}

static int abandon(int store, const char *id, struct err *e);

/* Held while a layer is made up to its refs, and while layers are taken away:
 * who sweeps must not meet one that is only begun. */
static int
lock_store(int store, const char *path, struct err *e)
{
	int fd = fd_open_dir(store, ".", e);

	if (fd == -1)
		return -1;
	while (flock(fd, LOCK_EX) == -1) {
		if (errno == EINTR)
			continue;
		(void)err_sys(e, "lock '%s'", path);
		(void)close(fd);
		return -1;
	}
	return fd;
}

int
fs_store_place(int store, const char *id, struct err *e)
{
	_autoclose int lock = lock_store(store, FS_LAYER_STORE, e);
	_autoclose int place = -1;

	if (lock == -1 || abandon(store, id, e) == -1)
		return -1;
	if (mkdirat(store, id, 0700) == -1)
		return errno == EEXIST
		    ? err_set(e, EEXIST,
			  "layer '%s' is another zone's: this zonepath is a "
			  "copy that was made behind zoneadm's back",
			  id)
		    : err_sys(e, "make layer '%s'", id);
	place = fd_open_dir(store, id, e);
	if (place == -1)
		return -1;
	if (mkdirat(place, "refs", 0700) == -1)
		return err_sys(e, "make layer '%s'", id);
	return fd_take(&place);
}

static char *
ref_name(const struct fs_stamp *stamp, int holder, struct err *e)
{
	struct stat st;

	if (fstat(holder, &st) == -1) {
		(void)err_sys(e, "stat");
		return NULL;
	}
	return mem_printf("%s/refs/%s-%llu", stamp->lower, stamp->id,
	    (unsigned long long)st.st_ino);
}

static int
open_refs(int store, const struct fs_stamp *stamp, struct err *e)
{
	_autofree char *dir = mem_printf("%s/refs", stamp->lower);
	int refs = fd_open_beneath(store, dir, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);

	return refs == -1 ? err_in(e, "layer '%s'", stamp->lower) : refs;
}

int
fs_store_flush(const struct fs_stamp *stamp, struct err *e)
{
	_autoclose int store = fs_store_open(stamp->store, e);
	_autoclose int refs = store == -1 ? -1 : open_refs(store, stamp, e);

	if (refs == -1)
		return -1;
	return fsync(refs) == -1 ? err_sys(e, "flush layer '%s'", stamp->lower)
				 : 0;
}

int
fs_store_hold(int store, const struct fs_stamp *stamp, int holder,
    enum fd_replace how, struct err *e)
{
	_autofree char *ref = ref_name(stamp, holder, e);
	_autoclose int refs = -1;
	_autoclose int fd = -1;

	if (!ref)
		return -1;
	refs = open_refs(store, stamp, e);
	if (refs == -1)
		return -1;
	fd = openat(store, ref, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1 || (how == FD_DURABLE && fsync(refs) == -1))
		return err_sys(e, "layer '%s': note who stands on it",
		    stamp->lower);
	return 0;
}

/* 1: nobody stands on it. */
static int
unhold(int store, const struct fs_stamp *stamp, int holder, struct err *e)
{
	_autofree char *ref = ref_name(stamp, holder, e);
	_autofree char *refs = mem_printf("%s/refs", stamp->lower);

	if (!ref)
		return -1;
	if (unlinkat(store, ref, 0) == -1 && errno != ENOENT)
		return err_sys(e, "layer '%s'", stamp->lower);
	if (unlinkat(store, refs, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 1;
	if (errno == ENOTEMPTY || errno == EEXIST)
		return 0;
	return err_sys(e, "layer '%s'", stamp->lower);
}

/* The layer has no refs any more. Its tree may be large: what it stood on is
 * dropped first, so that a removal that is killed is found and goes on. The
 * depth is that of a chain. */
static int
take_away(int store, const char *id, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	struct err why = { 0 };
	_autofree char *begun = mem_printf("%s/m", id);
	_autoclose int tree = fs_layer_open(store, id, &why);
	int last = 0;

	if (tree == -1 && why.code == ENOENT) {
		why.code = 0;
		tree = fd_open_beneath(store, begun, FD_NO_SYMLINKS, O_RDONLY,
		    0, &why);
	}
	if (tree == -1 && why.code != ENOENT) {
		*e = why;
		return -1;
	}
	if (tree != -1 && fs_stamp_read(tree, &stamp, e) == -1)
		return -1;
	if (stamp.lower[0] != '\0' && strcmp(stamp.lower, id) != 0)
		last = unhold(store, &stamp, tree, e);
	if (last == -1 || (last == 1 && take_away(store, stamp.lower, e) == -1))
		return -1;
	return fs_remove_tree(store, id, e);
}

static int
sweep_one(int store, const struct dirent *d, void *arg, struct err *e)
{
	_autofree char *refs = mem_printf("%s/refs", d->d_name);

	(void)arg;
	if (strlen(d->d_name) != FS_LAYER_ID - 1 ||
	    faccessat(store, refs, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
	    errno != ENOENT)
		return 0;
	return take_away(store, d->d_name, e);
}

/* Layers that were left half removed. */
static int
sweep(int store, struct err *e)
{
	return fd_each_entry(store, sweep_one, NULL, e);
}

int
fs_store_drop(const struct fs_stamp *stamp, int holder, struct err *e)
{
	struct err why = { 0 };
	_autoclose int lock = -1;
	_autoclose int store = fs_store_open(stamp->store, &why);
	int last;

	if (store == -1) {
		if (why.code == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	lock = lock_store(store, stamp->store, e);
	last = lock == -1 ? -1 : unhold(store, stamp, holder, e);
	if (last == -1 ||
	    (last == 1 && take_away(store, stamp->lower, e) == -1) ||
	    sweep(store, e) == -1)
		return -1;
	/* The last layer takes the store along. */
	(void)rmdir(stamp->store);
	return 0;
}

/* Take a place away that holds no layer. */
static int
abandon(int store, const char *id, struct err *e)
{
	_cleanup_stamp struct fs_stamp stamp = { .store = NULL };
	struct err why = { 0 };
	_autofree char *refs = mem_printf("%s/refs", id);
	_autoclose int tree = fs_layer_open(store, id, &why);

	if (tree != -1 && fs_stamp_read(tree, &stamp, e) == -1)
		return -1;
	/* A tree that was to be the root stands on its own place; anything else
	 * that somebody stands on is a layer. */
	if (strcmp(stamp.lower, id) != 0 &&
	    unlinkat(store, refs, AT_REMOVEDIR) == -1 && errno != ENOENT)
		return 0;
	return take_away(store, id, e);
}

int
fs_store_abandon(const char *path, const char *id, struct err *e)
{
	struct err why = { 0 };
	_autoclose int lock = -1;
	_autoclose int store = fs_store_open(path, &why);

	if (store == -1)
		return 0;
	lock = lock_store(store, path, e);
	if (lock == -1 || abandon(store, id, e) == -1)
		return -1;
	(void)rmdir(path);
	return 0;
}
