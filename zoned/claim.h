/* SPDX-License-Identifier: ISC
 *
 * claim - CPUs that a zone has alone (dedicated-cpu): its processes run on them
 * only, those of other zones of the host, whatever their ZONES_ROOT, do not.
 *
 * Who has which stands in the control groups, and goes with them: an extended
 * attribute trusted.zones.cpus, in the hierarchy that has the controller
 * cpuset, of
 *   zones.<root id>/NAME   "CPUS PID START": and the zoned that took them
 *   zones.<root id>        "CPUS": those of all its zones together
 * A claim is good while that zoned lives or the zone has processes.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

/* When the zone's groups are made and nothing runs in them: give it the CPUs of
 * its own, and take them from the others, or keep it off theirs. *own is their
 * list, "" for none; the caller frees it. */
int zd_claim_up(const struct zc_zone *cfg, char **own, struct err *e)
    MUST_CHECK;

/* When nothing runs in them any more: give them back. */
int zd_claim_down(const char *zone, struct err *e) MUST_CHECK;
