/* SPDX-License-Identifier: ISC
 *
 * zlogin - enter a zone: a command, an interactive session, its console.
 *
 * Joins nothing itself: zoned makes the process in the zone and hands over the
 * ends of its pipes or of its terminal. Static and small, because scripts start
 * it by the thousand.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/str.h"
#include "zoneadm/delegate.h"
#include "zoneadm/session.h"
#include "zonecfg/hint.h"
#include "zonecfg/index.h"
#include "zonecfg/runstate.h"
#include "zoned/client.h"
#include "zoned/enter.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_BY_SIGNAL = 128 };

/* How often the console is tried again, a tenth of a second apart, while its
 * zoned is on its way out. */
enum { LOSSES_MAX = 50 };

struct options {
	const char *zone;
	const char *user;
	char *command; /* NULL: a shell */
	int escape;    /* -1: none */
	bool console;
	bool disconnect;
	bool pty;
	bool no_stdin;
	bool quiet;
	bool failsafe;
	bool trusted;
};

static const char usage_text[] =
    "usage: zlogin [-EinQST] [-e CHAR] [-l USER] ZONE [COMMAND [ARG...]]\n"
    "       zlogin -C [-dEQ] [-e CHAR] ZONE\n";

static int
usage(const char *why)
{
	if (why)
		(void)dprintf(STDERR_FILENO, "zlogin: %s\n", why);
	(void)dprintf(STDERR_FILENO, "%s", usage_text);
	return EXIT_USAGE;
}

static int
fail(const char *text)
{
	(void)dprintf(STDERR_FILENO, "zlogin: %s\n", text);
	return EXIT_FAILED;
}

/* --- options -------------------------------------------------------------- */

/* The words of the command, one space between them. */
static char *
join(int n, char **words)
{
	size_t len = 0;
	char *text;
	char *p;

	if (n == 0)
		return NULL;
	for (int i = 0; i < n; i++)
		len += strlen(words[i]) + 1;
	text = mem_alloc(len);
	p = text;
	for (int i = 0; i < n; i++) {
		size_t size = strlen(words[i]);

		if (i > 0)
			*p++ = ' ';
		memcpy(p, words[i], size);
		p += size;
	}
	return text;
}

/* What does not go together: a reason, or NULL. */
static const char *
conflict(const struct options *o)
{
	if (o->console && o->command)
		return "-C takes no command";
	if (o->console &&
	    (o->user || o->no_stdin || o->failsafe || o->pty || o->trusted))
		return "-C goes with none of -i, -l, -n, -S and -T";
	if (o->disconnect && !o->console)
		return "-d goes only with -C";
	if (o->failsafe && o->user)
		return "-l and -S do not go together";
	if (o->no_stdin && o->pty)
		return "-n cannot be used interactively";
	return NULL;
}

static const char options_text[] = "+:CdEe:il:nQST";

static const char *
parse_options(int argc, char **argv, struct options *o)
{
	static char *wrong; /* until the program ends */
	int c;

	*o = (struct options){ .escape = '~' };
	opterr = 0;
	while ((c = getopt(argc, argv, options_text)) != -1) {
		switch (c) {
		case 'C':
			o->console = true;
			break;
		case 'd':
			o->disconnect = true;
			break;
		case 'E':
			o->escape = -1;
			break;
		case 'e':
			o->escape = tty_escape_parse(optarg);
			if (o->escape == -1)
				return "-e takes one character";
			break;
		case 'i':
			o->pty = true;
			break;
		case 'l':
			o->user = optarg;
			break;
		case 'n':
			o->no_stdin = true;
			break;
		case 'Q':
			o->quiet = true;
			break;
		case 'S':
			o->failsafe = true;
			break;
		case 'T':
			o->trusted = true;
			break;
		default:
			wrong = opt_wrong(c, argv, options_text, NULL);
			return wrong;
		}
	}
	if (optind >= argc)
		return "";
	o->zone = argv[optind];
	o->command = join(argc - optind - 1, argv + optind + 1);
	/* An interactive session, unless there is something to run or to read
	 * from. */
	if (!o->command && !o->console && isatty(STDIN_FILENO))
		o->pty = true;
	return conflict(o);
}

/* --- refusals ------------------------------------------------------------- */

