/* SPDX-License-Identifier: ISC
 *
 * merge - lay one tree of overlayfs over another, on disk.
 *
 * A file, link or whiteout replaces what has its name; a directory joins one,
 * or replaces it where it is opaque. Whiteouts and opaque directories stay:
 * they speak to the layers below (Documentation/filesystems/overlayfs.rst).
 */
#include "fs/merge.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "fs/copy.h"
#include "fs/remove.h"

#define OPAQUE "user.overlay.opaque"

enum { DEPTH_MAX = 1024, TARGET_MAX = 4096 };

/* Where a file of several names went first. */
struct link {
	uint64_t inode;
	char *path; /* below the top of lower */
};

struct merge {
	int top; /* of lower */
	struct link *links;
	size_t nlinks;
	struct fs_progress quiet;
};

/* One entry on its way. */
struct entry {
	int from;
	int to;
	const char *name;
	const char *path; /* below the tops */
	struct stat st;
};

static int
open_sub(int dir, const char *name, int flags, struct err *e)
{
	return fd_open_beneath(dir, name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | flags, 0, e);
}

static bool
is_opaque(int dir)
{
	char value[4];

	return fgetxattr(dir, OPAQUE, value, sizeof(value)) == 1 &&
	    (value[0] == 'y' || value[0] == 'x');
}

/* --- files ------------------------------------------------------------------
 */

/* 1: it is a further name of a file that is there already. */
static int
link_again(struct merge *m, const struct entry *en, struct err *e)
{
	if (en->st.st_nlink < 2)
		return 0;
	for (size_t i = 0; i < m->nlinks; i++) {
		if (m->links[i].inode != en->st.st_ino)
			continue;
		if (linkat(m->top, m->links[i].path, en->to, en->name, 0) == 0)
			return 1;
		/* A later layer may have replaced that one. */
		return errno == ENOENT ? 0 : err_sys(e, "link '%s'", en->path);
	}
	if ((m->nlinks & (m->nlinks - 1)) == 0)
		m->links = mem_grow(m->links, m->nlinks ? m->nlinks * 2 : 64,
		    sizeof(*m->links));
	m->links[m->nlinks++] = (struct link){ en->st.st_ino,
		mem_strdup(en->path) };
	return 0;
}

static int
put_file(struct merge *m, const struct entry *en, struct err *e)
{
	_autoclose int in = open_sub(en->from, en->name, O_NONBLOCK, e);
	_autoclose int out = -1;

	if (in == -1)
		return -1;
	out = openat(en->to, en->name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out == -1)
		return err_sys(e, "create");
	/* Attributes behind the owner: changing that takes some away. */
	if (fs_copy_data(in, out, &m->quiet, e) == -1)
		return -1;
	if (fchown(out, en->st.st_uid, en->st.st_gid) == -1 ||
	    fchmod(out, en->st.st_mode & 07777) == -1)
		return err_sys(e, "owner and mode");
	return fs_copy_xattrs(in, out, NULL, e);
}

static int
put_symlink(const struct entry *en, struct err *e)
{
	char target[TARGET_MAX];
	ssize_t n = readlinkat(en->from, en->name, target, sizeof(target) - 1);

	if (n == -1)
		return err_sys(e, "read link");
	target[n] = '\0';
	if (symlinkat(target, en->to, en->name) == -1)
		return err_sys(e, "make link");
	return 0;
}

/* Whiteouts, fifos, sockets. */
static int
put_node(const struct entry *en, struct err *e)
{
	if (mknodat(en->to, en->name, en->st.st_mode, en->st.st_rdev) == -1 ||
	    (!S_ISCHR(en->st.st_mode) &&
		fchmodat(en->to, en->name, en->st.st_mode & 07777, 0) == -1))
		return err_sys(e, "make node");
	return 0;
}

