/* SPDX-License-Identifier: ISC
 *
 * resolver - name servers of a zone: its etc/resolv.conf, written before a boot
 * where the configuration says so.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/model.h"

/* With "dns" set, by its word; on the default network without it, where the
 * zone has no file of its own: those of the global zone. Else nothing. */
int zd_resolver_write(const struct zc_zone *cfg, const char *zonepath,
    struct err *e) MUST_CHECK;

/* What the text of a resolv.conf becomes in a zone: without servers on the
 * loopback link, and without those of IPv6 where v4 says so. *servers: how many
 * there are. The caller frees it. */
char *zd_resolver_text(const char *host, bool v4, unsigned *servers);
