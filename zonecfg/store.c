/* SPDX-License-Identifier: ISC
 *
 * store - configurations on disk.
 */
#include "zonecfg/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zonecfg/edit.h"
#include "zonecfg/export.h"
#include "zonecfg/parse.h"
#include "zonecfg/runstate.h"
#include "zonecfg/state.h"

/* --- reading -------------------------------------------------------------- */

/* The part of the command language that export writes. */
static int
apply(struct zc_edit *edit, const struct zc_cmd *cmd, struct err *e)
{
	bool inside = edit->scope != ZC_GLOBAL;

	if (cmd->verb == ZC_V_SET && cmd->arg.shape != ZC_NO_ARG &&
	    strcmp(cmd->word, "zonename") != 0)
		return zc_edit_set(edit, cmd->word, &cmd->arg, e);
	if (cmd->verb == ZC_V_ADD && inside && cmd->arg.shape != ZC_NO_ARG)
		return zc_edit_add_value(edit, cmd->word, &cmd->arg, e);
	if (cmd->verb == ZC_V_ADD && !inside && cmd->arg.shape == ZC_NO_ARG)
		return zc_edit_add(edit, cmd->word, e);
	if (cmd->verb == ZC_V_END && inside)
		return zc_edit_end(edit, e);
	if (cmd->verb == ZC_V_CREATE && !inside && cmd->blank)
		return 0;
	return err_set(e, ERR_CONFIG,
	    "'%s' has no place in a stored "
	    "configuration",
	    zc_verbs[cmd->verb].name);
}

static int
apply_all(struct zc_edit *edit, struct zc_parser *parser, struct err *e)
{
	for (;;) {
		_cleanup_cmd struct zc_cmd cmd = { .verb = ZC_VERBS };
		int rc = zc_parse_next(parser, &cmd, e);

		if (rc == 0)
			break;
		if (rc == -1 || apply(edit, &cmd, e) == -1)
			return -1;
	}
	if (edit->scope != ZC_GLOBAL)
		return err_set(e, ERR_CONFIG, "Resource incomplete.");
	return 0;
}

int
zc_store_parse(const char *name, const char *where, const char *text,
    size_t len, struct zc_zone **out, struct err *e)
{
	_cleanup_zone struct zc_zone *zone = zc_zone_new(name);
	_cleanup_edit struct zc_edit edit = { .zone = zone };
	struct zc_parser parser;

	zc_parse_init(&parser, text, len, 1);
	if (apply_all(&edit, &parser, e) == -1) {
		e->code = ERR_CONFIG;
		return err_in(e, "line %u of %s", parser.line, where);
	}
	*out = mem_take(&zone);
	return 0;
}

static int
unknown(const char *name, struct err *e)
{
	return err_set(e, ERR_UNKNOWN_ZONE, "%s: No such zone configured",
	    name);
}

/* The text of NAME.cfg: 0, or 1 where there is none. */
static int
read_cfg(const char *name, const char *file, char **text, size_t *len,
    struct err *e)
{
	_autoclose int etc = zc_etc_open(e);
	_autoclose int fd = -1;

	if (etc == -1)
		return e->code == ENOENT ? 1 : -1;
	fd = openat(etc, strrchr(file, '/') + 1,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd == -1 && errno == ENOENT)
		return 1;
	if (fd == -1)
		return err_sys(e, "%s: open '%s'", name, file);
	if (fd_check_owner(fd, file, S_IFREG, e) == -1)
		return -1;
	if (fd_read_all(fd, ZC_STORE_MAX, text, len, e) == -1)
		return err_in(e, "'%s'", file);
	return 0;
}

int
zc_store_load_template(const char *template, const char *name,
    struct zc_zone **out, struct err *e)
{
	_autofree char *file = mem_printf("%s/%s.cfg", path_of(PATH_ETC),
	    template);
	_autofree char *text = NULL;
	size_t len;
	int rc;

	/* A reserved name, else like that of a zone. */
	if (!str_starts(template, "SUNW") || !zc_name_ok(template + 3))
		return unknown(template, e);
	rc = read_cfg(template, file, &text, &len, e);
	if (rc == 1)
		return unknown(template, e);
	return rc == -1 ? -1 : zc_store_parse(name, file, text, len, out, e);
}

int
zc_store_load(const char *name, struct zc_zone **out, struct err *e)
{
	_autofree char *file = NULL;
	_autofree char *text = NULL;
	size_t len;
	int rc;

	if (!zc_name_ok(name))
		return unknown(name, e);
	file = mem_printf("%s/%s.cfg", path_of(PATH_ETC), name);
	rc = read_cfg(name, file, &text, &len, e);
	if (rc == -1)
		return -1;
	if (rc == 1 && zc_name_is_global(name)) {
		*out = zc_zone_new(name);
		return 0;
	}
	if (rc == 1)
		return unknown(name, e);
	/* A host that lost power can leave such a file: no zone was ever so. */
	if (len == 0)
		(void)err_set(e, ERR_CONFIG, "%s: Empty document", file);
	else if (zc_store_parse(name, file, text, len, out, e) == 0)
		return 0;
	return err_set(e, e->code,
	    "%s; mend the file, or 'zonecfg -z %s delete -F'", e->msg, name);
}

