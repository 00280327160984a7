/* SPDX-License-Identifier: ISC
 *
 * gz_notes - what people should know about a zone made from the running system:
 * files that were left out, and inherited ones that cannot be read.
 */
#include <dirent.h>
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
#include "fs/gz.h"

#define MAX_DEPTH 128
#define MAX_MOUNTINFO (64u << 20)

/* --- what no package owns --- */

/* A tree of which nothing came along is one note. */
static int
unowned_in(struct gz *g, const char *dir, const char *name, void *arg,
    struct err *e)
{
	_autofree char *path = mem_printf("%s/%s", dir, name);
	_autofree char *shown = mem_printf("/%s", path);
	const struct fs_entry *entry = fs_entries_find(g->out, path);
	struct stat st;

	if (gz_is_inherited(g, path) || gz_stat(g, path, &st) == -1)
		return 0;
	if (entry && S_ISDIR(st.st_mode))
		return gz_each(g, path, unowned_in, arg, e);
	if (!entry && !fs_inventory_find(&g->inv, path))
		fs_notes_add(g->notes, FS_NOTE_UNOWNED, shown,
		    "is left out: no package owns it");
	return 0;
}

int
gz_note_unowned(struct gz *g, struct err *e)
{
	static const char *const dirs[] = { "etc", "opt", "usr/local" };

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		if (!gz_is_inherited(g, dirs[i]) &&
		    gz_each(g, dirs[i], unowned_in, NULL, e) == -1)
			return -1;
	return 0;
}

/* --- inherited directories --- */

char *
gz_absolute(int fd)
{
	char name[FD_PATH_SIZE], buf[4096];
	ssize_t n = readlink(fd_path(fd, name), buf, sizeof(buf));

	if (n <= 0 || (size_t)n == sizeof(buf))
		return NULL;
	return mem_strndup(buf, (size_t)n);
}

/* The rest of path behind a directory's, without a slash, or NULL. */
const char *
gz_below(const char *path, const char *dir)
{
	const char *rest = str_eq(dir, "/") ? path : str_after(path, dir);

	if (!rest || rest[0] != '/')
		return NULL;
	return rest + 1;
}

/* Blanks and backslashes are "\040" in mountinfo: proc(5). In place. */
static void
unescape(char *s)
{
	char *to = s;

	while (*s != '\0') {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' &&
		    s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
			    (s[3] - '0'));
			s += 4;
			continue;
		}
		*to++ = *s++;
	}
	*to = '\0';
}

/* The fifth field of a line of mountinfo. */
static char *
mount_point(char *line)
{
	char *field = NULL;

	for (int i = 0; i < 5; i++) {
		field = strsep(&line, " ");
		if (!field)
			return NULL;
	}
	unescape(field);
	return field;
}

static int
note_submounts(const char *dir, struct fs_notes *notes, struct err *e)
{
	_autofree char *text = NULL;
	char *rest, *line;

	if (fd_read_file(AT_FDCWD, "/proc/self/mountinfo", MAX_MOUNTINFO, &text,
		NULL, e) == -1)
		return -1;
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *point = mount_point(line);

		if (point && gz_below(point, dir))
			fs_notes_add(notes, FS_NOTE_SUBMOUNT, point,
			    "is a mount below an inherited directory and "
			    "does not come along; add an fs resource for it");
	}
	return 0;
}

struct walk {
	struct fs_notes *notes;
	int depth;
};

/* What others need: to read a file, to enter and list a directory. */
static void
note_unreadable(struct walk *w, const char *path, const struct stat *st)
{
	mode_t need = S_ISDIR(st->st_mode) ? S_IROTH | S_IXOTH : S_IROTH;
	_autofree char *shown = mem_printf("/%s", path);

	if ((st->st_mode & need) == need)
		return;
	fs_notes_add(w->notes, FS_NOTE_UNREADABLE, shown,
	    "is inherited with mode %04o and hidden from the zone",
	    st->st_mode & 07777U);
}

static int walk_dir(struct walk *w, int parent, const char *name,
    const char *path, struct err *e);

static int
walk_name(struct walk *w, int dir, const char *path, const char *name,
    unsigned char type, struct err *e)
{
	_autofree char *child = NULL;
	struct stat st;

	if (type == DT_LNK)
		return 0;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return 0; /* gone meanwhile */
	if (S_ISREG(st.st_mode) && (st.st_mode & S_IROTH))
		return 0;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return 0;
	child = mem_printf("%s/%s", path, name);
	note_unreadable(w, child, &st);
	return S_ISDIR(st.st_mode) ? walk_dir(w, dir, name, child, e) : 0;
}

static void
closedir_at(DIR **d)
{
	if (*d)
		closedir(*d);
}

static int
walk_dir(struct walk *w, int parent, const char *name, const char *path,
    struct err *e)
{
	struct err other;
	_autoclose int fd = fd_open_beneath(parent, name,
	    FD_NO_SYMLINKS | (w->depth ? FD_NO_XDEV : 0),
	    O_RDONLY | O_DIRECTORY, 0, &other);
	_cleanup(closedir_at) DIR *d = NULL;
	const struct dirent *ent;

	if (fd == -1) /* a mount of its own, or gone meanwhile */
		return 0;
	d = fdopendir(fd);
	if (!d)
		return err_sys(e, "read directory '/%s'", path);
	(void)fd_take(&fd);
	if (++w->depth > MAX_DEPTH)
		return err_set(e, ELOOP, "'/%s' lies too deep", path);
	while ((ent = readdir(d)) != NULL)
		if (path_is_name(ent->d_name) &&
		    walk_name(w, dirfd(d), path, ent->d_name, ent->d_type, e) ==
			-1)
			return -1;
	w->depth--;
	return 0;
}

static int
by_note_path(const void *a, const void *b)
{
	const struct fs_note *x = a, *y = b;

	return strcmp(x->path, y->path);
}

int
fs_globalzone_check_inherited(int root, char *const *inherit, size_t ninherit,
    struct fs_notes *notes, struct err *e)
{
	_autofree char *top = gz_absolute(root);
	size_t first = notes->n;

	for (size_t i = 0; i < ninherit; i++) {
		struct walk w = { .notes = notes };
		_autofree char *dir = mem_printf("%s%s%s", top ? top : "",
		    str_eq(top, "/") ? "" : "/", inherit[i]);

		if (walk_dir(&w, root, inherit[i], inherit[i], e) == -1)
			return -1;
		if (top && note_submounts(dir, notes, e) == -1)
			return -1;
	}
	if (notes->n != first)
		qsort(notes->items + first, notes->n - first,
		    sizeof(*notes->items), by_note_path);
	return 0;
}
