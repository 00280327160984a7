/* SPDX-License-Identifier: ISC
 *
 * cmd_verify - check a zone's configuration against this host: a table of
 * checks, each of which says its faults and warnings as plain lines.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "fs/globalzone.h"
#include "fs/zonepath.h"
#include "privileges/set.h"
#include "zoneadm/cmd.h"
#include "zonecfg/store.h"

struct check {
	struct cmd_call *call;
	struct zc_zone *cfg;
	int faults;
};

static void PRINTF(1, 2) line(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

static void
say_line(const char *text, void *arg)
{
	(void)arg;
	line("%s", text);
}

/* Paths of all other zones; *paths points into *index. */
static int
other_paths(struct zc_index *index, struct fs_zonepath_other **paths,
    struct err *e)
{
	if (zc_index_load(index, NULL, e) == -1)
		return -1;
	*paths = mem_alloc((index->n + 1) * sizeof(**paths));
	for (size_t i = 0; i < index->n; i++) {
		(*paths)[i].zone = index->zone[i].name;
		(*paths)[i].path = index->zone[i].zonepath;
	}
	return 0;
}

static void
tell_missing(struct check *c, const char *path)
{
	if (c->call->state > ZC_INCOMPLETE) {
		line("zoneadm: %s: %s", path, strerror(ENOENT));
		c->faults++;
	} else if (strcmp(c->call->cmd->name, "verify") == 0) {
		line("WARNING: %s does not exist, so it could not be "
		     "verified.\n'zoneadm install' will create it, and verify "
		     "the zone again.",
		    path);
	}
}

static int
check_zonepath(struct check *c, struct err *e)
{
	_cleanup(zc_index_free) struct zc_index index = { 0 };
	_autofree struct fs_zonepath_other *others = NULL;
	struct fs_zonepath zp = {
		.zone = c->call->zone,
		.path = zc_get(c->cfg, "zonepath"),
		.fresh = c->call->state == ZC_CONFIGURED,
	};
	int before = c->faults;
	bool missing;

	if (other_paths(&index, &others, e) == -1)
		return -1;
	zp.others = others;
	zp.nothers = index.n;
	if (fs_zonepath_check(&zp, &missing, say_line, NULL) != 0)
		c->faults++;
	else if (missing)
		tell_missing(c, zp.path);
	if (c->faults > before)
		line("could not verify zonepath %s because of the above "
		     "errors.",
		    zp.path);
	return 0;
}

static int
check_privileges(struct check *c, struct err *e)
{
	struct priv_set set;
	struct err why = { 0 };

	(void)e;
	if (priv_set_parse(zc_get(c->cfg, "limitpriv"),
		str_eq(zc_get(c->cfg, "ip-type"), "exclusive"), &set,
		&why) == -1) {
		line("%s", why.msg);
		c->faults++;
	}
	return 0;
}

/* What is mounted from a path needs that path; the others name no file. */
static int
check_fs(struct check *c, struct err *e)
{
	size_t n = zc_count(c->cfg, "fs");

	(void)e;
	for (size_t i = 0; i < n; i++) {
		const char *dir = zc_res_get(c->cfg, "fs", i, "dir");
		const char *special = zc_res_get(c->cfg, "fs", i, "special");
		const char *type = zc_res_get(c->cfg, "fs", i, "type");

		if (str_eq(type, "proc")) {
			line("cannot verify fs %s: type %s is not allowed.",
			    dir, type);
			c->faults++;
		} else if (*special == '/' && access(special, F_OK) == -1) {
			line("could not verify fs %s: could not access %s: %s",
			    dir, special, strerror(errno));
			c->faults++;
		}
	}
	return 0;
}

/* Only a warning: a link may be plugged later. */
static int
check_net(struct check *c, struct err *e)
{
	size_t n = zc_count(c->cfg, "net");

	(void)e;
	for (size_t i = 0; i < n; i++) {
		const char *link = zc_res_get(c->cfg, "net", i, "physical");
		_autofree char *path = mem_printf("/sys/class/net/%s", link);

		if (*link != '\0' && access(path, F_OK) == -1)
			line("WARNING: skipping network interface '%s' which "
			     "may not be present/plumbed in the global zone.",
			    link);
	}
	return 0;
}

static int
check_pool(struct check *c, struct err *e)
{
	const char *pool = zc_get(c->cfg, "pool");

	(void)e;
	if (*pool != '\0')
		line("WARNING: pool '%s' does not exist on this host; the zone "
		     "will boot in the default pool.",
		    pool);
	return 0;
}

/* What an inherited directory holds that is not for the zone; looked at anew by
 * verify, by boot only when packages have changed. */
static int
check_inherited(struct check *c, struct err *e)
{
	size_t n = zc_count(c->cfg, "inherit-pkg-dir");
	_autofree const char **dirs = mem_alloc((n + 1) * sizeof(*dirs));

	if (n == 0 || c->faults > 0 || c->call->entry.state != ZC_INSTALLED)
		return 0;
	for (size_t i = 0; i < n; i++)
		dirs[i] = zc_res_get(c->cfg, "inherit-pkg-dir", i, "dir");
	return fs_globalzone_hide(zc_get(c->cfg, "zonepath"), dirs, n,
	    c->call->cmd->run == cmd_verify, e);
}

static int (*const checks[])(struct check *c, struct err *e) = {
	check_zonepath,
	check_privileges,
	check_fs,
	check_net,
	check_pool,
	check_inherited,
};

int
cmd_verify_zone(struct cmd_call *call, struct err *e)
{
	_cleanup_zone struct zc_zone *cfg = NULL;
	struct check c = { .call = call };

	if (zc_store_load(call->zone, &cfg, e) == -1)
		return -1;
	c.cfg = cfg;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		if (checks[i](&c, e) == -1)
			return -1;
	}
	if (c.faults == 0)
		return 0;
	line("zoneadm: zone %s failed to verify", call->zone);
	return 1;
}

int
cmd_verify(struct cmd_call *call, struct err *e)
{
	opterr = 0;
	if (getopt(call->argc, call->argv, "+") != -1)
		return err_set(e, ERR_USAGE, "verify: wrong option");
	if (optind < call->argc)
		return err_set(e, ERR_USAGE, "verify: '%s' is too much",
		    call->argv[optind]);
	return cmd_verify_zone(call, e);
}
