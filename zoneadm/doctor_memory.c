/* SPDX-License-Identifier: ISC
 *
 * doctor_memory - whether the files that sparse zones share with the host are
 * in memory what they are on disk.
 *
 * Bugs of the kernel that let a process write into the page cache through a
 * descriptor open for reading (CVE-2022-0847, CVE-2026-31431) change what every
 * zone and the host run, and leave neither the disk, nor a time, nor a checksum
 * of fs-verity other than it was. So what is resident (mincore(2)) is compared
 * with what a read around the cache gives (O_DIRECT, open(2)).
 */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "zoneadm/doctor.h"
#include "zoneadm/progress.h"
#include "zonecfg/index.h"
#include "zonecfg/model.h"
#include "zonecfg/store.h"

enum {
	PAGE = 4096,        /* of the architectures that zones run on */
	CHUNK = 256 * PAGE, /* compared at once */
	WINDOW = 64 << 20,  /* asked about at once */
	NAMED_MAX = 100,    /* files named, of those that differ */
	SHOW_EVERY = 256,   /* files between two words of progress */
};

struct look {
	struct doctor_report *report;
	struct progress line;
	uint64_t files;
	uint64_t bytes; /* compared */
	uint64_t sealed;
	uint64_t around; /* files that cannot be read around the cache */
	uint64_t differ;
};

static _Alignas(PAGE) unsigned char cached_bytes[CHUNK];
static _Alignas(PAGE) unsigned char stored_bytes[CHUNK];

/* The file as it is open twice. */
struct sides {
	int cached;
	int direct;
};

/* -1: cannot be told; 0: the same; 1: not. */
static int
compare_chunk(struct look *l, const struct sides *s, off_t at, size_t n)
{
	ssize_t stored = pread(s->direct, stored_bytes, CHUNK, at);
	ssize_t cached = pread(s->cached, cached_bytes, n, at);

	if (stored < 0 || cached < 0)
		return -1;
	if (cached > stored)
		return 1;
	l->bytes += (uint64_t)cached;
	return memcmp(cached_bytes, stored_bytes, (size_t)cached) != 0;
}

/* What is resident of a window, in runs. */
static int
compare_resident(struct look *l, const struct sides *s, off_t from,
    const unsigned char *pages, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t run = 0;
		int differs;

		while (i + run < n && run < CHUNK / PAGE && pages[i + run] & 1)
			run++;
		if (run == 0)
			continue;
		differs = compare_chunk(l, s, from + (off_t)i * PAGE,
		    run * PAGE);
		if (differs != 0)
			return differs;
		i += run - 1;
	}
	return 0;
}

static int
compare_window(struct look *l, const struct sides *s, off_t from, size_t size)
{
	static unsigned char pages[WINDOW / PAGE];
	void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, s->cached, from);
	int known;

	if (map == MAP_FAILED)
		return -1;
	known = mincore(map, size, pages);
	(void)munmap(map, size);
	if (known == -1)
		return -1;
	return compare_resident(l, s, from, pages, (size + PAGE - 1) / PAGE);
}

static int
compare_file(struct look *l, const struct sides *s, off_t size)
{
	for (off_t at = 0; at < size; at += WINDOW) {
		off_t left = size - at;
		int differs = compare_window(l, s, at,
		    (size_t)(left < WINDOW ? left : WINDOW));

		if (differs != 0)
			return differs;
	}
	return 0;
}

static bool
same_file(const struct statx *a, const struct statx *b)
{
	return a->stx_ino == b->stx_ino && a->stx_size == b->stx_size &&
	    a->stx_ctime.tv_sec == b->stx_ctime.tv_sec &&
	    a->stx_ctime.tv_nsec == b->stx_ctime.tv_nsec;
}

static void
name_file(struct look *l, const char *path)
{
	_autofree char *name = NULL;

	if (++l->differ > NAMED_MAX)
		return;
	name = str_visible(path, strlen(path));
	doctor_add(l->report, "shared files", name, DOCTOR_DIFFERS,
	    "in memory is not what is on disk")
	    ->hint = "something wrote to the kernel's memory of it: look "
		     "into who, then reboot the host; what ran it is suspect";
}

