/* SPDX-License-Identifier: ISC
 *
 * raw - system calls that return -errno and touch no memory of libc's: for
 * children that share memory with a parent that runs on.
 */
#pragma once

#include <sys/syscall.h>

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "base/raw.h: add the system call instruction of this architecture"
#endif

static inline long
raw6(long nr, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
			 "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
#else
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
#endif
}

#define RAW_ARG_(a) ((long)(a))
#define raw0(nr) raw6(nr, 0, 0, 0, 0, 0, 0)
#define raw1(nr, a) raw6(nr, RAW_ARG_(a), 0, 0, 0, 0, 0)
#define raw2(nr, a, b) raw6(nr, RAW_ARG_(a), RAW_ARG_(b), 0, 0, 0, 0)
#define raw3(nr, a, b, c) \
	raw6(nr, RAW_ARG_(a), RAW_ARG_(b), RAW_ARG_(c), 0, 0, 0)
#define raw4(nr, a, b, c, d) \
	raw6(nr, RAW_ARG_(a), RAW_ARG_(b), RAW_ARG_(c), RAW_ARG_(d), 0, 0)
#define raw5(nr, a, b, c, d, e)                                      \
	raw6(nr, RAW_ARG_(a), RAW_ARG_(b), RAW_ARG_(c), RAW_ARG_(d), \
	    RAW_ARG_(e), 0)
