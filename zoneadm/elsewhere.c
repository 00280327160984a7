/* SPDX-License-Identifier: ISC
 *
 * elsewhere - subcommands and options that zoneadm has on other systems.
 */
#include "zoneadm/elsewhere.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"

static const char profile[] =
    "there are no system profiles; put the files into the archive, or into "
    "the root while the zone is halted";

static const struct {
	const char *command;
	char letter; /* 0: the subcommand */
	const char *why;
} rows[] = {
	{ "apply", 0,
	    "a running zone takes what is stored at its next boot; "
	    "'zoneadm -z ZONE reboot'" },
	{ "suspend", 0,
	    "zones share the host's kernel, which cannot write one of them to "
	    "disk; 'zoneadm -z ZONE shutdown'" },
	{ "savecore", 0,
	    "zones share the host's kernel and have no memory image of their "
	    "own" },
	{ "boot", 'W',
	    "a zone does not assemble itself at its first boot; "
	    "'boot -w' leaves the root writable for one boot" },
	{ "install", 'c', profile },
	{ "install", 'm',
	    "there are no manifests of packages; -a or -d says "
	    "what the root is made of" },
	{ "install", 'e',
	    "packages are the archive's or the directory's; "
	    "install others inside the zone" },
	{ "install", 'U',
	    "the root is as new as the archive or the directory" },
	{ "install", 'z', "an archive holds one root" },
	{ "clone", 'c', profile },
	{ "attach", 'a',
	    "attach takes a root that lies at the zonepath; "
	    "'install -a' unpacks an archive" },
	{ "attach", 'd',
	    "attach takes a root that lies at the zonepath; "
	    "'install -d' copies a directory" },
	{ "attach", 'z', "an archive holds one root" },
	{ "attach", 'c', profile },
	{ "attach", 'x', "there are no boot environments" },
	{ "move", 'p', "the new path is the only word behind 'move'" },
	{ "move", 'x',
	    "storage is not given by address; move to a path on it" },
	{ "mark", 'F',
	    "the tools keep the state; 'attach -F' takes a root "
	    "unseen, 'uninstall -F' removes any" },
};

const char *
elsewhere_why(const char *command, int letter)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].letter == letter &&
		    strcmp(rows[i].command, command) == 0)
			return rows[i].why;
	}
	return NULL;
}
