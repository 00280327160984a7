/* SPDX-License-Identifier: ISC
 *
 * hog - take all of one thing that the kernel counts, say how many there were,
 * and keep them until standard input ends.
 *
 *   hog THING [MOST]
 *
 * Static, so that it runs in any root. Prints "N" or "N: why no more". A bomb
 * of processes is never over: it runs in a zone only, and ends with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"

static int
take_inotify(int i)
{
	(void)i;
	return inotify_init1(IN_CLOEXEC);
}

/* Messages of the largest size that is allowed without privilege: their bytes
 * are counted when the queue is made. */
static int
take_mqueue(int i)
{
	struct mq_attr attr = { .mq_maxmsg = 10, .mq_msgsize = 8192 };
	char name[32];

	(void)snprintf(name, sizeof(name), "/hog%d", i);
	return mq_open(name, O_RDWR | O_CREAT, 0600, &attr);
}

/* A blocked signal from 32 on is queued as often as it is sent. */
static int
take_signal(int i)
{
	const union sigval value = { .sival_int = i };
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGRTMIN);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	return sigqueue(getpid(), SIGRTMIN, value);
}

/* Of a devpts of our own, which has no limit of its own. */
static int
take_pty(int i)
{
	if (i == 0 && mkdir("/tmp/hog", 0755) == -1 && errno != EEXIST)
		return -1;
	if (i == 0 && mount("hog", "/tmp/hog", "devpts", 0, NULL) == -1)
		return -1;
	return open("/tmp/hog/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

/* The page that a null pointer points to. */
static int
take_null(int i)
{
	(void)i;
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED
	    ? -1
	    : 0;
}

/* Addresses that are the same each time. */
static int
take_noaslr(int i)
{
	(void)i;
	return personality(ADDR_NO_RANDOMIZE) == -1 ? -1 : 0;
}

/* A fork bomb: every process makes more, for good. Nobody but who kills the
 * zone ends it. */
static int
take_processes(int i)
{
	printf("%d\n", i);
	(void)fflush(stdout);
	for (;;)
		(void)!fork();
	return -1;
}

static const struct {
	const char *name;
	int (*take)(int i);
} things[] = {
	{ "bomb", take_processes },
	{ "null", take_null },
	{ "noaslr", take_noaslr },
	{ "inotify", take_inotify },
	{ "mqueue", take_mqueue },
	{ "signal", take_signal },
	{ "pty", take_pty },
};

static int
take_all(int (*take)(int i), int most)
{
	struct rlimit files;
	int n = 0;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	while (n < most && take(n) != -1)
		n++;
	if (n < most)
		printf("%d: %s\n", n, strerror(errno));
	else
		printf("%d\n", n);
	(void)fflush(stdout);
	while (getchar() != EOF)
		continue;
	return 0;
}

int
main(int argc, char **argv)
{
	int most = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1 << 20;

	for (size_t i = 0; argc > 1 && i < ARRAY_LEN(things); i++) {
		if (strcmp(argv[1], things[i].name) == 0)
			return take_all(things[i].take, most);
	}
	(void)fprintf(stderr, "usage: hog THING [MOST]\n");
	return 2;
}
