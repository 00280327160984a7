/* SPDX-License-Identifier: ISC
 *
 * A zone's control groups: real ones, below the id of a root of their own.
 * Without root or cgroup2 there is nothing to test.
 */
#include "zoned/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "tests/unit/root.h"
#include "tests/unit/unit.h"

enum { BASE = 1234567 };

static struct err e;
static struct zd_cgroup g = ZD_CGROUP_NONE;
static const struct fs_devices no_more;
static const struct zd_cgroup_spec plain = { BASE,
	{ { ZD_LIMIT_NONE, ZD_LIMIT_NONE, ZD_LIMIT_NONE, ZD_LIMIT_NONE,
	    ZD_LIMIT_NONE } },
	&no_more };

static bool
possible(void)
{
	return geteuid() == 0 &&
	    (access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0 ||
		access("/sys/fs/cgroup/unified/cgroup.controllers", F_OK) == 0);
}

static void
up(void)
{
	ck_assert_msg(zd_cgroup_up(&g, "web", &plain, &e) == 0, "%s", e.msg);
}

static void
teardown(void)
{
	struct err why;

	if (possible()) {
		(void)!zd_cgroup_kill(&g, &why);
		for (int i = 0; i < 100; i++) {
			if (zd_cgroup_down(&g, "web", &why) == 0)
				break;
			(void)usleep(10000);
		}
	}
	root_teardown();
}

/* A process that sleeps in the group of that directory. */
static pid_t
sleeper_in(int dir)
{
	char text[16];
	pid_t pid = fork();

	if (pid == 0) {
		for (;;)
			(void)pause();
	}
	(void)snprintf(text, sizeof(text), "%d", (int)pid);
	ck_assert_msg(fd_put(dir, "cgroup.procs", text, &e) == 0, "%s", e.msg);
	return pid;
}

/* Below whichever mount, is there a group of our root still? */
static bool
anything_left(void)
{
	static const char *const tops[] = { "/sys/fs/cgroup",
		"/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids" };
	bool left = false;

	for (size_t i = 0; i < ARRAY_LEN(tops); i++) {
		_autofree char *dir = mem_printf("%s/zones.%s", tops[i],
		    path_root_id());

		left |= access(dir, F_OK) == 0;
	}
	return left;
}

static uid_t
owner(int dir, const char *name)
{
	struct stat st;

	ck_assert_msg(fstatat(dir, name, &st, AT_EMPTY_PATH) == 0, "%s", name);
	return st.st_uid;
}

START_TEST(they_are_made_and_removed)
{
	struct stat st;

	up();
	ck_assert_int_eq(fstat(g.zone, &st), 0);
	ck_assert_int_eq(fstat(g.login, &st), 0);
	ck_assert(strncmp(g.path, "zones.", 6) == 0);
	ck_assert_str_eq(strrchr(g.path, '/'), "/web");

	ck_assert_msg(zd_cgroup_down(&g, "web", &e) == 0, "%s", e.msg);
	ck_assert(!anything_left());
	ck_assert_int_eq(g.dir, -1);
}
END_TEST

START_TEST(made_twice_they_are_the_same)
{
	struct stat a;
	struct stat b;

	up();
	ck_assert_int_eq(fstat(g.zone, &a), 0);
	zd_cgroup_close(&g);
	up();
	ck_assert_int_eq(fstat(g.zone, &b), 0);
	ck_assert_uint_eq(a.st_ino, b.st_ino);
}
END_TEST

START_TEST(the_zone_manages_its_own_group_and_no_limit)
{
	up();
	ck_assert_int_eq(owner(g.zone, ""), BASE);
	ck_assert_int_eq(owner(g.zone, "cgroup.procs"), BASE);
	ck_assert_int_eq(owner(g.zone, "cgroup.subtree_control"), BASE);
	ck_assert_int_eq(owner(g.zone, "cgroup.kill"), 0);
	ck_assert_int_eq(owner(g.zone, "cgroup.freeze"), 0);
	ck_assert_int_eq(owner(g.dir, ""), 0);
	ck_assert_int_eq(owner(g.dir, "cgroup.procs"), 0);
}
END_TEST

