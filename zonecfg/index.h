/* SPDX-License-Identifier: ISC
 *
 * index - which zones exist, and the durable part of their state.
 *
 * A zone exists when /etc/zones/NAME.cfg does. Beside it lies NAME.state, one
 * small file a zone: a change of state costs the same with ten zones and with
 * 8,191, and survives a power cut (written, flushed, renamed). It also repeats
 * what a listing needs from the configuration, valid while the configuration's
 * inode, size and mtime are those noted with it; else the configuration is
 * read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "zonecfg/name.h"
#include "zonecfg/names.h"

/* Ordered: a later one has more of the zone in place. Only the first three are
 * ever stored; the others are found out (zonecfg/runstate.h). */
enum zc_state {
	ZC_CONFIGURED,
	ZC_INCOMPLETE,
	ZC_INSTALLED,
	ZC_READY,
	ZC_MOUNTED,
	ZC_RUNNING,
	ZC_SHUTTING_DOWN,
	ZC_DOWN,
};
const char *zc_state_name(enum zc_state state);           /* "shutting_down" */
int zc_state_parse(const char *text, enum zc_state *out); /* 0, or -1 */

struct zc_entry {
	char name[ZC_NAME_MAX + 1];
	enum zc_state state; /* durable: configured, incomplete or installed */
	char uuid[37];       /* "" while configured */
	char *zonepath;      /* "" where none is set */
	char brand[32];
	bool exclusive_ip;
	uint64_t quota;    /* bytes of its root, 0: no limit */
	unsigned debug_id; /* stable for the life of the configuration, >= 1 */
	uint32_t id_base;  /* first host id of the zone's range, 0: none */
	char backend[16];  /* how the root is kept ("layers"), "" before install
			    */
	char signer[17];   /* id of the key that signed the archive it was
			    * made from, "": none that was asked for */
};
void zc_entry_done(struct zc_entry *entry);
#define _cleanup_entry __attribute__((cleanup(zc_entry_done)))

/* Look a zone up. A missing one gives e->code ERR_UNKNOWN_ZONE and the message
 * "NAME: No such zone configured". "global" is answered too: installed, "/". */
int zc_index_get(const char *name, struct zc_entry *out, struct err *e)
    MUST_CHECK;

/* Write the durable part: state, uuid, id_base, backend, signer (the rest is
 * taken from the configuration). The caller holds the zone's lock
 * (zc_zone_lock). */
int zc_index_put(const struct zc_entry *entry, struct err *e) MUST_CHECK;

/* The same, sure to be on disk only with the next zc_index_put or
 * zc_index_set_state: for a step on the way to that. */
int zc_index_note(const struct zc_entry *entry, struct err *e) MUST_CHECK;

/* Set only the state; leaving ZC_CONFIGURED gives the zone a new uuid, going
 * back to it drops the uuid, id_base, backend and signer. Durable when it
 * returns. */
int zc_index_set_state(const char *name, enum zc_state state, struct err *e)
    MUST_CHECK;

/* All zones but global, sorted by name. A zone whose files cannot be read is
 * reported to bad (which may be NULL) and left out. The caller frees with
 * zc_index_free. */
struct zc_index {
	struct zc_entry *zone;
	size_t n;
};
int zc_index_load(struct zc_index *out,
    void (*bad)(const char *name, const struct err *why), struct err *e)
    MUST_CHECK;
void zc_index_free(struct zc_index *index);

/* The same zone by zone, for whom only one at a time matters: the directory of
 * configurations (e->code ENOENT: there is none), the names in it, and one
 * zone's entry: 0, or 1 where there is no such zone (any more). */
int zc_index_open(struct err *e) MUST_CHECK;
int zc_index_names(int etc, struct zc_names *out, struct err *e) MUST_CHECK;
int zc_index_read(int etc, const char *name, struct zc_entry *out,
    struct err *e) MUST_CHECK;

/* The zone's lock, held over a whole operation (install, boot, halt, commit
 * ...): /run/zones/NAME/lock. what goes into the message of who waits. Returns
 * a descriptor that holds it, or -1 (e->code EWOULDBLOCK: somebody else). */
int zc_zone_lock(const char *name, const char *what, int wait_ms, struct err *e)
    MUST_CHECK;
