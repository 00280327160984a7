/* SPDX-License-Identifier: ISC
 *
 * zonename - print the name of the zone we are in.
 *
 * The global zone's root puts /dev/.zone into a zone's private /dev: the name
 * on the first line, the uuid on the second.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "zonecfg/name.h"

enum { EXIT_USAGE = 2 };

/* The name of a zone, or "global". -1 where the file makes no sense. */
static int
read_name(char *name, size_t size)
{
	int fd = open("/dev/.zone",
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	ssize_t n;

	if (fd == -1) {
		(void)snprintf(name, size, "global");
		return 0;
	}
	n = read(fd, name, size - 1);
	(void)close(fd);
	if (n <= 0)
		return -1;
	name[n] = '\0';
	name[strcspn(name, "\n")] = '\0';
	return zc_name_ok(name) ? 0 : -1;
}

int
main(int argc, char **argv)
{
	bool type = argc == 2 && strcmp(argv[1], "-t") == 0;
	char name[ZC_NAME_MAX + 64];

	if (argc > 1 && !type) {
		(void)fputs("usage: zonename [-t]\n", stderr);
		return EXIT_USAGE;
	}
	if (read_name(name, sizeof(name)) == -1) {
		(void)fputs("zonename: could not get the zone's name\n",
		    stderr);
		return 1;
	}
	if (type)
		(void)puts(zc_name_is_global(name) ? "global" : "non-global");
	else
		(void)puts(name);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	(void)fputs("zonename: cannot write the output\n", stderr);
	return 1;
}
