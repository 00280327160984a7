/* SPDX-License-Identifier: ISC
 *
 * courier - a connection to zoneadm on another host.
 */
#include "zoneadm/courier.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/str.h"

enum {
	PREAMBLE = 100, /* lines that a login may print before we are heard */
	WORDS_MAX = 64 * 1024,
	SSH_FAILED = 255, /* ssh(1), EXIT STATUS */
	NO_COMMAND = 127, /* of a shell */
};

#define SSH "/usr/bin/ssh"
#define TAR "/bin/tar"

/* --- addresses --------------------------------------------------------------
 */

struct address {
	char *user; /* NULL: ssh decides */
	char *host;
	char *port; /* NULL: likewise */
};

static void
address_done(struct address *a)
{
	free(a->user);
	free(a->host);
	free(a->port);
}

/* Letters, digits and some more; the first none that begins an option. */
static bool
is_word(const char *s, const char *more)
{
	if (*s == '\0' || *s == '-')
		return false;
	for (; *s != '\0'; s++) {
		if (!isalnum((unsigned char)*s) && !strchr(more, *s))
			return false;
	}
	return true;
}

/* HOST, HOST:PORT or [ADDRESS]:PORT. */
static int
split_host(const char *text, struct address *out)
{
	const char *end = text + strcspn(text, ":");
	uint64_t port;

	if (*text == '[') {
		text++;
		end = strchr(text, ']');
		if (!end)
			return -1;
	}
	out->host = mem_strndup(text, (size_t)(end - text));
	end += *end == ']';
	if (*end == ':') {
		if (str_u64(end + 1, UINT16_MAX, &port) == -1 || port == 0)
			return -1;
		out->port = mem_strdup(end + 1);
	} else if (*end != '\0') {
		return -1;
	}
	return is_word(out->host, text[-1] == '[' ? ".:%-_" : ".-_") ? 0 : -1;
}

static int
split(const char *uri, struct address *out, struct err *e)
{
	const char *rest = str_after(uri, "ssh://");
	_autofree char *text = mem_strdup(rest ? rest : "");
	size_t len = strlen(text);
	char *at = strchr(text, '@');
	const char *host = at ? at + 1 : text;
	_autofree char *shown = NULL;

	if (len > 0 && text[len - 1] == '/')
		text[len - 1] = '\0';
	if (at)
		out->user = mem_strndup(text, (size_t)(at - text));
	if (rest && split_host(host, out) == 0 &&
	    (!out->user || is_word(out->user, ".-_")))
		return 0;
	shown = str_visible(uri, strlen(uri));
	return err_set(e, ERR_USAGE,
	    "migrate: '%s' is not an address; it looks like "
	    "ssh://[user@]host[:port]",
	    shown);
}

int
courier_check(const char *uri, struct err *e)
{
	_cleanup(address_done) struct address a = { NULL, NULL, NULL };

	return split(uri, &a, e);
}

/* --- the connection -------------------------------------------------------
 */

void
courier_done(struct courier *c)
{
	struct err ignored;

	fd_close_at(&c->wire.out);
	fd_close_at(&c->wire.in);
	if (c->ssh > 0)
		(void)!spawn_wait(c->ssh, -1, &ignored);
	c->ssh = 0;
	free(c->host);
	c->host = NULL;
}

extern char **environ; /* where ssh finds its agent */

