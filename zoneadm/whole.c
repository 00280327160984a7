/* SPDX-License-Identifier: ISC
 *
 * whole - in the helper zone-adm, no subcommand is held by another program.
 */
#include "zoneadm/cmd.h"

bool
cmd_is_apart(const struct cmd *cmd)
{
	(void)cmd;
	return false;
}
