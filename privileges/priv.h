/* SPDX-License-Identifier: ISC
 *
 * priv - the privileges by name and number, and what each of them stands for
 * (priv.def).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum priv {
#define PRIV(id, ...) PRIV_##id,
#include "privileges/priv.def"
#undef PRIV
	PRIV_COUNT
};

/* What a zone's set may say of a privilege. */
enum priv_status {
	PRIV_REQUIRED,   /* must be in every set */
	PRIV_DEFAULT,    /* in the default set */
	PRIV_OPTIONAL,   /* only where limitpriv names it */
	PRIV_PROHIBITED, /* never */
};

/* Groups of system calls (syscalls.def) that a privilege opens. */
enum priv_group {
	PRIV_G_CHROOT = 1 << 0,
	PRIV_G_MLOCK = 1 << 1,
	PRIV_G_PTRACE = 1 << 2,
	PRIV_G_PERSONA = 1 << 3,
	PRIV_G_MOUNT = 1 << 4,
	PRIV_G_ADMIN = 1 << 5,
	PRIV_G_INET = 1 << 6,
	PRIV_G_RAW = 1 << 7,
	PRIV_G_NETFILTER = 1 << 8,
	PRIV_G_NUMA = 1 << 9,
	PRIV_G_TRACE = 1 << 10,
	PRIV_G_PERF = 1 << 11,
	PRIV_G_AIO = 1 << 12,
	PRIV_G_URING = 1 << 13,
	PRIV_G_KEYRING = 1 << 14,
	PRIV_G_USERNS = 1 << 15,
	PRIV_G_NEWMOUNT = 1 << 16,
	PRIV_G_USERFAULT = 1 << 17,
	PRIV_G_NOASLR = 1 << 18,
	PRIV_GROUPS = 19 /* how many */
};

enum priv_flag {
	PRIV_BASIC = 1, /* in the set "basic" */
	PRIV_INERT = 2, /* accepted; Linux has nothing that it would change */
	PRIV_FREE = 4,  /* held without its capability, which is in the bound
			 * for programs that carry it */
};

struct priv_info {
	const char *name;     /* lower case, without "priv_" */
	const char *sentence; /* what it allows, for people */
	const char *why;      /* it is not given freely, or has no effect; "" */
	uint64_t caps;        /* capabilities it carries, 1 << CAP_X */
	uint32_t opens;       /* enum priv_group */
	uint8_t shared;       /* enum priv_status with ip-type=shared */
	uint8_t exclusive;    /* ... with ip-type=exclusive */
	uint8_t flags;        /* enum priv_flag */
};

/* The row of a privilege; p is below PRIV_COUNT. */
const struct priv_info *priv_info(enum priv p);

/* Its status in a zone with that ip-type. */
enum priv_status priv_status(enum priv p, bool exclusive_ip);

/* "required", "default", "optional", "prohibited". */
const char *priv_status_name(enum priv_status status);

/* The privilege of that name, len bytes, any case, "priv_" in front or not; -1
 * where there is none. */
int priv_find(const char *name, size_t len);
