/* SPDX-License-Identifier: ISC
 *
 * fakehost - a small system with dpkg's database, for tests of what reads one.
 *
 * Of each packaged file the digest is put into the database by fake_owned, of
 * conffiles by fake_conffile; fake_file makes what no package owns.
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "fs/md5.h"
#include "tests/unit/tmpdir.h"

struct fakehost {
	struct tmpdir dir;
	FILE *status;
	int root;
};

/* Directories on the way are made; those of a merged /usr are links. */
static inline void
fake_parents(const struct fakehost *h, const char *path)
{
	for (const char *s = strchr(path, '/'); s; s = strchr(s + 1, '/')) {
		_autofree char *dir = mem_strndup(path, (size_t)(s - path));

		if (mkdirat(h->root, dir, 0755) == -1 && errno != EEXIST)
			abort();
	}
}

static inline void
fake_file(const struct fakehost *h, const char *path, const char *text)
{
	int fd;

	fake_parents(h, path);
	fd = openat(h->root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0644);
	if (fd == -1 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(fd);
}

static inline void
fake_link(const struct fakehost *h, const char *path, const char *target)
{
	fake_parents(h, path);
	if (symlinkat(target, h->root, path) == -1)
		abort();
}

static inline void
fake_dir(const struct fakehost *h, const char *path)
{
	_autofree char *inside = mem_printf("%s/x", path);

	fake_parents(h, inside);
}

/* A line more in a file of the database. */
static inline void fake_info(const struct fakehost *h, const char *package,
    const char *kind, const char *fmt, ...) PRINTF(4, 5);
static inline void
fake_info(const struct fakehost *h, const char *package, const char *kind,
    const char *fmt, ...)
{
	_autofree char *path = mem_printf("var/lib/dpkg/info/%s.%s", package,
	    kind);
	va_list ap;
	int fd;

	fake_parents(h, path);
	fd = openat(h->root, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
	    0644);
	if (fd == -1)
		abort();
	va_start(ap, fmt);
	vdprintf(fd, fmt, ap);
	va_end(ap);
	dprintf(fd, "\n");
	close(fd);
}

static inline void
fake_md5(const char *text, char hex[33])
{
	uint8_t sum[FS_MD5_SIZE];
	struct fs_md5 m;

	fs_md5_init(&m);
	fs_md5_update(&m, text, strlen(text));
	fs_md5_final(&m, sum);
	for (size_t i = 0; i < sizeof(sum); i++)
		snprintf(hex + 2 * i, 3, "%02x", sum[i]);
}

/* The database says that a package has this path; "/usr/bin/x". */
static inline void
fake_lists(const struct fakehost *h, const char *package, const char *path)
{
	fake_info(h, package, "list", "%s", path);
}

/* A packaged file, as the package brought it. */
static inline void
fake_owned(const struct fakehost *h, const char *package, const char *path,
    const char *text)
{
	char hex[33];

	fake_md5(text, hex);
	fake_lists(h, package, path);
	fake_info(h, package, "md5sums", "%s  %s", hex, path + 1);
	fake_file(h, path + 1, text);
}

/* The next package of the status file; its conffiles must follow at once. */
static inline void
fake_package(struct fakehost *h, const char *name)
{
	fprintf(h->status,
	    "\nPackage: %s\nStatus: install ok installed\n"
	    "Description: a package\n with lines: in it\nConffiles:\n",
	    name);
	fake_lists(h, name, "/.");
}

static inline void
fake_conffile(struct fakehost *h, const char *package, const char *path,
    const char *text)
{
	char hex[33];

	fake_md5(text, hex);
	fprintf(h->status, " %s %s\n", path, hex);
	fake_lists(h, package, path);
	fake_file(h, path + 1, text);
}

/* An empty system; with merged: /bin, /lib and /sbin are links into usr. */
static inline struct fakehost
fakehost_new(int merged)
{
	static const char *const dirs[] = { "bin", "lib", "sbin" };
	struct fakehost h = { .dir = tmpdir_new() };

	h.root = h.dir.fd;
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		_autofree char *usr = mem_printf("usr/%s", dirs[i]);

		fake_dir(&h, usr);
		if (merged)
			fake_link(&h, dirs[i], usr);
		else
			fake_dir(&h, dirs[i]);
	}
	fake_dir(&h, "var/lib/dpkg/info");
	fake_file(&h, "etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
	fake_file(&h, "etc/group", "root:x:0:\n");
	h.status = tmpfile();
	if (!h.status)
		abort();
	return h;
}

/* Write the status file. */
static inline void
fakehost_ready(struct fakehost *h)
{
	char buf[65536];
	size_t n;

	rewind(h->status);
	n = fread(buf, 1, sizeof(buf) - 1, h->status);
	buf[n] = '\0';
	fake_file(h, "var/lib/dpkg/status", buf);
	fseek(h->status, 0, SEEK_END);
}

static inline void
fakehost_done(struct fakehost *h)
{
	fclose(h->status);
	tmpdir_remove(&h->dir);
}

#define _fakehost __attribute__((cleanup(fakehost_done)))
