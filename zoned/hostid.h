/* SPDX-License-Identifier: ISC
 *
 * hostid - the host identifier of a zone: its etc/hostid, which gethostid(3) of
 * glibc reads, written before a boot where the configuration has one.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

/* Nothing where "hostid" is not set: what the zone has is its own. */
int zd_hostid_write(const struct zc_zone *cfg, const char *zonepath,
    struct err *e) MUST_CHECK;
