/* SPDX-License-Identifier: ISC
 *
 * front - the subcommands that zoneadm does not hold itself: it is a small
 * static program, because boot and list are to touch few pages; what needs
 * larger libraries is done by the helper zone-adm, the same program with all.
 */
#include <errno.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"
#include "zoneadm/cmd.h"
#include "zoneadm/gate.h"
#include "zoneadm/migrating.h"
#include "zoneadm/moving.h"

bool
cmd_is_apart(const struct cmd *cmd)
{
	return (cmd->flags & CMD_APART) != 0;
}

/* Become the helper: it finds the call anew, and does what is left to do. */
static int
apart(struct err *e)
{
	char *path = path_helper("zone-adm");

	(void)execv(path, cmd_argv);
	return err_sys(e, "program '%s'", path);
}

#define APART(name)                                    \
	int name(struct cmd_call *call, struct err *e) \
	{                                              \
		(void)call;                            \
		return apart(e);                       \
	}
APART(cmd_verify)
APART(cmd_clone)
APART(cmd_snapshot)
APART(cmd_install)
APART(cmd_uninstall)
APART(cmd_move)
APART(cmd_detach)
APART(cmd_attach)
APART(cmd_migrate)
APART(cmd_receive)
APART(cmd_mount)
APART(cmd_unmount)
APART(cmd_doctor)

/* The helper looks at the words. */
#define CHECKED_THERE(name)                            \
	int name(struct cmd_call *call, struct err *e) \
	{                                              \
		(void)call;                            \
		(void)e;                               \
		return 0;                              \
	}
CHECKED_THERE(cmd_install_check)
CHECKED_THERE(cmd_clone_check)
CHECKED_THERE(cmd_attach_check)
CHECKED_THERE(cmd_move_check)
CHECKED_THERE(cmd_snapshot_check)

/* zone-adm with these words behind its options; its exit status. */
static int
run_helper(const char *const *words, size_t n, const char *zone, struct err *e)
{
	_autofree char *path = path_helper("zone-adm");
	const char *argv[9] = { path, "-R",
		*path_root() != '\0' ? path_root() : "/", "-z", zone };
	struct spawn s = SPAWN(argv);
	pid_t pid;

	for (size_t i = 0; i < n && i < 3; i++)
		argv[5 + i] = words[i];
	s.fd[1] = STDOUT_FILENO;
	s.fd[2] = STDERR_FILENO;
	pid = spawn_start(&s, e);
	return pid == -1 ? -1 : spawn_wait(pid, -1, e);
}

/* After a boot that failed, and before a reboot: its cost does not matter. */
int
cmd_verify_zone(struct cmd_call *call, struct err *e)
{
	const char *const words[] = { "verify" };
	int status;

	if (call->state == ZC_INCOMPLETE)
		return 0; /* verify refuses those */
	status = run_helper(words, 1, call->zone, e);
	return status == -1 ? -1 : status != 0;
}

/* The helper wants the zone's lock, and has said what went wrong. */
static int
finish(struct cmd_call *call, const char *command, struct err *busy,
    struct err *e)
{
	const char *const words[] = { command, "." };

	(void)close(call->lock);
	call->lock = -1;
	if (run_helper(words, 2, call->zone, e) == -1)
		return -1;
	if (moving_is_pending(call->entry.uuid) ||
	    migrating_is_pending(call->zone))
		return 1;
	return gate_open(call, busy, e);
}

int
cmd_finish_move(struct cmd_call *call, struct err *busy, struct err *e)
{
	return finish(call, "move", busy, e);
}

int
cmd_finish_migrate(struct cmd_call *call, struct err *busy, struct err *e)
{
	return finish(call, "migrate", busy, e);
}
