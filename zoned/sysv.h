/* SPDX-License-Identifier: ISC
 *
 * sysv - what a zone may have of System V shared memory, message queues and
 * semaphores: limits of its IPC namespace, not of a control group.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

enum zd_sysv_limit {
	ZD_SYSV_SHM_MEMORY, /* bytes */
	ZD_SYSV_SHM_IDS,
	ZD_SYSV_MSG_IDS,
	ZD_SYSV_SEM_IDS,
	ZD_SYSV_LIMITS,
};

/* UINT64_MAX where the configuration says nothing. */
struct zd_sysv {
	uint64_t value[ZD_SYSV_LIMITS];
};

struct zd_sysv zd_sysv_of(const struct zc_zone *cfg);

bool zd_sysv_is_set(const struct zd_sysv *sysv);

/* Write those that are set into dir, /proc/sys, where the files of sysvipc(7)
 * are those of the caller's IPC namespace; its user namespace's root may. The
 * zone sees them read-only, and makes no further IPC namespace, in which others
 * would hold (max_ipc_namespaces of namespaces(7)). The kernel knows 32,768 ids
 * of a kind at most (IPCMNI): more is that many. Shared memory is counted in
 * pages. */
int zd_sysv_put(const struct zd_sysv *sysv, int dir, struct err *e) MUST_CHECK;
