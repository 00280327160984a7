/* SPDX-License-Identifier: ISC
 *
 * doctor_ids - ranges of ids: how many are left, and which zones would not get
 * theirs again.
 */
#include <dirent.h>
#include <string.h>

#include "base/mem.h"
#include "fs/idrange.h"
#include "zoneadm/doctor.h"
#include "zonecfg/index.h"

static unsigned
count_names(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *d;
	unsigned n = 0;

	if (!dir)
		return 0;
	while ((d = readdir(dir)) != NULL)
		n += d->d_name[0] >= '0' && d->d_name[0] <= '9';
	(void)closedir(dir);
	return n;
}

static void
add_conflict(struct doctor_report *report, const struct zc_entry *zone,
    const char *who)
{
	_autofree char *label = mem_printf("ids of zone %s", zone->name);
	struct doctor_finding *f = doctor_add(report, "ids", label,
	    DOCTOR_LIMITED, "%u-%u are used by %s", zone->id_base,
	    zone->id_base + FS_IDRANGE_SIZE - 1, who);

	f->hint = "it gets others when it boots; what outside of it was given "
		  "to the old ids is not its own then";
}

/* Another zone, not running either, that had the range first: copied files of
 * /etc/zones, or of another host. */
static const struct zc_entry *
find_twin(const struct zc_index *index, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (index->zone[k].id_base == index->zone[i].id_base)
			return &index->zone[k];
	}
	return NULL;
}

/* Whether the range of zone i is somebody else's too, and is told. */
static bool
check_zone(struct doctor_report *report, const struct zc_index *index, size_t i)
{
	const struct zc_entry *zone = &index->zone[i];
	const struct fs_idrange_owner owner = { zone->name, zone->uuid };
	const struct zc_entry *twin = find_twin(index, i);
	_autofree char *who = NULL;
	struct err ignored;

	if (zone->id_base == 0)
		return false;
	if (fs_idrange_other(NULL, &owner, zone->id_base, &who, &ignored) !=
	    1) {
		if (!twin)
			return false;
		who = mem_printf("zone '%s'", twin->name);
	}
	add_conflict(report, zone, who);
	return true;
}

static void
check_zones(struct doctor_report *report, const char *only)
{
	_cleanup(zc_index_free) struct zc_index index = { 0 };
	struct err why = { 0 };
	unsigned conflicts = 0;
	unsigned n = 0;

	if (zc_index_load(&index, NULL, &why) == -1) {
		(void)doctor_add(report, "ids", "ids of zones", DOCTOR_UNKNOWN,
		    "%s", why.msg);
		return;
	}
	for (size_t i = 0; i < index.n; i++) {
		if (only && strcmp(only, index.zone[i].name) != 0)
			continue;
		n += index.zone[i].id_base != 0;
		conflicts += check_zone(report, &index, i);
	}
	if (conflicts == 0)
		(void)doctor_add(report, "ids", "ids of zones", DOCTOR_OK,
		    "%u zones, each with its own", n);
}

void
doctor_ids(struct doctor_report *report, const char *zone)
{
	unsigned all = (FS_IDRANGE_LAST - FS_IDRANGE_FIRST) / FS_IDRANGE_SIZE +
	    1;
	unsigned used = count_names("/run/zones-ids");
	struct doctor_finding *f = doctor_add(report, "ids", "ranges of 65536",
	    used < all ? DOCTOR_OK : DOCTOR_MISSING, "%u in use", used);

	f->hint = "uninstall zones, or free ids in /etc/subuid";
	f->zones = all - used;
	check_zones(report, zone);
}
