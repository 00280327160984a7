/* SPDX-License-Identifier: ISC
 *
 * packages - a patch level: which packages a system has, and in which version.
 */
#include "fs/packages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/dpkg_status.h"

enum { STATUS_MAX = 64 << 20 };

void
fs_packages_done(struct fs_packages *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->of[i].name);
		free(p->of[i].version);
	}
	free(p->of);
	*p = (struct fs_packages){ 0 };
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct fs_package *)a)->name,
	    ((const struct fs_package *)b)->name);
}

void
fs_packages_sort(struct fs_packages *p)
{
	if (p->n > 0)
		qsort(p->of, p->n, sizeof(*p->of), by_name);
}

void
fs_packages_add(struct fs_packages *p, char *name, const char *version)
{
	if ((p->n & (p->n - 1)) == 0)
		p->of = mem_grow(p->of, p->n ? p->n * 2 : 1, sizeof(*p->of));
	p->of[p->n].name = name;
	p->of[p->n].version = mem_strdup(version);
	p->n++;
}

void
fs_packages_parse(char *text, struct fs_packages *out)
{
	struct fs_dpkg_package p;

	while (fs_dpkg_next(&text, &p, NULL, NULL)) {
		if (p.name && p.version && p.installed)
			fs_packages_add(out,
			    mem_printf("%s:%s", p.name, p.arch), p.version);
	}
	fs_packages_sort(out);
}

int
fs_packages_host(struct fs_packages *out, struct err *e)
{
	_autofree char *text = NULL;
	struct err why = { 0 };

	if (fd_read_file(AT_FDCWD, "/var/lib/dpkg/status", STATUS_MAX, &text,
		NULL, &why) == -1) {
		if (why.code == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	fs_packages_parse(text, out);
	return 0;
}

void
fs_packages_compare(const struct fs_packages *a, const struct fs_packages *b,
    void (*fn)(void *arg, const char *name, const char *a, const char *b),
    void *arg)
{
	size_t i = 0;
	size_t k = 0;

	while (i < a->n || k < b->n) {
		int order = i == a->n ? 1
		    : k == b->n       ? -1
				      : by_name(&a->of[i], &b->of[k]);

		if (order < 0)
			fn(arg, a->of[i].name, a->of[i].version, NULL);
		else if (order > 0)
			fn(arg, b->of[k].name, NULL, b->of[k].version);
		else if (strcmp(a->of[i].version, b->of[k].version) != 0)
			fn(arg, a->of[i].name, a->of[i].version,
			    b->of[k].version);
		i += order <= 0;
		k += order >= 0;
	}
}
