/* SPDX-License-Identifier: ISC
 *
 * session - one run of zonecfg: load, questions, commit, the end.
 */
#include "zonecfg/session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zonecfg/running.h"
#include "zonecfg/runstate.h"
#include "zonecfg/store.h"
#include "zonecfg/verify.h"

/* An operation of zoneadm may hold the lock for long: say so, do not hang. */
enum { LOCK_WAIT_MS = 60000 };

/* --- talking -------------------------------------------------------------- */

static void say(const struct zc_session *s, const char *fmt, va_list ap)
    PRINTF(2, 0);

static void
say(const struct zc_session *s, const char *fmt, va_list ap)
{
	_autofree char *text = mem_vprintf(fmt, ap);
	char *rest = text;
	char *line;

	(void)fflush(stdout);
	if (s->line > 0 && s->mode == ZC_FILE)
		fprintf(stderr, "On line %u of %s:\n", s->line, s->file);
	if (s->line > 0 && s->mode == ZC_STDIN)
		fprintf(stderr, "On line %u:\n", s->line);
	/* A word of a command file may be in it, and a terminal behind it. */
	while ((line = strsep(&rest, "\n")) != NULL) {
		_autofree char *shown = str_visible(line, strlen(line));

		fprintf(stderr, "%s\n", shown);
	}
}

void
zc_say(struct zc_session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(s, fmt, ap);
	va_end(ap);
}

void
zc_fail(struct zc_session *s, const char *fmt, ...)
{
	va_list ap;

	s->failed = true;
	va_start(ap, fmt);
	say(s, fmt, ap);
	va_end(ap);
}

int
zc_ask(struct zc_session *s, const char *fmt, ...)
{
	_autofree char *question = NULL;
	va_list ap;

	if (!s->can_ask || s->mode == ZC_FILE)
		return -1;
	va_start(ap, fmt);
	question = mem_vprintf(fmt, ap);
	va_end(ap);
	for (;;) {
		_autofree char *answer = NULL;
		size_t room = 0;

		printf("%s (y/[n])? ", question);
		(void)fflush(stdout);
		if (getline(&answer, &room, stdin) == -1) {
			clearerr(stdin);
			putchar('\n');
			return 0;
		}
		if (*answer == '\n' || *answer == 'n' || *answer == 'N')
			return 0;
		if (*answer == 'y' || *answer == 'Y')
			return 1;
	}
}

/* --- the zone in work ----------------------------------------------------- */

void
zc_session_take(struct zc_session *s, struct zc_zone *zone)
{
	zc_edit_done(&s->edit);
	zc_zone_free(s->zone);
	s->zone = zone;
	s->edit = (struct zc_edit){ .zone = zone };
}

static int
read_stamp(struct zc_session *s, struct zc_stamp *stamp, struct err *e)
{
	_autoclose int etc = zc_etc_open(e);

	*stamp = (struct zc_stamp){ 0 };
	if (etc == -1)
		return e->code == ENOENT ? 0 : -1;
	return zc_stamp_of(etc, s->name, stamp, e) == -1 ? -1 : 0;
}

int
zc_session_load(struct zc_session *s, struct err *e)
{
	struct zc_zone *zone = NULL;

	zc_session_take(s, NULL);
	s->broken = (struct err){ 0 };
	s->dirty = s->refused = false;
	/* The stamp first: a change behind it shows as a conflict. */
	if (read_stamp(s, &s->stamp, e) == -1)
		return -1;
	s->on_disk = zc_store_exists(s->name);
	if (zc_store_load(s->name, &zone, &s->broken) == 0) {
		s->broken = (struct err){ 0 };
		zc_session_take(s, zone);
	}
	return 0;
}

int
zc_session_open(struct zc_session *s, const char *name, enum zc_mode mode,
    struct err *e)
{
	*s = (struct zc_session){ .mode = mode, .lock = -1 };
	(void)snprintf(s->name, sizeof(s->name), "%s", name);
	s->can_ask = isatty(STDIN_FILENO) == 1;
	s->read_only = geteuid() != 0 && access(path_of(PATH_ETC), W_OK) == -1;
	return zc_session_load(s, e);
}

int
zc_session_go_live(struct zc_session *s, struct err *e)
{
	struct zc_zone *zone = NULL;

	if (!s->on_disk && !zc_name_is_global(s->name))
		return err_set(e, s->broken.code, "%s", s->broken.msg);
	if (zc_running_load(s->name, &zone, e) == -1)
		return -1;
	zc_session_take(s, zone);
	s->broken = (struct err){ 0 };
	s->live = true;
	return 0;
}

void
zc_session_close(struct zc_session *s)
{
	zc_session_take(s, NULL);
	fd_close_at(&s->lock);
}

static bool
same_stamp(const struct zc_stamp *a, const struct zc_stamp *b)
{
	return a->inode == b->inode && a->size == b->size &&
	    a->mtime == b->mtime;
}

static int
take_lock(struct zc_session *s, struct err *e)
{
	if (s->lock != -1)
		return 0;
	s->lock = zc_zone_lock(s->name, "zonecfg", LOCK_WAIT_MS, e);
	if (s->lock == -1)
		return err_in(e, "zone '%s'", s->name);
	return 0;
}

static void
drop_lock(struct zc_session *s)
{
	fd_close_at(&s->lock);
	s->lock = -1;
}

int
zc_session_begin(struct zc_session *s, struct err *e)
{
	struct zc_stamp now;

	if (s->lock != -1 || s->dirty ||
	    (s->mode != ZC_ARGV && s->mode != ZC_FILE))
		return 0;
	if (take_lock(s, e) == -1 || read_stamp(s, &now, e) == -1)
		return -1;
	if (same_stamp(&now, &s->stamp))
		return 0;
	return zc_session_load(s, e);
}

