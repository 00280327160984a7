/* SPDX-License-Identifier: ISC
 *
 * err - one error value, owned by the caller, that grows context on its way up.
 *
 * A function that can fail takes a struct err as its last parameter and returns
 * -1 on failure, always -1. The error is untouched on success; results are
 * untouched on failure. Whoever talks to a person prints it, once.
 */
#pragma once

#include "base/attr.h"

/* Codes of our own, above every errno value. */
enum err_code {
	ERR_STATE = 4096, /* the zone is in the wrong state for this */
	ERR_CONFIG,       /* a configuration or a stored file is wrong */
	ERR_UNKNOWN_ZONE, /* no such zone configured */
	ERR_USAGE,        /* the request itself is malformed: exit status 2 */
	ERR_VERIFY,       /* a check against this host failed */
};

struct err {
	int code;       /* errno value or enum err_code; 0 while all is well */
	char msg[1024]; /* "outer: inner: No such file or directory" */
};

/* Set the error. Returns -1, so that a failing function can end in one line. */
int err_set(struct err *e, int code, const char *fmt, ...) PRINTF(3, 4);

/* Set the error from errno: the text, a colon, strerror(errno). Returns -1. */
int err_sys(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* Put context in front of an error already set. When the buffer is full the
 * context is cut, never the cause. Returns -1. */
int err_in(struct err *e, const char *fmt, ...) PRINTF(2, 3);
