/* SPDX-License-Identifier: ISC
 *
 * state - the file NAME.state beside a configuration: lines "key value".
 */
#include "zonecfg/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "zonecfg/limits.h"

/* Reading: each line sets one field. */
struct reading {
	struct zc_entry *entry;
	struct zc_stamp *stamp;
	size_t next; /* row of fields that comes next, when nothing is amiss */
	bool told;   /* the state has been read */
};

static int
get_state(struct reading *r, const char *text)
{
	r->told = true;
	return zc_state_parse(text, &r->entry->state) == 0 &&
		r->entry->state <= ZC_INSTALLED
	    ? 0
	    : -1;
}

static int
get_text(char *to, size_t size, const char *text)
{
	size_t len = strnlen(text, size);

	if (len == size)
		return -1;
	memcpy(to, text, len + 1);
	return 0;
}

static int
get_uuid(struct reading *r, const char *text)
{
	return get_text(r->entry->uuid, sizeof(r->entry->uuid), text);
}

static int
get_debug(struct reading *r, const char *text)
{
	uint64_t n;

	if (str_u64(text, UINT32_MAX, &n) == -1)
		return -1;
	r->entry->debug_id = (unsigned)n;
	return 0;
}

static int
get_ids(struct reading *r, const char *text)
{
	uint64_t n;

	if (str_u64(text, UINT32_MAX, &n) == -1)
		return -1;
	r->entry->id_base = (uint32_t)n;
	return 0;
}

static int
get_backend(struct reading *r, const char *text)
{
	return get_text(r->entry->backend, sizeof(r->entry->backend), text);
}

static int
get_signer(struct reading *r, const char *text)
{
	return get_text(r->entry->signer, sizeof(r->entry->signer), text);
}

static int
get_stamp(struct reading *r, const char *text)
{
	uint64_t *const part[] = { &r->stamp->inode, &r->stamp->size,
		&r->stamp->mtime };
	char *end;

	for (size_t i = 0; i < ARRAY_LEN(part); i++) {
		*part[i] = strtoull(text, &end, 10);
		if (end == text || *end != (i < 2 ? ' ' : '\0'))
			return -1;
		text = end + 1;
	}
	return 0;
}

static int
get_zonepath(struct reading *r, const char *text)
{
	free(r->entry->zonepath);
	r->entry->zonepath = mem_strdup(text);
	return 0;
}

static int
get_brand(struct reading *r, const char *text)
{
	return get_text(r->entry->brand, sizeof(r->entry->brand), text);
}

static int
get_ip(struct reading *r, const char *text)
{
	r->entry->exclusive_ip = strcmp(text, "exclusive") == 0;
	return 0;
}

static int
get_quota(struct reading *r, const char *text)
{
	return str_u64(text, UINT64_MAX, &r->entry->quota);
}

/* In the order in which they are written: reading tries the next one first, for
 * a listing reads thousands of these files. */
static const struct {
	const char *key;
	size_t len;
	int (*get)(struct reading *r, const char *text);
} fields[] = {
#define FIELD(key, get)                   \
	{                                 \
		key, sizeof(key) - 1, get \
	}
	FIELD("state ", get_state),
	FIELD("uuid ", get_uuid),
	FIELD("debug ", get_debug),
	FIELD("ids ", get_ids),
	FIELD("backend ", get_backend),
	FIELD("signer ", get_signer),
	FIELD("config ", get_stamp),
	FIELD("zonepath ", get_zonepath),
	FIELD("brand ", get_brand),
	FIELD("ip ", get_ip),
	FIELD("quota ", get_quota),
#undef FIELD
};

static int
read_line(struct reading *r, const char *line)
{
	for (size_t k = 0; k < ARRAY_LEN(fields); k++) {
		size_t i = (r->next + k) % ARRAY_LEN(fields);

		if (strncmp(line, fields[i].key, fields[i].len) != 0)
			continue;
		r->next = i + 1;
		return fields[i].get(r, line + fields[i].len);
	}
	return 0; /* of a later version */
}

/* What a person can do who never sees the file. */
static int
damaged(const char *name, const char *why, struct err *e)
{
	return err_set(e, ERR_CONFIG,
	    "'%s.state' is damaged: %s; 'zonecfg -z %s delete -F' forgets the "
	    "zone and leaves its files",
	    name, why, name);
}

/* NAME and a suffix of at most six bytes. */
struct file {
	char name[ZC_NAME_MAX + 8];
};

static struct file
file_name(const char *zone, const char *suffix)
{
	struct file f;
	size_t len = strnlen(zone, ZC_NAME_MAX);

	memcpy(f.name, zone, len);
	memcpy(f.name + len, suffix, strlen(suffix) + 1);
	return f;
}