static int
start_ssh(const struct address *a, struct courier *c, struct err *e)
{
	const char *argv[20] = { SSH, "-T", "-a", "-x", "-o",
		"ServerAliveInterval=15", "-o", "ClearAllForwardings=yes" };
	struct spawn s = SPAWN(argv);
	size_t n = 8;
	int to[2];
	int from[2];

	if (a->user) {
		argv[n++] = "-l";
		argv[n++] = a->user;
	}
	if (a->port) {
		argv[n++] = "-p";
		argv[n++] = a->port;
	}
	argv[n++] = "--";
	argv[n++] = a->host;
	argv[n++] = "zoneadm receive";
	if (pipe2(to, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	c->wire.out = to[1];
	s.fd[0] = to[0];
	if (pipe2(from, O_CLOEXEC) == -1) {
		(void)close(to[0]);
		return err_sys(e, "pipe");
	}
	c->wire.in = from[0];
	s.fd[1] = from[1];
	s.fd[2] = STDERR_FILENO;
	s.env = (const char *const *)environ;
	c->ssh = spawn_start(&s, e);
	(void)close(to[0]);
	(void)close(from[1]);
	if (c->ssh != -1)
		return 0;
	c->ssh = 0;
	if (e->code == ENOENT)
		return err_in(e, "is the package openssh-client installed?");
	return -1;
}

/* The other side has gone without a word. */
static int
lost(struct courier *c, struct err *e)
{
	int status;

	fd_close_at(&c->wire.out);
	status = c->ssh > 0 ? spawn_wait(c->ssh, -1, e) : SSH_FAILED;
	c->ssh = 0;
	if (status == -1)
		return -1;
	if (status == NO_COMMAND)
		return err_set(e, ENOENT,
		    "there is no zoneadm on %s, or not in the PATH that ssh "
		    "gives there",
		    c->host);
	if (status == SSH_FAILED)
		return err_set(e, EPIPE, "the connection to %s failed",
		    c->host);
	if (status == 2)
		return err_set(e, ENOTSUP,
		    "zoneadm on %s cannot receive zones: it is older than this "
		    "one; upgrade it",
		    c->host);
	return err_set(e, EPIPE, "zoneadm on %s ended with status %d", c->host,
	    status);
}

/* Behind what a login prints. */
static int
hear_hello(struct courier *c, struct err *e)
{
	for (int i = 0; i < PREAMBLE; i++) {
		_autofree char *line = NULL;
		int got = wire_hear(&c->wire, &line, e);
		const char *format;
		uint64_t n;

		if (got == -1)
			return err_in(e, "%s", c->host);
		if (got == 0)
			return lost(c, e);
		format = str_after(line, WIRE_HELLO " ");
		if (!format)
			continue;
		if (str_u64(format, UINT32_MAX, &n) == -1 || n < WIRE_FORMAT)
			return err_set(e, ENOTSUP,
			    "zoneadm on %s is older than this one; upgrade it",
			    c->host);
		return wire_say(&c->wire, e, "hello %d", WIRE_FORMAT);
	}
	return err_set(e, EBADMSG, "%s answers with something else", c->host);
}

int
courier_open(const char *uri, struct courier *out, struct err *e)
{
	_cleanup(address_done) struct address a = { NULL, NULL, NULL };
	_cleanup_courier struct courier c = COURIER_NONE;

	if (split(uri, &a, e) == -1)
		return -1;
	c.host = mem_strdup(a.host);
	if (start_ssh(&a, &c, e) == -1 || hear_hello(&c, e) == -1 ||
	    courier_hear(&c, NULL, e) == -1)
		return -1;
	*out = c;
	c = (struct courier)COURIER_NONE;
	return 0;
}

int
courier_hear(struct courier *c, char **answer, struct err *e)
{
	_autofree char *line = NULL;
	_autofree char *shown = NULL;
	int got = wire_hear(&c->wire, &line, e);

	if (got == -1)
		return err_in(e, "%s", c->host);
	if (got == 0)
		return lost(c, e);
	if (strcmp(line, "ok") == 0 || str_starts(line, "ok ")) {
		if (answer)
			*answer = mem_strdup(line[2] ? line + 3 : "");
		return 0;
	}
	shown = str_visible(line, strlen(line));
	return err_set(e, ECONNREFUSED, "%s: %s", c->host,
	    str_starts(shown, "no ") ? shown + 3 : shown);
}

int
courier_ask(struct courier *c, char **answer, struct err *e, const char *fmt,
    ...)
{
	struct err why = { 0 };
	_autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	/* Who hung up has perhaps said why. */
	if (wire_say(&c->wire, &why, "%s", text) == -1 && why.code != EPIPE) {
		*e = why;
		return -1;
	}
	return courier_hear(c, answer, e);
}

/* --- a tree -----------------------------------------------------------------
 */

static int
start_tar(int tree, int out, int words, struct err *e)
{
	/* 3: where spawn puts the first of those to keep. */
	const char *argv[] = { TAR, "--create", "--file=-", "--format=posix",
		"--numeric-owner", "--sparse", "--acls", "--xattrs",
		"--xattrs-include=*", "--warning=no-file-ignored",
		"--directory=/proc/self/fd/3", ".", NULL };
	const int keep[] = { tree };
	struct spawn s = SPAWN(argv);

	s.fd[1] = out;
	s.fd[2] = words;
	s.keep = keep;
	s.nkeep = ARRAY_LEN(keep);
	return spawn_start(&s, e);
}

/* What tar said last is its reason. */
static int
tar_failed(int words, int status, struct err *e)
{
	struct err ignored;
	_autofree char *text = NULL;
	_autofree char *shown = NULL;
	size_t len = 0;

	if (lseek(words, 0, SEEK_SET) == 0 &&
	    fd_read_all(words, WORDS_MAX, &text, &len, &ignored) == 0 &&
	    len > 0) {
		shown = str_visible(text, strcspn(text, "\n"));
		return err_set(e, ECHILD, "read the zone's root: %s", shown);
	}
	return err_set(e, ECHILD, "read the zone's root: tar ended with %d",
	    status);
}

static int
relay(struct courier *c, int from, courier_tell *tell, void *arg, struct err *e)
{
	_autofree char *block = mem_alloc(WIRE_BLOCK_MAX);
	uint64_t sent = 0;

	for (;;) {
		ssize_t n = read(from, block, WIRE_BLOCK_MAX);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "read from tar");
		if (n == 0)
			return 0;
		if (wire_put_block(&c->wire, block, (size_t)n, e) == -1)
			return -1;
		sent += (uint64_t)n;
		tell(sent, arg);
	}
}

static int
run_tar(struct courier *c, int tree, courier_tell *tell, void *arg,
    struct err *e)
{
	struct err why = { 0 };
	int ends[2];
	_autoclose int in = -1;
	_autoclose int out = -1;
	_autoclose int words = memfd_create("stderr", MFD_CLOEXEC);
	int status;
	int sent;
	pid_t pid;

	if (words == -1)
		return err_sys(e, "memfd_create");
	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	in = ends[0];
	out = ends[1];
	pid = start_tar(tree, out, words, e);
	if (pid == -1)
		return -1;
	fd_close_at(&out);
	sent = relay(c, in, tell, arg, e);
	fd_close_at(&in);
	status = spawn_wait(pid, -1, &why);
	if (sent == -1)
		return -1;
	return status == 0 ? 0 : tar_failed(words, status, e);
}

int
courier_send_tree(struct courier *c, int tree, courier_tell *tell, void *arg,
    struct err *e)
{
	struct err why = { 0 };

	if (run_tar(c, tree, tell, arg, &why) == 0) {
		if (wire_put_block(&c->wire, NULL, 0, &why) == 0)
			return 0;
	} else if (why.code != EPIPE) {
		struct err ignored;

		(void)!wire_break_off(&c->wire, &ignored);
		*e = why;
		return -1;
	}
	/* The other side has hung up, and said why before. */
	if (courier_hear(c, NULL, e) == -1)
		return -1;
	*e = why;
	return err_in(e, "%s", c->host);
}
