/* SPDX-License-Identifier: ISC
 *
 * progress - one line on a terminal that tells how far long work is.
 */
#include "zoneadm/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum { MAX_WIDTH = 78 };

void
progress_start(struct progress *p)
{
	*p = (struct progress){ .on = isatty(STDERR_FILENO) == 1 };
}

void
progress_show(struct progress *p, const char *text)
{
	_autofree char *shown = NULL;
	int width;

	if (!p->on)
		return;
	shown = str_visible(text, strlen(text));
	width = (int)strlen(shown);
	if (width > MAX_WIDTH)
		width = MAX_WIDTH;
	(void)fprintf(stderr, "\r%-*.*s", p->width, width, shown);
	p->width = width;
	(void)fflush(stderr);
}

void
progress_clear(struct progress *p)
{
	if (!p->on || p->width == 0)
		return;
	(void)fprintf(stderr, "\r%*s\r", p->width, "");
	(void)fflush(stderr);
	p->width = 0;
}
