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

/* Devices of every Linux; a zone has the first, the second where it is given,
 * not the third. */
static const char ours[] = "/dev/null";
static const char given[] = "/dev/fuse";
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

/* In a child that joins the group: 0 all as they should be. */
static int
child(int dir, int expected)
{
	struct err e;

	if (fd_put(dir, "cgroup.procs", "0", &e) == -1)
		return 100;
	if (open_error(ours) != 0)
		return 1;
	if (open_error(others) != EPERM)
		return 2;
	return open_error(given) == expected ? 0 : 3;
}

static void
try_group(const char *mount, const struct fs_devices *more,
    int (*limit)(int, const struct fs_devices *, struct err *))
{
	_autofree char *path = mem_printf("%s/zones-test.%d", mount,
	    (int)getpid());
	struct err e = { 0 };
	int there = open_error(given);
	int expected = more->n > 0 ? there : EPERM;
	int status = -1;
	pid_t pid;
	int dir;
	int rc;

	if (geteuid() != 0 || open_error(others) != 0 ||
	    mkdir(path, 0755) == -1)
		return; /* nothing to try it with here */
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = limit(dir, more, &e);
	pid = rc == 0 ? fork() : -1;
	if (pid == 0)
		_exit(child(dir, expected));
	if (pid > 0)
		(void)waitpid(pid, &status, 0);
	(void)close(dir);
	(void)rmdir(path);
	ck_assert_msg(rc == 0, "%s", e.msg);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static const struct fs_devices none;

/* A zone with a disk and /dev/fuse (10, 229). */
static struct fs_device items[] = {
	{ .block = true, .major = 7, .minor = 3 },
	{ .major = 10, .minor = 229 },
};
static const struct fs_devices some = { items, ARRAY_LEN(items) };

static const char *
unified(void)
{
	struct stat st;

	return stat("/sys/fs/cgroup/unified", &st) == 0
	    ? "/sys/fs/cgroup/unified"
	    : "/sys/fs/cgroup";
}

START_TEST(the_controller_of_version_1_allows_the_list_alone)
{
	try_group("/sys/fs/cgroup/devices", &none, zd_devices_v1);
	try_group("/sys/fs/cgroup/devices", &some, zd_devices_v1);
}
END_TEST

START_TEST(the_program_of_version_2_allows_the_list_alone)
{
	try_group(unified(), &none, zd_devices_v2);
	try_group(unified(), &some, zd_devices_v2);
}
END_TEST

UNIT_MAIN("devices", the_controller_of_version_1_allows_the_list_alone,
    the_program_of_version_2_allows_the_list_alone)
