/* SPDX-License-Identifier: ISC
 *
 * archive - fill a root from a tar archive that nobody vouches for.
 *
 * The rules: names are normal and relative; each parent is opened beneath the
 * root without following a link; what stands in the way of a member is removed,
 * unless it is a directory; hard links only to what is there already; no
 * devices; owners within 0..65535; counted bytes and entries.
 */
#include "fs/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/acl.h"
#include "fs/tarstream.h"

enum { LATER_ACLS_MAX = 65536 };

/* A directory's times are set when nothing more comes into it. */
struct later {
	char *path;
	struct timespec times[2];
};

/* An ACL with names is set when the root's etc/passwd is there. */
struct later_acl {
	char *path;
	ino_t ino; /* a later member may have taken the path */
	struct archive_entry *acl;
};

struct unpack {
	struct fs_tarstream *tar;
	int root;
	struct fs_archive_limits left;
	struct fs_progress *p;
	int parent; /* of the member at hand; members of one mostly follow */
	char *parent_path;
	struct later *later;
	size_t nlater;
	size_t room;
	struct later_acl *acls;
	size_t nacls;
};

static void
unpack_done(struct unpack *u)
{
	fs_tarstream_free(&u->tar);
	if (u->parent != -1)
		(void)close(u->parent);
	free(u->parent_path);
	for (size_t i = 0; i < u->nlater; i++)
		free(u->later[i].path);
	free(u->later);
	for (size_t i = 0; i < u->nacls; i++) {
		free(u->acls[i].path);
		archive_entry_free(u->acls[i].acl);
	}
	free(u->acls);
}

/* A member whose header was read and checked. */
struct member {
	struct archive_entry *entry;
	const char *path; /* normal */
	const char *name; /* its last component */
	uid_t uid;
	gid_t gid;
	mode_t mode;
	uint64_t size;
};

/* --- names -------------------------------------------------------------------
 */

static bool
is_bad_component(const char *s, size_t len)
{
	return len == 0 || len > NAME_MAX || (len == 1 && s[0] == '.') ||
	    (len == 2 && s[0] == '.' && s[1] == '.');
}

char *
fs_archive_name(const char *raw)
{
	size_t len;

	if (strcmp(raw, ".") == 0 || strcmp(raw, "./") == 0)
		return mem_strdup(".");
	if (str_starts(raw, "./"))
		raw += 2;
	len = strlen(raw);
	if (len > 0 && raw[len - 1] == '/')
		len--;
	if (len == 0 || len >= PATH_MAX)
		return NULL;
	for (size_t at = 0; at <= len;) {
		size_t n = 0;

		while (at + n < len && raw[at + n] != '/')
			n++;
		if (is_bad_component(raw + at, n))
			return NULL;
		at += n + 1;
	}
	return mem_strndup(raw, len);
}

static int
bad_name(const char *what, const char *name, struct err *e)
{
	return err_set(e, EINVAL, "%s '%.512s' is not a path below the root",
	    what, name);
}

/* --- where a member goes ---------------------------------------------------
 */

static int
count_entry(struct unpack *u, struct err *e)
{
	if (u->left.entries == 0)
		return err_set(e, EFBIG, "it has too many entries");
	u->left.entries--;
	fs_progress_add(u->p, 1, 0);
	return 0;
}

static int
open_below(const struct unpack *u, const char *path, struct err *e)
{
	return fd_open_beneath(u->root, path, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_PATH | O_DIRECTORY, 0, e);
}

/* Make the directories that no member made, 0755 and root's. */
static int
make_parents(struct unpack *u, const char *path, struct err *e)
{
	_autofree char *copy = mem_strdup(path);

	for (char *slash = copy; slash;) {
		slash = strchr(slash, '/');
		if (slash)
			*slash = '\0';
		if (mkdirat(u->root, copy, 0755) == 0) {
			if (count_entry(u, e) == -1)
				return -1;
		} else if (errno != EEXIST) {
			return err_sys(e, "make directory");
		}
		/* Nobody but us changes the tree: what is no link now will be
		 * none when the next component is made below it. */
		if (slash) {
			int fd = open_below(u, copy, e);

			if (fd == -1)
				return -1;
			(void)close(fd);
			*slash++ = '/';
		}
	}
	return 0;
}

