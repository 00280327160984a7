/* SPDX-License-Identifier: ISC
 *
 * Id ranges: one owner each, never what the host uses, a rest of a day after
 * their release.
 */
#include "fs/idrange.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

#define FIRST FS_IDRANGE_FIRST
#define SIZE FS_IDRANGE_SIZE

/* A host below a directory: claims/, etc/, proc/1/; and a root with zones. */
struct host {
	struct tmpdir dir;
	char *claims;
	char *etc;
	char *proc;
	struct fs_idrange_host host;
};

static void
put(const struct host *h, const char *name, const char *text)
{
	struct err e;
	_autoclose int fd = openat(h->dir.fd, name,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text), &e), 0);
}

static void
host_make(struct host *h)
{
	static const char *const dirs[] = { "claims", "etc", "etc/zones",
		"proc", "proc/1" };
	struct err e;

	h->dir = tmpdir_new();
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		ck_assert_int_eq(mkdirat(h->dir.fd, dirs[i], 0755), 0);
	h->claims = mem_printf("%s/claims", h->dir.path);
	h->etc = mem_printf("%s/etc", h->dir.path);
	h->proc = mem_printf("%s/proc", h->dir.path);
	h->host = (struct fs_idrange_host){ h->claims, h->etc, h->proc };
	put(h, "proc/1/uid_map", "         0          0 4294967295\n");
	/* A claim is an orphan's where its zone is not configured. */
	put(h, "etc/zones/a.cfg", "");
	put(h, "etc/zones/b.cfg", "");
	ck_assert_int_eq(path_init(h->dir.path, &e), 0);
}

static void
host_done(struct host *h)
{
	free(h->claims);
	free(h->etc);
	free(h->proc);
	tmpdir_remove(&h->dir);
}
#define _host _cleanup(host_done)

static uint32_t
claim(const struct host *h, const char *zone, const char *uuid, uint32_t wanted)
{
	struct fs_idrange_owner owner = { zone, uuid };
	uint32_t base = 0;
	struct err e = { 0 };

	ck_assert_msg(fs_idrange_claim(&h->host, &owner, wanted, &base, &e) ==
		0,
	    "%s", e.msg);
	return base;
}

static void
release(const struct host *h, const char *zone, const char *uuid, uint32_t base)
{
	struct fs_idrange_owner owner = { zone, uuid };
	struct err e = { 0 };

	ck_assert_msg(fs_idrange_release(&h->host, &owner, base, &e) == 0, "%s",
	    e.msg);
}

START_TEST(ids_that_a_user_was_given_since_are_left)
{
	_host struct host h;
	uint32_t first;
	uint32_t next;

	host_make(&h);
	put(&h, "etc/subuid", "");
	first = claim(&h, "a", "1", 0);
	ck_assert_uint_eq(claim(&h, "a", "1", first), first);
	put(&h, "etc/subuid", "joe:524288:65536\n");
	next = claim(&h, "a", "1", first);
	ck_assert_uint_eq(first, FIRST);
	ck_assert_uint_ge(next, FIRST + SIZE);
	ck_assert_uint_eq(claim(&h, "a", "1", next), next);
	/* Where joe goes, the range rests before anybody else gets it. */
	put(&h, "etc/subuid", "");
	ck_assert_uint_ne(claim(&h, "b", "2", FIRST), FIRST);
}
END_TEST

/* Who else has the range, "" for nobody. */
static void
other(const struct host *h, const char *zone, const char *uuid, uint32_t base,
    const char *want)
{
	struct fs_idrange_owner owner = { zone, uuid };
	_autofree char *who = NULL;
	struct err e = { 0 };

	ck_assert_int_eq(fs_idrange_other(&h->host, &owner, base, &who, &e),
	    *want != '\0');
	ck_assert_str_eq(who ? who : "", want);
}

START_TEST(who_else_has_a_range_is_told)
{
	_host struct host h;
	_autofree char *table = NULL;
	struct err e;

	host_make(&h);
	table = mem_printf("%s/group", h.etc);
	other(&h, "a", "1", FIRST, "");
	other(&h, "a", "1", 0, "");
	ck_assert_uint_eq(claim(&h, "a", "1", FIRST), FIRST);
	other(&h, "a", "1", FIRST, "");
	other(&h, "renamed", "1", FIRST, "");
	other(&h, "b", "2", FIRST, "zone 'a'");
	ck_assert_int_eq(path_init(h.etc, &e), 0);
	other(&h, "a", "1", FIRST + SIZE, "");
	{
		_autofree char *of = mem_printf("zone 'a' of '%s'", h.dir.path);

		other(&h, "a", "1", FIRST, of);
	}
	ck_assert_int_eq(path_init(h.dir.path, &e), 0);
	put(&h, "etc/group", "joe:x:524290:\n");
	other(&h, "a", "1", FIRST, table);
	release(&h, "a", "1", FIRST);
	other(&h, "b", "2", FIRST,
	    "a zone that gave them back within the last day");
}
END_TEST

