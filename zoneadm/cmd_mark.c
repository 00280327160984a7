/* SPDX-License-Identifier: ISC
 *
 * cmd_mark - note that a zone's root cannot be trusted any more.
 */
#include <string.h>

#include "zoneadm/cmd.h"

int
cmd_mark_check(struct cmd_call *call, struct err *e)
{
	if (call->argc != 2 || strcmp(call->argv[1], "incomplete") != 0)
		return err_set(e, ERR_USAGE,
		    "mark: the only state to mark is 'incomplete'");
	return 0;
}

int
cmd_mark(struct cmd_call *call, struct err *e)
{
	if (call->state == ZC_INCOMPLETE)
		return 0;
	return zc_index_set_state(call->zone, ZC_INCOMPLETE, e);
}
