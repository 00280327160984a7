/* SPDX-License-Identifier: ISC
 *
 * help - explanations, out of the tables.
 */
#include <string.h>

#include "base/str.h"
#include "zonecfg/parse.h"
#include "zonecfg/session.h"

static void
help_all(FILE *out)
{
	fputs("Subcommands:\n", out);
	for (size_t v = 0; v < ZC_VERBS; v++)
		fprintf(out, "  %-9s%s\n", zc_verbs[v].name, zc_verbs[v].help);
	fputs("\nResources:\n", out);
	for (enum zc_type t = ZC_GLOBAL + 1; t < ZC_TYPES; t++)
		fprintf(out, "  %-17s%s\n", zc_types[t].name, zc_types[t].help);
	fputs("\nProperties of the zone:\n", out);
	for (size_t i = 0; i < zc_type_props(ZC_GLOBAL); i++)
		fprintf(out, "  %-17s%s\n", zc_props[i].name, zc_props[i].help);
	fputs("\nSee 'help SUBCOMMAND', 'help RESOURCE', 'help PROPERTY'.\n",
	    out);
}

static const char *
scope_text(enum zc_scope scope)
{
	if (scope == ZC_IN_GLOBAL)
		return "global scope";
	return scope == ZC_IN_RESOURCE ? "scope of a resource" : "any scope";
}

static void
help_verb(enum zc_verb verb, FILE *out)
{
	const struct zc_verb_row *row = &zc_verbs[verb];

	fprintf(out, "%s: %s\nusage: %s\nWhere: %s.\n", row->name, row->help,
	    row->usage, scope_text(row->scope));
}

static void
help_prop(const struct zc_prop *p, FILE *out)
{
	fprintf(out, "  %-26s%s%s%s\n", p->name, p->help,
	    p->flags & ZC_REQ ? " (required)" : "",
	    (p->flags | zc_types[p->type].flags) & ZC_KEPT
		? " (kept, nothing acts on it)"
		: "");
	if (p->initial)
		fprintf(out, "  %-26sdefault: %s\n", "", p->initial);
	if (p->kind == ZC_K_BOOL)
		fprintf(out, "  %-26sone of: true false\n", "");
	if (p->kind == ZC_K_ENUM || p->kind == ZC_K_ATTRTYPE)
		fprintf(out, "  %-26sone of: %s\n", "", p->arg);
}

static void
help_type(enum zc_type type, FILE *out)
{
	fprintf(out, "%s: %s\nProperties:\n", zc_types[type].name,
	    zc_types[type].help);
	for (enum zc_prop_id id = zc_types[type].first;
	     id < zc_types[type + 1].first; id++)
		help_prop(&zc_props[id], out);
}

/* A property, wherever it occurs. */
static int
help_props(const char *name, FILE *out)
{
	int rc = -1;

	for (enum zc_prop_id id = 0; id < ZC_PROPS; id++) {
		if (strcmp(zc_props[id].name, name) != 0)
			continue;
		fprintf(out, "%s %s:\n", zc_types[zc_props[id].type].name,
		    name);
		help_prop(&zc_props[id], out);
		rc = 0;
	}
	return rc;
}

/* No topic; one that is called nearly so, or why there is none. */
static int
no_topic(const char *topic, struct err *e)
{
	const char *names[ZC_VERBS + ZC_TYPES + ZC_PROPS];
	const char *why = zc_refused(ZC_GLOBAL, topic);
	const char *near;
	size_t n = 0;

	if (why)
		return err_set(e, ERR_USAGE, "help %s: not here: %s", topic,
		    why);
	for (size_t v = 0; v < ZC_VERBS; v++)
		names[n++] = zc_verbs[v].name;
	n += zc_type_names(names + n, ZC_TYPES);
	for (enum zc_prop_id id = 0; id < ZC_PROPS; id++)
		names[n++] = zc_props[id].name;
	near = str_nearest(topic, names, n);
	if (near)
		return err_set(e, ERR_USAGE,
		    "help: nothing known about '%s'; did you mean '%s'?", topic,
		    near);
	return err_set(e, ERR_USAGE,
	    "help: nothing known about '%s'; 'help' lists what there is",
	    topic);
}

int
zc_help(const char *topic, FILE *out, struct err *e)
{
	if (!topic) {
		help_all(out);
		return 0;
	}
	if (zc_verb_find(topic) != ZC_VERBS) {
		help_verb(zc_verb_find(topic), out);
		return 0;
	}
	if (zc_type_find(topic) != ZC_TYPES) {
		help_type(zc_type_find(topic), out);
		return 0;
	}
	return help_props(topic, out) == 0 ? 0 : no_topic(topic, e);
}
