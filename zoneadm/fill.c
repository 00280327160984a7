/* SPDX-License-Identifier: ISC
 *
 * fill - what install and clone do alike to the zone that gets a root.
 */
#include "zoneadm/fill.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"
#include "fs/globalzone.h"
#include "fs/idrange.h"
#include "fs/quota.h"
#include "privileges/filter.h"
#include "privileges/set.h"
#include "zonecfg/limits.h"

int
fill_claim(const char *zone, const struct fs_backend *backend,
    struct zc_entry *entry, struct err *e)
{
	struct fs_idrange_owner owner = { .zone = zone };

	zc_entry_done(entry);
	*entry = (struct zc_entry){ 0 };
	if (zc_index_get(zone, entry, e) == -1)
		return -1;
	owner.uuid = entry->uuid;
	if (fs_idrange_claim(NULL, &owner, entry->id_base, &entry->id_base,
		e) == -1)
		return -1;
	(void)snprintf(entry->backend, sizeof(entry->backend), "%s",
	    backend->name);
	return zc_index_note(entry, e);
}

int
fill_release(const char *zone, const struct zc_entry *entry, struct err *e)
{
	struct fs_idrange_owner owner = { zone, entry->uuid };

	if (*owner.uuid == '\0')
		return 0;
	return fs_idrange_release(NULL, &owner, entry->id_base, e);
}

int
fill_limit(const struct zc_zone *cfg, const struct fs_home *home, struct err *e)
{
	uint64_t quota = zc_quota(cfg);

	if (quota == 0 || fs_quota_set(home->dir, home->path, quota, e) == 0)
		return 0;
	return err_in(e, "quota");
}

int
fill_hide(const struct zc_zone *cfg, const char *zonepath, struct err *e)
{
	size_t n = zc_count(cfg, "inherit-pkg-dir");
	_autofree const char **dirs = mem_alloc((n + 1) * sizeof(*dirs));

	for (size_t i = 0; i < n; i++)
		dirs[i] = zc_res_get(cfg, "inherit-pkg-dir", i, "dir");
	return n == 0 ? 0 : fs_globalzone_hide(zonepath, dirs, n, true, e);
}

void
fill_prime_filter(const struct zc_zone *cfg)
{
	struct priv_filter filter;
	struct priv_set set;
	struct err ignored;

	if (priv_set_parse(zc_get(cfg, "limitpriv"),
		str_eq(zc_get(cfg, "ip-type"), "exclusive"), &set,
		&ignored) == 0 &&
	    priv_filter_load(&set, &filter, &ignored) == 0)
		priv_filter_done(&filter);
}
