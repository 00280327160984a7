/* SPDX-License-Identifier: ISC
 *
 * state - the file NAME.state beside a configuration: the durable part of a
 * zone's state, and what a listing needs of the configuration. Only store,
 * index and listing use it.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/fd.h"
#include "zonecfg/index.h"
#include "zonecfg/model.h"

/* Which configuration file the copied part was taken from. */
struct zc_stamp {
	uint64_t inode;
	uint64_t size;
	uint64_t mtime; /* nanoseconds */
};

bool zc_stamp_same(const struct zc_stamp *a, const struct zc_stamp *b);

/* The stamp of NAME.cfg in the directory: 0, or 1 where there is none. */
int zc_stamp_of(int etc, const char *name, struct zc_stamp *out, struct err *e)
    MUST_CHECK;

/* Open /etc/zones for reading; -1 with e->code ENOENT where there is none. */
int zc_etc_open(struct err *e) MUST_CHECK;

/* Read NAME.state: 0, or 1 where there is none. The caller releases *out. */
int zc_state_read(int etc, const char *name, struct zc_entry *out,
    struct zc_stamp *stamp, struct err *e) MUST_CHECK;

/* The text of one that has been read, less than ZC_STATE_MAX bytes, which this
 * changes; and the text for an entry, the caller's to free. */
enum { ZC_STATE_MAX = 8192 };
int zc_state_take(const char *name, char *text, struct zc_entry *out,
    struct zc_stamp *stamp, struct err *e) MUST_CHECK;
char *zc_state_print(const struct zc_entry *entry,
    const struct zc_stamp *stamp);

/* As zc_index_read; stamp is that of the configuration it is true for. */
int zc_index_read_stamped(int etc, const char *name, struct zc_entry *out,
    struct zc_stamp *stamp, struct err *e) MUST_CHECK;

/* Write it, with what the configuration says now. A zone that is no more than
 * configured loses nothing with its file, so it is not flushed, whatever how
 * says; debug_id 0 takes a new one. */
int zc_state_write(int etc, const struct zc_zone *zone,
    const struct zc_entry *entry, unsigned how, struct err *e) MUST_CHECK;

int zc_state_unlink(int etc, const char *name, struct err *e) MUST_CHECK;

/* The part of an entry that comes from the configuration. */
void zc_entry_fill(struct zc_entry *entry, const struct zc_zone *zone);
