/* SPDX-License-Identifier: ISC
 *
 * settle - what the plan needs to know of this host: lower links are there and
 * free, names for our ends, addresses that nobody has.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "net/rtnl.h"
#include "net/spec.h"

/* Fill in what is open in the spec, or say what is in the way. */
int net_settle(struct mnl_socket *nl, struct net_spec *spec, struct err *e)
    MUST_CHECK;

/* Give back what it took: where it failed, and at the end. */
void net_unsettle(const struct net_spec *spec);

/* Second name of a link's end on the host, "web:eth0"; the caller frees it. */
char *net_altname(const struct net_spec *spec, const struct net_link *l);
