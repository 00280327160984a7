/* SPDX-License-Identifier: ISC
 *
 * verify_host - what the resources of a configuration want of this host: file
 * systems, links, data sets, limits.
 */
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/quota.h"
#include "zoneadm/core.h"
#include "zoneadm/delegate.h"
#include "zoneadm/verify.h"
#include "zonecfg/limits.h"
#include "zonecfg/runstate.h"
#include "zonecfg/store.h"
#include "zonecfg/verify.h"
#include "zoned/translate.h"

/* --- fs ----------------------------------------------------------------------
 */

static bool
has_fsck(const char *type)
{
	static const char *const dirs[] = { "/sbin", "/usr/sbin" };

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		_autofree char *path = mem_printf("%s/fsck.%s", dirs[i], type);

		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static void
check_raw(struct verify *v, const char *dir, const char *raw, const char *type)
{
	if (*raw == '\0')
		return;
	if (access(raw, F_OK) == -1)
		verify_fault(v,
		    "could not verify fs %s: could not access %s: %s", dir, raw,
		    strerror(errno));
	if (!has_fsck(type))
		verify_fault(v,
		    "could not verify fs %s: 'raw' is set, but this host has "
		    "no fsck.%s; clear raw, or install it.",
		    dir, type);
}

/* As zoned will have them at boot. */
int
verify_fs(struct verify *v, struct err *e)
{
	size_t n = zc_count(v->cfg, "fs");

	(void)e;
	for (size_t i = 0; i < n; i++) {
		_cleanup_resource struct fs_resource r = { 0 };
		struct err why = { 0 };

		if (zd_translate_fs(v->cfg, i, &r, &why) == -1 ||
		    fs_resource_check(&r, &why) == -1)
			verify_fault(v, "%s", why.msg);
		check_raw(v, zc_res_get(v->cfg, "fs", i, "dir"),
		    zc_res_get(v->cfg, "fs", i, "raw"),
		    zc_res_get(v->cfg, "fs", i, "type"));
	}
	return 0;
}

/* What the kernel lets a user namespace mount that is not the host's own, as a
 * zone with sys_mount may; fuse with its device. Of proc and sysfs it has
 * masked ones, which bar another. */
static const char *const mountable[] = { "tmpfs", "ramfs", "overlay", "fuse",
	"devpts", "mqueue", "cgroup", "cgroup2", "binfmt_misc" };

/* A leading '-' takes the default away, on Solaris; here it is as "-". */
static void
check_mountable(struct verify *v, const char *type)
{
	type += *type == '-' ? 1 : 0;
	for (size_t i = 0; i < ARRAY_LEN(mountable); i++) {
		if (strcmp(type, mountable[i]) == 0)
			return;
	}
	if (*type != '\0')
		verify_fault(v,
		    "could not verify fs-allowed: %s: the kernel lets no zone "
		    "mount it; leave it out, mount it in the global zone, and "
		    "'add fs' with type=lofs.",
		    type);
}

/* A filter sees the number of a system call, not the words that it points to:
 * nothing here can tell types apart. */
int
verify_fs_allowed(struct verify *v, struct err *e)
{
	const struct zc_value *types = zc_rec_value(&v->cfg->global,
	    ZC_GLOBAL_FS_ALLOWED);

	(void)e;
	for (size_t i = 0; i < types->n; i++) {
		_autofree char *list = mem_strdup(types->item[i]);
		char *rest = list;
		char *type;

		while ((type = strsep(&rest, ",")) != NULL)
			check_mountable(v, type);
	}
	if (types->n > 0)
		verify_warn("WARNING: fs-allowed: with the privilege sys_mount "
			    "the zone may mount tmpfs, ramfs, overlay, devpts, "
			    "mqueue, cgroup, cgroup2 and binfmt_misc whether "
			    "they are named or not.");
	return 0;
}

/* --- net ---------------------------------------------------------------------
 */

/* As the kernel has it for us, which /sys need not show. */
static bool
is_link(const char *name)
{
	return if_nametoindex(name) != 0;
}

/* What is there before the zone boots: physical may be made below it. */
static const char *
link_of(const struct zc_zone *cfg, size_t i)
{
	const char *nic = zc_res_get(cfg, "net", i, "global-nic");

	return nic && *nic != '\0' ? nic
				   : zc_res_get(cfg, "net", i, "physical");
}

/* The global zone has an address on it. */
static bool
used_here(const char *link)
{
	struct ifaddrs *list;
	bool found = false;

	if (getifaddrs(&list) == -1)
		return false;
	for (const struct ifaddrs *a = list; a && !found; a = a->ifa_next)
		found = a->ifa_addr && strcmp(a->ifa_name, link) == 0 &&
		    (a->ifa_addr->sa_family == AF_INET ||
			a->ifa_addr->sa_family == AF_INET6);
	freeifaddrs(list);
	return found;
}

static bool
has_exclusively(const struct zc_zone *cfg, const char *link)
{
	size_t n = zc_count(cfg, "net");

	if (!str_eq(zc_get(cfg, "ip-type"), "exclusive"))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(zc_res_get(cfg, "net", i, "physical"), link))
			return true;
	}
	return false;
}

