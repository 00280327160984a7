/* SPDX-License-Identifier: ISC
 *
 * explain - why a system call is refused in a zone, and which privilege would
 * open it: asked of the tables that the filter is made from.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "privileges/compile.h"
#include "privileges/set.h"

enum { CALL_ARGS = 6 };

/* The row of a call by its name, or by its number; NULL where there is none. */
const struct call *call_find(const char *name);
const struct call *call_at(int number);

/* What the filter answers to that call with those arguments: ALLOW or
 * FAIL(errno), never a rule. */
outcome call_answer(const struct call *c, uint32_t opens,
    const uint64_t args[CALL_ARGS]);

/* Is there a set in which the answer depends on the arguments? */
bool call_looks_at_arguments(const struct call *c);

/* The privileges each of which, added to the set, opens the call; those that no
 * zone of that ip-type may have are left out. */
struct priv_set call_needs(const struct call *c, const struct priv_set *s,
    bool exclusive_ip, const uint64_t args[CALL_ARGS]);

/* The prohibited privilege that a call which no zone may make stands for, or
 * -1: it is closed for its own sake. */
int call_prohibited(const struct call *c);