int
zc_session_state(const struct zc_session *s, enum zc_state *durable,
    enum zc_state *live, struct err *e)
{
	_cleanup_entry struct zc_entry entry = { 0 };
	_cleanup_run struct zc_run run = { 0 };

	*durable = *live = ZC_CONFIGURED;
	if (!s->on_disk || zc_name_is_global(s->name))
		return 0;
	if (zc_index_get(s->name, &entry, e) == -1) {
		/* A damaged configuration may still be deleted; with a damaged
		 * state by who knows that there may be a root. */
		if (s->broken.code != 0)
			return 0;
		if (e->code != ERR_CONFIG)
			return -1;
		entry.state = ZC_INSTALLED;
	}
	if (zc_run_load(s->name, &run, e) == -1)
		return -1;
	*durable = entry.state;
	*live = zc_state_now(&entry, &run);
	return 0;
}

/* --- commit --------------------------------------------------------------- */

static void
say_line(void *arg, const char *line)
{
	zc_say(arg, "%s", line);
}

/* Save under the new name: the old zone becomes it in one step. */
static int
save_renamed(struct zc_session *s, struct err *e)
{
	_autoclose int lock = -1;
	char to[ZC_NAME_MAX + 1];
	int rc;

	(void)snprintf(to, sizeof(to), "%s", s->zone->name);
	lock = zc_zone_lock(to, "zonecfg", LOCK_WAIT_MS, e);
	if (lock == -1)
		return -1;
	if (zc_store_exists(to))
		return err_set(e, EEXIST, "%s: Zone name already in use", to);
	if (!s->on_disk)
		return zc_store_save(s->zone, e);
	(void)snprintf(s->zone->name, sizeof(to), "%s", s->name);
	rc = zc_store_save(s->zone, e);
	(void)snprintf(s->zone->name, sizeof(to), "%s", to);
	if (rc == -1)
		return -1;
	return zc_store_rename(s->name, to, e);
}

static int
save(struct zc_session *s, struct err *e)
{
	struct zc_stamp now;

	if (read_stamp(s, &now, e) == -1)
		return -1;
	if (!same_stamp(&now, &s->stamp))
		return err_set(e, ERR_CONFIG,
		    "%s: the stored configuration was changed meanwhile; "
		    "'revert' and change it again",
		    s->name);
	if (strcmp(s->zone->name, s->name) != 0)
		return save_renamed(s, e);
	return zc_store_save(s->zone, e);
}

static int
locked_save(struct zc_session *s)
{
	bool held = s->lock != -1;
	struct err e;

	if (take_lock(s, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		return -1;
	}
	if (save(s, &e) == -1) {
		zc_fail(s, "%s", e.msg);
		if (!held)
			drop_lock(s);
		return -1;
	}
	/* A renamed zone has another lock. */
	if (!held || strcmp(s->zone->name, s->name) != 0)
		drop_lock(s);
	(void)snprintf(s->name, sizeof(s->name), "%s", s->zone->name);
	s->on_disk = true;
	if (read_stamp(s, &s->stamp, &e) == -1)
		zc_fail(s, "%s", e.msg);
	return 0;
}

static void
say_kept(void *arg, const char *what)
{
	zc_say(arg, "WARNING: %s is kept, but nothing here acts on it", what);
}

int
zc_session_commit(struct zc_session *s)
{
	struct err e;

	/* A program takes what it did not expect for a failure; it has
	 * "zoneadm verify" to ask. */
	if (s->mode == ZC_TERMINAL)
		zc_kept(s->zone, say_kept, s);
	if (zc_verify(s->zone, say_line, s, &e) == -1) {
		zc_say(s, "Zone %s failed to verify", s->zone->name);
		zc_fail(s, "%s: %s", s->zone->name, e.msg);
		s->refused = true;
		return -1;
	}
	if (locked_save(s) == -1) {
		s->refused = true;
		return -1;
	}
	s->dirty = s->refused = false;
	return 0;
}

/* --- running -------------------------------------------------------------- */

static void
syntax_error(struct zc_session *s, enum zc_verb verb, const struct err *e)
{
	if (verb == ZC_VERBS)
		zc_fail(s, "%s", e->msg);
	else
		zc_fail(s, "%s\nusage: %s", e->msg, zc_verbs[verb].usage);
}

void
zc_session_run(struct zc_session *s, const char *text, size_t len,
    unsigned line)
{
	struct zc_parser parser;

	zc_parse_init(&parser, text, len, line);
	while (!s->quit && !(s->failed && s->mode == ZC_FILE)) {
		_cleanup_cmd struct zc_cmd cmd = { .verb = ZC_VERBS };
		struct err e;
		int rc = zc_parse_next(&parser, &cmd, &e);

		if (rc == 0)
			break;
		s->line = parser.line;
		if (rc == -1)
			syntax_error(s, cmd.verb, &e);
		else
			zc_cmd_run(s, &cmd);
	}
	s->line = 0;
}

/* Leave without committing? Only who sits there can say no. */
static bool
really_quit(struct zc_session *s, const char *why, bool force)
{
	int yes = -1;

	if (!force && s->mode == ZC_TERMINAL)
		yes = zc_ask(s, "%s; really quit", why);
	if (yes == 0)
		return false;
	if (yes == -1)
		zc_fail(s, "%s.", why);
	return true;
}

bool
zc_session_finish(struct zc_session *s, bool force)
{
	if (s->edit.scope != ZC_GLOBAL && !force)
		return really_quit(s, "Resource incomplete", false);
	if (!s->dirty || !s->zone)
		return true;
	if (!s->refused && zc_session_commit(s) == 0)
		return true;
	return really_quit(s, "Configuration not saved", force);
}
