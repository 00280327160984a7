/* SPDX-License-Identifier: ISC
 *
 * bridges - a switch that zones make is one bridge or several: the kernel gives
 * a bridge 1,023 ports (BR_PORT_BITS in net/bridge/br_private.h).
 *
 * The first has the switch's name. Before one is full the next is made and
 * wired to it by a pair of links, so that its frames pass through. What belongs
 * to a switch is found by second names that no zone's link can have:
 * ":part:K:NAME", ":joint:K:a:NAME" (on bridge K - 1) and ":joint:K:b:NAME".
 * Ports that are isolated from each other stay so: net/guard_link.h.
 */
#pragma once

#include <stdbool.h>

#include "net/link.h"
#include "net/spec.h"

#define BRIDGES_PART ":part:"
#define BRIDGES_JOINT ":joint:"

/* Make the host's end of a link (its number) a port of its switch, and tell
 * which bridge that is. Makes the next bridge where this one is nearly full,
 * under the lock of the uplinks, which the caller must not hold. EXFULL where
 * all ports are in use (of a bridge that is the administrator's own). */
int bridges_port(struct mnl_socket *nl, const struct net_link *l, int index,
    int *bridge, struct err *e) MUST_CHECK;

/* The bridges behind the first go, with what wires them. */
void bridges_drop(struct mnl_socket *nl, const char *name);

/* No bridge of the switch has this address for a neighbour any more. */
int bridges_forget(struct mnl_socket *nl, const char *name,
    const struct net_addr *a, struct err *e) MUST_CHECK;

/* The switch that a bridge with this second name is a part of, or NULL. */
const char *bridges_whole(const char *altname);