bool
zc_store_exists(const char *name)
{
	struct err ignored;
	_autoclose int etc = zc_name_ok(name) ? zc_etc_open(&ignored) : -1;
	struct zc_stamp stamp;

	return etc != -1 && zc_stamp_of(etc, name, &stamp, &ignored) == 0;
}

/* --- writing -------------------------------------------------------------- */

static int
sync_dir(int etc, struct err *e)
{
	if (fsync(etc) == -1)
		return err_sys(e, "fsync '%s'", path_of(PATH_ETC));
	return 0;
}

/* The index entry of a configuration that was just written. */
static int
sync_index(int etc, const struct zc_zone *zone, struct err *e)
{
	_cleanup_entry struct zc_entry entry = { .state = ZC_CONFIGURED };
	struct zc_stamp ignored;

	if (zc_name_is_global(zone->name))
		return 0;
	if (zc_state_read(etc, zone->name, &entry, &ignored, e) == -1)
		return -1;
	(void)snprintf(entry.name, sizeof(entry.name), "%s", zone->name);
	return zc_state_write(etc, zone, &entry, FD_DURABLE | FD_LOCKED, e);
}

/* What the console and zoned wrote. */
static const char *const logs[] = { "console", "log" };

/* Another zone of that name must not show this one's console. */
static void
remove_logs(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(logs); i++) {
		_autofree char *path = mem_printf("%s/%s.%s", path_of(PATH_LOG),
		    name, logs[i]);

		(void)unlink(path);
	}
}

static void
rename_logs(const char *from, const char *to)
{
	remove_logs(to);
	for (size_t i = 0; i < ARRAY_LEN(logs); i++) {
		_autofree char *old = mem_printf("%s/%s.%s", path_of(PATH_LOG),
		    from, logs[i]);
		_autofree char *new = mem_printf("%s/%s.%s", path_of(PATH_LOG),
		    to, logs[i]);

		(void)rename(old, new);
	}
}

int
zc_store_save(const struct zc_zone *zone, struct err *e)
{
	_autofree char *file = mem_printf("%s.cfg", zone->name);
	_autofree char *text = zc_export(zone);
	_autoclose int etc = path_open(PATH_ETC, e);
	size_t len = strlen(text);

	if (etc == -1)
		return -1;
	if (len > ZC_STORE_MAX)
		return err_set(e, EFBIG,
		    "the configuration is longer than %d bytes", ZC_STORE_MAX);
	/* A state or a log that outlived its configuration must not come back
	 * to life. */
	if (!zc_store_exists(zone->name)) {
		if (zc_state_unlink(etc, zone->name, e) == -1)
			return -1;
		remove_logs(zone->name);
	}
	if (fd_replace_file(etc, file, 0644, text, len, FD_DURABLE | FD_LOCKED,
		e) == -1)
		return err_in(e, "zone '%s': could not save in '%s'",
		    zone->name, path_of(PATH_ETC));
	return sync_index(etc, zone, e);
}

int
zc_store_remove(const char *name, struct err *e)
{
	_autofree char *file = mem_printf("%s.cfg", name);
	_autoclose int etc = zc_etc_open(e);

	if (etc == -1)
		return -1;
	if (unlinkat(etc, file, 0) == -1) {
		if (errno == ENOENT)
			return unknown(name, e);
		return err_sys(e, "remove '%s/%s'", path_of(PATH_ETC), file);
	}
	fd_replace_forget(etc, file);
	if (zc_state_unlink(etc, name, e) == -1)
		return -1;
	remove_logs(name);
	if (sync_dir(etc, e) == -1)
		return -1;
	return zc_run_forget(name, e);
}

int
zc_store_rename(const char *from, const char *to, struct err *e)
{
	_autofree char *old = mem_printf("%s.cfg", from);
	_autofree char *new = mem_printf("%s.cfg", to);
	_autoclose int etc = zc_etc_open(e);
	_cleanup_entry struct zc_entry entry = { 0 };
	_cleanup_zone struct zc_zone *zone = NULL;
	struct err ignored;

	if (etc == -1 || zc_index_get(from, &entry, e) == -1 ||
	    zc_store_load(from, &zone, e) == -1)
		return -1;
	if (zc_store_exists(to))
		return err_set(e, EEXIST, "%s: Zone name already in use", to);
	/* A state without a configuration is nobody's: the rename below is the
	 * moment, before it the zone has the old name and after it the new. */
	(void)snprintf(entry.name, sizeof(entry.name), "%s", to);
	if (zc_state_write(etc, zone, &entry, FD_DURABLE | FD_LOCKED, e) == -1)
		return -1;
	if (renameat(etc, old, etc, new) == -1)
		return err_sys(e, "rename '%s' to '%s'", old, new);
	fd_replace_forget(etc, old);
	rename_logs(from, to);
	if (zc_state_unlink(etc, from, e) == -1 || sync_dir(etc, e) == -1)
		return -1;
	/* Nothing in there is of a halted zone; what is left goes with the
	 * machine's next start. */
	(void)!zc_run_forget(from, &ignored);
	return 0;
}
