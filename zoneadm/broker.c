/* SPDX-License-Identifier: ISC
 *
 * zone-broker - does for a user what the resource admin of a zone lets him:
 * runs root's zoneadm or zlogin for one request, and goes.
 *
 *	zone-broker [DIRECTORY...]
 *
 * Started with the connection as descriptor 0, as inetd and systemd do
 * (zones-admin.socket). The directories are where the two commands lie, if not
 * beside it. Who asks is what the kernel says of the peer. Nothing of the
 * caller's comes in but the words of the request and, for a session, three
 * descriptors; the command's own words are made here
 *(docs/decisions/0015-broker.md).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"
#include "base/str.h"
#include "base/sys.h"
#include "zoneadm/delegate.h"
#include "zonecfg/store.h"

enum { EXIT_FAILED = 1, ARGS_MAX = 16, REQUEST_SECONDS = 5, END_MS = 3000 };

struct broker {
	int conn;
	uid_t uid;
	char *const *dirs; /* of commands, NULL at the end */
};

/* --- may he? ----------------------------------------------------------------
 */

static bool
is_user(const char *name, uid_t uid)
{
	struct passwd *pw = name ? getpwnam(name) : NULL;

	return pw && pw->pw_uid == uid;
}

static bool
has_auth(const struct zc_zone *cfg, uid_t uid, const char *auth,
    const char *other)
{
	for (size_t i = 0; i < zc_count(cfg, "admin"); i++) {
		size_t n = zc_res_items(cfg, "admin", i, "auths");

		if (!is_user(zc_res_get(cfg, "admin", i, "user"), uid))
			continue;
		for (size_t k = 0; k < n; k++) {
			if (delegate_has(zc_res_item(cfg, "admin", i, "auths",
					     k),
				auth, other))
				return true;
		}
	}
	return false;
}

/* A zone that is not there is refused as one that is not his. */
static int
check(const struct broker *b, const char *zone, const char *auth,
    const char *other, struct err *e)
{
	_cleanup_zone struct zc_zone *cfg = NULL;
	struct err why;

	if (zc_store_load(zone, &cfg, &why) == 0 &&
	    has_auth(cfg, b->uid, auth, other))
		return 0;
	return err_set(e, EPERM,
	    "you lack '%s' of zone '%s'; root gives it: zonecfg -z %s 'add "
	    "admin; set user=NAME; set auths=%s; end'",
	    auth, zone, zone, auth);
}

/* --- the command ------------------------------------------------------------
 */

static char *
program(const struct broker *b, const char *name)
{
	for (char *const *dir = b->dirs; *dir; dir++) {
		_autofree char *path = mem_printf("%s/%s", *dir, name);

		if (access(path, X_OK) == 0)
			return mem_take(&path);
	}
	return path_helper(name);
}

struct command {
	const char *argv[ARGS_MAX];
	size_t argc;
	char letters[8][3];
	char *path;
	char *term;
	char *root;
	const char *env[6];
};

static void
add(struct command *c, const char *word)
{
	if (word && c->argc < ARGS_MAX - 1)
		c->argv[c->argc++] = word;
}

static void
add_pair(struct command *c, const char *option, const char *value)
{
	if (!value)
		return;
	add(c, option);
	add(c, value);
}

static void
zoneadm_words(struct command *c, const struct zd_msg *m)
{
	add_pair(c, "-z", zd_msg_get(m, "zone"));
	add(c, zd_msg_get(m, "verb"));
	add(c, zd_msg_get(m, "arg"));
}

/* Each letter once; the zone ends the options. */
static void
zlogin_words(struct command *c, const struct zd_msg *m)
{
	const char *given = zd_msg_get(m, "options");
	size_t n = 0;

	for (const char *l = DELEGATE_LETTERS; given && *l != '\0'; l++) {
		if (!strchr(given, *l))
			continue;
		(void)snprintf(c->letters[n], sizeof(c->letters[n]), "-%c", *l);
		add(c, c->letters[n++]);
	}
	add_pair(c, "-e", zd_msg_get(m, "escape"));
	add_pair(c, "-l", zd_msg_get(m, "user"));
	add(c, zd_msg_get(m, "zone"));
	add(c, zd_msg_get(m, "command"));
}

static void
command_init(struct command *c, const struct broker *b, const struct zd_msg *m)
{
	const char *name = zd_msg_type(m);
	const char *term = zd_msg_get(m, "term");
	size_t n = 0;

	*c = (struct command){ .path = program(b, name) };
	add(c, c->path);
	if (strcmp(name, "zlogin") == 0)
		zlogin_words(c, m);
	else
		zoneadm_words(c, m);
	c->env[n++] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
		      "/sbin:/bin";
	c->env[n++] = "LANG=C.UTF-8";
	c->env[n++] = "HOME=/root";
	if (term) {
		c->term = mem_printf("TERM=%s", term);
		c->env[n++] = c->term;
	}
	if (*path_root() != '\0') {
		c->root = mem_printf("ZONES_ROOT=%s", path_root());
		c->env[n++] = c->root;
	}
}

static void
command_done(struct command *c)
{
	free(c->path);
	free(c->term);
	free(c->root);
}

/* --- zoneadm: nobody waits for the caller to read ----------------------------
 */

