/* SPDX-License-Identifier: ISC
 *
 * The gate of zoneadm: which subcommand is let through in which state, and the
 * words of each refusal; asked of the real table of subcommands.
 */
#include "zoneadm/gate.h"

#include <stdint.h>
#include <string.h>

#include "tests/unit/unit.h"

/* The table points at these; nothing here calls them. */
#define STUB(name)                                      \
	int name(struct cmd_call *call, struct err *e)  \
	{                                               \
		(void)call;                             \
		return err_set(e, ERR_STATE, "called"); \
	}
STUB(cmd_list)
STUB(cmd_verify)
STUB(cmd_install)
STUB(cmd_clone)
STUB(cmd_install_check)
STUB(cmd_clone_check)
STUB(cmd_attach_check)
STUB(cmd_move_check)
STUB(cmd_snapshot_check)
STUB(cmd_migrate)
STUB(cmd_receive)
STUB(cmd_mark_check)
STUB(cmd_shutdown_check)
STUB(cmd_snapshot)
STUB(cmd_uninstall)
STUB(cmd_move)
STUB(cmd_detach)
STUB(cmd_attach)
STUB(cmd_mark)
STUB(cmd_mount)
STUB(cmd_unmount)
STUB(cmd_ready)
STUB(cmd_boot)
STUB(cmd_reboot)
STUB(cmd_shutdown)
STUB(cmd_halt)
STUB(cmd_upgrade)
STUB(cmd_doctor)
STUB(cmd_help)

static const struct gate_caller root_in_global = { .root = true };

static const struct cmd *
cmd(const char *name)
{
	for (size_t i = 0; i < cmd_table_n; i++) {
		if (strcmp(cmd_table[i].name, name) == 0)
			return &cmd_table[i];
	}
	ck_abort_msg("no subcommand '%s'", name);
	return NULL;
}

