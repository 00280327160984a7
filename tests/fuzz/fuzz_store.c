/* SPDX-License-Identifier: ISC
 *
 * Stored configurations: what can be read is exported and read again as the
 * same, and the export of that is the same text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "zonecfg/export.h"
#include "zonecfg/store.h"
#include "zonecfg/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ignore(void *arg, const char *line)
{
	(void)arg;
	if (*line == '\0')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_zone struct zc_zone *zone = NULL;
	_cleanup_zone struct zc_zone *again = NULL;
	_autofree char *text = NULL;
	_autofree char *same = NULL;
	struct err e = { 0 };

	if (zc_store_parse("web", "input", (const char *)data, size, &zone,
		&e) == -1)
		return e.code != ERR_CONFIG ? abort(), 0 : 0;
	text = zc_export(zone);
	if (zc_store_parse("web", "export", text, strlen(text), &again, &e) ==
	    -1)
		abort();
	same = zc_export(again);
	if (!zc_zone_equal(zone, again) || strcmp(text, same) != 0)
		abort();
	(void)!zc_verify(zone, ignore, NULL, &e);
	return 0;
}
