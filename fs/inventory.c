/* SPDX-License-Identifier: ISC
 *
 * inventory - a reader of dpkg's database.
 *
 * Formats: dpkg-query(1), deb-md5sums(5), deb-conffiles(5); the diversions file
 * has three lines each: path, path it is diverted to, package (":" for none).
 */
#include "fs/inventory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "fs/dpkg_status.h"

#define DPKG "var/lib/dpkg"
#define MAX_STATUS (256u << 20)
#define MAX_LIST (64u << 20)
#define MAX_DIVERSIONS (4u << 20)
#define MAX_PATHS (8u << 20)
#define MAX_PACKAGES (256u << 10)
#define FIRST_SLOTS (64u << 10)

/* A conffile as the status file tells it, until its owner's list is read. */
struct conffile {
	const char *package; /* without architecture */
	const char *path;    /* as the package writes it */
	uint8_t md5[FS_MD5_SIZE];
};

struct reader {
	struct fs_inventory inv;
	uint32_t *slots; /* open addressing: index of an item + 1, or 0 */
	size_t nslots;
	struct conffile *conffiles; /* sorted by package */
	size_t nconffiles;
	char **known; /* sorted: names in the status file that have files */
	size_t nknown;
};

/* Room for one more than n items; lists double. */
static void *
grow(void *items, size_t n, size_t size)
{
	if (n == 0)
		return mem_grow(items, 16, size);
	if (n >= 16 && (n & (n - 1)) == 0)
		return mem_grow(items, n * 2, size);
	return items;
}

/* Keep memory as long as the inventory. */
static void *
keep(struct fs_inventory *inv, void *p)
{
	inv->blocks = grow(inv->blocks, inv->nblocks, sizeof(*inv->blocks));
	inv->blocks[inv->nblocks++] = p;
	return p;
}

/* The next line of *p, cut out of it, or NULL. */
static char *
next_line(char **p)
{
	char *line = *p, *end;

	if (!line || line[0] == '\0')
		return NULL;
	end = strchr(line, '\n');
	if (end)
		*end++ = '\0';
	*p = end;
	return line;
}

/* --- paths --- */

/* The rest of path behind an alias ("" or "/x"), and the alias. */
static const struct fs_alias *
find_alias(const struct fs_inventory *inv, const char *path, const char **rest)
{
	for (size_t i = 0; i < inv->naliases; i++) {
		const char *r = str_after(path, inv->aliases[i].name);

		if (!r || (r[0] != '\0' && r[0] != '/'))
			continue;
		*rest = r;
		return &inv->aliases[i];
	}
	return NULL;
}

char *
fs_inventory_on_disk(const struct fs_inventory *inv, const char *path)
{
	const char *p = path[0] == '/' ? path + 1 : path;
	const char *rest = "";
	const struct fs_alias *a = find_alias(inv, p, &rest);

	return a ? mem_printf("%s%s", a->target, rest) : mem_strdup(p);
}

/* The same, of text that the inventory keeps; NULL for what is no path. */
static const char *
on_disk(struct fs_inventory *inv, const char *path)
{
	const char *rest;

	if (!path_is_normal(path) || path[1] == '\0')
		return NULL;
	if (!find_alias(inv, path + 1, &rest))
		return path + 1;
	return keep(inv, fs_inventory_on_disk(inv, path));
}

/* A link in the root directory to a directory below usr: both ways that
 * distributions write it, "usr/lib" and "/usr/lib". */
