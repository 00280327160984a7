/* SPDX-License-Identifier: ISC
 *
 * level - the patch level of a zone that inherits directories.
 *
 * What the zone wrote is read by a process that has the zone's power and no
 * more (zone-unpack); what it says is text from the zone.
 */
#include "zoneadm/level.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/backend.h"
#include "fs/dataset.h"
#include "fs/globalzone.h"
#include "fs/install.h"
#include "fs/remove.h"
#include "fs/zonepath.h"
#include "zonecfg/index.h"

#define STATUS "var/lib/dpkg/status"

enum { SAID_MAX = 40 };

/* --- reading ----------------------------------------------------------------
 */

/* The zone's status file as the zone sees it: -1 with ENOENT, none. */
static int
open_status(const struct fs_backend *backend, const struct fs_home *home,
    struct err *e)
{
	_autoclose int view = backend->view(home, -1, FS_VIEW_READ, e);
	_autoclose int fd = -1;
	struct stat st;

	if (view == -1)
		return -1;
	fd = fd_open_beneath(view, STATUS, FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, e);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return err_set(e, EINVAL, "'/" STATUS "' is no file");
	return fd_take(&fd);
}

/* "NAME VERSION" a line, as dpkg writes them. */
static void
take_lines(char *text, struct fs_packages *out)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.+-:~_";
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		char *version = strchr(line, ' ');

		if (!version)
			continue;
		*version++ = '\0';
		if (*line != '\0' && line[strspn(line, good)] == '\0' &&
		    version[strspn(version, good)] == '\0')
			fs_packages_add(out, mem_strdup(line), version);
	}
	fs_packages_sort(out);
}

static int
run(const struct zc_entry *entry, struct fs_install *spec, int dir,
    struct err *e)
{
	struct fs_progress quiet = { .tick = NULL };
	_autoclose int root = fs_root_open(dir, e);

	if (root == -1)
		return -1;
	spec->root = root;
	spec->lock = root; /* nothing is made that outlives us */
	spec->id_base = entry->id_base;
	spec->progress = &quiet;
	return fs_install(spec, e);
}

int
level_read(const struct zc_entry *entry, struct fs_packages *out, struct err *e)
{
	_autoclose int dir = fs_zonepath_open(entry->zonepath, e);
	const struct fs_home home = { dir, entry->zonepath };
	struct fs_install spec = FS_INSTALL_NONE;
	const struct fs_backend *backend = NULL;
	_autofree char *text = NULL;
	_autoclose int status = -1;
	struct err why = { 0 };

	if (dir == -1 || fs_backend_find(entry->backend, &backend, e) == -1)
		return -1;
	if (entry->id_base == 0)
		return 0;
	status = open_status(backend, &home, &why);
	if (status == -1 && (why.code == ENOENT || why.code == ENOTDIR))
		return 0;
	if (status == -1) {
		*e = why;
		return -1;
	}
	spec.what = FS_INSTALL_PACKAGES;
	spec.archive = status;
	spec.words = &text;
	if (run(entry, &spec, dir, e) == -1)
		return err_in(e, "package database of the zone");
	take_lines(text, out);
	return out->n > 0;
}

/* --- comparing --------------------------------------------------------------
 */

struct comparison {
	int n;
	void (*say)(void *arg, const char *text);
	void *arg;
};

static void
differ(void *arg, const char *name, const char *zone, const char *host)
{
	struct comparison *c = arg;
	_autofree char *text = zone && host
	    ? mem_printf("package %s: the zone has %s, this host has %s.", name,
		  zone, host)
	    : zone
	    ? mem_printf("package %s: the zone has %s, this host lacks it.",
		  name, zone)
	    : mem_printf("package %s: this host has %s, the zone lacks it.",
		  name, host);

	c->n++;
	c->say(c->arg, text);
}

int
level_compare(const struct fs_packages *zone, const struct fs_packages *host,
    void (*say)(void *arg, const char *text), void *arg)
{
	struct comparison c = { 0, say, arg };

	fs_packages_compare(zone, host, differ, &c);
	return c.n;
}

/* --- updating ---------------------------------------------------------------
 */

/* What an installation would make now, in an empty directory. */
static int
make_fresh(const struct cmd_call *call, const struct zc_zone *cfg, int to,
    struct err *e)
{
	size_t n = zc_count(cfg, "inherit-pkg-dir");
	_autofree const char **dirs = mem_alloc((n + 1) * sizeof(*dirs));
	_autoclose int host = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct fs_globalzone spec = { .root = host, .hostname = call->zone };
	struct fs_progress quiet = { .tick = NULL };
	struct fs_install install = FS_INSTALL_NONE;
	struct fs_entries entries = { 0 };
	struct fs_notes notes = { 0 };
	char **inherit = NULL;
	int result = -1;

	if (host == -1)
		return err_sys(e, "open '/'");
	for (size_t i = 0; i < n; i++)
		dirs[i] = zc_res_get(cfg, "inherit-pkg-dir", i, "dir");
	install.host = host;
	install.entries = &entries;
	install.root = to;
	install.progress = &quiet;
	if (fs_globalzone_inherit(host, dirs, n, &inherit, &spec.ninherit,
		&notes, e) == 0) {
		spec.inherit = inherit;
		if (fs_globalzone_list(&spec, &entries, &notes, e) == 0)
			result = fs_install(&install, e);
	}
	fs_globalzone_inherit_free(inherit, spec.ninherit);
	fs_entries_done(&entries);
	fs_notes_done(&notes);
	return result;
}

static void
say_lines(const struct cmd_call *call, char *text)
{
	char *line;

	for (int n = 0; (line = strsep(&text, "\n")) != NULL; n++) {
		_autofree char *shown = str_visible(line, strlen(line));

		if (*shown != '\0' && n < SAID_MAX)
			cmd_say(call, "%s", shown);
		else if (n == SAID_MAX)
			cmd_say(call, "... and more");
	}
}

/* The files are on disk before the database tells of them. */
static int
update_from(const struct cmd_call *call, int dir, int fresh, struct err *e)
{
	static const enum fs_install_what halves[] = { FS_INSTALL_FILES,
		FS_INSTALL_DATABASE };

	for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
		struct fs_install spec = FS_INSTALL_NONE;
		_autofree char *text = NULL;

		spec.what = halves[i];
		spec.tree = fresh;
		spec.words = &text;
		if (run(&call->entry, &spec, dir, e) == -1)
			return -1;
		say_lines(call, text);
	}
	return 0;
}

int
level_update(struct cmd_call *call, const struct zc_zone *cfg, struct err *e)
{
	_autoclose int dir = fs_zonepath_open(call->entry.zonepath, e);
	_autoclose int fresh = -1;
	int result;

	if (dir == -1 || fs_remove_tree(dir, LEVEL_DIR, e) == -1)
		return -1;
	if (mkdirat(dir, LEVEL_DIR, 0700) == -1)
		return err_sys(e, "make directory '%s/" LEVEL_DIR "'",
		    call->entry.zonepath);
	fresh = fd_open_dir(dir, LEVEL_DIR, e);
	result = fresh == -1 ? -1 : make_fresh(call, cfg, fresh, e);
	if (result == 0)
		result = update_from(call, dir, fresh, e);
	if (result == -1) {
		struct err why = { 0 };

		/* What stays is taken away by the next one. */
		if (fs_remove_tree(dir, LEVEL_DIR, &why) == -1)
			return err_in(e, "%s", why.msg);
		return err_in(e, "bring the zone to this host's level");
	}
	return fs_remove_tree(dir, LEVEL_DIR, e);
}
