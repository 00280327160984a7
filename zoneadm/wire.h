/* SPDX-License-Identifier: ISC
 *
 * wire - what zoneadm on two hosts say to one another: lines of text, and a
 * stream in blocks whose end is told apart from its breaking off.
 *
 * Nothing is read ahead: what follows a line or the last block is still there.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* The first word of whoever receives, and what both must agree on. */
#define WIRE_HELLO "zones-receive"
enum { WIRE_FORMAT = 1, WIRE_LINE_MAX = 4096, WIRE_BLOCK_MAX = 256 * 1024 };

struct wire {
	int in;
	int out;
	int timeout_ms; /* of silence; -1: for ever */
};

/* One line, without its newline in fmt. */
int wire_say(const struct wire *w, struct err *e, const char *fmt, ...)
    PRINTF(3, 4) MUST_CHECK;

/* A line without its newline, the caller's to free: 1; 0: the other side has
 * gone. */
int wire_hear(const struct wire *w, char **line, struct err *e) MUST_CHECK;

/* Exactly len bytes. */
int wire_read(const struct wire *w, void *data, size_t len, struct err *e)
    MUST_CHECK;
int wire_write(const struct wire *w, const void *data, size_t len,
    struct err *e) MUST_CHECK;

/* A block of the stream; len 0 ends it. */
int wire_put_block(const struct wire *w, const void *data, size_t len,
    struct err *e) MUST_CHECK;

/* The stream will not be ended. */
int wire_break_off(const struct wire *w, struct err *e) MUST_CHECK;

/* The next block, up to WIRE_BLOCK_MAX bytes; *len 0: the end. */
int wire_get_block(const struct wire *w, void *data, size_t *len, struct err *e)
    MUST_CHECK;
