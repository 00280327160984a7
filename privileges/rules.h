/* SPDX-License-Identifier: ISC
 *
 * rules - what may be in the arguments of the system calls that syscalls.def
 * has looked at.
 *
 * A rule compares one argument, the low 32 bits of it, under the mask that the
 * kernel uses itself; each outcome is the filter's answer or a further rule.
 */
#pragma once

#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

#include "privileges/priv.h"

enum rule_id {
	RULE_NONE, /* no rule: a plain answer */
	RULE_CLONE,
	RULE_UNSHARE,
	RULE_SOCKET,
	RULE_SOCKET_INET,
	RULE_SOCKET_NETLINK,
	RULE_SOCKETPAIR,
	RULE_PERSONALITY,
	RULE_FCNTL,
	RULE_IOCTL,
	RULE_IOCTL_LOOP,
	RULE_IOCTL_DM,
	RULE_MKNOD,
	RULE_MKNODAT,
	RULE_REBOOT,
	RULE_PRCTL,
	RULE_PRCTL_CORE,
	RULE_COUNT
};

/* An answer of the filter (SECCOMP_RET_X, never this small), or enum rule_id.
 */
typedef uint32_t outcome;
#define ALLOW ((outcome)SECCOMP_RET_ALLOW)
#define FAIL(err) ((outcome)(SECCOMP_RET_ERRNO | (err)))

enum rule_op {
	RULE_EQ,  /* the argument under the mask equals the value */
	RULE_ANY, /* the argument has any of the value's bits */
};

struct rule_row {
	uint32_t value;
	outcome then;
	uint32_t with; /* only where one of these groups is open; 0: always */
	uint32_t without; /* only where none of these groups is open */
	enum rule_op op;
};

enum { RULE_ROWS = 10 };

struct rule {
	unsigned arg;
	uint32_t mask; /* 0: the whole argument */
	size_t n;
	outcome otherwise;
	struct rule_row row[RULE_ROWS];
};

extern const struct rule rules[RULE_COUNT];
