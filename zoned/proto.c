/* SPDX-License-Identifier: ISC
 *
 * proto - what zoned and its clients say to one another.
 */
#include "zoned/proto.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

/* Append s with its NUL. */
static void
append(struct zd_msg *m, const char *s, size_t len)
{
	m->buf = mem_grow(m->buf, m->len + len + 1, 1);
	memcpy(m->buf + m->len, s, len);
	m->buf[m->len + len] = '\0';
	m->len += len + 1;
}

void
zd_msg_start(struct zd_msg *m, const char *type)
{
	*m = (struct zd_msg){ 0 };
	append(m, type, strlen(type));
}

void
zd_msg_add(struct zd_msg *m, const char *key, const char *value)
{
	_autofree char *word = mem_printf("%s=%s", key, value);

	append(m, word, strlen(word));
}

void
zd_msg_addf(struct zd_msg *m, const char *key, const char *fmt, ...)
{
	_autofree char *value = NULL;
	va_list ap;

	va_start(ap, fmt);
	value = mem_vprintf(fmt, ap);
	va_end(ap);
	zd_msg_add(m, key, value);
}

void
zd_msg_add_fd(struct zd_msg *m, int fd)
{
	if (m->nfds < ZD_MAX_FDS)
		m->fds[m->nfds++] = fd;
	else
		(void)close(fd);
}

void
zd_msg_done(struct zd_msg *m)
{
	for (size_t i = 0; i < m->nfds; i++) {
		if (m->fds[i] >= 0)
			(void)close(m->fds[i]);
	}
	free(m->buf);
	*m = (struct zd_msg){ 0 };
}

int
zd_msg_check(const char *buf, size_t len, struct err *e)
{
	const char *end = buf + len;
	size_t n;

	if (len == 0 || len > ZD_MSG_MAX || end[-1] != '\0')
		return err_set(e, EPROTO, "malformed message");
	n = strlen(buf);
	if (n == 0 || n > 32)
		return err_set(e, EPROTO, "message without a type");
	for (const char *p = buf + n + 1; p < end; p += strlen(p) + 1) {
		const char *eq = strchr(p, '=');

		if (!eq || eq == p)
			return err_set(e, EPROTO, "malformed word in message");
	}
	return 0;
}

const char *
zd_msg_type(const struct zd_msg *m)
{
	return m->buf ? m->buf : "";
}

bool
zd_msg_is(const struct zd_msg *m, const char *type)
{
	return strcmp(zd_msg_type(m), type) == 0;
}

const char *
zd_msg_get(const struct zd_msg *m, const char *key)
{
	size_t n = strlen(key);
	const char *end = m->buf + m->len;

	if (!m->buf)
		return NULL;
	for (const char *p = m->buf + strlen(m->buf) + 1; p < end;
	     p += strlen(p) + 1) {
		if (strncmp(p, key, n) == 0 && p[n] == '=')
			return p + n + 1;
	}
	return NULL;
}

uint64_t
zd_msg_num(const struct zd_msg *m, const char *key, uint64_t otherwise)
{
	const char *text = zd_msg_get(m, key);
	uint64_t v;

	if (!text || str_u64(text, UINT64_MAX, &v) == -1)
		return otherwise;
	return v;
}

int
zd_msg_take_fd(struct zd_msg *m, size_t i)
{
	return i < m->nfds ? fd_take(&m->fds[i]) : -1;
}

int
zd_msg_send(int sock, const struct zd_msg *m, struct err *e)
{
	if (m->len > ZD_MSG_MAX)
		return err_set(e, E2BIG, "message too long");
	return fd_send(sock, m->buf, m->len, m->fds, m->nfds, e);
}

int
zd_msg_recv(int sock, struct zd_msg *m, struct err *e)
{
	struct zd_msg got = { 0 };
	ssize_t n;

	/* The length first: a packet is cut where the buffer is short. */
	do {
		n = recv(sock, NULL, 0, MSG_PEEK | MSG_TRUNC);
	} while (n == -1 && errno == EINTR);
	if (n == -1 && errno != ECONNRESET)
		return err_sys(e, "receive");
	if (n <= 0)
		return 0;
	if (n > ZD_MSG_MAX)
		return err_set(e, EPROTO, "message too long");
	got.buf = mem_alloc((size_t)n);
	n = fd_recv(sock, got.buf, (size_t)n, got.fds, ZD_MAX_FDS, &got.nfds,
	    e);
	if (n == -1) {
		zd_msg_done(&got);
		return -1;
	}
	got.len = (size_t)n;
	if (zd_msg_check(got.buf, got.len, e) == -1) {
		zd_msg_done(&got);
		return -1;
	}
	*m = got;
	return 1;
}

void
zd_msg_from_err(struct zd_msg *m, const struct err *why)
{
	zd_msg_start(m, "error");
	zd_msg_addf(m, "code", "%d", why->code);
	zd_msg_add(m, "text", why->msg);
}

int
zd_msg_to_err(const struct zd_msg *m, struct err *e)
{
	const char *text = zd_msg_get(m, "text");

	return err_set(e, (int)zd_msg_num(m, "code", EPROTO), "%s",
	    text ? text : "no reason given");
}
