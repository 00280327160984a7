/* SPDX-License-Identifier: ISC
 *
 * loop - the event loop: descriptors and one-shot timers, callbacks, epoll.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* events are EPOLLIN, EPOLLOUT ... of epoll(7). */
typedef void zd_on_event(int fd, uint32_t events, void *arg);
typedef void zd_on_timer(void *arg);

int zd_loop_init(struct err *e) MUST_CHECK;

/* Watch fd; the callback may remove any watch, its own too. The loop does not
 * own the descriptor. */
int zd_loop_add(int fd, uint32_t events, zd_on_event *fn, void *arg,
    struct err *e) MUST_CHECK;
int zd_loop_change(int fd, uint32_t events, struct err *e) MUST_CHECK;
void zd_loop_remove(int fd); /* before close(fd); nothing where not watched */

/* Call fn(arg) once after ms milliseconds. Returns an id for cancel, > 0. */
int zd_loop_after(int ms, zd_on_timer *fn, void *arg);
void zd_loop_cancel(int id);

/* Called after every turn that had events. */
void zd_loop_each(zd_on_timer *fn, void *arg);

/* Turn until zd_loop_stop. */
int zd_loop_run(struct err *e) MUST_CHECK;
void zd_loop_stop(void);
