/* SPDX-License-Identifier: ISC
 *
 * gz_dpkg - the package database of a zone: the host's records of what its
 * packages are, without the administrator's own entries and without answers
 * given to debconf.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "fs/gz.h"

#define DPKG "var/lib/dpkg"
#define MAX_FILE (4u << 20)

/* The host's own file, as root's. */
static void
copy(struct gz *g, const char *path)
{
	struct stat st;

	if (gz_stat(g, path, &st) == -1 || !S_ISREG(st.st_mode))
		return;
	st.st_uid = 0;
	st.st_gid = 0;
	gz_add_file(g, path, NULL, &st);
}

/* "libc6:amd64.list" belongs to a package that the status file knows. */
static int
copy_info(struct gz *g, const char *dir, const char *name, void *arg,
    struct err *e)
{
	_autofree char *path = mem_printf("%s/%s", dir, name);
	const char *dot = strrchr(name, '.');
	_autofree char *package = NULL;

	(void)arg;
	(void)e;
	if (str_eq(name, "format")) {
		copy(g, path);
		return 0;
	}
	if (!dot)
		return 0;
	package = mem_strndup(name, (size_t)(dot - name));
	if (bsearch(&(const char *){ package }, g->inv.packages,
		g->inv.npackages, sizeof(*g->inv.packages), gz_by_text))
		copy(g, path);
	return 0;
}

static int
copy_trigger(struct gz *g, const char *dir, const char *name, void *arg,
    struct err *e)
{
	_autofree char *path = mem_printf("%s/%s", dir, name);

	(void)arg;
	(void)e;
	copy(g, path);
	return 0;
}

static void
put(struct gz *g, const char *path, const char *text)
{
	gz_add_text(g, path, 0644, NULL, text, strlen(text));
}

/* Packages' diversions; the administrator's are undone in the zone. */
static int
make_diversions(struct gz *g, struct err *e)
{
	_autofree char *text = NULL;
	_autofree char *out = mem_strdup("");
	struct err missing;
	char *rest;

	if (gz_read(g, DPKG "/diversions", MAX_FILE, &text, NULL, &missing) ==
	    -1) {
		if (missing.code == ENOENT)
			return 0;
		*e = missing;
		return -1;
	}
	rest = text;
	for (;;) {
		const char *from = strsep(&rest, "\n");
		const char *to = strsep(&rest, "\n");
		const char *package = strsep(&rest, "\n");
		char *longer;

		if (!package)
			break;
		if (str_eq(package, ":"))
			continue;
		longer = mem_printf("%s%s\n%s\n%s\n", out, from, to, package);
		free(out);
		out = longer;
	}
	put(g, DPKG "/diversions", out);
	return 0;
}

/* "USER GROUP MODE PATH": dpkg refuses to work when it does not know one. */
static bool
is_override_known(const struct gz *g, const char *line)
{
	_autofree char *copy_of = mem_strdup(line);
	char *rest = copy_of;
	const char *user = strsep(&rest, " ");
	const char *group = strsep(&rest, " ");
	const char *mode = strsep(&rest, " ");

	return mode && rest && gz_account_by_name(&g->users, user) &&
	    gz_account_by_name(&g->groups, group) &&
	    fs_inventory_find_named(&g->inv, rest);
}

static int
make_overrides(struct gz *g, struct err *e)
{
	_autofree char *text = NULL;
	_autofree char *out = mem_strdup("");
	struct err missing;
	char *rest, *line;

	if (gz_read(g, DPKG "/statoverride", MAX_FILE, &text, NULL, &missing) ==
	    -1) {
		if (missing.code == ENOENT)
			return 0;
		*e = missing;
		return -1;
	}
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *longer;

		if (!is_override_known(g, line))
			continue;
		longer = mem_printf("%s%s\n", out, line);
		free(out);
		out = longer;
	}
	put(g, DPKG "/statoverride", out);
	return 0;
}

int
gz_make_dpkg(struct gz *g, struct err *e)
{
	gz_add_dir(g, DPKG, 0755);
	gz_add_dir(g, DPKG "/info", 0755);
	gz_add_dir(g, DPKG "/updates", 0755);
	gz_add_dir(g, DPKG "/triggers", 0755);
	copy(g, DPKG "/status");
	copy(g, DPKG "/arch");
	put(g, DPKG "/available", "");
	gz_add_text(g, DPKG "/lock", 0640, NULL, "", 0);
	gz_add_text(g, DPKG "/lock-frontend", 0640, NULL, "", 0);
	if (gz_each(g, DPKG "/info", copy_info, NULL, e) == -1 ||
	    gz_each(g, DPKG "/triggers", copy_trigger, NULL, e) == -1)
		return -1;
	return make_diversions(g, e) == -1 ? -1 : make_overrides(g, e);
}
