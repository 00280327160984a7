/* SPDX-License-Identifier: ISC
 *
 * fd - descriptors, whole files and atomic replacement.
 */
#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sys.h"

enum { MAX_FDS = 16 };

void
fd_close_at(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd);
	errno = saved;
}

bool
fd_takes_colour(int fd)
{
	const char *none = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(fd) == 1 && (!none || *none == '\0') && term &&
	    *term != '\0' && strcmp(term, "dumb") != 0;
}

int
fd_open_beneath(int dirfd, const char *path, unsigned how, int flags,
    mode_t mode, struct err *e)
{
	struct open_how oh = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
		.mode = flags & (O_CREAT | O_TMPFILE) ? mode : 0,
		.resolve = RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	if (!(flags & O_PATH)) /* openat2(2) refuses the pair */
		oh.flags |= O_NOCTTY;
	oh.resolve |= how & FD_IN_ROOT ? RESOLVE_IN_ROOT : RESOLVE_BENEATH;
	if (how & FD_NO_SYMLINKS)
		oh.resolve |= RESOLVE_NO_SYMLINKS;
	if (how & FD_NO_XDEV)
		oh.resolve |= RESOLVE_NO_XDEV;
	/* EAGAIN: a rename raced with "..": openat2(2) says try again. */
	do {
		fd = sys_openat2(dirfd, path, &oh);
	} while (fd == -1 && errno == EAGAIN);
	if (fd == -1)
		return err_sys(e, "open '%s'", path);
	return fd;
}

int
fd_open_dir(int dirfd, const char *path, struct err *e)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return err_sys(e, "open directory '%s'", path);
	return fd;
}

/* Make and open one component. */
static int
enter_dir(int dirfd, const char *name, mode_t mode, struct err *e)
{
	if (mkdirat(dirfd, name, mode) == -1 && errno != EEXIST)
		return err_sys(e, "make directory '%s'", name);
	return fd_open_beneath(dirfd, name, FD_NO_SYMLINKS,
	    O_RDONLY | O_DIRECTORY, 0, e);
}

static bool
is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int
fd_each_entry(int fd, fd_entry_fn *fn, void *arg, struct err *e)
{
	const struct dirent *d;
	/* Opened anew: with a position of its own, and fd may be O_PATH. */
	int copy = fd_open_dir(fd, ".", e);
	DIR *dir = copy == -1 ? NULL : fdopendir(copy);
	int rc = 0;

	if (!dir) {
		if (copy == -1)
			return -1;
		(void)err_sys(e, "read directory");
		(void)close(copy);
		return -1;
	}
	while (rc == 0 && (errno = 0, d = readdir(dir)) != NULL) {
		if (!is_dot(d->d_name))
			rc = fn(fd, d, arg, e);
	}
	if (rc == 0 && errno != 0)
		rc = err_sys(e, "read directory");
	(void)closedir(dir);
	return rc;
}

int
fd_make_dirs(int dirfd, const char *path, mode_t mode, struct err *e)
{
	_autofree char *copy = mem_strdup(path);
	char *rest = copy;
	char *name;
	_autoclose int fd = -1;

	fd = path[0] == '/' ? fd_open_dir(AT_FDCWD, "/", e)
			    : fd_open_dir(dirfd, ".", e);
	if (fd == -1)
		return -1;
	while ((name = strsep(&rest, "/")) != NULL) {
		int next;

		if (*name == '\0' || strcmp(name, ".") == 0)
			continue;
		next = enter_dir(fd, name, mode, e);
		if (next == -1)
			return err_in(e, "'%s'", path);
		(void)close(fd);
		fd = next;
	}
	return fd_take(&fd);
}

int
fd_read_all(int fd, size_t max, char **text, size_t *len, struct err *e)
{
	size_t room = 1024;
	size_t used = 0;
	_autofree char *buf = mem_alloc(room);

	for (;;) {
		ssize_t n = read(fd, buf + used, room - used - 1);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "read");
		if (n == 0)
			break;
		used += (size_t)n;
		if (used > max)
			return err_set(e, EFBIG, "longer than %zu bytes", max);
		if (room - used < 512) {
			room *= 2;
			buf = mem_grow(buf, room, 1);
		}
	}
	buf[used] = '\0';
	*text = mem_take(&buf);
	if (len)
		*len = used;
	return 0;
}

int
fd_read_file(int dirfd, const char *name, size_t max, char **text, size_t *len,
    struct err *e)
{
	_autoclose int fd = openat(dirfd, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd == -1)
		return err_sys(e, "open '%s'", name);
	if (fd_read_all(fd, max, text, len, e) == -1)
		return err_in(e, "'%s'", name);
	return 0;
}

