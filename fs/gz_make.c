/* SPDX-License-Identifier: ISC
 *
 * gz_make - files of a zone that maintainer scripts make on a host, made here
 * from what packages brought: hosts, shells, the common part of PAM.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "fs/gz.h"

#define MAX_TEMPLATE (1u << 20)

/* --- a text under construction --- */

struct text {
	FILE *f;
	char *data;
	size_t len;
};

/* In place: the stream keeps the addresses of data and len. */
static void
text_open(struct text *t)
{
	t->f = open_memstream(&t->data, &t->len);
	if (!t->f)
		abort(); /* memory, as in base/mem.c */
}

static void
text_done(struct text *t)
{
	if (t->f)
		fclose(t->f);
	free(t->data);
}

static void
text_add(struct gz *g, struct text *t, const char *path, mode_t mode)
{
	fclose(t->f);
	t->f = NULL;
	gz_add_text(g, path, mode, NULL, t->data, t->len);
}

/* A packaged, unchanged file; 1 with *text, 0 where there is none, -1. */
static int
read_packaged(struct gz *g, const char *path, char **text, struct err *e)
{
	int state = gz_pristine(g, path, e);

	if (state != GZ_PRISTINE)
		return state == -1 ? -1 : 0;
	return gz_read(g, path, MAX_TEMPLATE, text, NULL, e) == -1 ? -1 : 1;
}

/* --- hosts --- */

int
gz_make_hosts(struct gz *g, struct err *e)
{
	const char *name = g->spec->hostname;
	_cleanup(text_done) struct text t = { 0 };

	(void)e;
	text_open(&t);
	fprintf(t.f, "127.0.0.1\tlocalhost\n");
	if (name)
		fprintf(t.f, "127.0.1.1\t%s\n", name);
	fprintf(t.f,
	    "::1\t\tlocalhost ip6-localhost ip6-loopback\n"
	    "ff02::1\t\tip6-allnodes\n"
	    "ff02::2\t\tip6-allrouters\n");
	text_add(g, &t, "etc/hosts", 0644);
	if (name) {
		_cleanup(text_done) struct text own = { 0 };

		text_open(&own);
		fprintf(own.f, "%s\n", name);
		text_add(g, &own, "etc/hostname", 0644);
	}
	return 0;
}

/* --- shells --- */

/* A shell, and its other name on a merged /usr, if it is packaged. */
static void
print_shell(const struct gz *g, FILE *f, const char *shell)
{
	_autofree char *disk = fs_inventory_on_disk(&g->inv, shell);

	if (shell[0] != '/' || !fs_inventory_find(&g->inv, disk))
		return;
	fprintf(f, "%s\n", shell);
	if (!str_eq(shell + 1, disk))
		fprintf(f, "/%s\n", disk);
}

static int
shells_of(struct gz *g, const char *dir, const char *name, void *arg,
    struct err *e)
{
	_autofree char *path = dir[0] ? mem_printf("%s/%s", dir, name)
				      : mem_strdup(name);
	_autofree char *text = NULL;
	int got = read_packaged(g, path, &text, e);
	char *rest = text;
	const char *line;

	if (got != 1)
		return got;
	while ((line = strsep(&rest, "\n")) != NULL)
		print_shell(g, arg, line);
	return 0;
}

int
gz_make_shells(struct gz *g, struct err *e)
{
	_cleanup(text_done) struct text t = { 0 };

	text_open(&t);
	fputs("# /etc/shells: valid login shells\n", t.f);
	if (shells_of(g, "", "usr/share/debianutils/shells", t.f, e) == -1 ||
	    gz_each(g, "usr/share/debianutils/shells.d", shells_of, t.f, e) ==
		-1)
		return -1;
	text_add(g, &t, "etc/shells", 0644);
	return 0;
}

/* --- PAM --- */

/* What pam-auth-update(8) puts into its templates where libpam-runtime's own
 * profile "unix" is the only one: a line "$NAME_primary" or "$NAME_additional"
 * stands for the texts. Sessions are not registered with pam_systemd: those of
 * zlogin run beside systemd's groups, and it waits for what it may not move. */
static const struct {
	const char *path; /* below etc/pam.d */
	const char *primary;
	const char *additional;
} pam_files[] = {
	{ "common-account",
	    "account\t[success=1 new_authtok_reqd=done default=ignore]\t"
	    "pam_unix.so\n",
	    "" },
	{ "common-auth",
	    "auth\t[success=1 default=ignore]\tpam_unix.so nullok\n", "" },
	{ "common-password",
	    "password\t[success=1 default=ignore]\t"
	    "pam_unix.so obscure yescrypt\n",
	    "" },
	{ "common-session", "session\t[default=1]\t\t\tpam_permit.so\n",
	    "session\trequired\tpam_unix.so\n" },
	{ "common-session-noninteractive",
	    "session\t[default=1]\t\t\tpam_permit.so\n",
	    "session\trequired\tpam_unix.so\n" },
};

static void
print_pam_line(FILE *f, size_t i, const char *line)
{
	if (line[0] != '$')
		fprintf(f, "%s\n", line);
	else if (str_ends(line, "_primary"))
		fputs(pam_files[i].primary, f);
	else if (str_ends(line, "_additional"))
		fputs(pam_files[i].additional, f);
}

static int
make_pam_file(struct gz *g, size_t i, struct err *e)
{
	_autofree char *from = mem_printf("usr/share/pam/%s",
	    pam_files[i].path);
	_autofree char *to = mem_printf("etc/pam.d/%s", pam_files[i].path);
	_cleanup(text_done) struct text t = { 0 };
	_autofree char *text = NULL;
	int got = read_packaged(g, from, &text, e);
	char *rest = text;
	const char *line;

	if (got != 1)
		return got;
	text_open(&t);
	while ((line = strsep(&rest, "\n")) != NULL)
		if (line[0] != '\0' || rest)
			print_pam_line(t.f, i, line);
	text_add(g, &t, to, 0644);
	return 0;
}

int
gz_make_pam(struct gz *g, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(pam_files); i++)
		if (make_pam_file(g, i, e) == -1)
			return -1;
	return 0;
}