/* Why this zone cannot be entered; 0 where it can (or its zoned must tell). */
static int
check_state(const struct options *o, struct err *e)
{
	_cleanup_entry struct zc_entry entry = { 0 };
	_cleanup_run struct zc_run run = { 0 };
	enum zc_state state;

	if (zc_index_get(o->zone, &entry, e) == -1)
		return e->code == ERR_UNKNOWN_ZONE
		    ? err_set(e, e->code, "zone '%s' unknown", o->zone)
		    : -1;
	if (zc_run_load(o->zone, &run, e) == -1)
		return -1;
	state = zc_state_now(&entry, &run);
	if (state == ZC_DOWN && zd_client_settle(o->zone, e) == -1)
		return -1;
	if (state == ZC_DOWN) {
		zc_run_done(&run);
		if (zc_run_load(o->zone, &run, e) == -1)
			return -1;
		state = zc_state_now(&entry, &run);
	}
	if (state < ZC_INSTALLED)
		return err_set(e, ERR_STATE,
		    "cannot login to a zone which is '%s'",
		    zc_state_name(state));
	if (!o->console && state != ZC_RUNNING)
		return err_set(e, ERR_STATE,
		    "login allowed only to running zones (%s is '%s').",
		    o->zone, zc_state_name(state));
	return 0;
}

/* Say what went wrong, and to a person what leads on. */
static int
fail_zone(const struct options *o, const struct err *e)
{
	_cleanup_entry struct zc_entry entry = { 0 };
	_cleanup_run struct zc_run run = { 0 };
	struct err ignored;

	(void)fail(e->msg);
	if (e->code == ERR_UNKNOWN_ZONE)
		zc_hint_zone("zlogin", o->zone);
	else if (e->code == ERR_STATE &&
	    zc_index_get(o->zone, &entry, &ignored) == 0 &&
	    zc_run_load(o->zone, &run, &ignored) == 0)
		zc_hint_state("zlogin", o->zone, zc_state_now(&entry, &run));
	return EXIT_FAILED;
}

/* What needs no zone to be refused. */
static const char *
refuse_early(const struct options *o)
{
	if (path_in_zone())
		return "'zlogin' may only be used from the global zone";
	if (zc_name_is_global(o->zone))
		return "'zlogin' not applicable to the global zone";
	if (geteuid() != 0)
		return "You lack sufficient privilege to run this command "
		       "(all privs required)";
	return NULL;
}

/* --- asking --------------------------------------------------------------- */

/* Ask the zone's zoned. A zone that runs has one nearly always: states are
 * looked up only where it has none, or says no. */
static int
ask(const struct options *o, const struct zd_msg *request, struct zd_msg *reply,
    struct err *e)
{
	bool restarted;
	_autoclose int sock = zd_client_open(o->zone, false, &restarted, e);
	struct err why;

	if (sock == -1) {
		if (check_state(o, e) == -1)
			return -1;
		sock = zd_client_open(o->zone, true, &restarted, e);
		if (sock == -1)
			return -1;
	}
	if (zd_client_ask(sock, request, reply, NULL, NULL, -1, e) == 0)
		return 0;
	if (e->code == ERR_STATE && check_state(o, &why) == -1)
		*e = why;
	return -1;
}

static void
add_size(struct zd_msg *m)
{
	struct winsize size = tty_size(STDIN_FILENO);

	if (size.ws_row == 0)
		return;
	zd_msg_addf(m, "rows", "%u", (unsigned)size.ws_row);
	zd_msg_addf(m, "cols", "%u", (unsigned)size.ws_col);
}

static int
ask_login(const struct options *o, struct zd_msg *reply, struct err *e)
{
	_cleanup_msg struct zd_msg m = { 0 };
	const char *term = getenv("TERM");

	if (o->command && strlen(o->command) > ZD_COMMAND_MAX)
		return err_set(e, E2BIG,
		    "command longer than %d bytes; feed it to a shell's stdin",
		    ZD_COMMAND_MAX);
	zd_msg_start(&m, "login");
	zd_msg_add(&m, "mode", o->pty ? "pty" : "pipe");
	zd_msg_add(&m, "user", o->user ? o->user : "root");
	if (term)
		zd_msg_add(&m, "term", term);
	if (o->command)
		zd_msg_add(&m, "command", o->command);
	if (o->failsafe)
		zd_msg_add(&m, "failsafe", "1");
	else if (o->pty && !o->command)
		zd_msg_add(&m, "login", "1");
	if (o->trusted)
		zd_msg_add(&m, "trusted", "1");
	if (o->pty)
		add_size(&m);
	return ask(o, &m, reply, e);
}

/* --- sessions ------------------------------------------------------------- */

