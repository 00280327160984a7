/* SPDX-License-Identifier: ISC
 *
 * session - passes bytes between the caller's descriptors and a session in a
 * zone.
 *
 * Three streams, each with a buffer: what was read is written before more is
 * read, so memory is bounded and a slow reader slows the writer down, not us.
 * A long stream out of the zone goes by splice(2) where the caller's end takes
 * it. Into the zone everything is copied: a page of a file of the host's must
 * not lie in a pipe that the zone holds.
 */
#include "zoneadm/session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"

enum {
	BUFFER = 64 * 1024,
	/* A pipe that poll(2) calls writable takes so much without blocking. */
	ATOMIC = 4096,
	SPLICE_MAX = 1024 * 1024,
	TYPED = 1024, /* read at once from a terminal */
	REOPEN_MS = 20,
	STREAMS = 3,
};

enum way { BY_COPY, BY_SPLICE, NO_SPLICE };

struct stream {
	int from;
	int to;
	bool open; /* more may come from `from` */
	int lost;  /* errno of what could not be written */
	bool ours; /* `to` is our own and non-blocking: write all at once */
	bool full; /* splice found `to` full */
	bool rest; /* from is quiet: look again after a while (pty) */
	enum way way;
	size_t at;
	size_t len; /* bytes in buf from at on */
	char *buf;
};

static char buffers[STREAMS][BUFFER];

static const int watched[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGWINCH,
	SIGPIPE };

/* Those we take: blocked since session_block_signals. What our caller ignores
 * (nohup(1), "&") stays ignored. */
static sigset_t taken;

void
session_block_signals(void)
{
	struct sigaction sa;

	(void)sigemptyset(&taken);
	for (size_t i = 0; i < ARRAY_LEN(watched); i++) {
		if (sigaction(watched[i], NULL, &sa) == 0 &&
		    sa.sa_handler != SIG_IGN)
			(void)sigaddset(&taken, watched[i]);
	}
	(void)sigprocmask(SIG_BLOCK, &taken, NULL);
	/* Blocked for good: a write says EPIPE instead. */
	(void)sigdelset(&taken, SIGPIPE);
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* --- one stream ----------------------------------------------------------- */

/* The reader went away: so must the writer learn it. */
static void
broken(struct stream *t)
{
	if (!t->ours && errno != EPIPE && errno != EBADF)
		t->lost = errno;
	t->open = false;
	t->len = 0;
	t->full = false;
	close_end(&t->from);
}

/* A stream out of the zone that filled a whole buffer is a long one. Only where
 * the caller's end is a pipe or a file can splice(2) be kept from blocking. */
static void
choose_way(struct stream *t, size_t got)
{
	struct stat st;

	if (t->way != BY_COPY || t->ours || got < BUFFER / 2)
		return;
	t->way = fstat(t->to, &st) == 0 &&
		(S_ISFIFO(st.st_mode) || S_ISREG(st.st_mode))
	    ? BY_SPLICE
	    : NO_SPLICE;
}

static void
move(struct stream *t)
{
	bool waited = t->full;
	ssize_t n = splice(t->from, NULL, t->to, NULL, SPLICE_MAX,
	    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	t->full = false;
	if (n == 0)
		t->open = false;
	if (n != -1 || errno == EINTR)
		return;
	/* One of the two was ready, so it is the other one. */
	if (errno == EAGAIN)
		t->full = !waited;
	else if (errno == EINVAL)
		t->way = NO_SPLICE; /* a file opened to append */
	else
		broken(t);
}

static void
fill(struct stream *t, size_t max)
{
	ssize_t n = read(t->from, t->buf, max);

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		t->open = false;
		return;
	}
	t->at = 0;
	t->len = (size_t)n;
	choose_way(t, t->len);
}

static ssize_t
write_some(struct stream *t)
{
	size_t n = t->len;
	ssize_t sent;

	if (t->ours)
		return write(t->to, t->buf + t->at, n);
	sent = send(t->to, t->buf + t->at, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent != -1 || errno != ENOTSOCK)
		return sent;
	return write(t->to, t->buf + t->at, n < ATOMIC ? n : ATOMIC);
}

static void
drain(struct stream *t)
{
	ssize_t n = write_some(t);

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n == -1) {
		broken(t);
		return;
	}
	t->at += (size_t)n;
	t->len -= (size_t)n;
}

/* --- the session ---------------------------------------------------------- */

struct relay {
	struct session *s;
	struct stream t[STREAMS]; /* indexed as user and zone */
	int signals;
	bool ended; /* the status is here: only what lies in the pipes */
	bool escaped;
	enum session_end end;
};

static struct stream
stream_of(int from, int to, char *buf)
{
	return (struct stream){ .from = from,
		.to = to,
		.open = from != -1,
		.buf = buf };
}

static void
relay_init(struct relay *r, struct session *s)
{
	*r = (struct relay){ .s = s };
	r->t[0] = stream_of(s->user[0], s->zone[0], buffers[0]);
	r->t[1] = stream_of(s->zone[1], s->user[1], buffers[1]);
	r->t[2] = stream_of(s->zone[2], s->user[2], buffers[2]);
	r->t[0].ours = true;
	if (s->kind != SESSION_PIPES)
		r->t[1].way = NO_SPLICE;
	r->signals = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->zone[0] != -1 && s->user[0] != -1)
		(void)fcntl(s->zone[0], F_SETFL, O_RDWR | O_NONBLOCK);
}