/* A file that goes away or changes meanwhile is somebody's ordinary work. */
static void
look_at(struct look *l, const char *path)
{
	/* It may be something else by now than it was in the directory. */
	const int how = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
	    O_NOATIME | O_CLOEXEC;
	const unsigned want = STATX_BASIC_STATS;
	_autoclose int cached = open(path, how);
	_autoclose int direct = cached == -1 ? -1 : open(path, how | O_DIRECT);
	const struct sides sides = { cached, direct };
	struct statx before;
	struct statx after;
	int differs;

	if (cached == -1 ||
	    statx(cached, "", AT_EMPTY_PATH, want, &before) == -1 ||
	    !S_ISREG(before.stx_mode))
		return;
	l->files++;
	l->sealed += (before.stx_attributes & STATX_ATTR_VERITY) != 0;
	differs = direct == -1
	    ? -1
	    : compare_file(l, &sides, (off_t)before.stx_size);
	if (differs == -1)
		l->around++;
	else if (differs == 1 &&
	    statx(direct, "", AT_EMPTY_PATH, want, &after) == 0 &&
	    same_file(&before, &after))
		name_file(l, path);
}

static void
show(struct look *l, const char *dir)
{
	_autofree char *text = NULL;

	if (l->files % SHOW_EVERY != 0)
		return;
	text = mem_printf("doctor: %s: %ju files, %ju MiB compared", dir,
	    (uintmax_t)l->files, (uintmax_t)(l->bytes >> 20));
	progress_show(&l->line, text);
}

static void
walk(struct look *l, const char *dir)
{
	_autofree char *path = mem_strdup(dir);
	char *roots[] = { path, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);

	if (!fts)
		return;
	for (const FTSENT *f = fts_read(fts); f; f = fts_read(fts)) {
		if (f->fts_info != FTS_F)
			continue;
		look_at(l, f->fts_path);
		show(l, dir);
	}
	(void)fts_close(fts);
}

static void
conclude(const struct look *l, const char *dir)
{
	_autofree char *label = mem_printf("memory of %s", dir);
	struct doctor_finding *f;

	if (l->files == 0) /* a link to another, or nothing */
		return;
	if (l->around == l->files) {
		f = doctor_add(l->report, "shared files", label, DOCTOR_UNKNOWN,
		    "its file system is not read around memory");
		f->hint = "open(2) with O_DIRECT is what tells";
		return;
	}
	doctor_add(l->report, "shared files", label,
	    l->differ > 0 ? DOCTOR_DIFFERS : DOCTOR_OK,
	    "%ju of %ju files differ from the disk; %ju MiB compared, %ju "
	    "sealed by fs-verity",
	    (uintmax_t)l->differ, (uintmax_t)l->files,
	    (uintmax_t)(l->bytes >> 20), (uintmax_t)l->sealed);
}

static void
look_through(struct doctor_report *report, const char *dir)
{
	struct look l = { .report = report };

	if (geteuid() != 0) {
		doctor_add(report, "shared files", dir, DOCTOR_UNKNOWN, "%s",
		    "")
		    ->hint = "needs root to be tried";
		return;
	}
	progress_start(&l.line);
	walk(&l, dir);
	progress_clear(&l.line);
	conclude(&l, dir);
}

/* --- which directories ---------------------------------------------------- */

struct dirs {
	char **dir;
	size_t n;
};

static void
dirs_done(struct dirs *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->dir[i]);
	free(d->dir);
}

static void
add_dir(struct dirs *d, const char *dir)
{
	for (size_t i = 0; i < d->n; i++) {
		if (strcmp(d->dir[i], dir) == 0)
			return;
	}
	d->dir = mem_grow(d->dir, d->n + 1, sizeof(*d->dir));
	d->dir[d->n++] = mem_strdup(dir);
}

static int
add_zone(struct dirs *d, const char *zone, struct err *e)
{
	_cleanup_zone struct zc_zone *cfg = NULL;

	if (zc_store_load(zone, &cfg, e) == -1)
		return -1;
	for (size_t i = 0; i < zc_count(cfg, "inherit-pkg-dir"); i++)
		add_dir(d, zc_res_get(cfg, "inherit-pkg-dir", i, "dir"));
	return 0;
}

static int
find_dirs(struct dirs *d, const char *zone, struct err *e)
{
	_cleanup(zc_index_free) struct zc_index index = { 0 };

	if (zone)
		return add_zone(d, zone, e);
	if (zc_index_load(&index, NULL, e) == -1)
		return -1;
	for (size_t i = 0; i < index.n; i++) {
		if (add_zone(d, index.zone[i].name, e) == -1)
			return -1;
	}
	return 0;
}

int
doctor_memory(struct doctor_report *report, const char *zone, struct err *e)
{
	_cleanup(dirs_done) struct dirs dirs = { 0 };

	if (find_dirs(&dirs, zone, e) == -1)
		return -1;
	for (size_t i = 0; i < dirs.n; i++)
		look_through(report, dirs.dir[i]);
	if (dirs.n == 0)
		doctor_add(report, "shared files", "memory", DOCTOR_OK,
		    "no zone inherits a directory");
	return 0;
}
