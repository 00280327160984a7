/* SPDX-License-Identifier: ISC
 *
 * entry - the list of what a root is to contain.
 */
#include "fs/entry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* Lists start with this much room and double: a power of two. */
#define FIRST_ROOM 64

/* Room for one more than n items. */
static void *
grow(void *items, size_t n, size_t size)
{
	if (n == 0)
		return mem_grow(items, FIRST_ROOM, size);
	if (n >= FIRST_ROOM && (n & (n - 1)) == 0)
		return mem_grow(items, n * 2, size);
	return items;
}

static void
entry_done(struct fs_entry *e)
{
	free(e->path);
	free(e->from);
	free(e->text);
}

void
fs_entries_add(struct fs_entries *l, const struct fs_entry *e)
{
	l->items = grow(l->items, l->n, sizeof(*l->items));
	l->items[l->n] = *e;
	l->n++;
}

static int
by_path(const void *a, const void *b)
{
	const struct fs_entry *const *x = a, *const *y = b;
	int c = strcmp((*x)->path, (*y)->path);

	if (c != 0)
		return c;
	return *x < *y ? -1 : 1; /* as they were added */
}

/* Sort and keep the last of several for one path. */
static void
sort_unique(struct fs_entries *l)
{
	_autofree const struct fs_entry **order = mem_alloc(
	    l->n * sizeof(*order));
	struct fs_entry *sorted = NULL;
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		order[i] = &l->items[i];
	qsort(order, l->n, sizeof(*order), by_path);
	for (size_t i = 0; i < l->n; i++) {
		if (n != 0 && str_eq(sorted[n - 1].path, order[i]->path))
			entry_done(&sorted[--n]);
		sorted = grow(sorted, n, sizeof(*sorted));
		sorted[n++] = *order[i];
	}
	free(l->items);
	l->items = sorted;
	l->n = n;
}

static const struct fs_entry *
find_n(const struct fs_entries *l, size_t n, const char *path, size_t len)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *p = l->items[mid].path;
		int c = strncmp(p, path, len);

		if (c == 0 && p[len] != '\0')
			c = 1;
		if (c == 0)
			return &l->items[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const struct fs_entry *
fs_entries_find(const struct fs_entries *l, const char *path)
{
	return find_n(l, l->n, path, strlen(path));
}

/* Append the missing parents of the first n entries; they are sorted. */
static int
add_parents(struct fs_entries *l, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		const char *path = l->items[i].path;
		const char *slash = strchr(path, '/');

		for (; slash; slash = strchr(slash + 1, '/')) {
			size_t len = (size_t)(slash - path);
			const struct fs_entry *up = find_n(l, n, path, len);

			if (up && up->kind == FS_ENTRY_DIR)
				continue;
			if (up)
				return err_set(e, ENOTDIR,
				    "'/%s' cannot lie below '/%s', which is "
				    "not a directory",
				    path, up->path);
			fs_entries_add(l,
			    &(struct fs_entry){ .path = mem_strndup(path, len),
				.kind = FS_ENTRY_DIR,
				.mode = 0755 });
			path = l->items[i].path; /* the list may have moved */
			slash = path + len;
		}
	}
	return 0;
}

int
fs_entries_finish(struct fs_entries *l, struct err *e)
{
	sort_unique(l);
	if (add_parents(l, l->n, e) == -1)
		return -1;
	sort_unique(l);
	return 0;
}

void
fs_entries_done(struct fs_entries *l)
{
	for (size_t i = 0; i < l->n; i++)
		entry_done(&l->items[i]);
	free(l->items);
	*l = (struct fs_entries){ 0 };
}

void
fs_notes_add(struct fs_notes *l, enum fs_note_kind kind, const char *path,
    const char *fmt, ...)
{
	_autofree char *shown = str_visible(path, strlen(path));
	_autofree char *what = NULL;
	va_list ap;

	l->items = grow(l->items, l->n, sizeof(*l->items));
	va_start(ap, fmt);
	what = mem_vprintf(fmt, ap);
	va_end(ap);
	l->items[l->n++] = (struct fs_note){ .kind = kind,
		.path = mem_strdup(path),
		.text = mem_printf("'%s' %s", shown, what) };
}

void
fs_notes_done(struct fs_notes *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->items[i].path);
		free(l->items[i].text);
	}
	free(l->items);
	*l = (struct fs_notes){ 0 };
}