START_TEST(the_number_of_processes_is_limited)
{
	_autofree char *text = NULL;

	up();
	ck_assert_int_eq(fd_read_file(g.v1.pids != -1 ? g.v1.pids : g.dir,
			     "pids.max", 64, &text, NULL, &e),
	    0);
	ck_assert_str_eq(text, "8192\n");
}
END_TEST

START_TEST(they_are_found_again)
{
	struct zd_cgroup again = ZD_CGROUP_NONE;
	struct stat a;
	struct stat b;

	up();
	ck_assert_int_eq(zd_cgroup_open(&again, "web", &e), 0);
	ck_assert_int_eq(fstat(g.login, &a), 0);
	ck_assert_int_eq(fstat(again.login, &b), 0);
	ck_assert_uint_eq(a.st_ino, b.st_ino);
	ck_assert_str_eq(g.path, again.path);
	ck_assert_int_eq(g.v1.pids == -1, again.v1.pids == -1);
	zd_cgroup_close(&again);
}
END_TEST

START_TEST(groups_that_are_not_there_are_not_found)
{
	struct zd_cgroup none = ZD_CGROUP_NONE;

	ck_assert_int_eq(zd_cgroup_open(&none, "web", &e), -1);
	ck_assert_int_eq(e.code, ENOENT);
	zd_cgroup_close(&none);
	ck_assert(!anything_left());
}
END_TEST

START_TEST(a_group_for_sessions_that_the_zone_removed_is_made_anew)
{
	int login;

	up();
	login = g.login;
	ck_assert_int_eq(zd_cgroup_login(&g, BASE, &e), login);
	ck_assert_int_eq(unlinkat(g.zone, "zlogin", AT_REMOVEDIR), 0);
	login = zd_cgroup_login(&g, BASE, &e);
	ck_assert_msg(login != -1, "%s", e.msg);
	ck_assert_int_eq(login, g.login);
	ck_assert_int_eq(owner(login, ""), BASE);
	ck_assert_int_eq(owner(login, "cgroup.procs"), BASE);
}
END_TEST

START_TEST(a_process_in_any_of_them_is_seen)
{
	pid_t pid;

	up();
	ck_assert_int_eq(zd_cgroup_populated(&g, &e), 0);
	pid = sleeper_in(g.login);
	ck_assert_int_eq(zd_cgroup_populated(&g, &e), 1);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(zd_cgroup_populated(&g, &e), 0);
}
END_TEST

