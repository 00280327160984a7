/* SPDX-License-Identifier: ISC
 *
 * log - one line a record to stderr, with a "<N>" priority prefix under a
 * service manager (sd-daemon(3)); zone name and program first.
 *
 * Only programs log; library code returns errors.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"

enum log_level { LOG_LEVEL_ERR = 3, LOG_LEVEL_WARN = 4, LOG_LEVEL_INFO = 6 };

/* program and zone (or NULL) stand in front of every line; the strings must
 * outlive the program. */
void log_init(const char *program, const char *zone);

/* Control bytes in the text are shown as \xNN: a zone's bytes are data. */
void log_info(const char *fmt, ...) PRINTF(1, 2);

/* A failure survived: "WHAT: MESSAGE, ignoring". */
void log_warn(const struct err *e, const char *fmt, ...) PRINTF(2, 3);

void log_error(const struct err *e);
