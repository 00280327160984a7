/* SPDX-License-Identifier: ISC
 *
 * err - one error value, owned by the caller, that grows context on its way up.
 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
err_set(struct err *e, int code, const char *fmt, ...)
{
	char msg[sizeof(e->msg)]; /* an argument may be e->msg itself */
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	e->code = code;
	memcpy(e->msg, msg, strlen(msg) + 1);
	return -1;
}

/* Put "context: " in front of msg, cutting the context where both do not fit.
 */
static void
prepend(char *msg, size_t size, const char *context)
{
	size_t cause = strlen(msg);
	size_t room = size - 1 - cause;
	size_t len = strlen(context);

	if (room < 2)
		return;
	if (len > room - 2)
		len = room - 2;
	memmove(msg + len + 2, msg, cause + 1);
	memcpy(msg, context, len);
	memcpy(msg + len, ": ", 2);
}

int
err_sys(struct err *e, const char *fmt, ...)
{
	char context[sizeof(e->msg)];
	int code = errno;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	e->code = code;
	(void)snprintf(e->msg, sizeof(e->msg), "%s", strerror(code));
	prepend(e->msg, sizeof(e->msg), context);
	return -1;
}

int
err_in(struct err *e, const char *fmt, ...)
{
	char context[sizeof(e->msg)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	prepend(e->msg, sizeof(e->msg), context);
	return -1;
}
