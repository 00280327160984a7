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
#include "zonecfg/detached.h"
#include "zonecfg/diff.h"
#include "zonecfg/json.h"
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
	if (zc_refused(s->edit.scope, cmd->word)) {
		zc_fail(s, "add %s: not here: %s", cmd->word,
		    zc_refused(s->edit.scope, cmd->word));
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

/* --- set, clear ----------------------------------------------------------- */

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

/* "set -F" follows a zone whose files were put elsewhere in another system. */
static bool
may_force(struct zc_session *s, const struct zc_cmd *cmd, enum zc_prop_id id)
{
	if (!cmd->force || (s->moved && id == ZC_GLOBAL_ZONEPATH))
		return true;
	zc_fail(s,
	    "set %s: -F is for the zonepath of a zone below another root, "
	    "'zonecfg -R ROOT'",
	    cmd->word);
	return false;
}

static void
do_set(struct zc_session *s, const struct zc_cmd *cmd)
{
	enum zc_prop_id id = zc_prop_find(s->edit.scope, cmd->word);
	struct err e;

	if (!may_force(s, cmd, id))
		return;
	if (id == ZC_GLOBAL_ZONENAME && !zc_name_is_global(s->name) &&
	    cmd->arg.value.n == 1) {
		rename_zone(s, cmd->arg.value.item[0]);
		return;
	}
	if (id != ZC_PROPS && s->edit.scope == ZC_GLOBAL && !cmd->force &&
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

/* --- create, delete, revert, commit, verify, exit ------------------------- */

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

/* What the zone starts as. */
static int
start_of(const struct zc_session *s, const struct zc_cmd *cmd,
    struct zc_zone **out, struct err *e)
{
	const char *template = cmd->blank ? "SUNWblank"
	    : cmd->template               ? cmd->template
					  : "SUNWdefault";

	if (cmd->blank + !!cmd->template + !!cmd->detached > 1)
		return err_set(e, ERR_CONFIG,
		    "create: only one of -b, -t and -a is possible");
	if (cmd->detached)
		return zc_detached_load(cmd->detached, s->name, out, e);
	return zc_template(template, s->name, out, e);
}

static void
do_create(struct zc_session *s, const struct zc_cmd *cmd)
{
	struct zc_zone *zone = NULL;
	struct err e;

	if (zc_name_is_global(s->name) && !cmd->blank) {
		zc_fail(s,
		    "The global zone cannot be made from a template; "
		    "use 'create -b'");
		return;
	}
	if (cmd->xml) {
		zc_fail(s,
		    "create -X: not here: configurations are no XML; "
		    "'zonecfg -z %s -f FILE' takes commands, -j FILE JSON",
		    s->name);
		return;
	}
	if (s->on_disk && too_late(s, "create", ""))
		return;
	if (!may_create(s, cmd->force))
		return;
	if (start_of(s, cmd, &zone, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		return;
	}
	zc_session_take(s, zone);
	s->broken = (struct err){ 0 };
	edited(s, 0, &e);
}

/* What cannot change once the zone is installed is the same in both? */
static const char *
early_change(const struct zc_zone *a, const struct zc_zone *b)
{
	_cleanup_diff struct zc_diff diff = zc_diff(a, b);

	for (size_t i = 0; i < diff.n; i++) {
		const struct zc_change *c = &diff.change[i];
		enum zc_prop_id id = zc_prop_find(ZC_GLOBAL,
		    c->prop ? c->prop : "");
		_autofree char *type = mem_strndup(c->res ? c->res : "",
		    strcspn(c->res ? c->res : "", " "));
		enum zc_type t = zc_type_find(type);

		if (!c->res && (zc_props[id].flags & ZC_EARLY))
			return zc_props[id].name;
		if (c->res && t != ZC_TYPES && (zc_types[t].flags & ZC_EARLY))
			return zc_types[t].name;
	}
	return NULL;
}

static int
may_replace(const struct zc_session *s, const struct zc_zone *zone,
    struct err *e)
{
	enum zc_state durable;
	enum zc_state live;
	const char *what;
	const struct zc_rec *admin;

	if (zc_session_state(s, &durable, &live, e) == -1)
		return -1;
	what = s->zone && durable != ZC_CONFIGURED ? early_change(s->zone, zone)
						   : NULL;
	if (what)
		return err_set(e, ERR_STATE,
		    "Zone %s already installed; set %s not allowed.", s->name,
		    what);
	for (size_t i = 0; (admin = zc_nth(zone, ZC_ADMIN, i)) != NULL; i++) {
		const char *user = zc_rec_text(admin, ZC_ADMIN_USER);

		if (!getpwnam(user))
			return err_set(e, ERR_CONFIG,
			    "user %s is not a valid username", user);
	}
	return 0;
}

void
zc_cmd_json(struct zc_session *s, const char *text, size_t len)
{
	struct zc_zone *zone = NULL;
	struct err e;

	if (s->read_only || s->live) {
		zc_fail(s, "%s: cannot create in read-only mode.", s->name);
		return;
	}
	if (zc_session_begin(s, &e) == -1 ||
	    zc_json_parse(s->name, s->file, text, len, &zone, &e) == -1 ||
	    may_replace(s, zone, &e) == -1) {
		zc_zone_free(zone);
		zc_fail(s, "zone '%s': %s", s->name, e.msg);
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
	/* Its file is gone. */
	fd_close_at(&s->lock);
	s->lock = -1;
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
		/* Nor shall there be one at the end. */
		if (cmd->force && !zc_name_is_global(s->name) &&
		    zc_session_load(s, &e) == -1)
			zc_fail(s, "%s", e.msg);
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

/* --- dispatch ------------------------------------------------------------- */

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
	[ZC_V_DIFF] = { zc_show_diff, true },
	[ZC_V_END] = { do_end, true },
	[ZC_V_EXIT] = { do_exit, false },
	[ZC_V_EXPORT] = { zc_show_export, true },
	[ZC_V_HELP] = { zc_show_help, false },
	[ZC_V_INFO] = { zc_show_info, true },
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

	if (row->changes && s->live) {
		zc_fail(s,
		    "zone '%s': %s: what a running zone has does not change "
		    "with -r; change what is stored, without -r, then "
		    "'zoneadm -z %s reboot'",
		    s->name, row->name, s->name);
		return;
	}
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
