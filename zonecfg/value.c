/* SPDX-License-Identifier: ISC
 *
 * value - check and spell the value of one property.
 */
#include "zonecfg/value.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zonecfg/limits.h"
#include "zonecfg/name.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* The whole text is made of these characters, and is not empty. */
static bool
made_of(const char *text, const char *chars)
{
	return *text != '\0' && text[strspn(text, chars)] == '\0';
}

/* One of the words in a list separated by blanks. */
static bool
one_of(const char *text, const char *words)
{
	size_t len = strlen(text);

	for (const char *w = words; *w != '\0'; w += strspn(w, " ")) {
		size_t n = strcspn(w, " ");

		if (n == len && strncmp(w, text, n) == 0)
			return true;
		w += n;
	}
	return false;
}

/* --- checks: one for each kind ---------------------------------------------
 */

typedef int check_fn(const struct zc_prop *p, const char *text, char **out,
    struct err *e);

static int
keep(const char *text, char **out)
{
	*out = mem_strdup(text);
	return 0;
}

static int
refuse(struct err *e, const struct zc_prop *p, const char *text,
    const char *what)
{
	return err_set(e, ERR_CONFIG, "%s: '%s' is not %s", p->name, text,
	    what);
}

static int
check_word(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	(void)p;
	(void)e;
	return keep(text, out);
}

static int
check_name(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	(void)p;
	if (!zc_name_ok(text))
		return err_set(e, ERR_CONFIG, "%s: Bogus zone name", text);
	return keep(text, out);
}

static int
check_zonepath(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	_autofree char *path = path_squeeze(text);

	(void)p;
	if (*path != '/')
		return err_set(e, ERR_CONFIG, "%s is not an absolute path.",
		    text);
	if (path[1] == '\0')
		return err_set(e, ERR_CONFIG,
		    "/ is not allowed as a zonepath.");
	if (!path_is_normal(path))
		return err_set(e, ERR_CONFIG,
		    "%s is not a plain path: leave out '.' and '..'", text);
	*out = mem_take(&path);
	return 0;
}

static int
check_path(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	_autofree char *path = path_squeeze(text);

	if (*path != '/')
		return err_set(e, ERR_CONFIG, "%s %s is not an absolute path.",
		    p->name, text);
	if (!path_is_normal(path))
		return err_set(e, ERR_CONFIG,
		    "%s %s is not a plain path: leave out '.' and '..'",
		    p->name, text);
	*out = mem_take(&path);
	return 0;
}

static int
check_brand(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	if (strlen(text) > 31 || !made_of(text, LETTERS DIGITS "-_."))
		return refuse(e, p, text, "the name of a brand");
	return keep(text, out);
}

/* "'a', 'b' or 'c'" */
static char *
quoted_words(const char *words)
{
	char *list = mem_strdup("");

	for (const char *w = words; *w != '\0'; w += strspn(w, " ")) {
		size_t n = strcspn(w, " ");
		const char *glue = w == words ? ""
		    : w[n] == '\0'            ? " or "
					      : ", ";
		char *longer = mem_printf("%s%s'%.*s'", list, glue, (int)n, w);

		free(list);
		list = longer;
		w += n;
	}
	return list;
}

static int
keep_one_of(const struct zc_prop *p, const char *text, const char *words,
    char **out, struct err *e)
{
	_autofree char *list = NULL;
	_autofree char *near = NULL;

	if (one_of(text, words))
		return keep(text, out);
	list = quoted_words(words);
	near = str_nearest_of(text, words);
	return err_set(e, ERR_CONFIG, "%s value must be %s.%s%s%s", p->name,
	    list, near ? "  Did you mean '" : "", near ? near : "",
	    near ? "'?" : "");
}

static int
check_bool(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	return keep_one_of(p, text, "true false", out, e);
}

static int
check_enum(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	return keep_one_of(p, text, p->arg, out, e);
}

