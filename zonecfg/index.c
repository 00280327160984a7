/* SPDX-License-Identifier: ISC
 *
 * index - which zones exist, and the durable part of their state.
 */
#include "zonecfg/index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zonecfg/listing.h"
#include "zonecfg/runstate.h"
#include "zonecfg/state.h"
#include "zonecfg/store.h"

/* A lock whose directory goes is tried again. */
enum { LOCK_TRIES = 100 };

static const char *const state_names[] = {
	[ZC_CONFIGURED] = "configured",
	[ZC_INCOMPLETE] = "incomplete",
	[ZC_INSTALLED] = "installed",
	[ZC_READY] = "ready",
	[ZC_MOUNTED] = "mounted",
	[ZC_RUNNING] = "running",
	[ZC_SHUTTING_DOWN] = "shutting_down",
	[ZC_DOWN] = "down",
};

const char *
zc_state_name(enum zc_state state)
{
	return state_names[state];
}

int
zc_state_parse(const char *text, enum zc_state *out)
{
	for (size_t i = 0; i < ARRAY_LEN(state_names); i++) {
		if (strcmp(text, state_names[i]) != 0)
			continue;
		*out = (enum zc_state)i;
		return 0;
	}
	return -1;
}

void
zc_entry_done(struct zc_entry *entry)
{
	free(entry->zonepath);
	entry->zonepath = NULL;
}

static int
unknown(const char *name, struct err *e)
{
	return err_set(e, ERR_UNKNOWN_ZONE, "%s: No such zone configured",
	    name);
}

static bool
is_live(const char *name)
{
	_cleanup_run struct zc_run run = { 0 };
	struct err ignored;

	return zc_run_load_raw(name, &run, &ignored) == 0 &&
	    run.state > ZC_INSTALLED;
}

/* What the state file repeats of the configuration, anew. A zone that runs does
 * not need its configuration: with one that cannot be read, the copy that it
 * was booted with stands. */
static int
refresh(const char *name, struct zc_entry *entry, struct err *e)
{
	_cleanup_zone struct zc_zone *zone = NULL;

	if (zc_store_load(name, &zone, e) == -1)
		return entry->zonepath && is_live(name) ? 0 : -1;
	zc_entry_fill(entry, zone);
	return 0;
}

int
zc_index_open(struct err *e)
{
	return zc_etc_open(e);
}

int
zc_index_read_stamped(int etc, const char *name, struct zc_entry *out,
    struct zc_stamp *stamp, struct err *e)
{
	_cleanup_entry struct zc_entry entry = { .state = ZC_CONFIGURED };
	struct zc_stamp noted = { 0 };
	int rc = zc_stamp_of(etc, name, stamp, e);

	if (rc != 0)
		return rc;
	rc = zc_state_read(etc, name, &entry, &noted, e);
	if (rc == -1)
		return -1;
	if (rc == 1)
		(void)snprintf(entry.name, sizeof(entry.name), "%s", name);
	if ((!entry.zonepath || !zc_stamp_same(stamp, &noted)) &&
	    refresh(name, &entry, e) == -1)
		return -1;
	/* Put there by hand: a number that stays while the file does, and out
	 * of the reach of the counter. */
	if (entry.debug_id == 0)
		entry.debug_id = 0x40000000U | (stamp->inode & 0x3fffffffU);
	*out = entry;
	entry.zonepath = NULL;
	return 0;
}

int
zc_index_read(int etc, const char *name, struct zc_entry *out, struct err *e)
{
	struct zc_stamp stamp;

	return zc_index_read_stamped(etc, name, out, &stamp, e);
}

static void
fill_global(struct zc_entry *out)
{
	*out = (struct zc_entry){
		.name = "global",
		.state = ZC_INSTALLED,
		.zonepath = mem_strdup("/"),
		.brand = "native",
		.debug_id = 1,
	};
}