START_TEST(two_zones_get_two_ranges)
{
	_host struct host h;

	host_make(&h);
	ck_assert_uint_eq(claim(&h, "a", "u1", 0), FIRST);
	ck_assert_uint_eq(claim(&h, "b", "u2", 0), FIRST + SIZE);
}
END_TEST

START_TEST(an_owner_keeps_its_range)
{
	_host struct host h;
	uint32_t base;

	host_make(&h);
	base = claim(&h, "a", "u1", 0);
	ck_assert_uint_eq(claim(&h, "a", "u1", base), base);
}
END_TEST

START_TEST(a_renamed_zone_keeps_its_range)
{
	_host struct host h;
	uint32_t base;

	host_make(&h);
	base = claim(&h, "a", "u1", 0);
	ck_assert_uint_eq(claim(&h, "b", "u1", base), base);
}
END_TEST

START_TEST(after_a_restart_the_recorded_range_is_claimed_again)
{
	_host struct host h;

	host_make(&h);
	ck_assert_uint_eq(claim(&h, "a", "u1", FIRST + 7 * SIZE),
	    FIRST + 7 * SIZE);
}
END_TEST

START_TEST(a_recorded_range_that_another_took_is_replaced)
{
	_host struct host h;

	host_make(&h);
	ck_assert_uint_eq(claim(&h, "b", "u2", FIRST), FIRST);
	ck_assert_uint_eq(claim(&h, "a", "u1", FIRST), FIRST + SIZE);
}
END_TEST

START_TEST(a_recorded_range_that_is_none_is_replaced)
{
	_host struct host h;

	host_make(&h);
	ck_assert_uint_eq(claim(&h, "a", "u1", 100000), FIRST);
	ck_assert_uint_eq(claim(&h, "b", "u2", FIRST + 1), FIRST + SIZE);
}
END_TEST

START_TEST(the_same_zone_of_another_root_is_another_owner)
{
	_host struct host h;
	struct err e;
	uint32_t base;

	host_make(&h);
	base = claim(&h, "a", "u1", 0);
	ck_assert_int_eq(path_init(h.etc, &e), 0);
	ck_assert_uint_ne(claim(&h, "a", "u1", base), base);
}
END_TEST

START_TEST(ranges_of_the_hosts_users_are_not_given)
{
	_host struct host h;

	host_make(&h);
	put(&h, "etc/subuid", "alice:100000:65536\nbob:520000:10000\n");
	put(&h, "etc/subgid", "carol:589824:1\n");
	put(&h, "etc/passwd", "dan:x:700000:700000::/:/bin/sh\n");
	put(&h, "etc/group", "many:x:800000:\n");
	/* 524288 bob, 589824 carol, 655360 dan; 720896 is free. */
	ck_assert_uint_eq(claim(&h, "a", "u1", 0), 720896);
	/* 786432 has the group. */
	ck_assert_uint_eq(claim(&h, "b", "u2", 0), 851968);
}
END_TEST

START_TEST(a_recorded_range_that_a_user_got_meanwhile_is_replaced)
{
	_host struct host h;

	host_make(&h);
	put(&h, "etc/subuid", "bob:524288:65536\n");
	ck_assert_uint_eq(claim(&h, "a", "u1", FIRST), FIRST + SIZE);
}
END_TEST

START_TEST(ranges_of_running_user_namespaces_are_not_given)
{
	_host struct host h;

	host_make(&h);
	ck_assert_int_eq(mkdirat(h.dir.fd, "proc/77", 0755), 0);
	put(&h, "proc/77/uid_map",
	    "         0     524288      65536\n     65536       1000          1\n");
	put(&h, "proc/77/gid_map", "         0     589824      65536\n");
	ck_assert_uint_eq(claim(&h, "a", "u1", 0), FIRST + 2 * SIZE);
}
END_TEST

/* All processes are looked at anew when ten seconds have passed, or where what
 * was noted makes no sense. */
START_TEST(what_processes_have_is_remembered_for_a_while)
{
	_host struct host h;
	struct timespec now;
	_autofree char *old = NULL;

	host_make(&h);
	ck_assert_uint_eq(claim(&h, "a", "u1", 0), FIRST);
	ck_assert_int_eq(mkdirat(h.dir.fd, "proc/77", 0755), 0);
	put(&h, "proc/77/uid_map", "         0     655360      65536\n");
	ck_assert_uint_eq(claim(&h, "b", "u2", 0), FIRST + SIZE);
	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	old = mem_printf("%lld\n", (long long)now.tv_sec - 11);
	put(&h, "claims/namespaces", old);
	ck_assert_uint_eq(claim(&h, "a", "u3", 0), FIRST + 3 * SIZE);
	ck_assert_uint_eq(claim(&h, "b", "u4", 0), FIRST + 4 * SIZE);
	put(&h, "proc/77/uid_map", "         0     851968      65536\n");
	put(&h, "claims/namespaces", "nonsense\n0 0");
	ck_assert_uint_eq(claim(&h, "a", "u5", 0), FIRST + 6 * SIZE);
}
END_TEST