/* A descriptor of ours that was closed would be taken by the next one that is
 * opened. Reading from what stands in for it gives an end, writing an error. */
static void
fill_holes(void)
{
	struct pollfd p[3] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };

	(void)poll(p, 3, 0);
	for (int fd = 0; fd < 3; fd++) {
		if (p[fd].revents & POLLNVAL)
			(void)!open("/dev/null", O_RDONLY);
	}
}

/* Run a session with the terminal, where there is one, in raw mode. */
static enum session_end
run_session(struct session *s, int escape)
{
	struct termios saved;
	struct err e;
	enum session_end end;

	if (s->kind != SESSION_PIPES && isatty(STDIN_FILENO)) {
		if (tty_raw(STDIN_FILENO, &saved, &e) == 0)
			s->raw = true;
	}
	tty_escape_init(&s->escape, escape, s->raw ? saved.c_cc[VEOF] : -1);
	end = session_run(s);
	if (s->raw)
		tty_restore(STDIN_FILENO, &saved);
	return end;
}

static int
exit_code(const struct options *o, const struct session *s,
    enum session_end end)
{
	switch (end) {
	case SESSION_STATUS:
		if (s->lost != 0) {
			(void)dprintf(STDERR_FILENO,
			    "zlogin: output of zone '%s': %s\n", o->zone,
			    strerror(s->lost));
			return EXIT_FAILED;
		}
		if (o->pty && !o->command)
			return 0;
		if (WIFSIGNALED(s->result))
			return EXIT_BY_SIGNAL + WTERMSIG(s->result);
		return WEXITSTATUS(s->result);
	case SESSION_ESCAPED:
		return 0;
	case SESSION_SIGNAL:
		return EXIT_BY_SIGNAL + s->result;
	case SESSION_CLOSED:
	default:
		(void)dprintf(STDERR_FILENO,
		    "zlogin: the session in zone '%s' was cut off\n", o->zone);
		return EXIT_FAILED;
	}
}

static int
login(const struct options *o)
{
	_cleanup_msg struct zd_msg reply = { 0 };
	struct session s = { .kind = o->pty ? SESSION_PTY : SESSION_PIPES,
		.user = { o->no_stdin ? -1 : 0, 1, 2 },
		.zone = { -1, -1, -1 } };
	enum session_end end;
	const char *tty;
	struct err e;

	session_block_signals();
	if (ask_login(o, &reply, &e) == -1)
		return fail_zone(o, &e);
	for (size_t i = 0; i < (o->pty ? 1 : 3); i++)
		s.zone[i] = zd_msg_take_fd(&reply, i);
	s.status = zd_msg_take_fd(&reply, o->pty ? 1 : 3);
	if (o->pty)
		s.zone[1] = s.zone[0];
	tty = zd_msg_get(&reply, "tty");
	if (o->pty && !o->quiet)
		(void)dprintf(STDOUT_FILENO, "[Connected to zone '%s' %s]\n",
		    o->zone, tty ? tty : "");
	end = run_session(&s, o->escape);
	if (o->pty && !o->quiet)
		(void)dprintf(STDERR_FILENO,
		    "\n[Connection to zone '%s' %s closed]\n", o->zone,
		    tty ? tty : "");
	return exit_code(o, &s, end);
}

/* --- the console ---------------------------------------------------------- */

/* Attach; again tells that this is not the first time, and the history has been
 * shown. Returns our end of the stream. */
static int
attach(const struct options *o, bool again, struct err *e)
{
	_cleanup_msg struct zd_msg m = { 0 };
	_cleanup_msg struct zd_msg reply = { 0 };
	_autoclose int ours = -1;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return err_sys(e, "socketpair");
	ours = pair[0];
	zd_msg_start(&m, "console");
	zd_msg_add_fd(&m, pair[1]);
	zd_msg_addf(&m, "pid", "%d", (int)getpid());
	zd_msg_add(&m, "interactive", "1");
	if (o->disconnect)
		zd_msg_add(&m, "disconnect", "1");
	if (again)
		zd_msg_add(&m, "again", "1");
	add_size(&m);
	if (ask(o, &m, &reply, e) == -1)
		return -1;
	return fd_take(&ours);
}

/* The stream has ended, and not by us. With -d a zone that is down ends the
 * session; else its zoned was killed, and another one takes over. */