static char *
text_of(int fd)
{
	char *text = mem_alloc(DELEGATE_OUT_MAX + 1);
	ssize_t n = pread(fd, text, DELEGATE_OUT_MAX, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static int
run_zoneadm(const struct command *c, struct zd_msg *reply, struct err *e)
{
	_autoclose int out = memfd_create("out", MFD_CLOEXEC);
	_autoclose int err = memfd_create("err", MFD_CLOEXEC);
	struct spawn s = SPAWN(c->argv);
	_autofree char *out_text = NULL;
	_autofree char *err_text = NULL;
	pid_t pid;
	int status;

	if (out == -1 || err == -1)
		return err_sys(e, "memfd_create");
	s.env = c->env;
	s.fd[1] = out;
	s.fd[2] = err;
	pid = spawn_start(&s, e);
	status = pid == -1 ? -1 : spawn_wait(pid, -1, e);
	if (status == -1)
		return -1;
	out_text = text_of(out);
	err_text = text_of(err);
	zd_msg_start(reply, "done");
	zd_msg_addf(reply, "status", "%d", status > 255 ? 1 : status);
	zd_msg_add(reply, "out", out_text);
	zd_msg_add(reply, "err", err_text);
	return 0;
}

/* --- zlogin: lives as long as who asked --------------------------------------
 */

/* What the caller has to say meanwhile; false: he is gone. */
static bool
listen_to(int conn, pid_t pid)
{
	_cleanup_msg struct zd_msg m = { 0 };
	struct err ignored;

	if (zd_msg_recv(conn, &m, &ignored) != 1 || !zd_msg_is(&m, "winch"))
		return false;
	(void)kill(pid, SIGWINCH);
	return true;
}

/* Until the session has ended; it is ended where the caller is gone. */
static void
watch(const struct broker *b, pid_t pid, int pidfd)
{
	struct pollfd p[] = { { .fd = pidfd, .events = POLLIN },
		{ .fd = b->conn, .events = POLLIN } };

	for (;;) {
		if (poll(p, 2, -1) == -1)
			continue;
		if (p[0].revents != 0)
			return;
		if (p[1].revents != 0 && !listen_to(b->conn, pid))
			break;
	}
	(void)kill(pid, SIGHUP);
	if (poll(p, 1, END_MS) == 0)
		(void)kill(pid, SIGKILL);
}

static int
run_zlogin(const struct broker *b, const struct command *c, struct zd_msg *m,
    struct zd_msg *reply, struct err *e)
{
	struct spawn s = SPAWN(c->argv);
	_autoclose int pidfd = -1;
	pid_t pid;
	int status;

	s.env = c->env;
	for (size_t i = 0; i < 3; i++)
		s.fd[i] = m->fds[i];
	pid = spawn_start(&s, e);
	if (pid == -1)
		return -1;
	pidfd = sys_pidfd_open(pid);
	watch(b, pid, pidfd);
	status = spawn_wait(pid, -1, e);
	if (status == -1)
		return -1;
	zd_msg_start(reply, "done");
	zd_msg_addf(reply, "status", "%d",
	    status > 255 ? 128 + status - 256 : status);
	return 0;
}

/* --- one request -------------------------------------------------------------
 */

static void
note(const struct broker *b, const struct command *c)
{
	_autofree char *words = mem_strdup("");

	for (size_t i = 1; i < c->argc; i++) {
		_autofree char *before = words;

		words = mem_printf("%s %s", before, c->argv[i]);
	}
	log_info("user %u runs %s%s", (unsigned)b->uid, c->path, words);
}

static int
serve(const struct broker *b, struct zd_msg *m, struct zd_msg *reply,
    struct err *e)
{
	_cleanup(command_done) struct command c = { 0 };
	struct delegate_need need;

	if (delegate_need(m, &need, e) == -1 ||
	    check(b, need.zone, need.auth, NULL, e) == -1 ||
	    (need.source &&
		check(b, need.source, "clonefrom", "clone", e) == -1))
		return -1;
	command_init(&c, b, m);
	note(b, &c);
	return zd_msg_is(m, "zlogin") ? run_zlogin(b, &c, m, reply, e)
				      : run_zoneadm(&c, reply, e);
}

/* The connection is moved away from 0, where it would be somebody's input. */
static int
take_connection(struct broker *b, struct err *e)
{
	const struct timeval limit = { .tv_sec = REQUEST_SECONDS };
	struct ucred peer;
	socklen_t len = sizeof(peer);
	_autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	b->conn = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	if (b->conn == -1 ||
	    getsockopt(b->conn, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
		return err_set(e, EINVAL,
		    "started by zones-admin.socket, never by hand; see "
		    "zones(7)");
	b->uid = peer.uid;
	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    setsockopt(b->conn, SOL_SOCKET, SO_RCVTIMEO, &limit,
		sizeof(limit)) == -1 ||
	    setsockopt(b->conn, SOL_SOCKET, SO_SNDTIMEO, &limit,
		sizeof(limit)) == -1)
		return err_sys(e, "prepare the connection");
	return 0;
}

int
main(int argc, char **argv)
{
	struct broker b = { .conn = -1, .dirs = argv + (argc > 0) };
	_cleanup_msg struct zd_msg request = { 0 };
	_cleanup_msg struct zd_msg reply = { 0 };
	struct err e;

	log_init("zone-broker", NULL);
	(void)umask(022);
	(void)signal(SIGPIPE, SIG_IGN);
	if (chdir("/") == -1 || path_init(NULL, &e) == -1 ||
	    take_connection(&b, &e) == -1) {
		log_error(&e);
		return EXIT_FAILED;
	}
	if (zd_msg_recv(b.conn, &request, &e) != 1)
		return EXIT_FAILED;
	if (serve(&b, &request, &reply, &e) == -1) {
		zd_msg_done(&reply);
		zd_msg_from_err(&reply, &e);
	}
	return zd_msg_send(b.conn, &reply, &e) == -1 ? EXIT_FAILED : 0;
}
