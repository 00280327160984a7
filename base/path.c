/* SPDX-License-Identifier: ISC
 *
 * path - normal paths, one-component names, and where our own files lie.
 */
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

#ifndef ZONES_LIBEXECDIR
#define ZONES_LIBEXECDIR "/usr/local/libexec/zones"
#endif

/* Below the root: path, mode. Indexed by enum path_dir. */
static const struct {
	const char *path;
	mode_t mode;
} dirs[] = {
	[PATH_ETC] = { "/etc/zones", 0755 },
	[PATH_RUN] = { "/run/zones", 0755 },
	[PATH_VAR] = { "/var/lib/zones", 0755 },
	[PATH_LOG] = { "/var/log/zones", 0700 },
};

static struct {
	char *root;
	char id[9];
	char *of[ARRAY_LEN(dirs)];
	const char *helpers;
} here;

/* FNV-1a: short, and stable over versions and machines. */
static uint32_t
hash(const char *s)
{
	uint32_t h = 2166136261U;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619U;
	return h;
}

int
path_init(const char *dir, struct err *e)
{
	const char *root = dir ? dir : getenv("ZONES_ROOT");
	struct stat st;

	if (!root || *root == '\0' || strcmp(root, "/") == 0)
		root = "";
	if (*root != '\0') {
		if (*root != '/')
			return err_set(e, ERR_USAGE,
			    "root directory '%s' is not an absolute path",
			    root);
		if (stat(root, &st) == -1 || !S_ISDIR(st.st_mode))
			return err_set(e, ERR_USAGE,
			    "root directory '%s' is not a directory", root);
	}
	free(here.root);
	here.root = *root != '\0' ? realpath(root, NULL) : mem_strdup("");
	if (!here.root)
		return err_sys(e, "root directory '%s'", root);
	if (*root != '\0')
		(void)snprintf(here.id, sizeof(here.id), "%08x",
		    (unsigned)hash(here.root));
	else
		(void)snprintf(here.id, sizeof(here.id), "0");
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		free(here.of[i]);
		here.of[i] = mem_printf("%s%s", here.root, dirs[i].path);
	}
	return 0;
}

const char *
path_root(void)
{
	return here.root ? here.root : "";
}

const char *
path_root_id(void)
{
	return here.id;
}

const char *
path_of(enum path_dir which)
{
	return here.of[which];
}

int
path_open(enum path_dir which, struct err *e)
{
	int fd = open(here.of[which], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_autoclose int root = -1;

	if (fd >= 0)
		return fd;
	if (errno != ENOENT)
		return err_sys(e, "open '%s'", here.of[which]);
	root = fd_open_dir(AT_FDCWD, *here.root != '\0' ? here.root : "/", e);
	if (root == -1)
		return -1;
	/* Parents get 0755, ours its own mode. */
	fd = fd_make_dirs(root, dirs[which].path + 1, 0755, e);
	if (fd == -1)
		return err_in(e, "'%s'", here.of[which]);
	if (dirs[which].mode != 0755 && fchmod(fd, dirs[which].mode) == -1)
		return err_sys(e, "chmod '%s'", here.of[which]);
	return fd;
}

int
path_open_run(const char *zone, struct err *e)
{
	_autoclose int run = path_open(PATH_RUN, e);
	bool fresh;
	int fd;

	if (run == -1)
		return -1;
	fresh = mkdirat(run, zone, 0755) == 0;
	if (!fresh && errno != EEXIST)
		return err_sys(e, "make directory '%s/%s'", path_of(PATH_RUN),
		    zone);
	fd = fd_open_beneath(run, zone, FD_NO_SYMLINKS, O_RDONLY | O_DIRECTORY,
	    0, e);
	/* Everybody may read what runs, whatever the umask was. */
	if (fd != -1 && fresh)
		(void)!fchmod(fd, 0755);
	return fd;
}

static bool
has_control(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	}
	return false;
}

bool
path_is_name(const char *s)
{
	return *s != '\0' && strlen(s) <= NAME_MAX && strcmp(s, ".") != 0 &&
	    strcmp(s, "..") != 0 && !strchr(s, '/') && !has_control(s);
}

bool
path_is_normal(const char *s)
{
	if (*s != '/' || has_control(s) || strlen(s) >= PATH_MAX)
		return false;
	if (s[1] == '\0')
		return true;
	while (*s == '/') {
		size_t n = strcspn(++s, "/");

		if (n == 0 || (n == 1 && s[0] == '.') ||
		    (n == 2 && s[0] == '.' && s[1] == '.'))
			return false;
		s += n;
	}
	return true;
}

char *
path_squeeze(const char *s)
{
	char *out = mem_alloc(strlen(s) + 1);
	char *p = out;

	for (; *s != '\0'; s++) {
		if (*s == '/' && p > out && p[-1] == '/')
			continue;
		*p++ = *s;
	}
	if (p > out + 1 && p[-1] == '/')
		p--;
	*p = '\0';
	return out;
}

bool
path_is_within(const char *a, const char *b)
{
	size_t n = strlen(b);

	if (n == 1)
		return *a == '/';
	return strncmp(a, b, n) == 0 && (a[n] == '\0' || a[n] == '/');
}

void
path_set_helpers(const char *dir)
{
	here.helpers = dir;
}

char *
path_helper(const char *name)
{
	char self[PATH_MAX];
	ssize_t n;
	char *beside;
	char *slash;

	if (here.helpers)
		return mem_printf("%s/%s", here.helpers, name);
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		if (slash) {
			*slash = '\0';
			beside = mem_printf("%s/%s", self, name);
			if (access(beside, X_OK) == 0)
				return beside;
			free(beside);
		}
	}
	return mem_printf("%s/%s", ZONES_LIBEXECDIR, name);
}

bool
path_in_zone(void)
{
	return access("/dev/.zone", F_OK) == 0;
}
