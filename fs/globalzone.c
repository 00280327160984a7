/* SPDX-License-Identifier: ISC
 *
 * globalzone - what a zone made from the running system contains.
 *
 * Every path that a package owns is looked at once, in order; a file whose
 * content is not the package's is left out. Then fs/keep.def adds what
 * maintainer scripts made.
 */
#include "fs/globalzone.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/gz.h"

#define PROGRESS_STEP 512

/* --- looking --- */

bool
gz_is_inherited(const struct gz *g, const char *path)
{
	for (size_t i = 0; i < g->spec->ninherit; i++) {
		const char *rest = str_after(path, g->spec->inherit[i]);

		if (rest && (rest[0] == '\0' || rest[0] == '/'))
			return true;
	}
	return false;
}

static bool
is_below_inherited(const struct gz *g, const char *path)
{
	for (size_t i = 0; i < g->spec->ninherit; i++) {
		const char *rest = str_after(path, g->spec->inherit[i]);

		if (rest && rest[0] == '/')
			return true;
	}
	return false;
}

/* The directory that holds path, or -1 with errno; *name is the last part. */
static int
enter(struct gz *g, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	struct err e;

	*name = slash ? slash + 1 : path;
	if (len == 0)
		return g->spec->root;
	if (g->dir && strncmp(g->dir, path, len) == 0 && g->dir[len] == '\0') {
		errno = ENOENT;
		return g->dirfd;
	}
	free(g->dir);
	if (g->dirfd != -1)
		close(g->dirfd);
	g->dir = mem_strndup(path, len);
	g->dirfd = fd_open_beneath(g->spec->root, g->dir, FD_NO_SYMLINKS,
	    O_PATH | O_DIRECTORY, 0, &e);
	if (g->dirfd == -1)
		errno = ENOENT; /* a link, a file: the path is not there */
	return g->dirfd;
}

int
gz_stat(struct gz *g, const char *path, struct stat *st)
{
	const char *name;
	int dir = enter(g, path, &name);

	if (dir == -1)
		return -1;
	return fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW);
}

int
gz_open(struct gz *g, const char *path, struct err *e)
{
	const char *name;
	int dir = enter(g, path, &name);
	int fd = -1;

	if (dir != -1)
		fd = openat(dir, name,
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1)
		return err_sys(e, "open '/%s'", path);
	return fd;
}

int
gz_read(struct gz *g, const char *path, size_t max, char **text, size_t *len,
    struct err *e)
{
	_autoclose int fd = gz_open(g, path, e);

	if (fd == -1)
		return -1;
	if (fd_read_all(fd, max, text, len, e) == -1)
		return err_in(e, "'/%s'", path);
	return 0;
}

char *
gz_readlink(struct gz *g, const char *path)
{
	const char *name;
	int dir = enter(g, path, &name);
	char buf[4096];
	ssize_t n;

	if (dir == -1)
		return NULL;
	n = readlinkat(dir, name, buf, sizeof(buf));
	if (n <= 0 || (size_t)n == sizeof(buf))
		return NULL;
	return mem_strndup(buf, (size_t)n);
}

static int
same_content(struct gz *g, const struct fs_owned *o, struct err *e)
{
	const char *path = o->from ? o->from : o->path;
	_autoclose int fd = gz_open(g, path, e);
	uint8_t md5[FS_MD5_SIZE];

	if (fd == -1)
		return -1;
	if (fs_md5_fd(fd, md5, e) == -1)
		return err_in(e, "'/%s'", path);
	return memcmp(md5, o->md5, sizeof(md5)) == 0;
}

/* Whether a file may come along that no digest speaks for. */
static bool
is_trusted_without_md5(const struct fs_owned *o)
{
	return str_starts(o->path, "usr/");
}

int
gz_state(struct gz *g, const struct fs_owned *o, struct stat *st, struct err *e)
{
	int same;

	if (gz_stat(g, o->from ? o->from : o->path, st) == -1)
		return GZ_MISSING;
	if (S_ISDIR(st->st_mode) || S_ISLNK(st->st_mode))
		return o->has_md5 ? GZ_CHANGED : GZ_PRISTINE;
	if (!S_ISREG(st->st_mode))
		return GZ_CHANGED;
	if (!o->has_md5)
		return is_trusted_without_md5(o) ? GZ_PRISTINE : GZ_CHANGED;
	same = same_content(g, o, e);
	if (same == -1)
		return e->code == ENOENT ? GZ_MISSING : -1;
	return same ? GZ_PRISTINE : GZ_CHANGED;
}

