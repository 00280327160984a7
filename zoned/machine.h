/* SPDX-License-Identifier: ISC
 *
 * machine - the state machine: what a request means in each state, and what
 * happens when init ends.
 *
 *   installed -> ready -> running -> shutting_down -> installed
 *                                         |-> down (teardown is stuck)
 *
 * Going down takes time: requests then only say what is wanted next.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "zoned/proto.h"
#include "zoned/zone.h"

/* Start with the zone's record as it is: adopt what runs, finish what does not.
 * A zone whose init asked for a restart while nobody watched is booted. */
int zd_machine_init(struct zd_zone *z, struct err *e) MUST_CHECK;

/* Requests; each is answered through control.h, at once or when it is done. */
void zd_machine_ready(int client, struct zd_msg *m);
void zd_machine_boot(int client, struct zd_msg *m);
void zd_machine_reboot(int client, struct zd_msg *m);
void zd_machine_halt(int client, struct zd_msg *m);
void zd_machine_shutdown(int client, struct zd_msg *m);
void zd_machine_status(int client, struct zd_msg *m);

/* The client is gone: it waits for nothing any more. */
void zd_machine_forget(int client);

/* Nothing runs, nothing is under way. */
bool zd_machine_idle(void);
