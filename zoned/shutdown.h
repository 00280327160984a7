/* SPDX-License-Identifier: ISC
 *
 * shutdown - how to ask a zone's init for an orderly end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"

enum { ZD_INIT_NAME_MAX = 64 };

/* The name of the program that runs as process pid: the last component of its
 * executable, "" where that cannot be told. */
void zd_init_name(pid_t pid, char name[ZD_INIT_NAME_MAX]);

/* The signal that makes an init of that name power off, or reboot. */
int zd_shutdown_signal(const char *comm, bool reboot);
