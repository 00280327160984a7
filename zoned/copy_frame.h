/* SPDX-License-Identifier: ISC
 *
 * copy_frame - frames of zoned/copy.h, shared by its two halves.
 */
#pragma once

#include <stddef.h>

#include "zoned/copy.h"

enum { FRAME_HEAD = 5, META_SIZE = 16 };

struct frame {
	char type;
	size_t len;
	unsigned char *data; /* terminated; good until the next one */
};

struct meta {
	uint32_t mode;
	int64_t mtime;
	uint32_t nsec;
	const char *name;   /* one component */
	const char *target; /* of a link, else NULL */
};

int copy_get(struct zd_copy *c, struct frame *f, struct err *e) MUST_CHECK;
int copy_put(struct zd_copy *c, char type, const void *data, size_t len,
    struct err *e) MUST_CHECK;

/* The name and the rest of an item, or -1 where they are not as they must. */
int copy_parse_meta(const struct frame *f, struct meta *m) MUST_CHECK;

/* Something could not be done: count it and tell. */
void copy_note(struct zd_copy *c, const char *text, bool remote);
void copy_note_text(struct zd_copy *c, const char *path, const char *why);
void copy_note_sys(struct zd_copy *c, const char *path); /* from errno */
