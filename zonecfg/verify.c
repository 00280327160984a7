/* SPDX-License-Identifier: ISC
 *
 * verify - rules over a resource and over a whole configuration.
 */
#include "zonecfg/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "privileges/set.h"
#include "zonecfg/limits.h"
#include "zonecfg/value.h"

static const char prop_missing[] = "Required property missing";
static const char res_missing[] = "Required resource missing";
static const char incompatible[] = "Incompatible settings";
static const char invalid[] = "Specified property is invalid";

/* Faults found so far. */
struct findings {
	void (*say)(void *arg, const char *line);
	void *arg;
	const char *reason; /* of the first; NULL: none */
};

static void PRINTF(3, 4)
    fault(struct findings *f, const char *reason, const char *fmt, ...)
{
	va_list ap;
	_autofree char *line = NULL;

	va_start(ap, fmt);
	line = mem_vprintf(fmt, ap);
	va_end(ap);
	f->say(f->arg, line);
	if (!f->reason)
		f->reason = reason;
}

/* --- inside one resource -------------------------------------------------- */

/* prefix is "fs: " in a whole configuration, "" at "end". */
static void
check_required(const struct zc_rec *rec, const char *prefix, struct findings *f)
{
	for (enum zc_prop_id id = zc_types[rec->type].first;
	     id < zc_types[rec->type + 1].first; id++) {
		if ((zc_props[id].flags & ZC_REQ) &&
		    zc_rec_value(rec, id)->n == 0)
			fault(f, prop_missing, "%s%s not specified", prefix,
			    zc_props[id].name);
	}
}

static void
check_attr(const struct zc_rec *rec, const char *prefix, struct findings *f)
{
	const char *type = zc_rec_text(rec, ZC_ATTR_TYPE);
	const char *value = zc_rec_text(rec, ZC_ATTR_VALUE);

	if (type && value && !zc_attr_fits(type, value))
		fault(f, invalid, "%sinvalid attr value for type=%s", prefix,
		    type);
}

static void
check_memory(const struct zc_rec *rec, const char *prefix, struct findings *f)
{
	const char *physical = zc_rec_text(rec, ZC_CMEM_PHYSICAL);
	const char *locked = zc_rec_text(rec, ZC_CMEM_LOCKED);
	uint64_t p;
	uint64_t l;

	if (!physical && !locked && !zc_rec_text(rec, ZC_CMEM_SWAP))
		fault(f, prop_missing,
		    "%sone of physical, swap or locked must be specified",
		    prefix);
	if (physical && locked && zc_size_parse(physical, &p) == 0 &&
	    zc_size_parse(locked, &l) == 0 && l > p)
		fault(f, invalid,
		    "%sThe locked cap must be less than or equal to the "
		    "physical cap.",
		    prefix);
}

static void
check_anet(const struct zc_rec *rec, const char *prefix, struct findings *f)
{
	if (zc_rec_text(rec, ZC_ANET_DEFROUTER) &&
	    !zc_rec_text(rec, ZC_ANET_ALLOWED))
		fault(f, incompatible,
		    "%sdefrouter cannot be specified without allowed-address",
		    prefix);
}

static void
check_dedicated(const struct zc_rec *rec, const char *prefix,
    struct findings *f)
{
	static const enum zc_prop_id ways[] = { ZC_DCPU_NCPUS, ZC_DCPU_CPUS,
		ZC_DCPU_CORES, ZC_DCPU_SOCKETS };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		n += zc_rec_text(rec, ways[i]) != NULL;
	if (n == 0)
		fault(f, prop_missing, "%sncpus not specified", prefix);
	if (n > 1)
		fault(f, incompatible,
		    "%sonly one of ncpus, cpus, cores and sockets is possible",
		    prefix);
}

static void
check_suspend(const struct zc_rec *rec, const char *prefix, struct findings *f)
{
	if (!zc_rec_text(rec, ZC_SUSPEND_PATH) ==
	    !zc_rec_text(rec, ZC_SUSPEND_STORAGE))
		fault(f, prop_missing,
		    "%sexactly one of path and storage must be specified",
		    prefix);
}

