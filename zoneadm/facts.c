/* SPDX-License-Identifier: ISC
 *
 * facts - what a manifest tells of the host that a zone left.
 *
 * A zone that inherits directories runs the programs of its host: every package
 * there must be the same here. A whole zone brings its own.
 */
#include "zoneadm/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/packages.h"
#include "zoneadm/level.h"
#include "zoneadm/verify.h"
#include "zonecfg/detached.h"

enum { SHOWN_MAX = 20 };

/* --- this host --------------------------------------------------------------
 */

/* Of a zone that inherits: its own, else what it used, this host's. */
static int
read_level(const struct zc_zone *cfg, const struct zc_entry *entry,
    struct fs_packages *out, struct err *e)
{
	int known;

	if (zc_count(cfg, "inherit-pkg-dir") == 0)
		return 0;
	known = level_read(entry, out, e);
	if (known != 0)
		return known == -1 ? -1 : 0;
	return fs_packages_host(out, e);
}

int
facts_of(const struct zc_zone *cfg, const struct zc_entry *entry, char **lines,
    struct err *e)
{
	_cleanup_packages struct fs_packages level = { 0 };
	struct utsname uts;
	char *text = NULL;
	size_t len = 0;
	FILE *f;

	if (uname(&uts) == -1)
		return err_sys(e, "uname");
	if (read_level(cfg, entry, &level, e) == -1)
		return -1;
	f = open_memstream(&text, &len);
	if (!f)
		abort();
	(void)fprintf(f,
	    "zone %s\nuuid %s\nmachine %s\nkernel %s\nbackend %s\n",
	    entry->name, entry->uuid, uts.machine, uts.release, entry->backend);
	for (size_t i = 0; i < level.n; i++)
		(void)fprintf(f, "package %s %s\n", level.of[i].name,
		    level.of[i].version);
	(void)fclose(f);
	*lines = text;
	return 0;
}

char *
facts_get(const char *manifest, const char *key)
{
	_autofree char *copy = mem_strdup(manifest);
	_autofree char *mark = mem_printf(ZC_DETACHED_MARK "%s ", key);
	char *rest = copy;
	char *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *v = str_after(line, mark);

		if (v)
			return mem_strdup(v);
	}
	return mem_strdup("");
}

/* --- comparing --------------------------------------------------------------
 */

struct check {
	int faults;
	struct fs_packages had;
	int drift; /* faults among them that attach -u takes away */
};

static void PRINTF(2, 3) differ(struct check *c, const char *fmt, ...)
{
	_autofree char *text = NULL;
	va_list ap;

	if (c->faults++ >= SHOWN_MAX)
		return;
	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	verify_warn("%s", text);
}

static void
check_line(struct check *c, const char *line, const struct utsname *uts)
{
	const char *v;
	const char *space;

	if ((v = str_after(line, "machine ")) != NULL &&
	    strcmp(v, uts->machine) != 0)
		differ(c, "machine: the zone is of a %s, this host is a %s.", v,
		    uts->machine);
	v = str_after(line, "package ");
	space = v ? strchr(v, ' ') : NULL;
	if (space)
		fs_packages_add(&c->had, mem_strndup(v, (size_t)(space - v)),
		    space + 1);
}

static void
check_facts(struct check *c, const char *manifest, const struct utsname *uts)
{
	_autofree char *copy = mem_strdup(manifest);
	char *rest = copy;
	char *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *fact = str_after(line, ZC_DETACHED_MARK);

		if (fact)
			check_line(c, fact, uts);
	}
	fs_packages_sort(&c->had);
}

static void
say_drift(void *arg, const char *text)
{
	struct check *c = arg;

	c->drift++;
	differ(c, "%s", text);
}

static bool
inherits(const struct zc_zone *cfg, const char *dir)
{
	for (size_t i = 0; i < zc_count(cfg, "inherit-pkg-dir"); i++) {
		if (str_eq(zc_res_get(cfg, "inherit-pkg-dir", i, "dir"), dir))
			return true;
	}
	return false;
}

/* A root holds what the zone does not inherit. */
static void
check_inherited(struct check *c, const struct zc_zone *a,
    const struct zc_zone *b, const char *text)
{
	for (size_t i = 0; i < zc_count(a, "inherit-pkg-dir"); i++) {
		const char *dir = zc_res_get(a, "inherit-pkg-dir", i, "dir");

		if (!inherits(b, dir))
			differ(c, "inherit-pkg-dir %s: %s.", dir, text);
	}
}

int
facts_check(const char *manifest, const struct zc_zone *was,
    const struct zc_zone *now, struct facts_result *out, struct err *e)
{
	_cleanup_packages struct fs_packages host = { 0 };
	struct check c = { 0 };
	struct utsname uts;
	int result = 0;

	if (uname(&uts) == -1)
		return err_sys(e, "uname");
	check_facts(&c, manifest, &uts);
	if (now) {
		check_inherited(&c, was, now,
		    "the zone inherited it, its configuration does not");
		check_inherited(&c, now, was,
		    "its configuration inherits it, the zone did not");
	}
	if (!out->update && zc_count(was, "inherit-pkg-dir") > 0) {
		result = fs_packages_host(&host, e);
		if (result == 0)
			(void)level_compare(&c.had, &host, say_drift, &c);
	}
	fs_packages_done(&c.had);
	if (c.faults > SHOWN_MAX)
		verify_warn("... and %d more.", c.faults - SHOWN_MAX);
	out->faults = c.faults;
	out->drift = c.drift;
	return result;
}
