/* SPDX-License-Identifier: ISC
 *
 * tar - archives made by hand, wrong where a test wants them wrong.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "base/mem.h"

struct tar {
	char *data;
	size_t len;
};

/* One member; data may be NULL. The size in the header is that of data. */
struct tar_member {
	const char *name;
	char type; /* '0' file, '1' hard link, '2' symlink, '5' directory ... */
	const char *link;
	const char *data;
	unsigned mode;
	uint64_t uid;
	uint64_t gid;
};

static inline void
tar_raw(struct tar *t, const void *data, size_t len)
{
	t->data = mem_grow(t->data, t->len + len + 1, 1);
	memcpy(t->data + t->len, data, len);
	t->len += len;
}

static inline void
tar_zeros(struct tar *t, size_t len)
{
	t->data = mem_grow(t->data, t->len + len + 1, 1);
	memset(t->data + t->len, 0, len);
	t->len += len;
}

/* Octal, or base 256 where that is too short (GNU). */
static inline void
tar_number(char *field, size_t size, uint64_t value)
{
	if (value < 1ULL << (3 * (size - 1))) {
		(void)snprintf(field, size, "%0*llo", (int)size - 1,
		    (unsigned long long)value);
		return;
	}
	memset(field, 0, size);
	field[0] = (char)0x80;
	for (size_t i = size; i-- > 1 && value; value >>= 8)
		field[i] = (char)(value & 0xff);
}

static inline void
tar_header(struct tar *t, const struct tar_member *m, uint64_t size)
{
	char h[512] = { 0 };
	unsigned sum = 0;

	memcpy(h, m->name, strnlen(m->name, 100));
	tar_number(h + 100, 8, m->mode);
	tar_number(h + 108, 8, m->uid);
	tar_number(h + 116, 8, m->gid);
	tar_number(h + 124, 12, size);
	tar_number(h + 136, 12, 1600000000);
	memset(h + 148, ' ', 8);
	h[156] = m->type;
	if (m->link)
		memcpy(h + 157, m->link, strnlen(m->link, 100));
	memcpy(h + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(h); i++)
		sum += (unsigned char)h[i];
	(void)snprintf(h + 148, 8, "%06o", sum);
	tar_raw(t, h, sizeof(h));
}

static inline void
tar_add(struct tar *t, const struct tar_member *m)
{
	size_t len = m->data ? strlen(m->data) : 0;

	tar_header(t, m, len);
	if (len > 0)
		tar_raw(t, m->data, len);
	tar_zeros(t, (512 - len % 512) % 512);
}

static inline void
tar_end(struct tar *t)
{
	tar_zeros(t, 1024);
}

static inline void
tar_done(struct tar *t)
{
	free(t->data);
}
#define _tar __attribute__((cleanup(tar_done)))
