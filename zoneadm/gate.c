/* SPDX-License-Identifier: ISC
 *
 * gate - may this subcommand be run on this zone, here and now.
 */
#include "zoneadm/gate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

/* How long another command on the same zone may hold us up: commits and other
 * short work pass, an install does not. */
enum { LOCK_WAIT_MS = 500 };

bool
gate_has_option(int argc, char *const *argv, char letter)
{
	if (letter == '\0')
		return false;
	for (int i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--") == 0)
			return false;
		if (strchr(argv[i] + 1, letter))
			return true;
	}
	return false;
}

bool
gate_only_asks(const struct cmd *cmd, int argc, char *const *argv)
{
	return (cmd->flags & CMD_ASKS) && gate_has_option(argc, argv, 'n');
}

static int
in_zone(const struct cmd *cmd, struct err *e)
{
	const char *hint = "";

	if (strcmp(cmd->name, "halt") == 0)
		hint = "\nuse halt(8) to halt this zone.";
	else if (strcmp(cmd->name, "shutdown") == 0)
		hint = "\nuse shutdown(8) to shut down this zone.";
	else if (strcmp(cmd->name, "reboot") == 0)
		hint = "\nuse reboot(8) to reboot this zone.";
	return err_set(e, EPERM, "must be in the global zone to %s a zone.%s",
	    cmd->name, hint);
}

int
gate_check_call(const struct cmd *cmd, const struct gate_caller *caller,
    const char *zone, struct err *e)
{
	if (caller->in_zone && !(cmd->flags & CMD_IN_ZONE_OK))
		return in_zone(cmd, e);
	if (!caller->root && (cmd->flags & CMD_ROOT))
		return err_set(e, EPERM,
		    "only a privileged user may %s a zone.", cmd->name);
	if (!(cmd->flags & CMD_ZONE))
		return 0;
	if (!zone)
		return err_set(e, EINVAL, "no zone specified");
	if (zc_name_is_global(zone) && !(cmd->flags & CMD_GLOBAL_OK))
		return err_set(e, EINVAL,
		    "%s operation is invalid for the global zone.", cmd->name);
	if (str_starts(zone, "SUNW") && !(cmd->flags & CMD_GLOBAL_OK))
		return err_set(e, EINVAL,
		    "%s operation is invalid for zones starting with SUNW.",
		    cmd->name);
	return 0;
}

enum word { NO_WORD, THE_COMMAND, THE_STATE };

#define BELOW_INSTALLED (CMD_STATE(ZC_CONFIGURED) | CMD_STATE(ZC_INCOMPLETE))
#define LIVE                                           \
	(CMD_STATE(ZC_READY) | CMD_STATE(ZC_RUNNING) | \
	    CMD_STATE(ZC_SHUTTING_DOWN) | CMD_STATE(ZC_DOWN))

/* Refusals in order of test: of a command with this flag, in these states; the
 * text is BEFORE, the command or the state, AFTER. One that yields lets an
 * incomplete zone through where the force option is given. */
static const struct {
	unsigned flag;
	unsigned states;
	bool yields;
	const char *before;
	enum word word;
	const char *after;
} refusals[] = {
	/* clang-format off */
	{ CMD_HALTED, LIVE, false,
	    "", THE_COMMAND, " operation is invalid for running zones." },
	{ CMD_RUNNING, ~CMD_STATE(ZC_RUNNING), false, "not running", NO_WORD,
	    "" },
	{ CMD_GONE, CMD_STATE(ZC_CONFIGURED), false,
	    "is already in state 'configured'.", NO_WORD, "" },
	{ CMD_FRESH, CMD_STATE(ZC_INSTALLED), false,
	    "is already installed.", NO_WORD, "" },
	{ CMD_WHOLE, CMD_STATE(ZC_INCOMPLETE), true,
	    "zone is incomplete; uninstall required.", NO_WORD, "" },
	{ CMD_BUILT, BELOW_INSTALLED, true,
	    "must be installed before ", THE_COMMAND, "." },
	{ CMD_MOUNTED, ~CMD_STATE(ZC_MOUNTED), false,
	    "must be mounted before ", THE_COMMAND, "." },
	{ CMD_MANAGED, BELOW_INSTALLED, false,
	    "cannot manage a zone which is in state '", THE_STATE,
	    "'\ncall to zoneadmd failed" },
	/* clang-format on */
};

