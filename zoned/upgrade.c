/* SPDX-License-Identifier: ISC
 *
 * upgrade - zoned re-executes itself in place.
 */
#include "zoned/upgrade.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/sys.h"
#include "zoned/console.h"
#include "zoned/control.h"
#include "zoned/launch.h"
#include "zoned/loop.h"

/* P_PIDFD of linux/wait.h; musl 1.2.3 has no name for it. */
enum { WAIT_PIDFD = 3 };

static struct {
	int lock;
	int program;
	char *helpers; /* directory of the new programs */
} next = { -1, -1, NULL };

void
zd_upgrade_keep_lock(int lock)
{
	next.lock = lock;
}

int
zd_upgrade_prepare(struct zd_zone *z, const struct zd_msg *m, struct err *e)
{
	const char *path = zd_msg_get(m, "path");
	_autoclose int dir = -1;

	if (z->run.state != ZC_RUNNING)
		return err_set(e, ERR_STATE,
		    "zone is in state '%s': only the zoned of a running zone "
		    "is upgraded",
		    zc_state_name(z->run.state));
	if (path && *path != '/')
		return err_set(e, ERR_USAGE, "'%s' is not an absolute path",
		    path);
	free(next.helpers);
	next.helpers = path ? mem_strdup(path) : path_helper("");
	path_set_helpers(next.helpers);
	fd_close_at(&next.program);
	next.program = -1;
	dir = zd_launch_dir("zoned", e);
	if (dir == -1)
		return -1;
	next.program = zd_launch_program(dir, "zoned", e);
	return next.program == -1 ? -1 : 0;
}

/* --- sessions: children that are to be waited for ------------------------- */

static bool
is_pidfd(int dir, const char *name)
{
	char link[32];
	ssize_t n = readlinkat(dir, name, link, sizeof(link) - 1);

	if (n == -1)
		return false;
	link[n] = '\0';
	return str_eq(link, "anon_inode:[pidfd]") || str_starts(link, "pidfd:");
}

static void
each_pidfd(void (*fn)(int fd, const struct zd_zone *z), const struct zd_zone *z)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *d;

	if (!dir)
		return;
	while ((d = readdir(dir)) != NULL) {
		if (is_pidfd(dirfd(dir), d->d_name))
			fn((int)strtol(d->d_name, NULL, 10), z);
	}
	(void)closedir(dir);
}

static void
keep_session(int fd, const struct zd_zone *z)
{
	if (fd != z->init_fd && fd != z->keeper_fd)
		(void)fcntl(fd, F_SETFD, 0);
}

static void
close_again(int fd, const struct zd_zone *z)
{
	(void)z;
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static void
on_session_end(int fd, uint32_t events, void *arg)
{
	siginfo_t info;

	(void)events;
	(void)arg;
	zd_loop_remove(fd);
	(void)waitid((idtype_t)WAIT_PIDFD, (id_t)fd, &info, WEXITED | __WALL);
	(void)close(fd);
}

static void
watch_session(int fd, const struct zd_zone *z)
{
	struct err why;

	(void)z;
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (zd_loop_add(fd, EPOLLIN, on_session_end, NULL, &why) == -1)
		log_warn(&why, "session");
}

void
zd_upgrade_sessions(void)
{
	each_pidfd(watch_session, NULL);
}

static char *
inherit(int fd)
{
	if (fd >= 0)
		(void)fcntl(fd, F_SETFD, 0);
	return mem_printf("%d", fd);
}

void
zd_upgrade_exec(struct zd_zone *z)
{
	int user_pid = 0;
	int user = zd_console_client(&user_pid);
	char *argv[] = { (char[]){ "zoned" }, (char[]){ "-z" },
		(char *)(uintptr_t)z->name, (char[]){ "-R" },
		mem_strdup(*path_root() != '\0' ? path_root() : "/"),
		(char[]){ "-H" }, next.helpers, (char[]){ "-l" },
		inherit(next.lock), (char[]){ "-s" },
		inherit(zd_control_socket()), (char[]){ "-C" }, inherit(user),
		(char[]){ "-P" }, mem_printf("%d", user_pid), NULL };
	struct err why;

	each_pidfd(keep_session, z);
	log_info("re-executing");
	(void)sys_execveat(next.program, "", argv, environ, AT_EMPTY_PATH);
	(void)err_sys(&why, "execute the new zoned");
	log_warn(&why, "upgrade");
	each_pidfd(close_again, NULL);
	(void)fcntl(next.lock, F_SETFD, FD_CLOEXEC);
	(void)fcntl(zd_control_socket(), F_SETFD, FD_CLOEXEC);
	if (user >= 0)
		(void)fcntl(user, F_SETFD, FD_CLOEXEC);
	for (size_t i = 8; i < ARRAY_LEN(argv); i += 2)
		free(argv[i]);
}
