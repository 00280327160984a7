/* SPDX-License-Identifier: ISC
 *
 * gz_ldcache - the dynamic linker's cache of a zone: the host's, without the
 * libraries that the zone does not have.
 *
 * The file (glibc 2.2 and later): a header, an array of entries sorted by name,
 * strings that the entries point to from the start of the file. Entries go,
 * their strings become zeros, and nothing else moves.
 */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/gz.h"

#define CACHE "etc/ld.so.cache"
#define MAX_CACHE (64u << 20)
#define MAGIC "glibc-ld.so.cache1.1"

struct header {
	char magic[20];
	uint32_t nlibs;
	uint32_t len_strings;
	uint32_t flags;
	uint32_t extensions; /* where they start, or 0 */
	uint32_t unused[3];
};

struct entry {
	int32_t flags;
	uint32_t key;   /* the name: the end of the path */
	uint32_t value; /* the path */
	uint32_t osversion;
	uint64_t hwcap;
};
_Static_assert(sizeof(struct header) == 48, "as on disk");
_Static_assert(sizeof(struct entry) == 24, "as on disk");

struct cache {
	char *data;
	size_t len;
	size_t strings; /* where they start */
	size_t end;     /* and end */
};

static bool
is_sound(struct cache *c, struct header *h)
{
	if (c->len < sizeof(*h))
		return false;
	memcpy(h, c->data, sizeof(*h));
	if (memcmp(h->magic, MAGIC, sizeof(h->magic)) != 0 ||
	    h->nlibs > (c->len - sizeof(*h)) / sizeof(struct entry))
		return false;
	c->strings = sizeof(*h) + h->nlibs * sizeof(struct entry);
	c->end = c->strings + h->len_strings;
	return h->len_strings != 0 && c->end <= c->len &&
	    c->data[c->end - 1] == '\0';
}

static bool
is_in_zone(const struct gz *g, const char *path)
{
	_autofree char *disk = NULL;

	if (!path_is_normal(path))
		return false;
	disk = fs_inventory_on_disk(&g->inv, path);
	return gz_is_inherited(g, disk) || fs_inventory_find(&g->inv, disk);
}

/* Zeros for each path among the strings that is not of the zone. */
static void
purge_strings(const struct gz *g, struct cache *c)
{
	for (size_t at = c->strings; at < c->end;) {
		char *s = c->data + at;
		size_t len = strlen(s);

		if (s[0] == '/' && !is_in_zone(g, s))
			memset(s, 0, len);
		at += len + 1;
	}
}

static size_t
entry_at(uint32_t i)
{
	return sizeof(struct header) + i * sizeof(struct entry);
}

/* A name may be the end of any path that ends so: let it be that of the entry's
 * own, which stays when others go. False: this is no cache. */
static bool
own_names(struct cache *c, const struct header *h)
{
	for (uint32_t i = 0; i < h->nlibs; i++) {
		struct entry entry;
		const char *path;
		const char *name;

		memcpy(&entry, c->data + entry_at(i), sizeof(entry));
		if (entry.value < c->strings || entry.value >= c->end ||
		    entry.key < c->strings || entry.key >= c->end)
			return false;
		path = c->data + entry.value;
		name = c->data + entry.key;
		if (!str_ends(path, name))
			continue;
		entry.key = (uint32_t)(entry.value + strlen(path) -
		    strlen(name));
		memcpy(c->data + entry_at(i), &entry, sizeof(entry));
	}
	return true;
}

/* Entries whose path is gone go as well. */
static void
purge_entries(struct cache *c, struct header *h)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < h->nlibs; i++) {
		struct entry entry;

		memcpy(&entry, c->data + entry_at(i), sizeof(entry));
		if (c->data[entry.value] == '\0' || c->data[entry.key] == '\0')
			continue;
		memcpy(c->data + entry_at(n++), &entry, sizeof(entry));
	}
	memset(c->data + entry_at(n), 0, (h->nlibs - n) * sizeof(struct entry));
	h->nlibs = n;
	memcpy(c->data, h, sizeof(*h));
}

int
gz_make_ldcache(struct gz *g, struct err *e)
{
	struct cache c = { 0 };
	struct header h;
	struct err missing;

	if (gz_read(g, CACHE, MAX_CACHE, &c.data, &c.len, &missing) == -1) {
		if (missing.code == ENOENT)
			return 0;
		*e = missing;
		return -1;
	}
	if (is_sound(&c, &h) && own_names(&c, &h)) {
		purge_strings(g, &c);
		purge_entries(&c, &h);
		gz_add_text(g, CACHE, 0644, NULL, c.data, c.len);
	}
	free(c.data);
	return 0;
}
