/* SPDX-License-Identifier: ISC
 *
 * cmd_help - the usage texts, written from the table of subcommands.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "zoneadm/cmd.h"

static void
words(FILE *out, const char *before, const struct cmd *cmd)
{
	(void)fprintf(out, "%s%s%s%s\n", before, cmd->name,
	    *cmd->args != '\0' ? " " : "", cmd->args);
}

static void
one(FILE *out, const struct cmd *cmd)
{
	words(out,
	    cmd->flags & CMD_ZONE ? "usage: zoneadm -z zone "
				  : "usage: zoneadm [-z zone] ",
	    cmd);
}

static void
all(FILE *out)
{
	(void)fputs("usage: zoneadm [-z zone | -u uuid] [-R root] subcommand "
		    "[option ...]\n",
	    out);
	for (size_t i = 0; i < cmd_table_n; i++)
		words(out, "\t", &cmd_table[i]);
}

int
cmd_print_usage(FILE *out)
{
	all(out);
	return fflush(out) == EOF ? -1 : 0;
}

void
cmd_usage(const struct cmd *cmd)
{
	if (cmd)
		one(stderr, cmd);
	else
		all(stderr);
}

int
cmd_help(struct cmd_call *call, struct err *e)
{
	if (call->argc < 2)
		return cmd_print_usage(stdout) == 0 ? 0 : err_sys(e, "print");
	for (size_t i = 0; i < cmd_table_n; i++) {
		if (strcmp(cmd_table[i].name, call->argv[1]) != 0)
			continue;
		one(stdout, &cmd_table[i]);
		(void)printf("%s\n", cmd_table[i].help);
		return 0;
	}
	return cmd_unknown(call->argv[1], e);
}
