/* SPDX-License-Identifier: ISC
 *
 * client - the only door to a zone's zoned.
 */
#include "zoned/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"
#include "base/str.h"
#include "zonecfg/runstate.h"
#include "zoned/launch.h"

enum { TRIES = 1000, SETTLE_TRIES = 3000, PAUSE_MS = 10 };

/* Connect, or -1 with errno. */
static int
try_connect(const char *zone)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	_autofree char *dir = mem_printf("%s/%s", path_of(PATH_RUN), zone);
	_autoclose int run = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_autoclose int sock = -1;

	if (run == -1)
		return -1;
	sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (sock == -1)
		return -1;
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/sock",
	    run);
	if (connect(sock, (struct sockaddr *)&a, sizeof(a)) == -1)
		return -1;
	return fd_take(&sock);
}

/* Start a zoned that is born with us as its first client. */
static int
start_zoned(const char *zone, struct err *e)
{
	_autoclose int dir = zd_launch_dir("zoned", e);
	_autoclose int program = -1;
	_autoclose int ours = -1;
	_autoclose int theirs = -1;
	int pair[2];
	const char *root = *path_root() != '\0' ? path_root() : "/";
	_autofree char *helpers = path_helper("zoned");
	const char *argv[] = { "zoned", "-z", zone, "-R", root, "-H", helpers,
		"-c", "3", NULL };
	struct spawn s = SPAWN(argv);

	if (dir == -1)
		return -1;
	*strrchr(helpers, '/') = '\0';
	program = zd_launch_program(dir, "zoned", e);
	if (program == -1)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return err_sys(e, "socketpair");
	ours = pair[0];
	theirs = pair[1];
	s.program = program;
	s.keep = &theirs;
	s.nkeep = 1;
	if (spawn_start(&s, e) == -1)
		return -1;
	return fd_take(&ours);
}

/* A zone that is up has lost its zoned. */
static bool
is_up(const char *zone)
{
	_cleanup_run struct zc_run run = { 0 };
	struct err ignored;

	return zc_run_load_raw(zone, &run, &ignored) == 0 &&
	    run.state > ZC_INSTALLED && run.state != ZC_MOUNTED;
}

/* The first word of a fresh zoned: "done" (it serves us), or an error. EAGAIN:
 * another one was quicker. */
static int
hear_started(int sock, struct err *e)
{
	_cleanup_msg struct zd_msg m = { 0 };
	int rc = zd_msg_recv(sock, &m, e);

	if (rc == -1)
		return -1;
	if (rc == 0)
		return err_set(e, ECONNRESET,
		    "zoned ended at once; see its log in '%s'",
		    path_of(PATH_LOG));
	return zd_msg_is(&m, "error") ? zd_msg_to_err(&m, e) : 0;
}

int
zd_client_open(const char *zone, bool start, bool *restarted, struct err *e)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };

	*restarted = false;
	for (int i = 0; i < TRIES; i++) {
		int sock = try_connect(zone);

		if (sock != -1)
			return sock;
		if (!start)
			return err_set(e, ECONNREFUSED,
			    "its zoned does not answer");
		*restarted = is_up(zone);
		sock = start_zoned(zone, e);
		if (sock == -1)
			return -1;
		if (hear_started(sock, e) == 0)
			return sock;
		(void)close(sock);
		if (e->code != EAGAIN)
			return -1;
		(void)nanosleep(&pause, NULL);
	}
	return err_set(e, ETIMEDOUT, "its zoned does not answer");
}

static int
wait_readable(int sock, int timeout_ms, struct err *e)
{
	struct pollfd p = { .fd = sock, .events = POLLIN };
	int rc;

	do {
		rc = poll(&p, 1, timeout_ms);
	} while (rc == -1 && errno == EINTR);
	if (rc == 0)
		return err_set(e, ETIMEDOUT, "zoned does not answer in time");
	return rc == -1 ? err_sys(e, "poll") : 0;
}

int
zd_client_ask(int sock, const struct zd_msg *request, struct zd_msg *reply,
    zd_client_note *note, void *arg, int timeout_ms, struct err *e)
{
	if (zd_msg_send(sock, request, e) == -1)
		return -1;
	for (;;) {
		struct zd_msg m = { 0 };
		int rc;

		if (timeout_ms >= 0 && wait_readable(sock, timeout_ms, e) == -1)
			return -1;
		rc = zd_msg_recv(sock, &m, e);
		if (rc == -1)
			return -1;
		if (rc == 0)
			return err_set(e, ECONNRESET,
			    "zoned ended before it answered; run the command "
			    "again");
		if (zd_msg_is(&m, "done")) {
			*reply = m;
			return 0;
		}
		if (zd_msg_is(&m, "error")) {
			rc = zd_msg_to_err(&m, e);
			zd_msg_done(&m);
			return rc;
		}
		if (note && zd_msg_get(&m, "text"))
			note(zd_msg_type(&m), zd_msg_get(&m, "text"), arg);
		zd_msg_done(&m);
	}
}

int
zd_client_settle(const char *zone, struct err *e)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	bool restarted;
	_autoclose int sock = zd_client_open(zone, true, &restarted, e);

	if (sock == -1)
		return -1;
	for (int i = 0; i < SETTLE_TRIES; i++) {
		_cleanup_msg struct zd_msg ask = { 0 };
		_cleanup_msg struct zd_msg reply = { 0 };

		zd_msg_start(&ask, "status");
		if (zd_client_ask(sock, &ask, &reply, NULL, NULL, -1, e) == -1)
			return -1;
		if (!str_eq(zd_msg_get(&reply, "state"), "shutting_down"))
			return 0;
		(void)nanosleep(&pause, NULL);
	}
	return 0;
}
