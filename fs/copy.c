/* SPDX-License-Identifier: ISC
 *
 * copy - fill a root from a directory or from a list.
 */
#include "fs/copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

enum {
	DEPTH_MAX = 1024, /* three descriptors a level are held */
	CHUNK = 1024 * 1024,
	BUFFER = 128 * 1024,
	XATTR_MAX = 65536, /* XATTR_SIZE_MAX and XATTR_LIST_MAX of the kernel */
	/* Ids in an ACL are translated for the caller in the whole buffer, and
	 * Linux before 6.2 leaves out a part of that where the buffer is no
	 * header of 4 bytes and entries of 8: then they read as nobody's. */
	ACL_MAX = 4 + 8 * 8191,
};

void
fs_progress_add(struct fs_progress *p, uint64_t entries, uint64_t bytes)
{
	p->entries += entries;
	p->bytes += bytes;
	if (p->tick)
		p->tick(p);
}

/* --- contents ----------------------------------------------------------------
 */

/* copy_file_range(2) where the file systems agree, else through memory. */
struct pump {
	int from;
	int to;
	bool plain; /* copy_file_range has refused */
	char *buffer;
};

static ssize_t
pump_some(struct pump *pump, off_t at, size_t len)
{
	off_t in = at;
	off_t out = at;
	ssize_t n;

	if (!pump->plain) {
		n = copy_file_range(pump->from, &in, pump->to, &out,
		    len < CHUNK ? len : CHUNK, 0);
		if (n > 0 || (n == -1 && errno == ENOSPC))
			return n;
		pump->plain = true;
	}
	if (!pump->buffer)
		pump->buffer = mem_alloc(BUFFER);
	n = pread(pump->from, pump->buffer, len < BUFFER ? len : BUFFER, at);
	if (n <= 0)
		return n;
	return pwrite(pump->to, pump->buffer, (size_t)n, at);
}

static int
copy_segment(struct pump *pump, off_t at, off_t end, struct fs_progress *p,
    struct err *e)
{
	while (at < end) {
		ssize_t n = pump_some(pump, at, (size_t)(end - at));

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "copy data");
		if (n == 0)
			return 0; /* it shrank while we read */
		at += n;
		fs_progress_add(p, 0, (uint64_t)n);
	}
	return 0;
}

int
fs_copy_data(int from, int to, struct fs_progress *p, struct err *e)
{
	_autofree char *buffer = NULL;
	struct pump pump = { .from = from, .to = to };
	struct stat st;
	off_t at = 0;
	int result = 0;

	if (fstat(from, &st) == -1)
		return err_sys(e, "stat");
	if (st.st_size == 0)
		return 0;
	if (ioctl(to, FICLONE, from) == 0) {
		fs_progress_add(p, 0, (uint64_t)st.st_size);
		return 0;
	}
	while (result == 0 && at < st.st_size) {
		off_t data = lseek(from, at, SEEK_DATA);
		off_t hole;

		if (data == -1 && errno == ENXIO)
			break; /* nothing but a hole up to the end */
		if (data == -1)
			data = at;
		hole = lseek(from, data, SEEK_HOLE);
		if (hole == -1 || hole > st.st_size)
			hole = st.st_size;
		result = copy_segment(&pump, data, hole, p, e);
		at = hole;
	}
	buffer = pump.buffer;
	if (result == 0 && ftruncate(to, st.st_size) == -1)
		return err_sys(e, "set the size");
	return result;
}

/* --- extended attributes -------------------------------------------------- */

bool
fs_xattr_comes_along(const char *name)
{
	if (str_starts(name, "user."))
		return !str_starts(name, "user.overlay.");
	return str_eq(name, "security.capability") ||
	    str_eq(name, "system.posix_acl_access") ||
	    str_eq(name, "system.posix_acl_default");
}

static uint32_t
le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

