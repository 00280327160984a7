/* SPDX-License-Identifier: ISC
 *
 * cgroup - the zone's control groups.
 */
#include "zoned/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zoned/budget.h"
#include "zoned/devices.h"

/* Groups that the zone makes below its own: each costs the host memory. */
static const struct {
	const char *file;
	const char *value;
} groups_max[] = {
	{ "cgroup.max.descendants", "1024" },
	{ "cgroup.max.depth", "32" },
};

enum { WORDS_MAX = 4096 };

/* Below the mounts: cgroup2 alone, or beside v1 on a hybrid host. */
static const char *const v2_dirs[] = { ".", "unified" };

/* Files that the zone's root may write in its own group (cgroups(7)). */
static const char *const delegated[] = { "cgroup.procs",
	"cgroup.subtree_control", "cgroup.threads" };

/* Open name if a file system of that magic is mounted there, else -1. */
static int
open_magic(int dir, const char *name, long magic)
{
	struct statfs fs;
	_autoclose int fd = openat(dir, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1 || fstatfs(fd, &fs) == -1 || (long)fs.f_type != magic)
		return -1;
	return fd_take(&fd);
}

int
zd_cgroup_v2(struct err *e)
{
	_autoclose int mounts = zd_cgroup_mounts(e);

	if (mounts == -1)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(v2_dirs); i++) {
		int fd = open_magic(mounts, v2_dirs[i], CGROUP2_SUPER_MAGIC);

		if (fd != -1)
			return fd;
	}
	return err_set(e, ENOENT,
	    "no cgroup2 file system at '/sys/fs/cgroup' or "
	    "'/sys/fs/cgroup/unified'; run 'zoneadm doctor'");
}

static int
enter(int dirfd, const char *name, bool make, struct err *e)
{
	if (make && mkdirat(dirfd, name, 0755) == -1 && errno != EEXIST)
		return err_sys(e, "make control group '%s'", name);
	return fd_open_beneath(dirfd, name, FD_NO_SYMLINKS,
	    O_RDONLY | O_DIRECTORY, 0, e);
}

static int
delegate(int dir, uint32_t id_base, struct err *e)
{
	if (fchown(dir, id_base, id_base) == -1)
		return err_sys(e, "hand over the control group");
	for (size_t i = 0; i < ARRAY_LEN(delegated); i++) {
		if (fchownat(dir, delegated[i], id_base, id_base,
			AT_SYMLINK_NOFOLLOW) == -1 &&
		    errno != ENOENT)
			return err_sys(e, "hand over '%s'", delegated[i]);
	}
	return 0;
}

/* Not on kernels before 4.14, which nothing here runs on. */
static int
limit_groups(int dir, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(groups_max); i++) {
		if (fd_put(dir, groups_max[i].file, groups_max[i].value, e) ==
		    -1)
			return -1;
	}
	return 0;
}

/* Switch the controllers of v2 on, as far as it has them: for the budget of all
 * zones, and so that each zone competes with the others as one, whatever the
 * number of its processes. Written only where that changes something: before it
 * takes a word the kernel looks at every group below. */
static void
switch_on(int dir)
{
	static const char *const words[] = { "pids", "cpu", "memory" };
	_autofree char *has = NULL;
	_autofree char *on = NULL;
	struct err ignored;

	if (fd_read_file(dir, "cgroup.controllers", WORDS_MAX, &has, NULL,
		&ignored) == -1 ||
	    fd_read_file(dir, "cgroup.subtree_control", WORDS_MAX, &on, NULL,
		&ignored) == -1)
		return;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		_autofree char *line = mem_printf("+%s", words[i]);

		if (str_has_word(has, " \n", words[i]) &&
		    !str_has_word(on, " \n", words[i]))
			(void)!fd_put(dir, "cgroup.subtree_control", line,
			    &ignored);
	}
}

/* What is set and no hierarchy here can hold is said, and does not stop the
 * zone. */
static void
tell_missing(const struct zd_limits *limits, unsigned done)
{
	for (unsigned i = 0; i < ZD_LIMITS; i++) {
		if (limits->value[i] != ZD_LIMIT_NONE && !(done & (1U << i)))
			log_info("%s: this host has no control group for it, "
				 "ignoring; run 'zoneadm doctor'",
			    zd_limit_name((enum zd_limit)i));
	}
}

