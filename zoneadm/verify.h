/* SPDX-License-Identifier: ISC
 *
 * verify - the checks of zoneadm verify, and what they share.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "fs/zonepath.h"
#include "zoneadm/cmd.h"
#include "zonecfg/model.h"

struct verify {
	struct cmd_call *call;
	struct zc_zone *cfg;
	int faults;
};

/* A check prints what it finds and counts the faults among it; -1 where it
 * could not look. */
typedef int verify_fn(struct verify *v, struct err *e);

/* cmd_verify_zone of a configuration that need not be stored. */
int verify_config(struct cmd_call *call, struct zc_zone *cfg, struct err *e)
    MUST_CHECK;

/* A plain line on stderr; a fault also makes the verification fail. */
void verify_warn(const char *fmt, ...) PRINTF(1, 2);
void verify_fault(struct verify *v, const char *fmt, ...) PRINTF(2, 3);

/* Paths of all zones; *paths points into *index. */
int verify_other_paths(struct zc_index *index, struct fs_zonepath_other **paths,
    struct err *e) MUST_CHECK;

/* What resources of the configuration want of this host (verify_host.c). */
verify_fn verify_fs;
verify_fn verify_net;
verify_fn verify_device;
verify_fn verify_dataset;
verify_fn verify_quota;
verify_fn verify_limits;
verify_fn verify_sched;
verify_fn verify_fs_allowed;
verify_fn verify_admin;
verify_fn verify_pool;
verify_fn verify_security;
verify_fn verify_core;
verify_fn verify_kept;
