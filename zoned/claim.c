/* SPDX-License-Identifier: ISC
 *
 * claim - CPUs that a zone has alone.
 */
#include "zoned/claim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zonecfg/runstate.h"
#include "zoned/cgroup.h"
#include "zoned/cpus.h"

enum { LIST_MAX = 65536 };

static const char lock_dir[] = "/run";
static const char lock_name[] = "zones-cpus.lock";
static const char claim_attr[] = "trusted.zones.cpus";
static const char resource[] = "dedicated-cpu";

/* --- the hierarchy -------------------------------------------------------- */

static int
take_cpuset(int top, void *arg, struct err *e)
{
	int *found = arg;

	if (*found == -1 && faccessat(top, "cpuset.cpus", F_OK, 0) == 0)
		*found = fd_dup(top, e);
	return 0;
}

/* The mount that has the controller, of either version. */
static int
open_top(struct err *e)
{
	_autoclose int v1 = -1;
	_autoclose int v2 = -1;
	_autofree char *text = NULL;
	struct err ignored;

	(void)!zd_cgroup_v1_each(take_cpuset, &v1, &ignored);
	if (v1 != -1)
		return fd_take(&v1);
	v2 = zd_cgroup_v2(e);
	if (v2 == -1 ||
	    fd_read_file(v2, "cgroup.controllers", LIST_MAX, &text, NULL, e) ==
		-1)
		return -1;
	if (strstr(text, "cpuset"))
		return fd_take(&v2);
	return err_set(e, ENOTSUP,
	    "%s: this host has no control groups for CPUs (cpuset); 'remove "
	    "%s' in zonecfg, or run 'zoneadm doctor'",
	    resource, resource);
}

