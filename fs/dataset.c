/* SPDX-License-Identifier: ISC
 *
 * dataset - the ZFS datasets that zone roots are.
 */
#include "fs/dataset.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/str.h"
#include "base/sys.h"
#include "fs/mount.h"

#define ZFS_MAGIC 0x2fc12fc1 /* no header of Linux has it */

enum {
	ARGS_MAX = 24,
	OUT_MAX = 64 << 20,
	WORDS_MAX = 64 << 10,
	FILE_MAX = 1 << 20,
	MOUNTINFO_MAX = 256 << 20,
	/* A pool that waits for a disk answers nobody. */
	TIMEOUT_MS = 600000,
	BUSY_TRIES = 50,
	BUSY_WAIT_NS = 100000000,
};

bool
fs_dataset_on_zfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && (unsigned)fs.f_type == ZFS_MAGIC;
}

/* --- the command -----------------------------------------------------------
 */

const char *
fs_dataset_program(const char *name)
{
	static const char *const paths[][3] = {
		{ "zfs", "/usr/sbin/zfs", "/usr/local/sbin/zfs" },
		{ "zpool", "/usr/sbin/zpool", "/usr/local/sbin/zpool" },
		{ "zfs", "/sbin/zfs", "/usr/bin/zfs" },
		{ "zpool", "/sbin/zpool", "/usr/bin/zpool" },
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		for (size_t k = 1; strcmp(paths[i][0], name) == 0 && k < 3;
		     k++) {
			if (access(paths[i][k], X_OK) == 0)
				return paths[i][k];
		}
	}
	return NULL;
}

