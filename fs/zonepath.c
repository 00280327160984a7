/* SPDX-License-Identifier: ISC
 *
 * zonepath - the checks that make a zone's directory a wall.
 *
 * A path is walked from "/" component by component, each opened beneath the one
 * before without following links and examined by its descriptor: what is
 * checked is what is used.
 */
#include "fs/zonepath.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

/* Of file systems that a zonepath may not, or should not, lie on. */
enum { MAGIC_NFS = 0x6969, MAGIC_TMPFS = 0x01021994 };

struct report {
	fs_say *say;
	void *arg;
	int faults;
};

static void PRINTF(2, 3) fault(struct report *r, const char *fmt, ...)
{
	_autofree char *line = NULL;
	va_list ap;

	va_start(ap, fmt);
	line = mem_vprintf(fmt, ap);
	va_end(ap);
	r->faults++;
	r->say(line, r->arg);
}

/* One permission bit: must it be set, must it be clear, and its name. Parents
 * need only the rows of the owner, and to be closed to writing. */
static const struct {
	mode_t bit;
	bool set;
	bool parent;
	const char *word;
} bits[] = {
	{ S_IRUSR, true, true, "owner readable" },
	{ S_IWUSR, true, true, "owner writable" },
	{ S_IXUSR, true, true, "owner executable" },
	{ S_IRGRP, false, false, "group readable" },
	{ S_IWGRP, false, true, "group writable" },
	{ S_IXGRP, false, false, "group executable" },
	{ S_IROTH, false, false, "world readable" },
	{ S_IWOTH, false, true, "world writable" },
	{ S_IXOTH, false, false, "world executable" },
	{ S_ISUID, false, false, "set-uid" },
	{ S_ISGID, false, false, "set-gid" },
	{ S_ISVTX, false, false, "sticky" },
};

static void
check_bits(const char *path, const struct stat *st, bool parent,
    struct report *r)
{
	if (st->st_uid != 0)
		fault(r, "%s is not owned by root.", path);
	for (size_t i = 0; i < ARRAY_LEN(bits); i++) {
		bool set = (st->st_mode & bits[i].bit) != 0;

		if ((parent && !bits[i].parent) || set == bits[i].set)
			continue;
		fault(r, "%s must %sbe %s.", path, bits[i].set ? "" : "not ",
		    bits[i].word);
	}
}

/* Whoever can write to a parent can put another directory in its place. A
 * sticky directory of root's (/tmp) lets nobody rename what is root's; above
 * it, and above the alternate root, is not for us to judge. */
static bool
ends_walk(const char *path, const struct stat *st)
{
	return strcmp(path, path_root()) == 0 ||
	    (st->st_uid == 0 && (st->st_mode & S_ISVTX) != 0);
}

/* The directories of a path from "/" on, each held open. */
struct walk {
	int fd[PATH_MAX / 2];
	char *path[PATH_MAX / 2];
	size_t n;
	bool missing; /* the path goes on, but there is nothing */
};

static void
walk_done(struct walk *w)
{
	for (size_t i = 0; i < w->n; i++) {
		if (w->fd[i] != -1)
			(void)close(w->fd[i]);
		free(w->path[i]);
	}
}

static void
walk_add(struct walk *w, int fd, char *path)
{
	w->fd[w->n] = fd;
	w->path[w->n] = path;
	w->n++;
}

/* 0: went on; 1: fault; the path ends there. */
static int
walk_step(struct walk *w, const char *name, size_t len, struct report *r)
{
	const char *from = w->path[w->n - 1];
	_autofree char *one = mem_strndup(name, len);
	_autofree char *path = mem_printf("%s/%s", from[1] ? from : "", one);
	struct err e = { 0 };
	int fd = fd_open_beneath(w->fd[w->n - 1], one, FD_NO_SYMLINKS,
	    O_PATH | O_DIRECTORY, 0, &e);

	if (fd != -1) {
		walk_add(w, fd, mem_take(&path));
		return 0;
	}
	if (e.code == ENOENT) {
		w->missing = true;
		return 1;
	}
	if (e.code == ELOOP)
		fault(r, "zoneadm: %s: Resolved path mismatch", path);
	else if (e.code == ENOTDIR)
		fault(r, "%s is not a directory.", path);
	else
		fault(r, "zoneadm: %s: %s", path, strerror(e.code));
	return 1;
}

