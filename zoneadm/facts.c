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
#include "zoneadm/verify.h"
#include "zonecfg/detached.h"

enum { STATUS_MAX = 64 << 20, SHOWN_MAX = 20 };

struct package {
	char *name; /* "libc6:amd64" */
	char *version;
};

struct packages {
	struct package *of; /* sorted by name */
	size_t n;
};

static void
packages_done(struct packages *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->of[i].name);
		free(p->of[i].version);
	}
	free(p->of);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct package *)a)->name,
	    ((const struct package *)b)->name);
}

static void
sort(struct packages *p)
{
	if (p->n > 0)
		qsort(p->of, p->n, sizeof(*p->of), by_name);
}

static void
add(struct packages *p, char *name, const char *version)
{
	if ((p->n & (p->n - 1)) == 0)
		p->of = mem_grow(p->of, p->n ? p->n * 2 : 64, sizeof(*p->of));
	p->of[p->n].name = name;
	p->of[p->n].version = mem_strdup(version);
	p->n++;
}

/* --- this host --------------------------------------------------------------
 */

/* One paragraph of dpkg's status file. */
static void
add_paragraph(struct packages *p, char *text)
{
	const char *name = NULL;
	const char *version = NULL;
	const char *arch = "";
	bool installed = false;
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		const char *v;

		if ((v = str_after(line, "Package: ")) != NULL)
			name = v;
		else if ((v = str_after(line, "Version: ")) != NULL)
			version = v;
		else if ((v = str_after(line, "Architecture: ")) != NULL)
			arch = v;
		else if ((v = str_after(line, "Status: ")) != NULL)
			installed = str_ends(v, " installed");
	}
	if (name && version && installed)
		add(p, mem_printf("%s:%s", name, arch), version);
}

static int
read_host(struct packages *out, struct err *e)
{
	_autofree char *text = NULL;
	char *rest;
	char *end;

	if (fd_read_file(AT_FDCWD, "/var/lib/dpkg/status", STATUS_MAX, &text,
		NULL, e) == -1)
		return e->code == ENOENT ? 0 : -1;
	for (rest = text; *rest != '\0'; rest = end) {
		end = strstr(rest, "\n\n");
		if (end) {
			*end = '\0';
			end += 2;
		} else {
			end = rest + strlen(rest);
		}
		add_paragraph(out, rest);
	}
	sort(out);
	return 0;
}

int
facts_of(const struct zc_zone *cfg, const struct zc_entry *entry, char **lines,
    struct err *e)
{
	_cleanup(packages_done) struct packages host = { 0 };
	struct utsname uts;
	char *text = NULL;
	size_t len = 0;
	FILE *f;

	if (uname(&uts) == -1)
		return err_sys(e, "uname");
	if (zc_count(cfg, "inherit-pkg-dir") > 0 && read_host(&host, e) == -1)
		return -1;
	f = open_memstream(&text, &len);
	if (!f)
		abort();
	(void)fprintf(f,
	    "zone %s\nuuid %s\nmachine %s\nkernel %s\nbackend %s\n",
	    entry->name, entry->uuid, uts.machine, uts.release, entry->backend);
	for (size_t i = 0; i < host.n; i++)
		(void)fprintf(f, "package %s %s\n", host.of[i].name,
		    host.of[i].version);
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
	struct packages had;
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
		add(&c->had, mem_strndup(v, (size_t)(space - v)), space + 1);
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
	sort(&c->had);
}

static void
check_packages(struct check *c, const struct packages *have)
{
	const struct packages *had = &c->had;
	size_t i = 0;
	size_t k = 0;

	while (i < had->n || k < have->n) {
		int order = i == had->n ? 1
		    : k == have->n      ? -1
					: by_name(&had->of[i], &have->of[k]);

		if (order < 0)
			differ(c,
			    "package %s: the zone has %s, this host lacks it.",
			    had->of[i].name, had->of[i].version);
		else if (order > 0)
			differ(c,
			    "package %s: this host has %s, the zone lacks it.",
			    have->of[k].name, have->of[k].version);
		else if (strcmp(had->of[i].version, have->of[k].version) != 0)
			differ(c,
			    "package %s: the zone has %s, this host has %s.",
			    had->of[i].name, had->of[i].version,
			    have->of[k].version);
		i += order <= 0;
		k += order >= 0;
	}
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
    const struct zc_zone *now, struct err *e)
{
	_cleanup(packages_done) struct packages host = { 0 };
	struct check c = { 0 };
	struct utsname uts;
	int sparse = zc_count(was, "inherit-pkg-dir") > 0;

	if (uname(&uts) == -1)
		return err_sys(e, "uname");
	check_facts(&c, manifest, &uts);
	if (now) {
		check_inherited(&c, was, now,
		    "the zone inherited it, its configuration does not");
		check_inherited(&c, now, was,
		    "its configuration inherits it, the zone did not");
	}
	if (!sparse || read_host(&host, e) == 0) {
		if (sparse)
			check_packages(&c, &host);
	} else {
		c.faults = -1;
	}
	packages_done(&c.had);
	if (c.faults > SHOWN_MAX)
		verify_warn("... and %d more.", c.faults - SHOWN_MAX);
	return c.faults;
}
