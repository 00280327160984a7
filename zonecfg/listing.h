/* SPDX-License-Identifier: ISC
 *
 * listing - all zones, one at a time.
 *
 * With thousands of zones their files cost four system calls each. So what they
 * said is kept in /run/zones/.list. It is true while the directory of the
 * configurations is as it was (every change there is a rename), and of each
 * zone while its configuration has the stamp noted with it: a listing looks at
 * each file once and opens none. A copy that is missing, older or damaged is
 * nothing but slower.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/index.h"

/* Who wants the zones. wants (NULL: all) is asked before a zone is looked at;
 * zone gets an entry that is gone when it returns, unless it takes zonepath
 * (sets it to NULL); bad (NULL: nobody) hears of a zone whose files cannot be
 * read. */
struct zc_listing {
	bool (*wants)(const char *name, void *arg);
	void (*zone)(struct zc_entry *entry, void *arg);
	void (*bad)(const char *name, const struct err *why);
	void *arg;
};

/* All zones but global in the order of their names; etc is the directory that
 * zc_index_open opened. */
int zc_list(int etc, const struct zc_listing *to, struct err *e) MUST_CHECK;