static void
add_alias(struct fs_inventory *inv, int root, const char *name)
{
	char target[64];
	ssize_t n = readlinkat(root, name, target, sizeof(target) - 1);
	const char *t = target;
	struct stat st;

	if (n <= 0 || (size_t)n >= sizeof(target) - 1)
		return;
	target[n] = '\0';
	if (t[0] == '/')
		t++;
	if (!str_starts(t, "usr/") || !path_is_name(t + 4))
		return;
	if (fstatat(root, t, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISDIR(st.st_mode))
		return;
	inv->aliases = grow(inv->aliases, inv->naliases, sizeof(*inv->aliases));
	inv->aliases[inv->naliases++] = (struct fs_alias){ .name = mem_strdup(
							       name),
		.target = mem_strdup(t) };
}

static void
closedir_at(DIR **d)
{
	if (*d)
		closedir(*d);
}

static DIR *
open_dir(int dirfd, const char *path, struct err *e)
{
	_autoclose int fd = fd_open_beneath(dirfd, path, FD_NO_SYMLINKS,
	    O_RDONLY | O_DIRECTORY, 0, e);
	DIR *d;

	if (fd == -1)
		return NULL;
	d = fdopendir(fd);
	if (!d) {
		err_sys(e, "open '/%s'", path);
		return NULL;
	}
	(void)fd_take(&fd);
	return d;
}

static int
read_aliases(struct reader *r, int root, struct err *e)
{
	_cleanup(closedir_at) DIR *d = open_dir(root, ".", e);
	const struct dirent *ent;

	if (!d)
		return -1;
	while ((ent = readdir(d)) != NULL)
		if (ent->d_type == DT_LNK || ent->d_type == DT_UNKNOWN)
			add_alias(&r->inv, root, ent->d_name);
	return 0;
}

/* --- the table of paths --- */

static size_t
hash(const char *s)
{
	uint64_t h = 0xcbf29ce484222325; /* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (uint8_t)*s) * 0x100000001b3;
	return (size_t)(h ^ h >> 32);
}

static uint32_t *
slot_of(const struct reader *r, const char *path)
{
	size_t i = hash(path) & (r->nslots - 1);

	while (r->slots[i] != 0 &&
	    !str_eq(r->inv.items[r->slots[i] - 1].path, path))
		i = (i + 1) & (r->nslots - 1);
	return &r->slots[i];
}

static void
grow_slots(struct reader *r)
{
	free(r->slots);
	r->nslots = r->nslots ? r->nslots * 2 : FIRST_SLOTS;
	r->slots = mem_alloc(r->nslots * sizeof(*r->slots));
	for (size_t i = 0; i < r->inv.n; i++)
		*slot_of(r, r->inv.items[i].path) = (uint32_t)i + 1;
}

/* The item of a path, made where it is missing. */
static struct fs_owned *
item_of(struct reader *r, const char *path)
{
	struct fs_inventory *inv = &r->inv;
	uint32_t *slot;

	if (inv->n * 2 >= r->nslots)
		grow_slots(r);
	slot = slot_of(r, path);
	if (*slot == 0) {
		inv->items = grow(inv->items, inv->n, sizeof(*inv->items));
		inv->items[inv->n++] = (struct fs_owned){ .path = path };
		*slot = (uint32_t)inv->n;
	}
	return &inv->items[*slot - 1];
}

/* --- diversions --- */

static int
read_diversions(struct reader *r, int dpkg, struct err *e)
{
	struct fs_inventory *inv = &r->inv;
	struct err missing;
	char *text, *from, *to, *package;

	if (fd_read_file(dpkg, "diversions", MAX_DIVERSIONS, &text, NULL,
		&missing) == -1) {
		if (missing.code == ENOENT)
			return 0;
		*e = missing;
		return -1;
	}
	keep(inv, text);
	for (;;) {
		from = next_line(&text);
		to = next_line(&text);
		package = next_line(&text);
		if (!package)
			return 0;
		inv->diversions = grow(inv->diversions, inv->ndiversions,
		    sizeof(*inv->diversions));
		inv->diversions[inv->ndiversions] = (struct fs_diversion){
			.path = on_disk(inv, from),
			.to = on_disk(inv, to),
			.package = str_eq(package, ":") ? NULL : package,
		};
		if (inv->diversions[inv->ndiversions].path &&
		    inv->diversions[inv->ndiversions].to)
			inv->ndiversions++;
	}
}

/* "libc6:amd64" is of the package "libc6". */
static bool
is_package(const char *full, const char *name)
{
	const char *rest = str_after(full, name);

	return rest && (rest[0] == '\0' || rest[0] == ':');
}

static const struct fs_diversion *
diverted(const struct fs_inventory *inv, const char *path, const char *package)
{
	for (size_t i = 0; i < inv->ndiversions; i++) {
		const struct fs_diversion *d = &inv->diversions[i];

		if (str_eq(d->path, path) &&
		    !(d->package && is_package(package, d->package)))
			return d;
	}
	return NULL;
}

/* Where a package's path lies; *from as in struct fs_owned. */
static const char *
place_of(const struct fs_inventory *inv, const char *path, const char *package,
    const char **from)
{
	const struct fs_diversion *d = diverted(inv, path, package);

	*from = d && !d->package ? d->to : NULL;
	return d && d->package ? d->to : path;
}

/* --- the status file --- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
by_package(const void *a, const void *b)
{
	const struct conffile *x = a, *y = b;

	return strcmp(x->package, y->package);
}

/* " /etc/foo 0123…ef[ obsolete]"; other words than a digest ("newconffile")
 * mean that the file is not the package's. */
static void
add_conffile(void *arg, const char *package, char *line)
{
	struct reader *r = arg;
	struct conffile c = { .package = package, .path = line + 1 };
	char *space;

	if (str_ends(line, " obsolete"))
		line[strlen(line) - strlen(" obsolete")] = '\0';
	space = strrchr(line + 1, ' ');
	if (!space || fs_md5_parse(space + 1, c.md5) == -1)
		return;
	*space = '\0';
	r->conffiles = grow(r->conffiles, r->nconffiles, sizeof(*r->conffiles));
	r->conffiles[r->nconffiles++] = c;
}

static int
parse_status(struct reader *r, char *text, struct err *e)
{
	struct fs_dpkg_package p;

	while (fs_dpkg_next(&text, &p, add_conffile, r)) {
		if (!p.name)
			continue;
		if (r->nknown == MAX_PACKAGES)
			return err_set(e, EFBIG, "too many packages");
		r->known = grow(r->known, r->nknown, sizeof(*r->known));
		r->known[r->nknown++] = (char *)(uintptr_t)p.name;
	}
	return 0;
}

static int
read_status(struct reader *r, int dpkg, struct err *e)
{
	char *text;

	if (fd_read_file(dpkg, "status", MAX_STATUS, &text, NULL, e) == -1)
		return -1;
	keep(&r->inv, text);
	if (parse_status(r, text, e) == -1)
		return -1;
	if (r->nknown == 0)
		return err_set(e, ENOENT, "'/" DPKG "/status' is empty");
	qsort(r->known, r->nknown, sizeof(*r->known), by_text);
	if (r->nconffiles != 0)
		qsort(r->conffiles, r->nconffiles, sizeof(*r->conffiles),
		    by_package);
	return 0;
}

/* --- one package --- */

static int
read_list(struct reader *r, int info, const char *package, struct err *e)
{
	_autofree char *name = mem_printf("%s.list", package);
	char *text, *line;

	if (fd_read_file(info, name, MAX_LIST, &text, NULL, e) == -1)
		return -1;
	keep(&r->inv, text);
	while ((line = next_line(&text)) != NULL) {
		const char *path = on_disk(&r->inv, line);
		const char *from;
		struct fs_owned *o;

		if (!path)
			continue; /* "/." stands for the root */
		if (r->inv.n == MAX_PATHS)
			return err_set(e, EFBIG, "too many paths");
		path = place_of(&r->inv, path, package, &from);
		o = item_of(r, path);
		o->package = package;
		o->from = from;
	}
	return 0;
}

/* A digest counts for what the package still owns: dpkg takes a replaced file
 * out of the list, but not out of the digests. */
static void
set_md5(struct reader *r, const char *path, const char *package,
    const uint8_t md5[FS_MD5_SIZE], bool is_conffile)
{
	const char *from;
	uint32_t slot = *slot_of(r, place_of(&r->inv, path, package, &from));
	struct fs_owned *o = slot ? &r->inv.items[slot - 1] : NULL;

	if (!o || !str_eq(o->package, package))
		return;
	memcpy(o->md5, md5, FS_MD5_SIZE);
	o->has_md5 = true;
	o->is_conffile = is_conffile;
}

static int
read_md5sums(struct reader *r, int info, const char *package, struct err *e)
{
	_autofree char *name = mem_printf("%s.md5sums", package);
	_autofree char *text = NULL;
	struct err missing;
	char *line, *p;

	if (fd_read_file(info, name, MAX_LIST, &text, NULL, &missing) == -1) {
		if (missing.code == ENOENT)
			return 0; /* deb-md5sums(5): optional */
		*e = missing;
		return -1;
	}
	p = text;
	while ((line = next_line(&p)) != NULL) {
		uint8_t md5[FS_MD5_SIZE];
		_autofree char *path = NULL;

		if (fs_md5_parse(line, md5) == -1 ||
		    strncmp(line + 32, "  ", 2) != 0 || line[34] == '\0')
			continue;
		path = fs_inventory_on_disk(&r->inv, line + 34);
		set_md5(r, path, package, md5, false);
	}
	return 0;
}

/* The conffiles of a package, from the sorted list. */
static void
apply_conffiles(struct reader *r, const char *package)
{
	size_t bare = strcspn(package, ":");
	size_t lo = 0, hi = r->nconffiles;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *name = r->conffiles[mid].package;
		int c = strncmp(name, package, bare);

		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < r->nconffiles; lo++) {
		const struct conffile *c = &r->conffiles[lo];
		const char *path;

		if (!is_package(package, c->package))
			break;
		path = on_disk(&r->inv, c->path);
		if (path)
			set_md5(r, path, package, c->md5, true);
	}
}

/* --- all packages --- */

static bool
is_known(const struct reader *r, const char *package)
{
	_autofree char *name = mem_strndup(package, strcspn(package, ":"));
	const char *key = name;

	return bsearch(&key, r->known, r->nknown, sizeof(*r->known), by_text);
}

static int
find_packages(struct reader *r, int dpkg, struct err *e)
{
	_cleanup(closedir_at) DIR *d = open_dir(dpkg, "info", e);
	struct fs_inventory *inv = &r->inv;
	const struct dirent *ent;

	if (!d)
		return -1;
	while ((ent = readdir(d)) != NULL) {
		size_t len = strlen(ent->d_name);
		char *name;

		if (!str_ends(ent->d_name, ".list"))
			continue;
		name = mem_strndup(ent->d_name, len - strlen(".list"));
		keep(inv, name);
		if (!is_known(r, name))
			continue;
		inv->packages = grow(inv->packages, inv->npackages,
		    sizeof(*inv->packages));
		inv->packages[inv->npackages++] = name;
	}
	if (inv->npackages == 0)
		return err_set(e, ENOENT, "'/" DPKG "/info' has no file lists");
	qsort(inv->packages, inv->npackages, sizeof(*inv->packages), by_text);
	return 0;
}

static int
read_packages(struct reader *r, int dpkg, struct err *e)
{
	_autoclose int info = fd_open_beneath(dpkg, "info", FD_NO_SYMLINKS,
	    O_PATH | O_DIRECTORY, 0, e);

	if (info == -1)
		return -1;
	grow_slots(r);
	for (size_t i = 0; i < r->inv.npackages; i++) {
		const char *package = r->inv.packages[i];

		if (read_list(r, info, package, e) == -1 ||
		    read_md5sums(r, info, package, e) == -1)
			return -1;
		apply_conffiles(r, package);
	}
	return 0;
}

static int
by_path(const void *a, const void *b)
{
	const struct fs_owned *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int
read_database(struct reader *r, int root, struct err *e)
{
	_autoclose int dpkg = fd_open_beneath(root, DPKG, FD_NO_SYMLINKS,
	    O_PATH | O_DIRECTORY, 0, e);

	if (dpkg == -1)
		return -1;
	if (read_aliases(r, root, e) == -1 ||
	    read_diversions(r, dpkg, e) == -1 ||
	    read_status(r, dpkg, e) == -1 || find_packages(r, dpkg, e) == -1)
		return -1;
	return read_packages(r, dpkg, e);
}

int
fs_inventory_read(int root, struct fs_inventory *out, struct err *e)
{
	struct reader r = { 0 };
	int ret = read_database(&r, root, e);

	free(r.slots);
	free(r.conffiles);
	free(r.known);
	if (ret == -1) {
		fs_inventory_done(&r.inv);
		if (e->code == ENOENT || e->code == ENOTDIR) {
			e->code = ENOENT;
			return err_in(e,
			    "this system has no package database of dpkg's, "
			    "and a zone can only be made from packaged files; "
			    "install from a directory (-d) or an archive (-a)");
		}
		return err_in(e, "package database '/" DPKG "'");
	}
	if (r.inv.n != 0)
		qsort(r.inv.items, r.inv.n, sizeof(*r.inv.items), by_path);
	*out = r.inv;
	return 0;
}

void
fs_inventory_done(struct fs_inventory *inv)
{
	for (size_t i = 0; i < inv->nblocks; i++)
		free(inv->blocks[i]);
	for (size_t i = 0; i < inv->naliases; i++) {
		free(inv->aliases[i].name);
		free(inv->aliases[i].target);
	}
	free(inv->blocks);
	free(inv->aliases);
	free(inv->diversions);
	free(inv->packages);
	free(inv->items);
	*inv = (struct fs_inventory){ 0 };
}

const struct fs_owned *
fs_inventory_find(const struct fs_inventory *inv, const char *path)
{
	struct fs_owned key = { .path = path };

	if (inv->n == 0)
		return NULL;
	return bsearch(&key, inv->items, inv->n, sizeof(*inv->items), by_path);
}

const struct fs_owned *
fs_inventory_find_named(const struct fs_inventory *inv, const char *path)
{
	_autofree char *disk = fs_inventory_on_disk(inv, path);

	return fs_inventory_find(inv, disk);
}

bool
fs_inventory_has_package(const struct fs_inventory *inv, const char *package)
{
	for (size_t i = 0; i < inv->npackages; i++)
		if (is_package(inv->packages[i], package))
			return true;
	return false;
}
