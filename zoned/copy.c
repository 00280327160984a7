/* SPDX-License-Identifier: ISC
 *
 * copy - files and trees as a stream of frames, for zonecp: the stream, the
 * sending side and the side in the zone. Receiving is in copy_in.c.
 */
#include "zoned/copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zoned/copy_frame.h"

void
zd_copy_done(struct zd_copy *c)
{
	free(c->buf);
	c->buf = NULL;
}

static unsigned char *
buffer(struct zd_copy *c)
{
	if (!c->buf)
		c->buf = mem_alloc(ZD_COPY_MAX + 1);
	return c->buf;
}

static void
put_number(unsigned char *p, uint64_t n, size_t size)
{
	for (size_t i = 0; i < size; i++)
		p[i] = (unsigned char)(n >> (8 * i));
}

static uint64_t
get_number(const unsigned char *p, size_t size)
{
	uint64_t n = 0;

	for (size_t i = size; i-- > 0;)
		n = n << 8 | p[i];
	return n;
}

/* Read exactly len bytes; the end of the stream is an error. */
static int
read_exactly(int fd, void *data, size_t len, struct err *e)
{
	char *p = data;

	while (len > 0) {
		ssize_t n = read(fd, p, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "read");
		if (n == 0)
			return err_set(e, EPIPE, "the other side is gone");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
copy_get(struct zd_copy *c, struct frame *f, struct err *e)
{
	unsigned char head[FRAME_HEAD];

	if (read_exactly(c->in, head, sizeof(head), e) == -1)
		return -1;
	f->type = (char)head[0];
	f->len = (size_t)get_number(head + 1, 4);
	f->data = buffer(c);
	if (f->len > ZD_COPY_MAX)
		return err_set(e, EPROTO, "a frame is too long");
	if (read_exactly(c->in, c->buf, f->len, e) == -1)
		return -1;
	c->buf[f->len] = '\0';
	return 0;
}

/* While we send, the other side may say what went wrong. */
static int
hear(struct zd_copy *c, bool *end, struct err *e)
{
	/* The buffer may hold what is being sent. */
	unsigned char *sending = mem_take(&c->buf);
	struct frame f;
	int ret = copy_get(c, &f, e);

	*end = ret == 0 && f.type == 'q';
	if (ret == 0 && f.type == 'x')
		copy_note(c, (const char *)f.data, true);
	else if (ret == 0 && f.type != 'q')
		ret = err_set(e, EPROTO, "an answer of an unknown kind");
	free(c->buf);
	c->buf = sending;
	return ret;
}

static int
wait_writable(struct zd_copy *c, struct err *e)
{
	struct pollfd p[] = { { .fd = c->out, .events = POLLOUT },
		{ .fd = c->in, .events = POLLIN } };
	bool end;

	if (poll(p, 2, -1) == -1)
		return errno == EINTR ? 0 : err_sys(e, "poll");
	if (p[1].revents == 0)
		return 0;
	if (hear(c, &end, e) == -1)
		return -1;
	return end ? err_set(e, EPROTO, "the other side stopped") : 0;
}

/* The other side closed: hear first what it had to say. */
static int
broken(struct zd_copy *c, struct err *e)
{
	struct err why;
	bool end = c->in == -1;

	(void)err_sys(e, "write");
	while (!end && hear(c, &end, &why) == 0)
		continue;
	return -1;
}

static int
write_out(struct zd_copy *c, const unsigned char *p, size_t len, struct err *e)
{
	while (len > 0) {
		ssize_t n = write(c->out, p, len);

		if (n == -1 && errno == EAGAIN) {
			if (wait_writable(c, e) == -1)
				return -1;
			continue;
		}
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return broken(c, e);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
copy_put(struct zd_copy *c, char type, const void *data, size_t len,
    struct err *e)
{
	unsigned char head[FRAME_HEAD] = { (unsigned char)type };

	put_number(head + 1, len, 4);
	if (write_out(c, head, sizeof(head), e) == -1)
		return -1;
	return write_out(c, data, len, e);
}

void
copy_note(struct zd_copy *c, const char *text, bool remote)
{
	struct err ignored;

	c->failed++;
	if (c->note)
		c->note(c, text, remote);
	else if (c->out != -1)
		(void)!copy_put(c, 'x', text, strlen(text), &ignored);
}

void
copy_note_text(struct zd_copy *c, const char *path, const char *why)
{
	_autofree char *text = mem_printf("%s: %s", path, why);

	copy_note(c, text, false);
}

void
copy_note_sys(struct zd_copy *c, const char *path)
{
	copy_note_text(c, path, strerror(errno));
}

/* One component. Any other byte may be in a name: it is shown as \\xNN. */
static bool
is_component(const char *name)
{
	return *name != '\0' && !strchr(name, '/') && !str_eq(name, ".") &&
	    !str_eq(name, "..");
}

int
copy_parse_meta(const struct frame *f, struct meta *m)
{
	uint64_t sec;

	if (f->len <= META_SIZE)
		return -1;
	m->mode = (uint32_t)get_number(f->data, 4);
	sec = get_number(f->data + 4, 8);
	memcpy(&m->mtime, &sec, sizeof(sec));
	m->nsec = (uint32_t)get_number(f->data + 12, 4);
	if (m->nsec >= 1000000000)
		return -1;
	m->name = (const char *)f->data + META_SIZE;
	/* A link's target follows its name. */
	m->target = memchr(m->name, '\0', f->len - META_SIZE);
	if (m->target)
		m->target++;
	if (!is_component(m->name) || (f->type == 'l') != !!m->target)
		return -1;
	return 0;
}

/* A frame that begins an item. */
static int
put_item(struct zd_copy *c, char type, const struct stat *st, const char *name,
    const char *target, struct err *e)
{
	size_t n = strlen(name);
	size_t len = META_SIZE + n + (target ? 1 + strlen(target) : 0);
	_autofree unsigned char *data = mem_alloc(len + 1);

	put_number(data, st->st_mode & 07777, 4);
	put_number(data + 4, (uint64_t)st->st_mtim.tv_sec, 8);
	put_number(data + 12, (uint64_t)st->st_mtim.tv_nsec, 4);
	memcpy(data + META_SIZE, name, n);
	if (target)
		memcpy(data + META_SIZE + n + 1, target, strlen(target));
	return copy_put(c, type, data, len, e);
}

/* Where an item is: the name that goes over, and the one for people. */
struct item {
	int dir;
	const char *path; /* below dir */
	const char *name;
	const char *shown;
	unsigned depth;
};

static int send_item(struct zd_copy *c, const struct item *i, struct err *e);

static int
send_file(struct zd_copy *c, const struct item *i, struct err *e)
{
	_autoclose int fd = openat(i->dir, i->path,
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
		(i->depth > 0 ? O_NOFOLLOW : 0));
	struct stat st;
	ssize_t n = 0;

	if (fd == -1 || fstat(fd, &st) == -1) {
		copy_note_sys(c, i->shown);
		return 0;
	}
	if (put_item(c, 'f', &st, i->name, NULL, e) == -1)
		return -1;
	while (
	    S_ISREG(st.st_mode) && (n = read(fd, buffer(c), ZD_COPY_MAX)) > 0) {
		if (copy_put(c, 'b', c->buf, (size_t)n, e) == -1)
			return -1;
		c->bytes += (uint64_t)n;
		if (c->moved)
			c->moved(c);
	}
	if (n == -1)
		copy_note_sys(c, i->shown);
	return copy_put(c, 'e', NULL, 0, e);
}

static int
send_link(struct zd_copy *c, const struct item *i, const struct stat *st,
    struct err *e)
{
	char target[4096];
	ssize_t n = readlinkat(i->dir, i->path, target, sizeof(target) - 1);

	if (n == -1) {
		copy_note_sys(c, i->shown);
		return 0;
	}
	target[n] = '\0';
	return put_item(c, 'l', st, i->name, target, e);
}

static int
send_entries(struct zd_copy *c, const struct item *i, DIR *dir, struct err *e)
{
	struct dirent *d;

	while ((d = readdir(dir)) != NULL) {
		_autofree char *shown = NULL;
		struct item below = { dirfd(dir), d->d_name, d->d_name, NULL,
			i->depth + 1 };

		if (str_eq(d->d_name, ".") || str_eq(d->d_name, ".."))
			continue;
		shown = mem_printf("%s/%s", i->shown, d->d_name);
		below.shown = shown;
		if (send_item(c, &below, e) == -1)
			return -1;
	}
	return 0;
}

static int
send_dir(struct zd_copy *c, const struct item *i, struct err *e)
{
	int fd;
	struct stat st;
	DIR *dir;
	int ret;

	if (!c->recursive || i->depth >= ZD_COPY_DEPTH) {
		copy_note_text(c, i->shown,
		    c->recursive ? "directories too deep"
				 : "is a directory; use -r");
		return 0;
	}
	fd = openat(i->dir, i->path,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC |
		(i->depth > 0 ? O_NOFOLLOW : 0));
	dir = fd == -1 || fstat(fd, &st) == -1 ? NULL : fdopendir(fd);
	if (!dir) {
		copy_note_sys(c, i->shown);
		fd_close_at(&fd);
		return 0;
	}
	ret = put_item(c, 'd', &st, i->name, NULL, e);
	if (ret == 0)
		ret = send_entries(c, i, dir, e);
	if (ret == 0)
		ret = copy_put(c, 'u', NULL, 0, e);
	(void)closedir(dir);
	return ret;
}

static int
send_item(struct zd_copy *c, const struct item *i, struct err *e)
{
	struct stat st;

	/* What the caller named may be a link; links in a tree stay links. */
	if (fstatat(i->dir, i->path, &st,
		i->depth > 0 ? AT_SYMLINK_NOFOLLOW : 0) == -1) {
		copy_note_sys(c, i->shown);
		return 0;
	}
	if (S_ISREG(st.st_mode))
		return send_file(c, i, e);
	if (S_ISDIR(st.st_mode))
		return send_dir(c, i, e);
	if (S_ISLNK(st.st_mode))
		return send_link(c, i, &st, e);
	copy_note_text(c, i->shown, "is a device, a socket or a pipe");
	return 0;
}

int
zd_copy_send(struct zd_copy *c, const char *path, struct err *e)
{
	_autofree char *clean = path_squeeze(*path != '\0' ? path : ".");
	_autofree char *real = NULL;
	const char *slash = strrchr(clean, '/');
	const char *name = slash ? slash + 1 : clean;
	struct item i = { AT_FDCWD, clean, NULL, path, 0 };

	/* "." and ".." go over under the name the directory really has. */
	if (str_eq(name, ".") || str_eq(name, "..")) {
		real = realpath(clean, NULL);
		name = real ? strrchr(real, '/') + 1 : "";
	}
	if (*name == '\0') {
		copy_note_text(c, path, "has no name to copy it under");
		return 0;
	}
	i.name = name;
	return send_item(c, &i, e);
}

int
zd_copy_send_end(struct zd_copy *c, struct err *e)
{
	bool end = false;

	if (copy_put(c, 'q', NULL, 0, e) == -1)
		return -1;
	while (c->in != -1 && !end) {
		if (hear(c, &end, e) == -1)
			return -1;
	}
	return 0;
}

int
zd_copy_serve(const char *request, int in, int out)
{
	struct err e = { 0 };
	_cleanup_copy struct zd_copy c = { .in = -1,
		.out = out,
		.mode = 07777 };
	int ret;

	if (strlen(request) < 4 || request[3] != ':')
		return -1;
	c.recursive = request[1] == 'r';
	c.into_dir = request[2] == 'm';
	c.keep = request[0] == 'P';
	if (request[0] == 'g') {
		ret = zd_copy_send(&c, request + 4, &e);
		if (ret == 0)
			ret = zd_copy_send_end(&c, &e);
	} else {
		c.in = in;
		ret = zd_copy_receive(&c, request + 4, &e);
		if (ret == -1)
			copy_note(&c, e.msg, false);
		(void)!copy_put(&c, 'q', NULL, 0, &e);
	}
	return ret == 0 && c.failed == 0 ? 0 : -1;
}