int
zc_index_get(const char *name, struct zc_entry *out, struct err *e)
{
	_autoclose int etc = -1;
	int rc;

	if (zc_name_is_global(name)) {
		fill_global(out);
		return 0;
	}
	if (!zc_name_ok(name))
		return unknown(name, e);
	etc = zc_etc_open(e);
	if (etc == -1)
		return e->code == ENOENT ? unknown(name, e) : -1;
	rc = zc_index_read(etc, name, out, e);
	return rc == 1 ? unknown(name, e) : rc;
}

static int
put(const struct zc_entry *entry, unsigned how, struct err *e)
{
	_autoclose int etc = zc_etc_open(e);
	_cleanup_zone struct zc_zone *zone = NULL;

	if (etc == -1 || zc_store_load(entry->name, &zone, e) == -1)
		return -1;
	return zc_state_write(etc, zone, entry, how, e);
}

int
zc_index_put(const struct zc_entry *entry, struct err *e)
{
	return put(entry, FD_DURABLE, e);
}

int
zc_index_note(const struct zc_entry *entry, struct err *e)
{
	return put(entry, FD_ORDERED, e);
}

/* RFC 9562, version 4. */
static int
new_uuid(char out[37], struct err *e)
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return err_sys(e, "random numbers");
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	(void)snprintf(out, 37,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x"
	    "%02x",
	    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
	    b[11], b[12], b[13], b[14], b[15]);
	return 0;
}

int
zc_index_set_state(const char *name, enum zc_state state, struct err *e)
{
	_cleanup_entry struct zc_entry entry = { 0 };

	if (zc_index_get(name, &entry, e) == -1)
		return -1;
	if (state > ZC_INSTALLED)
		return err_set(e, EINVAL, "state '%s' is never stored",
		    zc_state_name(state));
	if (state == ZC_CONFIGURED) {
		entry.uuid[0] = '\0';
		entry.backend[0] = '\0';
		entry.signer[0] = '\0';
		entry.id_base = 0;
	} else if (entry.uuid[0] == '\0' && new_uuid(entry.uuid, e) == -1) {
		return -1;
	}
	entry.state = state;
	return zc_index_put(&entry, e);
}

/* --- all of them ---------------------------------------------------------- */

int
zc_index_names(int etc, struct zc_names *out, struct err *e)
{
	return zc_names_read(etc, ".cfg", out, e);
}

struct loading {
	struct zc_index *index;
	size_t room;
};

static void
load_next(struct zc_entry *zone, void *arg)
{
	struct loading *l = arg;

	if (l->index->n == l->room) {
		l->room = l->room != 0 ? l->room * 2 : 16;
		l->index->zone = mem_grow(l->index->zone, l->room,
		    sizeof(*l->index->zone));
	}
	l->index->zone[l->index->n++] = *zone;
	zone->zonepath = NULL;
}

int
zc_index_load(struct zc_index *out,
    void (*bad)(const char *name, const struct err *why), struct err *e)
{
	struct loading l = { .index = out };
	const struct zc_listing to = { .zone = load_next,
		.bad = bad,
		.arg = &l };
	_autoclose int etc = zc_index_open(e);

	*out = (struct zc_index){ 0 };
	if (etc == -1)
		return e->code == ENOENT ? 0 : -1;
	return zc_list(etc, &to, e);
}

void
zc_index_free(struct zc_index *index)
{
	for (size_t i = 0; i < index->n; i++)
		zc_entry_done(&index->zone[i]);
	free(index->zone);
	*index = (struct zc_index){ 0 };
}

int
zc_zone_lock(const char *name, const char *what, int wait_ms, struct err *e)
{
	_autoclose int run = -1;

	if (!zc_name_ok(name))
		return err_set(e, EINVAL, "%s: Bogus zone name", name);
	/* Its directory goes with a zone that is deleted meanwhile. */
	for (int i = 0; i < LOCK_TRIES; i++) {
		int lock;

		fd_close_at(&run);
		run = path_open_run(name, e);
		if (run == -1)
			return -1;
		lock = lock_take(run, "lock", what, wait_ms, e);
		if (lock != -1 || e->code != ENOENT)
			return lock;
	}
	return -1;
}
