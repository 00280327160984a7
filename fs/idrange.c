/* SPDX-License-Identifier: ISC
 *
 * idrange - the host ids that a zone's ids 0..65535 become.
 *
 * A claim file is three lines, ROOT ZONE UUID (ROOT is "/" for none), or one:
 * "released SECONDS" since the machine booted. All but the first look at a
 * claim happens under one lock.
 */
#include "fs/idrange.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

enum {
	CLAIM_MAX = 8192, /* bytes of a claim file: a path and more */
	TABLE_MAX = 64 * 1024 * 1024, /* of /etc/passwd and its like */
	REST_SECONDS = 24 * 60 * 60,
	LATELY_SECONDS = 10, /* that a look at all processes is good for */
	SLOTS = (FS_IDRANGE_LAST - FS_IDRANGE_FIRST) / FS_IDRANGE_SIZE + 1,
};

static const struct fs_idrange_host real = {
	.claims = "/run/zones-ids",
	.etc = "/etc",
	.proc = "/proc",
};

/* --- one claim ----------------------------------------------------------- */

enum claim {
	CLAIM_FREE,
	CLAIM_OURS,
	CLAIM_TAKEN,
};

static char *
claim_text(const struct fs_idrange_owner *owner)
{
	const char *root = path_root();

	return mem_printf("%s\n%s\n%s\n", *root != '\0' ? root : "/",
	    owner->zone, owner->uuid);
}

static uint64_t
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec;
}

static bool
is_released(const char *text, uint64_t *when)
{
	const char *rest = str_after(text, "released ");
	_autofree char *number = NULL;

	if (!rest)
		return false;
	number = mem_strndup(rest, strcspn(rest, "\n"));
	return str_u64(number, UINT64_MAX, when) == 0;
}

/* Same root and uuid, the first and third lines; the name may differ. */
static bool
is_same_owner(const char *a, const char *b)
{
	size_t n = strcspn(a, "\n");
	const char *x = strchr(a + n + (a[n] != '\0'), '\n');
	const char *y;

	if (strncmp(a, b, n + 1) != 0)
		return false;
	y = strchr(b + n + (b[n] != '\0'), '\n');
	return x && y && strcmp(x, y) == 0;
}

/* A claim whose zone is not configured any more: its root was thrown away
 * without an uninstall, as tests do. */
static bool
is_orphan(const char *text)
{
	size_t n = strcspn(text, "\n");
	const char *zone = text[n] != '\0' ? text + n + 1 : "";
	_autofree char *path = mem_printf("%.*s/etc/zones/%.*s.cfg", (int)n,
	    text, (int)strcspn(zone, "\n"), zone);

	return access(path, F_OK) == -1 && errno == ENOENT;
}

/* Whose range it is. claims may be AT_FDCWD with an absolute name. The text of
 * a claim that is ours comes back in *text where that is not NULL. */
static int
look(int claims, const char *name, const char *mine, char **text,
    enum claim *out, struct err *e)
{
	struct err why = { 0 };
	_autofree char *found = NULL;
	uint64_t when;

	if (fd_read_file(claims, name, CLAIM_MAX, &found, NULL, &why) == -1) {
		if (why.code == ENOENT) {
			*out = CLAIM_FREE;
			return 0;
		}
		*e = why;
		return -1;
	}
	if (is_released(found, &when))
		*out = now() >= when + REST_SECONDS ? CLAIM_FREE : CLAIM_TAKEN;
	else
		*out = is_same_owner(found, mine) ? CLAIM_OURS : CLAIM_TAKEN;
	if (text)
		*text = mem_take(&found);
	return 0;
}

static int
write_claim(int claims, const char *name, const char *text, struct err *e)
{
	return fd_replace_file(claims, name, 0644, text, strlen(text),
	    FD_VOLATILE, e);
}

/* --- what else uses ids --------------------------------------------------- */

struct range {
	uint64_t first;
	uint64_t n;
};

struct ranges {
	struct range *v;
	size_t n;
	size_t room;
};

static void
ranges_done(struct ranges *r)
{
	free(r->v);
}

