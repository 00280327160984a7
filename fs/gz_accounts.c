/* SPDX-License-Identifier: ISC
 *
 * gz_accounts - passwd, group, shadow and gshadow of a zone: the accounts of
 * base-passwd and those that packages made, with the host's numbers (files on
 * disk carry them), without passwords and without what the host's people wrote
 * into them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "fs/gz.h"

#define MAX_ACCOUNTS (16u << 20)
#define MAX_SCRIPT (4u << 20)
#define FIRST_HUMAN 1000
#define NOBODY 65534
#define NO_SHELL "/usr/sbin/nologin"
#define NO_HOME "/nonexistent"

/* Where packages say which accounts they make: sysusers.d(5) and their
 * scripts. One text, to be searched for words. */
struct sayings {
	char *text;
	size_t len;
};

/* --- lines --- */

/* Split a line of n fields at its colons, in place. */
static bool
split(char *line, char *field[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		field[i] = strsep(&line, ":");
		if (!field[i])
			return false;
	}
	return !line;
}

static bool
parse_user(char *line, struct gz_account *a)
{
	char *f[7];
	uint64_t uid, gid;

	if (!split(line, f, ARRAY_LEN(f)) || f[0][0] == '\0' ||
	    str_u64(f[2], UINT32_MAX - 1, &uid) == -1 ||
	    str_u64(f[3], UINT32_MAX - 1, &gid) == -1)
		return false;
	*a = (struct gz_account){ .name = f[0],
		.id = (unsigned)uid,
		.gid = (unsigned)gid,
		.gecos = f[4],
		.home = f[5],
		.shell = f[6] };
	return true;
}

static bool
parse_group(char *line, struct gz_account *a)
{
	char *f[4];
	uint64_t gid;

	if (!split(line, f, ARRAY_LEN(f)) || f[0][0] == '\0' ||
	    str_u64(f[2], UINT32_MAX - 1, &gid) == -1)
		return false;
	*a = (struct gz_account){ .name = f[0],
		.id = (unsigned)gid,
		.members = f[3] };
	return true;
}

/* --- lists --- */

const struct gz_account *
gz_account_by_name(const struct gz_accounts *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->items[i].name, name))
			return &l->items[i];
	return NULL;
}

const struct gz_account *
gz_account_by_id(const struct gz_accounts *l, unsigned id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].id == id)
			return &l->items[i];
	return NULL;
}

static char *
dup_or_null(const char *s)
{
	return s ? mem_strdup(s) : NULL;
}

static void
append(struct gz_accounts *l, const struct gz_account *a)
{
	l->items = mem_grow(l->items, l->n + 1, sizeof(*l->items));
	l->items[l->n++] = (struct gz_account){
		.name = mem_strdup(a->name),
		.id = a->id,
		.gid = a->gid,
		.gecos = dup_or_null(a->gecos),
		.home = dup_or_null(a->home),
		.shell = dup_or_null(a->shell),
		.members = dup_or_null(a->members),
		.is_base = a->is_base,
	};
}

static void
accounts_done(struct gz_accounts *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct gz_account *a = &l->items[i];

		free(a->name);
		free(a->gecos);
		free(a->home);
		free(a->shell);
		free(a->members);
	}
	free(l->items);
	*l = (struct gz_accounts){ 0 };
}

void
gz_accounts_done(struct gz *g)
{
	accounts_done(&g->users);
	accounts_done(&g->groups);
}

/* --- what packages say --- */

static void
say(struct sayings *s, const char *text, size_t len)
{
	s->text = mem_grow(s->text, s->len + len + 2, 1);
	memcpy(s->text + s->len, text, len);
	s->len += len;
	s->text[s->len++] = '\n';
	s->text[s->len] = '\0';
}

static int
say_script(struct gz *g, const char *dir, const char *name, void *arg,
    struct err *e)
{
	static const char *const kinds[] = { "preinst", "postinst", "config" };
	_autofree char *path = mem_printf("%s/%s", dir, name);
	const char *dot = strrchr(name, '.');
	_autofree char *text = NULL;
	size_t len;

	for (size_t i = 0; dot && i < ARRAY_LEN(kinds); i++) {
		if (!str_eq(dot + 1, kinds[i]))
			continue;
		if (gz_read(g, path, MAX_SCRIPT, &text, &len, e) == -1)
			return -1;
		say(arg, text, len);
		return 0;
	}
	return 0;
}

