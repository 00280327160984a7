/* SPDX-License-Identifier: ISC
 *
 * translate - a zone's configuration into the specs of fs, net and privileges.
 */
#include "zoned/translate.h"

#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zonecfg/limits.h"

/* Is this one of "a,b,c"? */
static bool
has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; *at != '\0'; at += *at == ',') {
		size_t n = strcspn(at, ",");

		if (n == len && strncmp(at, word, n) == 0)
			return true;
		at += n;
	}
	return false;
}

static void
inherited(const struct zc_zone *cfg, struct zd_specs *s)
{
	size_t n = zc_count(cfg, "inherit-pkg-dir");

	s->inherit = mem_alloc((n + 1) * sizeof(*s->inherit));
	for (size_t i = 0; i < n; i++) {
		const char *dir = zc_res_get(cfg, "inherit-pkg-dir", i, "dir");
		struct stat st;

		if (lstat(dir, &st) == -1 || !S_ISDIR(st.st_mode))
			continue;
		s->inherit[s->root.ninherit++] = mem_strdup(dir);
	}
	s->root.inherit = (const char *const *)s->inherit;
}

int
zd_translate_fs(const struct zc_zone *cfg, size_t i, struct fs_resource *out,
    struct err *e)
{
	size_t n = zc_res_items(cfg, "fs", i, "options");
	_autofree const char **option = mem_alloc((n + 1) * sizeof(*option));
	struct fs_resource_text text;

	for (size_t k = 0; k < n; k++)
		option[k] = zc_res_item(cfg, "fs", i, "options", k);
	option[n] = NULL;
	text = (struct fs_resource_text){
		.dir = zc_res_get(cfg, "fs", i, "dir"),
		.special = zc_res_get(cfg, "fs", i, "special"),
		.raw = zc_res_get(cfg, "fs", i, "raw"),
		.type = zc_res_get(cfg, "fs", i, "type"),
		.option = option,
	};
	return fs_resource_parse(&text, out, e);
}

static int
resources(const struct zc_zone *cfg, struct zd_specs *s, struct err *e)
{
	size_t n = zc_count(cfg, "fs");

	s->resource = mem_alloc((n + 1) * sizeof(*s->resource));
	s->root.resource = s->resource;
	for (size_t i = 0; i < n; i++) {
		if (zd_translate_fs(cfg, i, &s->resource[i], e) == -1)
			return -1;
		s->root.nresources++;
	}
	return 0;
}

int
zd_translate_device(const struct zc_zone *cfg, size_t i, struct fs_devices *out,
    struct err *e)
{
	return fs_devices_add(out, zc_res_get(cfg, "device", i, "match"), e);
}

/* Of what fs-allowed may name this alone is ours to give: the device. */
static int
fuse(const struct zc_zone *cfg, struct fs_devices *out, struct err *e)
{
	const struct zc_value *types = zc_rec_value(&cfg->global,
	    ZC_GLOBAL_FS_ALLOWED);

	for (size_t i = 0; i < types->n; i++) {
		if (!has_word(types->item[i], "fuse") ||
		    fs_devices_add(out, "/dev/fuse", e) == 0)
			continue;
		return err_set(e, e->code,
		    "fs-allowed=fuse: %s; 'modprobe fuse', or leave it out",
		    e->msg);
	}
	return 0;
}

static int
devices(const struct zc_zone *cfg, struct zd_specs *s, struct err *e)
{
	size_t n = zc_count(cfg, "device");

	for (size_t i = 0; i < n; i++) {
		if (zd_translate_device(cfg, i, &s->devices, e) == -1)
			return err_set(e, e->code,
			    "%s; use 'remove device match=%s' in zonecfg",
			    e->msg, zc_res_get(cfg, "device", i, "match"));
	}
	return fuse(cfg, &s->devices, e);
}

/* --- links ---------------------------------------------------------------- */

static void PRINTF(2, 3) add(char **text, const char *fmt, ...)
{
	va_list ap;
	_autofree char *more = NULL;
	_autofree char *before = *text;

	va_start(ap, fmt);
	more = mem_vprintf(fmt, ap);
	va_end(ap);
	*text = mem_printf("%s%s", before ? before : "", more);
}

/* One resource under translation. */
struct net_source {
	const struct zc_zone *cfg;
	const char *type;
	size_t i;
	char **text;
};

static const char *
net_get(const struct net_source *n, const char *prop)
{
	const char *value = zc_res_get(n->cfg, n->type, n->i, prop);

	return value ? value : "";
}

/* key=VALUE of a property that is set; its words must be one word here. */
static int
net_word(const struct net_source *n, const char *key, const char *prop,
    struct err *e)
{
	const char *value = net_get(n, prop);

