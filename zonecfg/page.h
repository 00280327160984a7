/* SPDX-License-Identifier: ISC
 *
 * page - long output a screen at a time, when somebody sits there.
 */
#pragma once

#include <stdio.h>

#include "zonecfg/session.h"

struct zc_page {
	FILE *out;
	char *text; /* NULL: out is stdout */
	size_t len;
};

/* The stream to write to, until close; $PAGER (more) gets what is longer than
 * the screen. */
FILE *zc_page_open(struct zc_page *page, enum zc_mode mode);
void zc_page_close(struct zc_page *page);
