/* SPDX-License-Identifier: ISC
 *
 * idrange - the host ids that a zone's ids 0..65535 become: a range of its own,
 * which no other zone, user or user namespace of this host has.
 *
 * Claims lie below /run/zones-ids whatever the root is, one file a range, named
 * after its first id and saying whose it is. Files on disk keep their natural
 * owners, so a zone may get another range while it is halted.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

#define FS_IDRANGE_FIRST 524288U
#define FS_IDRANGE_SIZE 65536U
/* Past it other programs take ids for negative numbers or reserve them. */
#define FS_IDRANGE_LAST (1879048192U - FS_IDRANGE_SIZE)

/* Where the host keeps what is asked here; NULL in a call means the real
 * places. Tests have their own. */
struct fs_idrange_host {
	const char *claims; /* "/run/zones-ids" */
	const char *etc;    /* "/etc": subuid, subgid, passwd, group */
	const char *proc;   /* "/proc" */
};

/* Who claims: the root of path.h, and this. */
struct fs_idrange_owner {
	const char *zone;
	const char *uuid; /* decides; the name may change */
};

/* Claim a range: the one that starts at wanted where that is already the
 * owner's (one open and read, while the host's tables are older) or free, else
 * (and with wanted 0, or where a user of the host was given ids of it since) a
 * new one. Call it at install and at every boot; record *base before its first
 * use. */
int fs_idrange_claim(const struct fs_idrange_host *host,
    const struct fs_idrange_owner *owner, uint32_t wanted, uint32_t *base,
    struct err *e) MUST_CHECK;

/* Give the range back; base 0: whatever the owner has (a claim that a killed
 * install did not come to record). Nobody gets it for 24 hours. One that is not
 * the owner's is left alone. */
int fs_idrange_release(const struct fs_idrange_host *host,
    const struct fs_idrange_owner *owner, uint32_t base, struct err *e)
    MUST_CHECK;

/* Who else has ids of the range at base, so that the owner gets another at its
 * next boot: 1 with *who ("zone 'web'", "/etc/subuid"), to be freed, 0 nobody.
 * Needs no lock and changes nothing. */
int fs_idrange_other(const struct fs_idrange_host *host,
    const struct fs_idrange_owner *owner, uint32_t base, char **who,
    struct err *e) MUST_CHECK;
