/* SPDX-License-Identifier: ISC
 *
 * Commands: whatever the text, the parser comes to its end, and no message of
 * its holds a byte that a terminal would act on.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/complete.h"
#include "zonecfg/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_message(const struct err *e)
{
	_autofree char *visible = str_visible(e->msg, strlen(e->msg));

	if (*e->msg == '\0' || strcmp(visible, e->msg) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zc_parser parser;
	struct zc_word words[8];
	size_t start;
	size_t commands = 0;

	zc_parse_init(&parser, (const char *)data, size, 1);
	for (;;) {
		_cleanup_cmd struct zc_cmd cmd = { .verb = ZC_VERBS };
		struct err e = { 0 };
		int rc = zc_parse_next(&parser, &cmd, &e);

		if (rc == 0)
			break;
		if (rc == -1)
			check_message(&e);
		/* Each command takes at least one byte. */
		if (++commands > size)
			abort();
	}
	if (zc_complete((const char *)data, size, NULL, ZC_GLOBAL, words,
		ARRAY_LEN(words), &start) > ARRAY_LEN(words))
		abort();
	return 0;
}