static int
say_sysusers(struct gz *g, const char *dir, const char *name, void *arg,
    struct err *e)
{
	_autofree char *path = mem_printf("%s/%s", dir, name);
	_autofree char *text = NULL;
	size_t len;
	int state;

	if (!str_ends(name, ".conf"))
		return 0;
	state = gz_pristine(g, path, e);
	if (state != GZ_PRISTINE)
		return state == -1 ? -1 : 0;
	if (gz_read(g, path, MAX_SCRIPT, &text, &len, e) == -1)
		return -1;
	say(arg, text, len);
	return 0;
}

static bool
is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Some package's script or declaration has the name as a word. */
static bool
is_said(const struct sayings *s, const char *name)
{
	size_t len = strlen(name);
	const char *p = s->text;

	while (p && (p = strstr(p, name)) != NULL) {
		bool starts = p == s->text || !is_word_byte(p[-1]);

		if (starts && !is_word_byte(p[len]))
			return true;
		p++;
	}
	return false;
}

/* --- reading --- */

/* The host's number of an account, or the one that base-passwd gives it. */
struct host {
	char *text;
	struct gz_accounts all; /* strings point into text */
};

typedef bool (*parse_fn)(char *line, struct gz_account *a);

static void
parse_file(char *text, parse_fn parse, struct gz_accounts *out)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		struct gz_account a;

		if (!parse(line, &a))
			continue;
		out->items = mem_grow(out->items, out->n + 1,
		    sizeof(*out->items));
		out->items[out->n++] = a;
	}
}

static void
host_done(struct host *h)
{
	free(h->text);
	free(h->all.items);
}

static int
read_master(struct gz *g, const char *path, parse_fn parse, struct host *out,
    struct err *e)
{
	int state = gz_pristine(g, path, e);

	if (state != GZ_PRISTINE)
		return state == -1 ? -1 : 0;
	if (gz_read(g, path, MAX_ACCOUNTS, &out->text, NULL, e) == -1)
		return -1;
	parse_file(out->text, parse, &out->all);
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	const struct gz_account *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool
is_system_id(unsigned id)
{
	return id < FIRST_HUMAN || id == NOBODY;
}

/* Which accounts the zone gets: all of base-passwd's, and of the host's others
 * those that a package speaks of. */
static void
choose(const struct host *master, const struct host *host,
    const struct sayings *s, struct gz_accounts *out)
{
	for (size_t i = 0; i < master->all.n; i++) {
		struct gz_account a = master->all.items[i];
		const struct gz_account *here = gz_account_by_name(&host->all,
		    a.name);

		a.is_base = true;
		if (here && is_system_id(here->id))
			a.id = here->id;
		if (here && a.members)
			a.members = here->members;
		append(out, &a);
	}
	for (size_t i = 0; i < host->all.n; i++) {
		const struct gz_account *a = &host->all.items[i];

		if (!is_system_id(a->id) || a->id == 0 ||
		    gz_account_by_name(&master->all, a->name) ||
		    !is_said(s, a->name))
			continue;
		append(out, a);
	}
	if (out->n != 0)
		qsort(out->items, out->n, sizeof(*out->items), by_id);
}

static int
read_kind(struct gz *g, const char *master_path, const char *host_path,
    parse_fn parse, const struct sayings *s, struct gz_accounts *out,
    struct err *e)
{
	_cleanup(host_done) struct host master = { 0 };
	_cleanup(host_done) struct host host = { 0 };