static int
put_entry(struct merge *m, const struct entry *en, struct err *e)
{
	int result;

	if (fs_remove_tree(en->to, en->name, e) == -1)
		return -1;
	result = link_again(m, en, e);
	if (result != 0)
		return result == 1 ? 0 : -1;
	if (S_ISREG(en->st.st_mode))
		result = put_file(m, en, e);
	else if (S_ISLNK(en->st.st_mode))
		result = put_symlink(en, e);
	else
		result = put_node(en, e);
	if (result == -1)
		return -1;
	if ((!S_ISREG(en->st.st_mode) &&
		fchownat(en->to, en->name, en->st.st_uid, en->st.st_gid,
		    AT_SYMLINK_NOFOLLOW) == -1) ||
	    utimensat(en->to, en->name,
		(struct timespec[]){ en->st.st_atim, en->st.st_mtim },
		AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "owner and times");
	return 0;
}

/* --- directories ------------------------------------------------------------
 */

static int merge_dir(struct merge *m, int from, int to, const char *path,
    unsigned depth, struct err *e);

/* What an opaque directory hides goes; it then hides what lies below. */
static int
make_dir(const struct entry *en, bool opaque, struct err *e)
{
	struct stat st;
	bool there = fstatat(en->to, en->name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	_autoclose int fd = -1;

	if (there && S_ISDIR(st.st_mode) && !opaque)
		return 0;
	if (fs_remove_tree(en->to, en->name, e) == -1)
		return -1;
	if (mkdirat(en->to, en->name, 0700) == -1)
		return err_sys(e, "make directory");
	fd = open_sub(en->to, en->name, O_DIRECTORY, e);
	if (fd == -1)
		return -1;
	/* Over a whiteout or a file, too: that hid what lies below. */
	if ((opaque || there) && fsetxattr(fd, OPAQUE, "y", 1, 0) == -1)
		return err_sys(e, "hide what lies below");
	return 0;
}

static int
finish_dir(int from, int to, const struct stat *st, struct err *e)
{
	if (fchown(to, st->st_uid, st->st_gid) == -1 ||
	    fchmod(to, st->st_mode & 07777) == -1)
		return err_sys(e, "owner and mode");
	if (fs_copy_xattrs(from, to, NULL, e) == -1)
		return -1;
	if (futimens(to, (struct timespec[]){ st->st_atim, st->st_mtim }) == -1)
		return err_sys(e, "times");
	return 0;
}

static int
join_dir(struct merge *m, const struct entry *en, unsigned depth, struct err *e)
{
	_autoclose int from = open_sub(en->from, en->name, O_DIRECTORY, e);
	_autoclose int to = -1;

	if (from == -1 || make_dir(en, is_opaque(from), e) == -1)
		return -1;
	to = open_sub(en->to, en->name, O_DIRECTORY, e);
	/* What is made in it must not inherit; it comes back at the end. */
	if (to != -1)
		(void)fremovexattr(to, "system.posix_acl_default");
	if (to == -1 || merge_dir(m, from, to, en->path, depth + 1, e) == -1)
		return -1;
	return finish_dir(from, to, &en->st, e);
}

static int
merge_entry(struct merge *m, int from, int to, const char *name,
    const char *path, unsigned depth, struct err *e)
{
	_autofree char *below = mem_printf("%s%s%s", path,
	    *path != '\0' ? "/" : "", name);
	struct entry en = { from, to, name, below, { 0 } };
	int result;

	if (fstatat(from, name, &en.st, AT_SYMLINK_NOFOLLOW) == -1)
		result = err_sys(e, "stat");
	else
		result = S_ISDIR(en.st.st_mode) ? join_dir(m, &en, depth, e)
						: put_entry(m, &en, e);
	return result == -1 ? err_in(e, "'%.200s'", below) : 0;
}

struct level {
	struct merge *m;
	int to;
	const char *path;
	unsigned depth;
};

static int
merge_next(int from, const struct dirent *d, void *arg, struct err *e)
{
	const struct level *l = arg;

	return merge_entry(l->m, from, l->to, d->d_name, l->path, l->depth, e);
}

static int
merge_dir(struct merge *m, int from, int to, const char *path, unsigned depth,
    struct err *e)
{
	struct level l = { m, to, path, depth };

	if (depth > DEPTH_MAX)
		return err_set(e, ELOOP,
		    "directories lie more than %d below one another",
		    DEPTH_MAX);
	return fd_each_entry(from, merge_next, &l, e);
}

int
fs_merge(int upper, int lower, struct err *e)
{
	struct merge m = { .top = lower };
	struct stat st;
	int result = fstat(upper, &st) == -1 ? err_sys(e, "stat") : 0;
	mode_t mask = umask(0);

	if (result == 0)
		result = merge_dir(&m, upper, lower, "", 0, e);
	(void)umask(mask);
	if (result == 0)
		result = finish_dir(upper, lower, &st, e);
	for (size_t i = 0; i < m.nlinks; i++)
		free(m.links[i].path);
	free(m.links);
	return result;
}
