/* SPDX-License-Identifier: ISC
 *
 * console - what the zone prints: logged, and passed on to one client.
 */
#include "zoned/console.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "zoned/loop.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif

enum {
	LOG_MAX = 1024 * 1024, /* then the older half goes */
	HISTORY = 16 * 1024,   /* of the log, for a new client */
	CHUNK = 4096,
	WINDOW_MS = 100,           /* a zone may print so much ... */
	WINDOW_BYTES = 256 * 1024, /* ... in that time, then it waits */
	LOG_BURST = 1024 * 1024,   /* written to the log at once ... */
	LOG_RATE = 64, /* ... and bytes a millisecond from then on */
	INPUT = 1024,  /* of the client, not yet taken by the zone */
};

static struct {
	const char *zone;
	void (*changed)(void *arg);
	void *arg;
	int log;           /* -1: not open */
	size_t log_room;   /* bytes that may be written now */
	uint64_t log_time; /* when that was so */
	uint64_t left_out; /* bytes that were too many */
	int master;        /* -1: the zone has no console now */
	int slave;  /* kept open, or the master would report a hangup for ever
		     * whenever nothing in the zone has the console open */
	int client; /* -1: none */
	int client_pid;
	struct winsize size; /* of the client's terminal */
	bool leave_at_halt;
	bool lost; /* the client's stream has a hole */
	char input[INPUT];
	size_t ninput;
	uint64_t window_start;
	size_t window_bytes;
	int pause; /* timer, 0: none */
} con = { .log = -1, .master = -1, .slave = -1, .client = -1 };

/* --- the log -------------------------------------------------------------- */

static int
open_log(struct err *e)
{
	_autofree char *name = NULL;
	_autoclose int dir = -1;
	struct stat st;

	if (con.log != -1)
		return 0;
	dir = path_open(PATH_LOG, e);
	if (dir == -1)
		return -1;
	name = mem_printf("%s.console", con.zone);
	con.log = openat(dir, name,
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
	    0600);
	if (con.log == -1)
		return err_sys(e, "open '%s'", name);
	if (fstat(con.log, &st) == -1 || !S_ISREG(st.st_mode)) {
		fd_close_at(&con.log);
		con.log = -1;
		return err_set(e, EINVAL, "'%s' is not a file", name);
	}
	return 0;
}

/* Offset of the first line that begins at or behind from. */
static off_t
line_start(off_t from, off_t end)
{
	char buf[CHUNK];
	ssize_t n;
	const char *newline;

	if (from <= 0)
		return 0;
	n = pread(con.log, buf, sizeof(buf), from - 1);
	newline = n > 0 ? memchr(buf, '\n', (size_t)n) : NULL;
	from = newline ? from + (newline - buf) : from;
	return from < end ? from : end;
}

/* Move the newer half to the front. No second file and no memory: a log that is
 * cut by a crash in between is a log with a repeated piece. */
static void
halve_log(off_t size)
{
	char buf[CHUNK];
	off_t from = line_start(size - LOG_MAX / 2, size);
	off_t to = 0;

	while (from < size) {
		ssize_t n = pread(con.log, buf, sizeof(buf), from);

		if (n <= 0 || pwrite(con.log, buf, (size_t)n, to) != n)
			break;
		from += n;
		to += n;
	}
	(void)!ftruncate(con.log, to);
}

static uint64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The disk is outside of the zone's limits: a console that is flooded may write
 * so much to it, and the rest is left out of the log. */
static bool
log_has_room(size_t len)
{
	uint64_t now = now_ms();
	uint64_t room = con.log_room + (now - con.log_time) * LOG_RATE;

	con.log_room = room < LOG_BURST ? (size_t)room : LOG_BURST;
	con.log_time = now;
	if (len > con.log_room)
		return false;
	con.log_room -= len;
	return true;
}

static void
append(const char *text, size_t len)
{
	off_t size = lseek(con.log, 0, SEEK_END);

	if (size + (off_t)len > LOG_MAX) {
		halve_log(size);
		(void)lseek(con.log, 0, SEEK_END);
	}
	(void)!write(con.log, text, len);
}

