/* SPDX-License-Identifier: ISC
 *
 * backend_zfs - roots that are datasets, mounted on ZONEPATH/root; snapshots
 * and clones are those of ZFS, by its own command.
 *
 * A root that was gone back from stays, out of sight, while it has snapshots.
 *
 * A dataset's name is that of the zonepath's dataset and the last part of the
 * zonepath. A snapshot that clones stand on cannot be destroyed: it is renamed,
 * so that nobody meets it, and goes with the last of them; a dataset that has
 * such snapshots hands them over to a clone (zfs promote) before it goes.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/sys.h"
#include "fs/backend.h"
#include "fs/dataset.h"
#include "fs/mount.h"
#include "fs/remove.h"

#define KEPT "@zones-" /* a snapshot that only clones need */

enum { NAME_TRIES = 1000, PROMOTE_MAX = 100000 };

/* Everywhere in a pool, whatever the datasets above have. */
#define PROPERTIES                                                            \
	"-o", "mountpoint=legacy", "-o", "canmount=noauto", "-o", "xattr=sa", \
	    "-o", "acltype=posixacl"

static int
zfs_probe(int dirfd, struct err *e)
{
	(void)e;
	return fs_dataset_on_zfs(dirfd) && fs_dataset_program("zfs") != NULL;
}

