/* SPDX-License-Identifier: ISC
 *
 * reach - which system calls are within reach of this process: each number is
 * tried, in a child, with arguments that do nothing.
 *
 * A call is closed where every try ends in EPERM, EACCES, ENOSYS or SIGSYS;
 * any other answer came from behind the door. Prints "NUMBER open|closed WHY".
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"

enum { LAST = 480 };

/* Calls that a filter judges by their arguments: what an ordinary program
 * would ask, still without an effect. */
static const struct {
	long nr;
	long args[6];
} mild[] = {
	{ SYS_clone, { SIGCHLD } },
	{ SYS_socket, { AF_UNIX, SOCK_STREAM } },
	{ SYS_socketpair, { AF_UNIX, SOCK_STREAM } },
	{ SYS_personality, { 0xffffffff } },
	{ SYS_ioctl, { -1, 0x5401 } },
	{ SYS_mknodat, { -1, 0, S_IFIFO } },
#ifdef SYS_mknod
	{ SYS_mknod, { 0, S_IFIFO } },
#endif
};

/* How a try ended, as the child's exit status. */
enum end { OPEN = 1, CLOSED_PERM, CLOSED_ACCES, CLOSED_NOSYS, CLOSED_SIGSYS };
static const char *const words[] = { "", "open", "closed EPERM",
	"closed EACCES", "closed ENOSYS", "closed SIGSYS" };

/* Say it even where the call took standard output away: by the exit status. */
__attribute__((noreturn)) static void
attempt(long nr, const long a[6])
{
	long ret;

	if (nr != SYS_setsid) /* vhangup(2) finds no terminal */
		(void)setsid();
	(void)alarm(1); /* pause(2) and its kin wait for it */
	errno = 0;
	ret = syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (ret == -1 && errno == EPERM)
		_exit(CLOSED_PERM);
	if (ret == -1 && errno == EACCES)
		_exit(CLOSED_ACCES);
	if (ret == -1 && errno == ENOSYS)
		_exit(CLOSED_NOSYS);
	_exit(OPEN);
}

static enum end
try_one(long nr, const long a[6])
{
	int status = 0;
	pid_t pid = fork();

	if (pid == -1) {
		perror("reach: fork");
		exit(1);
	}
	if (pid == 0)
		attempt(nr, a);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? CLOSED_SIGSYS : OPEN;
	/* exit(2) itself ends with a status of its own. */
	status = WEXITSTATUS(status);
	return status >= CLOSED_PERM && status <= CLOSED_NOSYS
	    ? (enum end)status
	    : OPEN;
}

/* Nothing but what is refused outright is tried again: a call that checks its
 * arguments answers to the first. */
static enum end
try_number(long nr)
{
	static const long ones[6] = { -1, -1, -1, -1, -1, -1 };
	static const long zeros[6];
	enum end end = try_one(nr, ones);

	for (size_t i = 0; i < ARRAY_LEN(mild) && end != OPEN; i++) {
		if (mild[i].nr == nr)
			end = try_one(nr, mild[i].args);
	}
	return end == OPEN ? OPEN : try_one(nr, zeros);
}

/* Side by side, because some calls wait until the alarm. */
enum { WORKERS = 16 };

int
main(void)
{
	int *end = mmap(NULL, (LAST + 1) * sizeof(*end), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (end == MAP_FAILED) {
		perror("reach: mmap");
		return 1;
	}
	for (long first = 0; first < WORKERS; first++) {
		pid_t pid = fork();

		if (pid == -1) {
			perror("reach: fork");
			return 1;
		}
		if (pid > 0)
			continue;
		for (long nr = first; nr <= LAST; nr += WORKERS)
			end[nr] = (int)try_number(nr);
		_exit(0);
	}
	while (wait(NULL) != -1 || errno == EINTR)
		continue;
	for (long nr = 0; nr <= LAST; nr++) {
		if (end[nr] == 0) {
			(void)fprintf(stderr, "reach: no answer for %ld\n", nr);
			return 1;
		}
		(void)printf("%ld %s\n", nr, words[end[nr]]);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