	if (read_master(g, master_path, parse, &master, e) == -1)
		return -1;
	if (gz_read(g, host_path, MAX_ACCOUNTS, &host.text, NULL, e) == -1)
		return -1;
	parse_file(host.text, parse, &host.all);
	choose(&master, &host, s, out);
	return 0;
}

/* Groups without those that only the host knows are not enough: the first group
 * of each user must be there. */
static void
settle_groups(struct gz *g)
{
	const struct gz_account *none = gz_account_by_name(&g->groups,
	    "nogroup");

	for (size_t i = 0; i < g->users.n; i++) {
		struct gz_account *u = &g->users.items[i];

		if (!gz_account_by_id(&g->groups, u->gid))
			u->gid = none ? none->id : NOBODY;
	}
}

/* On a system without base-passwd. */
static void
settle_root(struct gz *g)
{
	if (!gz_account_by_id(&g->users, 0))
		append(&g->users,
		    &(struct gz_account){ .name = (char[]){ "root" },
			.gecos = (char[]){ "root" },
			.home = (char[]){ "/root" },
			.shell = (char[]){ "/bin/bash" },
			.is_base = true });
	if (!gz_account_by_id(&g->groups, 0))
		append(&g->groups,
		    &(struct gz_account){ .name = (char[]){ "root" },
			.members = (char[]){ "" },
			.is_base = true });
}

int
gz_accounts_read(struct gz *g, struct err *e)
{
	struct sayings s = { 0 };
	int ret = -1;

	if (gz_each(g, "var/lib/dpkg/info", say_script, &s, e) == 0 &&
	    gz_each(g, "usr/lib/sysusers.d", say_sysusers, &s, e) == 0 &&
	    read_kind(g, "usr/share/base-passwd/passwd.master", "etc/passwd",
		parse_user, &s, &g->users, e) == 0 &&
	    read_kind(g, "usr/share/base-passwd/group.master", "etc/group",
		parse_group, &s, &g->groups, e) == 0)
		ret = 0;
	free(s.text);
	if (ret == -1)
		return -1;
	settle_root(g);
	settle_groups(g);
	return 0;
}

/* --- writing --- */

static bool
is_owned(const struct gz *g, const char *path)
{
	return path[0] == '/' && fs_inventory_find_named(&g->inv, path);
}

static const char *
shell_of(const struct gz *g, const struct gz_account *u)
{
	if (is_owned(g, u->shell))
		return u->shell;
	return u->id == 0 ? "/bin/sh" : NO_SHELL;
}

/* Homes that packages give; others tell of the host's own places. */
static const char *
home_of(const struct gz *g, const struct gz_account *u)
{
	if (u->is_base || is_owned(g, u->home) || str_eq(u->home, "/") ||
	    str_starts(u->home, "/run/"))
		return u->home;
	return NO_HOME;
}

static void
print_users(const struct gz *g, FILE *passwd, FILE *shadow)
{
	for (size_t i = 0; i < g->users.n; i++) {
		const struct gz_account *u = &g->users.items[i];

		/* gecos of a package's account may have been edited here */
		fprintf(passwd, "%s:x:%u:%u:%s:%s:%s\n", u->name, u->id, u->gid,
		    u->is_base ? u->gecos : "", home_of(g, u), shell_of(g, u));
		fprintf(shadow, "%s:%s::0:99999:7:::\n", u->name,
		    u->is_base ? "*" : "!*");
	}
}

/* The members that the zone knows, "a,b". */
static char *
members_of(const struct gz *g, const struct gz_account *group)
{
	_autofree char *names = mem_strdup(group->members);
	char *rest = names, *name, *out = mem_strdup("");

	while ((name = strsep(&rest, ",")) != NULL) {
		char *longer;

		if (!gz_account_by_name(&g->users, name))
			continue;
		longer = mem_printf("%s%s%s", out, out[0] ? "," : "", name);
		free(out);
		out = longer;
	}
	return out;
}

static void
print_groups(const struct gz *g, FILE *group, FILE *gshadow)
{
	for (size_t i = 0; i < g->groups.n; i++) {
		const struct gz_account *a = &g->groups.items[i];
		_autofree char *members = members_of(g, a);

		fprintf(group, "%s:x:%u:%s\n", a->name, a->id, members);
		fprintf(gshadow, "%s:*::%s\n", a->name, members);
	}
}

static void
make_pair(struct gz *g, const char *open_path, const char *secret_path,
    void (*print)(const struct gz *g, FILE *open, FILE *secret))
{
	char *text = NULL, *secret = NULL;
	size_t len = 0, secret_len = 0;
	FILE *a = open_memstream(&text, &len);
	FILE *b = open_memstream(&secret, &secret_len);

	if (!a || !b)
		abort(); /* memory, as in base/mem.c */
	print(g, a, b);
	fclose(a);
	fclose(b);
	gz_add_text(g, open_path, 0644, NULL, text, len);
	gz_add_text(g, secret_path, 0640, "shadow", secret, secret_len);
	free(text);
	free(secret);
}

int
gz_make_accounts(struct gz *g, struct err *e)
{
	(void)e;
	make_pair(g, "etc/passwd", "etc/shadow", print_users);
	make_pair(g, "etc/group", "etc/gshadow", print_groups);
	return 0;
}
