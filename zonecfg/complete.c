/* SPDX-License-Identifier: ISC
 *
 * complete - what may stand at the end of a line, out of the tables.
 */
#include "zonecfg/complete.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "zonecfg/parse.h"

struct found {
	const char *prefix;
	size_t len;
	struct zc_word *words;
	size_t n;
	size_t max;
};

static void
offer(struct found *f, const char *word)
{
	if (f->n == f->max || strncmp(word, f->prefix, f->len) != 0)
		return;
	(void)snprintf(f->words[f->n].text, sizeof(f->words[0].text), "%s",
	    word);
	f->n++;
}

/* glue is "=" where a value follows behind it. */
static void
offer_props(struct found *f, enum zc_type type, const char *glue)
{
	for (enum zc_prop_id id = zc_types[type].first;
	     id < zc_types[type + 1].first; id++) {
		_autofree char *word = mem_printf("%s%s", zc_props[id].name,
		    glue);

		offer(f, word);
	}
}

static void
offer_types(struct found *f)
{
	for (enum zc_type t = ZC_GLOBAL + 1; t < ZC_TYPES; t++)
		offer(f, zc_types[t].name);
}

/* Words that are legal as values of the kind, separated by blanks; NULL: too
 * many, or any. */
static const char *
legal_words(const struct zc_prop *p)
{
	if (p->kind == ZC_K_BOOL)
		return "true false";
	if (p->kind == ZC_K_ENUM || p->kind == ZC_K_ATTRTYPE ||
	    p->kind == ZC_K_WORDSET)
		return p->arg;
	if (p->kind == ZC_K_FSTYPE)
		return "lofs tmpfs ext4 xfs btrfs";
	if (p->kind == ZC_K_MAC)
		return "auto random factory default";
	if (p->kind == ZC_K_RCTLVALUE)
		return "(priv=privileged,limit=";
	return NULL;
}

static void
offer_words(struct found *f, const char *list)
{
	_autofree char *words = mem_strdup(list);
	char *rest = words;
	char *word;

	while ((word = strsep(&rest, " ")) != NULL)
		offer(f, word);
}

/* The resource controls that have names of their own. */
static void
offer_rctls(struct found *f)
{
	for (enum zc_prop_id id = 0; id < ZC_PROPS; id++) {
		if (zc_prop_is_alias(id) ||
		    (zc_props[id].flags & ZC_RCTL_BACKED) != 0)
			offer(f, zc_props[id].arg);
	}
}

/* Names below a directory of the host, behind before: links, devices. */
static void
offer_names(struct found *f, const char *dir, const char *before)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;

	if (!d)
		return;
	while ((entry = readdir(d)) != NULL) {
		_autofree char *word = mem_printf("%s%s", before,
		    entry->d_name);

		if (entry->d_name[0] != '.')
			offer(f, word);
	}
	(void)closedir(d);
}

/* Directories, where a path is being typed. */
static void
offer_paths(struct found *f)
{
	_autofree char *typed = mem_strndup(f->prefix, f->len);
	char *slash = strrchr(typed, '/');
	_autofree char *before = NULL;

	if (!slash)
		return;
	slash[1] = '\0';
	before = mem_strdup(typed);
	offer_names(f, typed, before);
}

/* "set ip-type=sh" */
static void
offer_values(struct found *f, enum zc_type scope, const char *prop)
{
	enum zc_prop_id id = zc_prop_find(scope, prop);
	const struct zc_prop *p;

	if (id == ZC_PROPS)
		return;
	p = &zc_props[id];
	if (legal_words(p))
		offer_words(f, legal_words(p));
	else if (p->kind == ZC_K_RCTLNAME)
		offer_rctls(f);
	else if (p->kind == ZC_K_LINK)
		offer_names(f, "/sys/class/net", "");
	else if (p->kind == ZC_K_BRAND)
		offer(f, p->initial);
	else if (p->kind == ZC_K_PATH || p->kind == ZC_K_ZONEPATH ||
	    p->kind == ZC_K_DEVICE || id == ZC_FS_SPECIAL)
		offer_paths(f);
}

/* "select net physical=": what the resources of the zone have there. */
static void
offer_stored(struct found *f, const struct zc_zone *zone, enum zc_type type,
    const char *prop)
{
	enum zc_prop_id id = zc_prop_find(type, prop);
	const struct zc_rec *rec;

	if (!zone || id == ZC_PROPS)
		return;
	for (size_t i = 0; (rec = zc_nth(zone, type, i)) != NULL; i++) {
		const char *text = zc_rec_text(rec, id);

		if (text)
			offer(f, text);
	}
}

static void
offer_after(struct found *f, enum zc_verb verb, enum zc_type scope)
{
	switch (zc_verbs[verb].form) {
	case ZC_F_ADD:
	case ZC_F_REMOVE:
		if (scope == ZC_GLOBAL)
			offer_types(f);
		else
			offer_props(f, scope, "");
		break;
	case ZC_F_SET:
		offer_props(f, scope, "=");
		break;
	case ZC_F_WORD:
		offer_props(f, scope, "");
		break;
	case ZC_F_SELECT:
		offer_types(f);
		break;
	case ZC_F_INFO:
	case ZC_F_TOPIC:
		offer_types(f);
		offer_props(f, scope, "");
		break;
	case ZC_F_NOTHING:
	default:
		break;
	}
	if (zc_verbs[verb].form == ZC_F_TOPIC) {
		for (size_t v = 0; v < ZC_VERBS; v++)
			offer(f, zc_verbs[v].name);
	}
}

/* Behind "select net": a property, or behind its '=' a value. line is what
 * stands before the unfinished word. */
static void
offer_pair(struct found *f, const struct zc_zone *zone, enum zc_type type,
    const char *line)
{
	_autofree char *before = mem_strndup(line, (size_t)(f->prefix - line));
	size_t len = strlen(before);
	char *prop;

	if (len == 0 || before[len - 1] != '=') {
		offer_props(f, type, "=");
		return;
	}
	before[len - 1] = '\0';
	prop = strrchr(before, ' ');
	offer_stored(f, zone, type, prop ? prop + 1 : before);
}

size_t
zc_complete(const char *line, size_t len, const struct zc_zone *zone,
    enum zc_type scope, struct zc_word *words, size_t max, size_t *word)
{
	_autofree char *copy = mem_strndup(line, len);
	struct found f = { .words = words, .max = max };
	char *command = strrchr(copy, ';') ? strrchr(copy, ';') + 1 : copy;
	char *last;
	char *rest;
	char *first;
	char *second;
	enum zc_verb verb;

	command += strspn(command, " \t");
	last = command + strlen(command);
	while (last > command && !strchr(" \t=[,", last[-1]))
		last--;
	*word = (size_t)(last - copy);
	f.prefix = line + *word;
	f.len = len - *word;
	if (last == command) {
		for (size_t v = 0; v < ZC_VERBS; v++)
			offer(&f, zc_verbs[v].name);
		return f.n;
	}
	*last = '\0';
	rest = command;
	first = strsep(&rest, " \t");
	verb = zc_verb_find(first);
	if (verb == ZC_VERBS)
		return 0;
	rest += strspn(rest, " \t");
	second = strsep(&rest, " \t=");
	if (*second == '\0')
		offer_after(&f, verb, scope);
	else if (verb == ZC_V_SET)
		offer_values(&f, scope, second);
	else if (verb == ZC_V_ADD && scope != ZC_GLOBAL)
		offer_values(&f, scope, second);
	else if (zc_type_find(second) != ZC_TYPES)
		offer_pair(&f, zone, zc_type_find(second), line);
	return f.n;
}
