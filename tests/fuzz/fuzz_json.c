/* SPDX-License-Identifier: ISC
 *
 * JSON: what is taken is written as JSON and as commands, and read again from
 * both as the same; what is refused has a message fit for a terminal.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/export.h"
#include "zonecfg/json.h"
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

/* Messages may have several lines. */
static void
check_message(const struct err *e)
{
	_autofree char *text = mem_strdup(e->msg);
	_autofree char *visible = NULL;

	for (char *c = text; *c != '\0'; c++)
		*c = *c == '\n' ? ' ' : *c;
	visible = str_visible(text, strlen(text));
	if (*text == '\0' || strcmp(visible, text) != 0)
		abort();
}

static void
check_again(const struct zc_zone *zone, enum zc_json_how how)
{
	_cleanup_zone struct zc_zone *again = NULL;
	_autojson json_t *json = zc_json_zone(zone, how);
	_autofree char *text = json_dumps(json, JSON_REAL_PRECISION(15));
	struct err e;

	if (!text ||
	    zc_json_parse("web", "again", text, strlen(text), &again, &e) ==
		-1 ||
	    !zc_zone_equal(zone, again))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_zone struct zc_zone *zone = NULL;
	_cleanup_zone struct zc_zone *stored = NULL;
	_autofree char *text = NULL;
	struct zc_diff none;
	struct err e = { 0 };

	if (zc_json_parse("web", "input", (const char *)data, size, &zone,
		&e) == -1) {
		check_message(&e);
		return 0;
	}
	text = zc_export(zone);
	if (zc_store_parse("web", "export", text, strlen(text), &stored, &e) ==
		-1 ||
	    !zc_zone_equal(zone, stored))
		abort();
	none = zc_diff(zone, stored);
	if (none.n != 0)
		abort();
	zc_diff_done(&none);
	check_again(zone, ZC_JSON_EXPORT);
	check_again(zone, ZC_JSON_INFO);
	(void)!zc_verify(zone, ignore, NULL, &e);
	return 0;
}