int
fs_xattr_capability(unsigned char *value, size_t *len, struct err *e)
{
	uint32_t magic = *len >= 4 ? le32(value) : 0;

	if ((magic & VFS_CAP_REVISION_MASK) == VFS_CAP_REVISION_2 &&
	    *len == XATTR_CAPS_SZ_2)
		return 0;
	if ((magic & VFS_CAP_REVISION_MASK) != VFS_CAP_REVISION_3 ||
	    *len != XATTR_CAPS_SZ_3)
		return err_set(e, EINVAL, "its file capability is malformed");
	if (le32(value + XATTR_CAPS_SZ_2) != 0)
		return err_set(e, EINVAL,
		    "its file capability belongs to another user namespace");
	value[3] = VFS_CAP_REVISION_2 >> 24;
	*len = XATTR_CAPS_SZ_2;
	return 0;
}

static int
copy_xattr(int from, int to, const char *name, unsigned char *value,
    struct err *e)
{
	bool acl = strncmp(name, "system.posix_acl_", 17) == 0;
	ssize_t n = fgetxattr(from, name, value, acl ? ACL_MAX : XATTR_MAX);
	size_t len;

	if (n == -1 && errno == ENODATA)
		return 0;
	if (n == -1)
		return err_sys(e, "read attribute '%s'", name);
	len = (size_t)n;
	if (str_eq(name, "security.capability") &&
	    fs_xattr_capability(value, &len, e) == -1)
		return -1;
	if (fsetxattr(to, name, value, len, 0) == -1)
		return err_sys(e, "set attribute '%s'", name);
	return 0;
}

int
fs_copy_xattrs(int from, int to, const char *only, struct err *e)
{
	_autofree char *names = NULL;
	_autofree unsigned char *value = NULL;
	ssize_t n = flistxattr(from, NULL, 0);

	if (n == 0 || (n == -1 && errno == ENOTSUP))
		return 0;
	if (n == -1)
		return err_sys(e, "list attributes");
	names = mem_alloc(XATTR_MAX);
	n = flistxattr(from, names, XATTR_MAX);
	if (n == -1)
		return err_sys(e, "list attributes");
	for (const char *s = names; s < names + n; s += strlen(s) + 1) {
		if (only ? !str_eq(s, only) : !fs_xattr_comes_along(s))
			continue;
		if (!value)
			value = mem_alloc(XATTR_MAX);
		if (copy_xattr(from, to, s, value, e) == -1)
			return -1;
	}
	return 0;
}

/* --- hard links ----------------------------------------------------------- */

/* Files with several names, by device and inode: where the first copy lies. An
 * open hash of a power of two, at most half full. */
struct link {
	dev_t dev;
	ino_t ino;
	char *path;
};

struct links {
	struct link *v;
	size_t n;
	size_t room;
};

static void
links_done(struct links *l)
{
	for (size_t i = 0; i < l->room; i++)
		free(l->v[i].path);
	free(l->v);
}

static struct link *
links_slot(const struct links *l, dev_t dev, ino_t ino)
{
	uint64_t h = ((uint64_t)ino ^ (uint64_t)dev << 32) *
	    11400714819323198485U;

	for (size_t i = (size_t)(h >> 20);; i++) {
		struct link *slot = &l->v[i & (l->room - 1)];

		if (!slot->path || (slot->dev == dev && slot->ino == ino))
			return slot;
	}
}

static void
links_grow(struct links *l)
{
	struct links bigger = { .room = l->room ? l->room * 2 : 256 };

	bigger.v = mem_alloc(bigger.room * sizeof(*bigger.v));
	for (size_t i = 0; i < l->room; i++) {
		if (l->v[i].path)
			*links_slot(&bigger, l->v[i].dev,
			    l->v[i].ino) = l->v[i];
	}
	bigger.n = l->n;
	free(l->v);
	*l = bigger;
}

/* The path of an earlier copy of the same file, or NULL, and then path is noted
 * as it. */
static const char *
links_find(struct links *l, const struct stat *st, const char *path)
{
	struct link *slot;

	if (l->n * 2 >= l->room)
		links_grow(l);
	slot = links_slot(l, st->st_dev, st->st_ino);
	if (slot->path)
		return slot->path;
	*slot = (struct link){ st->st_dev, st->st_ino, mem_strdup(path) };
	l->n++;
	return NULL;
}