/* subcommand, state, the refusal (NULL: let through) */
static const struct {
	const char *cmd;
	enum zc_state state;
	const char *text;
} states[] = {
	{ "list", ZC_CONFIGURED, NULL },
	{ "list", ZC_DOWN, NULL },
	{ "verify", ZC_CONFIGURED, NULL },
	{ "verify", ZC_INCOMPLETE, "zone is incomplete; uninstall required." },
	{ "verify", ZC_RUNNING, NULL },
	{ "install", ZC_CONFIGURED, NULL },
	{ "install", ZC_INCOMPLETE, "zone is incomplete; uninstall required." },
	{ "install", ZC_INSTALLED, "is already installed." },
	{ "install", ZC_RUNNING,
	    "install operation is invalid for running zones." },
	{ "install", ZC_MOUNTED,
	    "install operation is invalid for zones in state 'mounted'" },
	{ "uninstall", ZC_CONFIGURED, "is already in state 'configured'." },
	{ "uninstall", ZC_INCOMPLETE, NULL },
	{ "uninstall", ZC_INSTALLED, NULL },
	{ "uninstall", ZC_READY,
	    "uninstall operation is invalid for running zones." },
	{ "uninstall", ZC_SHUTTING_DOWN,
	    "uninstall operation is invalid for running zones." },
	{ "mark", ZC_CONFIGURED,
	    "mark operation is invalid for zones in state 'configured'" },
	{ "mark", ZC_INCOMPLETE, NULL },
	{ "mark", ZC_INSTALLED, NULL },
	{ "mark", ZC_RUNNING, "mark operation is invalid for running zones." },
	{ "ready", ZC_CONFIGURED, "must be installed before ready." },
	{ "ready", ZC_INCOMPLETE, "must be installed before ready." },
	{ "ready", ZC_INSTALLED, NULL },
	{ "ready", ZC_READY, NULL },
	{ "ready", ZC_RUNNING, NULL },
	{ "ready", ZC_DOWN,
	    "ready operation is invalid for zones in state 'down'" },
	{ "boot", ZC_CONFIGURED, "must be installed before boot." },
	{ "boot", ZC_INCOMPLETE, "must be installed before boot." },
	{ "boot", ZC_INSTALLED, NULL },
	{ "boot", ZC_READY, NULL },
	{ "boot", ZC_RUNNING, NULL },
	{ "boot", ZC_SHUTTING_DOWN,
	    "boot operation is invalid for zones in state 'shutting_down'" },
	{ "halt", ZC_CONFIGURED,
	    "cannot manage a zone which is in state 'configured'\n"
	    "call to zoneadmd failed" },
	{ "halt", ZC_INCOMPLETE,
	    "cannot manage a zone which is in state 'incomplete'\n"
	    "call to zoneadmd failed" },
	{ "halt", ZC_INSTALLED, NULL },
	{ "halt", ZC_READY, NULL },
	{ "halt", ZC_RUNNING, NULL },
	{ "halt", ZC_SHUTTING_DOWN, NULL },
	{ "halt", ZC_DOWN, NULL },
	{ "shutdown", ZC_CONFIGURED, "not running" },
	{ "shutdown", ZC_INSTALLED, "not running" },
	{ "shutdown", ZC_READY, "not running" },
	{ "shutdown", ZC_RUNNING, NULL },
	{ "reboot", ZC_INSTALLED, "not running" },
	{ "reboot", ZC_RUNNING, NULL },
	{ "mount", ZC_CONFIGURED, "must be installed before mount." },
	{ "mount", ZC_INSTALLED, NULL },
	{ "mount", ZC_RUNNING,
	    "mount operation is invalid for zones in state 'running'" },
	{ "unmount", ZC_INSTALLED, "must be mounted before unmount." },
	{ "unmount", ZC_MOUNTED, NULL },
	{ "unmount", ZC_CONFIGURED, "must be mounted before unmount." },
	{ "unmount", ZC_RUNNING, "must be mounted before unmount." },
	{ "mount", ZC_INCOMPLETE, "must be installed before mount." },
	{ "mount", ZC_DOWN,
	    "mount operation is invalid for zones in state 'down'" },
	{ "shutdown", ZC_INCOMPLETE, "not running" },
	{ "shutdown", ZC_DOWN, "not running" },
	{ "reboot", ZC_CONFIGURED, "not running" },
	{ "reboot", ZC_READY, "not running" },
	{ "reboot", ZC_SHUTTING_DOWN, "not running" },
	{ "halt", ZC_MOUNTED,
	    "halt operation is invalid for zones in state 'mounted'" },
	{ "clone", ZC_CONFIGURED, NULL },
	{ "clone", ZC_INCOMPLETE, "zone is incomplete; uninstall required." },
	{ "clone", ZC_INSTALLED, "is already installed." },
	{ "clone", ZC_READY, "clone operation is invalid for running zones." },
	{ "clone", ZC_DOWN, "clone operation is invalid for running zones." },
	{ "clone", ZC_MOUNTED,
	    "clone operation is invalid for zones in state 'mounted'" },
	{ "attach", ZC_CONFIGURED, NULL },
	{ "attach", ZC_INCOMPLETE, "zone is incomplete; uninstall required." },
	{ "attach", ZC_INSTALLED, "is already installed." },
	{ "attach", ZC_RUNNING,
	    "attach operation is invalid for running zones." },
	{ "detach", ZC_CONFIGURED, "must be installed before detach." },
	{ "detach", ZC_INCOMPLETE, "must be installed before detach." },
	{ "detach", ZC_INSTALLED, NULL },
	{ "detach", ZC_READY,
	    "detach operation is invalid for running zones." },
	{ "detach", ZC_MOUNTED,
	    "detach operation is invalid for zones in state 'mounted'" },
	{ "move", ZC_CONFIGURED, "must be installed before move." },
	{ "move", ZC_INCOMPLETE, "must be installed before move." },
	{ "move", ZC_INSTALLED, NULL },
	{ "move", ZC_RUNNING, "move operation is invalid for running zones." },
	{ "move", ZC_MOUNTED,
	    "move operation is invalid for zones in state 'mounted'" },
	{ "verify", ZC_READY, NULL },
	{ "verify", ZC_MOUNTED, NULL },
	{ "verify", ZC_DOWN, NULL },
};

START_TEST(a_state_lets_through_or_refuses)
{
	struct err e = { 0 };
	int result = gate_check_state(cmd(states[_i].cmd), states[_i].state,
	    false, &e);

	if (states[_i].text) {
		ck_assert_int_eq(result, -1);
		ck_assert_str_eq(e.msg, states[_i].text);
	} else {
		ck_assert_msg(result == 0, "%s: %s", states[_i].cmd, e.msg);
	}
}
END_TEST

START_TEST(force_lets_an_incomplete_zone_through_where_the_row_says_so)
{
	struct err e = { 0 };

	ck_assert_int_eq(gate_check_state(cmd("boot"), ZC_INCOMPLETE, true, &e),
	    0);
	ck_assert_int_eq(gate_check_state(cmd("mount"), ZC_INCOMPLETE, true,
			     &e),
	    0);
	ck_assert_int_eq(gate_check_state(cmd("attach"), ZC_INCOMPLETE, true,
			     &e),
	    0);
}
END_TEST

