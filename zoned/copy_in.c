/* SPDX-License-Identifier: ISC
 *
 * copy_in - the receiving side of zonecp: makes what the frames say, beneath
 * one directory and through no symbolic link, and nothing but files,
 * directories and links.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zoned/copy_frame.h"

/* A directory that is being filled. */
struct level {
	int fd;
	char *shown; /* its path, for people */
	bool fresh;  /* made by us */
	struct meta meta;
};

struct receiver {
	struct zd_copy *c;
	struct level level[ZD_COPY_DEPTH + 2];
	size_t depth;     /* of the innermost directory; 0: the target */
	unsigned skipped; /* levels below a directory that could not be made */
	const char *as;   /* name of the one item, NULL: its own */
	bool named;       /* the target is that item, no directory */
	unsigned items;   /* begun in the target itself */
	int file;         /* being written, -1: none, or it could not be made */
	char *file_shown;
	struct meta file_meta;
};

static void
level_close(struct level *l)
{
	fd_close_at(&l->fd);
	free(l->shown);
}

static void
receiver_done(struct receiver *r)
{
	for (size_t i = 0; i <= r->depth; i++)
		level_close(&r->level[i]);
	fd_close_at(&r->file);
	free(r->file_shown);
}

/* Mode and times as they were; the last thing done to an item. */
static void
keep_meta(struct receiver *r, int fd, const struct meta *m, const char *shown)
{
	struct timespec t[2] = { { .tv_nsec = UTIME_OMIT },
		{ .tv_sec = m->mtime, .tv_nsec = (long)m->nsec } };

	if (fchmod(fd, m->mode & r->c->mode) == -1 || futimens(fd, t) == -1)
		copy_note_sys(r->c, shown);
}

/* What a new item is made with: the kernel takes the umask off. Nobody else
 * gets near one whose mode is set at its end. */
static mode_t
first_mode(const struct receiver *r, const struct meta *m)
{
	return r->c->keep ? 0 : m->mode & 0777 & r->c->mode;
}

/* The path of a new item. */
static char *
shown_path(const struct receiver *r, const char *name)
{
	const char *dir = r->level[r->depth].shown;

	return mem_printf("%s%s%s", dir, str_ends(dir, "/") ? "" : "/", name);
}

static const char *
item_name(const struct receiver *r, const struct meta *m)
{
	return r->depth == 0 && r->as ? r->as : m->name;
}

/* An existing file is written over. What else is there is written to only where
 * it is the very thing that was named: a device, say. */
static int
open_existing(const struct receiver *r, const char *name, struct err *e)
{
	struct stat st;
	_autoclose int fd = fd_open_beneath(r->level[r->depth].fd, name,
	    FD_NO_SYMLINKS, O_WRONLY | O_NONBLOCK | O_NOCTTY, 0, e);

	if (fd == -1 || fstat(fd, &st) == -1)
		return -1;
	if (S_ISREG(st.st_mode))
		return ftruncate(fd, 0) == -1 ? -1 : fd_take(&fd);
	if (!r->named || r->depth > 0) {
		errno = EEXIST;
		return -1;
	}
	if (fcntl(fd, F_SETFL, O_WRONLY) == -1)
		return -1;
	return fd_take(&fd);
}

static int
open_file(struct receiver *r, const char *name, const struct meta *m,
    struct err *e)
{
	int fd = open_existing(r, name, e);

	if (fd != -1 || errno != ENOENT)
		return fd;
	return fd_open_beneath(r->level[r->depth].fd, name, FD_NO_SYMLINKS,
	    O_WRONLY | O_CREAT | O_EXCL, first_mode(r, m), e);
}

static int
on_file(struct receiver *r, const struct meta *m, struct err *e)
{
	const char *name = item_name(r, m);

	fd_close_at(&r->file);
	free(r->file_shown);
	r->file_shown = shown_path(r, name);
	r->file_meta = *m;
	r->file = -1;
	if (r->skipped > 0)
		return 0;
	r->file = open_file(r, name, m, e);
	if (r->file == -1 && errno == ELOOP)
		copy_note_text(r->c, r->file_shown,
		    "is a symbolic link, which is not followed");
	else if (r->file == -1)
		copy_note_sys(r->c, r->file_shown);
	return 0;
}

static int
on_bytes(struct receiver *r, const struct frame *f, struct err *e)
{
	if (r->file == -1)
		return 0;
	if (fd_write_all(r->file, f->data, f->len, e) == -1) {
		copy_note_sys(r->c, r->file_shown);
		fd_close_at(&r->file);
		r->file = -1;
	}
	r->c->bytes += f->len;
	if (r->c->moved)
		r->c->moved(r->c);
	return 0;
}

static void
on_file_end(struct receiver *r)
{
	if (r->file == -1)
		return;
	if (r->c->keep)
		keep_meta(r, r->file, &r->file_meta, r->file_shown);
	/* Some file systems tell of a full disk only here. */
	if (close(r->file) == -1)
		copy_note_sys(r->c, r->file_shown);
	r->file = -1;
}

