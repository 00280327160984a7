/* SPDX-License-Identifier: ISC
 *
 * How an init is asked to end: by what it is.
 */
#include "zoned/shutdown.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* program, power off, reboot */
static const struct {
	const char *program;
	int poweroff;
	int reboot;
} inits[] = {
	{ "systemd", 38, 39 },
	{ "busybox", SIGUSR2, SIGTERM },
	{ "zone-init", SIGPWR, SIGINT },
	{ "init", SIGPWR, SIGINT },
	{ "nginx", SIGTERM, SIGTERM },
	{ "", SIGTERM, SIGTERM },
};

START_TEST(an_init_gets_its_own_signal)
{
	ck_assert_int_eq(zd_shutdown_signal(inits[_i].program, false),
	    inits[_i].poweroff);
	ck_assert_int_eq(zd_shutdown_signal(inits[_i].program, true),
	    inits[_i].reboot);
}
END_TEST

START_TEST(a_program_is_known_by_its_file)
{
	char name[ZD_INIT_NAME_MAX];

	zd_init_name(getpid(), name);
	ck_assert_str_eq(name, "test_shutdown");
}
END_TEST

START_TEST(no_process_has_no_name)
{
	char name[ZD_INIT_NAME_MAX] = "x";

	zd_init_name(0, name);
	ck_assert_str_eq(name, "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("shutdown");
	TCase *tc = tcase_create("shutdown");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tc, an_init_gets_its_own_signal, 0,
	    ARRAY_LEN(inits));
	tcase_add_test(tc, a_program_is_known_by_its_file);
	tcase_add_test(tc, no_process_has_no_name);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
