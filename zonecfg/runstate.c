/* SPDX-License-Identifier: ISC
 *
 * runstate - what runs: the record that zoned keeps, and the kernel's word.
 *
 * The record is lines "key value"; unknown keys are skipped.
 */
#include "zonecfg/runstate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zonecfg/running.h"

enum {
	RECORD_MAX = 16 * 1024,
	STAT_MAX = 4096,
	BOOT_ID_LEN = 36,
	FORKED_NO_EXEC = 0x40, /* PF_FORKNOEXEC of the kernel's task flags */
};

/* Fields 3, 9 and 22 of /proc/PID/stat. */
struct stat_fields {
	char state;
	unsigned long flags;
	uint64_t start;
};

void
zc_run_done(struct zc_run *run)
{
	free(run->cgroup);
	free(run->bootargs);
	free(run->privs);
	*run = (struct zc_run){ .state = ZC_INSTALLED, .console_fd = -1 };
}

static int
read_boot_id(char id[BOOT_ID_LEN + 1], struct err *e)
{
	_autoclose int fd = open("/proc/sys/kernel/random/boot_id",
	    O_RDONLY | O_CLOEXEC);

	if (fd == -1 || read(fd, id, BOOT_ID_LEN) != BOOT_ID_LEN)
		return err_sys(e, "boot id of the machine");
	id[BOOT_ID_LEN] = '\0';
	return 0;
}

static int
read_stat(pid_t pid, struct stat_fields *out)
{
	char path[32];
	char text[STAT_MAX];
	_autoclose int fd = -1;
	ssize_t n;
	char *p;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	/* The name in parentheses may hold blanks and parentheses of its own.
	 */
	p = strrchr(text, ')');
	if (!p || p[1] != ' ')
		return -1;
	out->state = p[2];
	p += 2;
	for (int field = 3; field < 22; field++) {
		if (field == 9)
			out->flags = strtoul(p, NULL, 10);
		p = strchr(p, ' ');
		if (!p)
			return -1;
		p++;
	}
	out->start = strtoull(p, NULL, 10);
	return 0;
}

struct zc_process
zc_process_of(pid_t pid)
{
	struct stat_fields f;

	if (pid <= 0 || read_stat(pid, &f) == -1)
		return (struct zc_process){ 0 };
	return (struct zc_process){ .pid = pid, .start = f.start };
}

/* It is still that one, and no zombie. */
static bool
look(const struct zc_process *p, struct stat_fields *f)
{
	return p->pid > 0 && read_stat(p->pid, f) == 0 &&
	    f->start == p->start && f->state != 'Z' && f->state != 'X';
}

bool
zc_process_alive(const struct zc_process *p)
{
	struct stat_fields f;

	return look(p, &f);
}

bool
zc_process_executed(const struct zc_process *p)
{
	struct stat_fields f;

	return look(p, &f) && !(f.flags & FORKED_NO_EXEC);
}

static void
parse_process(const char *value, struct zc_process *p)
{
	char *end;
	long pid = strtol(value, &end, 10);

	p->pid = (pid_t)pid;
	p->start = strtoull(end, NULL, 10);
}

/* One "key value" line into run. Unknown keys are a newer version's. */
static int
parse_line(const char *key, const char *value, struct zc_run *run)
{
	uint64_t v = 0;

	if (strcmp(key, "state") == 0)
		return zc_state_parse(value, &run->state);
	if (strcmp(key, "init") == 0)
		parse_process(value, &run->init);
	else if (strcmp(key, "keeper") == 0)
		parse_process(value, &run->keeper);
	else if (strcmp(key, "zoned") == 0)
		parse_process(value, &run->zoned);
	else if (strcmp(key, "cgroup") == 0)
		run->cgroup = mem_strdup(value);
	else if (strcmp(key, "bootargs") == 0)
		run->bootargs = mem_strdup(value);
	else if (strcmp(key, "privs") == 0)
		run->privs = mem_strdup(value);
	else if (strcmp(key, "console") == 0)
		run->console_fd = (int)strtol(value, NULL, 10);
	else if (str_u64(value, UINT32_MAX, &v) == -1)
		return 0;
	else if (strcmp(key, "id") == 0)
		run->id = (int)v;
	else if (strcmp(key, "id_base") == 0)
		run->id_base = (uint32_t)v;
	else if (strcmp(key, "boots") == 0)
		run->boots = (unsigned)v;
	else if (strcmp(key, "persona") == 0)
		run->persona = (unsigned)v;
	else if (strcmp(key, "sched") == 0)
		run->sched = (int)v;
	else if (strcmp(key, "again") == 0)
		run->again = v == 1;
	return 0;
}

