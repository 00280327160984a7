/* SPDX-License-Identifier: ISC
 *
 * cmd_snapshot - what a zone's root was at a moment: keep it, list it, go back
 * to it, forget it, and say what has changed since.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fd.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/diff.h"
#include "fs/snapshot.h"
#include "fs/zonepath.h"
#include "zoneadm/cmd.h"
#include "zoneadm/fill.h"
#include "zonecfg/store.h"

struct work {
	struct cmd_call *call;
	const struct fs_backend *backend;
	struct fs_home home;
	const char *name; /* NULL where none was given */
	bool live;
	bool parsable;
	bool json;
};

static void
work_done(struct work *w)
{
	fd_close_at(&w->home.dir);
}

/* Nothing but the backends that say so can touch a root that is in use. */
static int
check_halted(const struct work *w, const char *verb, struct err *e)
{
	const char *zone = w->call->zone;

	if (w->call->state == ZC_INSTALLED)
		return 0;
	return err_set(e, ERR_STATE,
	    "snapshot %s is invalid for a zone that is %s: 'zoneadm -z %s %s' "
	    "first",
	    verb, zc_state_name(w->call->state), zone,
	    w->call->state == ZC_MOUNTED ? "unmount" : "halt");
}

/* --- create -----------------------------------------------------------------
 */

static int
create(struct work *w, struct err *e)
{
	char now[32];
	time_t t = time(NULL);
	struct tm tm;

	if (w->live && !(w->backend->can & FS_CAN_LIVE))
		return err_set(e, ENOTSUP,
		    "backend '%s' cannot keep the root of a running zone: "
		    "'zoneadm -z %s halt' first",
		    w->backend->name, w->call->zone);
	if (!w->live && check_halted(w, "create", e) == -1)
		return -1;
	if (!w->name) {
		(void)strftime(now, sizeof(now), "%Y%m%d-%H%M%S",
		    gmtime_r(&t, &tm));
		w->name = now;
	}
	if (!fs_snapshot_name_ok(w->name))
		return err_set(e, EINVAL,
		    "'%s' is no name for a snapshot: letters, digits, '.', '-' "
		    "and '_', at most %d, the first a letter or digit",
		    w->name, FS_SNAPSHOT_NAME_MAX);
	if (fs_snapshot_is_ours(w->name))
		return err_set(e, EINVAL,
		    "snapshots named SUNWzoneN are made by clone");
	if (fs_snapshot_make(w->backend, &w->home, w->name, e) == -1)
		return -1;
	return printf("%s\n", w->name) < 0 ? err_sys(e, "stdout") : 0;
}

/* --- list -------------------------------------------------------------------
 */

/* "12.3M"; what is not known is "-". */
static void
size_text(bool known, uint64_t bytes, char out[16])
{
	static const char units[] = "BKMGTPE";
	double n = (double)bytes;
	size_t unit = 0;

	while (n >= 1024 && unit < sizeof(units) - 2) {
		n /= 1024;
		unit++;
	}
	if (!known)
		(void)snprintf(out, 16, "-");
	else if (unit == 0)
		(void)snprintf(out, 16, "%.0fB", n);
	else
		(void)snprintf(out, 16, "%.1f%c", n, units[unit]);
}

static int
measure(const struct work *w, const char *name, bool *known, uint64_t *bytes,
    struct err *e)
{
	_autoclose int fd = -1;

	*known = w->backend->used != NULL;
	*bytes = 0;
	if (!*known)
		return 0;
	fd = fs_snapshot_open(&w->home, name, e);
	return fd == -1 ? -1 : w->backend->used(&w->home, fd, bytes, e);
}

static json_t *
as_json(const struct fs_snapshot *s, bool known, uint64_t bytes)
{
	json_t *o = json_object();

	json_put_string(o, "name", s->name);
	json_put(o, "created", json_integer((json_int_t)s->made));
	json_put(o, "used",
	    known ? json_integer((json_int_t)bytes) : json_null());
	json_put(o, "clones", json_integer((json_int_t)s->clones));
	return o;
}

