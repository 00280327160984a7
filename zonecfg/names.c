/* SPDX-License-Identifier: ISC
 *
 * names - sorted lists of zone names, read from directories.
 */
#include "zonecfg/names.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/name.h"

void
zc_names_done(struct zc_names *names)
{
	free(names->name);
	free(names->text);
	*names = (struct zc_names){ 0 };
}

/* What is read so far: text moves while it grows, so names are offsets. */
struct reading {
	struct zc_names *names;
	size_t room;
	size_t used;
};

static void
add(struct reading *r, const char *name, size_t len)
{
	if (r->used + len + 1 > r->room) {
		r->room = r->room != 0 ? r->room * 2 : 4096;
		r->names->text = mem_grow(r->names->text, r->room, 1);
	}
	memcpy(r->names->text + r->used, name, len);
	r->names->text[r->used + len] = '\0';
	r->used += len + 1;
	r->names->n++;
}

static void
add_file(struct reading *r, const char *file, const char *suffix)
{
	char name[ZC_NAME_MAX + 1];
	size_t len = strlen(file);
	size_t tail = strlen(suffix);

	if (len <= tail || len - tail > ZC_NAME_MAX || !str_ends(file, suffix))
		return;
	memcpy(name, file, len - tail);
	name[len - tail] = '\0';
	if (zc_name_ok(name) && !zc_name_is_global(name))
		add(r, name, len - tail);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
sort(struct zc_names *names)
{
	const char *p = names->text;

	if (names->n == 0)
		return;
	names->name = mem_grow(NULL, names->n, sizeof(*names->name));
	for (size_t i = 0; i < names->n; i++) {
		names->name[i] = p;
		p += strlen(p) + 1;
	}
	qsort(names->name, names->n, sizeof(*names->name), by_name);
}

static int
read_all(DIR *dir, const char *suffix, struct reading *r, struct err *e)
{
	for (;;) {
		const struct dirent *d;

		errno = 0;
		d = readdir(dir);
		if (!d)
			break;
		add_file(r, d->d_name, suffix);
	}
	return errno == 0 ? 0 : err_sys(e, "read a directory of zones");
}

int
zc_names_read(int dir, const char *suffix, struct zc_names *out, struct err *e)
{
	_cleanup_names struct zc_names names = { 0 };
	struct reading r = { .names = &names };
	int copy = fd_dup(dir, e);
	DIR *d;
	int rc;

	if (copy == -1)
		return -1;
	d = fdopendir(copy);
	if (!d) {
		(void)close(copy);
		return err_sys(e, "read a directory of zones");
	}
	rewinddir(d);
	rc = read_all(d, suffix, &r, e);
	(void)closedir(d);
	if (rc == -1)
		return -1;
	sort(&names);
	*out = names;
	names = (struct zc_names){ 0 };
	return 0;
}

bool
zc_names_has(const struct zc_names *names, const char *name)
{
	return names->n > 0 &&
	    bsearch(&name, names->name, names->n, sizeof(*names->name),
		by_name) != NULL;
}