/* Is each part of "a,b" one of those of "a,b,c"? "none" is no part. */
static bool
within(const char *parts, const char *all)
{
	_autofree char *copy = mem_strdup(parts);
	_autofree char *in = mem_printf(",%s,", all);
	char *rest = copy;
	char *part;

	while ((part = strsep(&rest, ",")) != NULL) {
		_autofree char *word = mem_printf(",%s,", part);

		if (strcmp(part, "none") != 0 && !strstr(in, word))
			return false;
	}
	return true;
}

static void
check_security(const struct zc_rec *rec, const char *prefix, struct findings *f)
{
	static const enum zc_prop_id order[] = { ZC_SECFLAGS_LOWER,
		ZC_SECFLAGS_DEFAULT, ZC_SECFLAGS_UPPER };
	const char *low = NULL;
	enum zc_prop_id low_id = order[0];

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		const char *now = zc_rec_text(rec, order[i]);

		if (!now)
			continue;
		if (low && !within(low, now))
			fault(f, invalid, "%s%s must hold all flags of %s",
			    prefix, zc_props[order[i]].name,
			    zc_props[low_id].name);
		low = now;
		low_id = order[i];
	}
	low = zc_rec_text(rec, ZC_SECFLAGS_LOWER);
	if (low && within("noexecstack", low))
		fault(f, incompatible,
		    "%slower: noexecstack cannot be binding: the kernel gives "
		    "an executable stack to every program that is marked so; "
		    "put it into default",
		    prefix);
}

/* What is in force whatever the flags say: more than asked for, and said. */
static void
tell_security(const struct zc_zone *zone, struct findings *f)
{
	static const struct {
		const char *flag;
		const char *why;
	} always[] = {
		{ "forbidnullmap",
		    "the kernel maps nothing below vm.mmap_min_addr" },
		{ "noexecstack",
		    "but for programs that are marked to need it" },
	};
	const struct zc_rec *rec = zc_nth(zone, ZC_SECFLAGS, 0);
	const char *on = rec ? zc_rec_text(rec, ZC_SECFLAGS_DEFAULT) : NULL;

	for (size_t i = 0; on && i < ARRAY_LEN(always); i++) {
		_autofree char *line = NULL;

		if (within(always[i].flag, on))
			continue;
		line = mem_printf(
		    "WARNING: security-flags: %s stays in force, though "
		    "default has it not: %s",
		    always[i].flag, always[i].why);
		f->say(f->arg, line);
	}
}

static void (*const rules[ZC_TYPES])(const struct zc_rec *, const char *,
    struct findings *) = {
	[ZC_ATTR] = check_attr,
	[ZC_CMEM] = check_memory,
	[ZC_ANET] = check_anet,
	[ZC_DCPU] = check_dedicated,
	[ZC_SUSPEND] = check_suspend,
	[ZC_SECFLAGS] = check_security,
};

static void
check_rec(const struct zc_rec *rec, const char *prefix, struct findings *f)
{
	check_required(rec, prefix, f);
	if (rules[rec->type])
		rules[rec->type](rec, prefix, f);
}

static void
add_line(void *arg, const char *line)
{
	char **all = arg;
	char *longer = *all ? mem_printf("%s\n%s", *all, line)
			    : mem_strdup(line);

	free(*all);
	*all = longer;
}

int
zc_rec_check(const struct zc_rec *rec, struct err *e)
{
	_autofree char *lines = NULL;
	struct findings f = { .say = add_line, .arg = &lines };

	check_rec(rec, "", &f);
	if (lines)
		return err_set(e, ERR_CONFIG, "%s", lines);
	return 0;
}

bool
zc_rec_same_key(const struct zc_rec *a, const struct zc_rec *b)
{
	bool any = false;

	for (enum zc_prop_id id = zc_types[a->type].first;
	     id < zc_types[a->type + 1].first; id++) {
		if (!(zc_props[id].flags & ZC_KEY))
			continue;
		any = true;
		if (!str_eq(zc_rec_text(a, id), zc_rec_text(b, id)))
			return false;
	}
	return any;
}

/* --- between resources and properties ------------------------------------- */

static void
check_shared_net(const struct zc_rec *net, struct findings *f)
{
	if (!zc_rec_text(net, ZC_NET_ADDRESS))
		fault(f, prop_missing, "net: address not specified");
	if (zc_rec_text(net, ZC_NET_ALLOWED))
		fault(f, incompatible,
		    "net: allowed-address cannot be specified for a shared IP "
		    "type");
}

