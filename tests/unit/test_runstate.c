/* SPDX-License-Identifier: ISC
 *
 * The record of what runs, and the kernel's word on it.
 */
#include "zonecfg/runstate.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "tests/unit/root.h"
#include "tests/unit/unit.h"

static struct err e;

/* A process that has executed a program and lives as long as this test. */
static struct zc_process
executed(void)
{
	struct zc_process p = zc_process_of(getppid());

	ck_assert(zc_process_executed(&p));
	return p;
}

/* A process that sleeps until it is killed. */
static pid_t
sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		for (;;)
			(void)pause();
	}
	return pid;
}

static void
end(pid_t pid)
{
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

/* A process that was there once. */
static struct zc_process
gone(void)
{
	pid_t pid = sleeper();
	struct zc_process p = zc_process_of(pid);

	end(pid);
	return p;
}

static void
save(const struct zc_run *run)
{
	ck_assert_msg(zc_run_save("web", run, &e) == 0, "%s", e.msg);
}

static enum zc_state
loaded_state(void)
{
	_cleanup_run struct zc_run run = { 0 };

	ck_assert_msg(zc_run_load("web", &run, &e) == 0, "%s", e.msg);
	return run.state;
}

static void
write_record(const char *text)
{
	_autoclose int dir = path_open_run("web", &e);

	ck_assert_int_eq(fd_replace_file(dir, "state", 0644, text, strlen(text),
			     FD_VOLATILE, &e),
	    0);
}

START_TEST(no_record_is_installed)
{
	_cleanup_run struct zc_run run = { .state = ZC_DOWN };

	ck_assert_int_eq(zc_run_load("web", &run, &e), 0);
	ck_assert_int_eq(run.state, ZC_INSTALLED);
	ck_assert_int_eq(run.id, 0);
	ck_assert_int_eq(run.console_fd, -1);
	ck_assert_int_eq(zc_run_load_raw("web", &run, &e), 1);
}
END_TEST

START_TEST(what_is_saved_is_loaded)
{
	_cleanup_run struct zc_run run = { 0 };
	const struct zc_run saved = {
		.state = ZC_RUNNING,
		.id = 7,
		.id_base = 4294901760U,
		.init = executed(),
		.keeper = { 12, 34 },
		.zoned = { 56, 18446744073709551615ULL },
		.console_fd = 3,
		.boots = 2,
		.cgroup = (char *)(uintptr_t) "zones.0/web",
		.bootargs = (char *)(uintptr_t) "-s  -i /app",
	};

	save(&saved);
	ck_assert_int_eq(zc_run_load("web", &run, &e), 0);

	ck_assert_int_eq(run.state, ZC_RUNNING);
	ck_assert_int_eq(run.id, 7);
	ck_assert_uint_eq(run.id_base, 4294901760U);
	ck_assert_int_eq(run.init.pid, saved.init.pid);
	ck_assert_uint_eq(run.init.start, saved.init.start);
	ck_assert_int_eq(run.keeper.pid, 12);
	ck_assert_uint_eq(run.keeper.start, 34);
	ck_assert_uint_eq(run.zoned.start, saved.zoned.start);
	ck_assert_int_eq(run.console_fd, 3);
	ck_assert_uint_eq(run.boots, 2);
	ck_assert_str_eq(run.cgroup, "zones.0/web");
	ck_assert_str_eq(run.bootargs, "-s  -i /app");
}
END_TEST

START_TEST(a_removed_record_is_gone_and_removed_again_without_harm)
{
	save(&(struct zc_run){ .state = ZC_RUNNING, .init = executed() });
	ck_assert_int_eq(zc_run_remove("web", &e), 0);
	ck_assert_int_eq(loaded_state(), ZC_INSTALLED);
	ck_assert_int_eq(zc_run_remove("web", &e), 0);
}
END_TEST

START_TEST(zones_with_a_record_are_named_and_no_others)
{
	_cleanup_names struct zc_names names = { 0 };

	ck_assert_int_eq(zc_run_names(&names, &e), 0);
	ck_assert_uint_eq(names.n, 0);
	save(&(struct zc_run){ .state = ZC_RUNNING, .init = executed() });
	ck_assert_int_eq(zc_run_names(&names, &e), 0);
	ck_assert_uint_eq(names.n, 1);
	ck_assert_str_eq(names.name[0], "web");
	zc_names_done(&names);
	ck_assert_int_eq(zc_run_remove("web", &e), 0);
	ck_assert_int_eq(zc_run_names(&names, &e), 0);
	ck_assert_uint_eq(names.n, 0);
}
END_TEST

START_TEST(a_record_of_another_boot_of_the_machine_counts_for_nothing)
{
	_cleanup_run struct zc_run run = { 0 };
	_autofree char *text =
	    mem_printf("boot_id 00000000-0000-0000-0000-000000000000\n"
		       "state running\nid 7\ninit %d %llu\ncgroup x\n",
		(int)getpid(),
		(unsigned long long)zc_process_of(getpid()).start);

	write_record(text);
	ck_assert_int_eq(zc_run_load_raw("web", &run, &e), 1);
	ck_assert_int_eq(run.state, ZC_INSTALLED);
	ck_assert_int_eq(run.id, 0);
	ck_assert_ptr_null(run.cgroup);
	ck_assert_int_eq(loaded_state(), ZC_INSTALLED);
}
END_TEST

START_TEST(a_record_without_a_boot_id_counts_for_nothing)
{
	write_record("state running\ninit 1 0\n");
	ck_assert_int_eq(loaded_state(), ZC_INSTALLED);
}
END_TEST

START_TEST(a_damaged_record_is_an_error)
{
	_cleanup_run struct zc_run run = { 0 };
	_autofree char *wanted = mem_printf("'%s/web/state': run record: bad "
					    "'state'",
	    path_of(PATH_RUN));

	write_record("state flying\n");
	ck_assert_int_eq(zc_run_load("web", &run, &e), -1);
	ck_assert_int_eq(e.code, ERR_CONFIG);
	ck_assert_str_eq(e.msg, wanted);
}
END_TEST

START_TEST(keys_of_a_newer_version_are_skipped)
{
	save(&(struct zc_run){ .state = ZC_RUNNING, .init = executed() });
	{
		_autofree char *path = mem_printf("%s/web/state",
		    path_of(PATH_RUN));
		FILE *f = fopen(path, "ae");

		ck_assert_ptr_nonnull(f);
		ck_assert_int_gt(fprintf(f, "colour 4\n\nword\n"), 0);
		(void)fclose(f);
	}
	ck_assert_int_eq(loaded_state(), ZC_RUNNING);
}
END_TEST

START_TEST(running_with_a_dead_init_is_down)
{
	save(&(struct zc_run){ .state = ZC_RUNNING, .init = gone() });
	ck_assert_int_eq(loaded_state(), ZC_DOWN);
}
END_TEST

/* Check runs each test in a child that was forked and executed nothing. */
START_TEST(running_with_an_init_that_has_not_executed_is_ready)
{
	pid_t pid = sleeper();
	struct zc_process p = zc_process_of(pid);

	save(&(struct zc_run){ .state = ZC_RUNNING, .init = p });
	ck_assert(zc_process_alive(&p));
	ck_assert(!zc_process_executed(&p));
	ck_assert_int_eq(loaded_state(), ZC_READY);
	end(pid);
}
END_TEST

START_TEST(running_with_a_zombie_as_init_is_down)
{
	pid_t pid = sleeper();
	struct zc_process p = zc_process_of(pid);
	siginfo_t info;

	save(&(struct zc_run){ .state = ZC_RUNNING, .init = p });
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);

	ck_assert(!zc_process_alive(&p));
	ck_assert_int_eq(loaded_state(), ZC_DOWN);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

START_TEST(a_reused_pid_is_another_process)
{
	struct zc_process p = zc_process_of(getpid());

	p.start--;
	ck_assert(!zc_process_alive(&p));
	save(&(struct zc_run){ .state = ZC_RUNNING, .init = p });
	ck_assert_int_eq(loaded_state(), ZC_DOWN);
}
END_TEST

START_TEST(ready_without_a_process_is_zoned_at_work_or_down)
{
	save(&(struct zc_run){ .state = ZC_READY,
	    .zoned = zc_process_of(getpid()) });
	ck_assert_int_eq(loaded_state(), ZC_READY);

	save(&(struct zc_run){ .state = ZC_READY, .zoned = gone() });
	ck_assert_int_eq(loaded_state(), ZC_DOWN);
}
END_TEST

START_TEST(what_was_going_down_without_a_process_is_down)
{
	save(&(struct zc_run){ .state = ZC_SHUTTING_DOWN, .init = gone() });
	ck_assert_int_eq(loaded_state(), ZC_DOWN);
}
END_TEST

START_TEST(a_mounted_zone_needs_no_process)
{
	save(&(struct zc_run){ .state = ZC_MOUNTED });
	ck_assert_int_eq(loaded_state(), ZC_MOUNTED);
}
END_TEST

START_TEST(the_raw_record_is_as_written)
{
	_cleanup_run struct zc_run run = { 0 };

	save(&(struct zc_run){ .state = ZC_RUNNING, .init = gone() });
	ck_assert_int_eq(zc_run_load_raw("web", &run, &e), 0);
	ck_assert_int_eq(run.state, ZC_RUNNING);
}
END_TEST

START_TEST(a_process_that_is_not_there)
{
	ck_assert_int_eq(zc_process_of(0).pid, 0);
	ck_assert_int_eq(zc_process_of(-1).pid, 0);
	ck_assert_int_eq(zc_process_of(gone().pid).pid, 0);
	ck_assert(!zc_process_alive(&(struct zc_process){ 0 }));
	ck_assert(!zc_process_alive(&(struct zc_process){ .pid = -1 }));
}
END_TEST

/* The name of a process is its own choice. */
START_TEST(a_name_with_parentheses_hides_nothing)
{
	struct zc_process before = zc_process_of(getpid());
	struct zc_process after;
	_autoclose int fd = open("/proc/self/comm", O_WRONLY | O_CLOEXEC);

	ck_assert_int_eq(write(fd, "a) Z 1 (b", 9), 9);
	after = zc_process_of(getpid());
	ck_assert_uint_eq(after.start, before.start);
	ck_assert(zc_process_alive(&after));
}
END_TEST

START_TEST(the_live_state_is_above_the_durable_one)
{
	const struct zc_entry installed = { .state = ZC_INSTALLED };
	const struct zc_entry incomplete = { .state = ZC_INCOMPLETE };

	ck_assert_int_eq(zc_state_now(&installed,
			     &(struct zc_run){ .state = ZC_RUNNING }),
	    ZC_RUNNING);
	ck_assert_int_eq(zc_state_now(&incomplete,
			     &(struct zc_run){ .state = ZC_INSTALLED }),
	    ZC_INCOMPLETE);
	ck_assert_int_eq(zc_state_now(&incomplete,
			     &(struct zc_run){ .state = ZC_MOUNTED }),
	    ZC_MOUNTED);
}
END_TEST

START_TEST(zone_ids_count_up_from_one)
{
	int a;
	int b;

	ck_assert_int_eq(zc_run_next_id(&a, &e), 0);
	ck_assert_int_eq(zc_run_next_id(&b, &e), 0);
	ck_assert_int_eq(a, 1);
	ck_assert_int_eq(b, 2);
}
END_TEST

int
main(void)
{
	const TTest *const all[] = { no_record_is_installed,
		what_is_saved_is_loaded,
		a_removed_record_is_gone_and_removed_again_without_harm,
		zones_with_a_record_are_named_and_no_others,
		a_record_of_another_boot_of_the_machine_counts_for_nothing,
		a_record_without_a_boot_id_counts_for_nothing,
		a_damaged_record_is_an_error,
		keys_of_a_newer_version_are_skipped,
		running_with_a_dead_init_is_down,
		running_with_an_init_that_has_not_executed_is_ready,
		running_with_a_zombie_as_init_is_down,
		a_reused_pid_is_another_process,
		ready_without_a_process_is_zoned_at_work_or_down,
		what_was_going_down_without_a_process_is_down,
		a_mounted_zone_needs_no_process, the_raw_record_is_as_written,
		a_process_that_is_not_there,
		a_name_with_parentheses_hides_nothing,
		the_live_state_is_above_the_durable_one,
		zone_ids_count_up_from_one };
	Suite *suite = suite_create("runstate");
	TCase *tcase = tcase_create("runstate");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, root_setup, root_teardown);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		tcase_add_test(tcase, all[i]);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
