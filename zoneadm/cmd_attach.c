/* SPDX-License-Identifier: ISC
 *
 * cmd_attach - a directory that holds a detached zone becomes the zone's root.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/zonepath.h"
#include "zoneadm/cmd.h"
#include "zoneadm/facts.h"
#include "zoneadm/fill.h"
#include "zoneadm/level.h"
#include "zoneadm/options.h"
#include "zoneadm/verify.h"
#include "zonecfg/detached.h"
#include "zonecfg/store.h"

#define ATTACHED_FILE "SUNWattached.cfg"

struct wish {
	bool force;
	bool update;
	const char *manifest; /* only to be checked */
};

static int
one_option(const struct cmd_call *call, struct wish *wish, int c, struct err *e)
{
	switch (c) {
	case 'F':
		wish->force = true;
		return 0;
	case 'n':
		wish->manifest = optarg;
		return 0;
	case 'u':
	case 'U':
		wish->update = true;
		return 0;
	case ':':
		return err_set(e, ERR_USAGE,
		    "attach: option -%c needs an argument", optopt);
	default:
		return cmd_wrong_option(call, e);
	}
}

static int
parse(const struct cmd_call *call, struct wish *wish, struct err *e)
{
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt(call->argc, call->argv, "+:Fn:uU")) != -1) {
		if (one_option(call, wish, c, e) == -1)
			return -1;
	}
	/* Clients may give an empty word. */
	while (optind < call->argc && *call->argv[optind] == '\0')
		optind++;
	if (optind < call->argc)
		return err_set(e, ERR_USAGE, "attach: '%s' is too much",
		    call->argv[optind]);
	if (wish->force && wish->manifest)
		return err_set(e, ERR_USAGE,
		    "attach: -F and -n are mutually exclusive");
	return 0;
}

/* 1: it does not fit, and that was said. */
static int
check_text(const struct cmd_call *call, const struct wish *wish,
    const char *text, const struct zc_zone *was, const struct zc_zone *now,
    struct err *e)
{
	struct facts_result fit = { .update = wish->update };

	if (facts_check(text, was, now, &fit, e) == -1)
		return -1;
	if (fit.faults == 0)
		return 0;
	cmd_say(call,
	    "the zone does not fit this host because of the above "
	    "differences; 'zoneadm -z %s attach %s' %s",
	    call->zone, fit.drift == fit.faults ? "-u" : "-F",
	    fit.drift == fit.faults ? "brings it to this host's level"
				    : "attaches it nevertheless");
	return 1;
}

/* attach -n. The configuration that is held against this host is the one that
 * the zone has here, else the manifest's. */
static int
check_only(struct cmd_call *call, const struct wish *wish, struct err *e)
{
	const char *file = wish->manifest;
	_cleanup_zone struct zc_zone *was = NULL;
	_cleanup_zone struct zc_zone *now = NULL;
	_autofree char *text = NULL;
	_autoclose int fd = strcmp(file, "-") == 0
	    ? fd_dup(STDIN_FILENO, e)
	    : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int differs;
	int fails;
	size_t len;

	if (fd == -1)
		return err_sys(e, "manifest '%s'", file);
	if (fd_read_all(fd, ZC_STORE_MAX, &text, &len, e) == -1)
		return err_in(e, "manifest '%s'", file);
	if (zc_detached_parse(call->zone, file, text, len, &was, e) == -1 ||
	    (zc_store_exists(call->zone) &&
		zc_store_load(call->zone, &now, e) == -1))
		return -1;
	differs = check_text(call, wish, text, was, now, e);
	if (differs == -1)
		return -1;
	fails = verify_config(call, now ? now : was, e);
	return fails == -1 ? -1 : differs | fails;
}

static int
check(struct cmd_call *call, const struct wish *wish, int dir, char **manifest,
    struct err *e)
{
	_cleanup_zone struct zc_zone *was = NULL;
	_cleanup_zone struct zc_zone *now = NULL;
	int result;

