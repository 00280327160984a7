/* SPDX-License-Identifier: ISC
 *
 * core - where the kernel takes core files to.
 */
#include "zoneadm/core.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/mem.h"

/* As in core(5): set-user-id programs dump as root, and an absolute pattern is
 * then a path of the host's root, not of the process's. */
enum { SUID_SAFE = 2 };

const char *
core_leaves_zone(const char *pattern, int suid_dumpable)
{
	switch (*pattern) {
	case '|':
		return "a program of the global zone, run as root, reads the "
		       "memory of processes of zones that crash";
	case '@':
		return "a server of the global zone reads the memory of "
		       "processes of zones that crash";
	case '/':
		return suid_dumpable == SUID_SAFE
		    ? "with fs.suid_dumpable=2, set-user-id programs of zones "
		      "that crash write core files into the global zone"
		    : NULL;
	default:
		return NULL;
	}
}

const char *
core_leaves_zone_here(void)
{
	_autofree char *pattern = NULL;
	_autofree char *dumpable = NULL;
	struct err ignored;

	if (fd_read_file(AT_FDCWD, "/proc/sys/kernel/core_pattern", 4096,
		&pattern, NULL, &ignored) == -1)
		return NULL;
	if (fd_read_file(AT_FDCWD, "/proc/sys/fs/suid_dumpable", 64, &dumpable,
		NULL, &ignored) == -1)
		return core_leaves_zone(pattern, 0);
	return core_leaves_zone(pattern, (int)strtol(dumpable, NULL, 10));
}
