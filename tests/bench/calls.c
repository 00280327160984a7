/* SPDX-License-Identifier: ISC
 *
 * calls - what the default filter adds to a system call.
 *
 *	build/tests/calls [ROUNDS]
 *
 * Three processes take turns on one processor: without a filter, with the
 * shortest that looks at an argument, and with ours. Prints the median time on
 * the processor and the ratios; ours is to be at most 1.02 as measured on an
 * idle machine. Fails only where it cannot measure.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "base/str.h"
#include "privileges/filter.h"

enum { CALLS = 2000, ROUNDS = 101, MAX_ROUNDS = 10000 };

enum who { BARE, FLOOR, OURS, WHO };

/* Less cannot be asked: the kernel's bitmap of calls that are always allowed
 * holds none that is decided by an argument. */
static const struct sock_filter shortest[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    offsetof(struct seccomp_data, args) + 8),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x5412, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static void
plain(void)
{
	(void)syscall(SYS_getppid);
}

/* Its arguments are looked at. */
static void
ruled(void)
{
	(void)syscall(SYS_ioctl, -1, 0);
}

static void
open_close(void)
{
	(void)close(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

static const struct {
	const char *name;
	void (*call)(void);
} kinds[] = {
	{ "getppid", plain },
	{ "ioctl", ruled },
	{ "open and close", open_close },
};

static int64_t
cpu_time(void (*call)(void))
{
	struct timespec a;
	struct timespec b;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
	for (int i = 0; i < CALLS; i++)
		call();
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
	return (b.tv_sec - a.tv_sec) * 1000000000 + (b.tv_nsec - a.tv_nsec);
}

/* One that measures whenever it is asked: its number of the kind in, the time
 * out. Returns the socket. */
static int
start(const struct priv_filter *filter)
{
	cpu_set_t first;
	int end[2];
	unsigned char kind;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) == -1)
		return -1;
	pid = fork();
	if (pid != 0) {
		(void)close(end[1]);
		return pid == -1 ? -1 : end[0];
	}
	(void)close(end[0]);
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	(void)sched_setaffinity(0, sizeof(first), &first);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (filter && priv_filter_apply_raw(filter) != 0)
		_exit(1);
	while (read(end[1], &kind, 1) == 1) {
		int64_t t = cpu_time(kinds[kind].call);

		if (write(end[1], &t, sizeof(t)) != sizeof(t))
			_exit(1);
	}
	_exit(0);
}

static int
by_size(const void *a, const void *b)
{
	const int64_t *x = a;
	const int64_t *y = b;

	return (*x > *y) - (*x < *y);
}

static int
measure(const int sock[WHO], size_t rounds, unsigned char kind)
{
	static int64_t t[WHO][MAX_ROUNDS];
	double ns[WHO];

	for (size_t i = 0; i < rounds; i++) {
		for (int who = 0; who < WHO; who++) {
			if (write(sock[who], &kind, 1) != 1 ||
			    read(sock[who], &t[who][i], sizeof(t[0][0])) !=
				sizeof(t[0][0]))
				return -1;
		}
	}
	for (int who = 0; who < WHO; who++) {
		qsort(t[who], rounds, sizeof(t[0][0]), by_size);
		ns[who] = (double)t[who][rounds / 2] / CALLS;
	}
	(void)printf("%-15s %7.1f ns bare, %7.1f shortest %6.3f, "
		     "%7.1f ours %6.3f\n",
	    kinds[kind].name, ns[BARE], ns[FLOOR], ns[FLOOR] / ns[BARE],
	    ns[OURS], ns[OURS] / ns[BARE]);
	return 0;
}

int
main(int argc, char **argv)
{
	struct priv_set set = priv_set_default(false);
	struct priv_filter filter = { 0 };
	const struct priv_filter floor = { shortest, ARRAY_LEN(shortest), 0 };
	struct err e = { 0 };
	uint64_t rounds = ROUNDS;
	int sock[WHO];

	if (argc > 2 ||
	    (argc == 2 &&
		(str_u64(argv[1], MAX_ROUNDS, &rounds) == -1 || rounds == 0))) {
		(void)fputs("usage: calls [ROUNDS]\n", stderr);
		return 2;
	}
	path_set_helpers(CALLS_HELPERS);
	if (path_init(NULL, &e) == -1 ||
	    priv_filter_load(&set, &filter, &e) == -1) {
		(void)fprintf(stderr, "calls: %s\n", e.msg);
		return 1;
	}
	sock[BARE] = start(NULL);
	sock[FLOOR] = start(&floor);
	sock[OURS] = start(&filter);
	for (unsigned char k = 0; k < ARRAY_LEN(kinds); k++) {
		if (sock[BARE] == -1 || sock[FLOOR] == -1 || sock[OURS] == -1 ||
		    measure(sock, (size_t)rounds, k) == -1) {
			perror("calls");
			return 1;
		}
	}
	return 0;
}
