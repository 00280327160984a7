/* SPDX-License-Identifier: ISC
 *
 * lock - advisory locks on files.
 */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

enum { STEP_MS = 10 };

static int
busy(int fd, const char *name, struct err *e)
{
	char holder[128] = "";
	ssize_t n = pread(fd, holder, sizeof(holder) - 1, 0);
	_autofree char *shown = NULL;

	shown = str_visible(holder, n > 0 ? strcspn(holder, "\n") : 0);
	return err_set(e, EWOULDBLOCK, "lock '%s' is held by process %s", name,
	    *shown != '\0' ? shown : "?");
}

/* flock(2) with a time limit: there is none in the kernel, and no handler of
 * ours may interrupt it, so look again every few milliseconds. */
static int
flock_within(int fd, int wait_ms)
{
	const struct timespec pause = { .tv_nsec = STEP_MS * 1000000L };

	for (int waited = 0;; waited += STEP_MS) {
		int how = wait_ms < 0 ? LOCK_EX : LOCK_EX | LOCK_NB;

		if (flock(fd, how) == 0)
			return 0;
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK || waited >= wait_ms)
			return -1;
		(void)nanosleep(&pause, NULL);
	}
}

bool
lock_is_valid(int lock)
{
	struct stat st;

	return fstat(lock, &st) == 0 && st.st_nlink > 0;
}

/* Open the file and lock it. 1: who had the lock has removed the file. */
static int
open_locked(int dirfd, const char *name, int wait_ms, int *out, struct err *e)
{
	_autoclose int fd = openat(dirfd, name,
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd == -1)
		return err_sys(e, "open lock '%s'", name);
	if (flock_within(fd, wait_ms) == -1) {
		if (errno == EWOULDBLOCK)
			return busy(fd, name, e);
		return err_sys(e, "lock '%s'", name);
	}
	if (!lock_is_valid(fd))
		return 1;
	*out = fd_take(&fd);
	return 0;
}

int
lock_take(int dirfd, const char *name, const char *what, int wait_ms,
    struct err *e)
{
	char holder[128];
	int len;
	_autoclose int fd = -1;
	int rc;

	do {
		rc = open_locked(dirfd, name, wait_ms, &fd, e);
	} while (rc == 1);
	if (rc == -1)
		return -1;
	len = snprintf(holder, sizeof(holder), "%d %s\n", (int)getpid(), what);
	if (len >= (int)sizeof(holder))
		len = (int)sizeof(holder) - 1;
	/* Only a courtesy to who waits: a full disk must not stop us here. */
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, holder, (size_t)len, 0);
	return fd_take(&fd);
}
