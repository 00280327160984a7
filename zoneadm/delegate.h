/* SPDX-License-Identifier: ISC
 *
 * delegate - what users who are named by the resource admin may do, and asking
 * root's zone-broker to do it (docs/decisions/0015-broker.md).
 *
 * One connection is one call: the request, "winch" as often as the caller's
 * terminal changes its size, the answer.
 *
 *   zoneadm  zone= verb= arg=             done: status= out= err=
 *   zlogin   zone= user= command= escape= options=LETTERS term=
 *            and three descriptors
 *                                         done: status=
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "zoned/proto.h"

/* The door, below path_of(PATH_RUN). */
#define DELEGATE_SOCK ".admin"

/* Of zlogin; all others, -S and -T above all, are for root alone. */
#define DELEGATE_LETTERS "CdEinQ"

/* Sizes of what is told of a zoneadm that ran. */
enum { DELEGATE_OUT_MAX = 32 * 1024 };

/* What a request needs: auth on zone, and clonefrom on source where that is not
 * NULL. Strings are the request's, or constants. */
struct delegate_need {
	const char *zone;
	const char *auth;
	const char *source;
};

/* Read a request by the table of those that are possible at all; anything else
 * is refused. Pure. */
int delegate_need(const struct zd_msg *m, struct delegate_need *out,
    struct err *e) MUST_CHECK;

/* "a,b" has one of the two words; other may be NULL. */
bool delegate_has(const char *auths, const char *word, const char *other);

/* May root read or write it for a user: a pipe, a terminal, /dev/null. Of a
 * regular file root would pass the user's quota, of a socket his name, and of
 * files of proc what the user may not write there. */
bool delegate_is_plain(int fd);

/* Add one of the caller's own descriptors, through a pipe and a process that
 * copies where it is not plain. */
int delegate_lend(struct zd_msg *m, int fd, struct err *e) MUST_CHECK;

/* Ask. 0 and the exit status in *status; 1 where nobody listens. The request
 * is released where it was sent; what the command printed is printed. */
int delegate_ask(struct zd_msg *m, int *status, struct err *e) MUST_CHECK;
