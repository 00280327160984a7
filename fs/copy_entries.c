/* SPDX-License-Identifier: ISC
 *
 * copy_entries - carry out the list of what a root is to contain (fs/entry.h).
 *
 * The source is the running global zone: its owner is trusted, but it changes
 * while we read, so each file is examined by its descriptor.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/copy.h"

/* A source file with several names, and the entry that was copied from it. */
struct twin {
	dev_t dev;
	ino_t ino;
	const struct fs_entry *entry;
};

struct maker {
	int source;
	int to;
	int parent; /* in the target, of the entry at hand */
	char *parent_path;
	struct twin *twins; /* few: packages rarely have hard links */
	size_t ntwins;
	struct fs_progress *p;
};

static void
maker_done(struct maker *m)
{
	if (m->parent != -1)
		(void)close(m->parent);
	free(m->parent_path);
	free(m->twins);
}

/* Open the directory that is to hold the entry; entries come sorted, so it is
 * mostly the one of the entry before. *name is the last component. */
static int
enter_parent(struct maker *m, const char *path, const char **name,
    struct err *e)
{
	const char *slash = strrchr(path, '/');
	_autofree char *parent = slash
	    ? mem_strndup(path, (size_t)(slash - path))
	    : mem_strdup(".");

	*name = slash ? slash + 1 : path;
	if (m->parent != -1 && strcmp(parent, m->parent_path) == 0)
		return 0;
	if (m->parent != -1)
		(void)close(m->parent);
	m->parent = fd_open_beneath(m->to, parent, FD_NO_SYMLINKS,
	    O_PATH | O_DIRECTORY, 0, e);
	free(m->parent_path);
	m->parent_path = mem_take(&parent);
	return m->parent == -1 ? -1 : 0;
}

static int
set_owner_mode(int fd, const struct fs_entry *entry, struct err *e)
{
	if (fchown(fd, entry->uid, entry->gid) == -1)
		return err_sys(e, "chown");
	if (fchmod(fd, entry->mode & 07777) == -1)
		return err_sys(e, "chmod");
	return 0;
}

static int
make_dir(struct maker *m, const struct fs_entry *entry, const char *name,
    struct err *e)
{
	_autoclose int fd = -1;

	if (mkdirat(m->parent, name, 0700) == -1 && errno != EEXIST)
		return err_sys(e, "make directory");
	fd = fd_open_beneath(m->parent, name, FD_NO_SYMLINKS,
	    O_RDONLY | O_DIRECTORY, 0, e);
	if (fd == -1)
		return -1;
	return set_owner_mode(fd, entry, e);
}

static int
make_symlink(struct maker *m, const struct fs_entry *entry, const char *name,
    struct err *e)
{
	if (symlinkat(entry->from, m->parent, name) == -1)
		return err_sys(e, "make link");
	if (fchownat(m->parent, name, entry->uid, entry->gid,
		AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "chown");
	return 0;
}

static int
create(const struct maker *m, const char *name, struct err *e)
{
	int fd = openat(m->parent, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd == -1)
		return err_sys(e, "create");
	return fd;
}

static int
make_text(struct maker *m, const struct fs_entry *entry, const char *name,
    struct err *e)
{
	_autoclose int fd = create(m, name, e);

	if (fd == -1 || fd_write_all(fd, entry->text, entry->len, e) == -1)
		return -1;
	fs_progress_add(m->p, 0, entry->len);
	return set_owner_mode(fd, entry, e);
}

static const struct fs_entry *
find_twin(struct maker *m, const struct fs_entry *entry, const struct stat *st)
{
	if (st->st_nlink < 2)
		return NULL;
	for (size_t i = 0; i < m->ntwins; i++) {
		const struct twin *t = &m->twins[i];

		if (t->dev == st->st_dev && t->ino == st->st_ino &&
		    t->entry->uid == entry->uid &&
		    t->entry->gid == entry->gid &&
		    t->entry->mode == entry->mode)
			return t->entry;
	}
	m->twins = mem_grow(m->twins, m->ntwins + 1, sizeof(*m->twins));
	m->twins[m->ntwins++] = (struct twin){ st->st_dev, st->st_ino, entry };
	return NULL;
}

static int
link_twin(struct maker *m, const struct fs_entry *first, const char *name,
    struct err *e)
{
	const char *slash = strrchr(first->path, '/');
	_autofree char *parent = slash
	    ? mem_strndup(first->path, (size_t)(slash - first->path))
	    : mem_strdup(".");
	_autoclose int dir = fd_open_beneath(m->to, parent, FD_NO_SYMLINKS,
	    O_PATH | O_DIRECTORY, 0, e);

	if (dir == -1)
		return -1;
	if (linkat(dir, slash ? slash + 1 : first->path, m->parent, name, 0) ==
	    -1)
		return err_sys(e, "link to '/%s'", first->path);
	return 0;
}

static int
fill(struct maker *m, const struct fs_entry *entry, int in,
    const struct stat *st, int out, struct err *e)
{
	struct timespec times[] = { st->st_atim, st->st_mtim };

	if (fs_copy_data(in, out, m->p, e) == -1)
		return -1;
	if (fchown(out, entry->uid, entry->gid) == -1)
		return err_sys(e, "chown");
	if (fs_copy_xattrs(in, out, "security.capability", e) == -1)
		return -1;
	if (fchmod(out, entry->mode & 07777) == -1)
		return err_sys(e, "chmod");
	if (futimens(out, times) == -1)
		return err_sys(e, "set times");
	return 0;
}

static int
make_file(struct maker *m, const struct fs_entry *entry, const char *name,
    struct err *e)
{
	const char *from = entry->from ? entry->from : entry->path;
	const struct fs_entry *first;
	struct stat st;
	_autoclose int out = -1;
	/* Links of the host (/lib to /usr/lib) lead on within the source. */
	_autoclose int in = fd_open_beneath(m->source, from, FD_IN_ROOT,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, e);

	if (in == -1)
		return err_in(e, "read the source");
	if (fstat(in, &st) == -1)
		return err_sys(e, "stat");
	if (!S_ISREG(st.st_mode))
		return err_set(e, EAGAIN,
		    "it is no regular file any more; try again");
	first = find_twin(m, entry, &st);
	if (first)
		return link_twin(m, first, name, e);
	out = create(m, name, e);
	if (out == -1)
		return -1;
	return fill(m, entry, in, &st, out, e);
}

/* By enum fs_entry_kind. */
static int (*const makers[])(struct maker *m, const struct fs_entry *entry,
    const char *name, struct err *e) = {
	[FS_ENTRY_DIR] = make_dir,
	[FS_ENTRY_FILE] = make_file,
	[FS_ENTRY_SYMLINK] = make_symlink,
	[FS_ENTRY_TEXT] = make_text,
};

static int
make_entry(struct maker *m, const struct fs_entry *entry, struct err *e)
{
	const char *name;

	if (enter_parent(m, entry->path, &name, e) == -1)
		return -1;
	return makers[entry->kind](m, entry, name, e);
}

int
fs_copy_entries(const struct fs_entries *list, int source, int to,
    struct fs_progress *p, struct err *e)
{
	_cleanup(maker_done) struct maker m = {
		.source = source,
		.to = to,
		.parent = -1,
		.p = p,
	};

	for (size_t i = 0; i < list->n; i++) {
		const struct fs_entry *entry = &list->items[i];

		if (make_entry(&m, entry, e) == -1) {
			_autofree char *shown = str_visible(entry->path,
			    strlen(entry->path));

			return err_in(e, "'/%s'", shown);
		}
		fs_progress_add(p, 1, 0);
	}
	return 0;
}
