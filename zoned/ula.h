/* SPDX-License-Identifier: ISC
 *
 * ula - what addresses of IPv6 on the default network begin with: the host's
 * own prefix, random, chosen once (RFC 4193).
 *
 * It stands in /etc/zones/.ula, beside the configurations: zones keep their
 * addresses as long as that file is there.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"

/* "fd12:3456:789a::/48"; chosen and written durably where there is none. The
 * caller frees it; NULL on failure. */
char *zd_ula_prefix(struct err *e);
