/* SPDX-License-Identifier: ISC
 *
 * upgrade - zoned re-executes itself in place.
 */
#include "zoned/upgrade.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/sys.h"
#include "zoned/console.h"
#include "zoned/control.h"
#include "zoned/launch.h"

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
		(char[]){ "-H" }, next.helpers, (char[]){ "-l" }, inherit(next.lock), (char[]){ "-s" },
		inherit(zd_control_socket()), (char[]){ "-C" }, inherit(user),
		(char[]){ "-P" }, mem_printf("%d", user_pid), NULL };
	struct err why;

	log_info("re-executing");
	(void)sys_execveat(next.program, "", argv, environ, AT_EMPTY_PATH);
	(void)err_sys(&why, "execute the new zoned");
	log_warn(&why, "upgrade");
	(void)fcntl(next.lock, F_SETFD, FD_CLOEXEC);
	(void)fcntl(zd_control_socket(), F_SETFD, FD_CLOEXEC);
	if (user >= 0)
		(void)fcntl(user, F_SETFD, FD_CLOEXEC);
	for (size_t i = 8; i < ARRAY_LEN(argv); i += 2)
		free(argv[i]);
}