static void
add_range(struct ranges *r, uint64_t first, uint64_t n)
{
	/* What lies below is no concern, and the map of the first user
	 * namespace covers everything. */
	if (n == 0 || first + n <= FS_IDRANGE_FIRST || n >= UINT32_MAX)
		return;
	if (r->n == r->room) {
		r->room = r->room ? r->room * 2 : 64;
		r->v = mem_grow(r->v, r->room, sizeof(*r->v));
	}
	r->v[r->n++] = (struct range){ first, n };
}

/* Fields first and second (from 0) of a line divided by sep; count -1: one id.
 */
static void
take_line(char *line, const char *sep, int first, int count, struct ranges *r)
{
	uint64_t start = UINT64_MAX;
	uint64_t n = count == -1 ? 1 : 0;
	char *field;

	for (int i = 0; (field = strsep(&line, sep)) != NULL;) {
		if (*sep == ' ' && *field == '\0')
			continue; /* blanks in a row */
		if (i == first)
			(void)str_u64(field, UINT32_MAX, &start);
		else if (i == count)
			(void)str_u64(field, UINT32_MAX, &n);
		i++;
	}
	if (start != UINT64_MAX)
		add_range(r, start, n);
}

static void
take_text(char *text, const char *sep, int first, int count, struct ranges *r)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL)
		take_line(line, sep, first, count, r);
}

/* Of each table: name, column of the first id, column of their number. */
static const struct {
	const char *name;
	int first;
	int count;
} tables[] = {
	{ "subuid", 1, 2 },
	{ "subgid", 1, 2 },
	{ "passwd", 2, -1 },
	{ "group", 2, -1 },
};

static int
read_table(int dir, size_t i, struct ranges *r, struct err *e)
{
	struct err why = { 0 };
	_autofree char *text = NULL;

	if (fd_read_file(dir, tables[i].name, TABLE_MAX, &text, NULL, &why) ==
	    0) {
		take_text(text, ":", tables[i].first, tables[i].count, r);
	} else if (why.code != ENOENT) {
		*e = why;
		return -1;
	}
	return 0;
}

static int
read_tables(const char *etc, struct ranges *r, struct err *e)
{
	_autoclose int dir = fd_open_dir(AT_FDCWD, etc, e);

	if (dir == -1)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		if (read_table(dir, i, r, e) == -1)
			return -1;
	}
	return 0;
}

/* The maps of one process; it may be gone by now, which is no error. */
static void
read_maps(int proc, const char *pid, struct ranges *r)
{
	static const char *const maps[] = { "uid_map", "gid_map" };

	for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
		char name[64];
		char text[4096];
		ssize_t n;
		_autoclose int fd = -1;

		(void)snprintf(name, sizeof(name), "%s/%s", pid, maps[i]);
		fd = openat(proc, name, O_RDONLY | O_CLOEXEC);
		if (fd == -1)
			continue;
		/* procfs gives the lines whole; 340 of them would be cut, and
		 * nobody divides a range of ours so. */
		n = read(fd, text, sizeof(text) - 1);
		if (n <= 0)
			continue;
		text[n] = '\0';
		take_text(text, " ", 1, 2, r);
	}
}

struct scan {
	struct ranges *used;
	ino_t ours; /* the user namespace that we are in, 0: not known */
	ino_t last; /* the one that was read last */
};

/* Most processes share a namespace with us, and a zone's with each other. */
static int
read_process(int proc, const struct dirent *d, void *arg, struct err *e)
{
	_autofree char *ns = mem_printf("%s/ns/user", d->d_name);
	struct scan *scan = arg;
	struct stat st;

	(void)e;
	if (d->d_name[0] < '0' || d->d_name[0] > '9')
		return 0;
	if (fstatat(proc, ns, &st, 0) == 0) {
		if (st.st_ino == scan->ours || st.st_ino == scan->last)
			return 0;
		scan->last = st.st_ino;
	}
	read_maps(proc, d->d_name, scan->used);
	return 0;
}

static int
read_namespaces(const char *path, struct ranges *r, struct err *e)
{
	_autoclose int proc = fd_open_dir(AT_FDCWD, path, e);
	struct scan scan = { .used = r };
	struct stat st;

	if (proc == -1)
		return -1;
	if (fstatat(proc, "self/ns/user", &st, 0) == 0)
		scan.ours = st.st_ino;
	return fd_each_entry(proc, read_process, &scan, e);
}

