/* SPDX-License-Identifier: ISC
 *
 * log - one line a record to stderr.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

static struct {
	const char *program;
	const char *zone;
} self = { "zones", NULL };

void
log_init(const char *program, const char *zone)
{
	self.program = program;
	self.zone = zone;
}

static void
emit(enum log_level level, const char *text)
{
	_autofree char *shown = str_visible(text, strlen(text));
	char prefix[8] = "";

	/* Set by systemd where stderr is its journal (systemd.exec(5)). */
	if (getenv("JOURNAL_STREAM"))
		(void)snprintf(prefix, sizeof(prefix), "<%d>", (int)level);
	if (self.zone)
		(void)dprintf(STDERR_FILENO, "%s%s: zone=%s %s\n", prefix,
		    self.program, self.zone, shown);
	else
		(void)dprintf(STDERR_FILENO, "%s%s: %s\n", prefix, self.program,
		    shown);
}

void
log_info(const char *fmt, ...)
{
	_autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	emit(LOG_LEVEL_INFO, text);
}

void
log_warn(const struct err *e, const char *fmt, ...)
{
	_autofree char *what = NULL;
	_autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	what = mem_vprintf(fmt, ap);
	va_end(ap);
	text = mem_printf("%s: %s, ignoring", what, e->msg);
	emit(LOG_LEVEL_WARN, text);
}

void
log_error(const struct err *e)
{
	emit(LOG_LEVEL_ERR, e->msg);
}
