/* SPDX-License-Identifier: ISC
 *
 * listing - all zones, one at a time.
 */
#include "zonecfg/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "zonecfg/names.h"
#include "zonecfg/state.h"

#define COPY ".list"
#define MAGIC "zones 1 "

enum {
	/* Fewer are read faster than a copy is written. */
	WORTH_A_COPY = 64,
	/* Seconds without a change in the directory: what changes later has
	 * another time, however coarse the clock of the file system is. */
	QUIET = 2,
	HEAD_MAX = 128,
	BUFFER = 32 * 1024,
};

/* What tells one state of the directory from another. */
struct version {
	uint64_t device;
	uint64_t inode;
	uint64_t mtime; /* nanoseconds */
};

static int
version_of(int etc, struct version *out, struct err *e)
{
	struct stat st;

	if (fstat(etc, &st) == -1)
		return err_sys(e, "look at '%s'", path_of(PATH_ETC));
	*out = (struct version){ st.st_dev, st.st_ino,
		(uint64_t)st.st_mtim.tv_sec * 1000000000U +
		    (uint64_t)st.st_mtim.tv_nsec };
	return 0;
}

static bool
same_version(const struct version *a, const struct version *b)
{
	return a->device == b->device && a->inode == b->inode &&
	    a->mtime == b->mtime;
}

static bool
is_quiet(const struct version *v)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME, &now) == 0 &&
	    v->mtime / 1000000000U + QUIET < (uint64_t)now.tv_sec;
}

/* --- from the copy -------------------------------------------------------- */

/* A zone that the copy has: as it says, or where its configuration has changed
 * since, from its files. */
static void
give_noted(int etc, const struct zc_listing *to, struct zc_entry *noted,
    const struct zc_stamp *stamp)
{
	_cleanup_entry struct zc_entry fresh = { 0 };
	struct err why = { 0 };
	struct zc_stamp now;
	int rc;

	if (to->wants && !to->wants(noted->name, to->arg))
		return;
	rc = zc_stamp_of(etc, noted->name, &now, &why);
	if (rc == 0 && zc_stamp_same(&now, stamp)) {
		to->zone(noted, to->arg);
		return;
	}
	if (rc == 0)
		rc = zc_index_read(etc, noted->name, &fresh, &why);
	if (rc == 0)
		to->zone(&fresh, to->arg);
	else if (rc == -1 && to->bad)
		to->bad(noted->name, &why);
}

/* "NAME LENGTH" and a state file of that length: 0, 1 behind the last, or -1
 * where it is damaged. */
static int
next_noted(FILE *f, struct zc_entry *out, struct zc_stamp *stamp)
{
	char head[HEAD_MAX];
	char text[ZC_STATE_MAX];
	struct err ignored;
	char *blank;
	size_t len;

	if (!fgets(head, sizeof(head), f))
		return -1;
	if (strcmp(head, "end\n") == 0)
		return 1;
	blank = strchr(head, ' ');
	if (!blank)
		return -1;
	*blank = '\0';
	len = strtoul(blank + 1, NULL, 10);
	if (!zc_name_ok(head) || len >= sizeof(text) ||
	    fread(text, 1, len, f) != len)
		return -1;
	text[len] = '\0';
	if (zc_state_take(head, text, out, stamp, &ignored) == -1)
		return -1;
	return out->zonepath ? 0 : -1;
}

static bool
is_of(FILE *f, const struct version *v)
{
	char head[HEAD_MAX];
	struct version noted;

	return fgets(head, sizeof(head), f) &&
	    sscanf(head, MAGIC "%" SCNu64 " %" SCNu64 " %" SCNu64,
		&noted.device, &noted.inode, &noted.mtime) == 3 &&
	    same_version(&noted, v);
}