static int
check_pool(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	if (str_starts(text, "SUNW"))
		return err_set(e, ERR_CONFIG,
		    "pool names starting with SUNW are reserved.");
	if (strlen(text) > 255 || !made_of(text, LETTERS DIGITS "-_."))
		return refuse(e, p, text, "the name of a pool");
	return keep(text, out);
}

/* Which privileges there are is not known here: zoneadm verify looks. */
static int
check_privs(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	_autofree char *copy = mem_strdup(text);
	char *rest = copy;
	char *item;

	while ((item = strsep(&rest, ",")) != NULL) {
		const char *name = item + (*item == '!' || *item == '-');

		if (*item == '\0')
			return err_set(e, ERR_CONFIG,
			    "%s: a privilege is missing beside a comma: '%s'",
			    p->name, text);
		if (!made_of(name, LETTERS DIGITS "_"))
			return err_set(e, ERR_CONFIG,
			    "%s: invalid privilege: %s", p->name, item);
	}
	return keep(text, out);
}

static int
check_hex(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	const char *digits = text;

	if (str_starts(text, "0x") || str_starts(text, "0X"))
		digits += 2;
	if (!made_of(digits, DIGITS "abcdefABCDEF"))
		return refuse(e, p, text, "a hexadecimal number");
	if (strlen(digits) > 8 || strtoull(digits, NULL, 16) > p->most)
		return err_set(e, ERR_CONFIG, "%s string is too large: %s",
		    p->name, text);
	return keep(text, out);
}

static int
check_uint(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	uint64_t n;

	if (!made_of(text, DIGITS))
		return refuse(e, p, text, "a number");
	if (str_u64(text, UINT64_MAX, &n) == -1 || n < p->least || n > p->most)
		return err_set(e, ERR_CONFIG, "%s property is out of range.",
		    p->name);
	*out = zc_number_print(p->kind, n);
	return 0;
}

static int
check_size(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	uint64_t n;
	_autofree char *least = NULL;

	if (zc_size_parse(text, &n) == -1)
		return refuse(e, p, text, "a size; write it like 512M or 1.5G");
	if (n < p->least) {
		least = zc_size_print(p->least);
		return err_set(e, ERR_CONFIG,
		    "%s value is too small.  It must be at least %s.", p->name,
		    least);
	}
	*out = zc_size_print(n);
	return 0;
}

static int
check_fstype(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	if (!path_is_name(text))
		return refuse(e, p, text, "a file system type");
	return keep(text, out);
}

/* --- network values ----------------------------------------------------------
 */

static int
check_address(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	enum zc_family family;

	(void)p;
	if (zc_address_parse(text, &family, e) == -1)
		return -1;
	return keep(text, out);
}

static int
check_router(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	unsigned char addr[16];

	(void)p;
	if (inet_pton(AF_INET, text, addr) != 1 &&
	    inet_pton(AF_INET6, text, addr) != 1 && !zc_is_host_name(text))
		return err_set(e, ERR_CONFIG,
		    "%s: bogus host name or network address syntax; write "
		    "192.0.2.1, 2001:db8::1 or a host name",
		    text);
	return keep(text, out);
}

/* HOST[:ZONE][/tcp|/udp] */
static int
check_port(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	_autofree char *host = mem_strndup(text, strcspn(text, "/"));
	const char *proto = text + strlen(host);
	char *zone = strchr(host, ':');
	uint64_t n;

	if (zone)
		*zone++ = '\0';
	if (str_u64(host, 65535, &n) == -1 || n == 0 ||
	    (zone && (str_u64(zone, 65535, &n) == -1 || n == 0)) ||
	    (*proto != '\0' && !one_of(proto, "/tcp /udp")))
		return refuse(e, p, text,
		    "a port; write 8080:80, or 53:53/udp");
	return keep(text, out);
}

