/* SPDX-License-Identifier: ISC
 *
 * control - the door: who may ask, what can be asked, who waits for an answer.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "zoned/proto.h"
#include "zoned/zone.h"

/* Listen at /run/zones/NAME/sock; first is a client that is connected already
 * (who started this zoned), or -1. listening: a socket kept over a
 * re-execution, or -1. */
int zd_control_init(struct zd_zone *z, int listening, int first, struct err *e)
    MUST_CHECK;

/* Answers; a client that is gone is no error. */
void zd_control_done(int client, struct zd_msg *reply);
void zd_control_fail(int client, const struct err *why);
void zd_control_note(int client, const char *type, const char *text);

/* True when nobody is connected. */
bool zd_control_quiet(void);

/* The listening socket, for a re-execution. */
int zd_control_socket(void);

/* Take the socket away; false when a client slipped in meanwhile. */
bool zd_control_close(void);