START_TEST(a_process_joins_every_group_of_v1)
{
	_autofree char *wanted = NULL;
	pid_t pid;

	up();
	pid = sleeper_in(g.zone);
	wanted = mem_printf("%d\n", (int)pid);
	for (size_t i = 0; i < g.v1.n; i++) {
		_autofree char *text = NULL;

		ck_assert_msg(fd_put(g.v1.fd[i], "cgroup.procs", wanted, &e) ==
			0,
		    "%s", e.msg);
		ck_assert_int_eq(fd_read_file(g.v1.fd[i], "cgroup.procs", 4096,
				     &text, NULL, &e),
		    0);
		ck_assert_str_eq(text, wanted);
	}
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

START_TEST(all_processes_are_killed_also_in_groups_below)
{
	_autoclose int below = -1;
	pid_t pid[3];
	int status;

	up();
	ck_assert_int_eq(mkdirat(g.zone, "deep", 0755), 0);
	below = openat(g.zone, "deep", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid[0] = sleeper_in(g.login);
	pid[1] = sleeper_in(g.zone);
	pid[2] = sleeper_in(below);
	ck_assert_msg(zd_cgroup_kill(&g, &e) == 0, "%s", e.msg);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(waitpid(pid[i], &status, 0), pid[i]);
		ck_assert(WIFSIGNALED(status));
		ck_assert_int_eq(WTERMSIG(status), SIGKILL);
	}
}
END_TEST

START_TEST(groups_that_the_zone_made_are_removed_too)
{
	up();
	ck_assert_int_eq(mkdirat(g.zone, "a", 0755), 0);
	ck_assert_int_eq(mkdirat(g.zone, "a/b", 0755), 0);
	ck_assert_int_eq(mkdirat(g.zone, "a/b/c", 0755), 0);
	ck_assert_int_eq(mkdirat(g.zone, "a/d", 0755), 0);
	ck_assert_int_eq(mkdirat(g.zone, "a/d/e", 0755), 0);
	ck_assert_int_eq(mkdirat(g.zone, ".hidden", 0755), 0);
	ck_assert_int_eq(mkdirat(g.zone, ".hidden/..x", 0755), 0);
	ck_assert_msg(zd_cgroup_down(&g, "web", &e) == 0, "%s", e.msg);
	ck_assert(!anything_left());
}
END_TEST

START_TEST(as_deep_as_a_zone_can_make_them)
{
	_autoclose int dir = -1;

	up();
	dir = dup(g.zone);
	for (int i = 0; i < 200; i++) {
		int next;

		if (mkdirat(dir, "d", 0755) == -1)
			break;
		next = openat(dir, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ck_assert_int_ne(next, -1);
		(void)close(dir);
		dir = next;
	}
	ck_assert_msg(zd_cgroup_down(&g, "web", &e) == 0, "%s", e.msg);
	ck_assert(!anything_left());
}
END_TEST

START_TEST(a_group_in_use_is_not_removed)
{
	_autoclose int below = -1;
	pid_t pid;

	up();
	ck_assert_int_eq(mkdirat(g.zone, "deep", 0755), 0);
	below = openat(g.zone, "deep", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid = sleeper_in(below);
	ck_assert_int_eq(zd_cgroup_down(&g, "web", &e), -1);
	ck_assert_int_eq(e.code, EBUSY);
	ck_assert(anything_left());
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(zd_cgroup_down(&g, "web", &e), 0);
	ck_assert(!anything_left());
}
END_TEST

START_TEST(the_last_of_two_zones_takes_the_common_group_along)
{
	struct zd_cgroup other = ZD_CGROUP_NONE;

	up();
	ck_assert_int_eq(zd_cgroup_up(&other, "db", &plain, &e), 0);
	ck_assert_int_eq(zd_cgroup_down(&g, "web", &e), 0);
	ck_assert(anything_left());
	ck_assert_int_eq(zd_cgroup_down(&other, "db", &e), 0);
	ck_assert(!anything_left());
}
END_TEST

START_TEST(removing_what_is_not_there_is_no_error)
{
	ck_assert_msg(zd_cgroup_down(&g, "web", &e) == 0, "%s", e.msg);
	ck_assert_msg(zd_cgroup_kill(&g, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(zd_cgroup_populated(&g, &e), 0);
}
END_TEST

START_TEST(without_root_and_cgroup2_there_is_nothing_to_test)
{
	ck_assert(!possible());
}
END_TEST

int
main(void)
{
	const TTest *const all[] = { they_are_made_and_removed,
		made_twice_they_are_the_same,
		the_zone_manages_its_own_group_and_no_limit,
		the_number_of_processes_is_limited, they_are_found_again,
		groups_that_are_not_there_are_not_found,
		a_group_for_sessions_that_the_zone_removed_is_made_anew,
		a_process_in_any_of_them_is_seen,
		a_process_joins_every_group_of_v1,
		all_processes_are_killed_also_in_groups_below,
		groups_that_the_zone_made_are_removed_too,
		as_deep_as_a_zone_can_make_them, a_group_in_use_is_not_removed,
		the_last_of_two_zones_takes_the_common_group_along,
		removing_what_is_not_there_is_no_error };
	Suite *suite = suite_create("cgroup");
	TCase *tcase = tcase_create("cgroup");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, root_setup, teardown);
	for (size_t i = 0; possible() && i < ARRAY_LEN(all); i++)
		tcase_add_test(tcase, all[i]);
	if (!possible())
		tcase_add_test(tcase,
		    without_root_and_cgroup2_there_is_nothing_to_test);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
