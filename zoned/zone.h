/* SPDX-License-Identifier: ISC
 *
 * zone - the one zone a zoned keeps: what its parts share.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fs/plan.h"
#include "privileges/filter.h"
#include "privileges/set.h"
#include "zonecfg/runstate.h"
#include "zoned/birth.h"
#include "zoned/cgroup.h"
#include "zoned/translate.h"

struct zd_zone {
	const char *name;
	struct zc_entry entry;
	struct zc_run run; /* what is written to the run record */
	int run_dir;       /* /run/zones/NAME */
	int helpers;       /* directory of zone-login and zone-init, on a
			    * private read-only mount */
	struct zd_cgroup cgroup;
	struct priv_set privs;     /* of the zone as it was booted */
	uint64_t caps;             /* capability bound of every process */
	struct priv_filter filter; /* loaded while it is ready or running */
	struct zc_zone *config; /* as of the last ready; freed once it runs */
	struct zd_specs specs;  /* of config */
	const char *args;       /* of the boot under way, NULL: bootargs */
	struct zd_birth *birth; /* between ready and running, else NULL */
	int init_fd;            /* pidfd of init, -1: none */
	int keeper_fd;          /* pidfd of the keeper, -1: none */
	int console_fd;         /* pty master, -1: none */
	int net_fd;             /* network namespace with links, -1: none */
};