/* Follow the path as far as it exists. */
static void
walk_path(struct walk *w, const char *path, struct report *r)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1) {
		fault(r, "zoneadm: /: %s", strerror(errno));
		return;
	}
	walk_add(w, fd, mem_strdup("/"));
	for (const char *p = path + 1; *p != '\0';) {
		size_t len = strcspn(p, "/");

		if (walk_step(w, p, len, r) == 1)
			return;
		p += len + (p[len] == '/');
	}
}

static void
check_parents(const struct walk *w, size_t n, struct report *r)
{
	for (size_t i = n; i-- > 0;) {
		struct stat st;

		if (fstat(w->fd[i], &st) == -1) {
			fault(r, "zoneadm: %s: %s", w->path[i],
			    strerror(errno));
			return;
		}
		if (ends_walk(w->path[i], &st))
			return;
		check_bits(w->path[i], &st, true, r);
	}
}

static void
check_mount(int fd, const char *path, struct report *r)
{
	struct statfs fs;
	struct statvfs vfs;

	if (fstatfs(fd, &fs) == -1 || fstatvfs(fd, &vfs) == -1) {
		fault(r, "zoneadm: %s: %s", path, strerror(errno));
		return;
	}
	if (fs.f_type == MAGIC_NFS)
		fault(r,
		    "Zonepath %s is on an NFS mounted file system.\n"
		    "\tA local file system must be used.",
		    path);
	if (vfs.f_flag & ST_NOSUID)
		fault(r, "Zonepath %s is on a nosuid file system.", path);
	if (vfs.f_flag & ST_RDONLY)
		fault(r, "Zonepath %s is on a read-only file system.", path);
	if (fs.f_type == MAGIC_TMPFS) {
		_autofree char *line =
		    mem_printf("WARNING: %s is on a temporary file system.",
			path);

		r->say(line, r->arg);
	}
}

static void
check_directory(int fd, const char *path, struct report *r)
{
	struct stat st;

	if (fstat(fd, &st) == -1) {
		fault(r, "zoneadm: %s: %s", path, strerror(errno));
		return;
	}
	check_bits(path, &st, false, r);
	check_mount(fd, path, r);
}

/* "root" must be missing or an empty directory; nothing in it is opened. */
static void
check_fresh(int zonepath, const char *path, struct report *r)
{
	struct err e = { 0 };
	_autofree char *root = mem_printf("%s/root", path);
	const struct dirent *d;
	struct stat st;
	DIR *dir;
	int fd = fd_open_beneath(zonepath, "root", FD_NO_SYMLINKS,
	    O_RDONLY | O_DIRECTORY, 0, &e);

	if (fd == -1) {
		if (e.code == ELOOP || e.code == ENOTDIR)
			fault(r, "%s is not a directory.", root);
		else if (e.code != ENOENT)
			fault(r, "zoneadm: %s: %s", root, strerror(e.code));
		return;
	}
	if (fstat(fd, &st) == 0 && st.st_uid != 0)
		fault(r, "%s is not owned by root.", root);
	if (fstat(fd, &st) == 0 && (st.st_mode & 07777) != 0755)
		fault(r, "%s must have mode 0755; 'chmod 755 %s'.", root, root);
	dir = fdopendir(fd);
	if (!dir) {
		(void)close(fd);
		return;
	}
	while ((d = readdir(dir)) != NULL) {
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			break;
	}
	(void)closedir(dir);
	if (d)
		fault(r, "%s exists and is not empty; move it away first.",
		    root);
}

static void
check_overlap(const struct fs_zonepath *zp, struct report *r)
{
	for (size_t i = 0; i < zp->nothers; i++) {
		const struct fs_zonepath_other *o = &zp->others[i];

		if (strcmp(o->zone, zp->zone) == 0 || o->path[0] != '/')
			continue;
		if (path_is_within(zp->path, o->path) ||
		    path_is_within(o->path, zp->path))
			fault(r,
			    "%s zonepath (%s) and %s zonepath (%s) overlap.",
			    zp->zone, zp->path, o->zone, o->path);
	}
}

/* Only its form: what is said of a path that we cannot even walk. */
static bool
check_form(const char *path, struct report *r)
{
	if (!path || *path == '\0')
		fault(r, "No zonepath is set.");
	else if (*path != '/')
		fault(r, "%s is not an absolute path.", path);
	else if (!path_is_normal(path))
		fault(r, "zoneadm: %s: Resolved path mismatch", path);
	else if (strcmp(path, "/") == 0)
		fault(r, "The root directory cannot be a zonepath.");
	else
		return true;
	return false;
}

