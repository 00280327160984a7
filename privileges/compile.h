/* SPDX-License-Identifier: ISC
 *
 * compile - groups of system calls to a filter program: a binary tree over
 * ranges of numbers, with the argument rules as its leaves.
 *
 * The kernel checks and translates a filter at each load, so a short one makes
 * each boot and each login cheaper; which answer is asked for how often does
 * not matter, because the kernel keeps the plain ones in a bitmap.
 */
#pragma once

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "privileges/filter.h"
#include "privileges/rules.h"

/* Numbers of system calls are below this; larger ones, x32's among them, are
 * answered with ENOSYS. */
enum { CALL_MAX = 512 };

/* A row of syscalls.def. */
struct call {
	const char *name;
	int number;     /* where libseccomp does not know it; -1: not here */
	uint32_t group; /* any of them opens it */
	outcome open;   /* ALLOW or a rule */
	outcome shut;
};
extern const struct call calls[];
extern const size_t ncalls;

/* The number of a call, as the running architecture has it, or -1. */
int call_number(const struct call *c);

/* What the filter answers to that call where those groups are open. */
static inline outcome
call_outcome(const struct call *c, uint32_t opens)
{
	return (c->group & opens) != 0 ? c->open : c->shut;
}

/* The group of calls that every zone has. */
#define CALL_ALWAYS (1U << 31)

/* Compile the filter. Returns the number of instructions, or -1. */
int priv_compile(uint32_t opens, struct sock_filter out[PRIV_FILTER_MAX],
    struct err *e) MUST_CHECK;
