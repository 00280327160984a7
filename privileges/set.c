/* SPDX-License-Identifier: ISC
 *
 * set - sets of privileges, limitpriv's grammar and its checks.
 */
#include "privileges/set.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"

_Static_assert(PRIV_COUNT <= 128, "struct priv_set holds 128 privileges");

bool
priv_set_equal(const struct priv_set *a, const struct priv_set *b)
{
	return a->bits[0] == b->bits[0] && a->bits[1] == b->bits[1];
}

size_t
priv_set_count(const struct priv_set *s)
{
	return (size_t)(__builtin_popcountll(s->bits[0]) +
	    __builtin_popcountll(s->bits[1]));
}

/* All privileges of that status or a stronger one. */
static struct priv_set
set_of_status(enum priv_status weakest, bool exclusive_ip)
{
	struct priv_set s = { 0 };

	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		if (priv_status(p, exclusive_ip) <= weakest)
			priv_set_add(&s, p);
	}
	return s;
}

struct priv_set
priv_set_default(bool exclusive_ip)
{
	return set_of_status(PRIV_DEFAULT, exclusive_ip);
}

struct priv_set
priv_set_all(bool exclusive_ip)
{
	return set_of_status(PRIV_OPTIONAL, exclusive_ip);
}

struct priv_set
priv_set_basic(void)
{
	struct priv_set s = { 0 };

	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		if (priv_info(p)->flags & PRIV_BASIC)
			priv_set_add(&s, p);
	}
	return s;
}

/* One word of limitpriv. */
struct word {
	const char *s;
	size_t len;
};

static bool
word_is(struct word w, const char *name)
{
	return strlen(name) == w.len && strncasecmp(w.s, name, w.len) == 0;
}

/* What a word names: a set or one privilege. Returns -1 where it is unknown. */
static int
word_set(struct word w, bool exclusive_ip, struct priv_set *out)
{
	int p = priv_find(w.s, w.len);

	if (p == -1 && !word_is(w, "none") && !word_is(w, "basic") &&
	    !word_is(w, "all") && !word_is(w, "zone"))
		return -1;
	*out = (struct priv_set){ 0 };
	if (p != -1)
		priv_set_add(out, (enum priv)p);
	else if (word_is(w, "basic"))
		*out = priv_set_basic();
	else if (!word_is(w, "none"))
		*out = priv_set_all(exclusive_ip);
	return 0;
}

static int
fault(struct priv_fault *f, enum priv_fault_kind kind, const char *name,
    size_t len)
{
	_autofree char *shown = str_visible(name, len);

	*f = (struct priv_fault){ .kind = kind };
	(void)snprintf(f->name, sizeof(f->name), "%s", shown);
	return -1;
}

/* Add one item of limitpriv to the set, or take it off. */
static int
apply_item(struct word w, bool exclusive_ip, struct priv_set *set,
    struct priv_fault *f)
{
	bool off = w.s[0] == '!' || w.s[0] == '-';
	struct priv_set named;

	if (off) {
		w.s++;
		w.len--;
	}
	if (word_set(w, exclusive_ip, &named) == -1)
		return fault(f, PRIV_FAULT_UNKNOWN, w.s, w.len);
	if (!off && word_is(w, "none"))
		*set = named;
	for (size_t i = 0; i < ARRAY_LEN(set->bits); i++) {
		if (off)
			set->bits[i] &= ~named.bits[i];
		else
			set->bits[i] |= named.bits[i];
	}
	return 0;
}

int
priv_set_read(const char *limitpriv, bool exclusive_ip, struct priv_set *out,
    struct priv_fault *f)
{
	struct priv_set set = { 0 };
	const char *s = limitpriv;

	if (*s == '\0')
		set = priv_set_default(exclusive_ip);
	for (bool first = true; *s != '\0'; first = false) {
		struct word w = { s, strcspn(s, ",") };

		s += w.len;
		if (*s == ',')
			s++;
		if (first && word_is(w, "default"))
			set = priv_set_default(exclusive_ip);
		else if (w.len > 0 &&
		    apply_item(w, exclusive_ip, &set, f) == -1)
			return -1;
	}
	*out = set;
	return 0;
}

/* Two privileges that are harmless apart: with both, packet filter code of the
 * kernel is open to a network that the zone made for itself. */