/* What was found lately, noted beside the claims: to look at every process of
 * the host for each of hundreds of zones in a row would cost more than the
 * zones. 1: taken from there. */
static int
recall_namespaces(int claims, struct ranges *r)
{
	struct err ignored;
	_autofree char *text = NULL;
	uint64_t when;
	char *rest;

	if (fd_read_file(claims, "namespaces", TABLE_MAX, &text, NULL,
		&ignored) == -1)
		return 0;
	rest = text;
	if (str_u64(strsep(&rest, "\n"), UINT64_MAX, &when) == -1 || !rest ||
	    now() < when || now() - when > LATELY_SECONDS)
		return 0;
	take_text(rest, " ", 0, 1, r);
	return 1;
}

static int
note_namespaces(int claims, const struct range *v, size_t n, struct err *e)
{
	_autofree char *text = mem_printf("%llu\n", (unsigned long long)now());
	size_t len = strlen(text);

	for (size_t i = 0; i < n; i++) {
		_autofree char *line = mem_printf("%llu %llu\n",
		    (unsigned long long)v[i].first, (unsigned long long)v[i].n);
		size_t more = strlen(line);

		text = mem_grow(text, len + more + 1, 1);
		memcpy(text + len, line, more + 1);
		len += more;
	}
	return fd_replace_file(claims, "namespaces", 0644, text, len,
	    FD_VOLATILE, e);
}

static int
add_namespaces(const struct fs_idrange_host *host, int claims, struct ranges *r,
    struct err *e)
{
	size_t before = r->n;

	if (recall_namespaces(claims, r) == 1)
		return 0;
	if (read_namespaces(host->proc, r, e) == -1)
		return -1;
	return note_namespaces(claims, r->v + before, r->n - before, e);
}

/* The first slot at or behind base that touches none of the ranges; may lie
 * past the last one. */
static uint64_t
skip_ranges(uint64_t base, const struct ranges *r)
{
	for (size_t i = 0; i < r->n; i++) {
		uint64_t end = r->v[i].first + r->v[i].n;

		if (r->v[i].first >= base + FS_IDRANGE_SIZE || end <= base)
			continue;
		base = end + FS_IDRANGE_SIZE - 1;
		base -= base % FS_IDRANGE_SIZE;
		i = (size_t)-1; /* an earlier one may lie there: look again */
	}
	return base;
}

/* --- claiming ------------------------------------------------------------- */

static int
open_claims(const struct fs_idrange_host *host, struct err *e)
{
	if (mkdir(host->claims, 0755) == -1 && errno != EEXIST)
		return err_sys(e, "make directory '%s'", host->claims);
	return fd_open_dir(AT_FDCWD, host->claims, e);
}

static uint64_t
read_next(int claims)
{
	struct err ignored;
	_autofree char *text = NULL;
	uint64_t next;

	if (fd_read_file(claims, "next", 64, &text, NULL, &ignored) == -1)
		return FS_IDRANGE_FIRST;
	text[strcspn(text, "\n")] = '\0';
	if (str_u64(text, FS_IDRANGE_LAST, &next) == -1 ||
	    next < FS_IDRANGE_FIRST || next % FS_IDRANGE_SIZE != 0)
		return FS_IDRANGE_FIRST;
	return next;
}

static int
write_next(int claims, uint64_t next, struct err *e)
{
	_autofree char *text = mem_printf("%u\n",
	    next > FS_IDRANGE_LAST ? FS_IDRANGE_FIRST : (unsigned)next);

	return fd_replace_file(claims, "next", 0644, text, strlen(text),
	    FD_VOLATILE, e);
}

/* Orphans rest as released ranges do, from now on. */
static int
retire_orphan(int claims, const char *name, const char *text, struct err *e)
{
	_autofree char *released = NULL;
	uint64_t when;

	if (is_released(text, &when) || !is_orphan(text))
		return 0;
	released = mem_printf("released %llu\n", (unsigned long long)now());
	return write_claim(claims, name, released, e);
}

