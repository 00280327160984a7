/* SPDX-License-Identifier: ISC
 *
 * ppriv - list privileges, show those of processes, and say why a system call
 * was refused.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "privileges/caps.h"
#include "privileges/explain.h"
#include "zoneadm/ppriv.h"

static const char usage[] =
    "usage: ppriv [-S | -v] [--json] PID...\n"
    "       ppriv -l [-v] [--json] [PRIVILEGE...]\n"
    "       ppriv --syscall NAME [-s SET | -z ZONE] [--json] [ARGUMENT...]\n"
    "       ppriv --log [-s SET | -z ZONE]\n"
    "Show the privileges of processes, list privileges, and explain refusals.\n"
    "  -l, --list      list privileges, what each allows; -v: all of each row\n"
    "  -S              the short form of a set, as without -v\n"
    "  -v, --verbose   name every privilege of a set\n"
    "      --syscall   may a zone make this system call, with these arguments\n"
    "                  (numbers; 0 where none is given), and what would allow\n"
    "                  it\n"
    "      --log       the same for lines of an audit log or of strace, read\n"
    "                  from standard input\n"
    "  -s SET          a zone with this set, written as in limitpriv\n"
    "  -z ZONE         a running zone; else the zone that ppriv runs in, in\n"
    "                  the global zone one with the default set\n"
    "      --json      print JSON\n"
    "  -V, --version   print the version\n";

enum mode { PROCESSES, LIST, SYSCALL, LOG };

struct options {
	enum mode mode;
	const char *syscall;
	const char *set;
	const char *zone;
	bool verbose;
	bool json;
};

/* ---- list ---------------------------------------------------------------- */

static const char *const cap_names[] = { "chown", "dac_override",
	"dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid",
	"setpcap", "linux_immutable", "net_bind_service", "net_broadcast",
	"net_admin", "net_raw", "ipc_lock", "ipc_owner", "sys_module",
	"sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin",
	"sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config",
	"mknod", "lease", "audit_write", "audit_control", "setfcap",
	"mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend",
	"audit_read", "perfmon", "bpf", "checkpoint_restore" };

static json_t *
caps_of(const struct priv_info *i)
{
	json_t *out = json_array();

	for (size_t c = 0; c < ARRAY_LEN(cap_names); c++) {
		if (i->caps >> c & 1)
			(void)json_array_append_new(out,
			    json_sprintf("cap_%s", cap_names[c]));
	}
	return out;
}

/* Calls that the groups of a privilege open, '*' where its rules look at
 * arguments. Socket families and the like have no call of their own. */
static json_t *
calls_of(const struct priv_info *i)
{
	json_t *out = json_array();

	for (size_t k = 0; k < ncalls; k++) {
		if (i->opens && (calls[k].group & i->opens) &&
		    call_number(&calls[k]) != -1)
			(void)json_array_append_new(out,
			    json_string(calls[k].name));
	}
	return out;
}

static json_t *
row(enum priv p)
{
	const struct priv_info *i = priv_info(p);
	json_t *out = json_object();

	json_put_string(out, "name", i->name);
	json_put_string(out, "sentence", i->sentence);
	json_put_string(out, "status", priv_status_name(i->shared));
	json_put_string(out, "status_exclusive_ip",
	    priv_status_name(i->exclusive));
	json_put(out, "basic", json_boolean(i->flags & PRIV_BASIC));
	json_put(out, "effect", json_boolean(!(i->flags & PRIV_INERT)));
	json_put_string(out, "why", *i->why ? i->why : NULL);
	json_put(out, "capabilities", caps_of(i));
	json_put(out, "system_calls", calls_of(i));
	return out;
}

static void
print_words(const char *title, const json_t *words)
{
	size_t i;
	json_t *word;

	if (json_array_size(words) == 0)
		return;
	(void)printf("\t%s:", title);
	json_array_foreach((json_t *)(uintptr_t)words, i, word)(void)
	    printf(" %s", json_string_value(word));
	(void)putchar('\n');
}

