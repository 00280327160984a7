/* SPDX-License-Identifier: ISC
 *
 * spawn - run another program: argv, a clean environment, chosen descriptors,
 * and its words on stderr as the error.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

struct spawn {
	const char *const *argv; /* argv[0] is the path, NULL-terminated */
	const char *const *env;  /* NULL: PATH and LANG=C.UTF-8, nothing else */
	int fd[3];               /* its 0, 1, 2; -1 is /dev/null */
	const int *keep;         /* become its descriptors 3, 4, ... */
	size_t nkeep;
	int program; /* > 0: executed in place of argv[0] */
};

#define SPAWN(argv_)                                  \
	(struct spawn)                                \
	{                                             \
		.argv = (argv_), .fd = { -1, -1, -1 } \
	}

/* Start it. Signals are unblocked and default in the child, all other
 * descriptors closed. Returns the pid to wait for, or -1. */
pid_t spawn_start(const struct spawn *s, struct err *e) MUST_CHECK;

/* Wait for it: 0..255 is its exit status, 256 + N death by signal N, -1 where
 * it ran longer than timeout_ms (it is killed and reaped; -1: no limit). */
int spawn_wait(pid_t pid, int timeout_ms, struct err *e) MUST_CHECK;

/* Start it, wait, and turn a failure into an error that quotes the last line it
 * wrote to stderr (where fd[2] is -1). 0, or -1. */
int spawn_run(const struct spawn *s, int timeout_ms, struct err *e) MUST_CHECK;
