/* SPDX-License-Identifier: ISC
 *
 * priv - the table of privileges.
 */
#include "privileges/priv.h"

#include <linux/capability.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"

/* Capabilities newer than the oldest headers we build with. */
#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif

static const struct priv_info table[] = {
#define R PRIV_REQUIRED
#define D PRIV_DEFAULT
#define O PRIV_OPTIONAL
#define P PRIV_PROHIBITED
#define BASIC PRIV_BASIC
#define INERT PRIV_INERT
#define FREE PRIV_FREE
#define C(cap) (UINT64_C(1) << CAP_##cap)
#define G(group) PRIV_G_##group
#define PRIV(id, name_, shared_, exclusive_, flags_, caps_, opens_, sentence_, \
    why_)                                                                      \
	[PRIV_##id] = { .name = (name_),                                       \
		.sentence = (sentence_),                                       \
		.why = (why_),                                                 \
		.caps = (caps_),                                               \
		.opens = (opens_),                                             \
		.shared = (shared_),                                           \
		.exclusive = (exclusive_),                                     \
		.flags = (flags_) },
#include "privileges/priv.def"
};

const struct priv_info *
priv_info(enum priv p)
{
	return &table[p];
}

enum priv_status
priv_status(enum priv p, bool exclusive_ip)
{
	return exclusive_ip ? table[p].exclusive : table[p].shared;
}

const char *
priv_status_name(enum priv_status status)
{
	static const char *const names[] = {
		[PRIV_REQUIRED] = "required",
		[PRIV_DEFAULT] = "default",
		[PRIV_OPTIONAL] = "optional",
		[PRIV_PROHIBITED] = "prohibited",
	};

	return names[status];
}

int
priv_find(const char *name, size_t len)
{
	if (len > 5 && strncasecmp(name, "priv_", 5) == 0) {
		name += 5;
		len -= 5;
	}
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (strlen(table[i].name) == len &&
		    strncasecmp(table[i].name, name, len) == 0)
			return (int)i;
	}
	return -1;
}