/* All that the copy has, the last name in last: 0 where that was all zones. */
static int
list_copy(int etc, int run, const struct version *v,
    const struct zc_listing *to, char last[ZC_NAME_MAX + 1])
{
	static char buffer[BUFFER];
	int fd = openat(run, COPY, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "re");
	int rc = -1;

	if (!f) {
		fd_close_at(&fd);
		return -1;
	}
	(void)setvbuf(f, buffer, _IOFBF, sizeof(buffer));
	if (is_of(f, v)) {
		do {
			_cleanup_entry struct zc_entry zone = { 0 };
			struct zc_stamp stamp = { 0 };

			rc = next_noted(f, &zone, &stamp);
			if (rc != 0)
				break;
			memcpy(last, zone.name, sizeof(zone.name));
			give_noted(etc, to, &zone, &stamp);
		} while (true);
		if (rc == -1) /* the next one makes another */
			(void)unlinkat(run, COPY, 0);
	}
	(void)fclose(f);
	return rc == 1 ? 0 : -1;
}

/* --- from the files ------------------------------------------------------- */

/* A copy that is being written; f is NULL where none is. */
struct copy {
	FILE *f;
	int run;
	char *name; /* until it is whole */
};

static void
copy_start(struct copy *c, int run, const struct version *v)
{
	int fd;

	/* Whoever may not write there lists without. */
	c->run = run;
	c->name = mem_printf(COPY ".%d.new", (int)getpid());
	fd = openat(run, c->name,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	c->f = fd == -1 ? NULL : fdopen(fd, "we");
	if (!c->f) {
		fd_close_at(&fd);
		return;
	}
	(void)fprintf(c->f, MAGIC "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
	    v->device, v->inode, v->mtime);
}

static void
copy_zone(struct copy *c, const struct zc_entry *z,
    const struct zc_stamp *stamp)
{
	_autofree char *text = NULL;

	if (!c->f)
		return;
	text = zc_state_print(z, stamp);
	(void)fprintf(c->f, "%s %zu\n%s", z->name, strlen(text), text);
}

/* Kept where all of it could be written, and nothing has changed meanwhile. */
static void
copy_end(struct copy *c, int etc, const struct version *v, bool whole)
{
	struct version now;
	struct err ignored;

	if (c->f) {
		(void)fputs("end\n", c->f);
		whole = !ferror(c->f) && whole;
		if (fclose(c->f) == EOF || !whole ||
		    version_of(etc, &now, &ignored) == -1 ||
		    !same_version(&now, v) ||
		    renameat(c->run, c->name, c->run, COPY) == -1)
			(void)unlinkat(c->run, c->name, 0);
	}
	free(c->name);
}

/* Those behind the name after. */
static int
list_files(int etc, const struct zc_listing *to, const char *after,
    struct copy *copy, bool *whole, struct err *e)
{
	_cleanup_names struct zc_names names = { 0 };

	if (zc_index_names(etc, &names, e) == -1)
		return -1;
	*whole = names.n >= WORTH_A_COPY;
	for (size_t i = 0; i < names.n; i++) {
		_cleanup_entry struct zc_entry zone = { 0 };
		const char *name = names.name[i];
		struct zc_stamp stamp;
		struct err why = { 0 };
		int rc;

		if (strcmp(name, after) <= 0 ||
		    (!copy->f && to->wants && !to->wants(name, to->arg)))
			continue;
		rc = zc_index_read_stamped(etc, name, &zone, &stamp, &why);
		if (rc == 0)
			copy_zone(copy, &zone, &stamp);
		else
			*whole = false;
		if (rc == 0 && (!to->wants || to->wants(name, to->arg)))
			to->zone(&zone, to->arg);
		else if (rc == -1 && to->bad)
			to->bad(name, &why);
	}
	return 0;
}

int
zc_list(int etc, const struct zc_listing *to, struct err *e)
{
	char last[ZC_NAME_MAX + 1] = "";
	struct copy copy = { 0 };
	struct version v;
	_autoclose int run = open(path_of(PATH_RUN),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool whole = false;
	int rc;

	if (version_of(etc, &v, e) == -1)
		return -1;
	if (run != -1 && list_copy(etc, run, &v, to, last) == 0)
		return 0;
	if (run != -1 && *last == '\0' && is_quiet(&v))
		copy_start(&copy, run, &v);
	rc = list_files(etc, to, last, &copy, &whole, e);
	copy_end(&copy, etc, &v, rc == 0 && whole);
	return rc;
}
