/* SPDX-License-Identifier: ISC
 *
 * diff - in what two trees differ, name by name.
 *
 * Both are read as they may be while a zone changes one of them: no link is
 * followed, nothing but directories and regular files opened.
 */
#include "fs/diff.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "fs/copy.h"

enum { DEPTH_MAX = 1024, CHUNK = 65536 };

struct names {
	char **of;
	size_t n;
};

struct diff {
	fs_diff_fn *fn;
	void *arg;
	char *a; /* CHUNK bytes each */
	char *b;
};

static void
names_done(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->of[i]);
	free(names->of);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
add_name(int dir, const struct dirent *d, void *arg, struct err *e)
{
	struct names *out = arg;

	(void)dir;
	(void)e;
	if ((out->n & (out->n - 1)) == 0)
		out->of = mem_grow(out->of, out->n ? out->n * 2 : 64,
		    sizeof(*out->of));
	out->of[out->n++] = mem_strdup(d->d_name);
	return 0;
}

static int
read_names(int dir, struct names *out, struct err *e)
{
	if (fd_each_entry(dir, add_name, out, e) == -1)
		return -1;
	if (out->n > 0)
		qsort(out->of, out->n, sizeof(*out->of), by_name);
	return 0;
}

static int
open_in(int dir, const char *name, int flags, struct err *e)
{
	return fd_open_beneath(dir, name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_NONBLOCK | flags, 0, e);
}

/* --- one file ---------------------------------------------------------------
 */

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Owner, mode and kind; of what is no directory size and time too. */
static bool
same_looks(const struct stat *a, const struct stat *b)
{
	if (a->st_mode != b->st_mode || a->st_uid != b->st_uid ||
	    a->st_gid != b->st_gid || a->st_rdev != b->st_rdev)
		return false;
	return S_ISDIR(a->st_mode) ||
	    (a->st_size == b->st_size && same_time(&a->st_mtim, &b->st_mtim));
}

static bool
same_link(int a, int b, const char *name)
{
	char one[4096];
	char other[4096];
	ssize_t n = readlinkat(a, name, one, sizeof(one));
	ssize_t m = readlinkat(b, name, other, sizeof(other));

	return n >= 0 && n == m && memcmp(one, other, (size_t)n) == 0;
}

static bool
same_bytes(const struct diff *d, int a, int b)
{
	off_t at = 0;

	for (;;) {
		ssize_t n = pread(a, d->a, CHUNK, at);
		ssize_t m = pread(b, d->b, CHUNK, at);

		if (n < 0 || n != m || memcmp(d->a, d->b, (size_t)n) != 0)
			return false;
		if (n == 0)
			return true;
		at += n;
	}
}

/* Every attribute of a that a copy would have is in b too, the same. */
static bool
has_attributes(const struct diff *d, int a, int b)
{
	_autofree char *list = mem_alloc(CHUNK);
	ssize_t len = flistxattr(a, list, CHUNK);

	for (const char *s = list; len > 0 && s < list + len;
	     s += strlen(s) + 1) {
		ssize_t n;

		if (!fs_xattr_comes_along(s))
			continue;
		n = fgetxattr(a, s, d->a, CHUNK);
		if (n < 0 || fgetxattr(b, s, d->b, CHUNK) != n ||
		    memcmp(d->a, d->b, (size_t)n) != 0)
			return false;
	}
	return true;
}

static bool
same_content(const struct diff *d, int a, int b, const char *name)
{
	struct err ignored;
	_autoclose int one = open_in(a, name, 0, &ignored);
	_autoclose int other = open_in(b, name, 0, &ignored);

	return one != -1 && other != -1 && same_bytes(d, one, other) &&
	    has_attributes(d, one, other) && has_attributes(d, other, one);
}

static bool
is_same(const struct diff *d, int a, const struct stat *sa, int b,
    const struct stat *sb, const char *name)
{
	if (sa->st_ino == sb->st_ino && same_time(&sa->st_ctim, &sb->st_ctim))
		return true;
	if (!same_looks(sa, sb))
		return false;
	if (S_ISLNK(sa->st_mode))
		return same_link(a, b, name);
	return !S_ISREG(sa->st_mode) || same_content(d, a, b, name);
}

/* --- trees ------------------------------------------------------------------
 */

