/* SPDX-License-Identifier: ISC
 *
 * delegate - what users who are named by the resource admin may do, and asking
 * for it.
 */
#include "zoneadm/delegate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zonecfg/index.h"

/* --- what there is ---------------------------------------------------------
 */

enum argument {
	NOTHING,
	REBOOT_OPTION, /* nothing, or -r */
	A_ZONE,        /* another zone */
};

/* Everything that takes a path of the host, or boot arguments, with which a
 * sealed root could be booted writable, is missing. */
static const struct {
	const char *verb;
	enum argument arg;
} verbs[] = {
	{ "boot", NOTHING },
	{ "halt", NOTHING },
	{ "ready", NOTHING },
	{ "reboot", NOTHING },
	{ "shutdown", REBOOT_OPTION },
	{ "clone", A_ZONE },
};

static bool
fits(enum argument want, const char *arg)
{
	switch (want) {
	case NOTHING:
		return !arg;
	case REBOOT_OPTION:
		return !arg || strcmp(arg, "-r") == 0;
	case A_ZONE:
		return arg && zc_name_ok(arg) && !zc_name_is_global(arg);
	}
	return false;
}

static int
need_of_zoneadm(const struct zd_msg *m, struct delegate_need *out,
    struct err *e)
{
	const char *verb = zd_msg_get(m, "verb");
	const char *arg = zd_msg_get(m, "arg");

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (!str_eq(verb, verbs[i].verb) || !fits(verbs[i].arg, arg))
			continue;
		out->auth = "manage";
		out->source = verbs[i].arg == A_ZONE ? arg : NULL;
		return 0;
	}
	return err_set(e, EPERM,
	    "users may boot, halt, ready, reboot, shutdown [-r] and clone from "
	    "a zone, with no other arguments; the rest is root's");
}

/* A name of a terminal becomes part of an environment. */
static bool
is_term(const char *term)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._";

	return !term || (strlen(term) < 64 && term[strspn(term, good)] == '\0');
}

static int
need_of_zlogin(const struct zd_msg *m, struct delegate_need *out, struct err *e)
{
	const char *letters = zd_msg_get(m, "options");
	const char *escape = zd_msg_get(m, "escape");

	if ((letters && letters[strspn(letters, DELEGATE_LETTERS)] != '\0') ||
	    (escape && strlen(escape) != 1) || !is_term(zd_msg_get(m, "term")))
		return err_set(e, EPERM,
		    "users log in without the options -S and -T, which are "
		    "root's");
	if (m->nfds != 3)
		return err_set(e, EINVAL, "a session has three descriptors");
	for (size_t i = 0; i < 3; i++) {
		if (!delegate_is_plain(m->fds[i]))
			return err_set(e, EPERM,
			    "a session has pipes or a terminal");
	}
	out->auth = "login";
	out->source = NULL;
	return 0;
}

int
delegate_need(const struct zd_msg *m, struct delegate_need *out, struct err *e)
{
	out->zone = zd_msg_get(m, "zone");
	if (!out->zone || !zc_name_ok(out->zone) ||
	    zc_name_is_global(out->zone))
		return err_set(e, EINVAL, "that is no zone's name");
	if (zd_msg_is(m, "zoneadm") && m->nfds == 0)
		return need_of_zoneadm(m, out, e);
	if (zd_msg_is(m, "zlogin"))
		return need_of_zlogin(m, out, e);
	return err_set(e, EINVAL, "no such request");
}

bool
delegate_has(const char *auths, const char *word, const char *other)
{
	_autofree char *copy = mem_strdup(auths);
	char *rest = copy;
	char *item;

	while ((item = strsep(&rest, ",")) != NULL) {
		if (strcmp(item, word) == 0 || str_eq(item, other))
			return true;
	}
	return false;
}

/* --- descriptors -------------------------------------------------------------
 */

bool
delegate_is_plain(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return false;
	return S_ISFIFO(st.st_mode) ||
	    (S_ISCHR(st.st_mode) &&
		(st.st_rdev == makedev(1, 3) || isatty(fd) == 1));
}

