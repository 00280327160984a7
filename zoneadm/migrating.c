/* SPDX-License-Identifier: ISC
 *
 * migrating - the journals of a zone that goes to another host.
 */
#include "zoneadm/migrating.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

enum { JOURNAL_MAX = 8192, LINES = 4 };

static const char leaving[] = "migrate";
static const char arriving[] = "receive";

void
migrating_done(struct migrating *m)
{
	free(m->uri);
	m->uri = NULL;
}

bool
migrating_is_pending(const char *zone)
{
	_autofree char *path = mem_printf("%s/%s.%s", path_of(PATH_ETC), zone,
	    leaving);

	return access(path, F_OK) == 0;
}

/* --- a file of LINES lines ------------------------------------------------ */

/* *text is the memory behind the lines. */
static int
load(const char *zone, const char *kind, char **text, char *line[LINES],
    struct err *e)
{
	_autofree char *name = mem_printf("%s.%s", zone, kind);
	_autoclose int etc = path_open(PATH_ETC, e);
	char *rest;

	if (etc == -1 ||
	    fd_read_file(etc, name, JOURNAL_MAX, text, NULL, e) == -1)
		return -1;
	rest = *text;
	for (size_t i = 0; i < LINES; i++) {
		line[i] = strsep(&rest, "\n");
		if (!line[i] || !rest)
			return err_set(e, ERR_CONFIG,
			    "the journal '%s/%s' is damaged", path_of(PATH_ETC),
			    name);
	}
	return 0;
}

static int
save(const char *zone, const char *kind, const char *text, struct err *e)
{
	_autofree char *name = mem_printf("%s.%s", zone, kind);
	_autoclose int etc = path_open(PATH_ETC, e);

	if (etc == -1 ||
	    fd_replace_file(etc, name, 0600, text, strlen(text), FD_DURABLE,
		e) == -1)
		return err_in(e, "journal of the migration");
	return 0;
}

static int
forget(const char *zone, const char *kind, struct err *e)
{
	_autofree char *name = mem_printf("%s.%s", zone, kind);
	_autoclose int etc = path_open(PATH_ETC, e);

	if (etc == -1)
		return -1;
	if (unlinkat(etc, name, 0) == -1 && errno != ENOENT)
		return err_sys(e, "remove '%s/%s'", path_of(PATH_ETC), name);
	return fsync(etc) == -1 ? err_sys(e, "fsync '%s'", path_of(PATH_ETC))
				: 0;
}

/* A number up to most, and two uuids. */
static int
parse(char *const line[LINES], uint64_t most, uint64_t *number,
    char one[MIGRATING_UUID], char other[MIGRATING_UUID], struct err *e)
{
	if (str_u64(line[0], most, number) == -1 ||
	    strlen(line[1]) >= MIGRATING_UUID ||
	    strlen(line[2]) >= MIGRATING_UUID)
		return err_set(e, ERR_CONFIG,
		    "a journal of a migration in '%s' is damaged",
		    path_of(PATH_ETC));
	(void)snprintf(one, MIGRATING_UUID, "%s", line[1]);
	(void)snprintf(other, MIGRATING_UUID, "%s", line[2]);
	return 0;
}

/* --- where it leaves: phase, both uuids, address ----------------------------
 */

int
migrating_load(const char *zone, struct migrating *out, struct err *e)
{
	_autofree char *text = NULL;
	char *line[LINES];
	uint64_t phase;

	if (load(zone, leaving, &text, line, e) == -1 ||
	    parse(line, MIGRATING_TAKEN, &phase, out->uuid, out->there, e) ==
		-1)
		return -1;
	out->phase = (enum migrating_phase)phase;
	out->uri = mem_strdup(line[3]);
	return 0;
}

int
migrating_save(const char *zone, const struct migrating *m, struct err *e)
{
	_autofree char *text = mem_printf("%d\n%s\n%s\n%s\n", (int)m->phase,
	    m->uuid, m->there, m->uri);

	return save(zone, leaving, text, e);
}

int
migrating_forget(const char *zone, struct err *e)
{
	return forget(zone, leaving, e);
}

/* --- where it arrives: phase, both uuids, whether the configuration is new ---
 */

int
receiving_load(const char *zone, struct receiving *out, struct err *e)
{
	_autofree char *text = NULL;
	struct err why = { 0 };
	char *line[LINES];
	uint64_t phase;

	if (load(zone, arriving, &text, line, &why) == -1) {
		if (why.code == ENOENT)
			return 1;
		*e = why;
		return -1;
	}
	if (parse(line, RECEIVING_COMPLETE, &phase, out->uuid, out->from, e) ==
	    -1)
		return -1;
	out->phase = (enum receiving_phase)phase;
	out->made = strcmp(line[3], "made") == 0;
	return 0;
}

int
receiving_save(const char *zone, const struct receiving *r, struct err *e)
{
	_autofree char *text = mem_printf("%d\n%s\n%s\n%s\n", (int)r->phase,
	    r->uuid, r->from, r->made ? "made" : "there");

	return save(zone, arriving, text, e);
}

int
receiving_forget(const char *zone, struct err *e)
{
	return forget(zone, arriving, e);
}
