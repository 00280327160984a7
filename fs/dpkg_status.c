/* SPDX-License-Identifier: ISC
 *
 * dpkg_status - the one reader of dpkg's status file.
 */
#include "fs/dpkg_status.h"

#include <string.h>

#include "base/str.h"

static void
take_field(struct fs_dpkg_package *p, const char *line)
{
	const char *v;

	if ((v = str_after(line, "Package: ")) != NULL)
		p->name = v;
	else if ((v = str_after(line, "Version: ")) != NULL)
		p->version = v;
	else if ((v = str_after(line, "Architecture: ")) != NULL)
		p->arch = v;
	else if ((v = str_after(line, "Status: ")) != NULL)
		p->installed = str_ends(v, " installed");
}

bool
fs_dpkg_next(char **text, struct fs_dpkg_package *out, fs_dpkg_conffile_fn *fn,
    void *arg)
{
	bool in_conffiles = false;
	bool found = false;
	char *line;

	*out = (struct fs_dpkg_package){ .arch = "" };
	while ((line = strsep(text, "\n")) != NULL) {
		if (*line == '\0') {
			if (found)
				return true;
			continue;
		}
		found = true;
		if (*line != ' ') {
			in_conffiles = str_eq(line, "Conffiles:");
			take_field(out, line);
		} else if (in_conffiles && out->name && fn) {
			fn(arg, out->name, line);
		}
	}
	return found;
}