static int
check_clashes(const struct priv_set *s, struct priv_fault *f)
{
	if (!priv_set_has(s, PRIV_LINUX_USERNS) ||
	    !priv_set_has(s, PRIV_SYS_IP_CONFIG))
		return 0;
	*f = (struct priv_fault){ .kind = PRIV_FAULT_CLASH,
		.name = "linux_userns",
		.other = "sys_ip_config" };
	return -1;
}

int
priv_set_check(const struct priv_set *s, bool exclusive_ip,
    struct priv_fault *f)
{
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		const char *name = priv_info(p)->name;

		if (priv_set_has(s, p) &&
		    priv_status(p, exclusive_ip) == PRIV_PROHIBITED)
			return fault(f, PRIV_FAULT_PROHIBITED, name,
			    strlen(name));
	}
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		const char *name = priv_info(p)->name;

		if (!priv_set_has(s, p) &&
		    priv_status(p, exclusive_ip) == PRIV_REQUIRED)
			return fault(f, PRIV_FAULT_MISSING, name, strlen(name));
	}
	return check_clashes(s, f);
}

const char *
priv_fault_reason(enum priv_fault_kind kind)
{
	static const char *const reasons[] = {
		[PRIV_FAULT_NONE] = "",
		[PRIV_FAULT_UNKNOWN] = "Specified privilege is unknown",
		[PRIV_FAULT_PROHIBITED] = "Specified privilege is prohibited",
		[PRIV_FAULT_MISSING] = "Required privilege is missing",
		[PRIV_FAULT_CLASH] = "Specified privileges exclude each other",
	};

	return reasons[kind];
}

static const char *
why_not(const char *name)
{
	int p = priv_find(name, strlen(name));

	return p == -1 ? "" : priv_info((enum priv)p)->why;
}

/* The privilege that was meant, or NULL. */
static const char *
nearest(const char *name)
{
	const char *names[PRIV_COUNT];

	for (size_t i = 0; i < PRIV_COUNT; i++)
		names[i] = priv_info((enum priv)i)->name;
	return str_nearest(name, names, PRIV_COUNT);
}

int
priv_fault_set(const struct priv_fault *f, struct err *e)
{
	const char *near = NULL;

	switch (f->kind) {
	case PRIV_FAULT_UNKNOWN:
		near = nearest(f->name);
		return err_set(e, ERR_CONFIG,
		    "unknown privilege \"%s\" specified in the zone's "
		    "privilege set (unknown: %s%s%s'ppriv -l' lists them)",
		    f->name, near ? "did you mean '" : "", near ? near : "",
		    near ? "'? " : "");
	case PRIV_FAULT_PROHIBITED:
		return err_set(e, ERR_CONFIG,
		    "privilege \"%s\" is not permitted within the zone's "
		    "privilege set (prohibited: %s)",
		    f->name, why_not(f->name));
	case PRIV_FAULT_MISSING:
		return err_set(e, ERR_CONFIG,
		    "required privilege \"%s\" is missing from the zone's "
		    "privilege set (required: no zone works without it)",
		    f->name);
	case PRIV_FAULT_CLASH:
		return err_set(e, ERR_CONFIG,
		    "privileges \"%s\" and \"%s\" are not permitted together "
		    "within the zone's privilege set",
		    f->name, f->other);
	case PRIV_FAULT_NONE:
		break;
	}
	return err_set(e, ERR_CONFIG, "no fault in the privilege set");
}

int
priv_set_parse(const char *limitpriv, bool exclusive_ip, struct priv_set *out,
    struct err *e)
{
	struct priv_fault f = { 0 };
	struct priv_set set;

	if (priv_set_read(limitpriv, exclusive_ip, &set, &f) == -1 ||
	    priv_set_check(&set, exclusive_ip, &f) == -1)
		return priv_fault_set(&f, e);
	*out = set;
	return 0;
}

int
priv_set_verify(const struct priv_set *s, bool exclusive_ip, struct err *e)
{
	struct priv_fault f = { 0 };

	if (priv_set_check(s, exclusive_ip, &f) == -1)
		return priv_fault_set(&f, e);
	return 0;
}

char *
priv_set_print(const struct priv_set *s)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	const char *sep = "";

	if (!out)
		abort();
	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		if (!priv_set_has(s, p))
			continue;
		(void)fprintf(out, "%s%s", sep, priv_info(p)->name);
		sep = ",";
	}
	if (*sep == '\0')
		(void)fputs("none", out);
	if (fclose(out) != 0)
		abort();
	return text;
}