static void
print_row(enum priv p)
{
	const struct priv_info *i = priv_info(p);
	_autojson json_t *r = row(p);

	(void)printf("%s\n\t%s.\n\tStatus: %s", i->name, i->sentence,
	    priv_status_name(i->shared));
	if (i->shared != i->exclusive)
		(void)printf("; with ip-type=exclusive %s",
		    priv_status_name(i->exclusive));
	(void)printf("%s%s\n", i->flags & PRIV_BASIC ? "; basic" : "",
	    i->flags & PRIV_INERT ? "; no Linux counterpart" : "");
	if (*i->why)
		(void)printf("\tReason: %s.\n", i->why);
	print_words("Capabilities", json_object_get(r, "capabilities"));
	print_words("System calls", json_object_get(r, "system_calls"));
}

static int
list(const struct options *o, char **names, struct err *e)
{
	struct priv_set shown = { 0 };
	_autojson json_t *all = json_array();

	for (; *names; names++) {
		struct priv_fault f = { 0 };
		struct priv_set s;

		if (priv_set_read(*names, true, &s, &f) == -1)
			return err_set(e, ERR_CONFIG,
			    "'%s' is no privilege and no set; 'ppriv -l' "
			    "lists them",
			    f.name);
		for (enum priv p = 0; p < PRIV_COUNT; p++) {
			if (priv_set_has(&s, p))
				priv_set_add(&shown, p);
		}
	}
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		if (priv_set_count(&shown) > 0 && !priv_set_has(&shown, p))
			continue;
		if (o->json)
			(void)json_array_append_new(all, row(p));
		else if (o->verbose)
			print_row(p);
		else
			(void)printf("%-20s %-10s  %s\n", priv_info(p)->name,
			    priv_status_name(priv_info(p)->shared),
			    priv_info(p)->sentence);
	}
	return o->json ? json_print(all, stdout, e) : 0;
}

/* ---- processes -------------------------------------------------------------
 */

/* "zone", "all", "basic", or one of these with what is more or less. */
static char *
short_form(const struct priv_set *s, const struct ppriv_process *p)
{
	struct priv_set basic = priv_set_basic();
	const char *whole = p->global ? "all" : "zone";
	struct priv_set more = *s;
	struct priv_set less = p->zone;
	_autofree char *names = NULL;
	char *out;

	for (size_t i = 0; i < ARRAY_LEN(s->bits); i++) {
		basic.bits[i] &= p->zone.bits[i];
		more.bits[i] &= ~basic.bits[i];
		less.bits[i] &= ~s->bits[i];
	}
	if (priv_set_count(&less) == 0)
		return mem_strdup(whole);
	if (priv_set_equal(s, &basic))
		return mem_strdup("basic");
	if (priv_set_count(&less) >= priv_set_count(&more)) {
		struct priv_set lost = basic;

		for (size_t i = 0; i < ARRAY_LEN(s->bits); i++)
			lost.bits[i] &= ~s->bits[i];
		if (priv_set_count(&lost) > 0)
			return priv_set_print(s);
		names = priv_set_print(&more);
		return mem_printf("basic,%s", names);
	}
	out = mem_strdup(whole);
	for (enum priv k = 0; k < PRIV_COUNT; k++) {
		_autofree char *before = NULL;

		if (!priv_set_has(&less, k))
			continue;
		before = out;
		out = mem_printf("%s,!%s", before, priv_info(k)->name);
	}
	return out;
}

static json_t *
set_json(const struct priv_set *s)
{
	json_t *out = json_array();

	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		if (priv_set_has(s, p))
			(void)json_array_append_new(out,
			    json_string(priv_info(p)->name));
	}
	return out;
}

