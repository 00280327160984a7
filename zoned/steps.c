/* SPDX-License-Identifier: ISC
 *
 * steps - the way up to a zone that is ready, and the way down.
 */
#include "zoned/steps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/sys.h"
#include "fs/dataset.h"
#include "fs/idrange.h"
#include "fs/quota.h"
#include "fs/root.h"
#include "fs/zonepath.h"
#include "privileges/caps.h"
#include "zonecfg/running.h"
#include "zonecfg/store.h"
#include "zoned/bootargs.h"
#include "zoned/claim.h"
#include "zoned/console.h"
#include "zoned/hostid.h"
#include "zoned/network.h"
#include "zoned/resolver.h"

/* What a root of its own may start with; zone-init where it has none. */
static const char *const inits[] = { "/sbin/init", "/etc/init", "/bin/init",
	NULL };

int
zd_record(struct zd_zone *z, enum zc_state state, struct err *e)
{
	z->run.state = state;
	z->run.zoned = zc_process_of(getpid());
	return zc_run_save(z->name, &z->run, e);
}

/* --- configuration: read anew at every ready ------------------------------ */

static int
config_up(struct zd_zone *z, struct err *e)
{
	zc_entry_done(&z->entry);
	if (zc_index_get(z->name, &z->entry, e) == -1 ||
	    zc_store_load(z->name, &z->config, e) == -1 ||
	    zd_translate(z->config, &z->specs, e) == -1 ||
	    zd_translate_net(z->config, z->entry.uuid, &z->specs.net, e) ==
		-1 ||
	    zc_running_save(z->config, e) == -1)
		return -1;
	z->privs = z->specs.privs;
	z->caps = priv_set_caps(&z->privs);
	free(z->run.privs);
	z->run.privs = priv_set_print(&z->privs);
	z->run.persona = z->specs.persona;
	z->run.sched = z->specs.sched;
	return 0;
}

static int
config_down(struct zd_zone *z, struct err *e)
{
	(void)e;
	zd_specs_done(&z->specs);
	zc_zone_free(z->config);
	z->config = NULL;
	return 0;
}

/* --- zonepath: nobody but root may come near it --------------------------- */

static int
zonepath_up(struct zd_zone *z, struct err *e)
{
	const char *path = z->specs.root.zonepath;
	_autoclose int dir = fs_zonepath_open(path, e);
	_autoclose int root = -1;
	struct stat st;

	/* The zone cannot have taken it away: it is the global zone's. */
	if (dir == -1 && e->code == ENOENT)
		return err_set(e, ENOENT,
		    "'%s' is missing; mount or restore it, or "
		    "'zoneadm -z %s uninstall -F'",
		    path, z->name);
	if (dir == -1)
		return -1;
	if (fstatat(dir, "root", &st, AT_SYMLINK_NOFOLLOW) == -1 &&
	    errno == ENOENT)
		return err_set(e, ENOENT,
		    "'%s/root' is missing; mount or restore it, or "
		    "'zoneadm -z %s uninstall -F'",
		    path, z->name);
	/* A dataset is mounted there by who first needs it. */
	root = fs_root_open(dir, e);
	return root == -1 ? -1 : 0;
}

/* --- record: the zone id, and that something is under way ----------------- */

static int
record_up(struct zd_zone *z, struct err *e)
{
	if (zc_run_next_id(&z->run.id, e) == -1)
		return -1;
	return zd_record(z, ZC_READY, e);
}

/* Where the zone is to be booted again, that stays on record. */
static int
record_down(struct zd_zone *z, struct err *e)
{
	unsigned boots = z->run.boots;
	bool again = z->run.again;

	zc_run_done(&z->run);
	z->run.boots = boots;
	z->run.again = again;
	return again ? zd_record(z, ZC_INSTALLED, e)
		     : zc_run_remove(z->name, e);
}

/* --- ids ------------------------------------------------------------------ */

