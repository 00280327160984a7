/* SPDX-License-Identifier: ISC
 *
 * client - the only door to a zone's zoned: find it or start it, ask, listen.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "zoned/proto.h"

/* Connect to the zone's zoned. Where none answers and start is true, start one
 * (it adopts a zone that runs): a helper beside this program, run from a
 * private read-only mount, with a clean environment and /dev/null. *restarted
 * tells that a zone was up without its zoned. Returns a socket, or -1; with
 * start false and nobody there e->code is ECONNREFUSED. */
int zd_client_open(const char *zone, bool start, bool *restarted, struct err *e)
    MUST_CHECK;

/* Called for each "progress" and "warning". */
typedef void zd_client_note(const char *type, const char *text, void *arg);

/* Send a request and wait for its answer: "done" into reply (which the caller
 * cleans up), or -1 with the error that came. note may be NULL. timeout_ms -1:
 * none. */
int zd_client_ask(int sock, const struct zd_msg *request, struct zd_msg *reply,
    zd_client_note *note, void *arg, int timeout_ms, struct err *e) MUST_CHECK;

/* Let a zone that is on its way down, or whose zoned was killed, come to rest:
 * adopt it, and wait (at most half a minute) until it has halted, or runs again
 * because that was asked for inside. */
int zd_client_settle(const char *zone, struct err *e) MUST_CHECK;