/* Each in the hierarchy that can: the most processes always, the others where
 * the configuration sets them. */
static int
limit_zone(const struct zd_cgroup *g, const struct zd_limits *configured,
    struct err *e)
{
	struct zd_limits limits = *configured;
	struct zd_budget budget;
	unsigned done = 0;
	bool more = false;

	if (limits.value[ZD_LIMIT_LWPS] == ZD_LIMIT_NONE) {
		if (zd_budget_here(0, &budget, e) == -1)
			return -1;
		limits.value[ZD_LIMIT_LWPS] = budget.of_zone;
	}
	if (zd_limits_put(&limits, g->dir, &done, e) == -1)
		return -1;
	if (g->v1.pids != -1 && !(done & (1U << ZD_LIMIT_LWPS)) &&
	    zd_limits_put(&limits, g->v1.pids, &done, e) == -1)
		return -1;
	for (unsigned i = 0; i < ZD_LIMITS; i++)
		more |= i != ZD_LIMIT_LWPS && limits.value[i] != ZD_LIMIT_NONE;
	for (size_t i = 0; more && i < g->v1.n; i++) {
		if (zd_limits_put(&limits, g->v1.fd[i], &done, e) == -1)
			return -1;
	}
	tell_missing(configured, done);
	return 0;
}

/* Open (or make) the three directories of v2; all of them or an error. */
static int
open_dirs(struct zd_cgroup *g, const char *zone, bool make, int *top_out,
    int *all_out, struct err *e)
{
	_autofree char *all_name = mem_printf("zones.%s", path_root_id());
	_autoclose int top = zd_cgroup_v2(e);
	_autoclose int all = -1;

	if (top == -1)
		return -1;
	all = enter(top, all_name, make, e);
	if (all == -1)
		return -1;
	g->dir = enter(all, zone, make, e);
	if (g->dir == -1)
		return -1;
	g->zone = enter(g->dir, "zone", make, e);
	g->login = g->zone == -1 ? -1 : enter(g->zone, "zlogin", make, e);
	if (g->login == -1)
		return -1;
	g->path = mem_printf("%s/%s", all_name, zone);
	*top_out = fd_take(&top);
	*all_out = fd_take(&all);
	return 0;
}

/* One guard of several: a kernel that lacks it does not stop a zone. */
static void
limit_devices(const struct zd_cgroup *g, const struct fs_devices *devices)
{
	struct err why;

	if (g->v1.devices == -1 && zd_devices_v2(g->dir, devices, &why) == -1)
		log_warn(&why, "no control of devices by group, ignoring");
}

int
zd_cgroup_up(struct zd_cgroup *g, const char *zone,
    const struct zd_cgroup_spec *spec, struct err *e)
{
	_autofree char *all_name = mem_printf("zones.%s", path_root_id());
	_autoclose int top = -1;
	_autoclose int all = -1;

	*g = ZD_CGROUP_NONE;
	if (open_dirs(g, zone, true, &top, &all, e) == -1 ||
	    limit_groups(g->dir, e) == -1 ||
	    delegate(g->zone, spec->id_base, e) == -1 ||
	    delegate(g->login, spec->id_base, e) == -1)
		return -1;
	switch_on(top);
	switch_on(all);
	if (zd_budget_set(all, e) == -1 ||
	    zd_cgroup_v1_up(&g->v1, all_name, zone, spec->devices, e) == -1)
		return -1;
	limit_devices(g, spec->devices);
	return limit_zone(g, &spec->limits, e);
}

int
zd_cgroup_open(struct zd_cgroup *g, const char *zone, struct err *e)
{
	_autofree char *all_name = mem_printf("zones.%s", path_root_id());
	_autoclose int top = -1;
	_autoclose int all = -1;

	*g = ZD_CGROUP_NONE;
	if (open_dirs(g, zone, false, &top, &all, e) == -1)
		return -1;
	zd_cgroup_v1_open(&g->v1, all_name, zone);
	return 0;
}

int
zd_cgroup_login(struct zd_cgroup *g, uint32_t id_base, struct err *e)
{
	struct stat st;

	/* A removed directory of cgroupfs has no links left. */
	if (g->login != -1 && fstat(g->login, &st) == 0 && st.st_nlink > 0 &&
	    faccessat(g->login, "cgroup.procs", F_OK, 0) == 0)
		return g->login;
	fd_close_at(&g->login);
	g->login = enter(g->zone, "zlogin", true, e);
	if (g->login == -1 || delegate(g->login, id_base, e) == -1)
		return -1;
	return g->login;
}

