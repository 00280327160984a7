/* SPDX-License-Identifier: ISC
 *
 * wire - what zoneadm on two hosts say to one another.
 */
#include "zoneadm/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

/* In place of a length: the sender has failed. */
static const uint32_t broken = UINT32_MAX;

int
wire_say(const struct wire *w, struct err *e, const char *fmt, ...)
{
	_autofree char *text = NULL;
	_autofree char *line = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	for (char *p = text; *p != '\0'; p++) {
		if (*p == '\n')
			*p = ' ';
	}
	line = mem_printf("%s\n", text);
	return wire_write(w, line, strlen(line), e);
}

static int
await(const struct wire *w, struct err *e)
{
	struct pollfd p = { .fd = w->in, .events = POLLIN };
	int n;

	do {
		n = poll(&p, 1, w->timeout_ms);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(e, "poll");
	if (n == 0)
		return err_set(e, ETIMEDOUT,
		    "nothing was heard of the other side for %d seconds",
		    w->timeout_ms / 1000);
	return 0;
}

/* Some bytes, 0 at the end. */
static ssize_t
read_some(const struct wire *w, void *data, size_t len, struct err *e)
{
	ssize_t n;

	if (await(w, e) == -1)
		return -1;
	do {
		n = read(w->in, data, len);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(e, "read from the other side");
	return n;
}

int
wire_hear(const struct wire *w, char **line, struct err *e)
{
	char text[WIRE_LINE_MAX];
	size_t len = 0;

	while (len < sizeof(text)) {
		ssize_t n = read_some(w, text + len, 1, e);

		if (n <= 0)
			return (int)n;
		if (text[len] == '\n') {
			*line = mem_strndup(text, len);
			return 1;
		}
		len++;
	}
	return err_set(e, EBADMSG, "the other side said too long a line");
}

int
wire_read(const struct wire *w, void *data, size_t len, struct err *e)
{
	char *to = data;

	while (len > 0) {
		ssize_t n = read_some(w, to, len, e);

		if (n == -1)
			return -1;
		if (n == 0)
			return err_set(e, EPIPE,
			    "the connection ended too early");
		to += n;
		len -= (size_t)n;
	}
	return 0;
}

int
wire_write(const struct wire *w, const void *data, size_t len, struct err *e)
{
	return fd_write_all(w->out, data, len, e);
}

static int
put_length(const struct wire *w, uint32_t len, struct err *e)
{
	uint32_t head = htonl(len);

	return wire_write(w, &head, sizeof(head), e);
}

int
wire_put_block(const struct wire *w, const void *data, size_t len,
    struct err *e)
{
	if (put_length(w, (uint32_t)len, e) == -1)
		return -1;
	return len == 0 ? 0 : wire_write(w, data, len, e);
}

int
wire_break_off(const struct wire *w, struct err *e)
{
	return put_length(w, broken, e);
}

int
wire_get_block(const struct wire *w, void *data, size_t *len, struct err *e)
{
	uint32_t head;

	if (wire_read(w, &head, sizeof(head), e) == -1)
		return -1;
	head = ntohl(head);
	if (head == broken)
		return err_set(e, ECANCELED, "the other side broke off");
	if (head > WIRE_BLOCK_MAX)
		return err_set(e, EBADMSG, "a block is too long");
	if (wire_read(w, data, head, e) == -1)
		return -1;
	*len = head;
	return 0;
}
