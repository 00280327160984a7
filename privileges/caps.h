/* SPDX-License-Identifier: ISC
 *
 * caps - the capabilities and groups of system calls that a set of privileges
 * stands for.
 */
#pragma once

#include <stdint.h>

#include "privileges/set.h"

/* The capability bounding set (1 << CAP_X) of a zone with these privileges. All
 * of them count only inside the zone's user namespace. */
uint64_t priv_set_caps(const struct priv_set *s);

/* The groups of system calls (enum priv_group) that it opens: all that its
 * filter depends on. */
uint32_t priv_set_opens(const struct priv_set *s);
