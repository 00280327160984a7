/* SPDX-License-Identifier: ISC
 *
 * bootargs - the words behind "zoneadm boot --", or of the bootargs property.
 *
 *   -s         single user
 *   -m OPTS    options of a service manager, kept for init
 *   -i PATH    another init
 *   -w         a root that file-mac-profile makes read-only is writable
 *   others     go to init as they are, and the console is told which
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

struct zd_bootargs {
	bool single;
	bool writable;
	char *init;   /* -i, or NULL */
	char **argv;  /* for init: argv[0] is NULL until it is known; the words,
		       * NULL at the end */
	char *others; /* what is none of ours, joined by blanks, or NULL */
	char *words;  /* storage */
};

/* Split at blanks; no quoting. Longer than 255 bytes: "Boot argument list too
 * long", as on Solaris. */
int zd_bootargs_parse(const char *text, struct zd_bootargs *out, struct err *e)
    MUST_CHECK;
void zd_bootargs_done(struct zd_bootargs *args);