int
gz_pristine(struct gz *g, const char *path, struct err *e)
{
	const struct fs_owned *o = fs_inventory_find(&g->inv, path);
	struct stat st;

	return o ? gz_state(g, o, &st, e) : GZ_MISSING;
}

int
gz_by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
not_dots(const struct dirent *d)
{
	return path_is_name(d->d_name);
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int
gz_each(struct gz *g, const char *dir,
    int (*fn)(struct gz *g, const char *dir, const char *name, void *arg,
	struct err *e),
    void *arg, struct err *e)
{
	struct err missing;
	_autoclose int fd = fd_open_beneath(g->spec->root, dir, FD_NO_SYMLINKS,
	    O_RDONLY | O_DIRECTORY, 0, &missing);
	struct dirent **names;
	int ret = 0;
	int n;

	if (fd == -1)
		return 0;
	n = scandirat(fd, ".", &names, not_dots, by_bytes);
	if (n == -1)
		return err_sys(e, "read directory '/%s'", dir);
	for (int i = 0; i < n; i++) {
		if (ret == 0)
			ret = fn(g, dir, names[i]->d_name, arg, e);
		free(names[i]);
	}
	free(names);
	return ret;
}

/* --- adding --- */

static void
add(struct gz *g, const char *path, struct fs_entry *entry)
{
	if (is_below_inherited(g, path)) {
		free(entry->from);
		free(entry->text);
		return;
	}
	entry->path = mem_strdup(path);
	fs_entries_add(g->out, entry);
}

void
gz_add_dir(struct gz *g, const char *path, mode_t mode)
{
	add(g, path, &(struct fs_entry){ .kind = FS_ENTRY_DIR, .mode = mode });
}

void
gz_add_link(struct gz *g, const char *path, const char *target)
{
	add(g, path,
	    &(struct fs_entry){ .kind = FS_ENTRY_SYMLINK,
		.mode = 0777,
		.from = mem_strdup(target) });
}

void
gz_add_text(struct gz *g, const char *path, mode_t mode, const char *group,
    const char *text, size_t len)
{
	const struct gz_account *a = group
	    ? gz_account_by_name(&g->groups, group)
	    : NULL;
	struct fs_entry entry = { .kind = FS_ENTRY_TEXT,
		.mode = mode,
		.gid = a ? a->id : 0,
		.text = mem_alloc(len + 1),
		.len = len };

	memcpy(entry.text, text, len);
	add(g, path, &entry);
}

/* The owner of an entry: as on disk, or root where the zone does not know that
 * user or group; then without set-id bits, which would mean somebody else. */
static void
set_owner(const struct gz *g, const struct stat *st, struct fs_entry *entry)
{
	entry->mode = st->st_mode & 07777;
	entry->uid = st->st_uid;
	entry->gid = st->st_gid;
	if (!gz_account_by_id(&g->users, st->st_uid)) {
		entry->uid = 0;
		entry->mode &= ~(mode_t)06000;
	}
	if (!gz_account_by_id(&g->groups, st->st_gid)) {
		entry->gid = 0;
		entry->mode &= ~(mode_t)06000;
	}
}

void
gz_add_file(struct gz *g, const char *path, const char *from,
    const struct stat *st)
{
	struct fs_entry entry = { .kind = FS_ENTRY_FILE,
		.size = (uint64_t)st->st_size };

	if (from && !str_eq(from, path))
		entry.from = mem_strdup(from);
	set_owner(g, st, &entry);
	add(g, path, &entry);
}

/* --- what packages own --- */

/* Some package owns a path below this one. */
static bool
has_children(const struct fs_inventory *inv, const char *path)
{
	_autofree char *below = mem_printf("%s/", path);
	size_t lo = 0, hi = inv->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(inv->items[mid].path, below) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < inv->n && str_starts(inv->items[lo].path, below);
}

static void
add_owned_dir(struct gz *g, const char *path, const struct stat *st)
{
	struct fs_entry entry = { .kind = FS_ENTRY_DIR };

	set_owner(g, st, &entry);
	add(g, path, &entry);
}

/* Where packages have a directory and the administrator a link, the zone gets
 * the directory. */
static void
add_owned_link(struct gz *g, const struct fs_owned *o)
{
	_autofree char *target = gz_readlink(g, o->from ? o->from : o->path);
	_autofree char *shown = mem_printf("/%s", o->path);

	if (!target)
		return;
	if (!has_children(&g->inv, o->path)) {
		gz_add_link(g, o->path, target);
		return;
	}
	gz_add_dir(g, o->path, 0755);
	fs_notes_add(g->notes, FS_NOTE_CHANGED, shown,
	    "is a link here, and a directory of package '%s': the zone gets "
	    "an empty one",
	    o->package);
}

static void
note_changed(struct gz *g, const struct fs_owned *o)
{
	_autofree char *shown = mem_printf("/%s", o->path);

	fs_notes_add(g->notes, FS_NOTE_CHANGED, shown,
	    o->is_conffile
		? "is left out: configuration file of package '%s', changed here"
		: "is left out: not as package '%s' brought it",
	    o->package);
}

static int
add_owned(struct gz *g, const struct fs_owned *o, size_t *missing,
    struct err *e)
{
	struct stat st;
	int state;

	if (is_below_inherited(g, o->path) || gz_is_never(o->path))
		return 0;
	state = gz_state(g, o, &st, e);
	if (state == -1)
		return -1;
	if (state == GZ_MISSING)
		(*missing)++;
	else if (state == GZ_CHANGED)
		note_changed(g, o);
	else if (S_ISDIR(st.st_mode))
		add_owned_dir(g, o->path, &st);
	else if (S_ISLNK(st.st_mode))
		add_owned_link(g, o);
	else
		gz_add_file(g, o->path, o->from, &st);
	return 0;
}

static int
add_packages(struct gz *g, struct err *e)
{
	const struct fs_globalzone *spec = g->spec;
	size_t missing = 0;

	for (size_t i = 0; i < g->inv.n; i++) {
		if (spec->progress && i % PROGRESS_STEP == 0)
			spec->progress(spec->arg, i, g->inv.n);
		if (add_owned(g, &g->inv.items[i], &missing, e) == -1)
			return -1;
	}
	if (spec->progress)
		spec->progress(spec->arg, g->inv.n, g->inv.n);
	if (missing != 0)
		fs_notes_add(g->notes, FS_NOTE_MISSING, "/",
		    "lacks %zu packaged files, and so does the zone", missing);
	return 0;
}

/* --- the whole --- */

/* Mount points, and the links of a merged /usr. */
static int
add_frame(struct gz *g, struct err *e)
{
	for (size_t i = 0; i < g->spec->ninherit; i++) {
		struct stat st;

		if (gz_stat(g, g->spec->inherit[i], &st) == -1)
			return err_sys(e, "inherited directory '/%s'",
			    g->spec->inherit[i]);
		gz_add_dir(g, g->spec->inherit[i], 0755);
	}
	for (size_t i = 0; i < g->inv.naliases; i++)
		gz_add_link(g, g->inv.aliases[i].name,
		    g->inv.aliases[i].target);
	return 0;
}

static int
list(struct gz *g, struct err *e)
{
	if (gz_accounts_read(g, e) == -1 || add_packages(g, e) == -1 ||
	    add_frame(g, e) == -1 || gz_keep(g, e) == -1 ||
	    fs_entries_finish(g->out, e) == -1)
		return -1;
	return gz_note_unowned(g, e);
}

int
fs_globalzone_list(const struct fs_globalzone *spec, struct fs_entries *out,
    struct fs_notes *notes, struct err *e)
{
	struct gz g = { .spec = spec, .out = out, .notes = notes, .dirfd = -1 };
	int ret;

	if (fs_inventory_read(spec->root, &g.inv, e) == -1)
		return -1;
	ret = list(&g, e);
	fs_inventory_done(&g.inv);
	gz_accounts_done(&g);
	free(g.dir);
	fd_close_at(&g.dirfd);
	return ret;
}
