/* SPDX-License-Identifier: ISC
 *
 * test_devices - which devices a control group lets its processes open, in both
 * versions of control groups; as root, where they are mounted.
 */
#include "zoned/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/unit.h"

/* Devices of every Linux; a zone has the first, not the second. */
static const char ours[] = "/dev/null";
static const char others[] = "/dev/kmsg";

static int
open_error(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return errno;
	(void)close(fd);
	return 0;
}

/* In a child that joins the group: 0 both as they should be. */
static int
child(int dir)
{
	struct err e;

	if (fd_put(dir, "cgroup.procs", "0", &e) == -1)
		return 100;
	if (open_error(ours) != 0)
		return 1;
	return open_error(others) == EPERM ? 0 : 2;
}

static void
try_group(const char *mount, int (*limit)(int, struct err *))
{
	_autofree char *path = mem_printf("%s/zones-test.%d", mount,
	    (int)getpid());
	struct err e = { 0 };
	int status = -1;
	pid_t pid;
	int dir;
	int rc;

	if (geteuid() != 0 || open_error(others) != 0 ||
	    mkdir(path, 0755) == -1)
		return; /* nothing to try it with here */
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = limit(dir, &e);
	pid = rc == 0 ? fork() : -1;
	if (pid == 0)
		_exit(child(dir));
	if (pid > 0)
		(void)waitpid(pid, &status, 0);
	(void)close(dir);
	(void)rmdir(path);
	ck_assert_msg(rc == 0, "%s", e.msg);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

START_TEST(the_controller_of_version_1_allows_the_list_alone)
{
	try_group("/sys/fs/cgroup/devices", zd_devices_v1);
}
END_TEST

START_TEST(the_program_of_version_2_allows_the_list_alone)
{
	struct stat st;

	try_group(stat("/sys/fs/cgroup/unified", &st) == 0
		? "/sys/fs/cgroup/unified"
		: "/sys/fs/cgroup",
	    zd_devices_v2);
}
END_TEST

UNIT_MAIN("devices", the_controller_of_version_1_allows_the_list_alone,
    the_program_of_version_2_allows_the_list_alone)