static void
show_process(const struct ppriv_process *p, const struct options *o,
    json_t *all)
{
	const struct {
		char letter;
		const char *key;
		const struct priv_set *set;
	} sets[] = {
		{ 'E', "effective", &p->effective },
		{ 'I', "inheritable", &p->inheritable },
		{ 'P', "permitted", &p->permitted },
		{ 'L', "limit", &p->limit },
	};
	const char *flags = p->no_new_privs ? "no_new_privs" : "<none>";
	json_t *object = json_object();

	json_put(object, "pid", json_integer(p->pid));
	json_put(object, "command", json_text(p->command));
	json_put(object, "no_new_privs", json_boolean(p->no_new_privs));
	for (size_t i = 0; i < ARRAY_LEN(sets); i++)
		json_put(object, sets[i].key, set_json(sets[i].set));
	(void)json_array_append_new(all, object);
	if (o->json)
		return;
	(void)printf("%d:\t%s\nflags = %s\n", p->pid, p->command, flags);
	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		_autofree char *text = o->verbose ? priv_set_print(sets[i].set)
						  : short_form(sets[i].set, p);

		(void)printf("\t%c: %s\n", sets[i].letter, text);
	}
}

static int
processes(const struct options *o, char **pids, struct err *e)
{
	_autojson json_t *all = json_array();

	for (; *pids; pids++) {
		struct ppriv_process p;
		uint64_t pid;

		if (str_u64(*pids, 1 << 22, &pid) == -1 || pid == 0)
			return err_set(e, ERR_USAGE, "'%s' is no process id",
			    *pids);
		if (ppriv_process_load((pid_t)pid, &p, e) == -1)
			return -1;
		show_process(&p, o, all);
		ppriv_process_done(&p);
	}
	return o->json ? json_print(all, stdout, e) : 0;
}

/* ---- why ------------------------------------------------------------------
 */

static const char *
errno_name(outcome o)
{
	int err = (int)(o & SECCOMP_RET_DATA);

	return strerrorname_np(err) ? strerrorname_np(err) : "an error";
}

/* Whose set is asked. */
static int
subject(const struct options *o, struct priv_set *out, struct err *e)
{
	struct ppriv_zone zone = { 0 };
	struct priv_fault f = { 0 };

	if (o->set)
		return priv_set_read(o->set, true, out, &f) == -1
		    ? priv_fault_set(&f, e)
		    : 0;
	if (o->zone ? ppriv_named(o->zone, &zone, e) == -1
		    : ppriv_here(&zone, e) == -1)
		return -1;
	*out = zone.global ? priv_set_default(false) : zone.set;
	return 0;
}

/* The sentence on a refused call; the caller frees. */
static char *
reason(const struct call *c, const struct priv_set *needs)
{
	_autofree char *names = priv_set_print(needs);
	int p = call_prohibited(c);

	for (enum priv k = 0; k < PRIV_COUNT; k++) {
		const struct priv_info *i = priv_info(k);

		if (priv_set_has(needs, k))
			return mem_printf("needs %s%s%s%s%s",
			    priv_set_count(needs) > 1 ? "one of " : "", names,
			    *i->why ? " (" : "", i->why, *i->why ? ")" : "");
	}
	if (p != -1)
		return mem_printf("no zone may: %s is prohibited (%s)",
		    priv_info((enum priv)p)->name,
		    priv_info((enum priv)p)->why);
	if (call_looks_at_arguments(c))
		return mem_strdup("no privilege allows these arguments; see "
				  "zone-privileges(7), ARGUMENTS");
	return mem_strdup("no zone may: closed for all, because it is new and "
			  "not reviewed or was rich in bugs");
}

/* A call of a log, or one without arguments, that the filter judges by them. */
static int
depends(const char *name, bool json, struct err *e)
{
	_autojson json_t *out = json_object();

	if (!json) {
		(void)printf("%s: depends on its arguments, which are not "
			     "known: 'ppriv --syscall %s ARGUMENT...'\n",
		    name, name);
		return 0;
	}
	json_put_string(out, "call", name);
	json_put(out, "allowed", json_null());
	json_put_string(out, "error", NULL);
	json_put(out, "needs", json_array());
	json_put_string(out, "why", "it depends on the arguments");
	return json_print(out, stdout, e);
}

struct question {
	const struct call *call;
	const char *name; /* as it was asked */
	uint64_t args[CALL_ARGS];
	bool guessed; /* arguments are not known */
};