static void
check_exclusive_net(const struct zc_rec *net, struct findings *f)
{
	const char *physical = zc_rec_text(net, ZC_NET_PHYSICAL);
	const char *router = zc_rec_text(net, ZC_NET_DEFROUTER);

	if (zc_rec_text(net, ZC_NET_ADDRESS))
		fault(f, incompatible,
		    "net: address cannot be specified for an exclusive IP "
		    "type");
	if (router && !zc_rec_text(net, ZC_NET_ALLOWED))
		fault(f, incompatible,
		    "net: defrouter for %s cannot be specified without "
		    "allowed-address for an exclusive IP type",
		    physical ? physical : "it");
}

/* "e0:1" names an address of a link and is no link: boot would find none. */
static void
check_physical(const struct zc_rec *net, struct findings *f)
{
	const char *physical = zc_rec_text(net, ZC_NET_PHYSICAL);

	if (physical && strchr(physical, ':'))
		fault(f, invalid, "net: %s: logical interface name not allowed",
		    physical);
}

/* Say it where a word comes a second time; "*seen" is ",a,b,". */
static bool
comes_again(char **seen, const char *word)
{
	_autofree char *key = mem_printf(",%s,", word);
	char *longer;

	if (strstr(*seen, key))
		return true;
	longer = mem_printf("%s%s,", *seen, word);
	free(*seen);
	*seen = longer;
	return false;
}

/* One address twice is one twice, whatever the prefixes. */
static void
check_addresses(const struct zc_zone *zone, struct findings *f)
{
	_autofree char *seen = mem_strdup(",");
	const struct zc_rec *net;

	for (size_t i = 0; (net = zc_nth(zone, ZC_NET, i)) != NULL; i++) {
		const char *text = zc_rec_text(net, ZC_NET_ADDRESS);
		_autofree char *address = mem_strndup(text ? text : "",
		    strcspn(text ? text : "", "/"));

		if (text && comes_again(&seen, address))
			fault(f, invalid,
			    "net: address %s is that of another net of this "
			    "zone too",
			    text);
	}
}

/* A port of the global zone leads to one place. */
static void
check_forwards(const struct zc_zone *zone, struct findings *f)
{
	_autofree char *seen = mem_strdup(",");
	const struct zc_rec *anet;

	for (size_t i = 0; (anet = zc_nth(zone, ZC_ANET, i)) != NULL; i++) {
		const char *text = zc_rec_text(anet, ZC_ANET_FORWARD);
		_autofree char *copy = mem_strdup(text ? text : "");
		char *rest = copy;
		char *item;

		while (text && (item = strsep(&rest, ",")) != NULL) {
			const char *proto = strchr(item, '/');
			_autofree char *port = mem_printf("%.*s%s",
			    (int)strcspn(item, ":/"), item,
			    proto ? proto : "/tcp");

			if (comes_again(&seen, port))
				fault(f, invalid,
				    "anet: port-forward %s: port %s of the "
				    "global zone leads elsewhere already",
				    item, port);
		}
	}
}

static void
check_nets(const struct zc_zone *zone, struct findings *f)
{
	bool shared = str_eq(zc_get(zone, "ip-type"), "shared");
	const struct zc_rec *net;

	for (size_t i = 0; (net = zc_nth(zone, ZC_NET, i)) != NULL; i++) {
		if (shared)
			check_shared_net(net, f);
		else
			check_exclusive_net(net, f);
		check_physical(net, f);
	}
	check_addresses(zone, f);
	check_forwards(zone, f);
	if (shared && zc_count_type(zone, ZC_ANET) > 0)
		fault(f, incompatible,
		    "anet: not possible with ip-type=shared; "
		    "'set ip-type=exclusive'");
}