/* A new range from the counter on; it stands behind the last one given away, so
 * the first look nearly always succeeds. */
static int
claim_new(int claims, const char *mine, const struct ranges *used,
    uint32_t *base, struct err *e)
{
	uint64_t next = read_next(claims);

	for (unsigned i = 0; i < 2 * SLOTS; i++) {
		_autofree char *text = NULL;
		enum claim claim;
		char name[16];

		next = skip_ranges(next, used);
		if (next > FS_IDRANGE_LAST) {
			next = FS_IDRANGE_FIRST;
			continue;
		}
		(void)snprintf(name, sizeof(name), "%u", (unsigned)next);
		if (look(claims, name, mine, &text, &claim, e) == -1)
			return -1;
		if (claim != CLAIM_TAKEN) {
			if (write_next(claims, next + FS_IDRANGE_SIZE, e) == -1)
				return -1;
			*base = (uint32_t)next;
			return write_claim(claims, name, mine, e);
		}
		if (retire_orphan(claims, name, text, e) == -1)
			return -1;
		next += FS_IDRANGE_SIZE;
	}
	return err_set(e, ENOSPC,
	    "no range of %u user ids is free on this host", FS_IDRANGE_SIZE);
}

/* The recorded range again, after a restart of the machine: 1 it is ours now,
 * 0 it is somebody else's. */
static int
claim_again(int claims, const char *mine, uint32_t wanted,
    const struct ranges *used, struct err *e)
{
	enum claim claim;
	char name[16];

	(void)snprintf(name, sizeof(name), "%u", wanted);
	if (look(claims, name, mine, NULL, &claim, e) == -1)
		return -1;
	if (claim == CLAIM_TAKEN || skip_ranges(wanted, used) != wanted)
		return 0;
	return write_claim(claims, name, mine, e) == -1 ? -1 : 1;
}

static int
release_one(int claims, const char *name, const char *mine, struct err *e)
{
	_autofree char *released = NULL;
	enum claim claim;

	if (look(claims, name, mine, NULL, &claim, e) == -1)
		return -1;
	if (claim != CLAIM_OURS)
		return 0;
	released = mem_printf("released %llu\n", (unsigned long long)now());
	return write_claim(claims, name, released, e);
}

/* Somebody else has ids of it now: the range is no longer the zone's. */
static int
give_up(int claims, const char *mine, uint32_t base, struct err *e)
{
	char name[16];

	(void)snprintf(name, sizeof(name), "%u", base);
	return release_one(claims, name, mine, e);
}

static int
claim_locked(const struct fs_idrange_host *host, int claims, const char *mine,
    uint32_t wanted, uint32_t *base, struct err *e)
{
	_cleanup(ranges_done) struct ranges used = { 0 };
	int again = 0;

	if (read_tables(host->etc, &used, e) == -1)
		return -1;
	if (wanted != 0)
		again = claim_again(claims, mine, wanted, &used, e);
	if (again == -1)
		return -1;
	if (again == 1) {
		*base = wanted;
		return 0;
	}
	if (wanted != 0 && give_up(claims, mine, wanted, e) == -1)
		return -1;
	if (add_namespaces(host, claims, &used, e) == -1)
		return -1;
	return claim_new(claims, mine, &used, base, e);
}

static bool
is_slot(uint32_t base)
{
	return base >= FS_IDRANGE_FIRST && base <= FS_IDRANGE_LAST &&
	    base % FS_IDRANGE_SIZE == 0;
}

static bool
is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec
				      : a->tv_nsec < b->tv_nsec;
}

/* None of the host's tables of ids was written since then: useradd(8) knows
 * nothing of our claims. */
static bool
tables_are_older(const char *etc, const struct timespec *than)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		_autofree char *path = mem_printf("%s/%s", etc, tables[i].name);
		struct stat st;

		if (stat(path, &st) == 0 && !is_before(&st.st_mtim, than))
			return false;
	}
	return true;
}

/* The usual case, without the lock: ours, with the name it has now, and looked
 * at since the tables were written. */