START_TEST(force_does_not_help_a_zone_without_a_root)
{
	struct err e = { 0 };

	ck_assert_int_eq(gate_check_state(cmd("boot"), ZC_CONFIGURED, true, &e),
	    -1);
	ck_assert_str_eq(e.msg, "must be incomplete before boot.");
}
END_TEST

START_TEST(inside_a_zone_only_list_and_help_work)
{
	const struct gate_caller inside = { .in_zone = true, .root = true };
	struct err e = { 0 };

	ck_assert_int_eq(gate_check_call(cmd("list"), &inside, NULL, &e), 0);
	ck_assert_int_eq(gate_check_call(cmd("help"), &inside, NULL, &e), 0);
	ck_assert_int_eq(gate_check_call(cmd("boot"), &inside, "z", &e), -1);
	ck_assert_str_eq(e.msg, "must be in the global zone to boot a zone.");
}
END_TEST

START_TEST(inside_a_zone_halt_names_the_zones_own_command)
{
	const struct gate_caller inside = { .in_zone = true, .root = true };
	struct err e = { 0 };

	ck_assert_int_eq(gate_check_call(cmd("halt"), &inside, "z", &e), -1);
	ck_assert_str_eq(e.msg,
	    "must be in the global zone to halt a zone.\n"
	    "use halt(8) to halt this zone.");
}
END_TEST

START_TEST(only_root_changes_a_zone)
{
	const struct gate_caller user = { 0 };
	struct err e = { 0 };

	ck_assert_int_eq(gate_check_call(cmd("list"), &user, NULL, &e), 0);
	ck_assert_int_eq(gate_check_call(cmd("boot"), &user, NULL, &e), -1);
	ck_assert_str_eq(e.msg, "only a privileged user may boot a zone.");
}
END_TEST

START_TEST(a_zone_must_be_named)
{
	struct err e = { 0 };

	ck_assert_int_eq(gate_check_call(cmd("boot"), &root_in_global, NULL,
			     &e),
	    -1);
	ck_assert_str_eq(e.msg, "no zone specified");
}
END_TEST

START_TEST(the_global_zone_and_reserved_names_are_refused)
{
	struct err e = { 0 };

	ck_assert_int_eq(gate_check_call(cmd("boot"), &root_in_global, "global",
			     &e),
	    -1);
	ck_assert_str_eq(e.msg,
	    "boot operation is invalid for the global zone.");
	ck_assert_int_eq(gate_check_call(cmd("halt"), &root_in_global, "SUNWx",
			     &e),
	    -1);
	ck_assert_str_eq(e.msg,
	    "halt operation is invalid for zones starting with SUNW.");
	ck_assert_int_eq(gate_check_call(cmd("list"), &root_in_global, "global",
			     &e),
	    0);
}
END_TEST

/* main's argv is not const, though nobody writes to it. */
static bool
has(int argc, const char *const *argv, char letter)
{
	return gate_has_option(argc, (char *const *)(uintptr_t)argv, letter);
}

START_TEST(an_option_is_found_before_the_operands_only)
{
	const char *const with[] = { "boot", "-sf", "--", "-x", NULL };
	const char *const behind[] = { "boot", "--", "-f", NULL };
	const char *const operand[] = { "boot", "x", "-f", NULL };

	ck_assert(has(4, with, 'f'));
	ck_assert(!has(4, with, 'x'));
	ck_assert(!has(3, behind, 'f'));
	ck_assert(!has(3, operand, 'f'));
	ck_assert(!has(4, with, '\0'));
}
END_TEST

int
main(void)
{
	const TTest *const all[] = {
		force_lets_an_incomplete_zone_through_where_the_row_says_so,
		force_does_not_help_a_zone_without_a_root,
		inside_a_zone_only_list_and_help_work,
		inside_a_zone_halt_names_the_zones_own_command,
		only_root_changes_a_zone,
		a_zone_must_be_named,
		the_global_zone_and_reserved_names_are_refused,
		an_option_is_found_before_the_operands_only,
	};
	Suite *suite = suite_create("gate");
	TCase *tcase = tcase_create("gate");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, a_state_lets_through_or_refuses, 0,
	    (int)ARRAY_LEN(states));
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		tcase_add_test(tcase, all[i]);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