/* A descriptor of the directory at path, which is made where it is missing. */
static int
open_dir(struct unpack *u, const char *path, struct err *e)
{
	struct err why = { 0 };
	int fd = open_below(u, path, &why);

	if (fd != -1)
		return fd;
	if (why.code == ELOOP || why.code == ENOTDIR)
		return err_set(e, why.code,
		    "it lies below something that is not a directory");
	if (why.code != ENOENT) {
		*e = why;
		return -1;
	}
	if (make_parents(u, path, e) == -1)
		return -1;
	return open_below(u, path, e);
}

static char *
parent_of(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');

	*name = slash ? slash + 1 : path;
	return slash ? mem_strndup(path, (size_t)(slash - path))
		     : mem_strdup(".");
}

static int
enter_parent(struct unpack *u, struct member *m, struct err *e)
{
	_autofree char *parent = parent_of(m->path, &m->name);
	int fd;

	if (u->parent != -1 && strcmp(parent, u->parent_path) == 0)
		return 0;
	fd = open_dir(u, parent, e);
	if (fd == -1)
		return -1;
	if (u->parent != -1)
		(void)close(u->parent);
	u->parent = fd;
	free(u->parent_path);
	u->parent_path = mem_take(&parent);
	return 0;
}

/* Remove an earlier member of the same name, which must not be a directory. */
static int
make_way(const struct unpack *u, const struct member *m, struct err *e)
{
	if (unlinkat(u->parent, m->name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno == EISDIR || errno == EPERM)
		return err_set(e, EISDIR, "it would replace a directory");
	return err_sys(e, "replace");
}

/* --- what comes with it ------------------------------------------------------
 */

static int
set_acl(struct unpack *u, int fd, const struct member *m, struct err *e)
{
	struct stat st;

	if (!fs_acl_has_names(m->entry))
		return fs_acl_set(fd, m->entry, NULL, e);
	if (u->nacls == LATER_ACLS_MAX)
		return err_set(e, E2BIG, "too many ACLs have names");
	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat");
	u->acls = mem_grow(u->acls, u->nacls + 1, sizeof(*u->acls));
	u->acls[u->nacls++] = (struct later_acl){ mem_strdup(m->path),
		st.st_ino, fs_acl_copy(m->entry) };
	return 0;
}

static int
set_xattrs(int fd, const struct member *m, struct err *e)
{
	const char *name;
	const void *value;
	size_t len;

	(void)archive_entry_xattr_reset(m->entry);
	while (archive_entry_xattr_next(m->entry, &name, &value, &len) ==
	    ARCHIVE_OK) {
		_autofree unsigned char *copy = NULL;

		/* ACLs come as text of their own; a raw one is not trusted to
		 * say the same. */
		if (!fs_xattr_comes_along(name) || str_starts(name, "system."))
			continue;
		if (len > XATTR_SIZE_MAX)
			return err_set(e, E2BIG,
			    "attribute '%.255s' is too long", name);
		copy = mem_alloc(len + 1);
		if (len > 0)
			memcpy(copy, value, len);
		if (str_eq(name, "security.capability") &&
		    fs_xattr_capability(copy, &len, e) == -1)
			return -1;
		if (fsetxattr(fd, name, copy, len, 0) == -1)
			return err_sys(e, "set attribute '%.255s'", name);
	}
	return 0;
}

static void
member_times(const struct member *m, struct timespec times[2])
{
	struct archive_entry *entry = m->entry;

	times[0] = (struct timespec){ .tv_nsec = UTIME_OMIT };
	times[1] = (struct timespec){ .tv_nsec = UTIME_OMIT };
	if (archive_entry_mtime_is_set(entry)) {
		times[1].tv_sec = archive_entry_mtime(entry);
		times[1].tv_nsec = archive_entry_mtime_nsec(entry);
		times[0] = times[1];
	}
}

/* Owner, attributes, mode, ACL, in this order: a change of owner takes set-id
 * bits and capabilities away; the library makes the mode of the owning group's
 * entry, and setting that would narrow the mask of an ACL that is there. */
static int
set_meta(struct unpack *u, int fd, const struct member *m, struct err *e)
{
	if (fchown(fd, m->uid, m->gid) == -1)
		return err_sys(e, "chown");
	if (set_xattrs(fd, m, e) == -1)
		return -1;
	if (fchmod(fd, m->mode) == -1)
		return err_sys(e, "chmod");
	return set_acl(u, fd, m, e);
}

static int
set_meta_by_name(const struct unpack *u, const struct member *m, struct err *e)
{
	struct timespec times[2];

	member_times(m, times);
	if (fchownat(u->parent, m->name, m->uid, m->gid, AT_SYMLINK_NOFOLLOW) ==
	    -1)
		return err_sys(e, "chown");
	if (utimensat(u->parent, m->name, times, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "set times");
	return 0;
}

/* --- kinds of members --------------------------------------------------------
 */

static void
add_later(struct unpack *u, const struct member *m)
{
	struct later *l;

	if (u->nlater == u->room) {
		u->room = u->room ? u->room * 2 : 1024;
		u->later = mem_grow(u->later, u->room, sizeof(*u->later));
	}
	l = &u->later[u->nlater++];
	l->path = mem_strdup(m->path);
	member_times(m, l->times);
}

static int
unpack_dir(struct unpack *u, const struct member *m, struct err *e)
{
	struct stat st;
	_autoclose int fd = -1;

	if (mkdirat(u->parent, m->name, 0700) == -1) {
		if (errno != EEXIST)
			return err_sys(e, "make directory");
		if (fstatat(u->parent, m->name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			return err_sys(e, "stat");
		if (!S_ISDIR(st.st_mode) &&
		    (unlinkat(u->parent, m->name, 0) == -1 ||
			mkdirat(u->parent, m->name, 0700) == -1))
			return err_sys(e, "make directory");
	}
	fd = fd_open_beneath(u->parent, m->name, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
	if (fd == -1)
		return -1;
	add_later(u, m);
	return set_meta(u, fd, m, e);
}

static int
write_block(int fd, const char *data, size_t len, uint64_t at, struct err *e)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, data, len, (off_t)at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "write");
		data += n;
		len -= (size_t)n;
		at += (uint64_t)n;
	}
	return 0;
}

static int
write_data(struct unpack *u, int fd, const struct member *m, struct err *e)
{
	const void *data;
	size_t len;
	uint64_t at;
	int more;

	while ((more = fs_tarstream_data(u->tar, &data, &len, &at, e)) == 1) {
		if (at > m->size || len > m->size - at)
			return err_set(e, EINVAL,
			    "it has more data than its size says");
		if (write_block(fd, data, len, at, e) == -1)
			return -1;
		fs_progress_add(u->p, 0, len);
	}
	if (more == -1)
		return -1;
	if (ftruncate(fd, (off_t)m->size) == -1)
		return err_sys(e, "set the size");
	return 0;
}

static int
unpack_file(struct unpack *u, const struct member *m, struct err *e)
{
	struct timespec times[2];
	_autoclose int fd = -1;

	/* Holes count: they become data at the first careless copy. */
	if (m->size > u->left.bytes)
		return err_set(e, EFBIG, "it unpacks to too many bytes");
	u->left.bytes -= m->size;
	if (make_way(u, m, e) == -1)
		return -1;
	fd = openat(u->parent, m->name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return err_sys(e, "create");
	if (write_data(u, fd, m, e) == -1 || set_meta(u, fd, m, e) == -1)
		return -1;
	member_times(m, times);
	if (futimens(fd, times) == -1)
		return err_sys(e, "set times");
	return 0;
}

static int
unpack_symlink(struct unpack *u, const struct member *m, struct err *e)
{
	const char *target = archive_entry_symlink(m->entry);

	if (!target || *target == '\0')
		return err_set(e, EINVAL, "it is a link to nothing");
	if (make_way(u, m, e) == -1)
		return -1;
	if (symlinkat(target, u->parent, m->name) == -1)
		return err_sys(e, "make link");
	return set_meta_by_name(u, m, e);
}

static int
unpack_fifo(struct unpack *u, const struct member *m, struct err *e)
{
	if (make_way(u, m, e) == -1)
		return -1;
	if (mkfifoat(u->parent, m->name, 0600) == -1)
		return err_sys(e, "make fifo");
	if (set_meta_by_name(u, m, e) == -1)
		return -1;
	if (fchmodat(u->parent, m->name, m->mode, 0) == -1)
		return err_sys(e, "chmod");
	return 0;
}

/* A zone's /dev is its own, never what lies there on disk; elsewhere nobody
 * needs a device. */
static int
unpack_device(struct unpack *u, const struct member *m, struct err *e)
{
	(void)u;
	if (str_starts(m->path, "dev/"))
		return 0;
	return err_set(e, EPERM, "it is a device");
}

static int
unpack_hardlink(struct unpack *u, const struct member *m, struct err *e)
{
	const char *raw = archive_entry_hardlink(m->entry);
	_autofree char *target = fs_archive_name(raw);
	_autofree char *shown = NULL;
	_autofree char *parent = NULL;
	const char *name;
	struct stat st;
	_autoclose int dir = -1;

	if (!target) {
		shown = str_visible(raw, strlen(raw));
		return bad_name("the linked file", shown, e);
	}
	if (strcmp(target, m->path) == 0)
		return err_set(e, EINVAL, "it is a link to itself");
	parent = parent_of(target, &name);
	dir = open_below(u, parent, e);
	if (dir == -1 || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    S_ISDIR(st.st_mode))
		return err_set(e, ENOENT,
		    "it is a link to a file that is not there before it");
	if (make_way(u, m, e) == -1)
		return -1;
	if (linkat(dir, name, u->parent, m->name, 0) == -1)
		return err_sys(e, "make hard link");
	return 0;
}

static const struct {
	mode_t kind;
	int (*unpack)(struct unpack *u, const struct member *m, struct err *e);
} kinds[] = {
	{ AE_IFREG, unpack_file },
	{ AE_IFDIR, unpack_dir },
	{ AE_IFLNK, unpack_symlink },
	{ AE_IFIFO, unpack_fifo },
	{ AE_IFCHR, unpack_device },
	{ AE_IFBLK, unpack_device },
};

/* --- members -------------------------------------------------------------- */

static int
check_member(struct member *m, struct err *e)
{
	la_int64_t uid = archive_entry_uid(m->entry);
	la_int64_t gid = archive_entry_gid(m->entry);
	la_int64_t size = archive_entry_size(m->entry);

	/* 4294967295 above all: chown(2) takes it for "leave it as it is". */
	if (uid < 0 || uid > FS_ID_MAX || gid < 0 || gid > FS_ID_MAX)
		return err_set(e, ERANGE,
		    "its owner %lld:%lld is not within 0..%d", (long long)uid,
		    (long long)gid, FS_ID_MAX);
	if (size < 0)
		return err_set(e, EINVAL, "its size is negative");
	m->uid = (uid_t)uid;
	m->gid = (gid_t)gid;
	m->size = (uint64_t)size;
	m->mode = archive_entry_mode(m->entry) & 07777;
	return 0;
}

static int
unpack_member(struct unpack *u, struct member *m, struct err *e)
{
	mode_t kind = archive_entry_filetype(m->entry);

	if (check_member(m, e) == -1)
		return -1;
	if (strcmp(m->path, ".") == 0) {
		/* The root itself keeps its owner and mode. */
		if (kind != AE_IFDIR || archive_entry_hardlink(m->entry))
			return err_set(e, EINVAL, "it would replace the root");
		return 0;
	}
	if (enter_parent(u, m, e) == -1)
		return -1;
	if (archive_entry_hardlink(m->entry))
		return unpack_hardlink(u, m, e);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (kinds[i].kind == kind)
			return kinds[i].unpack(u, m, e);
	}
	return err_set(e, EINVAL, "it is of an unknown kind");
}

static int
take_member(struct unpack *u, struct archive_entry *entry, struct err *e)
{
	const char *raw = archive_entry_pathname(entry);
	_autofree char *path = raw ? fs_archive_name(raw) : NULL;
	_autofree char *shown = str_visible(raw ? raw : "",
	    raw ? strlen(raw) : 0);
	struct member m = { .entry = entry, .path = path };

	if (!path)
		return bad_name("member", shown, e);
	if (count_entry(u, e) == -1)
		return -1;
	if (unpack_member(u, &m, e) == -1)
		return err_in(e, "member '%.512s'", shown);
	return 0;
}

static int
set_later_acl(const struct unpack *u, const struct later_acl *l,
    const struct fs_acl_names *names, struct err *e)
{
	struct err gone;
	struct stat st;
	_autoclose int fd = fd_open_beneath(u->root, l->path,
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_PATH, 0, &gone);

	if (fd == -1 || fstat(fd, &st) == -1 || st.st_ino != l->ino ||
	    (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		return 0;
	(void)close(fd_take(&fd));
	fd = fd_open_beneath(u->root, l->path, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_NONBLOCK, 0, e);
	return fd == -1 ? -1 : fs_acl_set(fd, l->acl, names, e);
}

static int
set_later_acls(const struct unpack *u, struct err *e)
{
	_cleanup(fs_acl_names_done) struct fs_acl_names names = { 0 };

	if (u->nacls == 0)
		return 0;
	fs_acl_names_read(u->root, &names);
	for (size_t i = 0; i < u->nacls; i++) {
		const char *path = u->acls[i].path;
		_autofree char *shown = str_visible(path, strlen(path));

		if (set_later_acl(u, &u->acls[i], &names, e) == -1)
			return err_in(e, "member '%.512s'", shown);
	}
	return 0;
}

static int
set_later(struct unpack *u, struct err *e)
{
	for (size_t i = u->nlater; i-- > 0;) {
		struct err gone;
		_autoclose int fd = fd_open_beneath(u->root, u->later[i].path,
		    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_DIRECTORY, 0,
		    &gone);

		if (fd != -1 && futimens(fd, u->later[i].times) == -1)
			return err_sys(e, "set times");
	}
	return 0;
}

void
fs_archive_prepare(void)
{
	/* Names are UTF-8 or bytes; the zone's locale is no concern of ours. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
}

int
fs_archive_unpack(int fd, int root, const struct fs_archive_limits *limits,
    struct fs_progress *p, struct err *e)
{
	/* Headers come on top of the files, and padding. */
	uint64_t max = limits->bytes + limits->entries * 2048 + (1U << 20);
	_cleanup(unpack_done) struct unpack u = {
		.tar = fs_tarstream_new(fd, max),
		.root = root,
		.left = *limits,
		.p = p,
		.parent = -1,
	};
	struct archive_entry *entry;
	int more;

	while ((more = fs_tarstream_next(u.tar, &entry, e)) == 1) {
		if (take_member(&u, entry, e) == -1)
			return -1;
	}
	if (more == -1 || set_later_acls(&u, e) == -1)
		return -1;
	return set_later(&u, e);
}
