/* SPDX-License-Identifier: ISC
 *
 * mem - allocation that aborts when memory is exhausted, and memory that is
 * freed where it is declared.
 *
 * Aborting is safe here: a command leaves a journalled state behind and a zoned
 * is adopted. The duty that comes with it: bound every size that comes from
 * outside before allocating.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"

void *mem_alloc(size_t size);                   /* zeroed */
void *mem_grow(void *p, size_t n, size_t size); /* realloc to n items */
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);
char *mem_printf(const char *fmt, ...) PRINTF(1, 2);
char *mem_vprintf(const char *fmt, va_list ap) PRINTF(1, 0);

/* The value of *p, which becomes NULL: the only way ownership leaves. */
#define mem_take(p)                             \
	({                                      \
		__typeof__(*(p)) taken_ = *(p); \
		*(p) = NULL;                    \
		taken_;                         \
	})

void mem_free_at(void *p); /* for _autofree */
#define _autofree __attribute__((cleanup(mem_free_at)))
#define _cleanup(f) __attribute__((cleanup(f)))
