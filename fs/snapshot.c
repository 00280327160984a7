/* SPDX-License-Identifier: ISC
 *
 * snapshot - what a zone's root was at a moment, by name.
 */
#include "fs/snapshot.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/remove.h"

#define OURS "SUNWzone"
#define BEGUN ".new" /* on its way in, or out */

enum { ORIGIN_MAX = 16384 };

bool
fs_snapshot_name_ok(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= FS_SNAPSHOT_NAME_MAX &&
	    isalnum((unsigned char)name[0]) &&
	    strspn(name,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789.-_") == n;
}

/* Its number, 0 for another's. */
static unsigned long
our_number(const char *name)
{
	const char *digits = str_after(name, OURS);
	uint64_t n;

	if (!digits || str_u64(digits, 1000000000, &n) == -1)
		return 0;
	return (unsigned long)n;
}

bool
fs_snapshot_is_ours(const char *name)
{
	return our_number(name) != 0;
}

static int
open_all(const struct fs_home *h, struct err *e)
{
	return fd_open_beneath(h->dir, FS_SNAPSHOTS,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_DIRECTORY, 0, e);
}

static int
no_snapshot(const char *name, struct err *e)
{
	return err_set(e, ENOENT,
	    "there is no snapshot '%s'; 'zoneadm -z ZONE snapshot list' lists "
	    "those of a zone",
	    name);
}

static int
open_one(int all, const char *name, struct err *e)
{
	return fd_open_beneath(all, name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
}

int
fs_snapshot_open(const struct fs_home *h, const char *name, struct err *e)
{
	struct err why = { .code = ENOENT };
	bool legal = fs_snapshot_name_ok(name);
	_autoclose int all = legal ? open_all(h, &why) : -1;
	int fd = all == -1 ? -1 : open_one(all, name, &why);

	if (fd == -1 && why.code == ENOENT)
		return no_snapshot(name, e);
	if (fd == -1)
		*e = why;
	return fd;
}

/* Take the directory away, and what the backend keeps in it. */
static int
clear(const struct fs_backend *b, const struct fs_home *h, int all,
    const char *name, struct err *e)
{
	struct err why = { 0 };
	_autoclose int fd = open_one(all, name, &why);

	if (fd == -1 && why.code == ENOENT)
		return 0;
	if (fd == -1) {
		*e = why;
		return -1;
	}
	if (b->forget && b->forget(h, fd, e) == -1)
		return -1;
	return fs_remove_tree(all, name, e);
}

static int
make_in(const struct fs_backend *b, const struct fs_home *h, int all,
    const char *name, struct err *e)
{
	_autoclose int fd = -1;
	struct stat st;

	if (fstatat(all, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return err_set(e, EEXIST, "there is a snapshot '%s' already",
		    name);
	if (clear(b, h, all, BEGUN, e) == -1)
		return -1;
	if (mkdirat(all, BEGUN, 0700) == -1)
		return err_sys(e, "make directory '" FS_SNAPSHOTS "/%s'", name);
	fd = open_one(all, BEGUN, e);
	if (fd == -1)
		return -1;
	if (mkdirat(fd, "clones", 0700) == -1)
		return err_sys(e, "make directory 'clones'");
	if (b->freeze(h, fd, name, e) == -1)
		return -1;
	if (renameat(all, BEGUN, all, name) == -1)
		return err_sys(e, "name the snapshot '%s'", name);
	return fsync(all) == -1 ? err_sys(e, "fsync '" FS_SNAPSHOTS "'") : 0;
}

/* The directory of all, made where it is missing. */
static int
make_all(const struct fs_home *h, struct err *e)
{
	if (mkdirat(h->dir, FS_SNAPSHOTS, 0700) == -1 && errno != EEXIST)
		return err_sys(e, "make directory '%s/" FS_SNAPSHOTS "'",
		    h->path);
	return open_all(h, e);
}

int
fs_snapshot_make(const struct fs_backend *b, const struct fs_home *h,
    const char *name, struct err *e)
{
	_autoclose int all = -1;

	if (!(b->can & FS_CAN_FREEZE))
		return err_set(e, ENOTSUP, "backend '%s' keeps no snapshots",
		    b->name);
	all = make_all(h, e);
	return all == -1 ? -1 : make_in(b, h, all, name, e);
}

static int
higher_of_ours(int dir, const struct dirent *d, void *arg, struct err *e)
{
	unsigned long n = our_number(d->d_name);
	unsigned long *last = arg;

	(void)dir;
	(void)e;
	if (n > *last)
		*last = n;
	return 0;
}

/* The highest N of the SUNWzoneN that are there, 0: none. */
static int
last_of_ours(const struct fs_home *h, unsigned long *last, struct err *e)
{
	struct err why = { 0 };
	_autoclose int all = open_all(h, &why);

	*last = 0;
	if (all != -1)
		return fd_each_entry(all, higher_of_ours, last, e);
	if (why.code == ENOENT)
		return 0;
	*e = why;
	return -1;
}

int
fs_snapshot_for_clone(const struct fs_backend *b, const struct fs_home *h,
    char **name, struct err *e)
{
	_autofree char *text = NULL;
	unsigned long last;
	int same = 0;

	if (last_of_ours(h, &last, e) == -1)
		return -1;
	if (last > 0) {
		_autoclose int fd = -1;

		text = mem_printf(OURS "%lu", last);
		fd = fs_snapshot_open(h, text, e);
		same = fd == -1 ? -1 : b->same(h, fd, e);
	}
	if (same == -1)
		return -1;
	if (same == 0) {
		free(text);
		text = mem_printf(OURS "%lu", last + 1);
		if (fs_snapshot_make(b, h, text, e) == -1)
			return -1;
	}
	*name = mem_take(&text);
	return 0;
}

/* Out of sight by one rename, then away. */
static int
remove_one(const struct fs_backend *b, const struct fs_home *h, int all,
    const char *name, struct err *e)
{
	if (clear(b, h, all, BEGUN, e) == -1)
		return -1;
	if (renameat(all, name, all, BEGUN) == -1)
		return errno == ENOENT
		    ? no_snapshot(name, e)
		    : err_sys(e, "remove the snapshot '%s'", name);
	if (fsync(all) == -1)
		return err_sys(e, "fsync '" FS_SNAPSHOTS "'");
	if (clear(b, h, all, BEGUN, e) == -1)
		return -1;
	/* The last one takes the directory along. */
	(void)unlinkat(h->dir, FS_SNAPSHOTS, AT_REMOVEDIR);
	return 0;
}

int
fs_snapshot_remove(const struct fs_backend *b, const struct fs_home *h,
    const char *name, struct err *e)
{
	struct err why = { .code = ENOENT };
	bool legal = fs_snapshot_name_ok(name);
	_autoclose int all = legal ? open_all(h, &why) : -1;

	if (all == -1 && why.code == ENOENT)
		return no_snapshot(name, e);
	if (all == -1) {
		*e = why;
		return -1;
	}
	return remove_one(b, h, all, name, e);
}

int
fs_snapshot_remove_all(const struct fs_backend *b, const struct fs_home *h,
    struct err *e)
{
	struct fs_snapshots list;
	struct err why = { 0 };
	_autoclose int all = open_all(h, &why);
	int result = 0;

	if (all == -1)
		return fs_remove_tree(h->dir, FS_SNAPSHOTS, e);
	if (clear(b, h, all, BEGUN, e) == -1 ||
	    fs_snapshot_list(h, &list, e) == -1)
		return -1;
	for (size_t i = 0; result == 0 && i < list.n; i++)
		result = clear(b, h, all, list.of[i].name, e);
	fs_snapshots_done(&list);
	return result == 0 ? fs_remove_tree(h->dir, FS_SNAPSHOTS, e) : -1;
}

/* --- the list ---------------------------------------------------------------
 */

void
fs_snapshots_done(struct fs_snapshots *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->of[i].name);
	free(s->of);
	*s = (struct fs_snapshots){ 0 };
}

static int
count_one(int dir, const struct dirent *d, void *arg, struct err *e)
{
	size_t *n = arg;

	(void)dir;
	(void)e;
	*n += d->d_name[0] != '.';
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct fs_snapshot *x = a;
	const struct fs_snapshot *y = b;

	if (x->made != y->made)
		return x->made < y->made ? -1 : 1;
	return strverscmp(x->name, y->name);
}

/* One that goes at this moment is none. */
static int
add_one(int all, const struct dirent *d, void *arg, struct err *e)
{
	struct fs_snapshots *s = arg;
	struct err why = { 0 };
	struct stat st;
	size_t clones = 0;
	_autoclose int fd = -1;
	_autoclose int holders = -1;

	if (d->d_name[0] == '.')
		return 0;
	fd = open_one(all, d->d_name, &why);
	if (fd == -1 && (why.code == ENOENT || why.code == ENOTDIR))
		return 0;
	if (fd == -1) {
		*e = why;
		return -1;
	}
	/* "clones" is made with it, and changes; the directory does not. */
	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat '%s'", d->d_name);
	holders = open_one(fd, "clones", &why);
	if (holders != -1 &&
	    fd_each_entry(holders, count_one, &clones, e) == -1)
		return -1;
	s->of = mem_grow(s->of, s->n + 1, sizeof(*s->of));
	s->of[s->n++] = (struct fs_snapshot){
		.name = mem_strdup(d->d_name),
		.made = st.st_mtim.tv_sec,
		.clones = clones,
	};
	return 0;
}

int
fs_snapshot_list(const struct fs_home *h, struct fs_snapshots *out,
    struct err *e)
{
	struct err why = { 0 };
	struct fs_snapshots s = { 0 };
	_autoclose int all = open_all(h, &why);

	*out = s;
	if (all == -1 && why.code == ENOENT)
		return 0;
	if (all == -1) {
		*e = why;
		return -1;
	}
	if (fd_each_entry(all, add_one, &s, e) == -1) {
		fs_snapshots_done(&s);
		return err_in(e, "'%s/" FS_SNAPSHOTS "'", h->path);
	}
	if (s.n > 0)
		qsort(s.of, s.n, sizeof(*s.of), by_time);
	*out = s;
	return 0;
}

/* --- origins ----------------------------------------------------------------
 */

void
fs_origin_done(struct fs_origin *o)
{
	free(o->zone);
	free(o->uuid);
	free(o->zonepath);
	free(o->snapshot);
	*o = (struct fs_origin){ 0 };
}

int
fs_origin_save(const struct fs_home *h, const struct fs_origin *o,
    const struct fs_home *source, const char *uuid, struct err *e)
{
	_autofree char *text = mem_printf("%s\n%s\n%s\n%s\n", o->zone, o->uuid,
	    o->snapshot, o->zonepath);
	_autofree char *name = mem_printf("clones/%s", uuid);
	_autoclose int snap = fs_snapshot_open(source, o->snapshot, e);
	_autoclose int note = -1;

	if (snap == -1 ||
	    fd_replace_file(h->dir, FS_ORIGIN, 0600, text, strlen(text),
		FD_ORDERED, e) == -1)
		return -1;
	note = openat(snap, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return note == -1 ? err_sys(e, "note a clone at '%s'", o->snapshot) : 0;
}

int
fs_origin_load(const struct fs_home *h, struct fs_origin *out, struct err *e)
{
	struct err why = { 0 };
	_autofree char *text = NULL;
	char **field[] = { &out->zone, &out->uuid, &out->snapshot,
		&out->zonepath };
	char *rest;

	if (fd_read_file(h->dir, FS_ORIGIN, ORIGIN_MAX, &text, NULL, &why) ==
	    -1) {
		if (why.code == ENOENT)
			return 1;
		*e = why;
		return -1;
	}
	*out = (struct fs_origin){ 0 };
	rest = text;
	for (size_t i = 0; i < ARRAY_LEN(field); i++) {
		const char *line = strsep(&rest, "\n");

		*field[i] = mem_strdup(line ? line : "");
	}
	return 0;
}

int
fs_origin_leave(const struct fs_backend *b, const struct fs_home *source,
    const char *snapshot, const char *uuid, struct err *e)
{
	struct err why = { 0 };
	_autofree char *name = mem_printf("clones/%s", uuid);
	_autoclose int snap = fs_snapshot_open(source, snapshot, &why);

	if (snap == -1) {
		if (why.code == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	if (unlinkat(snap, name, 0) == -1 && errno != ENOENT)
		return err_sys(e, "forget a clone of '%s'", snapshot);
	/* It can be removed when it is empty, and that is what counts. */
	if (!fs_snapshot_is_ours(snapshot) ||
	    (unlinkat(snap, "clones", AT_REMOVEDIR) == -1 && errno != ENOENT))
		return 0;
	return fs_snapshot_remove(b, source, snapshot, e);
}