static void
print_row(const struct work *w, const struct fs_snapshot *s, bool known,
    uint64_t bytes)
{
	char date[32];
	char size[16];
	struct tm tm;

	if (w->parsable && known)
		(void)printf("%s:%lld:%llu:%zu\n", s->name, (long long)s->made,
		    (unsigned long long)bytes, s->clones);
	else if (w->parsable)
		(void)printf("%s:%lld:-:%zu\n", s->name, (long long)s->made,
		    s->clones);
	if (w->parsable)
		return;
	(void)strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S",
	    localtime_r(&s->made, &tm));
	size_text(known, bytes, size);
	(void)printf("%-24s %-19s %8s %6zu\n", s->name, date, size, s->clones);
}

static int
print_list(const struct work *w, const struct fs_snapshots *list, struct err *e)
{
	_autojson json_t *all = json_array();

	if (!w->parsable && !w->json)
		(void)printf("%-24s %-19s %8s %6s\n", "NAME", "CREATED", "USED",
		    "CLONES");
	for (size_t i = 0; i < list->n; i++) {
		bool known;
		uint64_t bytes;

		if (measure(w, list->of[i].name, &known, &bytes, e) == -1)
			return -1;
		if (w->json)
			(void)json_array_append_new(all,
			    as_json(&list->of[i], known, bytes));
		else
			print_row(w, &list->of[i], known, bytes);
	}
	return w->json ? json_print(all, stdout, e) : 0;
}

static int
list(struct work *w, struct err *e)
{
	struct fs_snapshots all = { 0 };
	int result;

	if (fs_snapshot_list(&w->home, &all, e) == -1)
		return -1;
	result = print_list(w, &all, e);
	fs_snapshots_done(&all);
	return result;
}

/* --- rollback, destroy -------------------------------------------------------
 */

static int
rollback(struct work *w, struct err *e)
{
	_cleanup_zone struct zc_zone *cfg = NULL;
	_autoclose int snap = fs_snapshot_open(&w->home, w->name, e);

	if (snap == -1 || check_halted(w, "rollback", e) == -1 ||
	    zc_store_load(w->call->zone, &cfg, e) == -1 ||
	    w->backend->revert(&w->home, snap, e) == -1)
		return -1;
	/* The root is another subvolume now. */
	if (fill_limit(cfg, &w->home, e) == -1)
		return err_in(e, "the root is rolled back, and unlimited");
	return 0;
}

static int
destroy(struct work *w, struct err *e)
{
	return fs_snapshot_remove(w->backend, &w->home, w->name, e);
}

/* --- diff -------------------------------------------------------------------
 */

struct printing {
	json_t *all; /* NULL: lines */
};

static int
print_change(char what, const char *path, void *arg)
{
	static const char *const words
	    [] = { ['+'] = "added", ['-'] = "removed", ['M'] = "modified" };
	struct printing *p = arg;
	_autofree char *full = mem_printf("/%s", path);
	_autofree char *shown = NULL;
	json_t *o;

	if (!p->all) {
		shown = str_visible(full, strlen(full));
		(void)printf("%c\t%s\n", what, shown);
		return 0;
	}
	o = json_object();
	json_put_string(o, "change", words[(unsigned char)what]);
	json_put(o, "path", json_text(full));
	(void)json_array_append_new(p->all, o);
	return 0;
}

static int
diff(struct work *w, struct err *e)
{
	_autojson json_t *all = w->json ? json_array() : NULL;
	struct printing p = { all };
	_autoclose int snap = fs_snapshot_open(&w->home, w->name, e);
	_autoclose int before = -1;
	_autoclose int now = -1;

	if (snap == -1)
		return -1;
	before = w->backend->view(&w->home, snap, FS_VIEW_READ, e);
	now = before == -1 ? -1
			   : w->backend->view(&w->home, -1, FS_VIEW_READ, e);
	if (now == -1 || fs_diff(before, now, print_change, &p, e) == -1)
		return -1;
	return all ? json_print(all, stdout, e) : 0;
}

