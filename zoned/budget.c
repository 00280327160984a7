/* SPDX-License-Identifier: ISC
 *
 * budget - what all zones of a root may take together.
 */
#include "zoned/budget.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/root.h"

enum {
	PART_OF_HOST = 8,  /* an eighth is the host's own */
	LEAST_PART = 4,    /* and all zones together get at least a quarter */
	HOST_PER_ZONE = 2, /* zoned and keeper are processes of the host */
	HOST_PTYS = 1024,  /* what the kernel starts with (drivers/tty/pty.c) */
	STRAY_PTYS = 3072, /* likewise: 4096 in all, for any other devpts */
	PTYS_MOST = 1 << 20, /* NR_UNIX98_PTY_MAX */
};

#define MEMORY_LEAST (64ULL << 20)
#define MEMORY_MOST (2ULL << 30)

static uint64_t
clamp(uint64_t n, uint64_t low, uint64_t high)
{
	if (n < low)
		return low;
	return n > high ? high : n;
}

struct zd_budget
zd_budget_of(uint64_t processes, uint64_t memory, uint64_t zones)
{
	uint64_t host = processes / PART_OF_HOST + zones * HOST_PER_ZONE;
	uint64_t least = processes / LEAST_PART;
	uint64_t keep = clamp(memory / PART_OF_HOST, MEMORY_LEAST, MEMORY_MOST);
	struct zd_budget b = {
		.processes = host + least < processes ? processes - host
						      : least,
		.memory = clamp(memory > keep ? memory - keep : 0,
		    memory / LEAST_PART, memory),
		.ptys = clamp(HOST_PTYS + zones * FS_PTYS_MAX, HOST_PTYS,
		    PTYS_MOST - STRAY_PTYS),
	};

	/* One zone never takes all of it: another still boots. */
	b.of_zone = clamp(ZD_PROCESSES_MAX, 1, b.processes / 2);
	return b;
}

static int
read_number(const char *path, uint64_t *out, struct err *e)
{
	_autofree char *text = NULL;

	if (fd_read_file(AT_FDCWD, path, 64, &text, NULL, e) == -1)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	if (str_u64(text, UINT64_MAX, out) == -1)
		return err_set(e, ERR_CONFIG, "'%s' holds no number", path);
	return 0;
}

int
zd_budget_here(uint64_t zones, struct zd_budget *out, struct err *e)
{
	struct sysinfo info;
	uint64_t pids;
	uint64_t threads;

	if (read_number("/proc/sys/kernel/pid_max", &pids, e) == -1 ||
	    read_number("/proc/sys/kernel/threads-max", &threads, e) == -1)
		return -1;
	if (sysinfo(&info) == -1)
		return err_sys(e, "size of memory");
	*out = zd_budget_of(pids < threads ? pids : threads,
	    (uint64_t)info.totalram * info.mem_unit, zones);
	return 0;
}

/* Of the hierarchies of cgroup v1 most limit nothing that is ours to say. */
static bool
has_limits(int all)
{
	static const char *const files[] = { "pids.max", "memory.max",
		"memory.limit_in_bytes" };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (faccessat(all, files[i], F_OK, 0) == 0)
			return true;
	}
	return false;
}

/* 1: the group has no such file. */
static int
put_number(int dir, const char *file, uint64_t n, struct err *e)
{
	_autofree char *text = NULL;

	if (faccessat(dir, file, F_OK, 0) == -1)
		return 1;
	text = mem_printf("%" PRIu64, n);
	return fd_put(dir, file, text, e);
}

/* What the host has one number of is raised where what takes its place is
 * counted. Who may not leaves it as it is. */
static void
raise_number(const char *path, uint64_t least)
{
	_autofree char *text = mem_printf("%" PRIu64, least);
	struct err ignored;
	uint64_t now;

	if (read_number(path, &now, &ignored) == 0 && now < least)
		(void)!fd_put(AT_FDCWD, path, text, &ignored);
}

static void
raise_ptys(const struct zd_budget *b)
{
	raise_number("/proc/sys/kernel/pty/max", b->ptys + STRAY_PTYS);
	raise_number("/proc/sys/kernel/pty/reserve", b->ptys);
}

int
zd_budget_set(int all, struct err *e)
{
	struct err ignored;
	struct zd_budget b;
	struct stat st;
	int pids;

	if (!has_limits(all))
		return 0;
	/* A directory of control groups has a link for each one in it. */
	if (fstat(all, &st) == -1)
		return err_sys(e, "control group of all zones");
	if (zd_budget_here(st.st_nlink > 2 ? st.st_nlink - 2 : 0, &b, e) == -1)
		return -1;
	pids = put_number(all, "pids.max", b.processes, e);
	if (pids == -1)
		return -1;
	/* Of several hierarchies one counts processes: once a boot. */
	if (pids == 0)
		raise_ptys(&b);
	if (put_number(all, "memory.max", b.memory, &ignored) == 0 ||
	    put_number(all, "memory.limit_in_bytes", b.memory, &ignored) == 0)
		raise_number("/proc/sys/fs/file-max", INT64_MAX);
	return 0;
}