/* --- a tree ----------------------------------------------------------------
 */

struct copy {
	int root; /* of the target */
	struct links links;
	struct fs_progress *p;
	char *path; /* of the entry at hand, below both roots */
	size_t depth;
	bool told; /* the error names its path already */
};

static void
copy_done(struct copy *c)
{
	links_done(&c->links);
	free(c->path);
}

static int
check_owner(const struct stat *st, struct err *e)
{
	if (st->st_uid <= FS_ID_MAX && st->st_gid <= FS_ID_MAX)
		return 0;
	return err_set(e, ERANGE, "its owner %u:%u is not within 0..%d",
	    st->st_uid, st->st_gid, FS_ID_MAX);
}

/* Owner, attributes, mode, times: in this order, because the kernel takes
 * set-id bits and capabilities away with each change of owner. */
static int
finish(int from, int to, const struct stat *st, struct err *e)
{
	struct timespec times[] = { st->st_atim, st->st_mtim };

	if (fchown(to, st->st_uid, st->st_gid) == -1)
		return err_sys(e, "chown");
	if (fs_copy_xattrs(from, to, NULL, e) == -1)
		return -1;
	if (fchmod(to, st->st_mode & 07777) == -1)
		return err_sys(e, "chmod");
	if (futimens(to, times) == -1)
		return err_sys(e, "set times");
	return 0;
}

/* Link name to an earlier copy: 1 done, 0 there is none. */
static int
link_earlier(struct copy *c, int to, const char *name, const struct stat *st,
    struct err *e)
{
	const char *first;
	const char *base;
	_autofree char *parent = NULL;
	_autoclose int dir = -1;

	if (st->st_nlink < 2)
		return 0;
	first = links_find(&c->links, st, c->path);
	if (!first)
		return 0;
	base = strrchr(first, '/');
	parent = base ? mem_strndup(first, (size_t)(base - first))
		      : mem_strdup(".");
	dir = fd_open_beneath(c->root, parent, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_PATH | O_DIRECTORY, 0, e);
	if (dir == -1)
		return -1;
	if (linkat(dir, base ? base + 1 : first, to, name, 0) == -1)
		return err_sys(e, "link to '%s'", first);
	return 1;
}

/* O_NOATIME needs the owner or power over him: refused where the owner is not
 * among the ids of our user namespace, which looks like "nobody" otherwise. */
static int
open_source(int dir, const char *name, int flags, struct err *e)
{
	int fd = fd_open_beneath(dir, name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOATIME | flags, 0, e);

	if (fd == -1 && e->code == EPERM)
		return err_set(e, ERANGE, "its owner is not within 0..%d",
		    FS_ID_MAX);
	return fd;
}

static int
copy_file(struct copy *c, int from, int to, const char *name,
    const struct stat *seen, struct err *e)
{
	struct stat st;
	_autoclose int in = -1;
	_autoclose int out = -1;
	int linked = link_earlier(c, to, name, seen, e);

	if (linked != 0)
		return linked == 1 ? 0 : -1;
	in = open_source(from, name, 0, e);
	if (in == -1)
		return -1;
	if (fstat(in, &st) == -1)
		return err_sys(e, "stat");
	if (!S_ISREG(st.st_mode))
		return err_set(e, EAGAIN, "it changed while it was copied");
	out = openat(to, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out == -1)
		return err_sys(e, "create");
	if (fs_copy_data(in, out, c->p, e) == -1)
		return -1;
	return finish(in, out, &st, e);
}

