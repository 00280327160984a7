/* SPDX-License-Identifier: ISC
 *
 * cmd_help - the usage texts, written from the table of subcommands.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "zoneadm/cmd.h"

static void
one(FILE *out, const struct cmd *cmd)
{
	const char *zone = cmd->flags & CMD_ZONE ? " -z zone" :
	    strcmp(cmd->name, "list") == 0	 ? " [-z zone]" :
						   "";

	(void)fprintf(out, "\tzoneadm%s %s%s%s\n", zone, cmd->name,
	    *cmd->args != '\0' ? " " : "", cmd->args);
}

static void
all(FILE *out)
{
	(void)fputs("usage:\tzoneadm [-z zone | -u uuid] [-R root] subcommand "
		    "[option ...]\n",
	    out);
	for (size_t i = 0; i < cmd_table_n; i++)
		one(out, &cmd_table[i]);
}

void
cmd_usage(const struct cmd *cmd)
{
	if (!cmd) {
		all(stderr);
		return;
	}
	(void)fputs("usage:", stderr);
	one(stderr, cmd);
}

int
cmd_help(struct cmd_call *call, struct err *e)
{
	if (call->argc < 2) {
		all(stdout);
		return 0;
	}
	for (size_t i = 0; i < cmd_table_n; i++) {
		if (strcmp(cmd_table[i].name, call->argv[1]) != 0)
			continue;
		(void)fputs("usage:", stdout);
		one(stdout, &cmd_table[i]);
		(void)printf("%s\n", cmd_table[i].help);
		return 0;
	}
	return err_set(e, ERR_USAGE, "%s: unknown subcommand", call->argv[1]);
}