/* --- the command line -------------------------------------------------------
 */

/* What follows "snapshot". Columns: the word, whether a name must or may be
 * given, what it does. */
enum named { NAME_NONE, NAME_MAY, NAME_MUST };
static const struct {
	const char *word;
	enum named named;
	const char *options; /* of "lpj" */
	int (*run)(struct work *w, struct err *e);
} verbs[] = {
	{ "create", NAME_MAY, "l", create },
	{ "list", NAME_NONE, "pj", list },
	{ "rollback", NAME_MUST, "", rollback },
	{ "destroy", NAME_MUST, "", destroy },
	{ "diff", NAME_MUST, "j", diff },
};

static int
unknown_verb(const char *word, struct err *e)
{
	const char *words[ARRAY_LEN(verbs)];
	const char *near;

	if (!word)
		return err_set(e, ERR_USAGE,
		    "snapshot: create, list, rollback, destroy or diff?");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		words[i] = verbs[i].word;
	near = str_nearest(word, words, ARRAY_LEN(words));
	if (near)
		return err_set(e, ERR_USAGE,
		    "snapshot: unknown word '%s'; did you mean '%s'?", word,
		    near);
	return err_set(e, ERR_USAGE,
	    "snapshot: '%s' is none of create, list, rollback, destroy and "
	    "diff",
	    word);
}

static int
find_verb(const struct cmd_call *call, size_t *verb, struct err *e)
{
	const char *word = call->argc > 1 ? call->argv[1] : NULL;

	for (size_t i = 0; word && i < ARRAY_LEN(verbs); i++) {
		if (strcmp(verbs[i].word, word) == 0) {
			*verb = i;
			return 0;
		}
	}
	return unknown_verb(word, e);
}

static int
one_option(struct work *w, const char *allowed, int c, struct err *e)
{
	if (c == '?' || !strchr(allowed, c))
		return err_set(e, ERR_USAGE, "snapshot: no such option");
	w->live |= c == 'l';
	w->parsable |= c == 'p';
	w->json |= c == 'j';
	return 0;
}

static int
parse(struct work *w, size_t verb, struct err *e)
{
	static const struct option longs[] = {
		{ "live", no_argument, NULL, 'l' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	const char *word = verbs[verb].word;
	int argc = w->call->argc - 1;
	char **argv = w->call->argv + 1;
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, "+p", longs, NULL)) != -1) {
		if (one_option(w, verbs[verb].options, c, e) == -1)
			return -1;
	}
	if (w->parsable && w->json)
		return err_set(e, ERR_USAGE,
		    "snapshot %s: -p and --json exclude each other", word);
	if (optind < argc && verbs[verb].named != NAME_NONE)
		w->name = argv[optind++];
	if (optind < argc)
		return err_set(e, ERR_USAGE, "snapshot %s: '%s' is too much",
		    word, argv[optind]);
	if (!w->name && verbs[verb].named == NAME_MUST)
		return err_set(e, ERR_USAGE,
		    "snapshot %s: no snapshot is named", word);
	return 0;
}

int
cmd_snapshot_check(struct cmd_call *call, struct err *e)
{
	struct work w = { .call = call };
	size_t verb = 0;

	return find_verb(call, &verb, e) == -1 || parse(&w, verb, e) == -1 ? -1
									   : 0;
}

int
cmd_snapshot(struct cmd_call *call, struct err *e)
{
	_cleanup(work_done) struct work w = {
		.call = call,
		.home = { .dir = -1, .path = call->entry.zonepath },
	};
	size_t verb = 0;

	if (find_verb(call, &verb, e) == -1 || parse(&w, verb, e) == -1 ||
	    fs_backend_find(call->entry.backend, &w.backend, e) == -1)
		return -1;
	w.home.dir = fs_zonepath_open(w.home.path, e);
	return w.home.dir == -1 ? -1 : verbs[verb].run(&w, e);
}