static bool
part_ok(const char *part, size_t n)
{
	/* "." and ".." are no names, and "-" would be an option. */
	return n > 0 && part[0] != '-' && strncmp(part, "..", n) != 0 &&
	    strspn(part,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-_.:") >= n;
}

bool
fs_dataset_name_ok(const char *name)
{
	if (strlen(name) > FS_DATASET_NAME_MAX)
		return false;
	for (;;) {
		size_t n = strcspn(name, "/@");

		if (!part_ok(name, n))
			return false;
		name += n;
		if (*name == '\0')
			return true;
		if (*name == '@')
			return part_ok(name + 1, strlen(name + 1));
		name++;
	}
}

/* What it says, and what helps. */
static const struct {
	const char *part;
	int code;
	const char *help;
} complaints[] = {
	{ "does not exist", ENOENT,
	    "'zpool import' brings back a pool that is not there" },
	{ "is busy", EBUSY,
	    "'zfs holds' and 'grep zfs /proc/*/mounts' tell who uses it" },
	{ "already exists", EEXIST, "'zfs list -t all' shows it" },
	{ "out of space", ENOSPC, "'zfs list -o space' tells what takes it" },
	{ "quota", EDQUOT, "'zfs list -o space,quota' tells what takes it" },
	{ "has children", ENOTEMPTY,
	    "'zfs list -t all -r' shows what others made in it: destroy that "
	    "first" },
	{ "", ECHILD, "'zpool status' tells how the pool is" },
};

/* The first line of what it wrote there is the reason. */
static int
complain(const char *program, int words, int status, struct err *e)
{
	struct err ignored;
	_autofree char *text = NULL;
	_autofree char *line = NULL;
	size_t i = 0;

	if (lseek(words, 0, SEEK_SET) == -1 ||
	    fd_read_all(words, WORDS_MAX, &text, NULL, &ignored) == -1)
		text = mem_strdup("");
	line = str_visible(text, strcspn(text, "\n"));
	if (*line == '\0') {
		free(line);
		line = mem_printf("'%s' ended with status %d", program, status);
	}
	while (!strstr(line, complaints[i].part))
		i++;
	return err_set(e, complaints[i].code, "%s; %s", line,
	    complaints[i].help);
}

/* Once; what it printed is in out, what it said on stderr in words. */
static int
run_once(const char *const *argv, int out, int words, struct err *e)
{
	struct spawn s = SPAWN(argv);
	pid_t pid;
	int status;

	s.fd[1] = out;
	s.fd[2] = words;
	pid = spawn_start(&s, e);
	status = pid == -1 ? -1 : spawn_wait(pid, TIMEOUT_MS, e);
	if (status == -1)
		return err_in(e, "'%s %s'", argv[0], argv[1]);
	return status == 0 ? 0 : complain(argv[0], words, status, e);
}

/* Of a zone that has just ended, or of one that is being made and copies all
 * mounts of the host, a mount may be left for a moment. */
static int
run_patiently(const char *const *argv, int out, int words, struct err *e)
{
	const struct timespec wait = { .tv_nsec = BUSY_WAIT_NS };

	for (int i = 1;; i++) {
		struct err why = { 0 };

		if (run_once(argv, out, words, &why) == 0)
			return 0;
		if (why.code != EBUSY || i == BUSY_TRIES) {
			*e = why;
			return -1;
		}
		(void)nanosleep(&wait, NULL);
		if (ftruncate(out, 0) == -1 || ftruncate(words, 0) == -1 ||
		    lseek(out, 0, SEEK_SET) == -1 ||
		    lseek(words, 0, SEEK_SET) == -1)
			return err_sys(e, "empty a memfd");
	}
}

int
fs_dataset_run(const char *const *args, char **out, struct err *e)
{
	const char *argv[ARGS_MAX + 1] = { fs_dataset_program(args[0]) };
	_autoclose int printed = memfd_create("stdout", MFD_CLOEXEC);
	_autoclose int words = memfd_create("stderr", MFD_CLOEXEC);

	if (!argv[0])
		return err_set(e, ENOENT,
		    "this host has no command '%s'; install the package "
		    "zfsutils-linux",
		    args[0]);
	for (size_t i = 1; args[i]; i++) {
		if (i >= ARGS_MAX)
			return err_set(e, E2BIG, "too many words for '%s'",
			    args[0]);
		argv[i] = args[i];
	}
	if (printed == -1 || words == -1)
		return err_sys(e, "memfd_create");
	if (run_patiently(argv, printed, words, e) == -1)
		return -1;
	if (!out)
		return 0;
	if (lseek(printed, 0, SEEK_SET) == -1)
		return err_sys(e, "read what '%s' printed", args[0]);
	return fd_read_all(printed, OUT_MAX, out, NULL, e);
}

int
fs_dataset_get(const char *name, const char *property, char **value,
    struct err *e)
{
	const char *const args[] = { "zfs", "get", "-H", "-p", "-o", "value",
		property, name, NULL };

	if (fs_dataset_run(args, value, e) == -1)
		return -1;
	(*value)[strcspn(*value, "\n")] = '\0';
	return 0;
}

/* --- which one a mount is of ------------------------------------------------
 */

bool
fs_dataset_of_mount(const char *text, unsigned long long id,
    char name[FS_DATASET_NAME_MAX + 1])
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		_autofree char *line = mem_strndup(text, n);
		const char *rest = strstr(line, " - ");

		if (rest && strtoull(line, NULL, 10) == id)
			return sscanf(rest, " - zfs %255s ", name) == 1 &&
			    fs_dataset_name_ok(name);
		text += n + (text[n] == '\n');
	}
	return false;
}

/* A copied zonepath has the note too: two zones must not have one root. */
static int
check_unused(const char *name, struct err *e)
{
	_autofree char *text = NULL;
	_autofree char *part = mem_printf(" - zfs %s ", name);

	if (fd_read_file(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text,
		NULL, e) == -1)
		return -1;
	if (!strstr(text, part))
		return 0;
	return err_set(e, EBUSY,
	    "dataset '%s' is mounted elsewhere; 'findmnt -S %s' tells where",
	    name, name);
}

int
fs_dataset_of(int dir, char name[FS_DATASET_NAME_MAX + 1], struct err *e)
{
	_autofree char *text = NULL;
	struct statx st;

	if (sys_statx(dir, STATX_MNT_ID, &st) == -1)
		return err_sys(e, "statx");
	if (fd_read_file(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text,
		NULL, e) == -1)
		return -1;
	if (fs_dataset_of_mount(text, st.stx_mnt_id, name))
		return 0;
	return err_set(e, ENOTSUP,
	    "the dataset of the zonepath cannot be told, or has a name with "
	    "other letters than A-Z a-z 0-9 - _ . :");
}

/* --- what is written down ---------------------------------------------------
 */

void
fs_datasets_done(struct fs_datasets *s)
{
	free(s->of);
	*s = (struct fs_datasets){ 0 };
}

void
fs_datasets_insert(struct fs_datasets *s, size_t at, const struct fs_dataset *d)
{
	s->of = mem_grow(s->of, s->n + 1, sizeof(*s->of));
	memmove(&s->of[at + 1], &s->of[at], (s->n - at) * sizeof(*s->of));
	s->of[at] = *d;
	s->n++;
}

