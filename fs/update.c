/* SPDX-License-Identifier: ISC
 *
 * update - bring the private part of a sparse root to the level of the global
 * zone.
 */
#include "fs/update.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/inventory.h"
#include "fs/md5.h"

#define DPKG "var/lib/dpkg"
#define BEGUN ".zones-update"

enum { LINK_MAX_LEN = 4095, ACCOUNTS_MAX = 16 << 20, DEPTH_MAX = 64 };

struct updater {
	int fresh;
	int root;
	const char *below; /* what is walked, "." for all but the database */
	struct fs_inventory was;
	struct fs_inventory now;
	struct fs_progress *p;
	unsigned depth;
};

/* One file on both sides; path is relative to the roots. */
struct pair {
	const char *path;
	const char *name;
	int from;
	int to;
	struct stat fresh;
	struct stat here;
	bool missing;
};

enum verdict { LEAVE, PUT, BESIDE };

static void PRINTF(1, 2) tell(const char *fmt, ...)
{
	_autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	(void)dprintf(STDERR_FILENO, "%s\n", text);
}

/* --- looking ----------------------------------------------------------------
 */

static char *
read_link(int dir, const char *name)
{
	char *text = mem_alloc(LINK_MAX_LEN + 1);
	ssize_t n = readlinkat(dir, name, text, LINK_MAX_LEN);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static int
digest(int dir, const char *name, uint8_t md5[FS_MD5_SIZE], struct err *e)
{
	_autoclose int fd = fd_open_beneath(dir, name,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0,
	    e);

	return fd == -1 ? -1 : fs_md5_fd(fd, md5, e);
}

/* 1: the same content. */
static int
is_same(const struct pair *f, struct err *e)
{
	uint8_t a[FS_MD5_SIZE];
	uint8_t b[FS_MD5_SIZE];

	if ((f->fresh.st_mode & S_IFMT) != (f->here.st_mode & S_IFMT))
		return 0;
	if (S_ISLNK(f->fresh.st_mode)) {
		_autofree char *x = read_link(f->from, f->name);
		_autofree char *y = read_link(f->to, f->name);

		return str_eq(x, y);
	}
	if (f->fresh.st_size != f->here.st_size)
		return 0;
	if (digest(f->from, f->name, a, e) == -1 ||
	    digest(f->to, f->name, b, e) == -1)
		return -1;
	return memcmp(a, b, FS_MD5_SIZE) == 0;
}

/* The zone's own record of an alternative says that nobody chose it. */
static bool
is_automatic(const struct updater *u, const char *name)
{
	_autofree char *path = mem_printf(DPKG "/alternatives/%s", name);
	_autofree char *text = NULL;
	struct err ignored;
	_autoclose int fd = fd_open_beneath(u->root, path,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_NONBLOCK, 0, &ignored);

	if (fd == -1 || fd_read_all(fd, 4 << 20, &text, NULL, &ignored) == -1)
		return true; /* a slave's, or new */
	return !str_starts(text, "manual\n");
}

/* --- deciding ---------------------------------------------------------------
 */

/* Of what no package owns: only what is derived, and follows. */
static enum verdict
decide_made(const struct updater *u, const struct pair *f)
{
	const char *alternative = str_after(f->path, "etc/alternatives/");

	if (str_eq(f->path, "etc/ld.so.cache"))
		return PUT;
	if (alternative)
		return is_automatic(u, alternative) ? PUT : LEAVE;
	if (f->missing && str_starts(f->path, "etc/ssl/certs/"))
		return PUT;
	return LEAVE;
}

/* What differs from the package's. */
static int
decide_owned(const struct fs_owned *was, const struct fs_owned *now,
    const struct pair *f, struct err *e)
{
	uint8_t here[FS_MD5_SIZE];

	if (!was || !was->has_md5)
		return now->is_conffile ? BESIDE : PUT;
	if (S_ISREG(f->here.st_mode)) {
		if (digest(f->to, f->name, here, e) == -1)
			return -1;
		if (memcmp(here, was->md5, FS_MD5_SIZE) == 0)
			return PUT;
	}
	if (!now->is_conffile)
		return PUT;
	/* Only the zone changed it. */
	return now->has_md5 && memcmp(now->md5, was->md5, FS_MD5_SIZE) == 0
	    ? LEAVE
	    : BESIDE;
}

/* An enum verdict, or -1. */
static int
decide(const struct updater *u, const struct pair *f, struct err *e)
{
	const struct fs_owned *was = fs_inventory_find(&u->was, f->path);
	const struct fs_owned *now = fs_inventory_find(&u->now, f->path);
	int same;

	if (!now)
		return (int)decide_made(u, f);
	if (f->missing)
		return was && was->is_conffile ? LEAVE : PUT;
	same = is_same(f, e);
	if (same != 0)
		return same == -1 ? -1 : LEAVE;
	return decide_owned(was, now, f, e);
}

/* The database is the global zone's, but for what is set by hand. */
static int
decide_database(const struct updater *u, const struct pair *f, struct err *e)
{
	const char *alternative = str_after(f->path, DPKG "/alternatives/");
	int same;

	if (f->missing)
		return PUT;
	if (str_eq(f->path, DPKG "/statoverride") ||
	    str_starts(f->path, DPKG "/lock") ||
	    (alternative && !is_automatic(u, alternative)))
		return LEAVE;
	same = is_same(f, e);
	return same == -1 ? -1 : same ? LEAVE : PUT;
}

/* --- putting ----------------------------------------------------------------
 */

static int
make_copy(const struct updater *u, const struct pair *f, struct err *e)
{
	_autoclose int from = fd_open_beneath(f->from, f->name,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0,
	    e);
	_autoclose int to = -1;

	if (from == -1)
		return -1;
	to = openat(f->to, BEGUN,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to == -1)
		return err_sys(e, "create");
	if (fs_copy_data(from, to, u->p, e) == -1 ||
	    fs_copy_xattrs(from, to, "security.capability", e) == -1)
		return -1;
	if (fchown(to, f->fresh.st_uid, f->fresh.st_gid) == -1 ||
	    fchmod(to, f->fresh.st_mode & 07777) == -1 ||
	    futimens(to,
		(struct timespec[]){ f->fresh.st_atim, f->fresh.st_mtim }) ==
		-1)
		return err_sys(e, "finish");
	return 0;
}

static int
make_link(const struct pair *f, struct err *e)
{
	_autofree char *target = read_link(f->from, f->name);

	if (symlinkat(target, f->to, BEGUN) == -1 ||
	    fchownat(f->to, BEGUN, f->fresh.st_uid, f->fresh.st_gid,
		AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "make link");
	return 0;
}

/* Under a name of its own, and then in one step. */
static int
put(const struct updater *u, const struct pair *f, const char *as,
    struct err *e)
{
	if (unlinkat(f->to, BEGUN, 0) == -1 && errno != ENOENT)
		return err_sys(e, "'/%s'", f->path);
	if ((S_ISLNK(f->fresh.st_mode) ? make_link(f, e)
				       : make_copy(u, f, e)) == -1)
		return err_in(e, "'/%s'", f->path);
	if (renameat(f->to, BEGUN, f->to, as) == 0)
		return 0;
	if (errno != EISDIR && errno != ENOTEMPTY && errno != EEXIST)
		return err_sys(e, "'/%s'", f->path);
	(void)unlinkat(f->to, BEGUN, 0);
	tell("'/%s' is a directory in the zone, and stays", f->path);
	return 0;
}

static int
put_beside(const struct updater *u, const struct pair *f, struct err *e)
{
	_autofree char *as = mem_printf("%s.dpkg-dist", f->name);

	tell("'/%s' was changed in the zone and stays; the package's is "
	     "'/%s.dpkg-dist'",
	    f->path, f->path);
	return put(u, f, as, e);
}

static int
update_file(struct updater *u, struct pair *f, struct err *e)
{
	int verdict;

	f->missing = fstatat(f->to, f->name, &f->here, AT_SYMLINK_NOFOLLOW) ==
	    -1;
	if (f->missing && errno != ENOENT)
		return err_sys(e, "'/%s'", f->path);
	verdict = str_eq(u->below, DPKG) ? decide_database(u, f, e)
					 : decide(u, f, e);
	fs_progress_add(u->p, 1, 0);
	switch (verdict) {
	case LEAVE:
		return 0;
	case PUT:
		return put(u, f, f->name, e);
	case BESIDE:
		return put_beside(u, f, e);
	default:
		return -1;
	}
}

/* --- walking ----------------------------------------------------------------
 */

struct place {
	struct updater *u;
	const char *path;
	int to;
};

static int walk(struct updater *u, const char *path, struct err *e);

/* 1: the zone has something else there, and that was said. */
static int
make_dir(const struct pair *f, struct err *e)
{
	struct stat st;

	if (fstatat(f->to, f->name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISDIR(st.st_mode))
			return 0;
		tell("'/%s' is no directory in the zone, and stays", f->path);
		return 1;
	}
	if (errno != ENOENT || mkdirat(f->to, f->name, 0700) == -1 ||
	    fchownat(f->to, f->name, f->fresh.st_uid, f->fresh.st_gid,
		AT_SYMLINK_NOFOLLOW) == -1 ||
	    fchmodat(f->to, f->name, f->fresh.st_mode & 07777, 0) == -1)
		return err_sys(e, "make directory '/%s'", f->path);
	return 0;
}

static int
visit(int from, const struct dirent *d, void *arg, struct err *e)
{
	const struct place *at = arg;
	_autofree char *path = str_eq(at->path, ".")
	    ? mem_strdup(d->d_name)
	    : mem_printf("%s/%s", at->path, d->d_name);
	struct pair f = { path, d->d_name, from, at->to };
	int result;

	/* It comes last. */
	if (str_eq(path, DPKG) && !str_eq(at->u->below, DPKG))
		return 0;
	if (fstatat(from, d->d_name, &f.fresh, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "'/%s'", path);
	if (!S_ISDIR(f.fresh.st_mode))
		return update_file(at->u, &f, e);
	result = make_dir(&f, e);
	return result == 0 ? walk(at->u, path, e) : result == 1 ? 0 : -1;
}

static int
walk(struct updater *u, const char *path, struct err *e)
{
	struct err why = { 0 };
	_autoclose int from = fd_open_beneath(u->fresh, path, FD_NO_SYMLINKS,
	    O_RDONLY | O_DIRECTORY, 0, e);
	_autoclose int to = fd_open_beneath(u->root, path,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_PATH | O_DIRECTORY, 0, &why);
	struct place at = { u, path, to };
	int result;

	if (from == -1)
		return -1;
	if (to == -1 || u->depth == DEPTH_MAX) {
		tell("'/%s' is no directory in the zone, and stays", path);
		return 0;
	}
	u->depth++;
	result = fd_each_entry(from, visit, &at, e);
	u->depth--;
	return result;
}

/* --- accounts ---------------------------------------------------------------
 */

/* The line of a name in a file of accounts, or NULL. */
static const char *
find_account(const char *text, const char *name, size_t len)
{
	for (const char *line = text; *line != '\0';) {
		const char *end = strchr(line, '\n');

		if (strncmp(line, name, len) == 0 && line[len] == ':')
			return line;
		if (!end)
			return NULL;
		line = end + 1;
	}
	return NULL;
}

/* The third field of a line, as text; the caller frees it. */
static char *
id_of(const char *line)
{
	size_t eol = strcspn(line, "\n");
	_autofree char *copy = mem_strndup(line, eol);
	char *rest = copy;

	(void)strsep(&rest, ":");
	(void)strsep(&rest, ":");
	return mem_strdup(rest ? strsep(&rest, ":") : "");
}

static bool
has_id(const char *text, const char *id)
{
	for (const char *line = text; *line != '\0';) {
		_autofree char *its = id_of(line);
		const char *end = strchr(line, '\n');

		if (str_eq(its, id))
			return true;
		if (!end)
			return false;
		line = end + 1;
	}
	return false;
}

static int
read_accounts(int root, const char *path, char **text, struct err *e)
{
	_autoclose int fd = fd_open_beneath(root, path,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0,
	    e);

	if (fd != -1)
		return fd_read_all(fd, ACCOUNTS_MAX, text, NULL, e);
	if (e->code != ENOENT)
		return -1;
	*text = NULL;
	return 0;
}

static int
write_accounts(int root, const char *path, const char *text, struct err *e)
{
	const char *name = strrchr(path, '/') + 1;
	_autoclose int etc = fd_open_beneath(root, "etc",
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_PATH | O_DIRECTORY, 0, e);
	_autoclose int fd = -1;
	struct stat st;

	if (etc == -1)
		return -1;
	if (fstatat(etc, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    (unlinkat(etc, BEGUN, 0) == -1 && errno != ENOENT))
		return err_sys(e, "'/%s'", path);
	fd = openat(etc, BEGUN,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1 || fchown(fd, st.st_uid, st.st_gid) == -1 ||
	    fchmod(fd, st.st_mode & 07777) == -1)
		return err_sys(e, "'/%s'", path);
	if (fd_write_all(fd, text, strlen(text), e) == -1)
		return -1;
	return renameat(etc, BEGUN, etc, name) == -1 ? err_sys(e, "'/%s'", path)
						     : 0;
}

/* Who is known to the fresh file and not to the zone's is added; by is the file
 * that decides who is known at all, NULL: this one, by its ids. */
static int
merge_accounts(const struct updater *u, const char *path, const char *by,
    struct err *e)
{
	_autofree char *here = NULL;
	_autofree char *fresh = NULL;
	_autofree char *known = NULL;
	char *rest;
	char *line;
	bool grown = false;

	if (read_accounts(u->root, path, &here, e) == -1 ||
	    read_accounts(u->fresh, path, &fresh, e) == -1 ||
	    (by && read_accounts(u->root, by, &known, e) == -1))
		return -1;
	if (!here || !fresh || (by && !known))
		return 0;
	for (rest = fresh; (line = strsep(&rest, "\n")) != NULL;) {
		size_t len = strcspn(line, ":");
		_autofree char *id = id_of(line);
		char *longer;

		if (line[len] == '\0' || find_account(here, line, len) ||
		    (by && !find_account(known, line, len)))
			continue;
		if (!by && has_id(here, id)) {
			tell("'%.*s' is not added to '/%s': %s is another's in "
			     "the zone",
			    (int)len, line, path, id);
			continue;
		}
		longer = mem_printf("%s%s%s\n", here,
		    *here == '\0' || str_ends(here, "\n") ? "" : "\n", line);
		free(here);
		here = longer;
		grown = true;
	}
	return grown ? write_accounts(u->root, path, here, e) : 0;
}

static int
update_accounts(const struct updater *u, struct err *e)
{
	/* File, and which one says who is known. */
	static const char *const files[][2] = {
		{ "etc/group", NULL },
		{ "etc/passwd", NULL },
		{ "etc/gshadow", "etc/group" },
		{ "etc/shadow", "etc/passwd" },
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (merge_accounts(u, files[i][0], files[i][1], e) == -1)
			return -1;
	}
	return 0;
}

/* --- both halves ------------------------------------------------------------
 */

int
fs_update_files(int fresh, int root, struct fs_progress *p, struct err *e)
{
	struct updater u = { fresh, root, ".", .p = p };
	int result = -1;

	if (fs_inventory_read(root, &u.was, e) == -1)
		return err_in(e, "the zone");
	if (fs_inventory_read(fresh, &u.now, e) == 0 && walk(&u, ".", e) == 0 &&
	    update_accounts(&u, e) == 0)
		result = 0;
	fs_inventory_done(&u.was);
	fs_inventory_done(&u.now);
	return result;
}

/* A package that the global zone does not have any more. */
static int
drop_gone(int info, const struct dirent *d, void *arg, struct err *e)
{
	const struct updater *u = arg;
	_autofree char *path = mem_printf(DPKG "/info/%s", d->d_name);
	struct stat st;

	if (fstatat(u->fresh, path, &st, AT_SYMLINK_NOFOLLOW) == 0 ||
	    errno != ENOENT)
		return 0;
	if (unlinkat(info, d->d_name, 0) == -1 && errno != EISDIR)
		return err_sys(e, "remove '/%s'", path);
	return 0;
}

int
fs_update_database(int fresh, int root, struct fs_progress *p, struct err *e)
{
	struct updater u = { fresh, root, DPKG, .p = p };
	_autoclose int info = -1;

	if (walk(&u, DPKG, e) == -1)
		return -1;
	info = fd_open_beneath(root, DPKG "/info", FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
	return info == -1 ? -1 : fd_each_entry(info, drop_gone, &u, e);
}