static bool
has_already(const struct fs_idrange_host *host, const char *mine, uint32_t base)
{
	struct err ignored;
	_autofree char *path = mem_printf("%s/%u", host->claims, base);
	_autofree char *text = NULL;
	struct stat st;

	if (stat(path, &st) == -1 ||
	    fd_read_file(AT_FDCWD, path, CLAIM_MAX, &text, NULL, &ignored) ==
		-1)
		return false;
	return strcmp(text, mine) == 0 &&
	    tables_are_older(host->etc, &st.st_mtim);
}

int
fs_idrange_claim(const struct fs_idrange_host *host,
    const struct fs_idrange_owner *owner, uint32_t wanted, uint32_t *base,
    struct err *e)
{
	_autofree char *mine = claim_text(owner);
	_autoclose int claims = -1;
	_autoclose int lock = -1;

	if (!host)
		host = &real;
	if (!is_slot(wanted))
		wanted = 0;
	if (wanted != 0 && has_already(host, mine, wanted)) {
		*base = wanted;
		return 0;
	}
	claims = open_claims(host, e);
	if (claims == -1)
		return -1;
	lock = lock_take(claims, "lock", owner->zone, -1, e);
	if (lock == -1)
		return -1;
	return claim_locked(host, claims, mine, wanted, base, e);
}

static int
release_next(int claims, const struct dirent *d, void *mine, struct err *e)
{
	if (d->d_name[0] < '0' || d->d_name[0] > '9')
		return 0;
	return release_one(claims, d->d_name, mine, e);
}

int
fs_idrange_release(const struct fs_idrange_host *host,
    const struct fs_idrange_owner *owner, uint32_t base, struct err *e)
{
	_autofree char *mine = claim_text(owner);
	_autoclose int claims = -1;
	_autoclose int lock = -1;
	char name[16];

	claims = open_claims(host ? host : &real, e);
	if (claims == -1)
		return -1;
	lock = lock_take(claims, "lock", owner->zone, -1, e);
	if (lock == -1)
		return -1;
	if (base == 0)
		return fd_each_entry(claims, release_next, mine, e);
	(void)snprintf(name, sizeof(name), "%u", base);
	return release_one(claims, name, mine, e);
}

/* --- telling ---------------------------------------------------------------
 */

/* The owner that a claim's text names. */
static char *
say_owner(const char *text)
{
	size_t n = strcspn(text, "\n");
	const char *root = path_root();
	const char *zone;
	uint64_t when;

	if (is_released(text, &when))
		return mem_strdup("a zone that gave them back within the last "
				  "day");
	zone = text[n] != '\0' ? text + n + 1 : "";
	root = *root != '\0' ? root : "/";
	if (strlen(root) == n && strncmp(root, text, n) == 0)
		return mem_printf("zone '%.*s'", (int)strcspn(zone, "\n"),
		    zone);
	return mem_printf("zone '%.*s' of '%.*s'", (int)strcspn(zone, "\n"),
	    zone, (int)n, text);
}

/* The table of the host that has ids of the range, or NULL. */
static int
find_table(const char *etc, uint32_t base, char **who, struct err *e)
{
	_autoclose int dir = fd_open_dir(AT_FDCWD, etc, e);

	if (dir == -1)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		_cleanup(ranges_done) struct ranges used = { 0 };

		if (read_table(dir, i, &used, e) == -1)
			return -1;
		if (skip_ranges(base, &used) == base)
			continue;
		*who = mem_printf("%s/%s", etc, tables[i].name);
		return 1;
	}
	return 0;
}

int
fs_idrange_other(const struct fs_idrange_host *host,
    const struct fs_idrange_owner *owner, uint32_t base, char **who,
    struct err *e)
{
	_autofree char *mine = claim_text(owner);
	_autofree char *path = NULL;
	_autofree char *text = NULL;
	enum claim claim;

	if (!host)
		host = &real;
	if (!is_slot(base))
		return 0;
	path = mem_printf("%s/%u", host->claims, base);
	if (look(AT_FDCWD, path, mine, &text, &claim, e) == -1)
		return -1;
	if (claim != CLAIM_TAKEN)
		return find_table(host->etc, base, who, e);
	*who = say_owner(text);
	return 1;
}
