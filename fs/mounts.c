/* SPDX-License-Identifier: ISC
 *
 * mounts - what is mounted below a directory of the global zone.
 */
#include "fs/mounts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

enum { MOUNTINFO_MAX = 256 * 1024 * 1024 };

void
fs_mounts_done(struct fs_mounts *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->path[i]);
	free(m->path);
	*m = (struct fs_mounts){ 0 };
}

static bool
is_octal(const char *s)
{
	return s[0] >= '0' && s[0] <= '3' && s[1] >= '0' && s[1] <= '7' &&
	    s[2] >= '0' && s[2] <= '7';
}

/* Blanks and backslashes of a path come as \ooo. */
static void
unescape(char *s)
{
	char *out = s;

	while (*s != '\0') {
		if (s[0] == '\\' && is_octal(s + 1)) {
			*out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
			    (s[3] - '0'));
			s += 4;
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

/* Field 5 of a line, counted from 1. */
static char *
mount_point(const char *line, size_t len)
{
	const char *end = line + len;
	const char *s = line;
	const char *stop;
	char *path;

	for (int field = 1; field < 5; field++) {
		s = memchr(s, ' ', (size_t)(end - s));
		if (!s)
			return NULL;
		s++;
	}
	stop = memchr(s, ' ', (size_t)(end - s));
	path = mem_strndup(s, (size_t)((stop ? stop : end) - s));
	unescape(path);
	return path;
}

void
fs_mounts_parse(const char *text, const char *dir, struct fs_mounts *out)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		_autofree char *path = mount_point(text, len);

		if (path && path_is_within(path, dir)) {
			out->path = mem_grow(out->path, out->n + 1,
			    sizeof(*out->path));
			out->path[out->n++] = mem_take(&path);
		}
		text += len + (text[len] != '\0');
	}
}

int
fs_mounts_below(const char *dir, struct fs_mounts *out, struct err *e)
{
	_autofree char *text = NULL;

	if (fd_read_file(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text,
		NULL, e) == -1)
		return -1;
	fs_mounts_parse(text, dir, out);
	return 0;
}
