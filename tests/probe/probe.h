/* SPDX-License-Identifier: ISC
 *
 * probe - attacks on the wall around a zone, one at a time.
 *
 * Run inside a zone each must be BLOCKED; run outside each must SUCCEED where
 * that does no harm, so that being blocked proves something.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/* Also the exit status. */
enum verdict {
	SUCCEEDED = 0, /* the attack works: bad inside a zone */
	BLOCKED = 1,
	CANNOT_TRY = 2, /* this kernel or machine has nothing to attack */
};

/* How a probe is tried outside a zone. */
enum outside {
	RUN,  /* as it is, it does no harm */
	MNT,  /* in a mount namespace of its own, thrown away */
	SKIP, /* not at all; the sentence says why */
};

struct probe {
	const char *name;
	enum verdict (*run)(const struct probe *p);
	enum outside outside;
	const char *sentence; /* what is tried */
	const char *arg;      /* a path, where one function serves many */
	long nr;              /* a number, likewise */
};

/* The probes of one file. */
struct probes {
	const struct probe *probe;
	size_t n;
};
extern const struct probes call_probes;
extern const struct probes socket_probes;
extern const struct probes path_probes;
extern const struct probes mount_probes;
extern const struct probes process_probes;
extern const struct probes share_probes;
extern const struct probes hunt_probes;

/* Are we outside a zone, on purpose? */
extern bool outside;

/* What the test passed as KEY=VALUE, or NULL. */
const char *given(const char *key);

/* Say what happened, for the log; returns v. */
enum verdict say(enum verdict v, const char *fmt, ...) PRINTF(2, 3);

/* The verdict of a call that returned ret and set errno: where it got past the
 * check of rights, it SUCCEEDED, whatever else was wrong with its arguments. */
enum verdict judge(long ret);

/* A directory that goes away with the probe, always the same one. Exits with
 * CANNOT_TRY where there is no place for it. */
const char *scratch(void);

/* The whole of a small file, NUL-terminated, or NULL. In one static buffer. */
const char *slurp(const char *path);

/* Run fn in a child, so that what it does to itself does not matter: its
 * verdict, BLOCKED where it dies by a signal. */
enum verdict in_child(const struct probe *p,
    enum verdict (*fn)(const struct probe *p));