static void
write_log(const char *text, size_t len)
{
	struct err ignored;

	/* A full or missing disk must not stop the console. */
	if (open_log(&ignored) == -1)
		return;
	if (!log_has_room(len)) {
		con.left_out += len;
		return;
	}
	if (con.left_out > 0) {
		_autofree char *hole =
		    mem_printf("\r\n[... %" PRIu64
			       " bytes left out of this log]\r\n",
			con.left_out);

		con.left_out = 0;
		append(hole, strlen(hole));
	}
	append(text, len);
}

/* --- the client ----------------------------------------------------------- */

static void
detach(void)
{
	if (con.client == -1)
		return;
	zd_loop_remove(con.client);
	(void)close(con.client);
	con.client = -1;
	con.ninput = 0;
	if (con.changed)
		con.changed(con.arg);
}

/* Offer text to the client; what does not fit is lost, and said so later. */
static void
send_client(const char *text, size_t len)
{
	static const char hole[] =
	    "\r\n[... output left out; see the console log]\r\n";

	if (con.client == -1)
		return;
	if (con.lost &&
	    send(con.client, hole, sizeof(hole) - 1,
		MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)sizeof(hole) - 1)
		return;
	con.lost = send(con.client, text, len, MSG_DONTWAIT | MSG_NOSIGNAL) !=
	    (ssize_t)len;
}

static void
send_history(void)
{
	char buf[CHUNK];
	struct err ignored;
	off_t size;
	off_t at;

	if (open_log(&ignored) == -1)
		return;
	size = lseek(con.log, 0, SEEK_END);
	for (at = line_start(size - HISTORY, size); at < size;) {
		ssize_t n = pread(con.log, buf, sizeof(buf), at);

		if (n <= 0)
			return;
		send_client(buf, (size_t)n);
		at += n;
	}
}

/* --- both ways ------------------------------------------------------------ */

/* Watch what can go on: the client while there is room for its input, the
 * master for room while there is input. */
static void
watch_both(void)
{
	struct err ignored;

	if (con.client != -1)
		(void)!zd_loop_change(con.client, con.ninput == 0 ? EPOLLIN : 0,
		    &ignored);
	if (con.master != -1 && con.pause == 0)
		(void)!zd_loop_change(con.master,
		    con.ninput > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN, &ignored);
}

static void
pass_input(void)
{
	ssize_t n;

	/* Typed at a zone that has no console: gone, as on a machine that is
	 * switched off. */
	if (con.master == -1)
		con.ninput = 0;
	if (con.ninput == 0)
		return;
	n = write(con.master, con.input, con.ninput);
	if (n == -1 && errno != EAGAIN && errno != EINTR)
		n = (ssize_t)con.ninput;
	if (n > 0) {
		con.ninput -= (size_t)n;
		memmove(con.input, con.input + n, con.ninput);
	}
}

static void
on_client(int fd, uint32_t events, void *arg)
{
	ssize_t n;

	(void)arg;
	n = events & (EPOLLIN | EPOLLHUP | EPOLLERR)
	    ? recv(fd, con.input + con.ninput, sizeof(con.input) - con.ninput,
		  MSG_DONTWAIT)
	    : -1;
	/* With no room left it is asked for nothing: only the end gets here. */
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR)) {
		detach();
		return;
	}
	con.ninput += n > 0 ? (size_t)n : 0;
	pass_input();
	watch_both();
}

static void on_master(int fd, uint32_t events, void *arg);

static void
go_on(void *arg)
{
	struct err ignored;

	(void)arg;
	con.pause = 0;
	if (con.master != -1)
		(void)!zd_loop_add(con.master, EPOLLIN, on_master, NULL,
		    &ignored);
	watch_both();
}

/* Stop reading for the rest of the window once the zone has had its share. */
static void
count_output(size_t n)
{
	uint64_t now = now_ms();

	if (now - con.window_start >= WINDOW_MS) {
		con.window_start = now;
		con.window_bytes = 0;
	}
	con.window_bytes += n;
	if (con.window_bytes < WINDOW_BYTES)
		return;
	con.pause = zd_loop_after((int)(con.window_start + WINDOW_MS - now),
	    go_on, NULL);
	if (con.pause != 0)
		zd_loop_remove(con.master);
}

