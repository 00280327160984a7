/* SPDX-License-Identifier: ISC
 *
 * explain - why a system call is refused in a zone.
 */
#include "privileges/explain.h"

#include "base/str.h"
#include "privileges/caps.h"

/* What closed calls would be called as a privilege. */
static const struct {
	const char *call;
	enum priv priv;
} closed[] = {
	{ "acct", PRIV_SYS_ACCT },
	{ "adjtimex", PRIV_SYS_TIME },
	{ "bpf", PRIV_LINUX_BPF },
	{ "clock_settime", PRIV_SYS_TIME },
	{ "delete_module", PRIV_SYS_CONFIG },
	{ "finit_module", PRIV_SYS_CONFIG },
	{ "init_module", PRIV_SYS_CONFIG },
	{ "ioperm", PRIV_SYS_DEVICES },
	{ "iopl", PRIV_SYS_DEVICES },
	{ "kexec_file_load", PRIV_SYS_CONFIG },
	{ "kexec_load", PRIV_SYS_CONFIG },
	{ "mknod", PRIV_SYS_DEVICES },
	{ "mknodat", PRIV_SYS_DEVICES },
	{ "nfsservctl", PRIV_SYS_NFS },
	{ "quotactl", PRIV_SYS_CONFIG },
	{ "quotactl_fd", PRIV_SYS_CONFIG },
	{ "settimeofday", PRIV_SYS_TIME },
	{ "swapoff", PRIV_SYS_CONFIG },
	{ "swapon", PRIV_SYS_CONFIG },
	{ "syslog", PRIV_SYS_CONFIG },
};

const struct call *
call_find(const char *name)
{
	for (size_t i = 0; i < ncalls; i++) {
		if (str_eq(calls[i].name, name))
			return &calls[i];
	}
	return NULL;
}

const struct call *
call_at(int number)
{
	for (size_t i = 0; i < ncalls && number >= 0; i++) {
		if (call_number(&calls[i]) == number)
			return &calls[i];
	}
	return NULL;
}

/* The first row that fits, as the program of compile.c asks them. */
static outcome
rule_answer(const struct rule *r, uint32_t opens,
    const uint64_t args[CALL_ARGS])
{
	uint32_t arg = (uint32_t)args[r->arg] &
	    (r->mask ? r->mask : UINT32_MAX);

	for (size_t i = 0; i < r->n; i++) {
		const struct rule_row *row = &r->row[i];

		if ((row->with && !(row->with & opens)) ||
		    (row->without & opens))
			continue;
		if (row->op == RULE_ANY ? (arg & row->value) != 0
					: arg == row->value)
			return row->then;
	}
	return r->otherwise;
}

outcome
call_answer(const struct call *c, uint32_t opens,
    const uint64_t args[CALL_ARGS])
{
	outcome o = call_outcome(c, opens | CALL_ALWAYS);

	while (o < RULE_COUNT)
		o = rule_answer(&rules[o], opens, args);
	return o;
}

bool
call_looks_at_arguments(const struct call *c)
{
	return c->open < RULE_COUNT;
}

struct priv_set
call_needs(const struct call *c, const struct priv_set *s, bool exclusive_ip,
    const uint64_t args[CALL_ARGS])
{
	uint32_t opens = priv_set_opens(s);
	struct priv_set out = { 0 };

	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		if (priv_status(p, exclusive_ip) != PRIV_PROHIBITED &&
		    !priv_set_has(s, p) &&
		    call_answer(c, opens | priv_info(p)->opens, args) == ALLOW)
			priv_set_add(&out, p);
	}
	return out;
}

int
call_prohibited(const struct call *c)
{
	for (size_t i = 0; i < ARRAY_LEN(closed); i++) {
		if (str_eq(closed[i].call, c->name))
			return (int)closed[i].priv;
	}
	return -1;
}
