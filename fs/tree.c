/* SPDX-License-Identifier: ISC
 *
 * tree - questions about a root's tree that a zone may have filled.
 */
#include "fs/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

#define SETTLED "trusted.zones.settled"

enum {
	DEPTH_MAX = 1024, /* one descriptor a level is held */
	SMALL_MAX = 256,  /* entries of a tree that can be settled */
	LINKS_MIN = 1024, /* slots of the set of inodes, a power of two */
};

/* Called for each entry; not 0 ends the walk with that. */
typedef int visit_fn(const char *name, const struct stat *st, unsigned depth,
    void *arg);

static int walk(int dir, unsigned depth, visit_fn *visit, void *arg,
    struct err *e);

static int
walk_entry(int dir, const char *name, unsigned depth, visit_fn *visit,
    void *arg, struct err *e)
{
	_autoclose int sub = -1;
	struct stat st;
	int result;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : err_sys(e, "stat '%s'", name);
	result = visit(name, &st, depth, arg);
	if (result != 0 || !S_ISDIR(st.st_mode))
		return result;
	if (depth == DEPTH_MAX)
		return err_set(e, ELOOP,
		    "directories lie more than %d below one another",
		    DEPTH_MAX);
	sub = fd_open_beneath(dir, name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
	return sub == -1 ? -1 : walk(sub, depth + 1, visit, arg, e);
}

struct step {
	unsigned depth;
	visit_fn *visit;
	void *arg;
};

static int
walk_next(int dir, const struct dirent *d, void *arg, struct err *e)
{
	const struct step *s = arg;

	return walk_entry(dir, d->d_name, s->depth, s->visit, s->arg, e);
}

static int
walk(int dir, unsigned depth, visit_fn *visit, void *arg, struct err *e)
{
	struct step s = { depth, visit, arg };

	return fd_each_entry(dir, walk_next, &s, e);
}

/* --- settled ----------------------------------------------------------------
 */

struct print {
	uint64_t sum;
	unsigned n;
};

/* Order does not matter: each entry has a sum of its own (FNV-1a). */
static uint64_t
sum_of(const void *data, size_t len, uint64_t sum)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ p[i]) * 1099511628211ULL;
	return sum;
}

static int
add_print(const char *name, const struct stat *st, unsigned depth, void *arg)
{
	const uint64_t facts[] = { st->st_ino, st->st_mode, st->st_uid,
		st->st_gid, (uint64_t)st->st_size, (uint64_t)st->st_mtim.tv_sec,
		(uint64_t)st->st_mtim.tv_nsec, (uint64_t)st->st_ctim.tv_sec,
		(uint64_t)st->st_ctim.tv_nsec, depth };
	struct print *p = arg;

	p->sum += sum_of(facts, sizeof(facts),
	    sum_of(name, strlen(name), 14695981039346656037ULL));
	return ++p->n > SMALL_MAX;
}

/* Of the top directory itself all but the time of its last change: our own
 * attribute and overlayfs' change that. 1: too large. */
static int
print_tree(int dir, char text[40], struct err *e)
{
	struct print p = { 0 };
	struct stat st;
	int result;

	if (fstat(dir, &st) == -1)
		return err_sys(e, "stat");
	st.st_ctim = (struct timespec){ 0 };
	(void)add_print("", &st, 0, &p);
	result = walk(dir, 1, add_print, &p, e);
	if (result == 0)
		(void)snprintf(text, 40, "%u %016llx", p.n,
		    (unsigned long long)p.sum);
	return result;
}

int
fs_tree_settle(int dir, struct err *e)
{
	char text[40];
	int result = print_tree(dir, text, e);

	if (result != 0)
		return result == 1 ? 0 : -1;
	if (fsetxattr(dir, SETTLED, text, strlen(text), 0) == -1)
		return err_sys(e, "note how the tree looks");
	return 0;
}

