/* SPDX-License-Identifier: ISC
 *
 * cmd_install - make a zone's root: from an archive, a directory, or the
 * running system.
 *
 * The state is incomplete, durably, before the first file is made, and
 * installed after the last one has reached the disk. What fails before anything
 * lies in the root leaves the zone configured, as it was.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/backend.h"
#include "fs/dataset.h"
#include "fs/globalzone.h"
#include "fs/install.h"
#include "fs/zonepath.h"
#include "zoneadm/cmd.h"
#include "zoneadm/fill.h"
#include "zoneadm/progress.h"
#include "zoneadm/vouch.h"
#include "zonecfg/store.h"

/* Work shorter than this shows no progress. */
enum { QUIET_SECONDS = 2 };

struct wish {
	char *words; /* of a call that gives all in one: what others point into
		      */
	const char *archive;
	const char *tree;
	bool guessed; /* which of both it is, by what lies there */
	bool silent;
	bool verbose;
	bool unconfigure;
	bool unsigned_too; /* an archive that nobody signed, with keys */
	bool preserve;     /* the identity that the source has */
	const struct fs_backend *backend; /* NULL: the best there is */
};

struct work {
	struct cmd_call *call;
	struct wish wish;
	struct zc_zone *cfg;
	const char *zonepath;
	int source; /* archive, directory or the global zone's root */
	struct vouch vouch;
	struct fs_entries entries;
	struct fs_notes notes;
	char **inherit;
	size_t ninherit;
	const struct fs_backend *backend;
	int dir; /* the zonepath */
	bool made_dir;
	int root;
	struct progress line;
	time_t begun;
};

static void
wish_done(struct wish *wish)
{
	free(wish->words);
}

static void
work_done(struct work *w)
{
	wish_done(&w->wish);
	zc_zone_free(w->cfg);
	fs_entries_done(&w->entries);
	fs_notes_done(&w->notes);
	fs_globalzone_inherit_free(w->inherit, w->ninherit);
	fd_close_at(&w->source);
	fd_close_at(&w->dir);
	fd_close_at(&w->root);
}

/* --- the command line --------------------------------------------------------
 */

/* The words behind the subcommand without empty ones; a single word may hold
 * several, as clients give them. words[0] is the subcommand. */
static int
split_words(const struct cmd_call *call, char *copy, char **words, int max)
{
	int n = 0;
	char *word;

	words[n++] = call->argv[0];
	if (copy) {
		while ((word = strsep(&copy, " \t")) != NULL && n < max) {
			if (*word != '\0')
				words[n++] = word;
		}
	} else {
		for (int i = 1; i < call->argc && n < max; i++) {
			if (*call->argv[i] != '\0')
				words[n++] = call->argv[i];
		}
	}
	words[n] = NULL;
	return n;
}

/* "nodataset": a plain directory, also where there could be more. */
static int
extra(struct wish *wish, const char *word, struct err *e)
{
	const char *name = str_after(word, "backend=");

	if (strcmp(word, "nodataset") == 0)
		name = fs_backend_layers.name;
	if (!name)
		return err_set(e, ERR_USAGE,
		    "install: -x knows 'nodataset' and 'backend=NAME', not "
		    "'%s'",
		    word);
	wish->backend = fs_backend_by_name(name);
	if (!wish->backend || *name == '\0')
		return err_set(e, ERR_USAGE,
		    "install: there is no backend '%s'", name);
	return 0;
}

static int
one_option(struct wish *wish, int c, struct err *e)
{
	switch (c) {
	case 'a':
		wish->archive = optarg;
		return 0;
	case 'd':
		wish->tree = optarg;
		return 0;
	case 's':
		wish->silent = true;
		return 0;
	case 'v':
		wish->verbose = true;
		return 0;
	case 'u':
		wish->unconfigure = true;
		return 0;
	case 'p':
		wish->preserve = true;
		return 0;
	case 'U':
		wish->unsigned_too = true;
		return 0;
	default:
		return extra(wish, optarg, e);
	}
}

static int
wrong(int c, char *const *argv, const char *letters, const struct option *longs,
    struct err *e)
{
	_autofree char *why = opt_wrong(c, argv, letters, longs);

	return err_set(e, ERR_USAGE, "install: %s", why);
}

/* An archive, or a directory. */
static void
image(struct wish *wish, const char *path)
{
	struct stat st;

	wish->guessed = true;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		wish->tree = path;
	else
		wish->archive = path;
}

static int
parse_options(int argc, char **argv, struct wish *wish, struct err *e)
{
	static const char letters[] = "+:a:d:svupx:";
	static const struct option longs[] = {
		{ "unsigned", no_argument, NULL, 'U' },
		{ 0 },
	};
	int c;

	opterr = 0;
	optind = 0;
	for (;;) {
		c = getopt_long(argc, argv, letters, longs, NULL);
		if (c == -1)
			return 0;
		if (c == '?' || c == ':')
			return wrong(c, argv, letters, longs, e);
		if (one_option(wish, c, e) == -1)
			return -1;
	}
}