static int
parse_record(char *text, struct zc_run *run, bool *this_boot, struct err *e)
{
	char boot_id[BOOT_ID_LEN + 1];
	char *line;

	if (read_boot_id(boot_id, e) == -1)
		return -1;
	while ((line = strsep(&text, "\n")) != NULL) {
		char *value = strchr(line, ' ');

		if (!value)
			continue;
		*value++ = '\0';
		if (strcmp(line, "boot_id") == 0)
			*this_boot = strcmp(value, boot_id) == 0;
		else if (parse_line(line, value, run) == -1)
			return err_set(e, ERR_CONFIG, "run record: bad '%s'",
			    line);
	}
	return 0;
}

int
zc_run_load_raw(const char *zone, struct zc_run *out, struct err *e)
{
	_autofree char *path = mem_printf("%s/%s/state", path_of(PATH_RUN),
	    zone);
	_autofree char *text = NULL;
	struct zc_run run = { .state = ZC_INSTALLED, .console_fd = -1 };
	struct err why;
	bool this_boot = false;

	if (fd_read_file(AT_FDCWD, path, RECORD_MAX, &text, NULL, &why) == -1) {
		*out = run;
		if (why.code == ENOENT || why.code == ENOTDIR ||
		    why.code == EACCES)
			return 1;
		*e = why;
		return -1;
	}
	if (parse_record(text, &run, &this_boot, e) == -1) {
		zc_run_done(&run);
		return err_in(e, "'%s'", path);
	}
	if (!this_boot)
		zc_run_done(&run);
	*out = run;
	return this_boot ? 0 : 1;
}

int
zc_run_load(const char *zone, struct zc_run *out, struct err *e)
{
	int rc = zc_run_load_raw(zone, out, e);
	struct stat_fields f;

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (out->state == ZC_MOUNTED)
		return 0;
	if (out->state == ZC_INSTALLED) {
		if (out->again && !zc_process_alive(&out->zoned))
			out->state = ZC_DOWN;
		return 0;
	}
	if (look(&out->init, &f)) {
		/* Recorded before it is true: see zoned/steps.c. */
		if (out->state == ZC_RUNNING && (f.flags & FORKED_NO_EXEC))
			out->state = ZC_READY;
		return 0;
	}
	/* zoned is at work on it, or died at work: teardown is not finished. */
	if (out->state != ZC_READY || !zc_process_alive(&out->zoned))
		out->state = ZC_DOWN;
	return 0;
}

/* --- which zones have a record ---------------------------------------------
 *
 * An empty file LIVE/NAME is made before a record and goes after it: who lists
 * thousands of zones need not look for the record of each. One that was left
 * behind only costs that look.
 */

#define LIVE ".live"

static int
mark_live(const char *zone, struct err *e)
{
	_autofree char *path = mem_printf("%s/" LIVE "/%s", path_of(PATH_RUN),
	    zone);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd == -1 && errno == ENOENT) {
		_autofree char *dir = mem_printf("%s/" LIVE, path_of(PATH_RUN));

		if (mkdir(dir, 0755) == -1 && errno != EEXIST)
			return err_sys(e, "make directory '%s'", dir);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	}
	if (fd == -1)
		return err_sys(e, "make '%s'", path);
	(void)close(fd);
	return 0;
}

int
zc_run_names(struct zc_names *out, struct err *e)
{
	_autofree char *path = mem_printf("%s/" LIVE, path_of(PATH_RUN));
	_autoclose int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*out = (struct zc_names){ 0 };
	if (dir == -1)
		return errno == ENOENT ? 0 : err_sys(e, "open '%s'", path);
	return zc_names_read(dir, "", out, e);
}