/* Take what the zone printed. False where there is nothing more. */
static bool
take_output(void)
{
	char buf[CHUNK];
	ssize_t n = read(con.master, buf, sizeof(buf));

	if (n <= 0)
		return false;
	write_log(buf, (size_t)n);
	send_client(buf, (size_t)n);
	count_output((size_t)n);
	return true;
}

static void
on_master(int fd, uint32_t events, void *arg)
{
	(void)fd;
	(void)arg;
	if (events & EPOLLOUT) {
		pass_input();
		watch_both();
	}
	/* Nobody has the slave open, not even we: the zone is at its end. */
	if (!take_output() && events & EPOLLHUP)
		zd_loop_remove(con.master);
}

/* The console is as large as the terminal it was last seen on. */
static void
set_size(void)
{
	if (con.master != -1 && con.size.ws_row != 0)
		(void)ioctl(con.master, TIOCSWINSZ, &con.size);
}

void
zd_console_init(const char *zone, void (*changed)(void *arg), void *arg)
{
	con.zone = zone;
	con.changed = changed;
	con.arg = arg;
}

int
zd_console_start(int master, struct err *e)
{
	zd_console_stop();
	if (fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK) == -1)
		return err_sys(e, "console");
	if (zd_loop_add(master, EPOLLIN, on_master, NULL, e) == -1)
		return -1;
	con.master = master;
	set_size();
	con.slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return 0;
}

void
zd_console_stop(void)
{
	if (con.master == -1)
		return;
	/* At most what a pty holds; a zone that is dying prints no more. */
	for (int i = 0; i < 16 && take_output(); i++)
		continue;
	if (con.pause != 0)
		zd_loop_cancel(con.pause);
	con.pause = 0;
	zd_loop_remove(con.master);
	con.master = -1;
	fd_close_at(&con.slave);
	con.slave = -1;
	/* The log stays closed while the zone is down. */
	fd_close_at(&con.log);
	con.log = -1;
	pass_input();
	watch_both();
}

void
zd_console_notice(const char *fmt, ...)
{
	_autofree char *text = NULL;
	_autofree char *line = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	line = mem_printf("\r\n%s\r\n", text);
	/* Behind what the zone printed before. */
	for (int i = 0; i < 16 && con.master != -1 && con.pause == 0; i++) {
		if (!take_output())
			break;
	}
	write_log(line, strlen(line));
	send_client(line, strlen(line));
}

int
zd_console_attach(struct zd_msg *request, int pid, struct zd_msg *reply,
    struct err *e)
{
	_autoclose int sock = -1;

	if (con.client != -1)
		return err_set(e, EBUSY,
		    "Console is already in use by process ID %d.",
		    con.client_pid);
	sock = zd_msg_take_fd(request, 0);
	if (sock == -1)
		return err_set(e, ERR_USAGE, "console: no socket");
	if (zd_console_resume(sock, pid, e) == -1)
		return -1;
	(void)fd_take(&sock);
	con.leave_at_halt = zd_msg_num(request, "disconnect", 0) != 0;
	con.size.ws_row = (unsigned short)zd_msg_num(request, "rows", 0);
	con.size.ws_col = (unsigned short)zd_msg_num(request, "cols", 0);
	set_size();
	if (zd_msg_num(request, "again", 0) == 0)
		send_history();
	zd_msg_start(reply, "done");
	return 0;
}

bool
zd_console_busy(void)
{
	return con.client != -1;
}

void
zd_console_halted(void)
{
	if (con.leave_at_halt)
		detach();
}

int
zd_console_client(int *pid)
{
	*pid = con.client_pid;
	return con.client;
}

int
zd_console_resume(int sock, int pid, struct err *e)
{
	if (zd_loop_add(sock, EPOLLIN, on_client, NULL, e) == -1)
		return -1;
	con.client = sock;
	con.client_pid = pid;
	con.leave_at_halt = false;
	con.lost = false;
	con.ninput = 0;
	if (con.changed)
		con.changed(con.arg);
	return 0;
}
