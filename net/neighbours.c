/* SPDX-License-Identifier: ISC
 *
 * neighbours - room in the kernel's tables of neighbours.
 */
#include "net/neighbours.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

#define STORE "/run/zones-net/:neighbours"
#define SYS "/proc/sys/net"

enum { VALUE_MAX = 64, WAS_MAX = 4096 };

/* Raised from the last to the first and put back from the first to the last: at
 * no time is a lower threshold above a higher one. About 400 bytes a place,
 * taken when it is used. */
static const struct {
	const char *path;
	uint64_t least;
} sizes[] = {
	{ "ipv4/neigh/default/gc_thresh1", 2048 },
	{ "ipv4/neigh/default/gc_thresh2", 16384 },
	{ "ipv4/neigh/default/gc_thresh3", 32768 },
	{ "ipv6/neigh/default/gc_thresh1", 2048 },
	{ "ipv6/neigh/default/gc_thresh2", 16384 },
	{ "ipv6/neigh/default/gc_thresh3", 32768 },
};

static int
read_size(int sys, const char *path, uint64_t *out)
{
	_autofree char *text = NULL;
	struct err ignored;

	if (fd_read_file(sys, path, VALUE_MAX, &text, NULL, &ignored) == -1)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	return str_u64(text, UINT64_MAX, out);
}

/* The namespace is part of the name: a zone of that name may be in another. */
static char *
mark(const struct net_spec *s)
{
	struct stat st;

	if (stat("/proc/self/ns/net", &st) == -1)
		return NULL;
	return mem_printf("zones/%ju.%s.%s", (uintmax_t)st.st_ino, s->root,
	    s->zone);
}

/* What is smaller than it is to be: "PATH=VALUE" a line, as put_back takes it.
 */
static char *
present(int sys)
{
	char *text = mem_strdup("");

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		uint64_t now;
		char *longer;

		if (read_size(sys, sizes[i].path, &now) == -1 ||
		    now >= sizes[i].least)
			continue;
		longer = mem_printf("%s%s=%" PRIu64 "\n", text, sizes[i].path,
		    now);
		free(text);
		text = longer;
	}
	return text;
}

/* The settings are those of the first namespace and seen in no other: go there,
 * where the first of the kernel's own threads is (pid 1 may be closed even to
 * root), and come back. Who cannot finds nothing to change. */
static int
in_first_namespace(int (*fn)(int store, struct err *e), int store,
    struct err *e)
{
	_autoclose int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	_autoclose int first = open("/proc/2/ns/net", O_RDONLY | O_CLOEXEC);
	int rc;

	if (faccessat(AT_FDCWD, SYS "/ipv4/neigh/default/gc_thresh1", F_OK,
		0) == 0 ||
	    own == -1 || first == -1 || setns(first, CLONE_NEWNET) == -1)
		return fn(store, e);
	rc = fn(store, e);
	/* Here it is not to do anything else. */
	if (setns(own, CLONE_NEWNET) == -1)
		_exit(EXIT_FAILURE);
	return rc;
}

static int
raise_all(int store, struct err *e)
{
	_autoclose int sys = fd_open_dir(AT_FDCWD, SYS, e);
	_autofree char *was = NULL;

	if (sys == -1)
		return -1;
	was = present(sys);
	if (*was == '\0')
		return 0;
	if (fd_replace_file(store, "was", 0600, was, strlen(was), FD_VOLATILE,
		e) == -1)
		return -1;
	for (size_t i = ARRAY_LEN(sizes); i-- > 0;) {
		_autofree char *value = mem_printf("%" PRIu64, sizes[i].least);
		uint64_t now;
		struct err ignored;

		if (read_size(sys, sizes[i].path, &now) == 0 &&
		    now < sizes[i].least)
			(void)!fd_put(sys, sizes[i].path, value, &ignored);
	}
	return 0;
}

static int
put_back(int store, struct err *e)
{
	_autoclose int sys = fd_open_dir(AT_FDCWD, SYS, e);
	_autofree char *was = NULL;
	struct err ignored;
	char *rest;

	if (sys == -1 ||
	    fd_read_file(store, "was", WAS_MAX, &was, NULL, &ignored) == -1)
		return -1;
	rest = was;
	for (char *line; (line = strsep(&rest, "\n"));) {
		char *value = strchr(line, '=');

		if (!value)
			continue;
		*value++ = '\0';
		(void)!fd_put(sys, line, value, &ignored);
	}
	return unlinkat(store, "was", 0);
}

int
neighbours_join(const struct net_spec *s, struct err *e)
{
	_autoclose int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	_autoclose int store = -1;
	_autoclose int zones = -1;
	_autoclose int fd = -1;
	_autofree char *name = mark(s);

	if (root == -1 || !name)
		return err_sys(e, "network namespace");
	store = fd_make_dirs(root, &STORE[1], 0700, e);
	if (store == -1)
		return -1;
	/* Not "no zone is there": who is in another namespace could not. */
	if (faccessat(store, "was", F_OK, 0) == -1 &&
	    in_first_namespace(raise_all, store, e) == -1)
		return -1;
	zones = fd_make_dirs(store, "zones", 0700, e);
	if (zones == -1)
		return -1;
	fd = openat(store, name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	return fd == -1 ? err_sys(e, "make '%s'", name) : 0;
}

void
neighbours_leave(const struct net_spec *s)
{
	_autofree char *name = mark(s);
	_autoclose int store = open(STORE,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct err ignored;

	if (store == -1 || !name)
		return;
	(void)unlinkat(store, name, 0);
	if (unlinkat(store, "zones", AT_REMOVEDIR) == -1)
		return;
	(void)!in_first_namespace(put_back, store, &ignored);
	(void)rmdir(STORE);
}
