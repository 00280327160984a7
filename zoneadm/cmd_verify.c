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
#include "fs/idrange.h"
#include "fs/zonepath.h"
#include "privileges/set.h"
#include "zoneadm/cmd.h"
#include "zoneadm/level.h"
#include "zoneadm/options.h"
#include "zoneadm/verify.h"
#include "zonecfg/detached.h"
#include "zonecfg/store.h"

/* Packages that are named where a zone's level is another. */
enum { DRIFT_SHOWN = 20 };

static void PRINTF(1, 0) print_line(const char *fmt, va_list ap)
{
	(void)vfprintf(stderr, fmt, ap);
	(void)fputc('\n', stderr);
}

void
verify_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
}

void
verify_fault(struct verify *v, const char *fmt, ...)
{
	va_list ap;

	v->faults++;
	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
}

static void
say_line(const char *text, void *arg)
{
	(void)arg;
	verify_warn("%s", text);
}

int
verify_other_paths(struct zc_index *index, struct fs_zonepath_other **paths,
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
tell_missing(struct verify *v, const char *path)
{
	if (v->call->state > ZC_INCOMPLETE) {
		verify_fault(v, "zoneadm: %s: %s", path, strerror(ENOENT));
	} else if (v->call->cmd->run == cmd_verify) {
		verify_warn(
		    "WARNING: %s does not exist, so it could not be "
		    "verified.\n'zoneadm install' will create it, and verify "
		    "the zone again.",
		    path);
	}
}

static int
check_zonepath(struct verify *v, struct err *e)
{
	_cleanup(zc_index_free) struct zc_index index = { 0 };
	_autofree struct fs_zonepath_other *others = NULL;
	struct fs_zonepath zp = {
		.zone = v->call->zone,
		.path = zc_get(v->cfg, "zonepath"),
		.fresh = v->call->state == ZC_CONFIGURED &&
		    v->call->cmd->run != cmd_attach,
	};
	int before = v->faults;
	bool missing;

	/* Where a zone that is only asked about would lie, nobody knows. */
	if (v->call->cmd->run == cmd_attach && *v->call->entry.zonepath == '\0')
		return 0;
	/* To make a root, all zones are looked at only where one is near. */
	if ((v->call->cmd->run == cmd_verify || !zp.fresh ||
		!fs_zonepath_is_apart(zp.path)) &&
	    verify_other_paths(&index, &others, e) == -1)
		return -1;
	zp.others = others;
	zp.nothers = index.n;
	if (fs_zonepath_check(&zp, &missing, say_line, NULL) != 0)
		v->faults++;
	else if (missing)
		tell_missing(v, zp.path);
	if (v->faults > before)
		verify_warn("could not verify zonepath %s because of the above "
			    "errors.",
		    zp.path);
	return 0;
}

/* There is one. A configuration may name another, as it may come from another
 * system, but no zone is made of it here. */
static int
check_brand(struct verify *v, struct err *e)
{
	const char *brand = zc_get(v->cfg, "brand");

	(void)e;
	if (!str_eq(brand, "native"))
		verify_fault(v,
		    "unknown brand '%s': this host has 'native'; "
		    "'zonecfg -z %s set brand=native'",
		    brand, v->call->zone);
	return 0;
}

static int
check_privileges(struct verify *v, struct err *e)
{
	struct priv_set set;
	struct err why = { 0 };

	(void)e;
	if (priv_set_parse(zc_get(v->cfg, "limitpriv"),
		str_eq(zc_get(v->cfg, "ip-type"), "exclusive"), &set,
		&why) == -1) {
		verify_fault(v, "%s", why.msg);
	}
	return 0;
}

/* What an inherited directory holds that is not for the zone; looked at anew by
 * verify, by boot only when packages have changed. */
static int
check_inherited(struct verify *v, struct err *e)
{
	size_t n = zc_count(v->cfg, "inherit-pkg-dir");
	_autofree const char **dirs = mem_alloc((n + 1) * sizeof(*dirs));

	if (n == 0 || v->faults > 0 || v->call->entry.state != ZC_INSTALLED)
		return 0;
	for (size_t i = 0; i < n; i++)
		dirs[i] = zc_res_get(v->cfg, "inherit-pkg-dir", i, "dir");
	return fs_globalzone_hide(zc_get(v->cfg, "zonepath"), dirs, n,
	    v->call->cmd->run == cmd_verify, e);
}

static void
say_drift(void *arg, const char *text)
{
	int *n = arg;

	if ((*n)++ < DRIFT_SHOWN)
		verify_warn("WARNING: %s", text);
}

/* What a zone inherits follows the global zone at once, its package database
 * does not: no fault, but nothing to leave so. */
static int
check_level(struct verify *v, struct err *e)
{
	_cleanup_packages struct fs_packages zone = { 0 };
	_cleanup_packages struct fs_packages host = { 0 };
	int n = 0;
	int known;

	if (zc_count(v->cfg, "inherit-pkg-dir") == 0 || v->faults > 0 ||
	    v->call->cmd->run != cmd_verify ||
	    v->call->entry.state != ZC_INSTALLED)
		return 0;
	known = level_read(&v->call->entry, &zone, e);
	if (known != 1)
		return known;
	if (fs_packages_host(&host, e) == -1)
		return -1;
	if (level_compare(&zone, &host, say_drift, &n) == 0)
		return 0;
	if (n > DRIFT_SHOWN)
		verify_warn("WARNING: ... and %d more.", n - DRIFT_SHOWN);
	verify_warn("WARNING: packages of the zone and of the global zone "
		    "differ as above; bring them together with 'zoneadm -z %s "
		    "detach' and 'zoneadm -z %s attach -u' while it is halted.",
	    v->call->zone, v->call->zone);
	return 0;
}

/* A zone that was detached is attached again, not installed over. */
static int
check_detached(struct verify *v, struct err *e)
{
	const char *zonepath = zc_get(v->cfg, "zonepath");
	_autofree char *manifest = mem_printf("%s/" ZC_DETACHED_FILE, zonepath);

	(void)e;
	if (strcmp(v->call->cmd->name, "install") == 0 &&
	    access(manifest, F_OK) == 0)
		verify_fault(v,
		    "Cannot install detached zone.\n"
		    "Use attach or remove %s file.",
		    manifest);
	return 0;
}

/* A warning: files lie with their natural owners, so another range is as good.
 */
static int
check_ids(struct verify *v, struct err *e)
{
	const struct zc_entry *entry = &v->call->entry;
	const struct fs_idrange_owner owner = { v->call->zone, entry->uuid };
	_autofree char *who = NULL;
	int found;

	if (strcmp(v->call->cmd->name, "verify") != 0 || entry->id_base == 0)
		return 0;
	found = fs_idrange_other(NULL, &owner, entry->id_base, &who, e);
	if (found == 1)
		verify_warn("WARNING: ids %u-%u of the zone are used by %s "
			    "now; the zone gets others when it boots.",
		    entry->id_base, entry->id_base + FS_IDRANGE_SIZE - 1, who);
	return found == -1 ? -1 : 0;
}

/* In the order in which they fire. */
static verify_fn *const checks[] = {
	check_detached,
	check_brand,
	check_zonepath,
	check_privileges,
	check_ids,
	verify_fs,
	verify_fs_allowed,
	verify_net,
	verify_device,
	verify_dataset,
	verify_quota,
	verify_limits,
	verify_sched,
	verify_pool,
	verify_security,
	verify_core,
	verify_admin,
	verify_kept,
	check_inherited,
	check_level,
};

int
verify_config(struct cmd_call *call, struct zc_zone *cfg, struct err *e)
{
	struct verify v = { .call = call, .cfg = cfg };

	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		if (checks[i](&v, e) == -1)
			return -1;
	}
	if (v.faults == 0)
		return 0;
	verify_warn("zoneadm: zone %s failed to verify", call->zone);
	return 1;
}

int
cmd_verify_zone(struct cmd_call *call, struct err *e)
{
	_cleanup_zone struct zc_zone *cfg = NULL;

	if (zc_store_load(call->zone, &cfg, e) == -1)
		return -1;
	return verify_config(call, cfg, e);
}

int
cmd_verify(struct cmd_call *call, struct err *e)
{
	opterr = 0;
	if (getopt(call->argc, call->argv, "+") != -1)
		return cmd_wrong_option(call, e);
	if (optind < call->argc)
		return err_set(e, ERR_USAGE, "verify: '%s' is too much",
		    call->argv[optind]);
	return cmd_verify_zone(call, e);
}
