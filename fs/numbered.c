/* SPDX-License-Identifier: ISC
 *
 * numbered - targets of which the kernel has one for each number.
 */
#include "fs/numbered.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"

struct search {
	const char *dir;    /* where the numbers are */
	const char *prefix; /* before the number */
	const char *rest;   /* behind it */
	fs_numbered_fn *fn;
	void *arg;
};

static int
on_entry(int dir, const struct dirent *d, void *arg, struct err *e)
{
	const struct search *s = arg;
	size_t len = strlen(s->prefix);
	const char *number = d->d_name + len;
	_autofree char *target = NULL;

	(void)dir;
	if (strncmp(d->d_name, s->prefix, len) != 0 || *number == '\0' ||
	    number[strspn(number, "0123456789")] != '\0')
		return 0;
	target = mem_printf("%s/%s%s", s->dir, d->d_name, s->rest);
	return s->fn(target, s->arg, e);
}

int
fs_each_numbered(int root, const char *pattern, fs_numbered_fn *fn, void *arg,
    struct err *e)
{
	const char *star = strchr(pattern, '*');
	_autofree char *dir = mem_strndup(pattern, (size_t)(star - pattern));
	char *prefix = strrchr(dir, '/');
	struct search s = { .rest = star + 1, .fn = fn, .arg = arg };
	struct err why = { 0 };
	_autoclose int fd = -1;

	*prefix++ = '\0';
	s.dir = dir;
	s.prefix = prefix;
	fd = fd_open_beneath(root, dir, FD_NO_SYMLINKS, O_RDONLY | O_DIRECTORY,
	    0, &why);
	if (fd >= 0)
		return fd_each_entry(fd, on_entry, &s, e);
	if (why.code == ENOENT)
		return 0;
	*e = why;
	return -1;
}
