/* SPDX-License-Identifier: ISC
 *
 * set - sets of privileges: algebra, limitpriv's grammar, and the checks that a
 * zone's set must pass.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "privileges/priv.h"

struct priv_set {
	uint64_t bits[2];
};

static inline bool
priv_set_has(const struct priv_set *s, enum priv p)
{
	return (s->bits[p / 64] >> (p % 64) & 1) != 0;
}

static inline void
priv_set_add(struct priv_set *s, enum priv p)
{
	s->bits[p / 64] |= UINT64_C(1) << (p % 64);
}

static inline void
priv_set_remove(struct priv_set *s, enum priv p)
{
	s->bits[p / 64] &= ~(UINT64_C(1) << (p % 64));
}

bool priv_set_equal(const struct priv_set *a, const struct priv_set *b);
size_t priv_set_count(const struct priv_set *s);

/* Named sets: what limitpriv empty or "default" means; every privilege such a
 * zone may have ("all", "zone"); what an unprivileged user has ("basic"). */
struct priv_set priv_set_default(bool exclusive_ip);
struct priv_set priv_set_all(bool exclusive_ip);
struct priv_set priv_set_basic(void);

/* What is wrong with a set. */
enum priv_fault_kind {
	PRIV_FAULT_NONE,
	PRIV_FAULT_UNKNOWN,    /* not a privilege */
	PRIV_FAULT_PROHIBITED, /* never in a zone of that ip-type */
	PRIV_FAULT_MISSING,    /* a required one is left out */
	PRIV_FAULT_CLASH,      /* two that must not come together */
};
struct priv_fault {
	enum priv_fault_kind kind;
	char name[64];  /* the privilege; a longer unknown word is cut */
	char other[64]; /* of a clash, the second */
};

/* The reason as zonecfg states it: "Specified privilege is unknown". */
const char *priv_fault_reason(enum priv_fault_kind kind);

/* The fault as zoneadm states it, in e with ERR_CONFIG. Returns -1. */
int priv_fault_set(const struct priv_fault *f, struct err *e);

/* Read limitpriv's text ("" is the default set) and check it, in the order
 * unknown, prohibited, required. Returns 0; or -1 with the fault as the error,
 * exactly as the manual words it. */
int priv_set_parse(const char *limitpriv, bool exclusive_ip,
    struct priv_set *out, struct err *e) MUST_CHECK;

/* The two halves of priv_set_parse, for those who word faults themselves. */
int priv_set_read(const char *limitpriv, bool exclusive_ip,
    struct priv_set *out, struct priv_fault *f) MUST_CHECK;
int priv_set_check(const struct priv_set *s, bool exclusive_ip,
    struct priv_fault *f) MUST_CHECK;

/* The checks alone: is this a set that such a zone may have? */
int priv_set_verify(const struct priv_set *s, bool exclusive_ip, struct err *e)
    MUST_CHECK;

/* The names, comma-separated in alphabetical order, "none" for the empty set:
 * text that priv_set_read takes back. The caller frees it. */
char *priv_set_print(const struct priv_set *s);
