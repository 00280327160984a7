/* SPDX-License-Identifier: ISC
 *
 * exit - how a zone's init ended.
 */
#include "zoned/exit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

/* The first version of struct pidfd_info, linux/pidfd.h of kernel 6.13; the
 * exit status came with 6.15. */
struct info {
	uint64_t mask;
	uint64_t cgroupid;
	uint32_t ids[11];
	int32_t exit_code;
};
#define GET_INFO _IOWR(0xFF, 11, struct info)
#define INFO_EXIT (1ULL << 3)

static bool
from_zombie(const struct zc_process *init, int *status)
{
	char path[32];
	char text[2048];
	_autoclose int fd = -1;
	ssize_t n;
	char *last;

	if (zc_process_of(init->pid).start != init->start)
		return false;
	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)init->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd == -1 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	/* The exit code is the last field. */
	last = strrchr(text, ' ');
	if (!last)
		return false;
	*status = (int)strtol(last + 1, NULL, 10);
	return true;
}

static bool
from_pidfd(int init_fd, int *status)
{
	struct info info = { .mask = INFO_EXIT };

	if (init_fd == -1 || ioctl(init_fd, GET_INFO, &info) == -1 ||
	    !(info.mask & INFO_EXIT))
		return false;
	*status = info.exit_code;
	return true;
}

enum zd_end
zd_exit_read(const struct zc_process *init, int init_fd, int *status)
{
	*status = 0;
	if (!from_zombie(init, status) && !from_pidfd(init_fd, status))
		return ZD_END_UNKNOWN;
	if (WIFSIGNALED(*status) && WTERMSIG(*status) == SIGHUP)
		return ZD_END_REBOOT;
	if (WIFSIGNALED(*status) && WTERMSIG(*status) == SIGINT)
		return ZD_END_HALT;
	return ZD_END_EXIT;
}