	if (value[strcspn(value, " \t\n")] != '\0')
		return err_set(e, ERR_CONFIG, "%s: %s '%s': wrong syntax",
		    n->type, prop, value);
	if (*value != '\0')
		add(n->text, " %s=%s", key, value);
	return 0;
}

/* Bits a second of "100M". */
static uint64_t
bandwidth(const char *value)
{
	static const char units[] = "KMGT";
	char *end;
	double n = strtod(value, &end);
	const char *unit = *end != '\0' ? strchr(units, *end & ~0x20) : NULL;

	/* As on Solaris a plain number counts megabits. */
	if (!unit)
		return (uint64_t)(n * 1e6);
	for (const char *u = units; u <= unit; u++)
		n *= 1000;
	return (uint64_t)n;
}

static int
shared_net(const struct net_source *n, struct err *e)
{
	add(n->text, "link shared");
	if (net_word(n, "lower", "physical", e) == -1 ||
	    net_word(n, "address", "address", e) == -1 ||
	    net_word(n, "router", "defrouter", e) == -1)
		return -1;
	add(n->text, "\n");
	return 0;
}

/* What is set by default: the address of the link is its own, and addresses
 * that are the only ones allowed are the only ones used. */
static void
protection(const struct net_source *n, const char *words)
{
	bool allowed = *net_get(n, "allowed-address") != '\0';

	if (*words == '\0' && !allowed)
		return;
	add(n->text, " protect=%s%s%s", words,
	    *words != '\0' && allowed ? "," : "", allowed ? "ip-nospoof" : "");
}

static int
own_words(const struct net_source *n, const char *mac, struct err *e)
{
	const char *configure = net_get(n, "configure-allowed-address");

	if (mac && net_word(n, "mac", mac, e) == -1)
		return -1;
	if (!str_eq(configure, "false"))
		add(n->text, " configure=1");
	return net_word(n, "address", "allowed-address", e) == -1 ||
		net_word(n, "router", "defrouter", e) == -1 ||
		net_word(n, "vlan", "vlan-id", e) == -1
	    ? -1
	    : 0;
}

/* The property that says which address a link has. Without one it is made of
 * the zone's UUID: auto is remembered by that, and as no link here has a spare
 * address, default means the same. */
static const char *
mac_of(const struct net_source *n, const char *prop)
{
	const char *word = net_get(n, prop);
	bool made = *word == '\0' || str_eq(word, "auto") ||
	    str_eq(word, "default");

	if (!made)
		return prop;
	return str_eq(word, "default") ||
		*net_get(n, "auto-mac-address") == '\0'
	    ? NULL
	    : "auto-mac-address";
}

/* A link handed over; one that may use some addresses only stays outside, where
 * that can be held. With global-nic it is made over that one. */
static int
exclusive_net(const struct net_source *n, struct err *e)
{
	bool made = *net_get(n, "global-nic") != '\0';
	bool held = *net_get(n, "allowed-address") != '\0';

	add(n->text, "link %s", made || held ? "link" : "nic");
	if (net_word(n, "name", "physical", e) == -1 ||
	    net_word(n, "lower", made ? "global-nic" : "physical", e) == -1)
		return -1;
	if (!made && held)
		add(n->text, " below=alone");
	if (made || held)
		protection(n, "mac-nospoof");
	if (own_words(n, mac_of(n, "mac-addr"), e) == -1)
		return -1;
	add(n->text, "\n");
	return 0;
}

static int
anet(const struct net_source *n, struct err *e)
{
	const char *maxbw = net_get(n, "maxbw");

	add(n->text, "link link");
	if (net_word(n, "name", "linkname", e) == -1 ||
	    net_word(n, "lower", "lower-link", e) == -1 ||
	    net_word(n, "mtu", "mtu", e) == -1 ||
	    net_word(n, "ports", "port-forward", e) == -1)
		return -1;
	if (str_eq(net_get(n, "isolated"), "true"))
		add(n->text, " isolated=1");
	if (*maxbw != '\0')
		add(n->text, " maxbw=%llu",
		    (unsigned long long)bandwidth(maxbw));
	protection(n, net_get(n, "link-protection"));
	if (net_word(n, "macprefix", "mac-prefix", e) == -1 ||
	    own_words(n, mac_of(n, "mac-address"), e) == -1)
		return -1;
	add(n->text, "\n");
	return 0;
}

static int
each_net(const struct zc_zone *cfg, const char *type,
    int (*one)(const struct net_source *, struct err *), char **text,
    struct err *e)
{
	struct net_source n = { .cfg = cfg, .type = type, .text = text };

	for (; n.i < zc_count(cfg, type); n.i++) {
		if (one(&n, e) == -1)
			return -1;
	}
	return 0;
}

