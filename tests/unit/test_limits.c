/* SPDX-License-Identifier: ISC
 *
 * Limits of a configuration, in the files and units of both control groups.
 */
#include "zoned/limits.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"
#include "zonecfg/store.h"
#include "zoned/sysv.h"

#define MIB (1ULL << 20)

static struct err e;

static struct zc_zone *
parse(const char *commands)
{
	_autofree char *text =
	    mem_printf("create -b\nset zonepath=/zones/web\n%s", commands);
	struct zc_zone *zone = NULL;

	ck_assert_msg(zc_store_parse("web", "web", text, strlen(text), &zone,
			  &e) == 0,
	    "%s", e.msg);
	return zone;
}

static struct zd_limits
limits_of(const char *commands)
{
	_cleanup_zone struct zc_zone *zone = parse(commands);

	return zd_limits_of(zone);
}

static struct zd_sysv
sysv_of(const char *commands)
{
	_cleanup_zone struct zc_zone *zone = parse(commands);

	return zd_sysv_of(zone);
}

/* A directory that has these files, each with what a kernel of nothing says. */
static void
make_files(const struct tmpdir *d, const char *const *files)
{
	for (; *files; files++) {
		int fd = openat(d->fd, *files, O_WRONLY | O_CREAT | O_CLOEXEC,
		    0600);

		ck_assert_int_ge(fd, 0);
		(void)close(fd);
	}
}

static void
assert_file(const struct tmpdir *d, const char *file, const char *expected)
{
	_autofree char *text = NULL;

	ck_assert_int_eq(fd_read_file(d->fd, file, 100, &text, NULL, &e), 0);
	ck_assert_msg(strcmp(text, expected) == 0, "%s: '%s' for '%s'", file,
	    text, expected);
}

static unsigned
put(const struct zd_limits *l, const struct tmpdir *d)
{
	unsigned done = 0;

	ck_assert_int_eq(zd_limits_put(l, d->fd, &done, &e), 0);
	return done;
}

static const char *const v2[] = { "pids.max", "memory.max", "memory.swap.max",
	"cpu.max", "cpu.weight", NULL };
static const char *const v1[] = { "pids.max", "memory.limit_in_bytes",
	"memory.memsw.limit_in_bytes", "cpu.cfs_quota_us", "cpu.shares", NULL };

static const char all[] =
    "set max-lwps=500\nset cpu-shares=3\n"
    "add capped-cpu\nset ncpus=1.5\nend\n"
    "add capped-memory\nset physical=512M\nset swap=768M\n"
    "end\n";

START_TEST(nothing_is_set_by_default)
{
	const struct zd_limits l = limits_of("");
	_tmpdir struct tmpdir d = tmpdir_new();

	make_files(&d, v2);
	for (size_t i = 0; i < ZD_LIMITS; i++)
		ck_assert_uint_eq(l.value[i], ZD_LIMIT_NONE);
	ck_assert_uint_eq(put(&l, &d), 0);
	assert_file(&d, "pids.max", "");
	assert_file(&d, "memory.max", "");
}
END_TEST

START_TEST(version_2)
{
	const struct zd_limits l = limits_of(all);
	_tmpdir struct tmpdir d = tmpdir_new();

	make_files(&d, v2);
	ck_assert_uint_eq(put(&l, &d), (1U << ZD_LIMITS) - 1);
	assert_file(&d, "pids.max", "500");
	assert_file(&d, "memory.max", "536870912");
	assert_file(&d, "memory.swap.max", "268435456");
	assert_file(&d, "cpu.max", "150000 100000");
	assert_file(&d, "cpu.weight", "300");
}
END_TEST

START_TEST(version_1)
{
	const struct zd_limits l = limits_of(all);
	_tmpdir struct tmpdir d = tmpdir_new();

	make_files(&d, v1);
	ck_assert_uint_eq(put(&l, &d), (1U << ZD_LIMITS) - 1);
	assert_file(&d, "pids.max", "500");
	assert_file(&d, "memory.limit_in_bytes", "536870912");
	assert_file(&d, "memory.memsw.limit_in_bytes", "805306368");
	assert_file(&d, "cpu.cfs_quota_us", "150000");
	assert_file(&d, "cpu.shares", "3072");
}
END_TEST

START_TEST(memory_is_no_more_than_both_together)
{
	const struct zd_limits swap = limits_of(
	    "add capped-memory\nset swap=64M\nend\n");

	ck_assert_uint_eq(swap.value[ZD_LIMIT_SWAP], 64 * MIB);
	ck_assert_uint_eq(swap.value[ZD_LIMIT_MEMORY], 64 * MIB);
}
END_TEST

START_TEST(shares_stay_in_what_the_kernel_takes)
{
	const struct zd_limits least = limits_of("set cpu-shares=0\n");
	const struct zd_limits most = limits_of("set cpu-shares=65535\n");
	_tmpdir struct tmpdir d = tmpdir_new();

	make_files(&d, v2);
	make_files(&d, v1);
	(void)put(&least, &d);
	assert_file(&d, "cpu.weight", "1");
	assert_file(&d, "cpu.shares", "2");
	(void)put(&most, &d);
	assert_file(&d, "cpu.weight", "10000");
	assert_file(&d, "cpu.shares", "262144");
}
END_TEST

START_TEST(what_has_no_file_is_not_done)
{
	static const char *const few[] = { "cpu.max", NULL };
	const struct zd_limits l = limits_of(all);
	_tmpdir struct tmpdir d = tmpdir_new();

	make_files(&d, few);
	ck_assert_uint_eq(put(&l, &d), 1U << ZD_LIMIT_CPU_CAP);
}
END_TEST

START_TEST(system_v_is_written_in_the_kernels_units)
{
	static const char *const files[] = { "kernel/shmall", "kernel/msgmni",
		"kernel/sem", "user/max_ipc_namespaces", NULL };
	const struct zd_sysv none = sysv_of("");
	const struct zd_sysv l = sysv_of("set max-shm-memory=1M\n"
					 "set max-shm-ids=5\n"
					 "set max-msg-ids=40000\n"
					 "set max-sem-ids=7\n");
	_tmpdir struct tmpdir d = tmpdir_new();
	_autofree char *pages = mem_printf("%ju",
	    (uintmax_t)(MIB / (uint64_t)sysconf(_SC_PAGESIZE)));

	ck_assert(!zd_sysv_is_set(&none));
	ck_assert(zd_sysv_is_set(&l));
	ck_assert_int_eq(mkdirat(d.fd, "kernel", 0700), 0);
	ck_assert_int_eq(mkdirat(d.fd, "user", 0700), 0);
	make_files(&d, files);
	ck_assert_int_eq(fd_put(d.fd, "kernel/sem", "250\t32000\t32\t128\n",
			     &e),
	    0);
	ck_assert_msg(zd_sysv_put(&l, d.fd, &e) == 0, "%s", e.msg);
	assert_file(&d, "kernel/shmall", pages);
	assert_file(&d, "kernel/msgmni", "32768");
	ck_assert_int_eq(faccessat(d.fd, "kernel/shmmni", F_OK, 0), -1);
	assert_file(&d, "user/max_ipc_namespaces", "0");
}
END_TEST

UNIT_MAIN("limits", nothing_is_set_by_default, version_2, version_1,
    memory_is_no_more_than_both_together, shares_stay_in_what_the_kernel_takes,
    what_has_no_file_is_not_done, system_v_is_written_in_the_kernels_units)
