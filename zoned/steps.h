/* SPDX-License-Identifier: ISC
 *
 * steps - the way up to a zone that is ready, and the way down: an ordered
 * table, each step with its undo.
 *
 * A step's undo works on a half-done step and on nothing at all, so it serves a
 * failed boot, halt, and the zone of a zoned that was killed.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "zoned/zone.h"

/* From installed to ready, for a boot with z->args. On failure everything is
 * undone. */
int zd_steps_up(struct zd_zone *z, struct err *e) MUST_CHECK;

/* Whether the platform of a ready zone is one for a boot with z->args: with -w
 * the root of an immutable zone is made otherwise. */
bool zd_steps_fit(const struct zd_zone *z);

/* From ready to running: pid 1 executes init. On failure the platform is
 * gone. */
int zd_steps_init(struct zd_zone *z, struct err *e) MUST_CHECK;

/* Undo all steps; no process of the zone is left by now. The first failure is
 * reported, the others are tried all the same. */
int zd_steps_down(struct zd_zone *z, struct err *e) MUST_CHECK;

/* Take over a zone that was up when zoned started: open what is there. */
int zd_steps_adopt(struct zd_zone *z, struct err *e) MUST_CHECK;

/* Write the record, with the state given. */
int zd_record(struct zd_zone *z, enum zc_state state, struct err *e) MUST_CHECK;