static int
forced(const struct cmd *cmd, enum zc_state state, struct err *e)
{
	if (state == ZC_INCOMPLETE)
		return 0;
	return err_set(e, ERR_STATE, "must be incomplete before %s.",
	    cmd->name);
}

int
gate_check_state(const struct cmd *cmd, enum zc_state state, bool force,
    struct err *e)
{
	const char *const words[] = { "", cmd->name, zc_state_name(state) };

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		if (!(cmd->flags & refusals[i].flag) ||
		    !(refusals[i].states & CMD_STATE(state)))
			continue;
		if (refusals[i].yields && force)
			return forced(cmd, state, e);
		return err_set(e, ERR_STATE, "%s%s%s", refusals[i].before,
		    words[refusals[i].word], refusals[i].after);
	}
	if (!(cmd->states & CMD_STATE(state)))
		return err_set(e, ERR_STATE,
		    "%s operation is invalid for zones in state '%s'",
		    cmd->name, zc_state_name(state));
	return 0;
}

/* The lock is asked for before the state is read, or another command could
 * change it in between. Only of a zone that exists: a lock makes its file. */
static int
take_lock(struct cmd_call *call, struct err *e)
{
	_autofree char *cfg = mem_printf("%s/%s.cfg", path_of(PATH_ETC),
	    call->zone);

	if (access(cfg, F_OK) == -1)
		return 0;
	call->lock = zc_zone_lock(call->zone, call->cmd->name, LOCK_WAIT_MS, e);
	if (call->lock >= 0)
		return 0;
	if (e->code == EWOULDBLOCK)
		return err_set(e, EWOULDBLOCK,
		    "another zoneadm may have an operation in progress.");
	return -1;
}

int
gate_load(struct cmd_call *call, struct err *e)
{
	zc_entry_done(&call->entry);
	zc_run_done(&call->run);
	if (zc_index_get(call->zone, &call->entry, e) == -1)
		return -1;
	if (zc_name_is_global(call->zone)) {
		call->state = ZC_RUNNING;
		return 0;
	}
	if (zc_run_load(call->zone, &call->run, e) == -1)
		return -1;
	call->state = zc_state_now(&call->entry, &call->run);
	return 0;
}

/* A zone that is not configured is one that would be. */
static int
load_if_there(struct cmd_call *call, struct err *e)
{
	if (gate_load(call, e) == 0)
		return 0;
	if (e->code != ERR_UNKNOWN_ZONE)
		return -1;
	(void)snprintf(call->entry.name, sizeof(call->entry.name), "%s",
	    call->zone);
	call->entry.zonepath = mem_strdup("");
	call->state = ZC_CONFIGURED;
	*e = (struct err){ 0 };
	return 0;
}

int
gate_open(struct cmd_call *call, struct err *busy, struct err *e)
{
	struct gate_caller caller = { path_in_zone(), geteuid() == 0 };

	if (gate_check_call(call->cmd, &caller, call->zone, e) == -1)
		return -1;
	if (!call->zone)
		return 0;
	if (gate_only_asks(call->cmd, call->argc, call->argv))
		return load_if_there(call, e);
	if ((call->cmd->flags & CMD_LOCK) && take_lock(call, busy) == -1 &&
	    busy->code != EWOULDBLOCK) {
		*e = *busy;
		return -1;
	}
	return gate_load(call, e);
}

int
gate_decide(const struct cmd_call *call, const struct err *busy, struct err *e)
{
	bool force = gate_has_option(call->argc, call->argv, call->cmd->force);

	if (!call->zone || gate_only_asks(call->cmd, call->argc, call->argv))
		return 0;
	if (gate_check_state(call->cmd, call->state, force, e) == -1)
		return -1;
	if (busy->code == 0)
		return 0;
	*e = *busy;
	return -1;
}
