/* SPDX-License-Identifier: ISC
 *
 * apply - carry a plan out, and undo one: each step is a row.
 *
 * Undoing works on what was never done, half done, or is gone already.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "net/spec.h"

/* Give the zone in the network namespace zone_ns its links. The spec is settled
 * and on record. */
int net_up(const struct net_spec *spec, int zone_ns, struct err *e) MUST_CHECK;

/* Take all of it away. zone_ns may be -1: gone; host_ns is ours. Links that
 * nobody needs to wait for are removed by a child that outlives the call. */
int net_down(const struct net_spec *spec, int zone_ns, int host_ns,
    struct err *e) MUST_CHECK;