int
fd_check_owner(int fd, const char *path, mode_t kind, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "look at '%s'", path);
	if ((st.st_mode & S_IFMT) != kind)
		return err_set(e, ERR_CONFIG, "'%s' is not a %s", path,
		    kind == S_IFDIR ? "directory" : "regular file");
	if ((st.st_uid != 0 && st.st_uid != geteuid()) ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_set(e, ERR_CONFIG,
		    "'%s' can be written by others than root; run "
		    "'chown 0 %s; chmod go-w %s' when it is yours",
		    path, path, path);
	return 0;
}

int
fd_write_all(int fd, const void *data, size_t len, struct err *e)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "write");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
fd_put(int dirfd, const char *path, const char *text, struct err *e)
{
	size_t len = strlen(text);
	_autoclose int fd = openat(dirfd, path,
	    O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);

	if (fd == -1)
		return err_sys(e, "open '%s'", path);
	if (write(fd, text, len) != (ssize_t)len)
		return err_sys(e, "write '%s' to '%s'", text, path);
	return 0;
}

/* A file that was not there: what an older attempt left, or somebody put there
 * to be opened, goes first. */
static int
open_new(int dirfd, const char *name, mode_t mode)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	int fd = openat(dirfd, name, flags, mode);

	if (fd == -1 && errno == EEXIST && unlinkat(dirfd, name, 0) == 0)
		fd = openat(dirfd, name, flags, mode);
	return fd;
}

/* Fill and flush the new file; its name is not yet the final one. */
static int
write_new(int dirfd, const char *name, mode_t mode, const void *data,
    size_t len, unsigned how, struct err *e)
{
	_autoclose int fd = open_new(dirfd, name, mode);

	if (fd == -1)
		return err_sys(e, "create '%s'", name);
	/* The umask took bits away. */
	if (fchmod(fd, mode) == -1)
		return err_sys(e, "chmod '%s'", name);
	if (fd_write_all(fd, data, len, e) == -1)
		return err_in(e, "'%s'", name);
	if ((how & (FD_ORDERED | FD_DURABLE)) && fsync(fd) == -1)
		return err_sys(e, "fsync '%s'", name);
	return 0;
}

int
fd_replace_file(int dirfd, const char *name, mode_t mode, const void *data,
    size_t len, unsigned how, struct err *e)
{
	/* The process id keeps two writers from sharing one new file. */
	_autofree char *fresh = (how & FD_LOCKED)
	    ? mem_printf(".%s.new", name)
	    : mem_printf(".%s.%d.new", name, (int)getpid());

	if (write_new(dirfd, fresh, mode, data, len, how, e) == -1) {
		(void)unlinkat(dirfd, fresh, 0);
		return -1;
	}
	if (renameat(dirfd, fresh, dirfd, name) == -1) {
		(void)err_sys(e, "rename '%s' to '%s'", fresh, name);
		(void)unlinkat(dirfd, fresh, 0);
		return -1;
	}
	if ((how & FD_DURABLE) && fsync(dirfd) == -1)
		return err_sys(e, "fsync the directory of '%s'", name);
	return 0;
}

void
fd_replace_forget(int dirfd, const char *name)
{
	_autofree char *fresh = mem_printf(".%s.new", name);

	(void)unlinkat(dirfd, fresh, 0);
}

int
fd_send(int sock, const void *data, size_t len, const int *fds, size_t nfds,
    struct err *e)
{
	union {
		char buf[CMSG_SPACE(sizeof(int) * MAX_FDS)];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data,
		.iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (nfds > MAX_FDS)
		return err_set(e, EINVAL, "too many descriptors to send");
	if (nfds > 0) {
		struct cmsghdr *c;

		msg.msg_control = control.buf;
		msg.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * nfds);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * nfds);
	}
	do {
		n = sendmsg(sock, &msg, MSG_NOSIGNAL);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(e, "send");
	if ((size_t)n != len)
		return err_set(e, EIO, "send: only %zd of %zu bytes", n, len);
	return 0;
}

/* Keep the first max descriptors of one control message, close the rest. */
static void
keep_fds(const struct cmsghdr *c, int *fds, size_t max, size_t *nfds)
{
	size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

	for (size_t i = 0; i < n; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
		if (*nfds < max)
			fds[(*nfds)++] = fd;
		else
			(void)close(fd);
	}
}

ssize_t
fd_recv(int sock, void *data, size_t size, int *fds, size_t max, size_t *nfds,
    struct err *e)
{
	union {
		char buf[CMSG_SPACE(sizeof(int) * MAX_FDS)];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = data, .iov_len = size };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	ssize_t n;

	*nfds = 0;
	do {
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(e, "receive");
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c;
	     c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			keep_fds(c, fds, max, nfds);
	}
	return n;
}

const char *
fd_path(int fd, char buf[FD_PATH_SIZE])
{
	(void)snprintf(buf, FD_PATH_SIZE, "/proc/self/fd/%d", fd);
	return buf;
}

int
fd_dup(int fd, struct err *e)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (copy == -1)
		return err_sys(e, "dup");
	return copy;
}