void
fs_datasets_remove(struct fs_datasets *s, size_t at)
{
	s->n--;
	memmove(&s->of[at], &s->of[at + 1], (s->n - at) * sizeof(*s->of));
}

static bool
parse_line(const char *line, struct fs_dataset *d)
{
	return sscanf(line, "%255s %32s", d->name, d->id) == 2 &&
	    fs_dataset_name_ok(d->name) && strlen(d->id) == FS_DATASET_ID_LEN &&
	    strspn(d->id, "0123456789abcdef") == FS_DATASET_ID_LEN;
}

int
fs_datasets_load(int dir, struct fs_datasets *out, struct err *e)
{
	struct err why = { 0 };
	_autofree char *text = NULL;
	char *rest;
	char *line;

	*out = (struct fs_datasets){ 0 };
	if (fd_read_file(dir, FS_DATASET_FILE, FILE_MAX, &text, NULL, &why) ==
	    -1) {
		if (why.code == ENOENT)
			return 1;
		*e = why;
		return -1;
	}
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		struct fs_dataset d;

		if (!parse_line(line, &d)) {
			fs_datasets_done(out);
			break;
		}
		fs_datasets_insert(out, out->n, &d);
	}
	if (out->n > 0)
		return 0;
	return err_set(e, EINVAL,
	    "the file '" FS_DATASET_FILE "' is damaged: it names the dataset "
	    "and its " FS_DATASET_ID ", as 'zfs get " FS_DATASET_ID
	    "' shows them");
}

int
fs_datasets_save(int dir, const struct fs_datasets *s, struct err *e)
{
	_autofree char *text = mem_strdup("");

	if (s->n == 0)
		return unlinkat(dir, FS_DATASET_FILE, 0) == -1 &&
			errno != ENOENT
		    ? err_sys(e, "remove '" FS_DATASET_FILE "'")
		    : 0;
	for (size_t i = 0; i < s->n; i++) {
		char *more = mem_printf("%s%s %s\n", text, s->of[i].name,
		    s->of[i].id);

		free(text);
		text = more;
	}
	return fd_replace_file(dir, FS_DATASET_FILE, 0600, text, strlen(text),
	    FD_DURABLE, e);
}

int
fs_dataset_load(int dir, struct fs_dataset *out, struct err *e)
{
	_cleanup_datasets struct fs_datasets all = { 0 };
	int rc = fs_datasets_load(dir, &all, e);

	*out = (struct fs_dataset){ 0 };
	if (rc == 0)
		*out = all.of[0];
	return rc;
}

int
fs_dataset_new(const char *name, struct fs_dataset *out, struct err *e)
{
	unsigned char dice[FS_DATASET_ID_LEN / 2];

	if (!fs_dataset_name_ok(name))
		return err_set(e, EINVAL,
		    "'%s' is no name for a dataset: letters, digits and "
		    "'-_.:/', at most %d; move the zone to another path",
		    name, FS_DATASET_NAME_MAX);
	if (getrandom(dice, sizeof(dice), 0) != (ssize_t)sizeof(dice))
		return err_sys(e, "getrandom");
	(void)snprintf(out->name, sizeof(out->name), "%s", name);
	for (size_t i = 0; i < sizeof(dice); i++)
		(void)snprintf(out->id + 2 * i, 3, "%02x", dice[i]);
	return 0;
}

/* In the whole pool, by its id. */
static int
search(struct fs_dataset *d, struct err *e)
{
	_autofree char *pool = mem_strndup(d->name, strcspn(d->name, "/@"));
	const char *const args[] = { "zfs", "list", "-H", "-r", "-t",
		strchr(d->name, '@') ? "snapshot" : "filesystem", "-o",
		"name," FS_DATASET_ID, pool, NULL };
	_autofree char *text = NULL;
	char *rest;
	char *line;

	if (fs_dataset_run(args, &text, e) == -1)
		return -1;
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *id = strchr(line, '\t');

		if (!id)
			continue;
		*id++ = '\0';
		if (strcmp(id, d->id) != 0 || !fs_dataset_name_ok(line))
			continue;
		(void)snprintf(d->name, sizeof(d->name), "%s", line);
		return 0;
	}
	return 1;
}

