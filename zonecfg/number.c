/* SPDX-License-Identifier: ISC
 *
 * number - numbers, sizes and numbers of CPUs: text to value and back.
 */
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/value.h"

#define DIGITS "0123456789"

static const char units[] = "KMGT";

int
zc_size_parse(const char *text, uint64_t *out)
{
	uint64_t whole = 0;
	uint64_t part = 0;
	uint64_t scale = 1;
	unsigned shift = 0;
	size_t n = strspn(text, DIGITS);
	_autofree char *digits = mem_strndup(text, n);
	const char *unit;

	if (str_u64(digits, UINT64_MAX, &whole) == -1)
		return -1;
	text += n;
	if (*text == '.') {
		for (text++; *text >= '0' && *text <= '9'; text++) {
			/* Six digits: the product below must fit 64 bits. */
			if (scale >= 1000000)
				return -1;
			part = part * 10 + (uint64_t)(*text - '0');
			scale *= 10;
		}
		if (scale == 1)
			return -1;
	}
	unit = *text != '\0' ? strchr(units, *text & ~0x20) : NULL;
	if (unit) {
		shift = 10U * (unsigned)(unit - units + 1);
		text++;
	}
	if (*text != '\0' || whole > UINT64_MAX >> shift)
		return -1;
	whole <<= shift;
	part = (part << shift) / scale;
	if (whole > UINT64_MAX - part)
		return -1;
	*out = whole + part;
	return 0;
}

char *
zc_size_print(uint64_t bytes)
{
	int unit = -1;

	while (bytes != 0 && bytes % 1024 == 0 && unit < 3) {
		bytes /= 1024;
		unit++;
	}
	if (unit == -1)
		return mem_printf("%" PRIu64, bytes);
	return mem_printf("%" PRIu64 "%c", bytes, units[unit]);
}

char *
zc_size_show(uint64_t bytes)
{
	uint64_t one = 1;
	int unit = -1;
	uint64_t tenths;

	while (bytes / one >= 1024 && unit < 3) {
		one *= 1024;
		unit++;
	}
	if (unit == -1)
		return mem_printf("%" PRIu64, bytes);
	if (bytes % one == 0 || bytes / one >= 10)
		return mem_printf("%" PRIu64 "%c",
		    bytes / one + (bytes % one >= one / 2), units[unit]);
	tenths = (bytes * 10 + one / 2) / one;
	if (tenths % 10 == 0)
		return mem_printf("%" PRIu64 "%c", tenths / 10, units[unit]);
	return mem_printf("%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10,
	    units[unit]);
}

/* "1.5" is 150: at most two digits behind the point. */
static int
cpus_parse(const char *text, uint64_t *out)
{
	size_t n = strspn(text, DIGITS);
	_autofree char *digits = mem_strndup(text, n);
	uint64_t whole = 0;
	uint64_t hundredths = 0;

	if (n > 0 && str_u64(digits, 1000000, &whole) == -1)
		return -1;
	text += n;
	if (*text == '.') {
		size_t places = strspn(text + 1, DIGITS);

		if (places == 0 || places > 2)
			return -1;
		(void)str_u64(text + 1, 99, &hundredths);
		if (places == 1)
			hundredths *= 10;
		text += 1 + places;
	} else if (n == 0) {
		return -1;
	}
	if (*text != '\0')
		return -1;
	*out = whole * 100 + hundredths;
	return 0;
}

char *
zc_number_print(enum zc_kind kind, uint64_t n)
{
	if (kind == ZC_K_SIZE)
		return zc_size_print(n);
	if (kind == ZC_K_CPUS)
		return mem_printf("%" PRIu64 ".%02" PRIu64, n / 100, n % 100);
	return mem_printf("%" PRIu64, n);
}

int
zc_number_parse(enum zc_kind kind, const char *text, uint64_t *out)
{
	if (kind == ZC_K_SIZE)
		return zc_size_parse(text, out);
	if (kind == ZC_K_CPUS)
		return cpus_parse(text, out);
	return str_u64(text, UINT64_MAX, out);
}
