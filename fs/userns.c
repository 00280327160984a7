/* SPDX-License-Identifier: ISC
 *
 * userns - whose a new user namespace is.
 */
#include "fs/userns.h"

#include <errno.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

#include "base/raw.h"

/* Raw: libc would tell its threads, and has none here. */
static int
become(uint32_t id, struct err *e)
{
	long ret = raw3(SYS_setresuid, -1, id, -1);

	if (ret >= 0)
		return 0;
	errno = (int)-ret;
	return err_sys(e, "become user %u for a moment", id);
}

int
fs_userns_owner(uint32_t id, unsigned *saved, struct err *e)
{
	struct err ignored;
	int bits = prctl(PR_GET_SECUREBITS);

	if (bits == -1 ||
	    prctl(PR_SET_SECUREBITS, bits | SECBIT_NO_SETUID_FIXUP) == -1)
		return err_sys(e, "keep capabilities for a moment");
	*saved = (unsigned)bits;
	if (become(id, e) == 0)
		return 0;
	(void)!fs_userns_owner_end(*saved, &ignored);
	return -1;
}

int
fs_userns_owner_end(unsigned saved, struct err *e)
{
	if (become(0, e) == -1)
		return -1;
	if (prctl(PR_SET_SECUREBITS, saved) == -1)
		return err_sys(e, "go back to the own secure bits");
	return 0;
}