static int
ids_up(struct zd_zone *z, struct err *e)
{
	struct fs_idrange_owner owner = { z->name, z->entry.uuid };

	/* An attach may have been killed over a claim that it had not noted. */
	if (z->entry.id_base == 0 &&
	    fs_idrange_release(NULL, &owner, 0, e) == -1)
		return -1;
	if (fs_idrange_claim(NULL, &owner, z->entry.id_base, &z->run.id_base,
		e) == -1)
		return -1;
	if (z->run.id_base == z->entry.id_base)
		return 0;
	if (z->entry.id_base != 0)
		log_info(
		    "ids %u-%u are somebody else's on this host now (/etc/subuid, "
		    "/etc/subgid, /etc/passwd, /etc/group): moved to %u",
		    z->entry.id_base, z->entry.id_base + FS_IDRANGE_SIZE - 1,
		    z->run.id_base);
	z->entry.id_base = z->run.id_base;
	return zc_index_put(&z->entry, e);
}

/* --- control groups ------------------------------------------------------- */

static int
cgroup_up(struct zd_zone *z, struct err *e)
{
	const struct zd_cgroup_spec spec = { z->run.id_base,
		zd_limits_of(z->config), &z->specs.devices };

	_autofree char *cpus = NULL;

	if (zd_cgroup_up(&z->cgroup, z->name, &spec, e) == -1)
		return -1;
	free(z->run.cgroup);
	z->run.cgroup = mem_strdup(z->cgroup.path);
	if (zd_claim_up(z->config, &cpus, e) == -1)
		return -1;
	if (*cpus != '\0')
		log_info("CPUs %s are no other zone's", cpus);
	return 0;
}

static int
cgroup_down(struct zd_zone *z, struct err *e)
{
	struct err why;

	if (zd_claim_down(z->name, &why) == -1)
		log_warn(&why, "give back CPUs");
	return zd_cgroup_down(&z->cgroup, z->name, e);
}

/* --- filter --------------------------------------------------------------- */

static int
filter_up(struct zd_zone *z, struct err *e)
{
	return priv_filter_load(&z->privs, &z->filter, e);
}

static int
filter_down(struct zd_zone *z, struct err *e)
{
	(void)e;
	priv_filter_done(&z->filter);
	return 0;
}

/* --- the size of the root: may have changed, and so may the root ---------- */

static int
quota_up(struct zd_zone *z, struct err *e)
{
	const char *path = z->specs.root.zonepath;
	_autoclose int dir = fs_zonepath_open(path, e);

	return dir == -1 ? -1 : fs_quota_set(dir, path, z->specs.quota, e);
}

/* --- name servers, while nobody of the zone runs -------------------------- */

static int
resolver_up(struct zd_zone *z, struct err *e)
{
	return zd_resolver_write(z->config, z->specs.root.zonepath, e);
}

static int
hostid_up(struct zd_zone *z, struct err *e)
{
	return zd_hostid_write(z->config, z->specs.root.zonepath, e);
}

/* --- file systems beside the root, before anything is made ---------------- */

static int
fsck_up(struct zd_zone *z, struct err *e)
{
	for (size_t i = 0; i < z->specs.root.nresources; i++) {
		if (fs_resource_fsck(&z->specs.root.resource[i], e) == -1)
			return -1;
	}
	return 0;
}

/* --- platform: pid 1 waits in its namespaces ------------------------------ */

/* Privileges that are neither a capability nor a system call. */
static unsigned
withheld(const struct priv_set *s)
{
	return (priv_set_has(s, PRIV_PROC_INFO) ? 0U : FS_HIDE_PROCESSES) |
	    (priv_set_has(s, PRIV_NET_ICMPACCESS) ? 0U : FS_NO_PING) |
	    (priv_set_has(s, PRIV_LINUX_USERNS) ? 0U : FS_NO_USERNS);
}

/* What the next boot is given: those asked for, else the configuration's. */
static int
read_bootargs(const struct zd_zone *z, struct zd_bootargs *args, struct err *e)
{
	const char *text = z->args ? z->args : z->specs.bootargs;

	if (zd_bootargs_parse(text ? text : "", args, e) == 0)
		return 0;
	/* Not what was typed, but what is stored, is wrong. */
	if (!z->args)
		return err_set(e, ERR_CONFIG,
		    "bootargs: %s; 'zonecfg -z %s clear bootargs'", e->msg,
		    z->name);
	return -1;
}

