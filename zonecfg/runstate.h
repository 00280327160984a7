/* SPDX-License-Identifier: ISC
 *
 * runstate - what runs: the record that zoned keeps below /run/zones/NAME, and
 * the kernel's word on whether it is still true.
 *
 * The record is replaced by rename before each step of zoned and is not
 * flushed: it lives on a tmpfs and carries the boot id.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/index.h"

struct zc_process {
	pid_t pid;      /* 0: none */
	uint64_t start; /* field 22 of /proc/PID/stat: tells a reused pid */
};

struct zc_run {
	enum zc_state state;    /* ZC_INSTALLED: nothing runs */
	int id;                 /* zone id, from 1; a new one at every ready */
	uint32_t id_base;       /* first host id of the range in use */
	struct zc_process init; /* the zone's pid 1 */
	struct zc_process keeper; /* its parent (zoned/keeper.h) */
	struct zc_process zoned;
	int console_fd;   /* in the keeper; -1: none */
	unsigned boots;   /* since it was last started from outside */
	bool again;       /* it rebooted from inside and is to be booted */
	unsigned persona; /* personality(2) that its processes start with */
	int sched;        /* and their policy, sched(7) */
	char *cgroup;     /* below the cgroup2 mount, without '/' first */
	char *bootargs;   /* as given to the last boot */
	char *privs; /* names of the set that its init has; NULL: unknown */
};
void zc_run_done(struct zc_run *run);
#define _cleanup_run __attribute__((cleanup(zc_run_done)))

/* Read a zone's record and check it against the kernel: a record of another
 * boot of the machine, or of processes that are gone, gives state
 * ZC_INSTALLED; with no process but a record that is not finished, ZC_DOWN,
 * also where the reboot that it tells of has nobody left to carry it out;
 * with an init that has not executed yet, ZC_READY. No record at all is
 * ZC_INSTALLED, id 0. */
int zc_run_load(const char *zone, struct zc_run *out, struct err *e) MUST_CHECK;

/* As zc_run_load, but as written: for the one who adopts. 0: there is a record
 * of this boot, 1: there is none. */
int zc_run_load_raw(const char *zone, struct zc_run *out, struct err *e)
    MUST_CHECK;

int zc_run_save(const char *zone, const struct zc_run *run, struct err *e)
    MUST_CHECK;
int zc_run_remove(const char *zone, struct err *e) MUST_CHECK;

/* The zone is gone, or has another name: remove its whole run directory, the
 * lock with it. The caller holds the lock; it is of no use any more. */
int zc_run_forget(const char *zone, struct err *e) MUST_CHECK;

/* The zones that may have a record; all others are certain to have none. */
int zc_run_names(struct zc_names *out, struct err *e) MUST_CHECK;

/* A process by number with its start time, or pid 0 where there is none. */
struct zc_process zc_process_of(pid_t pid);
bool zc_process_alive(const struct zc_process *p); /* zombies are not alive */

/* Alive, and it has executed a program since it was forked: an init that runs,
 * not one that waits to. */
bool zc_process_executed(const struct zc_process *p);

/* The state a person is shown: the durable one, or the live one above it. */
enum zc_state zc_state_now(const struct zc_entry *entry,
    const struct zc_run *run);

/* The next zone id below this root. */
int zc_run_next_id(int *id, struct err *e) MUST_CHECK;