static int
check_dns(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	unsigned char addr[16];

	if (!one_of(text, "host none") && inet_pton(AF_INET, text, addr) != 1 &&
	    inet_pton(AF_INET6, text, addr) != 1)
		return refuse(e, p, text,
		    "a name server; write host, none, or addresses");
	return keep(text, out);
}

static int
check_link(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	if (strlen(text) > 127 || !made_of(text, LETTERS DIGITS "-_.:+@"))
		return refuse(e, p, text, "the name of a network link");
	return keep(text, out);
}

static int
check_mac(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	unsigned octet[6];
	char rest;

	if (one_of(text, "auto random factory default"))
		return keep(text, out);
	if (!made_of(text, DIGITS "abcdefABCDEF:") ||
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &octet[0], &octet[1],
		&octet[2], &octet[3], &octet[4], &octet[5], &rest) != 6)
		return refuse(e, p, text,
		    "a hardware address; write it like 2:8:20:1:2:3");
	if ((octet[0] & 1) != 0)
		return refuse(e, p, text,
		    "the address of one link: it is that of a group, its first "
		    "octet is odd");
	return keep(text, out);
}

/* The vendor's half of a hardware address. */
static int
check_mac_prefix(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	unsigned octet[3];
	char rest;

	if (!made_of(text, DIGITS "abcdefABCDEF:") ||
	    sscanf(text, "%2x:%2x:%2x%c", &octet[0], &octet[1], &octet[2],
		&rest) != 3)
		return refuse(e, p, text,
		    "the first half of a hardware address; write it like "
		    "2:8:20");
	return keep(text, out);
}

static int
check_bandwidth(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	uint64_t n;

	if (zc_size_parse(text, &n) == -1 || n == 0)
		return refuse(e, p, text, "a bandwidth; write it like 100M");
	return keep(text, out);
}

/* A copy of n bytes without the quotes around them. */
static char *
unquoted(const char *text, size_t n)
{
	if (n >= 2 && text[0] == '"' && text[n - 1] == '"')
		return mem_strndup(text + 1, n - 2);
	return mem_strndup(text, n);
}

/* (name=N,value="V"): the quotes are part of what other programs read. */
static int
check_named(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	const char *form = "of the form (name=N,value=\"V\")";
	const char *name = str_after(text, "(name=");
	const char *value = name ? strstr(name, ",value=") : NULL;
	_autofree char *n = NULL;
	_autofree char *v = NULL;

	if (!value || !str_ends(value, ")"))
		return refuse(e, p, text, form);
	n = unquoted(name, (size_t)(value - name));
	value += strlen(",value=");
	v = unquoted(value, strlen(value) - 1);
	if (!made_of(n, LETTERS DIGITS "-_.") || strchr(v, '"'))
		return refuse(e, p, text, form);
	*out = mem_printf("(name=%s,value=\"%s\")", n, v);
	return 0;
}

/* --- the other kinds ------------------------------------------------------ */

static int
check_device(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	if (!str_starts(text, "/dev/") || !path_is_normal(text))
		return refuse(e, p, text, "a path or pattern below /dev");
	return keep(text, out);
}

static int
check_cpurange(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	_autofree char *low = mem_strndup(text, strcspn(text, "-"));
	const char *high = strchr(text, '-');
	uint64_t from;
	uint64_t to;

	if (str_u64(low, p->most, &from) == -1 || from < p->least)
		return refuse(e, p, text, "a number of CPUs; write 2 or 2-4");
	to = from;
	if (high && (str_u64(high + 1, p->most, &to) == -1 || to < from))
		return refuse(e, p, text, "a range of CPUs; write 2 or 2-4");
	*out = from == to ? mem_printf("%" PRIu64, from)
			  : mem_printf("%" PRIu64 "-%" PRIu64, from, to);
	return 0;
}

static int
check_cpus(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	uint64_t n;

	if (zc_number_parse(ZC_K_CPUS, text, &n) == -1 || n == 0)
		return err_set(e, ERR_CONFIG, "%s property is out of range.",
		    p->name);
	*out = zc_number_print(ZC_K_CPUS, n);
	return 0;
}

