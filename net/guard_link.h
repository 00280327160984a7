/* SPDX-License-Identifier: ISC
 *
 * guard_link - what net/guard.c and the rules of one link share: how a match is
 * written, and the sets of a zone's own table.
 */
#pragma once

#include "net/guard.h"

#define IS(f, ...)                                     \
	{                                              \
		.field = (f), .value = { __VA_ARGS__ } \
	}
#define ISNT(f, ...)                                                    \
	{                                                               \
		.field = (f), .differs = true, .value = { __VA_ARGS__ } \
	}
#define IN(f, s)                         \
	{                                \
		.field = (f), .set = (s) \
	}
#define NOT_IN(f, s)                                      \
	{                                                 \
		.field = (f), .differs = true, .set = (s) \
	}

/* Names of a link's sets of addresses, by its place in the zone. */
extern const char *const guard_sets4[NET_LINKS_MAX];
extern const char *const guard_sets6[NET_LINKS_MAX];

/* The set of headers that IPv6 has between its own and that of a protocol. */
#define GUARD_HEADER_SET "headers6"
enum { GUARD_HEADERS = 6 };
extern const uint8_t guard_headers[GUARD_HEADERS];

/* What an isolated link of a switch sends is marked, and none of them is sent
 * what has that mark: a bridge keeps only its own ports apart, and a switch may
 * be several. The mark goes no further than the host ("zone" in ASCII). */
enum { GUARD_ISOLATED = 0x7a6f6e65 };
bool guard_is_isolated(const struct net_link *l);

/* Whether the link has the sets of addresses. */
bool guard_pins_addresses(const struct net_link *l);
