/* SPDX-License-Identifier: ISC
 *
 * show - the subcommands of zonecfg that change nothing: info, export, help,
 * diff.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/diff.h"
#include "zonecfg/export.h"
#include "zonecfg/info.h"
#include "zonecfg/json.h"
#include "zonecfg/limits.h"
#include "zonecfg/page.h"
#include "zonecfg/running.h"
#include "zonecfg/session.h"
#include "zonecfg/store.h"

static void
info_property(struct zc_session *s, const char *name, FILE *out)
{
	const char *names[ZC_PROPS + ZC_TYPES];
	enum zc_prop_id id = zc_prop_find(ZC_GLOBAL, name);
	const char *near;
	size_t n;

	if (id != ZC_PROPS) {
		zc_info_prop(s->zone, id, out);
		return;
	}
	n = zc_prop_names(ZC_GLOBAL, names, ZC_PROPS);
	n += zc_type_names(names + n, ZC_TYPES);
	near = str_nearest(name, names, n);
	zc_fail(s, "info %s: No such property or resource type%s%s%s", name,
	    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static void
info_resources(struct zc_session *s, const struct zc_cmd *cmd,
    enum zc_type type, FILE *out)
{
	struct zc_rec view;
	size_t n;
	struct err e;

	if (zc_edit_matches(s->zone, type, cmd, &n, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		return;
	}
	if (n == 0 && cmd->npairs > 0)
		fprintf(out, "No such %s resource.\n", cmd->word);
	if (n > 0 && (zc_types[type].flags & ZC_VIEW) &&
	    zc_view_load(s->zone, type, &view)) {
		zc_info_rec(&view, out);
		zc_rec_done(&view);
		return;
	}
	for (size_t i = 0; i < n; i++)
		zc_info_rec(zc_edit_match(s->zone, type, cmd, i), out);
}

/* In the scope of a resource, the resource as it is being edited. */
static void
info_pending(struct zc_session *s, const struct zc_cmd *cmd, FILE *out)
{
	enum zc_prop_id id;
	struct err e;

	if (!cmd->word)
		zc_info_rec(&s->edit.pending, out);
	else if (zc_edit_find_prop(&s->edit, "info", cmd->word, &id, &e) == -1)
		zc_fail(s, "%s", e.msg);
	else
		zc_info_rec_prop(&s->edit.pending, id, out);
}

static void
info_json(struct zc_session *s, const struct zc_cmd *cmd, FILE *out)
{
	enum zc_type type = cmd->word ? zc_type_find(cmd->word) : ZC_TYPES;
	enum zc_prop_id id = ZC_PROPS;
	_autojson json_t *all = NULL;
	_autojson json_t *part = NULL;
	json_t *value;
	struct err e;

	if (s->edit.scope != ZC_GLOBAL)
		all = zc_json_rec(&s->edit.pending);
	else
		all = zc_json_zone(s->zone, ZC_JSON_INFO);
	if (cmd->npairs > 0) {
		zc_fail(s,
		    "info --json shows all resources of a type; choose among "
		    "them in what it prints");
		return;
	}
	if (cmd->word) {
		if (s->edit.scope != ZC_GLOBAL || type == ZC_TYPES) {
			if (zc_edit_find_prop(&s->edit, "info", cmd->word, &id,
				&e) == -1) {
				zc_fail(s, "%s", e.msg);
				return;
			}
		}
		part = json_object();
		value = json_object_get(all, cmd->word);
		json_put(part, cmd->word,
		    value ? json_incref(value) : json_null());
	}
	if (json_print(part ? part : all, out, &e) == -1)
		zc_fail(s, "info: %s", e.msg);
}

void
zc_show_info(struct zc_session *s, const struct zc_cmd *cmd)
{
	enum zc_type type = cmd->word ? zc_type_find(cmd->word) : ZC_TYPES;
	struct zc_page page;
	FILE *out = zc_page_open(&page, s->mode);

	if (cmd->json)
		info_json(s, cmd, out);
	else if (s->edit.scope != ZC_GLOBAL && type == ZC_TYPES)
		info_pending(s, cmd, out);
	else if (!cmd->word)
		zc_info(s->zone, out);
	else if (type != ZC_TYPES)
		info_resources(s, cmd, type, out);
	else
		info_property(s, cmd->word, out);
	if (cmd->verbose && !cmd->word && !cmd->json &&
	    s->edit.scope == ZC_GLOBAL && !zc_name_is_global(s->name))
		zc_info_defaults(s->zone, out);
	zc_page_close(&page);
}

static int
export_json(const struct zc_zone *zone, FILE *out, struct err *e)
{
	_autojson json_t *json = zc_json_zone(zone, ZC_JSON_EXPORT);

	return json_print(json, out, e);
}

void
zc_show_export(struct zc_session *s, const struct zc_cmd *cmd)
{
	FILE *out = stdout;
	struct err e;
	int bad;

	if (cmd->file)
		out = fopen(cmd->file, "we");
	if (!out) {
		zc_fail(s, "export: cannot write '%s': %s", cmd->file,
		    strerror(errno));
		return;
	}
	if (!cmd->json)
		zc_export_to(s->zone, out);
	else if (export_json(s->zone, out, &e) == -1)
		zc_fail(s, "export: %s", e.msg);
	bad = cmd->file ? fclose(out) : fflush(out);
	if (bad != 0)
		zc_fail(s, "export: cannot write '%s': %s",
		    cmd->file ? cmd->file : "the output", strerror(errno));
}

void
zc_show_help(struct zc_session *s, const struct zc_cmd *cmd)
{
	struct zc_page page;
	FILE *out = zc_page_open(&page, s->mode);
	struct err e;
	int rc = zc_help(cmd->word, out, &e);

	zc_page_close(&page);
	if (rc == -1)
		zc_say(s, "%s", e.msg);
}

/* --- diff -------------------------------------------------------------------
 */

/* What to compare with: another zone, or what this one runs with. */
static int
other_of(const struct zc_session *s, const char *name, struct zc_zone **out,
    struct err *e)
{
	if (name)
		return zc_store_load(name, out, e);
	if (zc_running_load(s->name, out, e) == -1)
		return err_set(e, e->code, "diff: %s%s", e->msg,
		    e->code == ERR_STATE
			? "; 'diff ZONE' compares with another zone"
			: "");
	return 0;
}

static void
print_diff(const struct zc_session *s, const struct zc_diff *diff,
    const char *other, FILE *out)
{
	/* Also through a pager: then stdout is the terminal behind it. */
	bool colour = fd_takes_colour(STDOUT_FILENO);

	/* Without a name the running zone is the older of the two. */
	if (diff->n > 0)
		fprintf(out, "--- %s%s\n+++ %s%s\n", other ? other : s->name,
		    other ? "" : " (running)", s->zone->name,
		    other ? "" : " (stored)");
	zc_diff_print(diff, colour, out);
}

void
zc_show_diff(struct zc_session *s, const struct zc_cmd *cmd)
{
	_cleanup_zone struct zc_zone *other = NULL;
	_cleanup_diff struct zc_diff diff = { 0 };
	_autojson json_t *json = NULL;
	struct zc_page page;
	struct err e;
	FILE *out;

	if (other_of(s, cmd->word, &other, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		return;
	}
	diff = zc_diff(other, s->zone);
	out = zc_page_open(&page, s->mode);
	if (!cmd->json) {
		print_diff(s, &diff, cmd->word, out);
	} else {
		json = zc_json_diff(&diff);
		if (json_print(json, out, &e) == -1)
			zc_fail(s, "diff: %s", e.msg);
	}
	zc_page_close(&page);
}
