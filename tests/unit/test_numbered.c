/* SPDX-License-Identifier: ISC
 *
 * Targets with a number in them: which are found, and what ends the search.
 */
#include "fs/numbered.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "tests/unit/tmpdir.h"
#include "tests/unit/unit.h"

#define PATTERN "cpu/cpu*/heat"

static unsigned seen;
static const char *fault;

static int
note(const char *target, void *arg, struct err *e)
{
	(void)arg;
	if (fault && str_eq(target, fault))
		return err_set(e, EIO, "no more");
	if (str_eq(target, "cpu/cpu0/heat"))
		seen |= 1;
	else if (str_eq(target, "cpu/cpu17/heat"))
		seen |= 2;
	else
		ck_abort_msg("%s", target);
	return 0;
}

static void
make(const struct tmpdir *d, const char *name)
{
	ck_assert_int_eq(mkdirat(d->fd, name, 0700), 0);
}

static struct tmpdir
processors(void)
{
	struct tmpdir d = tmpdir_new();

	make(&d, "cpu");
	make(&d, "cpu/cpu0");
	make(&d, "cpu/cpu17");
	make(&d, "cpu/cpu");
	make(&d, "cpu/cpu1x");
	make(&d, "cpu/cpufreq");
	make(&d, "cpu/0");
	seen = 0;
	fault = NULL;
	return d;
}

START_TEST(each_number_is_found)
{
	_tmpdir struct tmpdir d = processors();
	struct err e;

	ck_assert_int_eq(fs_each_numbered(d.fd, PATTERN, note, NULL, &e), 0);
	ck_assert_uint_eq(seen, 3);
}
END_TEST

START_TEST(the_first_failure_ends_it)
{
	_tmpdir struct tmpdir d = processors();
	struct err e = { 0 };

	fault = "cpu/cpu17/heat";
	ck_assert_int_eq(fs_each_numbered(d.fd, PATTERN, note, NULL, &e), -1);
	ck_assert_int_eq(e.code, EIO);
}
END_TEST

START_TEST(no_directory_has_none)
{
	_tmpdir struct tmpdir d = tmpdir_new();
	struct err e;

	seen = 0;
	ck_assert_int_eq(fs_each_numbered(d.fd, PATTERN, note, NULL, &e), 0);
	ck_assert_uint_eq(seen, 0);
}
END_TEST

START_TEST(a_link_is_not_followed)
{
	_tmpdir struct tmpdir d = processors();
	struct err e = { 0 };

	ck_assert_int_eq(renameat(d.fd, "cpu", d.fd, "real"), 0);
	ck_assert_int_eq(symlinkat("real", d.fd, "cpu"), 0);
	ck_assert_int_eq(fs_each_numbered(d.fd, PATTERN, note, NULL, &e), -1);
	ck_assert_int_eq(e.code, ELOOP);
}
END_TEST

UNIT_MAIN("numbered", each_number_is_found, the_first_failure_ends_it,
    no_directory_has_none, a_link_is_not_followed)