int
zc_etc_open(struct err *e)
{
	int fd = open(path_of(PATH_ETC), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return err_sys(e, "open '%s'", path_of(PATH_ETC));
	return fd;
}

bool
zc_stamp_same(const struct zc_stamp *a, const struct zc_stamp *b)
{
	return a->inode == b->inode && a->size == b->size &&
	    a->mtime == b->mtime;
}

int
zc_stamp_of(int etc, const char *name, struct zc_stamp *out, struct err *e)
{
	struct file file = file_name(name, ".cfg");
	struct stat st;

	if (fstatat(etc, file.name, &st, AT_SYMLINK_NOFOLLOW) == -1) {
		if (errno == ENOENT)
			return 1;
		return err_sys(e, "look at '%s'", file.name);
	}
	out->inode = st.st_ino;
	out->size = (uint64_t)st.st_size;
	out->mtime = (uint64_t)st.st_mtim.tv_sec * 1000000000U +
	    (uint64_t)st.st_mtim.tv_nsec;
	return 0;
}

/* One read(2) into the caller's buffer: 0, or 1 where there is nothing. An
 * empty file is what a power cut leaves of one that was not flushed. */
static int
slurp(int etc, const char *file, char buf[ZC_STATE_MAX], struct err *e)
{
	_autoclose int fd = openat(etc, file,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	ssize_t n;

	if (fd == -1 && errno == ENOENT)
		return 1;
	if (fd == -1)
		return err_sys(e, "open '%s'", file);
	n = read(fd, buf, ZC_STATE_MAX);
	if (n == -1)
		return err_sys(e, "read '%s'", file);
	if (n == ZC_STATE_MAX)
		return err_set(e, ERR_CONFIG, "'%s' is damaged: too long",
		    file);
	buf[n] = '\0';
	return n == 0;
}

int
zc_state_take(const char *name, char *text, struct zc_entry *out,
    struct zc_stamp *stamp, struct err *e)
{
	_cleanup_entry struct zc_entry entry = { .state = ZC_CONFIGURED };
	struct reading r = { .entry = &entry, .stamp = stamp };
	char *line;
	bool empty = *text == '\0';
	unsigned n = 0;

	*stamp = (struct zc_stamp){ 0 };
	(void)get_text(entry.name, sizeof(entry.name), name);
	while ((line = strsep(&text, "\n")) != NULL) {
		n++;
		if (read_line(&r, line) == -1) {
			_autofree char *where = mem_printf("line %u", n);

			return damaged(name, where, e);
		}
	}
	if (!r.told && !empty)
		return damaged(name, "it tells no state", e);
	*out = entry;
	entry.zonepath = NULL;
	return 0;
}

int
zc_state_read(int etc, const char *name, struct zc_entry *out,
    struct zc_stamp *stamp, struct err *e)
{
	struct file file = file_name(name, ".state");
	char buf[ZC_STATE_MAX];
	int rc = slurp(etc, file.name, buf, e);

	return rc != 0 ? rc : zc_state_take(name, buf, out, stamp, e);
}

void
zc_entry_fill(struct zc_entry *entry, const struct zc_zone *zone)
{
	free(entry->zonepath);
	entry->zonepath = mem_strdup(zc_get(zone, "zonepath"));
	(void)get_text(entry->brand, sizeof(entry->brand),
	    zc_get(zone, "brand"));
	entry->exclusive_ip = str_eq(zc_get(zone, "ip-type"), "exclusive");
	entry->quota = zc_quota(zone);
}

/* Numbers that no other zone of this root has had: a counter in a file. 1 is
 * the global zone's. */
static int
next_debug_id(int etc, unsigned *out, struct err *e)
{
	const char *file = ".debug-id";
	_autoclose int run = path_open(PATH_RUN, e);
	_autoclose int lock = -1;
	_autofree char *text = NULL;
	char digits[16];
	uint64_t n = 1;
	struct err missing;

	if (run == -1)
		return -1;
	lock = lock_take(run, ".debug-id.lock", "count", -1, e);
	if (lock == -1)
		return -1;
	if (fd_read_file(etc, file, 64, &text, NULL, &missing) == 0)
		(void)str_u64(text, UINT32_MAX / 4, &n);
	n++;
	(void)snprintf(digits, sizeof(digits), "%" PRIu64, n);
	if (fd_replace_file(etc, file, 0644, digits, strlen(digits),
		FD_VOLATILE, e) == -1)
		return -1;
	*out = (unsigned)n;
	return 0;
}

char *
zc_state_print(const struct zc_entry *n, const struct zc_stamp *stamp)
{
	return mem_printf("state %s\nuuid %s\ndebug %u\nids %" PRIu32
			  "\nbackend %s%s%s\nconfig %" PRIu64 " %" PRIu64
			  " %" PRIu64 "\nzonepath %s\nbrand %s\nip %s\n"
			  "quota %" PRIu64 "\n",
	    zc_state_name(n->state), n->uuid, n->debug_id, n->id_base,
	    n->backend, n->signer[0] != '\0' ? "\nsigner " : "", n->signer,
	    stamp->inode, stamp->size, stamp->mtime, n->zonepath, n->brand,
	    n->exclusive_ip ? "exclusive" : "shared", n->quota);
}

int
zc_state_write(int etc, const struct zc_zone *zone,
    const struct zc_entry *entry, unsigned how, struct err *e)
{
	struct zc_entry now = *entry;
	struct file file = file_name(entry->name, ".state");
	_autofree char *text = NULL;
	struct zc_stamp stamp = { 0 };

	if (now.debug_id == 0 && next_debug_id(etc, &now.debug_id, e) == -1)
		return -1;
	if (zc_stamp_of(etc, zone->name, &stamp, e) == -1)
		return -1;
	now.zonepath = NULL;
	zc_entry_fill(&now, zone);
	text = zc_state_print(&now, &stamp);
	zc_entry_done(&now);
	return fd_replace_file(etc, file.name, 0644, text, strlen(text),
	    entry->state == ZC_CONFIGURED ? how & FD_LOCKED : how, e);
}

int
zc_state_unlink(int etc, const char *name, struct err *e)
{
	struct file file = file_name(name, ".state");

	if (unlinkat(etc, file.name, 0) == -1 && errno != ENOENT)
		return err_sys(e, "remove '%s'", file.name);
	fd_replace_forget(etc, file.name);
	return 0;
}
