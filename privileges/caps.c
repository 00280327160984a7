/* SPDX-License-Identifier: ISC
 *
 * caps - what a set of privileges stands for.
 */
#include "privileges/caps.h"

#include <linux/capability.h>

/* A capability that serves several privileges is given with any of them, and
 * the filter refuses the calls of those absent. These two have no calls of
 * their own to refuse: they are given only where every privilege that carries
 * them is present. */
static const uint64_t needs_all = UINT64_C(1) << CAP_DAC_OVERRIDE |
    UINT64_C(1) << CAP_IPC_OWNER;

uint64_t
priv_set_caps(const struct priv_set *s)
{
	uint64_t given = 0;
	uint64_t lacking = 0;

	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		if (priv_set_has(s, p))
			given |= priv_info(p)->caps;
		else
			lacking |= priv_info(p)->caps;
	}
	return given & ~(lacking & needs_all);
}

uint32_t
priv_set_opens(const struct priv_set *s)
{
	uint32_t opens = 0;

	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		if (priv_set_has(s, p))
			opens |= priv_info(p)->opens;
	}
	return opens;
}
