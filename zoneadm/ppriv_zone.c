/* SPDX-License-Identifier: ISC
 *
 * ppriv_zone - the privileges of zones and of processes, from the records of
 * zones and from the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "privileges/caps.h"
#include "zoneadm/ppriv.h"
#include "zonecfg/index.h"
#include "zonecfg/runstate.h"

enum { MAX_STATUS = 65536 };

static struct priv_set
everything(void)
{
	struct priv_set s = { 0 };

	for (enum priv p = 0; p < PRIV_COUNT; p++)
		priv_set_add(&s, p);
	return s;
}

static int
from_names(const char *names, struct ppriv_zone *out, struct err *e)
{
	struct priv_fault f = { 0 };
	struct priv_set set;

	/* The stricter of the two kinds only decides what "all" means, and
	 * records hold plain names. */
	if (priv_set_read(names, true, &set, &f) == -1)
		return priv_fault_set(&f, e);
	*out = (struct ppriv_zone){ .set = set };
	return 0;
}

/* A zone's own /dev says it: root of the global zone wrote that file. */
int
ppriv_here(struct ppriv_zone *out, struct err *e)
{
	_autofree char *text = NULL;
	char *line = NULL;
	struct err why = { 0 };

	if (fd_read_file(AT_FDCWD, "/dev/.zone", 16384, &text, NULL, &why) ==
	    -1) {
		if (why.code != ENOENT)
			return err_set(e, why.code, "%s", why.msg);
		*out = (struct ppriv_zone){ .set = everything(),
			.global = true };
		return 0;
	}
	line = strchr(text, '\n');
	line = line ? strchr(line + 1, '\n') : NULL;
	if (!line || line[1] == '\0')
		return err_set(e, ERR_STATE,
		    "this zone was booted by an older version and does not "
		    "know its privileges; reboot it");
	line++;
	line[strcspn(line, "\n")] = '\0';
	return from_names(line, out, e);
}

int
ppriv_named(const char *zone, struct ppriv_zone *out, struct err *e)
{
	_cleanup_entry struct zc_entry entry = { 0 };
	_cleanup_run struct zc_run run = { 0 };

	if (str_eq(zone, "global")) {
		*out = (struct ppriv_zone){ .set = everything(),
			.global = true };
		return 0;
	}
	if (zc_index_get(zone, &entry, e) == -1 ||
	    zc_run_load(zone, &run, e) == -1)
		return -1;
	if (run.state != ZC_RUNNING && run.state != ZC_READY)
		return err_set(e, ERR_STATE,
		    "zone '%s': not running; boot it with 'zoneadm -z %s "
		    "boot', or name a set with -s",
		    zone, zone);
	if (!run.privs)
		return err_set(e, ERR_STATE,
		    "zone '%s': its record names no privileges", zone);
	return from_names(run.privs, out, e);
}

/* 1 or 0; -1 where the kernel does not let us look. */
static int
same_userns(pid_t a, pid_t b)
{
	_autofree char *path_a = mem_printf("/proc/%d/ns/user", a);
	_autofree char *path_b = mem_printf("/proc/%d/ns/user", b);
	char to_a[64];
	char to_b[64];
	ssize_t n = readlink(path_a, to_a, sizeof(to_a));
	ssize_t m = readlink(path_b, to_b, sizeof(to_b));

	if (n == -1 || m == -1)
		return -1;
	return n == m && memcmp(to_a, to_b, (size_t)n) == 0;
}

/* The zone that a process is in, seen from the global zone; a process that is
 * in no zone of ours is the host's. */
static int
zone_of(pid_t pid, struct ppriv_zone *out, struct err *e)
{
	struct zc_index all = { 0 };
	int same = same_userns(pid, getpid());
	int rc = 0;

	*out = (struct ppriv_zone){ .set = everything(), .global = true };
	if (same == -1)
		return err_set(e, errno,
		    "%d: which zone it is in cannot be seen: %s%s", pid,
		    strerror(errno),
		    geteuid() == 0 ? "" : "; root may ask for any process");
	if (same)
		return 0;
	if (zc_index_load(&all, NULL, e) == -1)
		return -1;
	for (size_t i = 0; i < all.n && out->global && rc == 0; i++) {
		_cleanup_run struct zc_run run = { 0 };
		struct err ignored = { 0 };

		if (zc_run_load(all.zone[i].name, &run, &ignored) == 0 &&
		    run.init.pid > 0 && same_userns(pid, run.init.pid) == 1)
			rc = ppriv_named(all.zone[i].name, out, e);
	}
	zc_index_free(&all);
	return rc;
}

/* Does the process hold that privilege with these capabilities? One without
 * any capability and without effect is root's. */
static bool
holds(enum priv p, const struct priv_set *zone, uint64_t caps)
{
	const struct priv_info *i = priv_info(p);

	if (!priv_set_has(zone, p))
		return false;
	if (i->caps && !(i->flags & PRIV_FREE))
		return (i->caps & ~caps) == 0;
	if ((i->flags & PRIV_BASIC) ||
	    !((i->flags & PRIV_INERT) || i->exclusive == PRIV_PROHIBITED))
		return true;
	return (priv_set_caps(zone) & ~caps) == 0;
}

static struct priv_set
held(const struct priv_set *zone, uint64_t caps)
{
	struct priv_set s = { 0 };

	for (enum priv p = 0; p < PRIV_COUNT; p++) {
		if (holds(p, zone, caps))
			priv_set_add(&s, p);
	}
	return s;
}

/* A hexadecimal or decimal field of /proc/PID/status; 0 where it is missing. */
static uint64_t
field(const char *status, const char *key)
{
	_autofree char *line = mem_printf("\n%s:", key);
	const char *at = strstr(status, line);

	return at ? strtoull(at + strlen(line), NULL, 16) : 0;
}

static char *
command_of(int dir)
{
	_autofree char *text = NULL;
	struct err ignored = { 0 };
	size_t len = 0;

	if (fd_read_file(dir, "cmdline", MAX_STATUS, &text, &len, &ignored) ==
	    -1)
		return mem_strdup("");
	while (len > 0 && text[len - 1] == '\0')
		len--;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\0')
			text[i] = ' ';
	}
	return str_visible(text, len < 256 ? len : 256);
}

void
ppriv_process_done(struct ppriv_process *p)
{
	free(p->command);
	p->command = NULL;
}

int
ppriv_process_load(pid_t pid, struct ppriv_process *out, struct err *e)
{
	_autofree char *path = mem_printf("/proc/%d", pid);
	_autoclose int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_autofree char *status = NULL;
	struct ppriv_zone zone;

	if (dir == -1)
		return err_set(e, errno, "%d: %s", pid,
		    errno == ENOENT ? "no such process" : strerror(errno));
	if (ppriv_here(&zone, e) == -1 ||
	    (zone.global && zone_of(pid, &zone, e) == -1) ||
	    fd_read_file(dir, "status", MAX_STATUS, &status, NULL, e) == -1)
		return -1;
	*out = (struct ppriv_process){
		.pid = pid,
		.command = command_of(dir),
		.no_new_privs = field(status, "NoNewPrivs") != 0,
		.global = zone.global,
		.zone = zone.set,
		.effective = held(&zone.set, field(status, "CapEff")),
		.inheritable = held(&zone.set, field(status, "CapInh")),
		.permitted = held(&zone.set, field(status, "CapPrm")),
		.limit = held(&zone.set, field(status, "CapBnd")),
	};
	return 0;
}
