/* SPDX-License-Identifier: ISC
 *
 * cmd_doctor - what this host offers zones, what is missing and what to do
 * about it, and how many zones it can carry.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/json.h"
#include "base/mem.h"
#include "zoneadm/cmd.h"
#include "zoneadm/doctor.h"
#include "zoneadm/options.h"

/* File systems looked at, at most; a host has few that hold zones. */
enum { DIRS_MAX = 16 };

static const struct {
	const char *word;
	const char *colour; /* ECMA-48: green, yellow, red */
} statuses[] = {
	[DOCTOR_OK] = { "ok", "32" },
	[DOCTOR_LIMITED] = { "limited", "33" },
	[DOCTOR_MISSING] = { "missing", "31" },
	[DOCTOR_UNKNOWN] = { "unknown", "33" },
	[DOCTOR_DIFFERS] = { "differs", "31" },
};

void
doctor_report_done(struct doctor_report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		free(report->finding[i].name);
		free(report->finding[i].detail);
	}
	free(report->finding);
}

struct doctor_finding *
doctor_add(struct doctor_report *report, const char *group, const char *name,
    enum doctor_status status, const char *fmt, ...)
{
	struct doctor_finding *f;
	va_list ap;

	report->finding = mem_grow(report->finding, report->n + 1,
	    sizeof(*report->finding));
	f = &report->finding[report->n++];
	va_start(ap, fmt);
	*f = (struct doctor_finding){ .group = group,
		.name = mem_strdup(name),
		.status = status,
		.detail = mem_vprintf(fmt, ap) };
	va_end(ap);
	return f;
}

/* --- where zones live ------------------------------------------------------
 */

struct dirs {
	char *dir[DIRS_MAX];
	dev_t dev[DIRS_MAX];
	size_t n;
};

static void
dirs_done(struct dirs *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->dir[i]);
}

/* The nearest directory above path that exists, once for each file system. */
static void
add_dir(struct dirs *d, const char *path)
{
	_autofree char *dir = mem_strdup(path);
	struct stat st;

	while (stat(dir, &st) == -1) {
		char *slash = strrchr(dir, '/');

		if (!slash)
			return;
		slash[slash == dir] = '\0';
	}
	for (size_t i = 0; i < d->n; i++) {
		if (d->dev[i] == st.st_dev)
			return;
	}
	if (d->n == DIRS_MAX)
		return;
	d->dev[d->n] = st.st_dev;
	d->dir[d->n++] = mem_take(&dir);
}

static int
find_dirs(const struct cmd_call *call, struct dirs *d, struct err *e)
{
	_cleanup(zc_index_free) struct zc_index index = { 0 };

	if (call->zone) {
		add_dir(d, call->entry.zonepath);
		return 0;
	}
	if (zc_index_load(&index, NULL, e) == -1)
		return -1;
	for (size_t i = 0; i < index.n; i++) {
		if (index.zone[i].zonepath && *index.zone[i].zonepath == '/')
			add_dir(d, index.zone[i].zonepath);
	}
	if (d->n == 0)
		add_dir(d, "/");
	return 0;
}

/* --- printing ---------------------------------------------------------------
 */

static void
print_one(const struct doctor_finding *f, bool colours)
{
	const char *word = statuses[f->status].word;

	if (colours)
		(void)printf("  \033[%sm%-8s\033[0m",
		    statuses[f->status].colour, word);
	else
		(void)printf("  %-8s", word);
	(void)printf(" %-28s", f->name);
	if (f->zones > 0)
		(void)printf(" %-12s %ju zones", f->detail,
		    (uintmax_t)f->zones);
	else
		(void)printf(" %s", f->detail);
	(void)fputc('\n', stdout);
	if (f->hint && f->status != DOCTOR_OK)
		(void)printf("  %-8s %s\n", "", f->hint);
}

/* The limit that is reached first. */
static void
print_least(const struct doctor_report *r)
{
	const struct doctor_finding *least = NULL;

	for (size_t i = 0; i < r->n; i++) {
		const struct doctor_finding *f = &r->finding[i];

		if (f->zones > 0 && (!least || f->zones < least->zones))
			least = f;
	}
	if (least)
		(void)printf("%ju zones at most: %s\n", (uintmax_t)least->zones,
		    least->name);
}

static void
print_text(const struct doctor_report *r)
{
	bool colours = fd_takes_colour(STDOUT_FILENO);
	const char *group = "";

	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(group, r->finding[i].group) != 0) {
			group = r->finding[i].group;
			(void)printf("%s\n", group);
		}
		print_one(&r->finding[i], colours);
	}
	print_least(r);
}

static int
print_json(const struct doctor_report *r, bool good, struct err *e)
{
	_autojson json_t *top = json_object();
	json_t *list = json_array();

	json_put(top, "ok", json_boolean(good));
	json_put(top, "findings", list);
	for (size_t i = 0; i < r->n; i++) {
		const struct doctor_finding *f = &r->finding[i];
		json_t *one = json_object();

		json_put_string(one, "group", f->group);
		json_put_string(one, "name", f->name);
		json_put_string(one, "status", statuses[f->status].word);
		json_put_string(one, "detail", f->detail);
		json_put_string(one, "hint",
		    f->status == DOCTOR_OK ? NULL : f->hint);
		if (f->zones > 0)
			json_put(one, "zones",
			    json_integer((json_int_t)f->zones));
		(void)json_array_append_new(list, one);
	}
	return json_print(top, stdout, e);
}

static bool
all_good(const struct doctor_report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->finding[i].status == DOCTOR_MISSING ||
		    r->finding[i].status == DOCTOR_DIFFERS)
			return false;
	}
	return true;
}

struct ask {
	bool json;
	bool memory;
};

static int
parse(const struct cmd_call *call, struct ask *ask, struct err *e)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "memory", no_argument, NULL, 'm' },
		{ 0 },
	};
	int c;

	opterr = 0;
	for (;;) {
		c = getopt_long(call->argc, call->argv, "+", longs, NULL);
		if (c == -1)
			break;
		if (c == 'j')
			ask->json = true;
		else if (c == 'm')
			ask->memory = true;
		else
			return cmd_wrong_option(call, e);
	}
	if (optind < call->argc)
		return err_set(e, ERR_USAGE, "doctor: '%s' is too much",
		    call->argv[optind]);
	return 0;
}

int
cmd_doctor(struct cmd_call *call, struct err *e)
{
	_cleanup(doctor_report_done) struct doctor_report report = { 0 };
	_cleanup(dirs_done) struct dirs dirs = { .n = 0 };
	struct ask ask = { 0 };
	bool good;

	if (parse(call, &ask, e) == -1 || find_dirs(call, &dirs, e) == -1)
		return -1;
	doctor_kernel(&report);
	doctor_filesystems(&report, dirs.dir, dirs.n);
	doctor_cgroups(&report);
	doctor_ids(&report, call->zone);
	doctor_limits(&report);
	doctor_programs(&report);
	if (ask.memory && doctor_memory(&report, call->zone, e) == -1)
		return -1;
	good = all_good(&report);
	if (ask.json) {
		if (print_json(&report, good, e) == -1)
			return -1;
	} else {
		print_text(&report);
	}
	return good ? 0 : 1;
}
