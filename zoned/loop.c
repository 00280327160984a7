/* SPDX-License-Identifier: ISC
 *
 * loop - the event loop: descriptors and one-shot timers, callbacks, epoll.
 */
#include "zoned/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { MAX_TIMERS = 16, MAX_EVENTS = 8 };

struct watch {
	int fd;
	zd_on_event *fn;
	void *arg;
};

struct timer {
	int id;
	int64_t at; /* milliseconds, monotonic; 0: free */
	zd_on_timer *fn;
	void *arg;
};

static struct {
	int epoll;
	bool stopped;
	struct watch *watch;
	size_t n;
	struct timer timer[MAX_TIMERS];
	int next_id;
	zd_on_timer *each;
	void *each_arg;
} loop = { .epoll = -1, .next_id = 1 };

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct watch *
find(int fd)
{
	for (size_t i = 0; i < loop.n; i++) {
		if (loop.watch[i].fd == fd)
			return &loop.watch[i];
	}
	return NULL;
}

int
zd_loop_init(struct err *e)
{
	loop.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop.epoll == -1)
		return err_sys(e, "epoll_create1");
	return 0;
}

int
zd_loop_add(int fd, uint32_t events, zd_on_event *fn, void *arg, struct err *e)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };

	if (epoll_ctl(loop.epoll, EPOLL_CTL_ADD, fd, &ev) == -1)
		return err_sys(e, "watch descriptor %d", fd);
	loop.watch = mem_grow(loop.watch, loop.n + 1, sizeof(*loop.watch));
	loop.watch[loop.n++] = (struct watch){ fd, fn, arg };
	return 0;
}

int
zd_loop_change(int fd, uint32_t events, struct err *e)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };

	if (epoll_ctl(loop.epoll, EPOLL_CTL_MOD, fd, &ev) == -1)
		return err_sys(e, "watch descriptor %d", fd);
	return 0;
}

void
zd_loop_remove(int fd)
{
	struct watch *w = find(fd);

	if (!w)
		return;
	(void)epoll_ctl(loop.epoll, EPOLL_CTL_DEL, fd, NULL);
	*w = loop.watch[--loop.n];
}

int
zd_loop_after(int ms, zd_on_timer *fn, void *arg)
{
	for (size_t i = 0; i < MAX_TIMERS; i++) {
		if (loop.timer[i].at != 0)
			continue;
		loop.timer[i].id = loop.next_id++;
		loop.timer[i].at = now_ms() + ms + 1;
		loop.timer[i].fn = fn;
		loop.timer[i].arg = arg;
		return loop.timer[i].id;
	}
	return 0;
}

void
zd_loop_cancel(int id)
{
	for (size_t i = 0; i < MAX_TIMERS; i++) {
		if (loop.timer[i].at != 0 && loop.timer[i].id == id)
			loop.timer[i].at = 0;
	}
}

/* The slot that is due first, or NULL where none is set. */
static struct timer *
first_timer(void)
{
	struct timer *first = NULL;

	for (size_t i = 0; i < MAX_TIMERS; i++) {
		if (loop.timer[i].at != 0 &&
		    (!first || loop.timer[i].at < first->at))
			first = &loop.timer[i];
	}
	return first;
}

/* Milliseconds to the next timer, -1 without any. */
static int
next_timer(void)
{
	const struct timer *first = first_timer();
	int64_t left;

	if (!first)
		return -1;
	left = first->at - now_ms();
	return left > 0 ? (int)left : 0;
}

/* Those that are due by now, in the order of their time; one that a function
 * sets waits for the next round. */
static void
run_timers(void)
{
	int64_t now = now_ms();
	struct timer *t;

	while ((t = first_timer()) != NULL && t->at <= now) {
		t->at = 0;
		t->fn(t->arg);
	}
}

void
zd_loop_each(zd_on_timer *fn, void *arg)
{
	loop.each = fn;
	loop.each_arg = arg;
}

int
zd_loop_run(struct err *e)
{
	struct epoll_event ev[MAX_EVENTS];

	while (!loop.stopped) {
		int n = epoll_wait(loop.epoll, ev, MAX_EVENTS, next_timer());

		if (n == -1 && errno != EINTR)
			return err_sys(e, "epoll_wait");
		for (int i = 0; i < n; i++) {
			/* A callback before this one may have removed it. */
			struct watch *w = find(ev[i].data.fd);

			if (w)
				w->fn(w->fd, ev[i].events, w->arg);
		}
		run_timers();
		if (loop.each)
			loop.each(loop.each_arg);
	}
	return 0;
}

void
zd_loop_stop(void)
{
	loop.stopped = true;
}