static int
parse_words(int argc, char **argv, struct wish *wish, struct err *e)
{
	if (parse_options(argc, argv, wish, e) == -1)
		return -1;
	/* "-s IMAGE", as brands of other systems have it. */
	if (wish->silent && !wish->archive && !wish->tree && optind + 1 == argc)
		image(wish, argv[optind++]);
	if (optind < argc)
		return err_set(e, ERR_USAGE, "install: '%s' is too much",
		    argv[optind]);
	if (wish->archive && wish->tree)
		return err_set(e, ERR_USAGE,
		    "install: -a and -d exclude each other");
	if (wish->unsigned_too && !wish->archive)
		return err_set(e, ERR_USAGE,
		    "install: --unsigned is said of an archive; name one with "
		    "-a");
	if (wish->unconfigure && wish->preserve)
		return err_set(e, ERR_USAGE,
		    "install: -u and -p exclude each other");
	return 0;
}

static int
parse(const struct cmd_call *call, struct wish *wish, struct err *e)
{
	bool single = call->argc == 2 && call->argv[1][0] == '-' &&
	    strpbrk(call->argv[1], " \t");
	char *words[64];
	int n;

	wish->words = single ? mem_strdup(call->argv[1]) : NULL;
	n = split_words(call, wish->words, words, (int)ARRAY_LEN(words) - 1);
	return parse_words(n, words, wish, e);
}

int
cmd_install_check(struct cmd_call *call, struct err *e)
{
	_cleanup(wish_done) struct wish wish = { 0 };

	return parse(call, &wish, e);
}

/* --- progress and notes --------------------------------------------------- */

static void PRINTF(2, 3) show(struct work *w, const char *fmt, ...)
{
	_autofree char *text = NULL;
	va_list ap;

	if (w->wish.silent || time(NULL) - w->begun < QUIET_SECONDS)
		return;
	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	progress_show(&w->line, text);
}

/* At most ten times a second: a terminal is slower than a disk. */
static bool
is_due(void)
{
	static struct timespec last;
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec == last.tv_sec && now.tv_nsec - last.tv_nsec < 100000000)
		return false;
	last = now;
	return true;
}

static void
tick_copy(const struct fs_progress *p)
{
	struct work *w = p->arg;

	if (!is_due())
		return;
	if (w->entries.n > 0)
		show(w, "copying: %llu of %zu files, %llu MB",
		    (unsigned long long)p->entries, w->entries.n,
		    (unsigned long long)(p->bytes / 1000000));
	else
		show(w, "copying: %llu files, %llu MB",
		    (unsigned long long)p->entries,
		    (unsigned long long)(p->bytes / 1000000));
}

static void
tick_list(void *arg, uint64_t done, uint64_t total)
{
	struct work *w = arg;

	if (is_due())
		show(w, "looking at the global zone: %llu of %llu",
		    (unsigned long long)done, (unsigned long long)total);
}

/* By enum fs_note_kind: said always, or only with -v. */
static const bool is_warning[] = {
	[FS_NOTE_CHANGED] = false,
	[FS_NOTE_UNOWNED] = false,
	[FS_NOTE_MISSING] = false,
	[FS_NOTE_UNREADABLE] = false,
	[FS_NOTE_SUBMOUNT] = true,
	[FS_NOTE_NO_DIR] = false,
	[FS_NOTE_OTHER] = true,
};

static void
say_notes(const struct work *w)
{
	size_t more = 0;

	if (w->wish.silent)
		return;
	for (size_t i = 0; i < w->notes.n; i++) {
		const struct fs_note *note = &w->notes.items[i];

		if (w->wish.verbose || is_warning[note->kind])
			(void)fprintf(stderr, "%s%s\n",
			    is_warning[note->kind] ? "WARNING: " : "",
			    note->text);
		else
			more++;
	}
	if (more > 0)
		(void)fprintf(stderr,
		    "%zu files of the global zone do not come along or cannot "
		    "be read in the zone; 'install -v' lists them\n",
		    more);
}

/* --- sources -------------------------------------------------------------- */

static int
open_archive(struct work *w, struct err *e)
{
	const char *path = w->wish.archive;
	struct stat st;

	w->source = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (w->source == -1)
		return err_sys(e, "archive '%s'", path);
	if (fstat(w->source, &st) == -1)
		return err_sys(e, "archive '%s'", path);
	if (S_ISDIR(st.st_mode))
		return err_set(e, EISDIR,
		    "archive '%s' is a directory; use -d for it", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EINVAL, "archive '%s' is not a regular file",
		    path);
	if (st.st_size == 0)
		return err_set(e, EINVAL, "archive '%s' is empty", path);
	w->vouch.archive = path;
	w->vouch.unsigned_too = w->wish.unsigned_too;
	if (vouch_begin(&w->vouch, e) == -1)
		return err_in(e, "archive '%s'", path);
	return 0;
}