/* A boot with -w: the root is what it was before the profile. */
static int
apply_bootargs(struct zd_zone *z, struct err *e)
{
	struct zd_bootargs args;

	if (read_bootargs(z, &args, e) == -1)
		return -1;
	if (args.writable)
		z->specs.root.profile = FS_PROFILE_NONE;
	zd_bootargs_done(&args);
	return 0;
}

bool
zd_steps_fit(const struct zd_zone *z)
{
	struct zd_bootargs args;
	struct err ignored;
	bool fit;

	if (read_bootargs(z, &args, &ignored) == -1)
		return true;
	fit = !args.writable || z->specs.root.profile == FS_PROFILE_NONE;
	zd_bootargs_done(&args);
	return fit;
}

static int
platform_up(struct zd_zone *z, struct err *e)
{
	struct fs_plan plan;
	struct zd_birth_result r;
	struct zd_birth_spec spec = {
		.zone = z->name,
		.uuid = z->entry.uuid,
		.privs = z->run.privs,
		.id_base = z->run.id_base,
		.plan = &plan,
		.devices = &z->specs.devices,
		.cgroup = z->cgroup.zone,
		.v1 = z->cgroup.v1.fd,
		.nv1 = z->cgroup.v1.n,
		.helpers = z->helpers,
		.power = { z->caps, &z->filter, z->run.persona, z->run.sched },
		.withhold = withheld(&z->privs),
		.sysv = zd_sysv_of(z->config),
	};
	int rc;

	if (apply_bootargs(z, e) == -1 ||
	    fs_plan_make(&z->specs.root, &plan, e) == -1)
		return -1;
	rc = zd_birth_ready(&spec, &z->birth, &r, e);
	fs_plan_done(&plan);
	if (rc == -1)
		return -1;
	z->keeper_fd = r.keeper;
	z->init_fd = r.init;
	z->console_fd = r.console;
	z->run.keeper = zc_process_of(r.keeper_pid);
	z->run.init = zc_process_of(r.init_pid);
	z->run.console_fd = r.console_in_keeper;
	return zd_record(z, ZC_READY, e);
}

static int
platform_down(struct zd_zone *z, struct err *e)
{
	(void)e;
	if (z->birth)
		zd_birth_drop(z->birth);
	else
		zd_keeper_end(z->keeper_fd, z->run.keeper.pid);
	z->birth = NULL;
	fd_close_at(&z->keeper_fd);
	fd_close_at(&z->init_fd);
	fd_close_at(&z->console_fd);
	z->keeper_fd = z->init_fd = z->console_fd = -1;
	return 0;
}

/* --- links ---------------------------------------------------------------- */

static int
network_up(struct zd_zone *z, struct err *e)
{
	return z->specs.net ? zd_network_up(z, z->specs.net, e) : 0;
}

/* The way up, in order; down in reverse. A NULL undo has nothing to undo. */
static const struct {
	const char *name;
	int (*up)(struct zd_zone *z, struct err *e);
	int (*down)(struct zd_zone *z, struct err *e);
} steps[] = {
	{ "configuration", config_up, config_down },
	{ "zonepath", zonepath_up, NULL },
	{ "run record", record_up, record_down },
	{ "id range", ids_up, NULL },
	{ "control groups", cgroup_up, cgroup_down },
	{ "privileges", filter_up, filter_down },
	{ "file systems", fsck_up, NULL },
	{ "quota", quota_up, NULL },
	{ "name servers", resolver_up, NULL },
	{ "host identifier", hostid_up, NULL },
	{ "platform", platform_up, platform_down },
	{ "network", network_up, zd_network_down },
};

/* Undo steps [0, n) from the last to the first. */
static int
down_from(struct zd_zone *z, size_t n, struct err *e)
{
	int rc = 0;

	while (n-- > 0) {
		struct err why;

		if (!steps[n].down || steps[n].down(z, &why) == 0)
			continue;
		(void)err_in(&why, "%s", steps[n].name);
		if (rc == 0)
			*e = why;
		rc = -1;
	}
	return rc;
}