int
zc_run_save(const char *zone, const struct zc_run *run, struct err *e)
{
	char boot_id[BOOT_ID_LEN + 1];
	_autoclose int dir = path_open_run(zone, e);
	_autofree char *text = NULL;

	if (dir == -1 || read_boot_id(boot_id, e) == -1 ||
	    mark_live(zone, e) == -1)
		return -1;
	text = mem_printf(
	    "boot_id %s\nstate %s\nid %d\nid_base %" PRIu32 "\ninit %d %" PRIu64
	    "\nkeeper %d %" PRIu64 "\nzoned %d %" PRIu64
	    "\nconsole %d\nboots %u\npersona %u\nsched %d\ncgroup %s\n"
	    "bootargs %s\n"
	    "%s%s%s%s",
	    boot_id, zc_state_name(run->state), run->id, run->id_base,
	    (int)run->init.pid, run->init.start, (int)run->keeper.pid,
	    run->keeper.start, (int)run->zoned.pid, run->zoned.start,
	    run->console_fd, run->boots, run->persona, run->sched,
	    run->cgroup ? run->cgroup : "", run->bootargs ? run->bootargs : "",
	    run->privs ? "privs " : "", run->privs ? run->privs : "",
	    run->privs ? "\n" : "", run->again ? "again 1\n" : "");
	return fd_replace_file(dir, "state", 0644, text, strlen(text),
	    FD_VOLATILE, e);
}

int
zc_run_remove(const char *zone, struct err *e)
{
	_autofree char *path = mem_printf("%s/%s/state", path_of(PATH_RUN),
	    zone);
	_autofree char *mark = mem_printf("%s/" LIVE "/%s", path_of(PATH_RUN),
	    zone);

	if (unlink(path) == -1 && errno != ENOENT)
		return err_sys(e, "remove '%s'", path);
	if (unlink(mark) == -1 && errno != ENOENT)
		return err_sys(e, "remove '%s'", mark);
	zc_running_remove(zone);
	return 0;
}

static int
unlink_next(int dir, const struct dirent *d, void *arg, struct err *e)
{
	(void)arg;
	if (unlinkat(dir, d->d_name, 0) == -1 && errno != ENOENT)
		return err_sys(e, "remove '%s'", d->d_name);
	return 0;
}

int
zc_run_forget(const char *zone, struct err *e)
{
	_autofree char *path = mem_printf("%s/%s", path_of(PATH_RUN), zone);
	_autoclose int dir = open(path,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (zc_run_remove(zone, e) == -1)
		return -1;
	if (dir == -1)
		return errno == ENOENT ? 0 : err_sys(e, "open '%s'", path);
	if (fd_each_entry(dir, unlink_next, NULL, e) == -1)
		return err_in(e, "'%s'", path);
	if (rmdir(path) == -1 && errno != ENOENT)
		return err_sys(e, "remove '%s'", path);
	return 0;
}

enum zc_state
zc_state_now(const struct zc_entry *entry, const struct zc_run *run)
{
	/* mounted may be of an incomplete zone too. */
	return run->state > ZC_INSTALLED ? run->state : entry->state;
}

int
zc_run_next_id(int *id, struct err *e)
{
	_autoclose int run = path_open(PATH_RUN, e);
	_autoclose int lock = -1;
	_autofree char *text = NULL;
	struct err why;
	char fresh[16];
	uint64_t last = 0;

	if (run == -1)
		return -1;
	lock = lock_take(run, ".id.lock", "zone id", -1, e);
	if (lock == -1)
		return -1;
	if (fd_read_file(run, ".id", 16, &text, NULL, &why) == 0)
		(void)str_u64(text, INT32_MAX - 1, &last);
	(void)snprintf(fresh, sizeof(fresh), "%d", (int)last + 1);
	if (fd_replace_file(run, ".id", 0644, fresh, strlen(fresh), FD_VOLATILE,
		e) == -1)
		return -1;
	*id = (int)last + 1;
	return 0;
}
