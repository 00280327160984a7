/* SPDX-License-Identifier: ISC
 *
 * complete - what may stand at the end of a line, out of the tables.
 */
#include "zonecfg/complete.h"

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

/* "set ip-type=sh": the values of properties that have only a few. */
static void
offer_values(struct found *f, enum zc_type scope, const char *prop)
{
	enum zc_prop_id id = zc_prop_find(scope, prop);
	_autofree char *words = NULL;
	char *rest;
	char *word;

	if (id == ZC_PROPS)
		return;
	if (zc_props[id].kind == ZC_K_BOOL)
		words = mem_strdup("true false");
	else if (zc_props[id].kind == ZC_K_ENUM ||
	    zc_props[id].kind == ZC_K_ATTRTYPE)
		words = mem_strdup(zc_props[id].arg);
	rest = words;
	while ((word = strsep(&rest, " ")) != NULL)
		offer(f, word);
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

size_t
zc_complete(const char *line, size_t len, enum zc_type scope,
    struct zc_word *words, size_t max, size_t *word)
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
	else if (zc_type_find(second) != ZC_TYPES)
		offer_props(&f, zc_type_find(second), "=");
	return f.n;
}
