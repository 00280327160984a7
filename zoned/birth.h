/* SPDX-License-Identifier: ISC
 *
 * birth - the one place where a zone's pid 1 is made.
 *
 * Three processes take part, all sharing zoned's memory (CLONE_VM):
 *
 *   zoned    asks, waits, and is never in a namespace of the zone
 *   keeper   makes a mount namespace of the global zone's (N1), clones pid 1 in
 *            it with every other namespace, lets a short-lived maker build the
 *            zone's file systems, attaches them in N1 with all masks, and stays
 *            on as parent of pid 1 when zoned is killed: it holds the exit
 *            status and the console's pty for the zoned that adopts the zone
 *   pid 1    waits until all is ready; then copies N1 inside its own user
 *            namespace (the kernel locks what it inherits), pivots, drops,
 *            executes the zone's init
 *
 * Whoever runs while another one does uses base/raw.h only: they share errno.
 * zoned is not dumpable, so nothing in a zone can look into that memory.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/device.h"
#include "fs/plan.h"
#include "zoned/drop.h"
#include "zoned/sysv.h"

/* What a parked keeper holds beside the console, by number: the zone's network
 * namespace, so that links handed over can be taken back when the zone has
 * ended while no zoned was there; of an immutable zone the mount namespace in
 * which its tree can be written, and the user namespace of those who may
 * (zoned/enter.h). That has the zone's ids, but the zone has no power in it: no
 * process of the zone traces one of there, or reaches its files. */
enum { ZD_KEPT_NET = 4, ZD_KEPT_TRUST_MNT = 5, ZD_KEPT_TRUST_USER = 6 };

/* What the zone's pid 1 is to be; all of it outlives zd_birth_exec. */
struct zd_birth_spec {
	const char *zone;
	const char *uuid;
	const char *privs; /* names, for the zone itself */
	uint32_t id_base;
	const struct fs_plan *plan;
	const struct fs_devices *devices; /* beside those of every zone */
	int cgroup;                       /* directory it is born into */
	const int *v1; /* groups of v1 that it joins, nv1 of them */
	size_t nv1;
	int helpers; /* directory of our programs, private mount */
	struct zd_power power;
	unsigned withhold; /* enum fs_withhold */
	struct zd_sysv sysv;
};

/* What it executes, tried in order; -i names the only candidate. */
struct zd_birth_init {
	const char *const *paths; /* NULL-terminated, may be empty */
	const char *fallback;     /* helper executed where none of paths exists,
				   * or NULL */
	char *const *argv;        /* argv[0] is replaced by the path */
	char *const *env;
};

struct zd_birth;

/* Build the platform: namespaces, ids, file systems, console; pid 1 waits.
 * *keeper and *init are pidfds, *console the pty master (-1 where the host has
 * no pty left: the zone's console is /dev/null then), all the caller's;
 * their process ids come with them. On failure nothing is left. */
struct zd_birth_result {
	int keeper;
	int init;
	int console;
	pid_t keeper_pid;
	pid_t init_pid;
	int console_in_keeper; /* its number there */
};
int zd_birth_ready(const struct zd_birth_spec *spec, struct zd_birth **birth,
    struct zd_birth_result *out, struct err *e) MUST_CHECK;

/* Let pid 1 execute its init. On failure pid 1 is dead. The birth is over and
 * freed either way. */
int zd_birth_exec(struct zd_birth *birth, const struct zd_birth_init *init,
    struct err *e) MUST_CHECK;

/* Give a platform up that never executed: pid 1 and keeper end. */
void zd_birth_drop(struct zd_birth *birth);

/* The keeper of a zone that has ended: let it reap and exit, and wait for that
 * where it is a child of ours. */
void zd_keeper_end(int keeper_fd, pid_t keeper_pid);