static void
check_file_systems(const struct zc_zone *zone, struct findings *f)
{
	static const char *const refused[] = { "proc", "mntfs", "autofs",
		"cachefs", "nfs", "nfs4" };
	static const char *const unchecked[] = { "lofs", "tmpfs", "overlay" };
	const struct zc_rec *fs;

	for (size_t i = 0; (fs = zc_nth(zone, ZC_FS, i)) != NULL; i++) {
		const char *type = zc_rec_text(fs, ZC_FS_TYPE);
		const char *dir = zc_rec_text(fs, ZC_FS_DIR);
		const char *special = zc_rec_text(fs, ZC_FS_SPECIAL);

		if (special && *special != '/' && strstr(special, ":/"))
			fault(f, invalid,
			    "fs %s: cannot mount '%s': mount it in the global "
			    "zone, and the directory with type=lofs",
			    dir ? dir : "", special);
		for (size_t k = 0; k < ARRAY_LEN(unchecked); k++) {
			if (zc_rec_text(fs, ZC_FS_RAW) &&
			    str_eq(type, unchecked[k]))
				fault(f, invalid,
				    "fs %s: raw is not possible with type %s: "
				    "nothing is checked before mounting it",
				    dir ? dir : "", type);
		}
		for (size_t k = 0; k < ARRAY_LEN(refused); k++) {
			if (str_eq(type, refused[k]))
				fault(f, invalid,
				    "fs %s: cannot mount file systems of "
				    "type %s",
				    dir ? dir : "", type);
		}
	}
}

/* One inside the other: both would own it. */
static void
check_datasets(const struct zc_zone *zone, struct findings *f)
{
	const struct zc_rec *a;
	const struct zc_rec *b;

	for (size_t i = 0; (a = zc_nth(zone, ZC_DATASET, i)) != NULL; i++) {
		const char *outer = zc_rec_text(a, ZC_DATASET_NAME);

		for (size_t k = 0; (b = zc_nth(zone, ZC_DATASET, k)) != NULL;
		     k++) {
			const char *inner = zc_rec_text(b, ZC_DATASET_NAME);
			const char *rest = outer && inner
			    ? str_after(inner, outer)
			    : NULL;

			if (rest && *rest == '/')
				fault(f, invalid,
				    "dataset %s: it lies in dataset %s", inner,
				    outer);
		}
	}
}

/* Limits of the machine itself so low that it could hardly be used. */
static void
check_host(const struct zc_zone *zone, struct findings *f)
{
	static const struct {
		const char *rctl;
		const char *name;
		uint64_t low;
	} limits[] = {
		{ "zone.max-lwps", "max-lwps", 1000 },
		{ "zone.max-processes", "max-processes", 500 },
		{ "zone.cpu-cap", "capped-cpu", 25 },
		{ "zone.max-locked-memory", "locked", 64 << 20 },
	};
	uint64_t n;

	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		_autofree char *line = NULL;

		if (!zc_limit(zone, limits[i].rctl, &n) || n >= limits[i].low)
			continue;
		line = mem_printf(
		    "WARNING: %s is so low that the machine may become "
		    "unusable",
		    limits[i].name);
		f->say(f->arg, line);
	}
	if (zc_limit(zone, "zone.max-swap", &n) && n < 100 << 20)
		fault(f, invalid,
		    "swap value is too small.  It must be at least 100M for "
		    "the global zone.");
}

static void
check_cpus(const struct zc_zone *zone, struct findings *f)
{
	static const char *const rivals[] = { "zone.cpu-shares",
		"zone.cpu-cap" };
	const char *class = zc_get(zone, "scheduling-class");

	for (size_t i = 0; i < ARRAY_LEN(rivals); i++) {
		if (zc_nth(zone, ZC_DCPU, 0) && zc_rctl_find(zone, rivals[i]))
			fault(f, incompatible,
			    "rctl %s and dedicated-cpu are incompatible.",
			    rivals[i]);
	}
	if (zc_nth(zone, ZC_DCPU, 0) && *zc_get(zone, "pool") != '\0')
		fault(f, incompatible,
		    "pool and dedicated-cpu are incompatible.");
	if (*class != '\0' && strcmp(class, "FSS") != 0 &&
	    zc_rctl_find(zone, "zone.cpu-shares"))
		fault(f, incompatible,
		    "WARNING: rctl zone.cpu-shares and scheduling-class=%s are "
		    "incompatible",
		    class);
}

