/* SPDX-License-Identifier: ISC
 *
 * The host's prefix of IPv6 is chosen once and kept.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "tests/unit/unit.h"
#include "zoned/ula.h"

static void
put(const char *text)
{
	struct err e;
	_autoclose int etc = path_open(PATH_ETC, &e);

	ck_assert_int_eq(fd_replace_file(etc, ".ula", 0644, text, strlen(text),
			     FD_VOLATILE, &e),
	    0);
}

/* Every test has a directory of its own, and a process. */
static void
setup(void)
{
	_autofree char *root = getcwd(NULL, 0);
	struct err e;

	ck_assert_int_eq(path_init(root, &e), 0);
	(void)unlink("etc/zones/.ula");
}

START_TEST(it_is_chosen_once)
{
	struct err e;
	setup();
	_autofree char *first = zd_ula_prefix(&e);
	_autofree char *second = zd_ula_prefix(&e);
	unsigned part[3];

	ck_assert_ptr_nonnull(first);
	ck_assert_int_eq(sscanf(first, "fd%2x:%4x:%4x::/48", &part[0], &part[1],
			     &part[2]),
	    3);
	ck_assert_ptr_nonnull(second);
	ck_assert_str_eq(first, second);
}
END_TEST

START_TEST(what_the_administrator_wrote_holds)
{
	struct err e;
	_autofree char *prefix = NULL;

	setup();
	put("fd12:3456:789a::/48\n");
	prefix = zd_ula_prefix(&e);
	ck_assert_ptr_nonnull(prefix);
	ck_assert_str_eq(prefix, "fd12:3456:789a::/48");
}
END_TEST

START_TEST(what_is_no_prefix_is_an_error)
{
	static const char *const wrong[] = { "", "fd12::/64\n", "fd12::\n",
		"2001:db8::/48\n", "10.0.0.0/48\n", "x/48\n" };
	_autofree char *text = NULL;

	setup();
	text = mem_printf("'%s/etc/zones/.ula' is no prefix as "
			  "fd12:3456:789a::/48; remove the file, and another "
			  "one is chosen",
	    path_root());
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct err e;

		put(wrong[i]);
		ck_assert_ptr_null(zd_ula_prefix(&e));
		ck_assert_str_eq(e.msg, text);
	}
}
END_TEST

UNIT_MAIN("ula", it_is_chosen_once, what_the_administrator_wrote_holds,
    what_is_no_prefix_is_an_error)