START_TEST(a_released_range_rests)
{
	_host struct host h;

	host_make(&h);
	release(&h, "a", "u1", claim(&h, "a", "u1", 0));
	ck_assert_uint_eq(claim(&h, "b", "u2", FIRST), FIRST + SIZE);
	ck_assert_uint_eq(claim(&h, "a", "u1", FIRST), FIRST + 2 * SIZE);
}
END_TEST

START_TEST(a_rested_range_is_given_again)
{
	_host struct host h;

	host_make(&h);
	put(&h, "claims/524288", "released 0\n");
	/* Only on a machine that has been up for a day is it rested. */
	if (access("/proc/uptime", R_OK) == 0) {
		struct timespec up;

		(void)clock_gettime(CLOCK_BOOTTIME, &up);
		ck_assert_uint_eq(claim(&h, "a", "u1", FIRST),
		    up.tv_sec >= 86400 ? FIRST : FIRST + SIZE);
	}
}
END_TEST

START_TEST(nobody_releases_what_is_anothers)
{
	_host struct host h;

	host_make(&h);
	ck_assert_uint_eq(claim(&h, "a", "u1", 0), FIRST);
	release(&h, "b", "u2", FIRST);
	ck_assert_uint_eq(claim(&h, "a", "u1", FIRST), FIRST);
}
END_TEST

START_TEST(a_claim_that_was_never_recorded_is_released_too)
{
	_host struct host h;
	_autofree char *text = NULL;
	struct err e;

	host_make(&h);
	ck_assert_uint_eq(claim(&h, "a", "u1", 0), FIRST);
	release(&h, "a", "u1", 0);
	ck_assert_int_eq(fd_read_file(h.dir.fd, "claims/524288", 4096, &text,
			     NULL, &e),
	    0);
	ck_assert_int_eq(strncmp(text, "released ", 9), 0);
}
END_TEST

START_TEST(the_counter_starts_again_at_its_end)
{
	_host struct host h;
	_autofree char *last = mem_printf("%u\n", FS_IDRANGE_LAST);

	host_make(&h);
	put(&h, "claims/next", last);
	ck_assert_uint_eq(claim(&h, "a", "u1", 0), FS_IDRANGE_LAST);
	ck_assert_uint_eq(claim(&h, "b", "u2", 0), FIRST);
}
END_TEST

START_TEST(nonsense_in_the_counter_is_survived)
{
	_host struct host h;

	host_make(&h);
	put(&h, "claims/next", "-7 elephants\n");
	ck_assert_uint_eq(claim(&h, "a", "u1", 0), FIRST);
}
END_TEST

START_TEST(the_claim_of_a_zone_that_is_gone_begins_to_rest)
{
	_host struct host h;
	_autofree char *text = NULL;
	struct err e;

	host_make(&h);
	ck_assert_uint_eq(claim(&h, "gone", "u9", 0), FIRST);
	put(&h, "claims/next", "524288\n");
	ck_assert_uint_eq(claim(&h, "a", "u1", 0), FIRST + SIZE);
	ck_assert_int_eq(fd_read_file(h.dir.fd, "claims/524288", 4096, &text,
			     NULL, &e),
	    0);
	ck_assert_int_eq(strncmp(text, "released ", 9), 0);
}
END_TEST

START_TEST(ten_at_once_get_ranges_of_their_own)
{
	_host struct host h;
	struct err e;
	int status;

	host_make(&h);
	for (int i = 0; i < 10; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			char uuid[16];
			struct fs_idrange_owner owner = { "a", uuid };
			uint32_t base;

			(void)snprintf(uuid, sizeof(uuid), "p%d", i);
			for (int k = 0; k < 5; k++) {
				if (fs_idrange_claim(&h.host, &owner, 0, &base,
					&e) == -1)
					_exit(1);
			}
			_exit(0);
		}
	}
	for (int i = 0; i < 10; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	ck_assert_uint_eq(claim(&h, "b", "last", 0), FIRST + 50 * SIZE);
}
END_TEST

UNIT_MAIN("idrange", who_else_has_a_range_is_told, two_zones_get_two_ranges,
    an_owner_keeps_its_range, a_renamed_zone_keeps_its_range,
    after_a_restart_the_recorded_range_is_claimed_again,
    a_recorded_range_that_another_took_is_replaced,
    a_recorded_range_that_is_none_is_replaced,
    the_same_zone_of_another_root_is_another_owner,
    ranges_of_the_hosts_users_are_not_given,
    a_recorded_range_that_a_user_got_meanwhile_is_replaced,
    ranges_of_running_user_namespaces_are_not_given,
    what_processes_have_is_remembered_for_a_while, a_released_range_rests,
    a_rested_range_is_given_again, nobody_releases_what_is_anothers,
    a_claim_that_was_never_recorded_is_released_too,
    the_counter_starts_again_at_its_end, nonsense_in_the_counter_is_survived,
    the_claim_of_a_zone_that_is_gone_begins_to_rest,
    ids_that_a_user_was_given_since_are_left,
    ten_at_once_get_ranges_of_their_own)
