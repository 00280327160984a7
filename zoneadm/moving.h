/* SPDX-License-Identifier: ISC
 *
 * moving - the journal of a zone that changes its place.
 *
 * /etc/zones/UUID.move is there from before the first change until after the
 * last. Who finds it, under the zone's lock, and is not the move itself, brings
 * the zone to exactly one of the two paths.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum moving_phase {
	MOVING_BEGUN,  /* "to" may be there, empty */
	MOVING_RENAME, /* inode is wherever the zonepath is */
	MOVING_COPY,   /* inode is "to", filled bit by bit */
	MOVING_SWITCH, /* "to" is complete and the zone's; inode is "from" */
};

struct moving {
	enum moving_phase phase;
	uint64_t inode;
	char *from;
	char *to;
	char from_backend[16];
	char to_backend[16];
};
void moving_done(struct moving *m);
#define _cleanup_moving __attribute__((cleanup(moving_done)))

/* Is there one; "" is no zone's uuid. */
bool moving_is_pending(const char *uuid);

/* Durable when they return. */
int moving_load(const char *uuid, struct moving *out, struct err *e) MUST_CHECK;
int moving_save(const char *uuid, const struct moving *m, struct err *e)
    MUST_CHECK;
int moving_forget(const char *uuid, struct err *e) MUST_CHECK;
