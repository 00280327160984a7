/* SPDX-License-Identifier: ISC
 *
 * bpf - runs a system call filter in user space: an independent reading of the
 * instructions, to ask it what it would answer.
 */
#pragma once

#include <check.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The answer to that call. Fails the test where the kernel would refuse the
 * program, or where it never ends. */
static inline uint32_t
bpf_run(const struct sock_filter *prog, size_t len,
    const struct seccomp_data *data)
{
	uint32_t a = 0;

	for (size_t pc = 0; pc < len; pc++) {
		const struct sock_filter *i = &prog[pc];
		int yes = 0;

		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			ck_assert_uint_le(i->k, sizeof(*data) - 4);
			ck_assert_uint_eq(i->k % 4, 0);
			memcpy(&a, (const char *)data + i->k, sizeof(a));
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= i->k;
			continue;
		case BPF_RET | BPF_K:
			return i->k;
		case BPF_JMP | BPF_JA:
			pc += i->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			yes = a == i->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			yes = a >= i->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			yes = (a & i->k) != 0;
			break;
		default:
			ck_abort_msg("instruction %zu is %#x", pc, i->code);
		}
		pc += yes ? i->jt : i->jf;
	}
	ck_abort_msg("the program has no end");
	return 0;
}