/* From here on the archive is what was signed, whatever happens to its file. */
static int
verify_archive(struct work *w, struct err *e)
{
	if (w->wish.archive && w->vouch.needed)
		show(w, "verifying the archive");
	if (vouch_finish(&w->vouch, &w->source, w->dir, e) == -1)
		return err_in(e, "archive '%s'", w->wish.archive);
	return 0;
}

static void
say_signer(const struct work *w)
{
	_autofree char *text = NULL;

	if (!w->wish.archive || w->wish.silent ||
	    (w->vouch.needed && !w->wish.verbose))
		return;
	text = vouch_text(&w->vouch);
	cmd_say(w->call, "%s", text);
}

static int
open_tree(struct work *w, struct err *e)
{
	const char *path = w->wish.tree;
	_autofree char *real = NULL;

	if (strcmp(path, "-") == 0)
		return err_set(e, EINVAL,
		    "install -d -: a root that lies in the zonepath already is "
		    "not taken over; move it elsewhere and name that: "
		    "-d DIRECTORY");
	if (w->wish.guessed && vouch_directory(path, e) == -1)
		return -1;
	real = realpath(path, NULL);
	if (!real)
		return err_sys(e, "directory '%s'", path);
	if (path_is_within(w->zonepath, real) ||
	    path_is_within(real, w->zonepath))
		return err_set(e, EINVAL,
		    "directory '%s' and the zonepath '%s' lie in one another",
		    path, w->zonepath);
	w->source = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->source == -1)
		return err_sys(e, "directory '%s'", path);
	return 0;
}

static int
find_inherited(struct work *w, struct err *e)
{
	size_t n = zc_count(w->cfg, "inherit-pkg-dir");
	_autofree const char **dirs = mem_alloc((n + 1) * sizeof(*dirs));

	for (size_t i = 0; i < n; i++)
		dirs[i] = zc_res_get(w->cfg, "inherit-pkg-dir", i, "dir");
	if (fs_globalzone_inherit(w->source, dirs, n, &w->inherit, &w->ninherit,
		&w->notes, e) == -1)
		return -1;
	return fs_globalzone_check_inherited(w->source, w->inherit, w->ninherit,
	    &w->notes, e);
}

static int
list_host(struct work *w, struct err *e)
{
	struct fs_globalzone spec = {
		.hostname = w->call->zone,
		.progress = tick_list,
		.arg = w,
	};

	w->source = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->source == -1)
		return err_sys(e, "open '/'");
	if (find_inherited(w, e) == -1)
		return -1;
	spec.root = w->source;
	spec.inherit = w->inherit;
	spec.ninherit = w->ninherit;
	if (fs_globalzone_list(&spec, &w->entries, &w->notes, e) == -1)
		return err_in(e, "make a list of the global zone's files");
	progress_clear(&w->line);
	say_notes(w);
	return 0;
}

static int
open_source(struct work *w, struct err *e)
{
	if (w->wish.archive)
		return open_archive(w, e);
	if (w->wish.tree)
		return open_tree(w, e);
	return list_host(w, e);
}

/* --- steps -------------------------------------------------------------------
 */

static int
make_root(struct work *w, struct err *e)
{
	const struct fs_home home = { w->dir, w->zonepath };

	if (w->backend->create(&home, e) == -1)
		return -1;
	w->root = fs_root_open(w->dir, e);
	return w->root == -1 ? -1 : fill_limit(w->cfg, &home, e);
}

static int
fill_root(struct work *w, struct err *e)
{
	struct fs_progress progress = { .tick = tick_copy, .arg = w };
	struct fs_install spec = FS_INSTALL_NONE;

	if (w->wish.archive)
		spec.archive = w->source;
	else if (w->wish.tree)
		spec.tree = w->source;
	else
		spec.host = w->source;
	spec.entries = spec.host != -1 ? &w->entries : NULL;
	spec.root = w->root;
	spec.zone = w->wish.preserve ? NULL : w->call->zone;
	spec.id_base = w->call->entry.id_base;
	spec.lock = w->call->lock;
	spec.progress = &progress;
	if (fs_install(&spec, e) == 0)
		return 0;
	if (w->wish.archive)
		return err_in(e, "archive '%s'", w->wish.archive);
	if (w->wish.tree)
		return err_in(e, "directory '%s'", w->wish.tree);
	return -1;
}

