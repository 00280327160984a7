/* SPDX-License-Identifier: ISC
 *
 * migrating - the journals of a zone that goes to another host: one here, one
 * there.
 *
 * /etc/zones/NAME.migrate, where it leaves, decides whose the zone is: until
 * MIGRATING_HANDED is on disk it is this host's, whatever the other has of it,
 * and from then on the other's. /etc/zones/NAME.receive, where it arrives,
 * tells whether what lies there is complete.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

enum { MIGRATING_UUID = 37 };

enum migrating_phase {
	MIGRATING_SENDING,    /* the zone is here; there lies a part of it */
	MIGRATING_HANDED,     /* it is there, perhaps not taken yet */
	MIGRATING_ABANDONING, /* there it is thrown away, then it is here */
	MIGRATING_TAKEN,      /* it is there; here it is taken away */
};

struct migrating {
	enum migrating_phase phase;
	char uuid[MIGRATING_UUID];  /* the zone's here */
	char there[MIGRATING_UUID]; /* and there */
	char *uri;
};
void migrating_done(struct migrating *m);
#define _cleanup_migrating __attribute__((cleanup(migrating_done)))

/* Is there a journal of a zone that leaves. */
bool migrating_is_pending(const char *zone);

/* Durable when they return. */
int migrating_load(const char *zone, struct migrating *out, struct err *e)
    MUST_CHECK;
int migrating_save(const char *zone, const struct migrating *m, struct err *e)
    MUST_CHECK;
int migrating_forget(const char *zone, struct err *e) MUST_CHECK;

enum receiving_phase { RECEIVING_BEGUN, RECEIVING_COMPLETE };

struct receiving {
	enum receiving_phase phase;
	bool made;                 /* the configuration came with it */
	char uuid[MIGRATING_UUID]; /* the zone's here, "" at the beginning */
	char from[MIGRATING_UUID]; /* and where it comes from */
};

/* 1: there is none. */
int receiving_load(const char *zone, struct receiving *out, struct err *e)
    MUST_CHECK;
int receiving_save(const char *zone, const struct receiving *r, struct err *e)
    MUST_CHECK;
int receiving_forget(const char *zone, struct err *e) MUST_CHECK;