int
zd_steps_up(struct zd_zone *z, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct err why;

		if (steps[i].up(z, e) == 0)
			continue;
		if (down_from(z, i + 1, &why) == -1)
			log_warn(&why, "undo");
		/* What was typed is no step's. */
		return e->code == ERR_USAGE ? -1
					    : err_in(e, "%s", steps[i].name);
	}
	return 0;
}

int
zd_steps_down(struct zd_zone *z, struct err *e)
{
	return down_from(z, ARRAY_LEN(steps), e);
}

/* What init finds in its environment: nothing of the caller's. container= is
 * how systemd learns where it is (systemd's CONTAINER_INTERFACE). */
static int
exec_init(struct zd_zone *z, struct zd_bootargs *args, struct err *e)
{
	_autofree char *uuid = mem_printf("container_uuid=%s", z->entry.uuid);
	const char *env[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
		"/sbin:/bin",
		"HOME=/", "TERM=vt220", "container=zones", uuid, NULL
	};
	const char *only[] = { args->init, NULL };
	struct zd_birth_init init = {
		.paths = args->init ? only : inits,
		.fallback = args->init ? NULL : "zone-init",
		.argv = args->argv,
		.env = (char *const *)(uintptr_t)env,
	};

	return zd_birth_exec(z->birth, &init, e);
}

int
zd_steps_init(struct zd_zone *z, struct err *e)
{
	struct zd_bootargs args;
	const char *words = z->args ? z->args : z->specs.bootargs;
	struct err why;
	int rc = read_bootargs(z, &args, e);

	if (rc == 0) {
		if (args.others)
			zd_console_notice(
			    "[NOTICE: Boot arguments that init is to know: "
			    "%s]",
			    args.others);
		free(z->run.bootargs);
		z->run.bootargs = mem_strdup(words ? words : "");
		z->run.boots++;
		/* On record before it runs: a zoned killed here is adopted. */
		rc = zd_record(z, ZC_RUNNING, e);
		if (rc == 0) {
			rc = exec_init(z, &args, e);
			z->birth = NULL;
		}
		zd_bootargs_done(&args);
	}
	if (rc == -1) {
		if (zd_steps_down(z, &why) == -1)
			log_warn(&why, "undo");
		return err_in(e, "init");
	}
	(void)config_down(z, &why);
	return 0;
}

/* The pidfd of a recorded process, if it is still that one (or its zombie). */
static int
open_process(const struct zc_process *p)
{
	_autoclose int fd = p->pid > 0 ? sys_pidfd_open(p->pid) : -1;

	if (fd == -1 || zc_process_of(p->pid).start != p->start)
		return -1;
	return fd_take(&fd);
}

/* The set that init was given: the configuration may say something else by
 * now, or nothing that can be read. */
static int
adopt_privs(struct zd_zone *z, struct err *e)
{
	struct priv_fault fault;
	struct err why;

	if (!z->run.privs ||
	    priv_set_read(z->run.privs, true, &z->privs, &fault) == -1) {
		if (config_up(z, e) == -1)
			return -1;
		(void)config_down(z, &why);
	}
	z->caps = priv_set_caps(&z->privs);
	return filter_up(z, e);
}

int
zd_steps_adopt(struct zd_zone *z, struct err *e)
{
	struct err why;

	if (zc_index_get(z->name, &z->entry, e) == -1)
		return -1;
	/* A zone that lets nobody in can still be watched and halted. */
	if (adopt_privs(z, &why) == -1) {
		log_warn(&why, "no sessions in the adopted zone");
		priv_filter_done(&z->filter);
	}
	if (zd_cgroup_open(&z->cgroup, z->name, &why) == -1)
		log_warn(&why, "control groups of the adopted zone");
	z->keeper_fd = open_process(&z->run.keeper);
	z->init_fd = open_process(&z->run.init);
	if (z->keeper_fd != -1)
		z->net_fd = sys_pidfd_getfd(z->keeper_fd, ZD_KEPT_NET);
	if (z->keeper_fd != -1 && z->run.console_fd >= 0)
		z->console_fd = sys_pidfd_getfd(z->keeper_fd,
		    z->run.console_fd);
	return 0;
}