static int
set_owner_times(int to, const char *name, const struct stat *st, struct err *e)
{
	struct timespec times[] = { st->st_atim, st->st_mtim };

	if (fchownat(to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) ==
	    -1)
		return err_sys(e, "chown");
	if (S_ISFIFO(st->st_mode) &&
	    fchmodat(to, name, st->st_mode & 07777, 0) == -1)
		return err_sys(e, "chmod");
	if (utimensat(to, name, times, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "set times");
	return 0;
}

static int
copy_link(struct copy *c, int from, int to, const char *name,
    const struct stat *st, struct err *e)
{
	char target[4096];
	ssize_t n;
	int linked = link_earlier(c, to, name, st, e);

	if (linked != 0)
		return linked == 1 ? 0 : -1;
	n = readlinkat(from, name, target, sizeof(target) - 1);
	if (n == -1)
		return err_sys(e, "read link");
	target[n] = '\0';
	if (symlinkat(target, to, name) == -1)
		return err_sys(e, "make link");
	return set_owner_times(to, name, st, e);
}

static int
copy_fifo(struct copy *c, int from, int to, const char *name,
    const struct stat *st, struct err *e)
{
	int linked = link_earlier(c, to, name, st, e);

	(void)from;
	if (linked != 0)
		return linked == 1 ? 0 : -1;
	if (mkfifoat(to, name, 0600) == -1)
		return err_sys(e, "make fifo");
	return set_owner_times(to, name, st, e);
}

static int copy_dir_content(struct copy *c, int from, int to, struct err *e);

static int
copy_dir(struct copy *c, int from, int to, const char *name,
    const struct stat *st, struct err *e)
{
	_autoclose int in = -1;
	_autoclose int out = -1;

	if (c->depth >= DEPTH_MAX)
		return err_set(e, ENAMETOOLONG,
		    "directories nest deeper than %d", DEPTH_MAX);
	in = open_source(from, name, O_DIRECTORY, e);
	if (in == -1 && e->code == EXDEV)
		return 0; /* a mount: it stays behind, and so does its place */
	if (in == -1)
		return -1;
	if (mkdirat(to, name, 0700) == -1)
		return err_sys(e, "make directory");
	out = fd_open_beneath(to, name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
	if (out == -1)
		return -1;
	c->depth++;
	if (copy_dir_content(c, in, out, e) == -1)
		return -1;
	c->depth--;
	return finish(in, out, st, e);
}

/* What each kind of file needs; kinds without a row are left out. */
static const struct {
	mode_t kind;
	int (*copy)(struct copy *c, int from, int to, const char *name,
	    const struct stat *st, struct err *e);
} kinds[] = {
	{ S_IFREG, copy_file },
	{ S_IFDIR, copy_dir },
	{ S_IFLNK, copy_link },
	{ S_IFIFO, copy_fifo },
};

static int
copy_entry(struct copy *c, int from, int to, const char *name, struct err *e)
{
	struct stat st;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "stat");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if ((st.st_mode & S_IFMT) != kinds[i].kind)
			continue;
		if (check_owner(&st, e) == -1 ||
		    kinds[i].copy(c, from, to, name, &st, e) == -1)
			return -1;
		fs_progress_add(c->p, 1, 0);
	}
	return 0;
}

static int
copy_named(struct copy *c, int from, int to, const char *name, struct err *e)
{
	char *outer = c->path;
	int result;

	c->path = *outer != '\0' ? mem_printf("%s/%s", outer, name)
				 : mem_strdup(name);
	result = copy_entry(c, from, to, name, e);
	if (result == -1 && !c->told) {
		_autofree char *shown = str_visible(c->path, strlen(c->path));

		c->told = true;
		(void)err_in(e, "'%s'", shown);
	}
	free(c->path);
	c->path = outer;
	return result;
}

struct destination {
	struct copy *c;
	int dir;
};

static int
copy_next(int from, const struct dirent *d, void *arg, struct err *e)
{
	const struct destination *to = arg;

	return copy_named(to->c, from, to->dir, d->d_name, e);
}

static int
copy_dir_content(struct copy *c, int from, int to, struct err *e)
{
	struct destination there = { c, to };

	return fd_each_entry(from, copy_next, &there, e);
}

int
fs_copy_tree(int from, int to, struct fs_progress *p, struct err *e)
{
	_cleanup(copy_done) struct copy c = {
		.root = to,
		.p = p,
		.path = mem_strdup(""),
	};
	_autoclose int in = fd_open_beneath(from, ".", FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);

	if (in == -1)
		return -1;
	return copy_dir_content(&c, in, to, e);
}
