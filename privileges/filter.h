/* SPDX-License-Identifier: ISC
 *
 * filter - the compiled system call filter of a set of privileges: found beside
 * the programs or in the cache, made by the helper zone-filter where it is not,
 * and loaded.
 */
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/raw.h"
#include "privileges/set.h"

struct priv_filter {
	const void *prog;   /* struct sock_filter[len], read-only */
	unsigned short len; /* instructions */
	size_t map_size;    /* what priv_filter_done unmaps */
};

/* The filter of a set: mapped, not copied. The one of the default set lies
 * beside the programs; others come from the cache in PATH_VAR/filters, and are
 * made where they are missing or damaged. Returns 0, or -1: never go on without
 * a filter. */
int priv_filter_load(const struct priv_set *s, struct priv_filter *out,
    struct err *e) MUST_CHECK;

/* Unmap it. */
void priv_filter_done(struct priv_filter *f);

/* Put the filter on the calling process, for good. Returns 0 or -errno.
 *
 * Safe in a child that shares memory with its parent. Needs CAP_SYS_ADMIN in
 * the caller's user namespace, effective: do it behind the drop of the bounding
 * set, which leaves effective capabilities alone until execve(2), and before
 * the user ids change. no_new_privs must stay off, or set-user-id programs stop
 * working in the zone. */
static inline int
priv_filter_apply_raw(const struct priv_filter *f)
{
	struct sock_fprog prog = {
		.len = f->len,
		/* The kernel only reads it. */
		.filter = (struct sock_filter *)(uintptr_t)f->prog,
	};

	/* SPEC_ALLOW: store bypass stays a matter of each process's own
	 * prctl(2); before Linux 5.16 a filter without it slowed interpreters
	 * down by 15 to 50 per cent. */
	return (int)raw3(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_SPEC_ALLOW, &prog);
}

/* The layout of a filter file, for those who make one: this header, then len
 * instructions. */
#define PRIV_FILTER_MAGIC "zonebpf1"
enum { PRIV_FILTER_MAX = 4096 }; /* BPF_MAXINSNS of the kernel */
struct priv_filter_header {
	char magic[8];
	uint64_t version; /* of the tables and of the compiler */
	uint64_t sum;     /* FNV-1a of the instructions */
	uint32_t arch;    /* AUDIT_ARCH_X */
	uint32_t opens;   /* enum priv_group: all that a filter depends on */
	uint32_t len;     /* instructions */
	uint32_t zero;
	uint8_t pad[24];
};

/* Fill in the header for these instructions. */
void priv_filter_head(struct priv_filter_header *h, uint32_t opens,
    const struct sock_filter *prog, size_t len);

/* Do these bytes hold a whole filter for those groups? */
int priv_filter_check(const void *file, size_t size, uint32_t opens,
    struct err *e) MUST_CHECK;
