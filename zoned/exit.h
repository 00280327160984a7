/* SPDX-License-Identifier: ISC
 *
 * exit - how a zone's init ended, for a parent and for one who is not.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "zonecfg/runstate.h"

enum zd_end {
	ZD_END_HALT,    /* reboot(2) asked for halt or power off */
	ZD_END_REBOOT,  /* ... for a restart */
	ZD_END_EXIT,    /* init exited or was killed */
	ZD_END_UNKNOWN, /* nobody kept its status; counts as halt */
};

/* Read it from the zombie (field 52 of /proc/PID/stat, proc(5)), which the
 * keeper holds, or from the pidfd (PIDFD_GET_INFO, kernel 6.15). reboot(2) in a
 * pid namespace ends its init by SIGHUP for a restart, by SIGINT for the rest
 * (pid_namespaces(7)). *status is as waitpid gives it. */
enum zd_end zd_exit_read(const struct zc_process *init, int init_fd,
    int *status);