static int
answer(const struct question *q, const struct priv_set *s, bool json,
    struct err *e)
{
	outcome o = q->call ? call_answer(q->call, priv_set_opens(s), q->args)
			    : FAIL(ENOSYS);
	struct priv_set needs = { 0 };
	_autofree char *why = NULL;
	_autojson json_t *out = json_object();

	/* Some are closed whatever the arguments are. */
	if (q->guessed && q->call && call_looks_at_arguments(q->call) &&
	    call_outcome(q->call, priv_set_opens(s) | CALL_ALWAYS) < RULE_COUNT)
		return depends(q->name, json, e);
	if (q->call && o != ALLOW) {
		needs = call_needs(q->call, s, true, q->args);
		why = reason(q->call, &needs);
	} else if (!q->call) {
		why = mem_strdup("no such call is known; new ones are closed "
				 "until they are reviewed");
	} else if (call_looks_at_arguments(q->call)) {
		why = mem_strdup("with these arguments");
	}
	if (!json)
		return printf("%s: %s%s%s%s\n", q->name,
			   o == ALLOW ? "allowed" : "refused with ",
			   o == ALLOW ? "" : errno_name(o), why ? ": " : "",
			   why ? why : "") < 0
		    ? err_sys(e, "write")
		    : 0;
	json_put_string(out, "call", q->name);
	json_put(out, "allowed", json_boolean(o == ALLOW));
	json_put_string(out, "error", o == ALLOW ? NULL : errno_name(o));
	json_put(out, "needs", set_json(&needs));
	json_put_string(out, "why", why);
	return json_print(out, stdout, e);
}

/* By its name or by its number on this machine. */
static const struct call *
named_call(const char *word)
{
	char *end;
	unsigned long nr = strtoul(word, &end, 10);

	if (!isdigit((unsigned char)*word) || *end)
		return call_find(word);
	return nr <= CALL_MAX ? call_at((int)nr) : NULL;
}

static int
one_call(const struct options *o, char **args, struct err *e)
{
	const struct call *call = named_call(o->syscall);
	struct question q = { .call = call,
		.name = call ? call->name : o->syscall,
		.guessed = !*args };
	struct priv_set s;

	for (size_t i = 0; *args; args++, i++) {
		char *end = NULL;

		errno = 0;
		if (i < CALL_ARGS)
			q.args[i] = strtoull(*args, &end, 0);
		if (i == CALL_ARGS || **args == '\0' || *end || errno != 0)
			return err_set(e, ERR_USAGE,
			    "'%s' is no argument: up to six numbers", *args);
	}
	if (!q.call)
		return err_set(e, ERR_CONFIG,
		    "'%s' is no system call; 'man 2 syscalls' lists them",
		    o->syscall);
	return subject(o, &s, e) == -1 ? -1 : answer(&q, &s, o->json, e);
}

/* A number behind "key=" in a line of the audit log; base 10 or 16. */
static bool
log_number(const char *line, const char *key, int base, unsigned long *out)
{
	const char *at = strstr(line, key);
	char *end = NULL;

	if (!at)
		return false;
	*out = strtoul(at + strlen(key), &end, base);
	return end != at + strlen(key);
}

/* Of the numbers of the x32 interface, which is native by its arch. */
enum { X32_BIT = 0x40000000 };

#if defined(__x86_64__)
enum { NATIVE = (int)AUDIT_ARCH_X86_64 };
#else
enum { NATIVE = (int)AUDIT_ARCH_AARCH64 };
#endif

/* strace puts "[pid 7] " or "7 " and a time in front of a call. */
static const char *
behind_prefix(const char *line)
{
	if (strncmp(line, "[pid", strlen("[pid")) == 0)
		line += strcspn(line, "]") + (strchr(line, ']') != NULL);
	return line + strspn(line, " 0123456789.:");
}

/* One line: of type=1326 (SECCOMP), or "name(args) = -1 ERR" of strace. */
static int
explain_line(const char *line, const struct priv_set *s, bool json,
    struct err *e)
{
	unsigned long nr = 0;
	unsigned long arch = 0;
	size_t n;
	struct question q = { .guessed = true };
	_autofree char *name = NULL;

