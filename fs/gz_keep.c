/* SPDX-License-Identifier: ISC
 *
 * gz_keep - apply fs/keep.def.
 */
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/gz.h"

enum keep_kind {
	KEEP_DIR,
	KEEP_EMPTY,
	KEEP_TEXT,
	KEEP_LINK,
	KEEP_FROM,
	KEEP_COPY,
	KEEP_MAKE,
	KEEP_NEVER,
};

struct keep {
	enum keep_kind kind;
	const char *path;
	mode_t mode;
	const char *what;  /* text, target, source or group */
	const char *needs; /* LINK */
	int (*make)(struct gz *g, struct err *e);
};

/* Columns and reasons: see keep.def. */
#define DIR(p, m, r) { KEEP_DIR, p, m, NULL, NULL, NULL },
#define EMPTY(p, m, g, r) { KEEP_EMPTY, p, m, g, NULL, NULL },
#define TEXT(p, m, t, r) { KEEP_TEXT, p, m, t, NULL, NULL },
#define LINK(p, t, n, r) { KEEP_LINK, p, 0, t, n, NULL },
#define FROM(p, m, s, r) { KEEP_FROM, p, m, s, NULL, NULL },
#define COPY(p, r) { KEEP_COPY, p, 0, NULL, NULL, NULL },
#define MAKE(f, r) { KEEP_MAKE, NULL, 0, NULL, NULL, f },
#define NEVER(p, r) { KEEP_NEVER, p, 0, NULL, NULL, NULL },
static const struct keep rows[] = {
#include "fs/keep.def"
};

bool
gz_is_never(const char *path)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *rest;

		if (rows[i].kind != KEEP_NEVER)
			continue;
		rest = str_after(path, rows[i].path);
		if (rest && rest[0] == '/')
			return true;
	}
	return false;
}

static bool
is_row_dir(const char *path, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].kind == KEEP_DIR &&
		    strncmp(rows[i].path, path, len) == 0 &&
		    rows[i].path[len] == '\0')
			return true;
	return false;
}

/* Whether the zone has the directory that path lies in. Those of etc/systemd
 * come with their links. */
static bool
has_place(const struct gz *g, const char *path)
{
	const char *slash = strrchr(path, '/');
	_autofree char *dir = NULL;

	if (!slash || is_row_dir(path, (size_t)(slash - path)))
		return true;
	if (str_starts(path, "etc/systemd/"))
		return true;
	dir = mem_strndup(path, (size_t)(slash - path));
	return fs_inventory_find(&g->inv, dir);
}

/* A file of a package, as the package brought it, under another name. */
static int
keep_from(struct gz *g, const struct keep *k, struct err *e)
{
	int state = gz_pristine(g, k->what, e);
	struct stat st;

	if (state == -1)
		return -1;
	if (state != GZ_PRISTINE || gz_stat(g, k->what, &st) == -1 ||
	    !S_ISREG(st.st_mode))
		return 0;
	st.st_mode = S_IFREG | k->mode;
	st.st_uid = 0;
	st.st_gid = 0;
	gz_add_file(g, k->path, k->what, &st);
	return 0;
}

static void
keep_copy(struct gz *g, const struct keep *k)
{
	struct stat st;

	if (gz_stat(g, k->path, &st) == 0 && S_ISREG(st.st_mode))
		gz_add_file(g, k->path, NULL, &st);
}

static int
keep_row(struct gz *g, const struct keep *k, struct err *e)
{
	switch (k->kind) {
	case KEEP_DIR:
		gz_add_dir(g, k->path, k->mode);
		return 0;
	case KEEP_EMPTY:
		gz_add_text(g, k->path, k->mode, k->what, "", 0);
		return 0;
	case KEEP_TEXT:
		gz_add_text(g, k->path, k->mode, NULL, k->what,
		    strlen(k->what));
		return 0;
	case KEEP_LINK:
		if (!k->needs || fs_inventory_find_named(&g->inv, k->needs))
			gz_add_link(g, k->path, k->what);
		return 0;
	case KEEP_FROM:
		return keep_from(g, k, e);
	case KEEP_COPY:
		keep_copy(g, k);
		return 0;
	case KEEP_MAKE:
		return k->make(g, e);
	case KEEP_NEVER:
		return 0;
	}
	return 0;
}

int
gz_keep(struct gz *g, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct keep *k = &rows[i];

		if (k->path && k->kind != KEEP_DIR && !has_place(g, k->path))
			continue;
		if (keep_row(g, k, e) == -1)
			return -1;
	}
	return 0;
}
