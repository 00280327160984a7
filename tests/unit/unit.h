/* SPDX-License-Identifier: ISC
 *
 * unit - the main of a program of Check tests, and what most of them want.
 *
 * The name of a test is the sentence it proves. UNIT_MAIN takes the module's
 * name and its tests in the order a reader should meet them.
 */
#pragma once

#include <check.h>
#include <stdlib.h>

#include "base/attr.h"

/* Looped tests (tcase_add_loop_test) need a main of their own. */
#define UNIT_MAIN(module, ...)                                     \
	int main(void)                                             \
	{                                                          \
		const TTest *const all_[] = { __VA_ARGS__ };       \
		Suite *suite_ = suite_create(module);              \
		TCase *tcase_ = tcase_create(module);              \
		SRunner *runner_ = srunner_create(suite_);         \
		int failed_;                                       \
                                                                   \
		for (size_t i_ = 0; i_ < ARRAY_LEN(all_); i_++)    \
			tcase_add_test(tcase_, all_[i_]);          \
		suite_add_tcase(suite_, tcase_);                   \
		srunner_run_all(runner_, CK_ENV);                  \
		failed_ = srunner_ntests_failed(runner_);          \
		srunner_free(runner_);                             \
		return failed_ == 0 ? EXIT_SUCCESS : EXIT_FAILURE; \
	}
