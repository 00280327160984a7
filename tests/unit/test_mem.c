/* SPDX-License-Identifier: ISC
 *
 * Allocation: zeroed, copied, grown, freed where declared, and fatal when
 * exhausted.
 */
#include "base/mem.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/unit/unit.h"

START_TEST(new_memory_is_zeroed)
{
	_autofree unsigned char *p = mem_alloc(4096);

	for (size_t i = 0; i < 4096; i++)
		ck_assert_uint_eq(p[i], 0);
}
END_TEST

START_TEST(nothing_can_be_allocated_too)
{
	_autofree void *p = mem_alloc(0);
	_autofree void *q = mem_grow(NULL, 0, 8);

	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_nonnull(q);
}
END_TEST

START_TEST(growing_keeps_the_content)
{
	int *p = mem_grow(NULL, 2, sizeof(int));
	_autofree int *q = NULL;

	p[0] = 7;
	p[1] = 9;
	q = mem_grow(p, 1000, sizeof(int));

	ck_assert_int_eq(q[0], 7);
	ck_assert_int_eq(q[1], 9);
}
END_TEST

START_TEST(strndup_stops_at_the_end_of_the_text)
{
	_autofree char *whole = mem_strndup("abc", 100);
	_autofree char *part = mem_strndup("abc", 2);
	_autofree char *copy = mem_strdup("abc");

	ck_assert_str_eq(whole, "abc");
	ck_assert_str_eq(part, "ab");
	ck_assert_str_eq(copy, "abc");
}
END_TEST

START_TEST(printf_gives_text_of_any_length)
{
	_autofree char *s = mem_printf("%s-%0500d", "a", 1);

	ck_assert_uint_eq(strlen(s), 502);
	ck_assert_int_eq(s[501], '1');
}
END_TEST

START_TEST(take_moves_ownership_and_leaves_null)
{
	char *p = mem_strdup("x");
	_autofree char *q = mem_take(&p);

	ck_assert_ptr_null(p);
	ck_assert_str_eq(q, "x");
}
END_TEST

START_TEST(a_product_past_the_address_space_aborts)
{
	void *p = mem_grow(NULL, SIZE_MAX / 2, 4);

	ck_assert_ptr_null(p); /* not reached */
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("base/mem");
	TCase *t = tcase_create("base/mem");
	const struct rlimit no_core = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &no_core);
	tcase_add_test(t, new_memory_is_zeroed);
	tcase_add_test(t, nothing_can_be_allocated_too);
	tcase_add_test(t, growing_keeps_the_content);
	tcase_add_test(t, strndup_stops_at_the_end_of_the_text);
	tcase_add_test(t, printf_gives_text_of_any_length);
	tcase_add_test(t, take_moves_ownership_and_leaves_null);
	tcase_add_test_raise_signal(t, a_product_past_the_address_space_aborts,
	    SIGABRT);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