/* The name of another zone that is up and has the link, or NULL. */
static const char *
used_by(const struct verify *v, const struct zc_names *up, const char *link)
{
	for (size_t i = 0; i < up->n; i++) {
		_cleanup_zone struct zc_zone *cfg = NULL;
		struct err ignored;

		if (strcmp(up->name[i], v->call->zone) != 0 &&
		    zc_store_load(up->name[i], &cfg, &ignored) == 0 &&
		    has_exclusively(cfg, link))
			return up->name[i];
	}
	return NULL;
}

/* What anets are called, and made over; a switch is made with the first zone.
 */
static void
check_anets(struct verify *v)
{
	const struct zc_zone *cfg = v->cfg;
	size_t n = zc_count(cfg, "anet");

	for (size_t i = 0; i < n; i++) {
		const char *link = zc_res_get(cfg, "anet", i, "lower-link");
		const char *name = zc_res_get(cfg, "anet", i, "linkname");

		if (strlen(name) >= IFNAMSIZ)
			verify_fault(v,
			    "could not verify anet %s: the name of a link has "
			    "at most %d letters here; 'set linkname=' a "
			    "shorter one.",
			    name, IFNAMSIZ - 1);
		if (*link != '\0' && strcmp(link, "auto") != 0 &&
		    !str_starts(link, "switch:") && !is_link(link))
			verify_warn("WARNING: anet '%s': lower-link '%s' is "
				    "not present in the global zone; 'ip link' "
				    "shows those it has.",
			    name, link);
	}
}

/* Only warnings: a link may be plugged, or given back, before the zone boots.
 */
int
verify_net(struct verify *v, struct err *e)
{
	_cleanup_names struct zc_names up = { 0 };
	size_t n = zc_count(v->cfg, "net");

	check_anets(v);
	if (n == 0)
		return 0;
	if (zc_run_names(&up, e) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *link = link_of(v->cfg, i);
		const char *other;
		bool wanted;

		if (*link == '\0')
			continue;
		/* Who has it may have taken it in: it is not to be seen. */
		wanted = v->call->state < ZC_READY &&
		    has_exclusively(v->cfg, link);
		other = wanted ? used_by(v, &up, link) : NULL;
		if (other)
			verify_warn("WARNING: network interface '%s' is used "
				    "by the non-global zone '%s'.",
			    link, other);
		else if (!is_link(link))
			verify_warn("WARNING: skipping network interface '%s' "
				    "which may not be present/plumbed in the "
				    "global zone.",
			    link);
		else if (wanted && used_here(link))
			verify_warn("WARNING: network interface '%s' is used "
				    "in the global zone.",
			    link);
	}
	return 0;
}

/* --- device ------------------------------------------------------------------
 */

