/* SPDX-License-Identifier: ISC
 *
 * moving - the journal of a zone that changes its place.
 */
#include "zoneadm/moving.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

enum { JOURNAL_MAX = 16384, LINES = 6 };

void
moving_done(struct moving *m)
{
	free(m->from);
	free(m->to);
	m->from = NULL;
	m->to = NULL;
}

static char *
file_name(const char *uuid)
{
	return mem_printf("%s.move", uuid);
}

bool
moving_is_pending(const char *uuid)
{
	_autofree char *path = mem_printf("%s/%s.move", path_of(PATH_ETC),
	    uuid);

	return *uuid != '\0' && access(path, F_OK) == 0;
}

/* One value a line: phase, inode, the two backends, the two paths. */
static int
parse(char *text, struct moving *out)
{
	char *line[LINES];
	uint64_t phase;

	for (size_t i = 0; i < LINES; i++) {
		line[i] = strsep(&text, "\n");
		if (!line[i] || !text)
			return -1;
	}
	if (str_u64(line[0], MOVING_SWITCH, &phase) == -1 ||
	    str_u64(line[1], UINT64_MAX, &out->inode) == -1 ||
	    strlen(line[2]) >= sizeof(out->from_backend) ||
	    strlen(line[3]) >= sizeof(out->to_backend) ||
	    !path_is_normal(line[4]) || !path_is_normal(line[5]))
		return -1;
	out->phase = (enum moving_phase)phase;
	(void)snprintf(out->from_backend, sizeof(out->from_backend), "%s",
	    line[2]);
	(void)snprintf(out->to_backend, sizeof(out->to_backend), "%s", line[3]);
	out->from = mem_strdup(line[4]);
	out->to = mem_strdup(line[5]);
	return 0;
}

int
moving_load(const char *uuid, struct moving *out, struct err *e)
{
	_autofree char *name = file_name(uuid);
	_autofree char *text = NULL;
	_autoclose int etc = path_open(PATH_ETC, e);

	if (etc == -1 ||
	    fd_read_file(etc, name, JOURNAL_MAX, &text, NULL, e) == -1)
		return -1;
	if (parse(text, out) == 0)
		return 0;
	return err_set(e, ERR_CONFIG,
	    "the journal of a move, '%s/%s', is damaged: see where the zone "
	    "lies, and remove the journal",
	    path_of(PATH_ETC), name);
}

int
moving_save(const char *uuid, const struct moving *m, struct err *e)
{
	_autofree char *name = file_name(uuid);
	_autofree char *text = mem_printf("%d\n%" PRIu64 "\n%s\n%s\n%s\n%s\n",
	    (int)m->phase, m->inode, m->from_backend, m->to_backend, m->from,
	    m->to);
	_autoclose int etc = path_open(PATH_ETC, e);

	if (etc == -1 ||
	    fd_replace_file(etc, name, 0600, text, strlen(text), FD_DURABLE,
		e) == -1)
		return err_in(e, "journal of the move");
	return 0;
}

int
moving_forget(const char *uuid, struct err *e)
{
	_autofree char *name = file_name(uuid);
	_autoclose int etc = path_open(PATH_ETC, e);

	if (etc == -1)
		return -1;
	if (unlinkat(etc, name, 0) == -1 && errno != ENOENT)
		return err_sys(e, "remove '%s/%s'", path_of(PATH_ETC), name);
	return fsync(etc) == -1 ? err_sys(e, "fsync '%s'", path_of(PATH_ETC))
				: 0;
}