/* In the words of zoneadm: which privilege it is, and why. */
static void
check_privileges(const struct zc_zone *zone, struct findings *f)
{
	bool exclusive = str_eq(zc_get(zone, "ip-type"), "exclusive");
	struct priv_fault why = { 0 };
	struct priv_set set;
	struct err e;

	if (priv_set_read(zc_get(zone, "limitpriv"), exclusive, &set, &why) ==
		0 &&
	    priv_set_check(&set, exclusive, &why) == 0)
		return;
	(void)priv_fault_set(&why, &e);
	fault(f, priv_fault_reason(why.kind), "limitpriv: %s", e.msg);
}

/* Hand-edited files may hold what "end" would have refused. */
static void
check_keys(const struct zc_zone *zone, struct findings *f)
{
	for (size_t i = 0; i < zone->nres; i++) {
		for (size_t k = i + 1; k < zone->nres; k++) {
			if (zone->res[i].type == zone->res[k].type &&
			    zc_rec_same_key(&zone->res[i], &zone->res[k]))
				fault(f, invalid, "%s: the same twice",
				    zc_types[zone->res[i].type].name);
		}
	}
}

int
zc_verify(const struct zc_zone *zone, void (*say)(void *arg, const char *line),
    void *arg, struct err *e)
{
	struct findings f = { .say = say, .arg = arg };
	struct zc_rec memory;

	if (!zc_name_is_global(zone->name) && *zc_get(zone, "zonepath") == '\0')
		fault(&f, res_missing, "zonepath not specified");
	for (size_t i = 0; i < zone->nres; i++) {
		const struct zc_rec *rec = &zone->res[i];
		_autofree char *prefix = mem_printf("%s: ",
		    zc_types[rec->type].name);

		if (!(zc_types[rec->type].flags & ZC_VIEW))
			check_rec(rec, prefix, &f);
	}
	if (zc_view_load(zone, ZC_CMEM, &memory)) {
		check_rec(&memory, "capped-memory: ", &f);
		zc_rec_done(&memory);
	}
	if (zc_name_is_global(zone->name))
		check_host(zone, &f);
	else
		check_privileges(zone, &f);
	check_nets(zone, &f);
	check_datasets(zone, &f);
	check_file_systems(zone, &f);
	check_cpus(zone, &f);
	check_keys(zone, &f);
	tell_security(zone, &f);
	if (f.reason)
		return err_set(e, ERR_CONFIG, "%s", f.reason);
	return 0;
}

/* --- what is only kept ------------------------------------------------------
 */

/* What is kept as this resource control is acted on. */
static bool
is_acted_on(const char *rctl)
{
	for (enum zc_prop_id id = 0; id < ZC_PROPS; id++) {
		const struct zc_prop *p = &zc_props[id];

		if ((p->flags & (ZC_ALIAS | ZC_SHARES | ZC_RCTL_BACKED)) &&
		    !(p->flags & ZC_KEPT) && str_eq(p->arg, rctl))
			return true;
	}
	return false;
}

static void
kept_props(const struct zc_rec *rec, void (*say)(void *arg, const char *what),
    void *arg)
{
	const char *type = zc_types[rec->type].name;

	for (enum zc_prop_id id = zc_types[rec->type].first;
	     id < zc_types[rec->type + 1].first; id++) {
		_autofree char *what = NULL;
		const char *text = zc_rec_text(rec, id);

		if (!(zc_props[id].flags & ZC_KEPT) || !text ||
		    (rec->type == ZC_GLOBAL &&
			str_eq(text, zc_props[id].initial)))
			continue;
		what = mem_printf("%s%s%s", rec->type == ZC_GLOBAL ? "" : type,
		    rec->type == ZC_GLOBAL ? "" : ": ", zc_props[id].name);
		say(arg, what);
	}
}

void
zc_kept(const struct zc_zone *zone, void (*say)(void *arg, const char *what),
    void *arg)
{
	kept_props(&zone->global, say, arg);
	for (size_t i = 0; i < zone->nres; i++) {
		const struct zc_rec *rec = &zone->res[i];

		if (zc_types[rec->type].flags & ZC_KEPT) {
			say(arg, zc_types[rec->type].name);
		} else if (rec->type == ZC_RCTL) {
			const char *rctl = zc_rec_text(rec, ZC_RCTL_NAME);

			if (!is_acted_on(rctl))
				say(arg, rctl);
		} else {
			kept_props(rec, say, arg);
		}
	}
}