static int one_side(const struct diff *d, char what, int dir, const char *path,
    unsigned depth, struct err *e);

/* What is on one side only, and everything below it. */
static int
lonely(const struct diff *d, char what, int dir, const char *name,
    const char *path, unsigned depth, struct err *e)
{
	_autoclose int sub = -1;
	struct stat st;
	int result;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : err_sys(e, "'%s'", path);
	result = d->fn(what, path, d->arg);
	if (result != 0 || !S_ISDIR(st.st_mode))
		return result;
	sub = open_in(dir, name, O_DIRECTORY, e);
	return sub == -1 ? err_in(e, "'%s'", path)
			 : one_side(d, what, sub, path, depth + 1, e);
}

static int
too_deep(unsigned depth, const char *path, struct err *e)
{
	if (depth <= DEPTH_MAX)
		return 0;
	return err_set(e, ELOOP,
	    "'%.200s...': directories lie more than %d below one another", path,
	    DEPTH_MAX);
}

static int
one_side(const struct diff *d, char what, int dir, const char *path,
    unsigned depth, struct err *e)
{
	_cleanup(names_done) struct names names = { 0 };
	int result = 0;

	if (too_deep(depth, path, e) == -1 || read_names(dir, &names, e) == -1)
		return -1;
	for (size_t i = 0; result == 0 && i < names.n; i++) {
		_autofree char *below = mem_printf("%s/%s", path, names.of[i]);

		result = lonely(d, what, dir, names.of[i], below, depth, e);
	}
	return result;
}

static int both_sides(const struct diff *d, int a, int b, const char *path,
    unsigned depth, struct err *e);

static int
pair(const struct diff *d, int a, int b, const char *name, const char *path,
    unsigned depth, struct err *e)
{
	_autoclose int one = -1;
	_autoclose int other = -1;
	struct stat sa;
	struct stat sb;
	int result;

	if (fstatat(a, name, &sa, AT_SYMLINK_NOFOLLOW) == -1 ||
	    fstatat(b, name, &sb, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : err_sys(e, "'%s'", path);
	if (S_ISDIR(sa.st_mode) != S_ISDIR(sb.st_mode)) {
		result = lonely(d, '-', a, name, path, depth, e);
		return result == 0 ? lonely(d, '+', b, name, path, depth, e)
				   : result;
	}
	if (!S_ISDIR(sa.st_mode))
		return is_same(d, a, &sa, b, &sb, name)
		    ? 0
		    : d->fn('M', path, d->arg);
	result = same_looks(&sa, &sb) ? 0 : d->fn('M', path, d->arg);
	if (result != 0)
		return result;
	one = open_in(a, name, O_DIRECTORY, e);
	other = one == -1 ? -1 : open_in(b, name, O_DIRECTORY, e);
	return other == -1 ? err_in(e, "'%s'", path)
			   : both_sides(d, one, other, path, depth + 1, e);
}

static int
both_sides(const struct diff *d, int a, int b, const char *path, unsigned depth,
    struct err *e)
{
	_cleanup(names_done) struct names na = { 0 };
	_cleanup(names_done) struct names nb = { 0 };
	int result = 0;
	size_t i = 0;
	size_t k = 0;

	if (too_deep(depth, path, e) == -1 || read_names(a, &na, e) == -1 ||
	    read_names(b, &nb, e) == -1)
		return -1;
	while (result == 0 && (i < na.n || k < nb.n)) {
		int order = i == na.n ? 1
		    : k == nb.n       ? -1
				      : strcmp(na.of[i], nb.of[k]);
		const char *name = order <= 0 ? na.of[i] : nb.of[k];
		_autofree char *below = mem_printf("%s%s%s", path,
		    *path != '\0' ? "/" : "", name);

		if (order < 0)
			result = lonely(d, '-', a, name, below, depth, e);
		else if (order > 0)
			result = lonely(d, '+', b, name, below, depth, e);
		else
			result = pair(d, a, b, name, below, depth, e);
		i += order <= 0;
		k += order >= 0;
	}
	return result;
}

int
fs_diff(int before, int now, fs_diff_fn *fn, void *arg, struct err *e)
{
	_autofree char *a = mem_alloc(CHUNK);
	_autofree char *b = mem_alloc(CHUNK);
	const struct diff d = { fn, arg, a, b };

	return both_sides(&d, before, now, "", 0, e);
}
