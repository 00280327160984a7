/* SPDX-License-Identifier: ISC
 *
 * ppriv - what the parts of ppriv share.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "privileges/set.h"

/* The set of a zone: of the one we are in, of one by its name, or of the one
 * that a process is in. */
struct ppriv_zone {
	struct priv_set set;
	bool global; /* not in a zone: everything, no filter of ours */
};

/* The zone that this program runs in. */
int ppriv_here(struct ppriv_zone *out, struct err *e) MUST_CHECK;

/* A running zone, by name: from the global zone. */
int ppriv_named(const char *zone, struct ppriv_zone *out, struct err *e)
    MUST_CHECK;

/* A process: the sets of Solaris' model. */
struct ppriv_process {
	pid_t pid;
	char *command; /* safe to print */
	bool no_new_privs;
	bool global;
	struct priv_set zone; /* of the zone that it is in */
	struct priv_set effective;
	struct priv_set inheritable;
	struct priv_set permitted;
	struct priv_set limit;
};
void ppriv_process_done(struct ppriv_process *p);
int ppriv_process_load(pid_t pid, struct ppriv_process *out, struct err *e)
    MUST_CHECK;
