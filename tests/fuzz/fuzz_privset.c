/* SPDX-License-Identifier: ISC
 *
 * limitpriv's text: whatever it is, parse(print(x)) = x, what is prohibited
 * never gets through, and a word more at the end that takes a privilege off
 * never opens a call.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "privileges/caps.h"

static void
check_round_trip(const struct priv_set *s, bool exclusive)
{
	_autofree char *text = priv_set_print(s);
	struct priv_set again = { 0 };
	struct priv_fault f = { 0 };

	if (priv_set_read(text, exclusive, &again, &f) == -1 ||
	    !priv_set_equal(s, &again))
		abort();
}

static void
check_nothing_prohibited(const struct priv_set *s, bool exclusive)
{
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		if (priv_set_has(s, p) &&
		    priv_status(p, exclusive) == PRIV_PROHIBITED)
			abort();
	}
}

static void
check_monotone(const struct priv_set *s)
{
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		struct priv_set less = *s;

		priv_set_remove(&less, p);
		if ((priv_set_opens(&less) & ~priv_set_opens(s)) != 0 ||
		    (priv_set_caps(&less) & ~priv_set_caps(s)) != 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree char *text = mem_strndup((const char *)data, size);

	for (int exclusive = 0; exclusive < 2; exclusive++) {
		struct priv_set s = { 0 };
		struct priv_fault f = { 0 };
		struct err e = { 0 };

		if (priv_set_read(text, exclusive, &s, &f) == 0) {
			check_round_trip(&s, exclusive);
			check_monotone(&s);
		}
		if (priv_set_parse(text, exclusive, &s, &e) == 0)
			check_nothing_prohibited(&s, exclusive);
	}
	return 0;
}
