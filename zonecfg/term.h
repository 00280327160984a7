/* SPDX-License-Identifier: ISC
 *
 * term - lines typed at a terminal: editing, history, completion (libedit), or
 * plain lines where the program was built without it.
 */
#pragma once

#include "zonecfg/session.h"

struct zc_term;

struct zc_term *zc_term_new(struct zc_session *s);
void zc_term_free(struct zc_term *t);

/* The next line, with its newline; it belongs to the terminal. "" after ^C,
 * NULL at the end. The prompt shows the zone and the resource in work. */
const char *zc_term_line(struct zc_term *t);
