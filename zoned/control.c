/* SPDX-License-Identifier: ISC
 *
 * control - the door: who may ask, what can be asked, who waits for an answer.
 */
#include "zoned/control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "zoned/console.h"
#include "zoned/enter.h"
#include "zoned/loop.h"
#include "zoned/machine.h"
#include "zoned/upgrade.h"

enum { MAX_CLIENTS = 64, BACKLOG = 128 };

static struct {
	struct zd_zone *z;
	int listening;
	int client[MAX_CLIENTS];
	size_t n;
} door = { .listening = -1 };

static void
hang_up(int client)
{
	zd_machine_forget(client);
	zd_enter_forget(client);
	zd_loop_remove(client);
	(void)close(client);
	for (size_t i = 0; i < door.n; i++) {
		if (door.client[i] == client) {
			door.client[i] = door.client[--door.n];
			break;
		}
	}
}

void
zd_control_done(int client, struct zd_msg *reply)
{
	struct err why;

	/* Who asked may have gone; then nobody needs to know. */
	(void)!zd_msg_send(client, reply, &why);
	zd_msg_done(reply);
}

void
zd_control_fail(int client, const struct err *why)
{
	struct zd_msg reply;

	zd_msg_from_err(&reply, why);
	zd_control_done(client, &reply);
}

void
zd_control_note(int client, const char *type, const char *text)
{
	struct zd_msg note;

	zd_msg_start(&note, type);
	zd_msg_add(&note, "text", text);
	zd_control_done(client, &note);
}

static void
do_login(int client, struct zd_msg *m)
{
	struct err why;

	if (zd_enter(door.z, m, client, &why) == -1)
		zd_control_fail(client, &why);
}

static void
do_console(int client, struct zd_msg *m)
{
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);
	struct zd_msg reply;
	struct err why;

	(void)getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &len);
	if (zd_console_attach(m, (int)peer.pid, &reply, &why) == -1)
		zd_control_fail(client, &why);
	else
		zd_control_done(client, &reply);
}

static void
do_upgrade(int client, struct zd_msg *m)
{
	struct zd_msg reply;
	struct err why;

	if (zd_upgrade_prepare(door.z, m, &why) == -1) {
		zd_control_fail(client, &why);
		return;
	}
	zd_msg_start(&reply, "done");
	zd_control_done(client, &reply);
	zd_upgrade_exec(door.z);
}

/* Everything that can be asked; proto.h says with which words. */
static const struct {
	const char *type;
	void (*fn)(int client, struct zd_msg *m);
} requests[] = {
	{ "status", zd_machine_status },
	{ "ready", zd_machine_ready },
	{ "boot", zd_machine_boot },
	{ "reboot", zd_machine_reboot },
	{ "shutdown", zd_machine_shutdown },
	{ "halt", zd_machine_halt },
	{ "login", do_login },
	{ "console", do_console },
	{ "upgrade", do_upgrade },
};

static void
dispatch(int client, struct zd_msg *m)
{
	struct err why;

	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		if (zd_msg_is(m, requests[i].type)) {
			requests[i].fn(client, m);
			return;
		}
	}
	(void)err_set(&why, EPROTO, "unknown request");
	zd_control_fail(client, &why);
}

static void
on_client(int client, uint32_t events, void *arg)
{
	struct zd_msg m = { 0 };
	struct err why;
	int rc = zd_msg_recv(client, &m, &why);

	(void)events;
	(void)arg;
	if (rc == 1)
		dispatch(client, &m);
	else
		hang_up(client);
	zd_msg_done(&m);
}

/* The user namespace of a process is ours. */
static bool
in_our_userns(pid_t pid)
{
	_autofree char *path = mem_printf("/proc/%d/ns/user", (int)pid);
	struct stat own;
	struct stat theirs;

	return stat("/proc/self/ns/user", &own) == 0 &&
	    stat(path, &theirs) == 0 && own.st_dev == theirs.st_dev &&
	    own.st_ino == theirs.st_ino;
}

/* Only the global zone's root: a zone's root has another id out here, and a
 * root of somebody's own user namespace may have been given this one. The
 * process that connected may be gone by now; then nobody hears the answer. */
static bool
may_ask(int client)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	    peer.uid == 0 && in_our_userns(peer.pid);
}

static int
admit(int client, struct err *e)
{
	if (door.n == MAX_CLIENTS || !may_ask(client))
		return err_set(e, EPERM, "refused");
	if (zd_loop_add(client, EPOLLIN, on_client, NULL, e) == -1)
		return -1;
	door.client[door.n++] = client;
	return 0;
}

static void
on_connect(int fd, uint32_t events, void *arg)
{
	struct err why;
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	(void)arg;
	if (client == -1)
		return;
	if (admit(client, &why) == -1) {
		zd_control_fail(client, &why);
		(void)close(client);
	}
}

/* The directory's descriptor keeps the path short (unix(7): 108 bytes). */
static int
listen_at(int dir, struct err *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	_autoclose int sock = socket(AF_UNIX,
	    SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t mask;
	int rc;

	if (sock == -1)
		return err_sys(e, "socket");
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/sock",
	    dir);
	(void)unlinkat(dir, "sock", 0);
	/* The mode of a socket decides who may connect. */
	mask = umask(0177);
	rc = bind(sock, (struct sockaddr *)&a, sizeof(a));
	(void)umask(mask);
	if (rc == -1)
		return err_sys(e, "bind 'sock'");
	if (listen(sock, BACKLOG) == -1)
		return err_sys(e, "listen");
	return fd_take(&sock);
}

int
zd_control_init(struct zd_zone *z, int listening, int first, struct err *e)
{
	door.z = z;
	door.listening = listening != -1 ? listening : listen_at(z->run_dir, e);
	if (door.listening == -1 ||
	    zd_loop_add(door.listening, EPOLLIN, on_connect, NULL, e) == -1)
		return -1;
	return first == -1 ? 0 : admit(first, e);
}

bool
zd_control_quiet(void)
{
	return door.n == 0;
}

int
zd_control_socket(void)
{
	return door.listening;
}

bool
zd_control_close(void)
{
	int late;

	(void)unlinkat(door.z->run_dir, "sock", 0);
	/* Who connected before the name went is served. */
	late = accept4(door.listening, NULL, NULL, SOCK_CLOEXEC);
	if (late == -1)
		return true;
	zd_loop_remove(door.listening);
	(void)close(door.listening);
	door.listening = -1;
	if (zd_control_init(door.z, -1, late, &(struct err){ 0 }) == -1) {
		(void)close(late);
		return true;
	}
	return false;
}
