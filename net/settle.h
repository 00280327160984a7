/* SPDX-License-Identifier: ISC
 *
 * settle - what the plan needs to know of this host: lower links are there and
 * free, names for our ends, addresses that nobody has.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "net/link.h"
#include "net/rtnl.h"
#include "net/spec.h"

/* Fill in what is open in the spec, or say what is in the way. */
int net_settle(struct mnl_socket *nl, struct net_spec *spec, struct err *e)
    MUST_CHECK;

/* Give back what it took: where it failed, and at the end. */
void net_unsettle(const struct net_spec *spec);

/* Second name of a link's end on the host, "web:eth0"; the caller frees it. */
char *net_altname(const struct net_spec *spec, const struct net_link *l);

/* The global zone has neither an address on the link nor a use for it. */
int net_link_unused(struct mnl_socket *nl, const struct link_info *info,
    struct err *e) MUST_CHECK;

/* A bridge that is not there, with a second name that says what it is, without
 * addresses, and up. mtu 0: as usual. */
int net_bridge_make(struct mnl_socket *nl, const char *name,
    const char *altname, unsigned mtu, struct link_info *out, struct err *e)
    MUST_CHECK;

/* The same for the first bridge of a switch. */
int net_switch_make(struct mnl_socket *nl, const char *name, unsigned mtu,
    struct err *e) MUST_CHECK;