/* The caller's stdin has ended: tell the zone as this kind of session can. */
static void
end_input(struct relay *r)
{
	struct stream *t = &r->t[0];

	t->open = false;
	if (t->to == -1)
		return;
	if (r->s->kind == SESSION_PTY && r->s->user[0] != -1) {
		t->buf[0] = 4; /* VEOF of a terminal nobody changed */
		t->at = 0;
		t->len = 1;
		r->s->user[0] = -1;
		return;
	}
	if (r->s->kind == SESSION_CONSOLE && r->s->user[0] != -1) {
		(void)shutdown(t->to, SHUT_WR);
		r->s->user[0] = -1;
	}
	if (r->s->kind == SESSION_PIPES)
		close_end(&t->to);
}

/* Read what was typed, through the escape. */
static void
fill_typed(struct relay *r)
{
	struct stream *t = &r->t[0];
	char typed[TYPED];
	ssize_t n = read(t->from, typed, sizeof(typed));

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		t->open = false;
		return;
	}
	t->at = 0;
	t->len = tty_escape_feed(&r->s->escape, typed, (size_t)n, t->buf,
	    &r->escaped);
}

/* The zone's side of a pty reads EIO also while login(1) has it closed for a
 * moment (vhangup(2)): only the status says that it is over. */
static void
fill_output(struct relay *r, struct stream *t)
{
	fill(t, BUFFER);
	if (!t->open && r->s->kind == SESSION_PTY && !r->ended) {
		t->open = true;
		t->rest = true;
	}
}

static void
turn_stream(struct relay *r, struct stream *t)
{
	bool input = t == &r->t[0];

	if (t->len > 0)
		drain(t);
	else if (t->open && t->way == BY_SPLICE)
		move(t);
	else if (t->open && input && r->s->raw)
		fill_typed(r);
	else if (t->open && input)
		fill(t, BUFFER);
	else if (t->open)
		fill_output(r, t);
	if (input && !t->open && t->len == 0)
		end_input(r);
}

/* The shell's wait status, or the end of the other side without one. */
static void
take_status(struct relay *r)
{
	int status;
	ssize_t n = recv(r->s->status, &status, sizeof(status), MSG_DONTWAIT);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	r->ended = true;
	r->end = SESSION_CLOSED;
	if (n == (ssize_t)sizeof(status)) {
		r->end = SESSION_STATUS;
		r->s->result = status;
	}
}

/* A signal of ours: the zone's command gets it, or the session ends. */
static bool
take_signal(struct relay *r)
{
	struct signalfd_siginfo si;
	unsigned char sig;
	struct winsize size;

	if (read(r->signals, &si, sizeof(si)) != (ssize_t)sizeof(si))
		return false;
	if (si.ssi_signo == SIGWINCH) {
		size = tty_size(r->s->user[1]);
		if (r->s->kind == SESSION_PTY && size.ws_row != 0)
			(void)ioctl(r->s->zone[0], TIOCSWINSZ, &size);
		return false;
	}
	sig = (unsigned char)si.ssi_signo;
	if (r->s->kind == SESSION_PIPES && !r->ended &&
	    send(r->s->status, &sig, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1)
		return false;
	r->s->result = sig;
	return true;
}

enum { AT_STATUS = STREAMS, AT_SIGNAL, POLLS };

/* What to wait for. Returns the timeout. */
static int
set_polls(struct relay *r, struct pollfd p[POLLS])
{
	bool busy = false;
	int timeout = -1;

	for (int i = 0; i < STREAMS; i++) {
		struct stream *t = &r->t[i];
		bool write = t->len > 0 || t->full;
		/* Behind the end nobody reads what the caller still has. */
		bool wanted = write || (t->open && !(i == 0 && r->ended));

		p[i] = (struct pollfd){ .fd = -1 };
		if (i == 0 && r->ended)
			continue;
		if (t->rest) {
			t->rest = false;
			timeout = REOPEN_MS;
			continue;
		}
		if (wanted) {
			p[i].fd = write ? t->to : t->from;
			p[i].events = write ? POLLOUT : POLLIN;
		}
		busy = busy || write;
	}
	p[AT_STATUS] = (struct pollfd){ .fd = r->ended ? -1 : r->s->status,
		.events = POLLIN };
	p[AT_SIGNAL] = (struct pollfd){ .fd = r->signals, .events = POLLIN };
	return r->ended && !busy ? 0 : timeout;
}

/* The other side of a console is gone. */
static bool
console_gone(const struct relay *r)
{
	return r->s->kind == SESSION_CONSOLE && !r->t[1].open &&
	    r->t[1].len == 0;
}

static enum session_end
relay(struct relay *r)
{
	struct pollfd p[POLLS];

	for (;;) {
		int n = poll(p, POLLS, set_polls(r, p));

		if (n == -1 && errno != EINTR)
			return SESSION_CLOSED;
		if (n == 0 && r->ended)
			return r->end;
		if (n <= 0)
			continue;
		if (p[AT_SIGNAL].revents != 0 && take_signal(r))
			return SESSION_SIGNAL;
		for (int i = 0; i < STREAMS; i++) {
			if (p[i].revents != 0)
				turn_stream(r, &r->t[i]);
		}
		if (r->escaped)
			return SESSION_ESCAPED;
		if (console_gone(r))
			return SESSION_CLOSED;
		if (p[AT_STATUS].revents != 0)
			take_status(r);
	}
}

enum session_end
session_run(struct session *s)
{
	struct relay r;
	enum session_end end;

	relay_init(&r, s);
	if (r.signals == -1)
		return SESSION_CLOSED;
	if (!r.t[0].open)
		end_input(&r);
	end = relay(&r);
	(void)close(r.signals);
	s->lost = r.t[1].lost != 0 ? r.t[1].lost : r.t[2].lost;
	return end;
}
