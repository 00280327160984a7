/* SPDX-License-Identifier: ISC
 *
 * fd - descriptors: closed where they are declared, opened beneath a directory,
 * whole files read and replaced atomically, descriptors sent over sockets.
 *
 * Every descriptor made here is close-on-exec.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

void fd_close_at(int *fd); /* for _autoclose */
#define _autoclose __attribute__((cleanup(fd_close_at)))

/* The descriptor in *fd, which becomes -1: the only way ownership leaves. */
static inline int
fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/* Open path beneath dirfd: no component leaves it, magic links are refused
 * (openat2(2), RESOLVE_BENEATH). With FD_IN_ROOT the directory is treated as
 * "/" for absolute links and "..". With FD_NO_SYMLINKS no component may be a
 * symbolic link, with FD_NO_XDEV none may be on another mount. flags and mode
 * as open(2). Returns the descriptor, or -1. */
enum fd_how {
	FD_BENEATH = 0,
	FD_IN_ROOT = 1,
	FD_NO_SYMLINKS = 2,
	FD_NO_XDEV = 4,
};
int fd_open_beneath(int dirfd, const char *path, unsigned how, int flags,
    mode_t mode, struct err *e) MUST_CHECK;

/* Open a directory by a path that the administrator or we ourselves own. */
int fd_open_dir(int dirfd, const char *path, struct err *e) MUST_CHECK;

/* May text written to fd be coloured: a terminal that knows how, and a person
 * who has not asked for none (NO_COLOR, no-color.org). */
bool fd_takes_colour(int fd);

/* Make each missing directory of path beneath dirfd, component by component and
 * without following symbolic links, and open the last. */
int fd_make_dirs(int dirfd, const char *path, mode_t mode, struct err *e)
    MUST_CHECK;

/* Call fn for each entry of the open directory but "." and "..", from the
 * first, until one call fails. fn may remove the entry. */
struct dirent;
typedef int fd_entry_fn(int dir, const struct dirent *d, void *arg,
    struct err *e);
int fd_each_entry(int dir, fd_entry_fn *fn, void *arg, struct err *e)
    MUST_CHECK;

/* Read a whole file of at most max bytes; a longer one is an error (EFBIG).
 * *text is NUL-terminated and the caller's to free; *len may be NULL.
 * A missing file gives e->code ENOENT. */
int fd_read_file(int dirfd, const char *name, size_t max, char **text,
    size_t *len, struct err *e) MUST_CHECK;
int fd_read_all(int fd, size_t max, char **text, size_t *len, struct err *e)
    MUST_CHECK;

/* Is the open file of that kind (S_IFREG, S_IFDIR), and one that nobody but
 * root and who runs us could have written? path is what errors name; they say
 * how to mend it. */
int fd_check_owner(int fd, const char *path, mode_t kind, struct err *e)
    MUST_CHECK;

/* Write all of it, through short writes and EINTR. */
int fd_write_all(int fd, const void *data, size_t len, struct err *e)
    MUST_CHECK;

/* Write text to an existing file in one write(2): cgroup and proc files. */
int fd_put(int dirfd, const char *path, const char *text, struct err *e)
    MUST_CHECK;

/* Replace name in dirfd atomically: a new file is written and renamed. With
 * FD_DURABLE the file and the directory are flushed to disk before returning;
 * either the old or the new content survives a power cut. With FD_ORDERED that
 * holds too, but which one is settled only when the directory is flushed.
 * FD_LOCKED is added by who holds a lock that everybody holds who adds it for
 * name: what a killed one left is taken away by the next. */
enum fd_replace { FD_VOLATILE, FD_ORDERED, FD_DURABLE, FD_LOCKED = 4 };
int fd_replace_file(int dirfd, const char *name, mode_t mode, const void *data,
    size_t len, unsigned how, struct err *e) MUST_CHECK;
/* Take that away at once: name itself is not to be replaced any more. */
void fd_replace_forget(int dirfd, const char *name);

/* Bytes and descriptors over a unix socket, one message. recv gives the number
 * of bytes (0 at end of file) and sets *nfds to the descriptors received, at
 * most max of them; more are closed. EAGAIN comes as -1 with e->code EAGAIN. */
int fd_send(int sock, const void *data, size_t len, const int *fds, size_t nfds,
    struct err *e) MUST_CHECK;
ssize_t fd_recv(int sock, void *data, size_t size, int *fds, size_t max,
    size_t *nfds, struct err *e) MUST_CHECK;

/* "/proc/self/fd/N" for calls that take only a path; the buffer is the
 * caller's. */
#define FD_PATH_SIZE 32
const char *fd_path(int fd, char buf[FD_PATH_SIZE]);

/* A duplicate, close-on-exec and at least 3. */
int fd_dup(int fd, struct err *e) MUST_CHECK;
