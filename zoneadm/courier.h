/* SPDX-License-Identifier: ISC
 *
 * courier - a connection to zoneadm on another host: ssh(1) carries it and says
 * whom to trust; there "zoneadm receive" answers.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "zoneadm/wire.h"

struct courier {
	struct wire wire;
	pid_t ssh;  /* 0: none */
	char *host; /* as messages name it */
};
#define COURIER_NONE                             \
	{                                        \
		.wire = { -1, -1, -1 }, .ssh = 0 \
	}
void courier_done(struct courier *c); /* hangs up, and waits for ssh */
#define _cleanup_courier __attribute__((cleanup(courier_done)))

/* Is it "ssh://[USER@]HOST[:PORT]"; nothing in it can be taken for an option of
 * ssh. */
int courier_check(const char *uri, struct err *e) MUST_CHECK;

int courier_open(const char *uri, struct courier *out, struct err *e)
    MUST_CHECK;

/* What the other side answers: the text behind "ok", the caller's to free
 * (NULL: not wanted); an answer of "no TEXT" is the error. */
int courier_hear(struct courier *c, char **answer, struct err *e) MUST_CHECK;

/* wire_say, then courier_hear. */
int courier_ask(struct courier *c, char **answer, struct err *e,
    const char *fmt, ...) PRINTF(4, 5) MUST_CHECK;

/* Send the directory as tar(1) writes it, with all that a file has. tell is
 * called with the bytes sent so far. Then courier_hear says what became of it.
 */
typedef void courier_tell(uint64_t bytes, void *arg);
int courier_send_tree(struct courier *c, int tree, courier_tell *tell,
    void *arg, struct err *e) MUST_CHECK;
