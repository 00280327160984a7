/* SPDX-License-Identifier: ISC
 *
 * passwd - who a user is, by the zone's own /etc/passwd and /etc/group.
 *
 * Runs inside the zone on files that the zone wrote: no NSS, every number is
 * taken exactly or not at all, and a damaged entry of the user asked for is an
 * error, never a guess. Pure: fuzzed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum {
	ZD_GROUPS_MAX = 1024,
	ZD_PASSWD_MAX = 4 * 1024 * 1024, /* bytes of either file */
};

struct zd_user {
	char *name;
	char *home;  /* absolute; "/" where the entry has none */
	char *shell; /* absolute; "/bin/sh" where the entry has none */
	uint32_t uid;
	uint32_t gid;
	uint32_t *groups; /* gid first */
	size_t ngroups;
};
void zd_user_done(struct zd_user *u);
#define _cleanup_user __attribute__((cleanup(zd_user_done)))

/* Find who, a name or else a decimal uid without leading zeros, in the text of
 * a passwd file. The first entry counts. Nobody of that name: e->code ENOENT;
 * a damaged entry: ERR_CONFIG. */
int zd_passwd_find(const char *text, size_t len, const char *who,
    struct zd_user *out, struct err *e) MUST_CHECK;

/* Add the groups that name u as a member in the text of a group file. */
int zd_group_add(const char *text, size_t len, struct zd_user *u, struct err *e)
    MUST_CHECK;

/* What the zone's files say of who. A zone without /etc/passwd has root. */
int zd_user_load(const char *who, struct zd_user *out, struct err *e)
    MUST_CHECK;

/* A user called root that needs no file: home "/". */
void zd_user_root(struct zd_user *out, const char *shell);