int
fs_dataset_find(struct fs_dataset *d, struct err *e)
{
	struct err why = { 0 };
	_autofree char *id = NULL;

	if (fs_dataset_get(d->name, FS_DATASET_ID, &id, &why) == 0)
		return strcmp(id, d->id) == 0 ? 0 : search(d, e);
	if (why.code == ENOENT && fs_dataset_program("zfs"))
		return search(d, e);
	*e = why;
	return -1;
}

/* --- in its place -----------------------------------------------------------
 */

/* The directory, or what is mounted on it. */
static int
open_place(int zonepath, int flags, struct err *e)
{
	return fd_open_beneath(zonepath, "root", FD_NO_SYMLINKS,
	    flags | O_DIRECTORY, 0, e);
}

/* 1: a dataset is mounted there, 0: nothing is. */
static int
is_mounted(int root, struct err *e)
{
	struct statx st;

	if (sys_statx(root, STATX_TYPE, &st) == -1)
		return err_sys(e, "statx 'root'");
	if (!(st.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		return 0;
	if (fs_dataset_on_zfs(root))
		return 1;
	return err_set(e, EXDEV,
	    "something that is no dataset is mounted on 'root'; unmount it");
}

int
fs_dataset_mount(int zonepath, const struct fs_dataset *d, struct err *e)
{
	_autoclose int place = -1;
	_autoclose int mount = -1;
	int there;

	if (mkdirat(zonepath, "root", 0755) == -1 && errno != EEXIST)
		return err_sys(e, "make directory 'root'");
	place = open_place(zonepath, O_PATH, e);
	there = place == -1 ? -1 : is_mounted(place, e);
	if (there != 0)
		return there == 1 ? 0 : -1;
	if (check_unused(d->name, e) == -1)
		return -1;
	mount = fs_mount_source("zfs", d->name, false, NULL, 0, e);
	if (mount == -1 || fs_mount_attach(mount, place, e) == -1)
		return err_in(e, "dataset '%s'", d->name);
	return 0;
}

int
fs_dataset_unmount(int zonepath, struct err *e)
{
	const struct timespec wait = { .tv_nsec = BUSY_WAIT_NS };
	char fd[FD_PATH_SIZE];
	_autofree char *path = mem_printf("%s/root", fd_path(zonepath, fd));

	for (int i = 1; umount2(path, UMOUNT_NOFOLLOW) == -1; i++) {
		/* Nothing is mounted, or nothing is there. */
		if (errno == EINVAL || errno == ENOENT)
			return 0;
		if (errno != EBUSY || i == BUSY_TRIES)
			return err_sys(e,
			    "unmount 'root' ('fuser -m' tells who uses it)");
		(void)nanosleep(&wait, NULL);
	}
	return 0;
}

static int
found_one(int dir, const struct dirent *d, void *arg, struct err *e)
{
	(void)dir;
	(void)d;
	(void)arg;
	return err_set(e, ENOTEMPTY, "directory not empty");
}

/* 1: the zonepath notes no dataset, or is a copy of one that does: then the
 * files are in the directory root itself (-1: there is none). */
static int
mount_noted(int zonepath, int root, struct err *e)
{
	struct fs_dataset d;
	struct err why = { 0 };
	int rc = fs_dataset_load(zonepath, &d, e);

	if (rc != 0)
		return rc;
	if (root != -1 && fd_each_entry(root, found_one, NULL, &why) == -1)
		return 1;
	rc = fs_dataset_find(&d, e);
	if (rc == 1)
		return err_set(e, ENOENT,
		    "the zone's dataset '%s' is gone; 'zfs list -o name," FS_DATASET_ID
		    "' shows those that there are",
		    d.name);
	return rc == 0 ? fs_dataset_mount(zonepath, &d, e) : -1;
}

int
fs_root_open(int zonepath, struct err *e)
{
	struct err why = { 0 };
	_autoclose int root = fd_open_beneath(zonepath, "root",
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_DIRECTORY, 0, &why);
	bool mounted = root == -1 && why.code == EXDEV;

	if (!mounted && (root != -1 || why.code == ENOENT)) {
		int rc = mount_noted(zonepath, root, e);

		if (rc == -1)
			return -1;
		mounted = rc == 0;
	}
	if (!mounted) {
		if (root == -1)
			*e = why;
		return fd_take(&root);
	}
	fd_close_at(&root);
	root = open_place(zonepath, O_RDONLY, e);
	return root == -1 || is_mounted(root, e) == -1 ? -1 : fd_take(&root);
}