/* The directory itself and its parents; *w stays open for the caller. */
static void
check_walk(const char *path, struct walk *w, struct report *r)
{
	int before = r->faults;

	walk_path(w, path, r);
	if (r->faults != before || w->n == 0)
		return;
	if (w->missing) {
		check_parents(w, w->n, r);
		return;
	}
	check_parents(w, w->n - 1, r);
	check_directory(w->fd[w->n - 1], path, r);
}

int
fs_zonepath_check(const struct fs_zonepath *zp, bool *missing, fs_say *say,
    void *arg)
{
	_cleanup(walk_done) struct walk w = { .n = 0 };
	struct report r = { say, arg, 0 };

	*missing = false;
	if (!check_form(zp->path, &r))
		return 1;
	check_overlap(zp, &r);
	check_walk(zp->path, &w, &r);
	if (r.faults == 0 && !w.missing && zp->fresh)
		check_fresh(w.fd[w.n - 1], zp->path, &r);
	*missing = w.missing;
	return r.faults != 0;
}

/* Keep the first fault as an error; warnings are not for the callers. */
static void
first_fault(const char *line, void *arg)
{
	struct err *e = arg;
	size_t len = strlen(line);

	if (e->code != 0 || strncmp(line, "WARNING", 7) == 0)
		return;
	if (strncmp(line, "zoneadm: ", 9) == 0) {
		line += 9;
		len -= 9;
	}
	if (len > 0 && line[len - 1] == '.')
		len--;
	(void)err_set(e, ERR_VERIFY, "%.*s", (int)len, line);
}

static int
found_one(int dir, const struct dirent *d, void *arg, struct err *e)
{
	(void)dir;
	(void)d;
	(void)arg;
	return err_set(e, ENOTEMPTY, "not empty");
}

static bool
is_empty(int dir)
{
	struct err ignored;

	return fd_each_entry(dir, found_one, NULL, &ignored) == 0;
}

bool
fs_zonepath_is_apart(const char *path)
{
	_cleanup(walk_done) struct walk w = { .n = 0 };
	struct err why = { 0 };
	struct report r = { first_fault, &why, 0 };
	size_t above;

	if (check_form(path, &r))
		walk_path(&w, path, &r);
	if (r.faults != 0 || w.n == 0)
		return false;
	above = w.missing ? w.n : w.n - 1;
	if (!w.missing && !is_empty(w.fd[above]))
		return false;
	/* A zonepath holds root/; "/" can be none. */
	for (size_t i = 1; i < above; i++) {
		if (faccessat(w.fd[i], "root", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			return false;
	}
	return true;
}

int
fs_zonepath_open(const char *path, struct err *e)
{
	_cleanup(walk_done) struct walk w = { .n = 0 };
	struct err why = { 0 };
	struct report r = { first_fault, &why, 0 };

	if (check_form(path, &r))
		check_walk(path, &w, &r);
	if (r.faults != 0) {
		*e = why;
		return -1;
	}
	if (w.missing)
		return err_set(e, ENOENT, "zonepath '%s': %s", path,
		    strerror(ENOENT));
	return fd_open_dir(w.fd[w.n - 1], ".", e);
}

/* Make the missing end of the path below the last directory that exists. */
static int
make_rest(const struct walk *w, const char *path, struct err *e)
{
	const char *have = w->path[w->n - 1];
	const char *rest = path + strlen(have) + (have[1] != '\0');
	const char *last = strrchr(rest, '/');
	_autofree char *parents = mem_strndup(rest,
	    last ? (size_t)(last - rest) : 0);
	_autoclose int dir = fd_make_dirs(w->fd[w->n - 1], parents, 0755, e);

	if (dir == -1)
		return -1;
	last = last ? last + 1 : rest;
	if (mkdirat(dir, last, 0700) == -1 ||
	    fchmodat(dir, last, 0700, 0) == -1)
		return err_sys(e, "make directory '%s'", path);
	/* The names must be on disk before the zone's state speaks of them. */
	if (fsync(dir) == -1)
		return err_sys(e, "fsync the directory of '%s'", path);
	return 0;
}

int
fs_zonepath_make(const char *path, bool *made, struct err *e)
{
	_cleanup(walk_done) struct walk w = { .n = 0 };
	struct err why = { 0 };
	struct report r = { first_fault, &why, 0 };

	*made = false;
	if (check_form(path, &r))
		check_walk(path, &w, &r);
	if (r.faults != 0) {
		*e = why;
		return -1;
	}
	if (w.missing) {
		if (make_rest(&w, path, e) == -1)
			return -1;
		*made = true;
	}
	return fs_zonepath_open(path, e);
}