/* The root that was filled is the one that the zone will have. */
static int
check_root(const struct work *w, struct err *e)
{
	struct stat here;
	struct stat there;

	if (fstat(w->root, &here) == -1 ||
	    fstatat(w->dir, "root", &there, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "stat '%s/root'", w->zonepath);
	if (here.st_dev != there.st_dev || here.st_ino != there.st_ino)
		return err_set(e, ESTALE,
		    "'%s/root' was replaced while it was filled", w->zonepath);
	if (fsync(w->dir) == -1)
		return err_sys(e, "fsync '%s'", w->zonepath);
	return 0;
}

/* What the zone must not see of the directories that it inherits. */
static int
hide(struct work *w, struct err *e)
{
	if (!w->wish.archive && !w->wish.tree &&
	    zc_count(w->cfg, "inherit-pkg-dir") > 0)
		return fs_globalzone_hide_noted(w->zonepath, &w->notes, e);
	return fill_hide(w->cfg, w->zonepath, e);
}

static int
choose_backend(struct work *w, struct err *e)
{
	int good;

	if (!w->wish.backend)
		return fs_backend_for(w->dir, &w->backend, e);
	good = w->wish.backend->probe(w->dir, e);
	if (good == 0)
		return err_set(e, ENOTSUP,
		    "backend '%s' cannot keep a root in '%s'; without "
		    "'-x backend=' one is taken that can",
		    w->wish.backend->name, w->zonepath);
	w->backend = w->wish.backend;
	return good == 1 ? 0 : -1;
}

static int
build(struct work *w, struct err *e)
{
	w->dir = fs_zonepath_make(w->zonepath, &w->made_dir, e);
	if (w->dir == -1 || verify_archive(w, e) == -1 ||
	    choose_backend(w, e) == -1 ||
	    fill_claim(w->call->zone, w->backend, &w->call->entry, e) == -1 ||
	    make_root(w, e) == -1 || fill_root(w, e) == -1 || hide(w, e) == -1)
		return -1;
	return check_root(w, e);
}

static int
found_one(int dir, const struct dirent *d, void *arg, struct err *e)
{
	(void)dir;
	(void)d;
	(void)arg;
	return err_set(e, ENOTEMPTY, "directory not empty");
}

/* The root, where it is still empty; and what the backend keeps beside it. */
static bool
take_away(struct work *w)
{
	const struct fs_home home = { w->dir, w->zonepath };
	struct err late = { 0 };

	if (!w->backend || !(w->backend->can & FS_IS_MOUNTED))
		return w->root == -1 ||
		    unlinkat(w->dir, "root", AT_REMOVEDIR) == 0;
	if (w->root != -1 &&
	    fd_each_entry(w->root, found_one, NULL, &late) == -1)
		return false;
	fd_close_at(&w->root);
	w->root = -1;
	return w->backend->remove(&home, &late) == 0;
}

/* After a failure: nothing was left behind when the root was still empty. Then
 * the zone is configured again, else it stays incomplete. */
static void
undo(struct work *w)
{
	struct err late = { 0 };

	if (!take_away(w))
		return;
	if (w->made_dir)
		(void)rmdir(w->zonepath);
	if (fill_release(w->call->zone, &w->call->entry, &late) == -1 ||
	    zc_index_set_state(w->call->zone, ZC_CONFIGURED, &late) == -1)
		cmd_say(w->call, "%s", late.msg);
}

static int
installed(struct work *w, struct err *e)
{
	struct zc_entry *entry = &w->call->entry;

	vouch_signer(&w->vouch, entry->signer);
	if (entry->signer[0] != '\0' && zc_index_note(entry, e) == -1)
		return -1;
	if (zc_index_set_state(w->call->zone, ZC_INSTALLED, e) == -1)
		return -1;
	say_signer(w);
	return 0;
}

static int
install(struct work *w, struct err *e)
{
	int result;

	if (zc_index_set_state(w->call->zone, ZC_INCOMPLETE, e) == -1)
		return -1;
	result = build(w, e);
	progress_clear(&w->line);
	if (result == -1) {
		undo(w);
		return -1;
	}
	return installed(w, e);
}

static int
prepare(struct work *w, struct err *e)
{
	int result = cmd_verify_zone(w->call, e);

	if (result != 0)
		return result;
	if (zc_store_load(w->call->zone, &w->cfg, e) == -1)
		return -1;
	w->zonepath = zc_get(w->cfg, "zonepath");
	fill_prime_filter(w->cfg);
	return open_source(w, e);
}

int
cmd_install(struct cmd_call *call, struct err *e)
{
	_cleanup(work_done) struct work w = {
		.call = call,
		.source = -1,
		.dir = -1,
		.root = -1,
		.begun = time(NULL),
	};
	int result;

	if (parse(call, &w.wish, e) == -1)
		return -1;
	progress_start(&w.line);
	result = prepare(&w, e);
	progress_clear(&w.line);
	if (result != 0)
		return result;
	return install(&w, e);
}
