/* SPDX-License-Identifier: ISC
 *
 * cmd - the subcommands of zonecfg, carried out on a session.
 */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "zonecfg/export.h"
#include "zonecfg/info.h"
#include "zonecfg/limits.h"
#include "zonecfg/page.h"
#include "zonecfg/session.h"
#include "zonecfg/store.h"
#include "zonecfg/template.h"
#include "zonecfg/verify.h"

/* A step of an edit: on success the configuration differs from the stored. */
static void
edited(struct zc_session *s, int rc, const struct err *e)
{
	if (rc == -1) {
		zc_fail(s, "%s", e->msg);
		return;
	}
	s->dirty = true;
	s->refused = false;
}

/* Some things cannot change any more once the zone is installed. That is no
 * failure: scripts set them again and again. */
static bool
too_late(struct zc_session *s, const char *verb, const char *what)
{
	enum zc_state durable;
	enum zc_state live;
	struct err e;

	if (zc_session_state(s, &durable, &live, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		return true;
	}
	if (durable == ZC_CONFIGURED)
		return false;
	zc_say(s, "Zone %s %s; %s%s%s not allowed.", s->name,
	    durable == ZC_INCOMPLETE ? "is incomplete" : "already installed",
	    verb, *what != '\0' ? " " : "", what);
	return true;
}

static bool
type_too_late(struct zc_session *s, const struct zc_cmd *cmd)
{
	enum zc_type type = zc_type_find(cmd->word);

	return type != ZC_TYPES && (zc_types[type].flags & ZC_EARLY) &&
	    too_late(s, zc_verbs[cmd->verb].name, cmd->word);
}

/* --- add, select, remove, end, cancel ----------------------------------------
 */

static void
do_add(struct zc_session *s, const struct zc_cmd *cmd)
{
	bool value = cmd->arg.shape != ZC_NO_ARG;
	struct err e;

	if (s->edit.scope != ZC_GLOBAL && value) {
		edited(s, zc_edit_add_value(&s->edit, cmd->word, &cmd->arg, &e),
		    &e);
		return;
	}
	if (s->edit.scope != ZC_GLOBAL || value) {
		zc_fail(s,
		    "The add %s command only makes sense in the %s "
		    "scope.",
		    value ? "PROPERTY VALUE" : "RESOURCE",
		    value ? "resource" : "global");
		return;
	}
	if (type_too_late(s, cmd))
		return;
	if (zc_edit_add(&s->edit, cmd->word, &e) == -1)
		zc_fail(s, "%s", e.msg);
}

static void
do_select(struct zc_session *s, const struct zc_cmd *cmd)
{
	struct err e;

	if (type_too_late(s, cmd))
		return;
	if (zc_edit_select(&s->edit, cmd, &e) == -1)
		zc_fail(s, "%s", e.msg);
}

/* Several resources go at once only when that was meant. */
static bool
remove_meant(struct zc_session *s, const struct zc_cmd *cmd)
{
	enum zc_type type = zc_type_find(cmd->word);
	size_t n = 0;
	struct err e;
	int yes;

	if (cmd->force || type == ZC_TYPES ||
	    zc_edit_matches(s->zone, type, cmd, &n, &e) == -1 || n < 2)
		return true;
	yes = zc_ask(s, "Are you sure you want to remove ALL '%s' resources",
	    cmd->word);
	if (yes == -1)
		zc_fail(s,
		    "remove %s: there are %zu of them; say which "
		    "(PROPERTY=VALUE), or use 'remove -F %s'",
		    cmd->word, n, cmd->word);
	return yes == 1;
}

static void
do_remove(struct zc_session *s, const struct zc_cmd *cmd)
{
	bool value = cmd->arg.shape != ZC_NO_ARG;
	struct err e;

	if (s->edit.scope != ZC_GLOBAL && value) {
		edited(s,
		    zc_edit_remove_value(&s->edit, cmd->word, &cmd->arg, &e),
		    &e);
		return;
	}
	if (s->edit.scope != ZC_GLOBAL || value) {
		zc_fail(s,
		    "The remove %s command only makes sense in the %s "
		    "scope.",
		    value ? "PROPERTY VALUE" : "RESOURCE",
		    value ? "resource" : "global");
		return;
	}
	if (!type_too_late(s, cmd) && remove_meant(s, cmd))
		edited(s, zc_edit_remove(&s->edit, cmd, &e), &e);
}

static void
do_end(struct zc_session *s, const struct zc_cmd *cmd)
{
	struct err e;

	(void)cmd;
	edited(s, zc_edit_end(&s->edit, &e), &e);
}

static void
do_cancel(struct zc_session *s, const struct zc_cmd *cmd)
{
	(void)cmd;
	zc_edit_cancel(&s->edit);
}

/* --- set, clear
 * ---------------------------------------------------------------- */

static void
rename_zone(struct zc_session *s, const char *to)
{
	enum zc_state durable;
	enum zc_state live;
	struct err e;

	if (strcmp(to, s->zone->name) == 0)
		return;
	if (!zc_name_ok(to) || zc_name_is_global(to)) {
		zc_fail(s, "%s: Bogus zone name", to);
		return;
	}
	if (strcmp(to, s->name) != 0 && zc_store_exists(to)) {
		zc_fail(s, "%s: Zone name already in use", to);
		return;
	}
	if (zc_session_state(s, &durable, &live, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		return;
	}
	if (live != ZC_CONFIGURED && live != ZC_INSTALLED) {
		zc_fail(s,
		    "%s: Zone state is invalid for the requested "
		    "operation",
		    s->name);
		return;
	}
	(void)snprintf(s->zone->name, sizeof(s->zone->name), "%s", to);
	s->dirty = true;
	s->refused = false;
}

/* The one check of a value that needs this host. */
static bool
user_exists(struct zc_session *s, const struct zc_cmd *cmd)
{
	enum zc_prop_id id = zc_prop_find(s->edit.scope, cmd->word);

	if (id != ZC_ADMIN_USER || cmd->arg.value.n != 1 ||
	    getpwnam(cmd->arg.value.item[0]))
		return true;
	zc_fail(s, "user %s is not a valid username", cmd->arg.value.item[0]);
	return false;
}

static void
do_set(struct zc_session *s, const struct zc_cmd *cmd)
{
	enum zc_prop_id id = zc_prop_find(s->edit.scope, cmd->word);
	struct err e;

	if (id == ZC_GLOBAL_ZONENAME && !zc_name_is_global(s->name) &&
	    cmd->arg.value.n == 1) {
		rename_zone(s, cmd->arg.value.item[0]);
		return;
	}
	if (id != ZC_PROPS && s->edit.scope == ZC_GLOBAL &&
	    (zc_props[id].flags & ZC_EARLY) && too_late(s, "set", cmd->word))
		return;
	if (user_exists(s, cmd))
		edited(s, zc_edit_set(&s->edit, cmd->word, &cmd->arg, &e), &e);
}

static void
do_clear(struct zc_session *s, const struct zc_cmd *cmd)
{
	struct err e;

	edited(s, zc_edit_clear(&s->edit, cmd->word, &e), &e);
}

/* --- create, delete, revert, commit, verify, exit
 * --------------------------------- */

/* A question that cannot be asked ends the run: what follows relies on it. */
static void
nobody_to_ask(struct zc_session *s, const char *what, const char *command)
{
	zc_fail(s, "%s and there is no terminal to ask on; use '%s -F'", what,
	    command);
	zc_session_take(s, NULL);
	s->dirty = false;
	s->quit = true;
}

/* May what is stored be overwritten? */
static bool
may_create(struct zc_session *s, bool force)
{
	_autofree char *what = NULL;
	int yes;

	if (!s->on_disk)
		return true;
	if (force) {
		printf("Zone %s already exists; overwriting.\n", s->name);
		return true;
	}
	yes = zc_ask(s, "Zone %s already exists; create anyway", s->name);
	if (yes == -1) {
		what = mem_printf("Zone %s already exists", s->name);
		nobody_to_ask(s, what, "create");
	}
	return yes == 1;
}

static void
do_create(struct zc_session *s, const struct zc_cmd *cmd)
{
	const char *template = cmd->blank ? "SUNWblank"
	    : cmd->template               ? cmd->template
					  : "SUNWdefault";
	struct zc_zone *zone = NULL;
	struct err e;

	if (zc_name_is_global(s->name) && !cmd->blank) {
		zc_fail(s,
		    "The global zone cannot be made from a template; "
		    "use 'create -b'");
		return;
	}
	if (s->on_disk && too_late(s, "create", ""))
		return;
	if (!may_create(s, cmd->force))
		return;
	if (zc_template(template, s->name, &zone, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		return;
	}
	zc_session_take(s, zone);
	s->broken = (struct err){ 0 };
	edited(s, 0, &e);
}

/* The stored zone goes; its directory is left alone. */
static void
delete_now(struct zc_session *s)
{
	_autoclose int lock = -1;
	enum zc_state durable;
	enum zc_state live;
	struct err e;

	if (s->lock == -1)
		lock = zc_zone_lock(s->name, "zonecfg delete", 0, &e);
	if (s->lock == -1 && lock == -1) {
		zc_fail(s, "zone '%s': %s", s->name, e.msg);
		return;
	}
	/* Once more under the lock: it may have been booted meanwhile. */
	if (zc_session_state(s, &durable, &live, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		return;
	}
	if (live > ZC_INSTALLED) {
		zc_fail(s,
		    "%s: Zone state is invalid for the requested "
		    "operation",
		    s->name);
		return;
	}
	if (zc_store_remove(s->name, &e) == -1 || zc_session_load(s, &e) == -1)
		zc_fail(s, "%s", e.msg);
}

static void
do_delete(struct zc_session *s, const struct zc_cmd *cmd)
{
	enum zc_state durable;
	enum zc_state live;
	struct err e;
	int yes = 1;

	if (!s->on_disk || zc_name_is_global(s->name)) {
		zc_fail(s, "%s: No such zone configured", s->name);
		return;
	}
	if (zc_session_state(s, &durable, &live, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		return;
	}
	if (live > ZC_INSTALLED) {
		zc_fail(s,
		    "%s: Zone state is invalid for the requested "
		    "operation",
		    s->name);
		return;
	}
	if (durable != ZC_CONFIGURED && !cmd->force) {
		zc_say(s,
		    "Zone %s not in configured state; delete not "
		    "allowed.  Use -F to force delete.",
		    s->name);
		return;
	}
	if (!cmd->force)
		yes = zc_ask(s, "Are you sure you want to delete zone %s",
		    s->name);
	if (yes == -1)
		nobody_to_ask(s, "delete is for good", "delete");
	else if (yes == 1)
		delete_now(s);
}

static void
do_revert(struct zc_session *s, const struct zc_cmd *cmd)
{
	struct err e;
	int yes = 1;

	if (!s->dirty) {
		zc_say(s, "No changes to revert.");
		return;
	}
	if (!s->on_disk) {
		zc_fail(s, "%s: no such saved zone to revert to.", s->name);
		return;
	}
	if (!cmd->force)
		yes = zc_ask(s, "Are you sure you want to revert");
	if (yes == -1)
		nobody_to_ask(s, "revert forgets changes", "revert");
	else if (yes == 1 && zc_session_load(s, &e) == -1)
		zc_fail(s, "%s", e.msg);
}

static void
do_commit(struct zc_session *s, const struct zc_cmd *cmd)
{
	(void)cmd;
	if (s->dirty)
		(void)zc_session_commit(s);
}

static void
say_line(void *arg, const char *line)
{
	zc_say(arg, "%s", line);
}

static void
do_verify(struct zc_session *s, const struct zc_cmd *cmd)
{
	struct err e;

	(void)cmd;
	if (zc_verify(s->zone, say_line, s, &e) == 0)
		return;
	zc_say(s, "Zone %s failed to verify", s->zone->name);
	zc_fail(s, "%s: %s", s->zone->name, e.msg);
}

static void
do_exit(struct zc_session *s, const struct zc_cmd *cmd)
{
	s->quit = zc_session_finish(s, cmd->force);
}

/* --- info, export, help
 * -------------------------------------------------------- */

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
do_info(struct zc_session *s, const struct zc_cmd *cmd)
{
	enum zc_type type = cmd->word ? zc_type_find(cmd->word) : ZC_TYPES;
	struct zc_page page;
	FILE *out = zc_page_open(&page, s->mode);

	if (s->edit.scope != ZC_GLOBAL && type == ZC_TYPES)
		info_pending(s, cmd, out);
	else if (!cmd->word)
		zc_info(s->zone, out);
	else if (type != ZC_TYPES)
		info_resources(s, cmd, type, out);
	else
		info_property(s, cmd->word, out);
	zc_page_close(&page);
}

static void
do_export(struct zc_session *s, const struct zc_cmd *cmd)
{
	FILE *out = stdout;
	int bad;

	if (cmd->file)
		out = fopen(cmd->file, "we");
	if (!out) {
		zc_fail(s, "export: cannot write '%s': %s", cmd->file,
		    strerror(errno));
		return;
	}
	zc_export_to(s->zone, out);
	bad = cmd->file ? fclose(out) : fflush(out);
	if (bad != 0)
		zc_fail(s, "export: %s", strerror(errno));
}

static void
do_help(struct zc_session *s, const struct zc_cmd *cmd)
{
	struct zc_page page;
	FILE *out = zc_page_open(&page, s->mode);
	int rc = zc_help(cmd->word, out);

	zc_page_close(&page);
	if (rc == -1)
		zc_say(s, "help: nothing known about '%s'", cmd->word);
}

/* --- dispatch
 * ----------------------------------------------------------------------- */

/* With what each starts: no zone at all, a zone in work. */
static const struct {
	void (*run)(struct zc_session *s, const struct zc_cmd *cmd);
	bool needs_zone;
} handlers[ZC_VERBS] = {
	[ZC_V_ADD] = { do_add, true },
	[ZC_V_CANCEL] = { do_cancel, true },
	[ZC_V_CLEAR] = { do_clear, true },
	[ZC_V_COMMIT] = { do_commit, true },
	[ZC_V_CREATE] = { do_create, false },
	[ZC_V_DELETE] = { do_delete, false },
	[ZC_V_END] = { do_end, true },
	[ZC_V_EXIT] = { do_exit, false },
	[ZC_V_EXPORT] = { do_export, true },
	[ZC_V_HELP] = { do_help, false },
	[ZC_V_INFO] = { do_info, true },
	[ZC_V_REMOVE] = { do_remove, true },
	[ZC_V_REVERT] = { do_revert, false },
	[ZC_V_SELECT] = { do_select, true },
	[ZC_V_SET] = { do_set, true },
	[ZC_V_VERIFY] = { do_verify, true },
};

static bool
right_scope(struct zc_session *s, enum zc_verb verb)
{
	enum zc_scope now = s->edit.scope == ZC_GLOBAL ? ZC_IN_GLOBAL
						       : ZC_IN_RESOURCE;

	if (zc_verbs[verb].scope & now)
		return true;
	zc_fail(s, "The %s command only makes sense in the %s scope.%s",
	    zc_verbs[verb].name, now == ZC_IN_GLOBAL ? "resource" : "global",
	    verb == ZC_V_REVERT ? "  Use 'cancel' to leave the resource." : "");
	return false;
}

void
zc_cmd_run(struct zc_session *s, const struct zc_cmd *cmd)
{
	const struct zc_verb_row *row = &zc_verbs[cmd->verb];
	struct err e;

	if (row->changes && s->read_only) {
		zc_fail(s, "%s: cannot %s in read-only mode.", s->name,
		    row->name);
		return;
	}
	/* A zone that is not there gets no lock file. */
	if (row->changes && (s->on_disk || cmd->verb == ZC_V_CREATE) &&
	    zc_session_begin(s, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		return;
	}
	if (!right_scope(s, cmd->verb))
		return;
	if (handlers[cmd->verb].needs_zone && !s->zone) {
		zc_fail(s, "%s", s->broken.msg);
		return;
	}
	handlers[cmd->verb].run(s, cmd);
}
