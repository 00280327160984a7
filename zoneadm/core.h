/* SPDX-License-Identifier: ISC
 *
 * core - where the kernel takes core files to: of processes in zones too.
 */
#pragma once

/* Whether a kernel with this kernel.core_pattern and fs.suid_dumpable gives
 * core files of a zone to the host's root: what it does with them, or NULL. */
const char *core_leaves_zone(const char *pattern, int suid_dumpable);

/* The same of this machine. */
const char *core_leaves_zone_here(void);
