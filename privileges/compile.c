/* SPDX-License-Identifier: ISC
 *
 * compile - groups of system calls to a filter program.
 *
 * Code is written from its end to its beginning: jumps of classic BPF only go
 * forward, so every target is known when a jump to it is written.
 */
#include "privileges/compile.h"

#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <string.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#define X86(n) (n)
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#define X86(n) (-1)
#else
#error "privileges/compile.c: add the name of this architecture"
#endif

#define ALWAYS CALL_ALWAYS
#define G(group) ((uint32_t)PRIV_G_##group)

const struct call calls[] = {
#define OPEN(name, nr) { #name, nr, ALWAYS, ALLOW, FAIL(ENOSYS) },
#define WITH(name, nr, group, err) { #name, nr, group, ALLOW, FAIL(err) },
#define RULE(name, nr, group, err, rule) \
	{ #name, nr, group, RULE_##rule, FAIL(err) },
#define SHUT(name, nr, err) { #name, nr, 0, FAIL(err), FAIL(err) },
#include "privileges/syscalls.def"
};
const size_t ncalls = ARRAY_LEN(calls);

int
call_number(const struct call *c)
{
	/* Negative also for calls that this architecture does not have. */
	int nr = seccomp_syscall_resolve_name(c->name);

	if (nr >= 0)
		return nr;
	return c->number > 0 ? c->number : -1;
}

/* The program so far: instructions at[..PRIV_FILTER_MAX). */
struct code {
	struct sock_filter *insn;
	size_t at; /* the first one written */
};

/* Conditional jumps reach 255 instructions; what one block of code adds between
 * asking near() and jumping stays below the difference. */
enum { REACH = 255 - 2 * RULE_ROWS, MAX_RUNS = CALL_MAX + 1 };

static size_t
put(struct code *c, unsigned code, uint32_t k)
{
	c->insn[--c->at] = (struct sock_filter)BPF_STMT((uint16_t)code, k);
	return c->at;
}

static size_t
put_jump(struct code *c, unsigned op, uint32_t k, size_t yes, size_t no)
{
	size_t next = c->at;

	c->insn[--c->at] = (struct sock_filter){
		.code = (uint16_t)(BPF_JMP | op | BPF_K),
		.jt = (uint8_t)(yes - next),
		.jf = (uint8_t)(no - next),
		.k = k,
	};
	return c->at;
}

/* The same place, or one within reach that leads there. */
static size_t
near(struct code *c, size_t target)
{
	const struct sock_filter *there = &c->insn[target];

	if (target - c->at <= REACH)
		return target;
	if (there->code == (BPF_RET | BPF_K))
		return put(c, BPF_RET | BPF_K, there->k);
	return put(c, BPF_JMP | BPF_JA, (uint32_t)(target - c->at));
}

static size_t put_outcome(struct code *c, outcome o, uint32_t opens);

static size_t
put_return(struct code *c, outcome o)
{
	/* The same answer a little further on serves as well. */
	for (size_t i = c->at; i < PRIV_FILTER_MAX && i - c->at < REACH; i++) {
		if (c->insn[i].code == (BPF_RET | BPF_K) && c->insn[i].k == o)
			return i;
	}
	return put(c, BPF_RET | BPF_K, o);
}

static size_t
put_rule(struct code *c, const struct rule *r, uint32_t opens)
{
	const struct rule_row *row[RULE_ROWS];
	size_t to[RULE_ROWS];
	size_t n = 0;
	size_t next = put_outcome(c, r->otherwise, opens);

	for (size_t i = 0; i < r->n; i++) {
		if ((r->row[i].with && !(r->row[i].with & opens)) ||
		    (r->row[i].without & opens))
			continue;
		to[n] = n > 0 && row[n - 1]->then == r->row[i].then
		    ? to[n - 1]
		    : put_outcome(c, r->row[i].then, opens);
		row[n++] = &r->row[i];
	}
	for (size_t i = 0; i < n; i++)
		to[i] = near(c, to[i]);
	next = near(c, next);
	while (n-- > 0)
		next = put_jump(c, row[n]->op == RULE_ANY ? BPF_JSET : BPF_JEQ,
		    row[n]->value, to[n], next);
	if (next != c->at)
		return next;
	if (r->mask)
		next = put(c, BPF_ALU | BPF_AND | BPF_K, r->mask);
	/* The low half: both architectures are little-endian. */
	return put(c, BPF_LD | BPF_W | BPF_ABS,
	    (uint32_t)offsetof(struct seccomp_data, args) + 8 * r->arg);
}

static size_t
put_outcome(struct code *c, outcome o, uint32_t opens)
{
	if (o < RULE_COUNT)
		return put_rule(c, &rules[o], opens);
	return put_return(c, o);
}

/* Numbers from first on, up to the next run's, have that outcome. */
struct run {
	uint32_t first;
	outcome what;
};

static size_t
find_runs(uint32_t opens, struct run *run)
{
	outcome what[CALL_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(what); i++)
		what[i] = FAIL(ENOSYS);
	for (size_t i = 0; i < ncalls; i++) {
		int nr = call_number(&calls[i]);

		if (nr >= 0 && nr < CALL_MAX)
			what[nr] = call_outcome(&calls[i], opens);
	}
	for (uint32_t i = 0; i < ARRAY_LEN(what); i++) {
		if (i == 0 || what[i] != what[i - 1])
			run[n++] = (struct run){ i, what[i] };
	}
	return n;
}

/* The tree over run[0..n): first instruction of it. */
static size_t
put_tree(struct code *c, const struct run *run, size_t n, uint32_t opens)
{
	size_t low;
	size_t high;

	if (n == 1)
		return put_outcome(c, run[0].what, opens);
	/* One call that differs from its neighbours needs one comparison. */
	if (n == 3 && run[0].what == run[2].what &&
	    run[1].first + 1 == run[2].first) {
		low = put_outcome(c, run[0].what, opens);
		high = near(c, put_outcome(c, run[1].what, opens));
		return put_jump(c, BPF_JEQ, run[1].first, high, near(c, low));
	}
	high = put_tree(c, run + n / 2, n - n / 2, opens);
	low = put_tree(c, run, n / 2, opens);
	high = near(c, high);
	low = near(c, low);
	return put_jump(c, BPF_JGE, run[n / 2].first, high, low);
}

int
priv_compile(uint32_t opens, struct sock_filter out[PRIV_FILTER_MAX],
    struct err *e)
{
	struct run run[MAX_RUNS];
	struct code c = { .insn = out, .at = PRIV_FILTER_MAX };
	size_t tree;
	size_t other;

	for (size_t i = 0; i < ncalls; i++) {
		if (call_number(&calls[i]) >= CALL_MAX)
			return err_set(e, EINVAL,
			    "the system call '%s' has a number above %d",
			    calls[i].name, CALL_MAX - 1);
	}
	opens |= ALWAYS;
	tree = put_tree(&c, run, find_runs(opens, run), opens);
	/* A second interface (int 0x80 on x86-64) has numbers of its own. */
	other = put_return(&c, FAIL(ENOSYS));
	if (tree != c.at)
		(void)put(&c, BPF_JMP | BPF_JA, (uint32_t)(tree - c.at));
	tree = put(&c, BPF_LD | BPF_W | BPF_ABS,
	    (uint32_t)offsetof(struct seccomp_data, nr));
	(void)put_jump(&c, BPF_JEQ, NATIVE_ARCH, tree, near(&c, other));
	(void)put(&c, BPF_LD | BPF_W | BPF_ABS,
	    (uint32_t)offsetof(struct seccomp_data, arch));
	memmove(out, out + c.at, (PRIV_FILTER_MAX - c.at) * sizeof(*out));
	return (int)(PRIV_FILTER_MAX - c.at);
}
