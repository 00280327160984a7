/* SPDX-License-Identifier: ISC
 *
 * network - a zone's links: zone-net is asked to make them and to take them
 * away. A zone without networks starts no helper.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zoned/zone.h"

/* Links of a zone whose pid 1 waits in its namespaces. */
int zd_network_up(struct zd_zone *z, const char *spec, struct err *e)
    MUST_CHECK;

/* All that a record of links names goes; without one nothing happens. */
int zd_network_down(struct zd_zone *z, struct err *e) MUST_CHECK;