bool
fs_tree_is_settled(int dir)
{
	struct err ignored;
	char was[40] = "";
	char is[40];
	ssize_t n = fgetxattr(dir, SETTLED, was, sizeof(was) - 1);

	if (n <= 0)
		return false;
	was[n] = '\0';
	return print_tree(dir, is, &ignored) == 0 && strcmp(was, is) == 0;
}

/* --- flushing ---------------------------------------------------------------
 */

struct flush {
	bool begin; /* writing starts everywhere before it is waited for */
	unsigned n;
};

static int flush_entry(int dir, const struct dirent *d, void *arg,
    struct err *e);

static int
flush_dir(int dir, struct flush *f, struct err *e)
{
	if (fd_each_entry(dir, flush_entry, f, e) == -1)
		return -1;
	return !f->begin && fsync(dir) == -1 ? err_sys(e, "fsync") : 0;
}

/* Nothing but files and directories is opened; links and the like lie in their
 * directory. */
static int
flush_entry(int dir, const struct dirent *d, void *arg, struct err *e)
{
	struct flush *f = arg;
	_autoclose int fd = -1;
	struct stat st;

	if (++f->n > SMALL_MAX)
		return 0;
	if (fstatat(dir, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "stat '%s'", d->d_name);
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
		return 0;
	fd = fd_open_beneath(dir, d->d_name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, e);
	if (fd == -1)
		return -1;
	if (S_ISDIR(st.st_mode))
		return flush_dir(fd, f, e);
	if (f->begin)
		(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	else if (fsync(fd) == -1)
		return err_sys(e, "fsync '%s'", d->d_name);
	return 0;
}

int
fs_tree_flush(int dir, struct err *e)
{
	struct flush f = { .begin = true };

	if (flush_dir(dir, &f, e) == -1)
		return -1;
	if (f.n > SMALL_MAX)
		return 0;
	f = (struct flush){ .begin = false };
	if (flush_dir(dir, &f, e) == -1)
		return -1;
	return f.n <= SMALL_MAX;
}

/* --- size -------------------------------------------------------------------
 */

/* Inodes of files with several names: open addressing, 0 is free. */
struct usage {
	uint64_t bytes;
	uint64_t *seen;
	size_t slots;
	size_t n;
};

static bool
put(uint64_t *seen, size_t slots, uint64_t inode)
{
	size_t at = (inode * 11400714819323198485ULL) & (slots - 1);

	while (seen[at] != 0 && seen[at] != inode)
		at = (at + 1) & (slots - 1);
	if (seen[at] == inode)
		return false;
	seen[at] = inode;
	return true;
}

static void
grow(struct usage *u)
{
	size_t slots = u->slots == 0 ? LINKS_MIN : u->slots * 2;
	uint64_t *seen = mem_alloc(slots * sizeof(*seen));

	for (size_t i = 0; i < u->slots; i++) {
		if (u->seen[i] != 0)
			(void)put(seen, slots, u->seen[i]);
	}
	free(u->seen);
	u->seen = seen;
	u->slots = slots;
}

static int
add_size(const char *name, const struct stat *st, unsigned depth, void *arg)
{
	struct usage *u = arg;

	(void)name;
	(void)depth;
	if (!S_ISDIR(st->st_mode) && st->st_nlink > 1) {
		if (u->n * 2 >= u->slots)
			grow(u);
		if (!put(u->seen, u->slots, st->st_ino))
			return 0;
		u->n++;
	}
	u->bytes += (uint64_t)st->st_blocks * 512;
	return 0;
}

int
fs_tree_used(int dir, uint64_t *bytes, struct err *e)
{
	struct usage u = { 0 };
	struct stat st;
	int result;

	if (fstat(dir, &st) == -1)
		return err_sys(e, "stat");
	u.bytes = (uint64_t)st.st_blocks * 512;
	result = walk(dir, 1, add_size, &u, e);
	free(u.seen);
	if (result == 0)
		*bytes = u.bytes;
	return result;
}