int
verify_device(struct verify *v, struct err *e)
{
	_cleanup_devices struct fs_devices found = { 0 };
	size_t n = zc_count(v->cfg, "device");

	(void)e;
	for (size_t i = 0; i < n; i++) {
		struct err why = { 0 };

		if (zd_translate_device(v->cfg, i, &found, &why) == -1)
			verify_fault(v,
			    "could not verify %s; use 'remove device match=%s' "
			    "in zonecfg.",
			    why.msg, zc_res_get(v->cfg, "device", i, "match"));
	}
	return 0;
}

/* --- dataset -----------------------------------------------------------------
 */

int
verify_dataset(struct verify *v, struct err *e)
{
	size_t n = zc_count(v->cfg, "dataset");

	(void)e;
	for (size_t i = 0; i < n; i++) {
		if (access("/dev/zfs", F_OK) == -1)
			verify_fault(v,
			    "could not verify zfs dataset %s: this host has no "
			    "ZFS; use 'remove dataset' in zonecfg.",
			    zc_res_get(v->cfg, "dataset", i, "name"));
	}
	return 0;
}

/* --- limits ------------------------------------------------------------------
 */

/* The number in a file of the kernel's; 0: unknown. */
static uint64_t
kernel_number(const char *path)
{
	_autofree char *text = NULL;
	struct err ignored;
	uint64_t n;

	if (fd_read_file(AT_FDCWD, path, 64, &text, NULL, &ignored) == -1)
		return 0;
	text[strcspn(text, "\n")] = '\0';
	return str_u64(text, UINT64_MAX, &n) == 0 ? n : 0;
}

/* Resource controls that count what the kernel has a highest number of. */
static const struct {
	const char *rctl;
	const char *file; /* that number */
	const char *name;
} counted[] = {
	{ "zone.max-lwps", "/proc/sys/kernel/threads-max",
	    "kernel.threads-max" },
	{ "zone.max-processes", "/proc/sys/kernel/pid_max", "kernel.pid_max" },
	{ "zone.max-shm-ids", "/proc/sys/kernel/shmmni", "kernel.shmmni" },
	{ "zone.max-msg-ids", "/proc/sys/kernel/msgmni", "kernel.msgmni" },
};

/* More than the machine has is no limit at all: said, and no fault. */
static void
check_cpus(const struct verify *v)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t cap;

	if (cpus > 0 && zc_limit(v->cfg, "zone.cpu-cap", &cap) &&
	    cap > (uint64_t)cpus * 100)
		verify_warn("WARNING: capped-cpu: ncpus=%" PRIu64 ".%02" PRIu64
			    " is more than the %ld that this host has.",
		    cap / 100, cap % 100, cpus);
}

/* What boot refuses whatever the other zones have. */
static void
check_dedicated(struct verify *v)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	const char *ncpus = zc_count(v->cfg, "dedicated-cpu") > 0
	    ? zc_res_get(v->cfg, "dedicated-cpu", 0, "ncpus")
	    : "";

	if (cpus > 0 && strtol(ncpus, NULL, 10) >= cpus)
		verify_fault(v,
		    "could not verify dedicated-cpu: ncpus=%s: this host has "
		    "%ld, one of which stays the global zone's.",
		    ncpus, cpus);
}

int
verify_limits(struct verify *v, struct err *e)
{
	uint64_t limit;

	(void)e;
	for (size_t i = 0; i < ARRAY_LEN(counted); i++) {
		uint64_t most;

		if (!zc_limit(v->cfg, counted[i].rctl, &limit))
			continue;
		most = kernel_number(counted[i].file);
		if (most != 0 && limit > most)
			verify_fault(v,
			    "invalid rctl value: %s=%" PRIu64 " exceeds what "
			    "this kernel allows: %s is %" PRIu64 ".",
			    counted[i].rctl, limit, counted[i].name, most);
	}
	check_cpus(v);
	check_dedicated(v);
	return 0;
}

/* The nearest directory that is there already, to which path is cut: install
 * makes the rest on the same file system. */
