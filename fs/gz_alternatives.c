/* SPDX-License-Identifier: ISC
 *
 * gz_alternatives - the links of update-alternatives(1), made anew from its
 * records: only choices that a package owns, so that nothing of what the
 * administrator registered comes along.
 *
 * A record: "auto" or "manual", the master's link, then name and link of each
 * slave, an empty line, then for each choice its path, its priority and one
 * line a slave (empty where the choice has none), an empty line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/gz.h"

#define RECORDS "var/lib/dpkg/alternatives"
#define LINKS "etc/alternatives"
#define MAX_RECORD (4u << 20)
#define MAX_SLAVES 4096

struct slave {
	const char *name;
	const char *link;
};

struct record {
	const char *name;
	const char *status;
	const char *link;
	struct slave *slaves;
	size_t nslaves;
	char **choices; /* path, priority, then one of each slave */
	size_t nchoices;
};

static void
record_done(struct record *r)
{
	free(r->slaves);
	free(r->choices);
}

static size_t
stride(const struct record *r)
{
	return 2 + r->nslaves;
}

static char *
choice_line(const struct record *r, size_t choice, size_t line)
{
	return r->choices[choice * stride(r) + line];
}

static bool
parse_slaves(char **text, struct record *r)
{
	for (;;) {
		const char *name = strsep(text, "\n");
		const char *link;

		if (!name)
			return false;
		if (name[0] == '\0')
			return true;
		link = strsep(text, "\n");
		if (!link || !path_is_name(name) || !path_is_normal(link) ||
		    r->nslaves == MAX_SLAVES)
			return false;
		r->slaves = mem_grow(r->slaves, r->nslaves + 1,
		    sizeof(*r->slaves));
		r->slaves[r->nslaves++] = (struct slave){ .name = name,
			.link = link };
	}
}

static bool
parse_choices(char **text, struct record *r)
{
	for (;;) {
		char *line = strsep(text, "\n");
		size_t at = r->nchoices * stride(r);

		if (!line || line[0] == '\0')
			return line;
		r->choices = mem_grow(r->choices, at + stride(r),
		    sizeof(*r->choices));
		r->choices[at] = line;
		for (size_t i = 1; i < stride(r); i++) {
			r->choices[at + i] = strsep(text, "\n");
			if (!r->choices[at + i])
				return false;
		}
		r->nchoices++;
	}
}

static bool
parse(char *text, struct record *r)
{
	r->status = strsep(&text, "\n");
	r->link = strsep(&text, "\n");
	if (!r->link || !path_is_normal(r->link))
		return false;
	return parse_slaves(&text, r) && parse_choices(&text, r);
}

static bool
is_packaged(const struct gz *g, const char *path)
{
	return path_is_normal(path) && fs_inventory_find_named(&g->inv, path);
}

/* Take away what no package owns: choices, and files of slaves. */
static void
purge(const struct gz *g, struct record *r)
{
	size_t n = 0, width = stride(r);

	for (size_t i = 0; i < r->nchoices; i++) {
		if (!is_packaged(g, choice_line(r, i, 0)))
			continue;
		memmove(&r->choices[n * width], &r->choices[i * width],
		    width * sizeof(*r->choices));
		n++;
	}
	r->nchoices = n;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 2; k < width; k++)
			if (!is_packaged(g, choice_line(r, i, k)))
				choice_line(r, i, k)[0] = '\0';
}

/* The choice that is made here, else the one of the highest priority. */
static size_t
choose(struct gz *g, struct record *r)
{
	_autofree char *path = mem_printf(LINKS "/%s", r->name);
	_autofree char *here = gz_readlink(g, path);
	size_t best = 0;

	for (size_t i = 0; i < r->nchoices; i++) {
		long a = strtol(choice_line(r, i, 1), NULL, 10);
		long b = strtol(choice_line(r, best, 1), NULL, 10);

		if (str_eq(choice_line(r, i, 0), here))
			return i;
		if (a > b)
			best = i;
	}
	r->status = "auto";
	return best;
}

/* LINK -> /etc/alternatives/NAME -> target. */
static void
add_links(struct gz *g, const char *name, const char *link, const char *target)
{
	_autofree char *middle = mem_printf("/" LINKS "/%s", name);
	_autofree char *path = fs_inventory_on_disk(&g->inv, link);

	gz_add_link(g, middle + 1, target);
	if (!fs_inventory_find(&g->inv, path))
		gz_add_link(g, path, middle);
}

static void
add_record(struct gz *g, const struct record *r)
{
	_autofree char *path = mem_printf(RECORDS "/%s", r->name);
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort(); /* memory, as in base/mem.c */
	fprintf(f, "%s\n%s\n", str_eq(r->status, "manual") ? "manual" : "auto",
	    r->link);
	for (size_t i = 0; i < r->nslaves; i++)
		fprintf(f, "%s\n%s\n", r->slaves[i].name, r->slaves[i].link);
	fputc('\n', f);
	for (size_t i = 0; i < r->nchoices * stride(r); i++)
		fprintf(f, "%s\n", r->choices[i]);
	fputc('\n', f);
	fclose(f);
	gz_add_text(g, path, 0644, NULL, text, len);
	free(text);
}

static int
make_one(struct gz *g, const char *dir, const char *name, void *arg,
    struct err *e)
{
	_autofree char *path = mem_printf("%s/%s", dir, name);
	_cleanup(record_done) struct record r = { .name = name };
	_autofree char *text = NULL;
	size_t chosen;

	(void)arg;
	if (gz_read(g, path, MAX_RECORD, &text, NULL, e) == -1)
		return -1;
	if (!parse(text, &r))
		return 0; /* dpkg would refuse it as well */
	purge(g, &r);
	if (r.nchoices == 0)
		return 0;
	chosen = choose(g, &r);
	add_links(g, name, r.link, choice_line(&r, chosen, 0));
	for (size_t i = 0; i < r.nslaves; i++) {
		const char *target = choice_line(&r, chosen, 2 + i);

		if (target[0] != '\0')
			add_links(g, r.slaves[i].name, r.slaves[i].link,
			    target);
	}
	add_record(g, &r);
	return 0;
}

int
gz_make_alternatives(struct gz *g, struct err *e)
{
	return gz_each(g, RECORDS, make_one, NULL, e);
}
