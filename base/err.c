/* SPDX-License-Identifier: ISC
 *
 * err - one error value, owned by the caller, that grows context on its way up.
 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* So many of the first len bytes that no character of UTF-8 is cut in two. */
static size_t
whole(const char *text, size_t len)
{
	size_t start = len;
	unsigned char first;
	size_t need;

	while (start > 0 && len - start < 4 && (text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return len;
	first = (unsigned char)text[start - 1];
	need = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
	return len - (start - 1) < need ? start - 1 : len;
}

int
err_set(struct err *e, int code, const char *fmt, ...)
{
	char msg[sizeof(e->msg)]; /* an argument may be e->msg itself */
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(msg, sizeof(msg), fmt, ap) >= (int)sizeof(msg))
		msg[whole(msg, sizeof(msg) - 1)] = '\0';
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
		len = whole(context, room - 2);
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