static int
open_nearest(char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (fd == -1 && errno == ENOENT && path[1] != '\0') {
		char *slash = strrchr(path, '/');

		slash[slash == path] = '\0';
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return fd;
}

int
verify_quota(struct verify *v, struct err *e)
{
	_autofree char *path = mem_strdup(zc_get(v->cfg, "zonepath"));
	struct err why = { 0 };
	_autoclose int dir = -1;

	(void)e;
	/* What is wrong with a zonepath is said elsewhere. */
	if (zc_quota(v->cfg) == 0 || *path != '/')
		return 0;
	dir = open_nearest(path);
	if (dir != -1 && fs_quota_check(dir, path, &why) == -1)
		verify_fault(v, "could not verify quota: %s.", why.msg);
	return 0;
}

int
verify_sched(struct verify *v, struct err *e)
{
	struct err why = { 0 };
	int policy;

	(void)e;
	if (zd_translate_sched(v->cfg, &policy, &why) == -1)
		verify_fault(v, "could not verify %s.", why.msg);
	return 0;
}

int
verify_pool(struct verify *v, struct err *e)
{
	const char *pool = zc_get(v->cfg, "pool");

	(void)e;
	if (*pool != '\0')
		verify_warn("WARNING: pool '%s' does not exist on this host; "
			    "the zone will boot in the default pool.",
		    pool);
	return 0;
}

/* The kernel holds the lowest addresses free for every process that lacks
 * CAP_SYS_RAWIO on the host, as nothing in a zone has it. */
int
verify_security(struct verify *v, struct err *e)
{
	static const char path[] = "/proc/sys/vm/mmap_min_addr";
	static const char *const props[] = { "lower", "default" };

	(void)e;
	for (size_t i = 0; i < ARRAY_LEN(props); i++) {
		if (zc_count(v->cfg, "security-flags") == 0 ||
		    !strstr(zc_res_get(v->cfg, "security-flags", 0, props[i]),
			"forbidnullmap") ||
		    kernel_number(path) != 0)
			continue;
		verify_fault(v,
		    "could not verify security-flags: forbidnullmap is not in "
		    "force on this host; run 'sysctl vm.mmap_min_addr=65536'.");
		break;
	}
	return 0;
}

int
verify_core(struct verify *v, struct err *e)
{
	const char *risk = core_leaves_zone_here();

	(void)e;
	if (risk && v->call->cmd->run == cmd_verify)
		verify_warn("WARNING: kernel.core_pattern of this host: %s; "
			    "'sysctl kernel.core_pattern=core' leaves them in "
			    "the zone.",
		    risk);
	return 0;
}

/* --- admin -------------------------------------------------------------------
 */

/* Authorizations that zone-broker gives nothing for. */
static void
check_auths(const char *user, const char *auths)
{
	static const char *const kept[] = { "config", "liveconfig" };

	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		if (delegate_has(auths, kept[i], NULL))
			verify_warn(
			    "WARNING: admin %s: %s is kept, but nothing "
			    "here acts on it: who configures a zone "
			    "can give it any directory of this host",
			    user, kept[i]);
	}
}

int
verify_admin(struct verify *v, struct err *e)
{
	_autofree char *door = mem_printf("%s/%s", path_of(PATH_RUN),
	    DELEGATE_SOCK);
	size_t n = zc_count(v->cfg, "admin");

	(void)e;
	for (size_t i = 0; i < n; i++) {
		size_t words = zc_res_items(v->cfg, "admin", i, "auths");

		for (size_t k = 0; k < words; k++)
			check_auths(zc_res_get(v->cfg, "admin", i, "user"),
			    zc_res_item(v->cfg, "admin", i, "auths", k));
	}
	if (n > 0 && access(door, F_OK) == -1)
		verify_warn("WARNING: admin: nobody listens to users here; "
			    "'systemctl enable --now zones-admin.socket'.");
	return 0;
}

/* --- what is only kept ------------------------------------------------------
 */

static void
warn_kept(void *arg, const char *what)
{
	(void)arg;
	verify_warn("WARNING: %s is kept, but nothing here acts on it", what);
}

int
verify_kept(struct verify *v, struct err *e)
{
	(void)e;
	zc_kept(v->cfg, warn_kept, NULL);
	return 0;
}
