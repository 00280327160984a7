/* SPDX-License-Identifier: ISC
 *
 * budget - what all zones of a root may take together, so that the host keeps a
 * reserve whatever they do.
 *
 * Nothing of it is configured: it is derived from the machine at each boot of a
 * zone, and written into the control group that holds the zones.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum {
	ZD_PROCESSES_MAX = 8192, /* of one zone, where nothing else is said */
};

struct zd_budget {
	uint64_t processes; /* of all zones together, threads counted */
	uint64_t of_zone;   /* of one */
	uint64_t memory;    /* bytes of all zones together */
	uint64_t ptys; /* kept back for the host and what its zones are given */
};

/* The budget on a machine that counts to that many processes and has that many
 * bytes, with so many zones up. Pure. */
struct zd_budget zd_budget_of(uint64_t processes, uint64_t memory,
    uint64_t zones);

/* The same for this machine. */
int zd_budget_here(uint64_t zones, struct zd_budget *out, struct err *e)
    MUST_CHECK;

/* Write it into the control group that holds all zones, each limit whose
 * controller the group has. A limit of processes that cannot be set is an
 * error; the one of memory is set where the kernel lets us.
 *
 * What the kernel has one number of for the whole host is raised where it is
 * lower, and stays so: with the limit of processes kernel.pty.reserve, which a
 * devpts mounted by a zone cannot use up, and kernel.pty.max by as much; with
 * the one of memory fs.file-max, for then memory counts in its place (a struct
 * file is charged to the control group of who opens it, since Linux 4.5). */
int zd_budget_set(int all, struct err *e) MUST_CHECK;