	if (zc_detached_load(call->entry.zonepath, call->zone, &was, e) == -1 ||
	    zc_store_load(call->zone, &now, e) == -1 ||
	    fd_read_file(dir, ZC_DETACHED_FILE, ZC_STORE_MAX, manifest, NULL,
		e) == -1)
		return -1;
	if (wish->force)
		return 0;
	result = check_text(call, wish, *manifest, was, now, e);
	return result == 0 ? cmd_verify_zone(call, e) : result;
}

/* How the root is kept there: the way it was, where it can be. */
static int
choose_backend(int dir, const char *manifest, const struct fs_backend **out,
    struct err *e)
{
	_autofree char *was = facts_get(manifest, "backend");

	if (fs_backend_for_root(dir, was, out, e) == -1)
		return err_in(e, "the detached zone's root");
	return 0;
}

/* Killed behind this it is in that state; boot claims the ids where they are
 * not recorded yet. */
static int
take(struct cmd_call *call, const struct fs_backend *backend,
    enum zc_state state, struct err *e)
{
	struct zc_entry *entry = &call->entry;

	(void)snprintf(entry->backend, sizeof(entry->backend), "%s",
	    backend->name);
	if (zc_index_put(entry, e) == -1 ||
	    zc_index_set_state(call->zone, state, e) == -1)
		return -1;
	return fill_claim(call->zone, backend, entry, e);
}

/* After a failure. */
static int
let_go(struct cmd_call *call, struct err *e)
{
	struct err why = { 0 };

	if (fill_release(call->zone, &call->entry, &why) == -1 ||
	    zc_index_set_state(call->zone, ZC_CONFIGURED, &why) == -1)
		return err_in(e, "%s", why.msg);
	return -1;
}

/* The directory's mark goes last: what was killed before is attached again, or
 * is attached. */
static int
attach(struct cmd_call *call, const struct wish *wish, int dir,
    const char *manifest, struct err *e)
{
	const struct fs_home home = { dir, call->entry.zonepath };
	_cleanup_zone struct zc_zone *cfg = NULL;
	const struct fs_backend *backend;
	bool update;

	if (choose_backend(dir, manifest, &backend, e) == -1 ||
	    zc_store_load(call->zone, &cfg, e) == -1 ||
	    fill_limit(cfg, &home, e) == -1 ||
	    fill_hide(cfg, call->entry.zonepath, e) == -1)
		return -1;
	/* Half updated it is incomplete: attach -U goes on. */
	update = wish->update && zc_count(cfg, "inherit-pkg-dir") > 0;
	if (take(call, backend, update ? ZC_INCOMPLETE : ZC_INSTALLED, e) ==
		-1 ||
	    (update &&
		(level_update(call, cfg, e) == -1 ||
		    zc_index_set_state(call->zone, ZC_INSTALLED, e) == -1)))
		return let_go(call, e);
	if ((wish->force ? renameat(dir, ZC_DETACHED_FILE, dir, ATTACHED_FILE)
			 : unlinkat(dir, ZC_DETACHED_FILE, 0)) == -1)
		return err_sys(e, "'%s/%s'", call->entry.zonepath,
		    ZC_DETACHED_FILE);
	return fsync(dir) == -1 ? err_sys(e, "fsync '%s'", call->entry.zonepath)
				: 0;
}

static int
open_zonepath(const struct cmd_call *call, struct err *e)
{
	int dir = fs_zonepath_open(call->entry.zonepath, e);

	if (dir == -1 && e->code == ENOENT)
		return err_set(e, ENOENT,
		    "no detached zone lies at its zonepath '%s': carry it "
		    "there, or make a root with 'zoneadm -z %s install'",
		    call->entry.zonepath, call->zone);
	return dir;
}

int
cmd_attach_check(struct cmd_call *call, struct err *e)
{
	struct wish wish = { 0 };

	return parse(call, &wish, e);
}

int
cmd_attach(struct cmd_call *call, struct err *e)
{
	struct wish wish = { 0 };
	_autofree char *manifest = NULL;
	_autoclose int dir = -1;
	int result;

	if (parse(call, &wish, e) == -1)
		return -1;
	if (wish.manifest)
		return check_only(call, &wish, e);
	dir = open_zonepath(call, e);
	result = dir == -1 ? -1 : check(call, &wish, dir, &manifest, e);
	if (result != 0)
		return result;
	return attach(call, &wish, dir, manifest, e);
}