int
zd_translate_net(const struct zc_zone *cfg, const char *uuid, char **out,
    struct err *e)
{
	bool exclusive = str_eq(zc_get(cfg, "ip-type"), "exclusive");
	_autofree char *text = NULL;

	if (zc_count(cfg, "net") + zc_count(cfg, "anet") == 0) {
		*out = NULL;
		return 0;
	}
	add(&text, "zone %s uuid=%s root=%s\n", cfg->name, uuid,
	    path_root_id());
	if (each_net(cfg, "net", exclusive ? exclusive_net : shared_net, &text,
		e) == -1 ||
	    (exclusive && each_net(cfg, "anet", anet, &text, e) == -1))
		return -1;
	*out = mem_take(&text);
	return 0;
}

/* Time sharing is what Linux does for everybody, those before a screen
 * included; a zone's control group gives it the share of FSS whatever policy
 * its processes have. FX does not favour who has slept: SCHED_BATCH. */
static const struct {
	const char *class;
	int policy;
	const char *refusal;
} classes[] = {
	{ "", SCHED_OTHER, NULL },
	{ "TS", SCHED_OTHER, NULL },
	{ "IA", SCHED_OTHER, NULL },
	{ "FSS", SCHED_OTHER, NULL },
	{ "FX", SCHED_BATCH, NULL },
	{ "RT", 0,
	    "its processes would run before all of this host's, and no limit "
	    "of the zone would hold them" },
	{ "SDC", 0, "it is for threads of the Solaris kernel" },
};

int
zd_translate_sched(const struct zc_zone *cfg, int *policy, struct err *e)
{
	const char *class = zc_get(cfg, "scheduling-class");
	const char *why = "this host has no such class";

	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		if (!str_eq(class, classes[i].class))
			continue;
		*policy = classes[i].policy;
		if (!classes[i].refusal)
			return 0;
		why = classes[i].refusal;
	}
	return err_set(e, ERR_CONFIG,
	    "scheduling-class=%s is not for a zone: %s; use 'set "
	    "scheduling-class=FSS' in zonecfg",
	    class, why);
}

/* Of the security flags a zone can choose aslr: binding, as without the
 * resource; on, and left to the programs; or off to begin with. The two others
 * are in force whatever it says (zonecfg/verify.c). */
static void
security_flags(const struct zc_zone *cfg, struct zd_specs *s)
{
	static const char aslr[] = "aslr";
	const char *on;

	if (zc_count(cfg, "security-flags") == 0 ||
	    str_has_word(zc_res_get(cfg, "security-flags", 0, "lower"), ",",
		aslr))
		return;
	if (priv_set_has(&s->privs, PRIV_PROC_SECFLAGS))
		priv_set_add(&s->privs, PRIV_LINUX_NOASLR);
	on = zc_res_get(cfg, "security-flags", 0, "default");
	if (*on != '\0' && !str_has_word(on, ",", aslr))
		s->persona = ADDR_NO_RANDOMIZE;
}

int
zd_translate(const struct zc_zone *cfg, struct zd_specs *out, struct err *e)
{
	struct zd_specs s = { 0 };
	bool exclusive = str_eq(zc_get(cfg, "ip-type"), "exclusive");

	if (priv_set_parse(zc_get(cfg, "limitpriv"), exclusive, &s.privs, e) ==
		-1 ||
	    zd_translate_sched(cfg, &s.sched, e) == -1)
		return -1;
	security_flags(cfg, &s);
	s.quota = zc_quota(cfg);
	s.root.zonepath = zc_get(cfg, "zonepath");
	if (fs_profile_parse(zc_get(cfg, "file-mac-profile"), &s.root.profile,
		e) == -1)
		return -1;
	s.bootargs = mem_strdup(zc_get(cfg, "bootargs"));
	inherited(cfg, &s);
	if (resources(cfg, &s, e) == -1 || devices(cfg, &s, e) == -1 ||
	    (s.root.ninherit > 0 &&
		fs_hidden_load(s.root.zonepath, &s.hidden, e) == -1)) {
		zd_specs_done(&s);
		return -1;
	}
	s.root.hidden = s.hidden.path;
	s.root.nhidden = s.hidden.n;
	*out = s;
	return 0;
}

void
zd_specs_done(struct zd_specs *s)
{
	for (size_t i = 0; i < s->root.ninherit; i++)
		free(s->inherit[i]);
	free(s->inherit);
	for (size_t i = 0; i < s->root.nresources; i++)
		fs_resource_done(&s->resource[i]);
	free(s->resource);
	fs_hidden_done(&s->hidden);
	fs_devices_done(&s->devices);
	free(s->bootargs);
	free(s->net);
	*s = (struct zd_specs){ 0 };
}