static int
on_dir(struct receiver *r, const struct meta *m, struct err *e)
{
	const char *name = item_name(r, m);
	int at = r->level[r->depth].fd;
	struct level *l = &r->level[r->depth + 1];

	if (r->skipped > 0 || r->depth >= ZD_COPY_DEPTH) {
		if (r->skipped++ == 0)
			return err_set(e, ELOOP, "directories too deep");
		return 0;
	}
	*l = (struct level){ .fd = -1,
		.shown = shown_path(r, name),
		.meta = *m };
	l->fresh = mkdirat(at, name, 0700 | first_mode(r, m)) == 0;
	if (l->fresh || errno == EEXIST)
		l->fd = fd_open_beneath(at, name, FD_NO_SYMLINKS,
		    O_RDONLY | O_DIRECTORY, 0, e);
	if (l->fd == -1) {
		copy_note_sys(r->c, l->shown);
		level_close(l);
		r->skipped = 1;
		return 0;
	}
	r->depth++;
	return 0;
}

/* A new directory loses what it was only given to be filled. */
static void
end_dir(struct receiver *r, const struct level *l)
{
	mode_t extra = 0700 & ~l->meta.mode;
	struct stat st;

	if (r->c->keep)
		keep_meta(r, l->fd, &l->meta, l->shown);
	else if (l->fresh && extra != 0 &&
	    (fstat(l->fd, &st) == -1 ||
		fchmod(l->fd, st.st_mode & 07777 & ~extra) == -1))
		copy_note_sys(r->c, l->shown);
}

static int
on_up(struct receiver *r, struct err *e)
{
	struct level *l = &r->level[r->depth];

	if (r->skipped > 0) {
		r->skipped--;
		return 0;
	}
	if (r->depth == 0)
		return err_set(e, EPROTO, "more directories left than entered");
	end_dir(r, l);
	level_close(l);
	r->depth--;
	return 0;
}

/* Make the link; one that is there already is replaced, nothing else is. */
static int
make_link(int at, const char *name, const char *target)
{
	struct stat st;

	if (symlinkat(target, at, name) == 0)
		return 0;
	if (errno != EEXIST ||
	    fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return -1;
	if (!S_ISLNK(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	if (unlinkat(at, name, 0) == -1)
		return -1;
	return symlinkat(target, at, name);
}

static void
on_link(struct receiver *r, const struct meta *m)
{
	const char *name = item_name(r, m);
	int at = r->level[r->depth].fd;
	struct timespec t[2] = { { .tv_nsec = UTIME_OMIT },
		{ .tv_sec = m->mtime, .tv_nsec = (long)m->nsec } };
	_autofree char *shown = shown_path(r, name);

	if (r->skipped > 0)
		return;
	if (make_link(at, name, m->target) == -1 ||
	    (r->c->keep && utimensat(at, name, t, AT_SYMLINK_NOFOLLOW) == -1))
		copy_note_sys(r->c, shown);
}

/* An item begins. */
static int
on_item(struct receiver *r, const struct frame *f, struct err *e)
{
	struct meta m;

	if (copy_parse_meta(f, &m) == -1)
		return err_set(e, EPROTO, "an item with an illegal name");
	if (r->file != -1)
		return err_set(e, EPROTO, "an item inside a file");
	if (r->depth == 0 && r->skipped == 0 && r->items++ > 0 && r->as)
		return err_set(e, EPROTO, "more than what was asked for");
	if (f->type == 'f')
		return on_file(r, &m, e);
	if (f->type == 'd')
		return on_dir(r, &m, e);
	on_link(r, &m);
	return 0;
}

static int
on_frame(struct receiver *r, const struct frame *f, struct err *e)
{
	switch (f->type) {
	case 'f':
	case 'd':
	case 'l':
		return on_item(r, f, e);
	case 'b':
		return on_bytes(r, f, e);
	case 'e':
		on_file_end(r);
		return 0;
	case 'u':
		return on_up(r, e);
	case 'x':
		copy_note(r->c, (const char *)f->data, true);
		return 0;
	default:
		return err_set(e, EPROTO, "a frame of an unknown kind");
	}
}

/* Open the target directory; where path is not one, its parent, and the one
 * item gets the last component as its name. */
static int
open_target(struct receiver *r, const char *path, char **last, struct err *e)
{
	_autofree char *dir = mem_strdup(*path != '\0' ? path : ".");
	char *slash;

	r->level[0].shown = mem_strdup(dir);
	r->level[0].fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->level[0].fd != -1)
		return 0;
	if (r->c->into_dir || (errno != ENOENT && errno != ENOTDIR))
		return err_sys(e, "%s", dir);
	slash = strrchr(dir, '/');
	if (!path_is_name(slash ? slash + 1 : dir))
		return err_sys(e, "%s", dir);
	*last = mem_strdup(slash ? slash + 1 : dir);
	if (slash)
		slash[slash == dir ? 1 : 0] = '\0';
	r->level[0].fd = open(slash ? dir : ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->level[0].fd == -1)
		return err_sys(e, "%s", slash ? dir : ".");
	free(r->level[0].shown);
	r->level[0].shown = mem_strdup(slash ? dir : ".");
	r->as = *last;
	r->named = true;
	return 0;
}

int
zd_copy_receive(struct zd_copy *c, const char *path, struct err *e)
{
	__attribute__((cleanup(receiver_done))) struct receiver r = { .c = c,
		.file = -1 };
	_autofree char *last = NULL;
	struct frame f;

	r.level[0].fd = -1;
	r.as = c->as;
	if (open_target(&r, path, &last, e) == -1)
		return -1;
	for (;;) {
		if (copy_get(c, &f, e) == -1)
			return -1;
		if (f.type == 'q')
			return 0;
		if (on_frame(&r, &f, e) == -1)
			return -1;
	}
}
