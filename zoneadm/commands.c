/* SPDX-License-Identifier: ISC
 *
 * commands - the table of subcommands.
 */
#include "zoneadm/cmd.h"

#define S(state) CMD_STATE(ZC_##state)
#define ANY (~0U)
#define ON_ZONE (CMD_ZONE | CMD_ROOT | CMD_LOCK)

/* Dispatcher, gate and usage text at once: name, arguments, what it does; then
 * flags, states it is allowed in, force option, function, check. */
const struct cmd cmd_table[] = {
	/* clang-format off */
	{ "help", "[subcommand]", "Print what a subcommand does.",
	    CMD_IN_ZONE_OK, ANY, 0, cmd_help },
	{ "boot", "[-sfw] [-i path] [-- boot_arguments]",
	    "Start the zone's init; a zone that is not ready is made ready.",
	    ON_ZONE | CMD_BUILT | CMD_SETTLES,
	    S(INSTALLED) | S(READY) | S(RUNNING), 'f', cmd_boot },
	{ "halt", "",
	    "Stop every process of the zone at once and take it apart.",
	    CMD_ZONE | CMD_ROOT | CMD_MANAGED,
	    S(INSTALLED) | S(READY) | S(RUNNING) | S(SHUTTING_DOWN) | S(DOWN),
	    0, cmd_halt },
	{ "ready", "",
	    "Make the zone's platform without starting a process in it.",
	    ON_ZONE | CMD_BUILT | CMD_SETTLES,
	    S(INSTALLED) | S(READY) | S(RUNNING), 0, cmd_ready },
	{ "shutdown", "[-r [-- boot_arguments]]",
	    "Let the zone shut itself down; with -r boot it afterwards.",
	    CMD_ZONE | CMD_ROOT | CMD_RUNNING | CMD_SETTLES,
	    S(RUNNING), 0, cmd_shutdown,
	    cmd_shutdown_check },
	{ "reboot", "[-- boot_arguments]",
	    "Halt the zone and boot it, without running its shutdown.",
	    CMD_ZONE | CMD_ROOT | CMD_RUNNING | CMD_SETTLES,
	    S(RUNNING), 0, cmd_reboot },
	{ "upgrade", "",
	    "Let the zone's zoned go on as the program that is installed now.",
	    CMD_ZONE | CMD_ROOT | CMD_RUNNING, S(RUNNING), 0, cmd_upgrade },
	{ "list", "[-cinpsv] [--json]",
	    "List zones: those that run; all with -c, installed ones with -i.",
	    CMD_GLOBAL_OK | CMD_IN_ZONE_OK, ANY, 0, cmd_list },
	{ "verify", "", "Check the configuration against this host.",
	    CMD_ZONE | CMD_ROOT | CMD_WHOLE | CMD_APART,
	    S(CONFIGURED) | S(INSTALLED) | S(READY) | S(RUNNING) |
	    S(SHUTTING_DOWN) | S(DOWN) | S(MOUNTED), 0, cmd_verify },
	{ "install",
	    "[-v] [-s [image]] [-a archive | -d directory] [-u | -p]"
	    " [-x nodataset | -x backend=name] [--unsigned]",
	    "Make the zone's root.",
	    ON_ZONE | CMD_HALTED | CMD_FRESH | CMD_WHOLE | CMD_APART,
	    S(CONFIGURED), 0, cmd_install,
	    cmd_install_check },
	{ "clone", "[-m copy] [-s snapshot] [-p] [--live] source",
	    "Make the zone's root from another zone's.",
	    ON_ZONE | CMD_HALTED | CMD_FRESH | CMD_WHOLE | CMD_APART,
	    S(CONFIGURED), 0, cmd_clone,
	    cmd_clone_check },
	{ "snapshot",
	    "create [--live] [name] | list [-p | --json] | rollback name |"
	    " destroy name | diff [--json] name",
	    "Keep what the zone's root is now, and go back to it.",
	    ON_ZONE | CMD_BUILT | CMD_APART,
	    S(INSTALLED) | S(READY) | S(MOUNTED) | S(RUNNING), 0,
	    cmd_snapshot,
	    cmd_snapshot_check },
	{ "uninstall", "[-F]", "Remove the zone's root; it stays configured.",
	    ON_ZONE | CMD_HALTED | CMD_GONE | CMD_APART,
	    S(INCOMPLETE) | S(INSTALLED), 0, cmd_uninstall },
	{ "move", "path", "Give the zone another zonepath.",
	    ON_ZONE | CMD_HALTED | CMD_BUILT | CMD_APART, S(INSTALLED), 0,
	    cmd_move,
	    cmd_move_check },
	{ "detach", "[-nF]",
	    "Write a manifest, and let go of the zone's root; -n: print it.",
	    ON_ZONE | CMD_HALTED | CMD_BUILT | CMD_APART, S(INSTALLED), 0,
	    cmd_detach },
	{ "attach", "[-F | -n manifest] [-uU]",
	    "Take a detached zone's root, or tell whether it would fit.",
	    ON_ZONE | CMD_HALTED | CMD_FRESH | CMD_WHOLE | CMD_APART |
	    CMD_ASKS,
	    S(CONFIGURED), 'U', cmd_attach,
	    cmd_attach_check },
	{ "migrate",
	    "[-nkq] [--abandon] [-F] [ssh://[user@]host[:port]]",
	    "Give a halted zone to another host, or go on with that.",
	    ON_ZONE | CMD_HALTED | CMD_APART,
	    S(CONFIGURED) | S(INCOMPLETE) | S(INSTALLED), 0, cmd_migrate },
	{ "receive", "",
	    "Take a zone that 'migrate' sends, which starts this.",
	    CMD_ROOT | CMD_APART, ANY, 0, cmd_receive },
	{ "mark", "incomplete", "Note that the zone's root cannot be trusted.",
	    ON_ZONE | CMD_HALTED,
	    S(INCOMPLETE) | S(INSTALLED), 0, cmd_mark,
	    cmd_mark_check },
	{ "mount", "[-f]", "Show the root of a zone that is halted.",
	    ON_ZONE | CMD_BUILT | CMD_APART, S(INSTALLED), 'f', cmd_mount },
	{ "unmount", "", "Take that view away again.",
	    ON_ZONE | CMD_MOUNTED | CMD_APART, S(MOUNTED), 0, cmd_unmount },
	{ "doctor", "[--memory] [--json]",
	    "Check what this host offers zones, and how many it can carry.",
	    CMD_GLOBAL_OK | CMD_APART, ANY, 0, cmd_doctor },
	/* clang-format on */
};
const size_t cmd_table_n = ARRAY_LEN(cmd_table);
