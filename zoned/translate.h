/* SPDX-License-Identifier: ISC
 *
 * translate - a zone's configuration into the specs of fs, net and privileges:
 * the one place that knows both sides.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "fs/device.h"
#include "fs/hidden.h"
#include "fs/plan.h"
#include "privileges/set.h"
#include "zonecfg/model.h"

struct zd_specs {
	struct fs_root_spec root;
	struct priv_set privs;
	uint64_t quota;   /* bytes of the root, 0: no limit */
	unsigned persona; /* personality(2) that processes start with */
	int sched;        /* and their policy, sched(7) */
	char *bootargs;
	char **inherit;
	struct fs_resource *resource;
	struct fs_hidden hidden;
	struct fs_devices devices;
	char *net; /* links, for zone-net (net/spec.h); NULL: none */
};

/* Directories to inherit that the global zone lacks, or has as links into
 * another, are left out: the zone has the same links. */
int zd_translate(const struct zc_zone *cfg, struct zd_specs *out, struct err *e)
    MUST_CHECK;
/* The links alone, as text for zone-net; NULL where the zone has none. The
 * caller frees it. */
int zd_translate_net(const struct zc_zone *cfg, const char *uuid, char **out,
    struct err *e) MUST_CHECK;
/* What one device resource stands for on this host, added. */
int zd_translate_device(const struct zc_zone *cfg, size_t i,
    struct fs_devices *out, struct err *e) MUST_CHECK;
/* The i-th fs resource alone. */
int zd_translate_fs(const struct zc_zone *cfg, size_t i,
    struct fs_resource *out, struct err *e) MUST_CHECK;
/* The policy (sched(7)) that processes of the zone start with. -1 where it may
 * not have its scheduling-class; the message says why, and what to type. */
int zd_translate_sched(const struct zc_zone *cfg, int *policy, struct err *e)
    MUST_CHECK;
void zd_specs_done(struct zd_specs *specs);
#define _cleanup_specs __attribute__((cleanup(zd_specs_done)))
