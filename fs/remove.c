/* SPDX-License-Identifier: ISC
 *
 * remove - take away a tree that a hostile zone filled.
 *
 * Directories nest without limit, descriptors and stacks do not: a directory
 * that lies too deep is first renamed to the top of the tree and then removed
 * from there.
 */
#include "fs/remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

enum {
	DEPTH_MAX = 32,
	TICK = 512, /* entries between two calls of the watcher */
};

struct removal {
	int top;        /* directory that holds the tree: deep ones move here */
	unsigned moved; /* names given so far */
	bool pending;   /* there are moved directories to remove */
};

static void
moved_name(char buf[32], unsigned n)
{
	(void)snprintf(buf, 32, ".zone-remove-%u", n);
}

/* Take away the flags that forbid to unlink. Only regular files and
 * directories have them, and nothing else is opened here. */
static void
clear_flags(int dirfd, const char *name)
{
	struct err ignored;
	struct stat st;
	int flags;
	_autoclose int fd = -1;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		return;
	fd = fd_open_beneath(dirfd, name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0, &ignored);
	if (fd == -1 || ioctl(fd, FS_IOC_GETFLAGS, &flags) == -1)
		return;
	flags &= ~(FS_IMMUTABLE_FL | FS_APPEND_FL);
	(void)ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

static int
unlink_one(int dirfd, const char *name, int flags, struct err *e)
{
	if (unlinkat(dirfd, name, flags) == 0 || errno == ENOENT)
		return 0;
	if (errno == EPERM || errno == EACCES) {
		clear_flags(dirfd, name);
		clear_flags(dirfd, ".");
		if (unlinkat(dirfd, name, flags) == 0 || errno == ENOENT)
			return 0;
	}
	return err_sys(e, "remove '%s'", name);
}

static int
move_up(struct removal *r, int dirfd, const char *name, struct err *e)
{
	char to[32];

	clear_flags(dirfd, name);
	clear_flags(dirfd, ".");
	do {
		moved_name(to, r->moved++);
		if (renameat(dirfd, name, r->top, to) == 0) {
			r->pending = true;
			return 0;
		}
	} while (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR);
	return err_sys(e, "move '%s' out of its deep directory", name);
}

static int remove_dir(struct removal *r, int dirfd, const char *name,
    unsigned depth, struct err *e);

static int
remove_entry(struct removal *r, int dirfd, const struct dirent *d,
    unsigned depth, struct err *e)
{
	struct stat st;

	if (d->d_type != DT_UNKNOWN && d->d_type != DT_DIR)
		return unlink_one(dirfd, d->d_name, 0, e);
	if (d->d_type == DT_UNKNOWN) {
		if (fstatat(dirfd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			return err_sys(e, "stat '%s'", d->d_name);
		if (!S_ISDIR(st.st_mode))
			return unlink_one(dirfd, d->d_name, 0, e);
	}
	if (depth == DEPTH_MAX)
		return move_up(r, dirfd, d->d_name, e);
	return remove_dir(r, dirfd, d->d_name, depth + 1, e);
}

/* One for the process: the tools remove for one zone and show one line. */
static void (*watcher)(uint64_t removed);
static uint64_t removed;

void
fs_remove_watch(void (*tick)(uint64_t removed))
{
	watcher = tick;
}

struct emptying {
	struct removal *r;
	unsigned depth;
};

static int
remove_next(int dirfd, const struct dirent *d, void *arg, struct err *e)
{
	const struct emptying *m = arg;

	if (++removed % TICK == 0 && watcher)
		watcher(removed);
	return remove_entry(m->r, dirfd, d, m->depth, e);
}

/* Everything in an open directory. */
static int
empty_dir(struct removal *r, int dirfd, unsigned depth, struct err *e)
{
	struct emptying m = { r, depth };

	return fd_each_entry(dirfd, remove_next, &m, e);
}

static int
remove_dir(struct removal *r, int dirfd, const char *name, unsigned depth,
    struct err *e)
{
	_autoclose int fd = fd_open_beneath(dirfd, name,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_DIRECTORY, 0, e);

	if (fd == -1) {
		if (e->code == EXDEV)
			return err_set(e, EBUSY, "something is mounted on '%s'",
			    name);
		return -1;
	}
	if (empty_dir(r, fd, depth, e) == -1)
		return -1;
	return unlink_one(dirfd, name, AT_REMOVEDIR, e);
}

/* The directories that were moved up, which may move others up in turn. */
static int
remove_moved(struct removal *r, struct err *e)
{
	for (unsigned i = 0; i < r->moved; i++) {
		char name[32];
		struct err why = { 0 };

		moved_name(name, i);
		if (remove_dir(r, r->top, name, 0, &why) == -1 &&
		    why.code != ENOENT && why.code != ENOTDIR) {
			*e = why;
			return -1;
		}
	}
	return 0;
}

/* Deep directories collect in the top directory of the tree itself, so that
 * what a killed removal leaves is found by the next one. */
static int
remove_big(int dirfd, const char *name, struct err *e)
{
	struct removal r = { .moved = 0 };
	_autoclose int top = fd_open_beneath(dirfd, name,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_DIRECTORY, 0, e);

	if (top == -1) {
		if (e->code == EXDEV)
			return err_set(e, EBUSY, "something is mounted on '%s'",
			    name);
		return -1;
	}
	clear_flags(top, ".");
	r.top = top;
	if (empty_dir(&r, top, 1, e) == -1)
		return -1;
	/* readdir may or may not have come by those: look by name. */
	if (r.pending && remove_moved(&r, e) == -1)
		return -1;
	return unlink_one(dirfd, name, AT_REMOVEDIR, e);
}

int
fs_remove_tree(int dirfd, const char *name, struct err *e)
{
	struct err why = { 0 };
	struct stat st;
	int result;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == -1) {
		if (errno == ENOENT)
			return 0;
		return err_sys(e, "stat '%s'", name);
	}
	result = S_ISDIR(st.st_mode) ? remove_big(dirfd, name, &why)
				     : unlink_one(dirfd, name, 0, &why);
	if (result == -1) {
		*e = why;
		return err_in(e, "'%s'", name);
	}
	return 0;
}