int
zd_cgroup_kill(const struct zd_cgroup *g, struct err *e)
{
	return g->dir == -1 ? 0 : fd_put(g->dir, "cgroup.kill", "1", e);
}

int
zd_cgroup_populated(const struct zd_cgroup *g, struct err *e)
{
	_autofree char *text = NULL;

	if (g->dir == -1)
		return 0;
	if (fd_read_file(g->dir, "cgroup.events", 4096, &text, NULL, e) == -1)
		return -1;
	return strstr(text, "populated 1") ? 1 : 0;
}

/* Remove all groups in dir that have none below; *full is one that has, or that
 * is in use ("" for none). Returns how many went. */
static unsigned
remove_leaves(int dir, char full[NAME_MAX + 1])
{
	struct err ignored;
	DIR *list = fdopendir(fd_dup(dir, &ignored));
	struct dirent *d;
	unsigned n = 0;

	full[0] = '\0';
	if (!list)
		return 0;
	rewinddir(list);
	while ((d = readdir(list)) != NULL) {
		if (d->d_type != DT_DIR || strcmp(d->d_name, ".") == 0 ||
		    strcmp(d->d_name, "..") == 0)
			continue;
		if (unlinkat(dir, d->d_name, AT_REMOVEDIR) == 0)
			n++;
		else
			(void)snprintf(full, NAME_MAX + 1, "%s", d->d_name);
	}
	(void)closedir(list);
	return n;
}

/* Remove all groups below dir, however many and however deep the zone made
 * them: down into one that is full, and up again when nothing is left in it. */
static int
remove_below(int dir, struct err *e)
{
	_autoclose int at = fd_dup(dir, e);
	unsigned depth = 0;
	bool came_up = false;

	while (at != -1) {
		char full[NAME_MAX + 1];
		unsigned n = remove_leaves(at, full);
		bool down = full[0] != '\0';
		int next;

		if (!down && depth == 0)
			return 0;
		if (down && came_up && n == 0)
			return err_set(e, EBUSY, "control group '%s' is in use",
			    full);
		next = openat(at, down ? full : "..",
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next == -1)
			return err_sys(e, "open a control group");
		depth += down ? 1 : -1U;
		came_up = !down;
		(void)close(at);
		at = next;
	}
	return -1;
}

/* Remove name in dirfd with all groups below. */
static int
remove_tree(int dirfd, const char *name, struct err *e)
{
	_autoclose int dir = -1;

	if (unlinkat(dirfd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	if (errno != EBUSY)
		return err_sys(e, "remove control group '%s'", name);
	dir = openat(dirfd, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir == -1)
		return err_sys(e, "open control group '%s'", name);
	if (remove_below(dir, e) == -1)
		return -1;
	if (unlinkat(dirfd, name, AT_REMOVEDIR) == -1 && errno != ENOENT)
		return err_sys(e, "remove control group '%s'", name);
	return 0;
}

/* Below one hierarchy: the zone's groups, and what holds all of them when this
 * was the last. */
static int
down_in(int top, const char *zone, struct err *e)
{
	_autofree char *all_name = mem_printf("zones.%s", path_root_id());
	_autoclose int all = openat(top, all_name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (all == -1)
		return errno == ENOENT ? 0 : err_sys(e, "open '%s'", all_name);
	if (remove_tree(all, zone, e) == -1)
		return -1;
	(void)unlinkat(top, all_name, AT_REMOVEDIR);
	return 0;
}

static int
down_v1(int top, void *arg, struct err *e)
{
	return down_in(top, arg, e);
}

int
zd_cgroup_down(struct zd_cgroup *g, const char *zone, struct err *e)
{
	_autoclose int v2 = zd_cgroup_v2(e);

	zd_cgroup_close(g);
	if (v2 == -1 || down_in(v2, zone, e) == -1)
		return -1;
	return zd_cgroup_v1_each(down_v1, (void *)(uintptr_t)zone, e);
}

void
zd_cgroup_close(struct zd_cgroup *g)
{
	fd_close_at(&g->dir);
	fd_close_at(&g->zone);
	fd_close_at(&g->login);
	zd_cgroup_v1_close(&g->v1);
	free(g->path);
	*g = ZD_CGROUP_NONE;
}