/* A dataset of its own, in the directory of a dataset. */
static int
zfs_owns(int root, struct err *e)
{
	struct statx st;

	if (sys_statx(root, STATX_TYPE, &st) == -1)
		return err_sys(e, "statx 'root'");
	return (st.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0 &&
	    fs_dataset_on_zfs(root);
}

/* --- words ------------------------------------------------------------------
 */

/* The dataset of a snapshot, or of itself. */
static char *
without_snapshot(const char *name)
{
	return mem_strndup(name, strcspn(name, "@"));
}

static bool
same_pool(const char *a, const char *b)
{
	size_t n = strcspn(a, "/@");

	return n == strcspn(b, "/@") && strncmp(a, b, n) == 0;
}

static int
exists(const char *name, struct err *e)
{
	const char *const args[] = { "zfs", "list", "-H", "-o", "name", name,
		NULL };
	struct err why = { 0 };

	if (fs_dataset_run(args, NULL, &why) == 0)
		return 1;
	if (why.code == ENOENT)
		return 0;
	*e = why;
	return -1;
}

/* The name for a root: below the dataset that the zonepath lies in, as the
 * zonepath is called. */
static int
best_name(const struct fs_home *h, char **name, struct err *e)
{
	char above[FS_DATASET_NAME_MAX + 1];
	const char *slash = strrchr(h->path, '/');

	if (fs_dataset_of(h->dir, above, e) == -1)
		return -1;
	*name = mem_printf("%s/%s", above, slash ? slash + 1 : h->path);
	return 0;
}

/* That, or one like it that is free. */
static int
free_name(const struct fs_home *h, char **name, struct err *e)
{
	_autofree char *best = NULL;

	if (best_name(h, &best, e) == -1)
		return -1;
	for (int i = 1; i < NAME_TRIES; i++) {
		_autofree char *one = i == 1 ? mem_strdup(best)
					     : mem_printf("%s.%d", best, i);
		int there = fs_dataset_name_ok(one) ? exists(one, e) : 0;

		if (there == -1)
			return -1;
		if (there == 0) {
			*name = mem_take(&one);
			return 0;
		}
	}
	return err_set(e, EEXIST,
	    "'%s' and all names like it are taken; 'zfs list' shows them",
	    best);
}

/* The snapshots of a dataset, the oldest first, and what stands on them: lines
 * NAME<tab>CLONES. */
static int
list_snapshots(const char *dataset, char **text, struct err *e)
{
	const char *const args[] = { "zfs", "list", "-H", "-p", "-d", "1", "-t",
		"snapshot", "-s", "createtxg", "-o", "name,clones", dataset,
		NULL };

	return fs_dataset_run(args, text, e);
}

static int
destroy(const char *name, struct err *e)
{
	const char *const args[] = { "zfs", "destroy", name, NULL };

	return fs_dataset_run(args, NULL, e);
}

/* --- roots ------------------------------------------------------------------
 */

/* The dataset of a zonepath's root; 1: none is noted, or it is gone. */
static int
find_root(const struct fs_home *h, struct fs_dataset *d, struct err *e)
{
	int rc = fs_dataset_load(h->dir, d, e);

	return rc == 0 ? fs_dataset_find(d, e) : rc;
}

static int
need_root(const struct fs_home *h, struct fs_dataset *d, struct err *e)
{
	int rc = find_root(h, d, e);

	if (rc != 1)
		return rc;
	return err_set(e, ENOENT,
	    "the dataset of '%s/root' is gone; 'zfs list -o name," FS_DATASET_ID
	    "' shows those that there are",
	    h->path);
}

/* What is in the way of a dataset on root: an empty directory is not. */
static int
check_empty(const struct fs_home *h, struct err *e)
{
	if (unlinkat(h->dir, "root", AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	return errno == ENOTEMPTY
	    ? err_set(e, EEXIST, "'%s/root' is not empty", h->path)
	    : err_sys(e, "replace directory 'root'");
}

/* Of a dataset that is noted; empty, or from a snapshot. */
static int
make_noted(const struct fs_dataset *d, const char *snapshot, struct err *e)
{
	_autofree char *id = mem_printf(FS_DATASET_ID "=%s", d->id);
	const char *const args[] = { "zfs", snapshot ? "clone" : "create",
		PROPERTIES, "-o", id, snapshot ? snapshot : d->name,
		snapshot ? d->name : NULL, NULL };

	return fs_dataset_run(args, NULL, e);
}

/* A free name for a root of h, noted at this place of the list. */
static int
note(const struct fs_home *h, struct fs_datasets *list, size_t at,
    struct err *e)
{
	_autofree char *name = NULL;
	struct fs_dataset d;

	if (free_name(h, &name, e) == -1 || fs_dataset_new(name, &d, e) == -1)
		return -1;
	fs_datasets_insert(list, at, &d);
	return fs_datasets_save(h->dir, list, e);
}

/* Make the first root of a zonepath, and mount it. */
static int
make(const struct fs_home *h, const char *snapshot, struct err *e)
{
	_cleanup_datasets struct fs_datasets list = { 0 };

	if (check_empty(h, e) == -1 || note(h, &list, 0, e) == -1 ||
	    make_noted(&list.of[0], snapshot, e) == -1)
		return -1;
	return fs_dataset_mount(h->dir, &list.of[0], e);
}

static int
zfs_create(const struct fs_home *h, struct err *e)
{
	struct fs_dataset d;
	_autoclose int root = -1;
	int missing = find_root(h, &d, e);

	if (missing == -1 || (missing == 1 && make(h, NULL, e) == -1))
		return -1;
	root = fs_root_open(h->dir, e);
	if (root == -1)
		return -1;
	if (fchown(root, 0, 0) == -1 || fchmod(root, 0755) == -1)
		return err_sys(e, "chmod 'root'");
	return 0;
}

/* The first clone of the newest snapshot that has any; NULL: none has. */
static char *
a_clone(char *snapshots)
{
	char *found = NULL;
	char *line;

	while ((line = strsep(&snapshots, "\n")) != NULL) {
		char *clones = strchr(line, '\t');

		if (!clones || clones[1] == '-' || clones[1] == '\0')
			continue;
		found = clones + 1;
	}
	return found ? mem_strndup(found, strcspn(found, ",")) : NULL;
}

static int
promote(const char *clone, struct err *e)
{
	const char *const args[] = { "zfs", "promote", clone, NULL };

	if (fs_dataset_name_ok(clone))
		return fs_dataset_run(args, NULL, e);
	return err_set(e, EINVAL,
	    "the clone '%s' has a name with other letters than A-Z a-z 0-9 - _ "
	    ". :; rename it with 'zfs rename'",
	    clone);
}

/* Give what others stand on to one of them. */
static int
hand_over(const char *dataset, struct err *e)
{
	for (int i = 0; i < PROMOTE_MAX; i++) {
		_autofree char *text = NULL;
		_autofree char *clone = NULL;

		if (list_snapshots(dataset, &text, e) == -1)
			return -1;
		clone = a_clone(text);
		if (!clone)
			return 0;
		if (promote(clone, e) == -1)
			return -1;
	}
	return err_set(e, ELOOP, "'%s' has clones without end", dataset);
}

/* Take the dataset at this place of the list away, where it still is. */
static int
destroy_noted(const struct fs_home *h, struct fs_datasets *list, size_t at,
    struct err *e)
{
	struct fs_dataset *d = &list->of[at];
	int rc = fs_dataset_find(d, e);

	if (rc == -1 ||
	    (rc == 0 &&
		(hand_over(d->name, e) == -1 || destroy(d->name, e) == -1)))
		return -1;
	fs_datasets_remove(list, at);
	return fs_datasets_save(h->dir, list, e);
}

static int
zfs_remove(const struct fs_home *h, struct err *e)
{
	_cleanup_datasets struct fs_datasets list = { 0 };
	int rc = fs_datasets_load(h->dir, &list, e);

	if (rc == -1 || (rc == 0 && fs_dataset_unmount(h->dir, e) == -1))
		return -1;
	/* The root last: the others may stand on it. */
	while (list.n > 0) {
		if (destroy_noted(h, &list, list.n - 1, e) == -1)
			return -1;
	}
	return fs_remove_tree(h->dir, "root", e);
}

/* By its id it is found in between, and where that fails. */
static int
zfs_moved(const struct fs_home *h, struct err *e)
{
	_cleanup_datasets struct fs_datasets list = { 0 };
	_autofree char *name = NULL;
	int rc = fs_datasets_load(h->dir, &list, e);

	if (rc == 0)
		rc = fs_dataset_find(&list.of[0], e);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (best_name(h, &name, e) == -1)
		return -1;
	if (strcmp(name, list.of[0].name) == 0 || !fs_dataset_name_ok(name))
		return 0;
	free(name);
	name = NULL;
	if (free_name(h, &name, e) == -1)
		return -1;
	{
		const char *const args[] = { "zfs", "rename", list.of[0].name,
			name, NULL };

		if (fs_dataset_run(args, NULL, e) == -1)
			return -1;
	}
	(void)snprintf(list.of[0].name, sizeof(list.of[0].name), "%s", name);
	return fs_datasets_save(h->dir, &list, e);
}

/* --- views ------------------------------------------------------------------
 */

/* The snapshot that a directory of ours is of. */
static int
find_snapshot(int snap, struct fs_dataset *d, struct err *e)
{
	int rc = fs_dataset_load(snap, d, e);

	if (rc == 0)
		rc = strchr(d->name, '@') ? fs_dataset_find(d, e) : 1;
	if (rc != 1)
		return rc;
	return err_set(e, ENOENT,
	    "the snapshot is gone from its pool; take away what is left with "
	    "'zoneadm -z ZONE snapshot destroy'");
}

static int
zfs_view(const struct fs_home *h, int snap, enum fs_view how, struct err *e)
{
	unsigned attrs = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
	_autoclose int root = -1;
	struct fs_dataset d;

	if (snap != -1)
		return find_snapshot(snap, &d, e) == -1
		    ? -1
		    : fs_mount_source("zfs", d.name, true, NULL,
			  attrs | MOUNT_ATTR_RDONLY, e);
	if (how == FS_VIEW_READ)
		attrs |= MOUNT_ATTR_RDONLY;
	root = fs_root_open(h->dir, e);
	return root == -1 ? -1 : fs_mount_clone(root, "", attrs, -1, e);
}

/* --- snapshots --------------------------------------------------------------
 */

static int
zfs_freeze(const struct fs_home *h, int snap, const char *name, struct err *e)
{
	struct fs_dataset root;
	struct fs_dataset d;
	const struct fs_datasets list = { &d, 1 };
	_autofree char *full = NULL;
	_autofree char *id = NULL;

	if (need_root(h, &root, e) == -1)
		return -1;
	full = mem_printf("%s@%s", root.name, name);
	if (fs_dataset_new(full, &d, e) == -1 ||
	    fs_datasets_save(snap, &list, e) == -1)
		return -1;
	id = mem_printf(FS_DATASET_ID "=%s", d.id);
	{
		const char *const args[] = { "zfs", "snapshot", "-o", id, full,
			NULL };

		return fs_dataset_run(args, NULL, e);
	}
}

/* What was written since is known when it is in the pool. */
static int
zfs_same(const struct fs_home *h, int snap, struct err *e)
{
	struct fs_dataset root;
	struct fs_dataset d;
	struct err why = { 0 };
	_autofree char *of = NULL;
	_autofree char *pool = NULL;
	_autofree char *property = NULL;
	_autofree char *bytes = NULL;

	/* One that went its own way is no reason not to make another. */
	if (need_root(h, &root, e) == -1)
		return -1;
	if (find_snapshot(snap, &d, &why) == -1)
		return 0;
	of = without_snapshot(d.name);
	if (strcmp(of, root.name) != 0)
		return 0;
	pool = mem_strndup(d.name, strcspn(d.name, "/@"));
	property = mem_printf("written%s", d.name + strlen(of));
	{
		const char *const args[] = { "zpool", "sync", pool, NULL };

		if (fs_dataset_run(args, NULL, e) == -1)
			return -1;
	}
	if (fs_dataset_get(root.name, property, &bytes, e) == -1)
		return -1;
	return strcmp(bytes, "0") == 0;
}

static int
zfs_clone(const struct fs_home *h, int snap, struct err *e)
{
	char above[FS_DATASET_NAME_MAX + 1];
	struct fs_dataset d;

	if (find_snapshot(snap, &d, e) == -1 ||
	    fs_dataset_of(h->dir, above, e) == -1)
		return -1;
	if (!same_pool(above, d.name))
		return err_set(e, EXDEV,
		    "'%s' is in another pool than '%s'; 'clone -m copy' makes "
		    "a copy",
		    d.name, above);
	return make(h, d.name, e);
}

/* The dataset that a dataset was cloned from, where it is one of the list. */
static int
stands_on_own(const char *dataset, const struct fs_datasets *list,
    struct err *e)
{
	_autofree char *origin = NULL;
	_autofree char *of = NULL;

	if (fs_dataset_get(dataset, "origin", &origin, e) == -1)
		return -1;
	of = without_snapshot(origin);
	for (size_t i = 1; i < list->n; i++) {
		if (strcmp(list->of[i].name, of) == 0)
			return 1;
	}
	return 0;
}

/* Former roots: the present one takes over the snapshots that it stands on, and
 * one that keeps none any more goes. */
static int
tidy(const struct fs_home *h, struct fs_datasets *list, struct err *e)
{
	int own = list->n > 1 ? 1 : 0;

	for (size_t i = 0; own == 1 && i < list->n; i++) {
		/* Gone is seen below. */
		if (fs_dataset_find(&list->of[i], e) == -1)
			return -1;
	}
	while (own == 1) {
		own = stands_on_own(list->of[0].name, list, e);
		if (own == 1 && promote(list->of[0].name, e) == -1)
			return -1;
	}
	for (size_t i = list->n; own == 0 && i-- > 1;) {
		_autofree char *text = NULL;
		int rc = fs_dataset_find(&list->of[i], e);

		if (rc == -1 ||
		    (rc == 0 &&
			list_snapshots(list->of[i].name, &text, e) == -1))
			return -1;
		if ((!text || *text == '\0') &&
		    destroy_noted(h, list, i, e) == -1)
			return -1;
	}
	return own;
}

/* A new root is cloned, and the old one stays while it has other snapshots: ZFS
 * itself would go back to the newest alone. */
static int
zfs_revert(const struct fs_home *h, int snap, struct err *e)
{
	_cleanup_datasets struct fs_datasets list = { 0 };
	struct fs_dataset next;
	struct fs_dataset d;
	int rc = fs_datasets_load(h->dir, &list, e);

	if (rc == 1)
		return err_set(e, ENOENT, "'%s' notes no dataset", h->path);
	if (rc == -1 || find_snapshot(snap, &d, e) == -1 ||
	    tidy(h, &list, e) == -1 || note(h, &list, 1, e) == -1 ||
	    make_noted(&list.of[1], d.name, e) == -1 ||
	    fs_dataset_unmount(h->dir, e) == -1)
		return -1;
	next = list.of[1];
	fs_datasets_remove(&list, 1);
	fs_datasets_insert(&list, 0, &next);
	if (fs_datasets_save(h->dir, &list, e) == -1 ||
	    fs_dataset_mount(h->dir, &next, e) == -1)
		return -1;
	return tidy(h, &list, e);
}

/* It goes with the last clone. */
static int
leave_to_clones(const struct fs_dataset *d, struct err *e)
{
	_autofree char *of = without_snapshot(d->name);
	_autofree char *kept = mem_printf("%s" KEPT "%s", of, d->id);

	if (strcmp(kept, d->name) != 0) {
		const char *const args[] = { "zfs", "rename", d->name, kept,
			NULL };

		if (fs_dataset_run(args, NULL, e) == -1)
			return -1;
	}
	{
		const char *const args[] = { "zfs", "destroy", "-d", kept,
			NULL };

		return fs_dataset_run(args, NULL, e);
	}
}

static int
zfs_forget(const struct fs_home *h, int snap, struct err *e)
{
	_cleanup_datasets struct fs_datasets list = { 0 };
	_autofree char *clones = NULL;
	struct fs_dataset d;
	int rc = fs_dataset_load(snap, &d, e);

	/* Never a dataset, whatever was written there. */
	if (rc == 0)
		rc = strchr(d.name, '@') ? fs_dataset_find(&d, e) : 1;
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (fs_dataset_get(d.name, "clones", &clones, e) == -1)
		return -1;
	if (*clones != '\0' && *clones != '-')
		rc = leave_to_clones(&d, e);
	else
		rc = destroy(d.name, e);
	if (rc == -1)
		return -1;
	rc = fs_datasets_load(h->dir, &list, e);
	return rc == 0 ? tidy(h, &list, e) : rc == 1 ? 0 : -1;
}

/* --- sizes, and the disk ----------------------------------------------------
 */

static int
zfs_used(const struct fs_home *h, int snap, uint64_t *bytes, struct err *e)
{
	struct fs_dataset d;
	_autofree char *text = NULL;
	int rc = snap == -1 ? need_root(h, &d, e) : find_snapshot(snap, &d, e);

	if (rc == -1 ||
	    fs_dataset_get(d.name, snap == -1 ? "usedbydataset" : "used", &text,
		e) == -1)
		return -1;
	if (str_u64(text, UINT64_MAX, bytes) == -1)
		return err_set(e, EINVAL, "'zfs get' gave '%s' as a size",
		    text);
	return 0;
}

/* The dataset is a file system of its own. */
static int
zfs_settle(const struct fs_home *h, struct err *e)
{
	_autoclose int root = fs_root_open(h->dir, e);

	if (root == -1)
		return -1;
	return syncfs(root) == -1 ? err_sys(e, "flush '%s/root'", h->path) : 0;
}

static int
zfs_flush(const struct fs_home *h, struct err *e)
{
	if (zfs_settle(h, e) == -1)
		return -1;
	return syncfs(h->dir) == -1 ? err_sys(e, "flush '%s'", h->path) : 0;
}

const struct fs_backend fs_backend_zfs = {
	.name = "zfs",
	.can = FS_CAN_CREATE | FS_CAN_REMOVE | FS_CAN_VIEW | FS_CAN_FREEZE |
	    FS_CAN_LIVE | FS_IS_MOUNTED,
	.probe = zfs_probe,
	.owns = zfs_owns,
	.create = zfs_create,
	.remove = zfs_remove,
	.view = zfs_view,
	.freeze = zfs_freeze,
	.same = zfs_same,
	.clone = zfs_clone,
	.revert = zfs_revert,
	.forget = zfs_forget,
	.used = zfs_used,
	.settle = zfs_settle,
	.flush = zfs_flush,
	.moved = zfs_moved,
};
