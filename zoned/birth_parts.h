/* SPDX-License-Identifier: ISC
 *
 * birth_parts - what the files of birth share: the memory that zoned, keeper,
 * maker and pid 1 have in common. For them alone.
 */
#pragma once

#include <linux/futex.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/raw.h"
#include "base/sys.h"
#include "fs/root.h"
#include "fs/stage.h"
#include "zoned/birth.h"

enum {
	KEEPER_STACK = 64 * 1024,
	CHILD_STACK = 16 * 1024,
	BIRTH_TIMEOUT_S = 60,
	DROP_TIMEOUT_MS = 10000,
	ID_COUNT = 65536,
	KEPT_CONSOLE = 3, /* the console's number in a parked keeper */
	KEPT_ABOVE = 16,  /* where nothing that is kept lies yet */
};

/* What pid 1 is cloned into. The cgroup namespace comes when it is in all of
 * its groups: it begins where its maker is. */
#define BORN_INTO (CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)
#define ZONE_NAMESPACES (BORN_INTO | CLONE_NEWCGROUP)

/* The stages of each process; words for futex(2). */
enum keeper_stage { K_BUILDING, K_READY, K_BORN, K_FAILED };
enum keeper_order { ORDER_NONE, ORDER_EXEC };
enum child_order { C_WAIT, C_MAPPED, C_EXEC };

/* Shared by zoned, keeper, maker and pid 1; one memory. */
struct zd_birth {
	const struct zd_birth_spec *spec;
	struct zd_birth_spec own_spec;
	const struct zd_birth_init *init;
	uint32_t stage; /* the keeper's, for zoned */
	uint32_t order; /* zoned's, for the keeper */
	uint32_t go;    /* the keeper's, for pid 1 */
	uint32_t
	    settled; /* pid 1 is in all of its namespaces but the mount one */
	uint32_t unshared;      /* pid 1 has descriptors of its own now */
	struct err error;       /* of whoever failed */
	const char *child_step; /* of pid 1, where it failed */
	long child_errno;
	bool child_found; /* the init it could not execute is there */
	struct fs_parts parts;
	struct fs_stage floor; /* where the root stands on layers */
	int host_mnt;          /* mount namespace the keeper returns to */
	int root;              /* descriptor of the zone's root mount */
	int net;               /* the zone's network namespace */
	int trust_mnt;         /* namespaces of trusted sessions, -1: none */
	int trust_user;
	uint32_t trust_done; /* the latter's first process may end */
	pid_t zoned;
	pid_t keeper_pid;
	int keeper_fd;
	pid_t init_pid;
	int init_fd;
	char *stack; /* of keeper, maker and pid 1 */
};

static inline void
wake(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
	(void)raw4(SYS_futex, word, FUTEX_WAKE, 1, 0);
}

/* Sleep while *word is value. Safe beside others in this memory. */
static inline void
sleep_while(uint32_t *word, uint32_t value)
{
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == value)
		(void)raw4(SYS_futex, word, FUTEX_WAIT, value, 0);
}

/* birth.c, for the keeper. A child in a new user namespace that the zone's
 * first id owns; the ids of one, by its directory below /proc; that directory.
 * Errors are in b->error. */
pid_t zd_birth_clone(struct zd_birth *b, struct clone_args *args,
    int (*fn)(void *), char *stack);
int zd_birth_map(struct zd_birth *b, int proc);
int zd_birth_proc(struct zd_birth *b, pid_t pid);

/* Raw: into a copy of this mount namespace, with the zone's root for all of it.
 * Ends the process where that fails, b->child_step says why. */
void zd_birth_pivot(struct zd_birth *b);

/* birth_trust.c. Before the root of an immutable zone is made read-only, keep a
 * way for those who may write nevertheless. Nothing for other zones. */
int zd_birth_seal(struct zd_birth *b);
