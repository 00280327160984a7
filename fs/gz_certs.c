/* SPDX-License-Identifier: ISC
 *
 * gz_certs - the certificate authorities of a zone: the links, the list and the
 * bundle of update-ca-certificates(8), of packaged authorities only. Those that
 * the administrator added are the host's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/gz.h"

#define CERTS "etc/ssl/certs"
#define SOURCE "/usr/share/ca-certificates/"
#define MAX_CERT (1u << 20)

struct certs {
	char **names; /* "X.pem", sorted: links to packaged authorities */
	size_t n;
	FILE *list;
	FILE *bundle;
};

/* A link to a packaged authority: note it, and add it to list and bundle. */
static int
direct_link(struct gz *g, const char *dir, const char *name, void *arg,
    struct err *e)
{
	struct certs *c = arg;
	_autofree char *path = mem_printf("%s/%s", dir, name);
	_autofree char *target = gz_readlink(g, path);
	const char *short_name = target ? str_after(target, SOURCE) : NULL;
	_autofree char *text = NULL;
	size_t len;
	int state;

	if (!short_name || !path_is_normal(target))
		return 0;
	state = gz_pristine(g, target + 1, e);
	if (state != GZ_PRISTINE)
		return state == -1 ? -1 : 0;
	if (gz_read(g, target + 1, MAX_CERT, &text, &len, e) == -1)
		return -1;
	gz_add_link(g, path, target);
	fprintf(c->list, "%s\n", short_name);
	fwrite(text, 1, len, c->bundle);
	if (len != 0 && text[len - 1] != '\n')
		fputc('\n', c->bundle);
	c->names = mem_grow(c->names, c->n + 1, sizeof(*c->names));
	c->names[c->n++] = mem_strdup(name);
	return 0;
}

/* "002c0b4f.0 -> X.pem", the name under which OpenSSL looks it up. */
static int
hash_link(struct gz *g, const char *dir, const char *name, void *arg,
    struct err *e)
{
	const struct certs *c = arg;
	_autofree char *path = mem_printf("%s/%s", dir, name);
	_autofree char *target = gz_readlink(g, path);

	(void)e;
	if (target && c->n != 0 &&
	    bsearch(&(const char *){ target }, c->names, c->n,
		sizeof(*c->names), gz_by_text))
		gz_add_link(g, path, target);
	return 0;
}

static int
make(struct gz *g, struct certs *c, struct err *e)
{
	fputs("# Certificates below " SOURCE " to activate; see "
	      "update-ca-certificates(8).\n",
	    c->list);
	if (gz_each(g, CERTS, direct_link, c, e) == -1)
		return -1;
	return gz_each(g, CERTS, hash_link, c, e);
}

int
gz_make_certs(struct gz *g, struct err *e)
{
	char *list = NULL, *bundle = NULL;
	size_t list_len = 0, bundle_len = 0;
	struct certs c = { .list = open_memstream(&list, &list_len),
		.bundle = open_memstream(&bundle, &bundle_len) };
	int ret;

	if (!c.list || !c.bundle)
		abort(); /* memory, as in base/mem.c */
	ret = make(g, &c, e);
	fclose(c.list);
	fclose(c.bundle);
	if (ret == 0 && c.n != 0) {
		gz_add_text(g, "etc/ca-certificates.conf", 0644, NULL, list,
		    list_len);
		gz_add_text(g, CERTS "/ca-certificates.crt", 0644, NULL, bundle,
		    bundle_len);
	}
	for (size_t i = 0; i < c.n; i++)
		free(c.names[i]);
	free(c.names);
	free(list);
	free(bundle);
	return ret;
}