static int
check_attrname(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	(void)p;
	if (strchr("-_.", *text) || !made_of(text, LETTERS DIGITS "-_."))
		return err_set(e, ERR_CONFIG,
		    "Invalid attr name %s: it must start with a letter or "
		    "digit, and hold letters, digits, '-', '_' and '.' only",
		    text);
	return keep(text, out);
}

static int
check_attrtype(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	_autofree char *near = NULL;

	if (one_of(text, p->arg))
		return keep(text, out);
	near = str_nearest_of(text, p->arg);
	return err_set(e, ERR_CONFIG, "invalid attr type '%s'%s%s%s", text,
	    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int
check_dataset(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	size_t len = strlen(text);

	if (!made_of(text, LETTERS DIGITS "-_.:/") || *text == '/' ||
	    text[len - 1] == '/' || strstr(text, "//"))
		return refuse(e, p, text, "the name of a dataset");
	return keep(text, out);
}

/* Whether there is such a user, the command asks the host. */
static int
check_user(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	(void)p;
	if (strlen(text) > 256 || strpbrk(text, ":/, "))
		return err_set(e, ERR_CONFIG, "user %s is not a valid username",
		    text);
	return keep(text, out);
}

/* One of the words of arg; the property may have several. */
static int
check_wordset(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	_autofree char *words = NULL;
	_autofree char *near = NULL;

	if (one_of(text, p->arg))
		return keep(text, out);
	words = quoted_words(p->arg);
	near = str_nearest_of(text, p->arg);
	return err_set(e, ERR_CONFIG, "%s: '%s' is not one of %s%s%s%s",
	    p->name, text, words, near ? "; did you mean '" : "",
	    near ? near : "", near ? "'?" : "");
}

static int
check_uri(const struct zc_prop *p, const char *text, char **out, struct err *e)
{
	static const char *const schemes[] = { "dev:", "file://",
		"lu:", "iscsi://", "nfs://" };

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		const char *rest = str_after(text, schemes[i]);

		if (rest && *rest != '\0')
			return keep(text, out);
	}
	return refuse(e, p, text,
	    "the place of a disk; write dev:dsk/NAME, file://HOST/PATH, "
	    "lu:NAME, iscsi://... or nfs://...");
}

static int
check_rctlname(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	const char *rest = str_after(text, "zone.");

	(void)p;
	if (!rest || !made_of(rest, LETTERS "-"))
		return err_set(e, ERR_CONFIG,
		    "'%s' is not a valid zone rctl name.", text);
	return keep(text, out);
}

static int
check_rctlvalue(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	struct zc_rctl rctl;

	(void)p;
	if (zc_rctl_parse(text, &rctl) == -1)
		return err_set(e, ERR_CONFIG,
		    "Invalid rctl value specification; write "
		    "(priv=privileged,limit=N,action=deny)");
	*out = zc_rctl_print(&rctl);
	return 0;
}

bool
zc_attr_fits(const char *type, const char *value)
{
	uint64_t n;

	if (strcmp(type, "boolean") == 0)
		return one_of(value, "true false");
	if (strcmp(type, "int") == 0) {
		bool minus = *value == '-';

		return str_u64(value + minus, (uint64_t)INT64_MAX + minus,
			   &n) == 0;
	}
	if (strcmp(type, "uint") == 0)
		return str_u64(value, UINT64_MAX, &n) == 0;
	return true;
}

static check_fn *const checks[ZC_KINDS] = {
	[ZC_K_NAME] = check_name,
	[ZC_K_ZONEPATH] = check_zonepath,
	[ZC_K_PATH] = check_path,
	[ZC_K_BRAND] = check_brand,
	[ZC_K_BOOL] = check_bool,
	[ZC_K_TEXT] = check_word,
	[ZC_K_WORD] = check_word,
	[ZC_K_WORDLIST] = check_word,
	[ZC_K_POOL] = check_pool,
	[ZC_K_PRIVS] = check_privs,
	[ZC_K_ENUM] = check_enum,
	[ZC_K_HEX] = check_hex,
	[ZC_K_UINT] = check_uint,
	[ZC_K_SIZE] = check_size,
	[ZC_K_FSTYPE] = check_fstype,
	[ZC_K_ADDRESS] = check_address,
	[ZC_K_ADDRESSES] = check_address,
	[ZC_K_ROUTERS] = check_router,
	[ZC_K_LINK] = check_link,
	[ZC_K_MAC] = check_mac,
	[ZC_K_NAMED] = check_named,
	[ZC_K_MACPREFIX] = check_mac_prefix,
	[ZC_K_BANDWIDTH] = check_bandwidth,
	[ZC_K_DEVICE] = check_device,
	[ZC_K_CPURANGE] = check_cpurange,
	[ZC_K_CPUS] = check_cpus,
	[ZC_K_ATTRNAME] = check_attrname,
	[ZC_K_ATTRTYPE] = check_attrtype,
	[ZC_K_DATASET] = check_dataset,
	[ZC_K_USER] = check_user,
	[ZC_K_WORDSET] = check_wordset,
	[ZC_K_URI] = check_uri,
	[ZC_K_RCTLNAME] = check_rctlname,
	[ZC_K_RCTLVALUE] = check_rctlvalue,
	[ZC_K_PORTS] = check_port,
	[ZC_K_DNS] = check_dns,
};

/* --- public --------------------------------------------------------------- */

bool
zc_kind_is_complex(enum zc_kind kind)
{
	return kind == ZC_K_RCTLVALUE || kind == ZC_K_NAMED;
}

/* Each part of "a,b,c" for itself. */
static int
check_parts(const struct zc_prop *p, const char *text, char **out,
    struct err *e)
{
	_autofree char *copy = mem_strdup(text);
	_autofree char *all = NULL;
	char *rest = copy;
	char *item;

	while ((item = strsep(&rest, ",")) != NULL) {
		_autofree char *one = NULL;
		char *longer;

		if (*item == '\0')
			return refuse(e, p, text, "a list; write a,b,c");
		if (checks[p->kind](p, item, &one, e) == -1)
			return -1;
		longer = all ? mem_printf("%s,%s", all, one) : mem_strdup(one);
		free(all);
		all = longer;
	}
	*out = mem_take(&all);
	return 0;
}

int
zc_value_check(enum zc_prop_id id, const char *text, char **out, struct err *e)
{
	const struct zc_prop *p = &zc_props[id];
	size_t len = strlen(text);
	_autofree char *visible = NULL;

	if (len > ZC_VALUE_MAX)
		return err_set(e, ERR_CONFIG,
		    "%s: the value is longer than %d bytes", p->name,
		    ZC_VALUE_MAX);
	/* info shows it on terminals, and nothing could quote a '"'. */
	visible = str_visible(text, len);
	if (strcmp(visible, text) != 0)
		return err_set(e, ERR_CONFIG,
		    "%s: '%s' holds control characters or is not UTF-8",
		    p->name, visible);
	if (strchr(text, '"') && !zc_kind_is_complex(p->kind))
		return err_set(e, ERR_CONFIG,
		    "%s: '%s' holds a '\"', which nothing could quote", p->name,
		    text);
	if (len == 0)
		return err_set(e, ERR_CONFIG, "%s cannot be empty.", p->name);
	if (p->flags & ZC_COMMA)
		return check_parts(p, text, out, e);
	return checks[p->kind](p, text, out, e);
}

char *
zc_value_show(enum zc_prop_id id, const char *stored)
{
	uint64_t n;

	if (zc_props[id].kind == ZC_K_SIZE && zc_size_parse(stored, &n) == 0)
		return zc_size_show(n);
	return mem_strdup(stored);
}