	if (log_number(line, " syscall=", 10, &nr)) {
		if ((log_number(line, "arch=", 16, &arch) &&
			(uint32_t)arch != (uint32_t)NATIVE) ||
		    (nr & X32_BIT)) {
			(void)printf("system call %lu of another interface: "
				     "refused with ENOSYS: no zone may: "
				     "linux_ia32 is prohibited (%s)\n",
			    nr, priv_info(PRIV_LINUX_IA32)->why);
			return 0;
		}
		q.call = nr <= CALL_MAX ? call_at((int)nr) : NULL;
		name = q.call ? mem_strdup(q.call->name)
			      : mem_printf("system call %lu", nr);
		q.name = name;
		return answer(&q, s, json, e);
	}
	if (!strstr(line, " = -1 E"))
		return 0;
	line = behind_prefix(line);
	for (n = 0; isalnum((unsigned char)line[n]) || line[n] == '_'; n++)
		continue;
	if (n == 0 || line[n] != '(')
		return 0;
	name = mem_strndup(line, n);
	q.call = call_find(name);
	q.name = name;
	return q.call ? answer(&q, s, json, e) : 0;
}

static int
explain_log(const struct options *o, struct err *e)
{
	char line[8192];
	struct priv_set s;

	if (subject(o, &s, e) == -1)
		return -1;
	while (fgets(line, sizeof(line), stdin)) {
		if (explain_line(line, &s, o->json, e) == -1)
			return -1;
	}
	return ferror(stdin) ? err_sys(e, "read") : 0;
}

/* ---- main ------------------------------------------------------------------
 */

static int
misused(void)
{
	(void)fputs(usage, stderr);
	return 2;
}

static int
show(const char *text)
{
	return fputs(text, stdout) == EOF || fflush(stdout) != 0 ? 1 : 0;
}

/* Returns -1 to go on, or an exit status. */
static int
parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'J' },
		{ "list", no_argument, NULL, 'l' },
		{ "log", no_argument, NULL, 'L' },
		{ "syscall", required_argument, NULL, 'c' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "hlSs:vVz:", longs, NULL)) != -1) {
		if (strchr("lLc", c) && o->mode != PROCESSES)
			return misused();
		switch (c) {
		case 'l':
			o->mode = LIST;
			break;
		case 'L':
			o->mode = LOG;
			break;
		case 'c':
			o->mode = SYSCALL;
			o->syscall = optarg;
			break;
		case 's':
			o->set = optarg;
			break;
		case 'z':
			o->zone = optarg;
			break;
		case 'S':
			o->verbose = false;
			break;
		case 'v':
			o->verbose = true;
			break;
		case 'J':
			o->json = true;
			break;
		case 'h':
			return show(usage);
		case 'V':
			return show("ppriv " ZONES_VERSION "\n");
		default:
			return misused();
		}
	}
	if ((o->mode == PROCESSES) == (optind == argc) && o->mode == PROCESSES)
		return misused();
	if ((o->mode == LOG && optind < argc) || (o->set && o->zone) ||
	    (o->mode < SYSCALL && (o->set || o->zone)))
		return misused();
	return -1;
}

static int
run(const struct options *o, char **args, struct err *e)
{
	if (path_init(NULL, e) == -1)
		return -1;
	switch (o->mode) {
	case LIST:
		return list(o, args, e);
	case SYSCALL:
		return one_call(o, args, e);
	case LOG:
		return explain_log(o, e);
	case PROCESSES:
		break;
	}
	return processes(o, args, e);
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct err e = { 0 };
	int status = parse(argc, argv, &o);

	if (status != -1)
		return status;
	if (run(&o, argv + optind, &e) == -1 ||
	    (fflush(stdout) != 0 && err_sys(&e, "write") == -1)) {
		(void)fflush(stdout);
		(void)fprintf(stderr, "ppriv: %s\n", e.msg);
		return e.code == ERR_USAGE ? 2 : 1;
	}
	return 0;
}
