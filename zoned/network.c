/* SPDX-License-Identifier: ISC
 *
 * network - a zone's links: zone-net is asked to make them and to take them
 * away.
 */
#include "zoned/network.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"
#include "zoned/ula.h"

enum { HELPER_MS = 60000 };

/* The network namespace of a process, -1 where it has ended. */
static int
namespace_of(pid_t pid)
{
	_autofree char *path = mem_printf("/proc/%d/ns/net", (int)pid);

	return pid > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

static int
run_helper(const struct zd_zone *z, const char *verb, int in, int zone_ns,
    struct err *e)
{
	_autofree char *program = path_helper("zone-net");
	const char *argv[] = { program, verb, NULL };
	/* The keeper is where the zone was started; whoever takes a zone over
	 * may be elsewhere. */
	_autoclose int keeper = namespace_of(z->run.keeper.pid);
	_autoclose int own = namespace_of(getpid());
	const int keep[] = { zone_ns, keeper != -1 ? keeper : own, z->run_dir };
	struct spawn s = { .argv = argv,
		.fd = { in, -1, -1 },
		.keep = keep,
		.nkeep = ARRAY_LEN(keep) };

	return spawn_run(&s, HELPER_MS, e);
}

/* What addresses of the default network begin with. */
static int
add_prefix(char **text, struct err *e)
{
	_autofree char *prefix = zd_ula_prefix(e);
	_autofree char *links = NULL;

	if (!prefix)
		return -1;
	links = *text;
	*text = mem_printf("%sula %s\n", links, prefix);
	return 0;
}

int
zd_network_up(struct zd_zone *z, const char *spec, struct err *e)
{
	_autoclose int in = memfd_create("links", MFD_CLOEXEC);
	_autofree char *text = mem_strdup(spec);

	if (strstr(spec, " lower=auto") && add_prefix(&text, e) == -1)
		return -1;
	fd_close_at(&z->net_fd);
	z->net_fd = namespace_of(z->run.init.pid);
	if (z->net_fd == -1 || in == -1)
		return err_sys(e, "the zone's network namespace");
	if (fd_write_all(in, text, strlen(text), e) == -1)
		return -1;
	if (lseek(in, 0, SEEK_SET) == -1)
		return err_sys(e, "rewind");
	return run_helper(z, "up", in, z->net_fd, e);
}

int
zd_network_down(struct zd_zone *z, struct err *e)
{
	int rc = 0;

	if (faccessat(z->run_dir, "net", F_OK, 0) == 0)
		rc = run_helper(z, "down", -1, z->net_fd, e);
	fd_close_at(&z->net_fd);
	z->net_fd = -1;
	return rc;
}