static int
open_dir(int at, const char *name)
{
	return openat(at, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
read_list(int dir, const char *file, struct zd_cpus *out, struct err *e)
{
	_autofree char *text = NULL;

	if (fd_read_file(dir, file, LIST_MAX, &text, NULL, e) == -1)
		return -1;
	if (zd_cpus_parse(text, out) == -1)
		return err_set(e, EINVAL, "'%s' is no list of CPUs", file);
	return 0;
}

/* Those of the host; the first group of v2 has only this file. */
static int
all_cpus(int top, struct zd_cpus *out, struct err *e)
{
	return read_list(top,
	    faccessat(top, "cpuset.cpus", F_OK, 0) == 0
		? "cpuset.cpus"
		: "cpuset.cpus.effective",
	    out, e);
}

/* A group's CPUs; none gives back those of the group above it, with v2. */
static int
put_list(int all, int dir, const struct zd_cpus *cpus, struct err *e)
{
	_autofree char *list = zd_cpus_print(cpus);

	if (faccessat(dir, "cpuset.cpus", F_OK, 0) == -1 &&
	    fd_put(all, "cgroup.subtree_control", "+cpuset", e) == -1)
		return -1;
	return fd_put(dir, "cpuset.cpus", list, e);
}

/* --- claims --------------------------------------------------------------- */

/* Processes run in it: v1 has no file that tells, but no group below. */
static bool
populated(int dir)
{
	_autofree char *text = NULL;
	struct err ignored;

	if (fd_read_file(dir, "cgroup.events", 4096, &text, NULL, &ignored) ==
	    0)
		return strstr(text, "populated 1") != NULL;
	free(mem_take(&text));
	return fd_read_file(dir, "cgroup.procs", 1 << 24, &text, NULL,
		   &ignored) == -1 ||
	    *text != '\0';
}

static bool
read_attr(int dir, char *text, size_t size)
{
	ssize_t n = fgetxattr(dir, claim_attr, text, size - 1);

	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The CPUs that the zone of this group has alone. */
static bool
read_claim(int dir, struct zd_cpus *out)
{
	_autofree char *text = mem_alloc(LIST_MAX);
	struct zc_process zoned;
	const char *rest;

	if (!read_attr(dir, text, LIST_MAX) || zd_cpus_parse(text, out) == -1)
		return false;
	rest = strchr(text, ' ');
	if (!rest ||
	    sscanf(rest, " %d %" SCNu64, &zoned.pid, &zoned.start) != 2)
		return false;
	return zc_process_alive(&zoned) || populated(dir);
}

static int
write_attr(int dir, const char *text, struct err *e)
{
	if (*text == '\0') {
		(void)fremovexattr(dir, claim_attr);
		return 0;
	}
	if (fsetxattr(dir, claim_attr, text, strlen(text), 0) == -1)
		return err_sys(e, "note the CPUs of '%s'", resource);
	return 0;
}

/* --- all zones' groups, of all roots ---------------------------------------
 */

struct walk {
	const char *us; /* the zone that this is about, left out; of our root */
	const char *all_name;      /* of our root */
	const struct zd_cpus *all; /* those of the host */
	const struct zd_cpus_want *want;
	struct zd_cpus taken;      /* by others, all roots */
	struct zd_cpus taken_here; /* by zones of this root */
	char *holder;              /* of one that is wanted, or of any */
};

/* Zones of another root may have the same name. */
static int
look_at_zone(int at, const struct dirent *d, void *arg, struct err *e)
{
	struct walk *w = arg;
	_autoclose int dir = d->d_type == DT_DIR ? open_dir(at, d->d_name) : -1;
	struct zd_cpus cpus;

	(void)e;
	if (dir == -1 || !read_claim(dir, &cpus) ||
	    (w->us && strcmp(d->d_name, w->us) == 0))
		return 0;
	zd_cpus_unite(&w->taken, &cpus);
	zd_cpus_unite(&w->taken_here, &cpus);
	if (w->want && !w->holder &&
	    (w->want->least > 0 ||
		zd_cpus_common(&cpus, &w->want->which) < ZD_CPUS_MAX))
		w->holder = mem_strdup(d->d_name);
	return 0;
}

/* Note what zones of a root have together. */
static int
look_at_root(int top, const struct dirent *d, void *arg, struct err *e)
{
	struct walk *w = arg;
	_autoclose int all = -1;
	_autofree char *list = NULL;
	const char *us = w->us;
	int rc;

	if (d->d_type != DT_DIR || !str_starts(d->d_name, "zones."))
		return 0;
	all = open_dir(top, d->d_name);
	if (all == -1)
		return 0;
	w->taken_here = (struct zd_cpus){ 0 };
	w->us = str_eq(d->d_name, w->all_name) ? us : NULL;
	rc = fd_each_entry(all, look_at_zone, w, e);
	w->us = us;
	list = zd_cpus_print(&w->taken_here);
	return rc == -1 ? -1 : write_attr(all, list, e);
}

static int
keep_off_zone(int all, const struct dirent *d, void *arg, struct err *e)
{
	struct walk *w = arg;
	_autoclose int dir = d->d_type == DT_DIR ? open_dir(all, d->d_name)
						 : -1;
	struct zd_cpus rest = zd_cpus_without(w->all, &w->taken);
	struct zd_cpus own;
	struct err why;

	(void)e;
	/* One that goes at this moment has no files any more. */
	if (dir != -1 && !read_claim(dir, &own))
		(void)!put_list(all, dir, &rest, &why);
	return 0;
}

static int
keep_off_root(int top, const struct dirent *d, void *arg, struct err *e)
{
	_autoclose int all = d->d_type == DT_DIR &&
		str_starts(d->d_name, "zones.")
	    ? open_dir(top, d->d_name)
	    : -1;

	return all == -1 ? 0 : fd_each_entry(all, keep_off_zone, arg, e);
}

/* Somebody of some root has CPUs alone. */
static int
find_any(int top, const struct dirent *d, void *arg, struct err *e)
{
	bool *any = arg;
	_autoclose int all = d->d_type == DT_DIR &&
		str_starts(d->d_name, "zones.")
	    ? open_dir(top, d->d_name)
	    : -1;
	char first[2];

	(void)e;
	if (all != -1 &&
	    (read_attr(all, first, sizeof(first)) || errno == ERANGE))
		*any = true;
	return 0;
}

/* --- up and down ---------------------------------------------------------- */

/* The zone's group and the one above it, where the controller is. */
struct place {
	int top;
	int all;
	int dir;
	int lock;
	char *all_name;
};

static void
leave(struct place *p)
{
	/* Who holds the lock may remove its file. */
	if (p->lock != -1) {
		_autofree char *path = mem_printf("%s/%s", lock_dir, lock_name);

		(void)unlink(path);
	}
	fd_close_at(&p->dir);
	fd_close_at(&p->all);
	fd_close_at(&p->top);
	fd_close_at(&p->lock);
	free(p->all_name);
}

static int
find_place(struct place *p, const char *zone, struct err *e)
{
	p->top = open_top(e);
	if (p->top == -1)
		return -1;
	p->all_name = mem_printf("zones.%s", path_root_id());
	p->all = open_dir(p->top, p->all_name);
	p->dir = p->all == -1 ? -1 : open_dir(p->all, zone);
	return p->dir == -1 ? err_sys(e, "open the control group of '%s'", zone)
			    : 0;
}

/* All claims of the host are looked at and changed under one lock. */
static int
lock(struct place *p, const char *zone, struct err *e)
{
	_autoclose int dir = fd_open_dir(AT_FDCWD, lock_dir, e);

	if (dir == -1)
		return -1;
	p->lock = lock_take(dir, lock_name, zone, -1, e);
	return p->lock == -1 ? -1 : 0;
}

/* Choose, note it, and be on them. */
static int
claim(struct place *p, struct walk *w, char **own, struct err *e)
{
	struct zc_process self = zc_process_of(getpid());
	_autofree char *list = NULL;
	_autofree char *text = NULL;
	struct zd_cpus mine;

	if (zd_cpus_choose(w->want, w->all, &w->taken, &mine, e) == -1) {
		if (w->holder)
			return err_set(e, e->code,
			    "%s, zone '%s' has CPUs of its own; 'zoneadm -z %s "
			    "halt', or change '%s' in zonecfg",
			    e->msg, w->holder, w->holder, resource);
		return -1;
	}
	list = zd_cpus_print(&mine);
	text = mem_printf("%s %d %" PRIu64, list, (int)self.pid, self.start);
	if (put_list(p->all, p->dir, &mine, e) == -1 ||
	    write_attr(p->dir, text, e) == -1)
		return -1;
	*own = mem_take(&list);
	return 0;
}

static int
look(struct place *p, struct walk *w, struct err *e)
{
	free(w->holder);
	w->holder = NULL;
	w->taken = (struct zd_cpus){ 0 };
	return fd_each_entry(p->top, look_at_root, w, e);
}

static int
dedicate(struct place *p, const struct zc_zone *cfg, char **own, struct err *e)
{
	struct zd_cpus_want want;
	struct zd_cpus all;
	struct walk w = { .us = cfg->name, .all_name = p->all_name };
	int rc;

	if (zd_cpus_want_of(cfg, &want, e) == -1 ||
	    lock(p, cfg->name, e) == -1 || all_cpus(p->top, &all, e) == -1)
		return -1;
	w.want = &want;
	w.all = &all;
	/* Not there before the first such zone, with v2. */
	if (faccessat(p->dir, "cpuset.cpus", F_OK, 0) == -1)
		(void)!fd_put(p->top, "cgroup.subtree_control", "+cpuset", e);
	rc = look(p, &w, e);
	if (rc == 0)
		rc = claim(p, &w, own, e);
	w.us = NULL;
	w.want = NULL;
	if (rc == 0)
		rc = look(p, &w, e);
	if (rc == 0)
		rc = fd_each_entry(p->top, keep_off_root, &w, e);
	free(w.holder);
	return rc;
}

/* The group is there before anybody else's claim is looked for: who claims
 * after that finds it. */
static int
keep_off(struct place *p, const struct zc_zone *cfg, struct err *e)
{
	struct walk w = { .all_name = p->all_name };
	struct zd_cpus all;
	struct zd_cpus rest;
	bool any = false;

	if (fd_each_entry(p->top, find_any, &any, e) == -1)
		return -1;
	if (!any)
		return 0;
	if (lock(p, cfg->name, e) == -1 || all_cpus(p->top, &all, e) == -1 ||
	    look(p, &w, e) == -1)
		return -1;
	rest = zd_cpus_without(&all, &w.taken);
	return put_list(p->all, p->dir, &rest, e);
}

int
zd_claim_up(const struct zc_zone *cfg, char **own, struct err *e)
{
	bool wanted = zc_count(cfg, resource) > 0;
	_cleanup(leave) struct place p = { -1, -1, -1, -1, NULL };
	int rc;

	*own = NULL;
	/* Without the controller nobody has CPUs alone. */
	if (find_place(&p, cfg->name, e) == -1)
		rc = wanted ? -1 : 0;
	else
		rc = wanted ? dedicate(&p, cfg, own, e) : keep_off(&p, cfg, e);
	if (rc == 0 && !*own)
		*own = mem_strdup("");
	return rc;
}

int
zd_claim_down(const char *zone, struct err *e)
{
	_cleanup(leave) struct place p = { -1, -1, -1, -1, NULL };
	struct walk w = { 0 };
	struct zd_cpus all;
	char first[2];
	struct err ignored;

	if (find_place(&p, zone, &ignored) == -1 ||
	    (!read_attr(p.dir, first, sizeof(first)) && errno != ERANGE))
		return 0;
	w.all_name = p.all_name;
	w.all = &all;
	if (lock(&p, zone, e) == -1 || all_cpus(p.top, &all, e) == -1 ||
	    write_attr(p.dir, "", e) == -1 || look(&p, &w, e) == -1)
		return -1;
	return fd_each_entry(p.top, keep_off_root, &w, e);
}