static bool
is_over(const struct options *o)
{
	_cleanup_run struct zc_run run = { 0 };
	struct err ignored;

	return o->disconnect &&
	    (zc_run_load(o->zone, &run, &ignored) == -1 ||
		run.state <= ZC_INSTALLED || run.state > ZC_RUNNING);
}

/* A zoned that is being killed may still take a connection. */
static bool
is_dying(const struct err *e)
{
	return e->code == ECONNRESET || e->code == EPIPE;
}

static int
console(const struct options *o)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000000L };
	struct session s = { .kind = SESSION_CONSOLE,
		.user = { 0, 1, -1 },
		.zone = { -1, -1, -1 },
		.status = -1 };
	enum session_end end = SESSION_CLOSED;
	struct err e = { 0 };
	bool again = false;
	int losses = 0;

	session_block_signals();
	while (end == SESSION_CLOSED && !(again && is_over(o))) {
		s.zone[0] = attach(o, again, &e);
		s.zone[1] = s.zone[0];
		if (s.zone[0] == -1 && again && is_dying(&e) &&
		    ++losses < LOSSES_MAX) {
			(void)nanosleep(&pause, NULL);
			continue;
		}
		if (s.zone[0] == -1)
			return fail_zone(o, &e);
		if (!again && !o->quiet)
			(void)dprintf(STDOUT_FILENO,
			    "[Connected to zone '%s' console]\n", o->zone);
		end = run_session(&s, o->escape);
		fd_close_at(&s.zone[0]);
		/* Our own stdin has ended: that is a normal end. */
		if (s.user[0] == -1)
			break;
		if (again)
			(void)nanosleep(&pause, NULL);
		again = true;
	}
	if (!o->quiet)
		(void)dprintf(STDERR_FILENO,
		    "\n[Connection to zone '%s' console closed]\n", o->zone);
	return end == SESSION_SIGNAL ? EXIT_BY_SIGNAL + s.result : 0;
}

/* --- not as root ------------------------------------------------------------
 */

/* The options as letters, and those that the broker does not take among them:
 * it is the one to refuse. */
static void
add_letters(const struct options *o, struct zd_msg *m)
{
	const struct {
		char letter;
		bool set;
	} all[] = {
		{ 'C', o->console },
		{ 'd', o->disconnect },
		{ 'E', o->escape == -1 },
		{ 'i', o->pty },
		{ 'n', o->no_stdin },
		{ 'Q', o->quiet },
		{ 'S', o->failsafe },
		{ 'T', o->trusted },
	};
	char letters[ARRAY_LEN(all) + 1];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (all[i].set)
			letters[n++] = all[i].letter;
	}
	letters[n] = '\0';
	zd_msg_add(m, "options", letters);
}

/* Root's broker, where one listens: 1 where none does. */
static int
delegate(const struct options *o, int *status, struct err *e)
{
	_cleanup_msg struct zd_msg m = { 0 };
	const char *term = getenv("TERM");

	if (geteuid() == 0 || path_in_zone())
		return 1;
	zd_msg_start(&m, "zlogin");
	zd_msg_add(&m, "zone", o->zone);
	add_letters(o, &m);
	if (o->escape > 0 && o->escape != '~')
		zd_msg_addf(&m, "escape", "%c", o->escape);
	if (o->user)
		zd_msg_add(&m, "user", o->user);
	if (o->command)
		zd_msg_add(&m, "command", o->command);
	if (term)
		zd_msg_add(&m, "term", term);
	for (int fd = 0; fd < 3; fd++) {
		if (delegate_lend(&m, fd, e) == -1)
			return -1;
	}
	return delegate_ask(&m, status, e);
}

static void
options_done(struct options *o)
{
	free(o->command);
}

int
main(int argc, char **argv)
{
	_cleanup(options_done) struct options o = { 0 };
	const char *why;
	struct err e;
	int status;
	int rc;

	fill_holes();
	why = parse_options(argc, argv, &o);
	if (why)
		return usage(*why != '\0' ? why : NULL);
	if (path_init(NULL, &e) == -1)
		return fail(e.msg);
	rc = delegate(&o, &status, &e);
	if (rc != 1)
		return rc == 0 ? status : fail(e.msg);
	why = refuse_early(&o);
	if (why)
		return fail(why);
	if (!zc_name_ok(o.zone)) {
		_autofree char *shown = str_visible(o.zone, strlen(o.zone));

		(void)err_set(&e, ERR_UNKNOWN_ZONE, "zone '%s' unknown", shown);
		return fail(e.msg);
	}
	return o.console ? console(&o) : login(&o);
}