static pid_t copiers[3];

static void NORETURN
copy(int from, int to)
{
	char buf[16384];
	struct err ignored;
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0) {
		if (fd_write_all(to, buf, (size_t)n, &ignored) == -1)
			break;
	}
	_exit(0);
}

static void
wait_for_copiers(void)
{
	for (size_t i = 0; i < ARRAY_LEN(copiers); i++) {
		if (copiers[i] > 0)
			(void)waitpid(copiers[i], NULL, 0);
	}
}

/* The one of input may wait for what never comes: it is not waited for. */
int
delegate_lend(struct zd_msg *m, int fd, struct err *e)
{
	bool input = fd == STDIN_FILENO;
	int end[2];
	pid_t pid;

	if (delegate_is_plain(fd)) {
		zd_msg_add_fd(m, fcntl(fd, F_DUPFD_CLOEXEC, 3));
		return 0;
	}
	if (pipe2(end, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	zd_msg_add_fd(m, end[input ? 0 : 1]);
	pid = fork();
	if (pid == 0) {
		zd_msg_done(m);
		copy(input ? fd : end[0], input ? end[1] : fd);
	}
	(void)close(end[input ? 1 : 0]);
	if (pid == -1)
		return err_sys(e, "fork");
	if (!input)
		copiers[fd] = pid;
	return 0;
}

/* --- asking -----------------------------------------------------------------
 */

/* Connect, or -1. */
static int
knock(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	_autoclose int run = open(path_of(PATH_RUN),
	    O_PATH | O_DIRECTORY | O_CLOEXEC);
	_autoclose int sock = -1;

	if (run == -1)
		return -1;
	sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	(void)snprintf(a.sun_path, sizeof(a.sun_path),
	    "/proc/self/fd/%d/" DELEGATE_SOCK, run);
	if (sock == -1 || connect(sock, (struct sockaddr *)&a, sizeof(a)) == -1)
		return -1;
	return fd_take(&sock);
}

static int
watch_window(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGWINCH);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
tell_window(int window, int sock)
{
	_cleanup_msg struct zd_msg m = { 0 };
	struct signalfd_siginfo si;
	struct err ignored;

	if (read(window, &si, sizeof(si)) != (ssize_t)sizeof(si))
		return;
	zd_msg_start(&m, "winch");
	(void)!zd_msg_send(sock, &m, &ignored);
}

static void
print(int fd, const char *text)
{
	struct err ignored;

	if (text)
		(void)!fd_write_all(fd, text, strlen(text), &ignored);
}

static int
answered(const struct zd_msg *reply, int *status, struct err *e)
{
	if (!zd_msg_is(reply, "done"))
		return zd_msg_to_err(reply, e);
	print(STDOUT_FILENO, zd_msg_get(reply, "out"));
	print(STDERR_FILENO, zd_msg_get(reply, "err"));
	*status = (int)zd_msg_num(reply, "status", 1);
	wait_for_copiers();
	return 0;
}

int
delegate_ask(struct zd_msg *m, int *status, struct err *e)
{
	_cleanup_msg struct zd_msg reply = { 0 };
	_autoclose int sock = knock();
	_autoclose int window = -1;

	if (sock == -1)
		return 1;
	window = watch_window();
	if (zd_msg_send(sock, m, e) == -1)
		return -1;
	zd_msg_done(m); /* else who copies waits for our ends */
	for (;;) {
		struct pollfd p[] = { { .fd = sock, .events = POLLIN },
			{ .fd = window, .events = POLLIN } };
		int rc;

		if (poll(p, 2, -1) == -1)
			continue;
		if (p[1].revents != 0)
			tell_window(window, sock);
		if (p[0].revents == 0)
			continue;
		rc = zd_msg_recv(sock, &reply, e);
		if (rc == 0)
			return err_set(e, ECONNRESET,
			    "zone-broker ended; its log tells why");
		return rc == -1 ? -1 : answered(&reply, status, e);
	}
}
