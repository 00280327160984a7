/* SPDX-License-Identifier: ISC
 *
 * resource - the file systems of a zone's configuration beside its root.
 */
#include "fs/resource.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/loop.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"
#include "base/str.h"
#include "base/sys.h"
#include "fs/mount.h"

#ifndef LOOP_CONFIGURE /* kernel 5.8 */
#error "linux/loop.h is too old"
#endif

enum { LOOP_TRIES = 32, CLAIM_STEP_MS = 20, CLAIM_STEPS = 250 };

enum { FSCK_MS = 10 * 60 * 1000 };

/* The zone gets its own of these; one more would show the host's, or take the
 * masks off. An overlay would read layers by path. */
static const char *const forbidden_types[] = {
	"proc",
	"sysfs",
	"devpts",
	"devtmpfs",
	"mqueue",
	"cgroup",
	"cgroup2",
	"debugfs",
	"tracefs",
	"securityfs",
	"bpf",
	"configfs",
	"efivarfs",
	"binfmt_misc",
	"fusectl",
	"nfsd",
	"pstore",
	"resctrl",
	"rpc_pipefs",
	"selinuxfs",
	"smackfs",
	"overlay",
	"nfs",
	"nfs4",
	"autofs",
};

/* The same, seen from a directory that is to be shared. */
static const struct {
	unsigned long magic;
	const char *name;
} forbidden_magic[] = {
	{ PROC_SUPER_MAGIC, "proc" },
	{ SYSFS_MAGIC, "sysfs" },
	{ DEVPTS_SUPER_MAGIC, "devpts" },
	{ CGROUP_SUPER_MAGIC, "cgroup" },
	{ CGROUP2_SUPER_MAGIC, "cgroup2" },
	{ DEBUGFS_MAGIC, "debugfs" },
	{ TRACEFS_MAGIC, "tracefs" },
	{ SECURITYFS_MAGIC, "securityfs" },
	{ BPF_FS_MAGIC, "bpf" },
	{ EFIVARFS_MAGIC, "efivarfs" },
	{ BINFMTFS_MAGIC, "binfmt_misc" },
	{ PSTOREFS_MAGIC, "pstore" },
	{ RDTGROUP_SUPER_MAGIC, "resctrl" },
	{ SELINUX_MAGIC, "selinuxfs" },
	{ SMACK_MAGIC, "smackfs" },
};

/* Where the zone has file systems that it cannot do without. */
static const char *const taken[] = { "/proc", "/sys", "/dev", "/run" };

/* --- words -----------------------------------------------------------------
 */

/* What mount(8) and Solaris call the attributes of a mount. */
static const struct {
	const char *word;
	unsigned set;
	unsigned clear;
} attr_words[] = {
	{ "ro", MOUNT_ATTR_RDONLY, 0 },
	{ "rw", 0, MOUNT_ATTR_RDONLY },
	{ "nosuid", MOUNT_ATTR_NOSUID, 0 },
	{ "nosetuid", MOUNT_ATTR_NOSUID, 0 },
	{ "suid", 0, MOUNT_ATTR_NOSUID },
	{ "setuid", 0, MOUNT_ATTR_NOSUID },
	{ "noexec", MOUNT_ATTR_NOEXEC, 0 },
	{ "exec", 0, MOUNT_ATTR_NOEXEC },
	/* As it is anyway. */
	{ "nodev", 0, 0 },
	{ "nodevices", 0, 0 },
	{ "nosub", 0, 0 },
	{ "defaults", 0, 0 },
	{ "loop", 0, 0 },
};

static bool
is_attr(struct fs_resource *r, const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(attr_words); i++) {
		if (!str_eq(word, attr_words[i].word))
			continue;
		r->attrs |= attr_words[i].set;
		r->attrs &= ~attr_words[i].clear;
		return true;
	}
	return false;
}

static void
add_option(struct fs_resource *r, const char *word)
{
	size_t len = strcspn(word, "=");

	r->option = mem_grow(r->option, r->noptions + 4, sizeof(*r->option));
	r->option[r->noptions] = mem_strndup(word, len);
	r->option[r->noptions + 1] = word[len] == '='
	    ? mem_strdup(word + len + 1)
	    : NULL;
	r->noptions += 2;
	r->option[r->noptions] = r->option[r->noptions + 1] = NULL;
}

static int
one_word(struct fs_resource *r, const char *word, struct err *e)
{
	if (is_attr(r, word))
		return 0;
	if (str_eq(word, "devices") || str_eq(word, "dev"))
		return err_set(e, ERR_CONFIG,
		    "fs %s: option '%s': a file system of a zone has no "
		    "device nodes; use 'add device'",
		    r->dir, word);
	if (str_eq(word, "idmap") || str_eq(word, "noidmap")) {
		r->owners = *word == 'i' ? FS_OWNERS_MAPPED : FS_OWNERS_PLAIN;
		return 0;
	}
	if (str_eq(r->type, "lofs"))
		return err_set(e, ERR_CONFIG,
		    "fs %s: option '%s' is unknown to type lofs", r->dir, word);
	/* The source is special, and nothing else. */
	if (*word == '=' || str_eq(word, "source") ||
	    str_starts(word, "source="))
		return err_set(e, ERR_CONFIG, "fs %s: option '%s' is refused",
		    r->dir, word);
	add_option(r, word);
	return 0;
}

/* An option may be several, as mount(8) takes them: "ro,size=1m". */
static int
words(struct fs_resource *r, const char *list, struct err *e)
{
	while (*list != '\0') {
		size_t len = strcspn(list, ",");
		_autofree char *word = mem_strndup(list, len);

		if (len > 0 && one_word(r, word, e) == -1)
			return -1;
		list += len + (list[len] == ',');
	}
	return 0;
}

static int
check_dir(const char *dir, struct err *e)
{
	if (!path_is_normal(dir) || dir[1] == '\0')
		return err_set(e, ERR_CONFIG,
		    "fs %s: dir is not a plain absolute path below '/'", dir);
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		const char *rest = str_after(dir, taken[i]);

		if (rest && (*rest == '\0' || *rest == '/'))
			return err_set(e, ERR_CONFIG,
			    "fs %s: %s is the zone's own; choose another dir",
			    dir, taken[i]);
	}
	return 0;
}

static int
check_type(const struct fs_resource *r, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(forbidden_types); i++) {
		if (str_eq(r->type, forbidden_types[i]))
			return err_set(e, ERR_CONFIG,
			    "cannot verify fs %s: type %s is not allowed.",
			    r->dir, r->type);
	}
	if (!str_eq(r->type, "tmpfs") && !path_is_normal(r->special))
		return err_set(e, ERR_CONFIG,
		    "fs %s: special '%s' is not a plain absolute path", r->dir,
		    r->special);
	return 0;
}

int
fs_resource_parse(const struct fs_resource_text *text, struct fs_resource *out,
    struct err *e)
{
	_cleanup_resource struct fs_resource r = {
		.dir = mem_strdup(text->dir),
		.special = mem_strdup(text->special),
		.raw = mem_strdup(text->raw),
		.type = mem_strdup(text->type),
		.attrs = MOUNT_ATTR_NODEV,
	};
	struct stat st;

	if (check_dir(r.dir, e) == -1 || check_type(&r, e) == -1)
		return -1;
	for (size_t i = 0; text->option[i]; i++) {
		if (words(&r, text->option[i], e) == -1)
			return -1;
	}
	r.is_file = str_eq(r.type, "lofs") && lstat(r.special, &st) == 0 &&
	    !S_ISDIR(st.st_mode);
	*out = r;
	r = (struct fs_resource){ 0 };
	return 0;
}

void
fs_resource_done(struct fs_resource *r)
{
	free(r->dir);
	free(r->special);
	free(r->raw);
	free(r->type);
	for (size_t i = 0; i < r->noptions; i++)
		free(r->option[i]);
	free(r->option);
	*r = (struct fs_resource){ 0 };
}

/* --- what is mounted -------------------------------------------------------
 */

/* A path of the global zone, which no zone can have put a symbolic link into.
 */
static int
open_path(const struct fs_resource *r, const char *path, int flags,
    struct err *e)
{
	_autoclose int top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct err why = { 0 };
	int fd;

	if (top == -1)
		return err_sys(e, "open '/'");
	fd = fd_open_beneath(top, path[1] != '\0' ? path + 1 : ".",
	    FD_NO_SYMLINKS, flags | O_CLOEXEC, 0, &why);
	if (fd >= 0)
		return fd;
	if (why.code == ELOOP)
		return err_set(e, ERR_CONFIG,
		    "fs %s: %s %s is or lies behind a symbolic link; name the "
		    "path that 'realpath %s' prints",
		    r->dir, path == r->raw ? "raw" : "special", path, path);
	return err_set(e, why.code,
	    "could not verify fs %s: could not access %s: %s; make it, or "
	    "'remove fs dir=%s' in zonecfg",
	    r->dir, path, strerror(why.code), r->dir);
}

/* Nobody but root can come to it: some directory on the way, or itself, lets
 * no one else pass. What a list of access rights allows shows in the bits of
 * the group (acl(5)). */
static bool
is_closed(const char *path)
{
	_autofree char *part = mem_strdup(path);

	for (char *end = part + strlen(part); end > part;) {
		struct stat st;

		*end = '\0';
		if (lstat(part, &st) == 0 && S_ISDIR(st.st_mode) &&
		    st.st_uid == 0 && !(st.st_mode & (S_IXGRP | S_IXOTH)))
			return true;
		while (end > part && *end != '/')
			end--;
	}
	return false;
}

static bool
is_mapped(const struct fs_resource *r)
{
	return r->owners != FS_OWNERS_PLAIN;
}

static int
check_shared(const struct fs_resource *r, int fd, struct err *e)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) == -1)
		return err_sys(e, "fs %s: look at %s", r->dir, r->special);
	for (size_t i = 0; i < ARRAY_LEN(forbidden_magic); i++) {
		if ((unsigned long)fs.f_type == forbidden_magic[i].magic)
			return err_set(e, ERR_CONFIG,
			    "fs %s: %s lies in a file system of type %s, which "
			    "is not for zones",
			    r->dir, r->special, forbidden_magic[i].name);
	}
	if (r->owners != FS_OWNERS_AUTO || (r->attrs & MOUNT_ATTR_RDONLY) ||
	    is_closed(r->special))
		return 0;
	return err_set(e, ERR_CONFIG,
	    "fs %s: users of the global zone can come to %s, and a set-user-id "
	    "program that the zone's root makes there is root's for them; "
	    "'chmod 700' it or a directory above it, add option 'ro', or "
	    "'noidmap' (files of the global zone are nobody's in the zone), or "
	    "'idmap' to have it so",
	    r->dir, r->special);
}

static int
shared(const struct fs_resource *r, int userns, struct err *e)
{
	_autoclose int fd = open_path(r, r->special, O_PATH, e);
	bool readonly = r->attrs & MOUNT_ATTR_RDONLY;
	int mount;

	if (fd == -1 || check_shared(r, fd, e) == -1)
		return -1;
	mount = fs_mount_clone(fd, "", r->attrs, is_mapped(r) ? userns : -1, e);
	if (mount != -1)
		return mount;
	if (e->code != EINVAL || !is_mapped(r))
		return err_in(e, "fs %s: %s", r->dir, r->special);
	/* It cannot map owners; reading does not mind. */
	if (readonly && r->owners == FS_OWNERS_AUTO)
		return fs_mount_clone(fd, "", r->attrs, -1, e);
	return err_set(e, ENOTSUP,
	    "fs %s: the file system of %s cannot map owners; add option "
	    "'noidmap'",
	    r->dir, r->special);
}

/* An image is written by one mount at a time. The loop device holds the open
 * file, and with it the lock (flock(2)), until it goes itself: a moment after a
 * zone that was halted. */
static int
claim(int file, bool readonly, struct err *e)
{
	const struct timespec pause = { .tv_nsec = CLAIM_STEP_MS * 1000000L };

	for (int i = 0; i < CLAIM_STEPS; i++) {
		if (flock(file, (readonly ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK)
			return err_sys(e, "lock the image");
		(void)nanosleep(&pause, NULL);
	}
	return err_set(e, EBUSY,
	    "the image is in use: by another zone, or by another fs of this "
	    "one");
}

/* The first free loop device, bound to the file; *path is its name. */
static int
loop_over(int file, bool readonly, char path[32], struct err *e)
{
	const struct loop_config config = {
		.fd = (unsigned)file,
		.info.lo_flags = LO_FLAGS_AUTOCLEAR |
		    (readonly ? LO_FLAGS_READ_ONLY : 0),
	};
	_autoclose int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);

	if (control == -1)
		return err_sys(e, "open '/dev/loop-control'");
	if (claim(file, readonly, e) == -1)
		return -1;
	for (int i = 0; i < LOOP_TRIES; i++) {
		int n = ioctl(control, LOOP_CTL_GET_FREE);
		_autoclose int loop = -1;

		if (n == -1)
			return err_sys(e, "a free loop device");
		(void)snprintf(path, 32, "/dev/loop%d", n);
		loop = open(path, (readonly ? O_RDONLY : O_RDWR) | O_CLOEXEC);
		if (loop == -1)
			return err_sys(e, "open '%s'", path);
		if (ioctl(loop, LOOP_CONFIGURE, &config) == 0)
			return fd_take(&loop);
		if (errno != EBUSY) /* else another was faster */
			return err_sys(e, "loop device '%s'", path);
	}
	return err_set(e, EBUSY, "no loop device is free");
}

/* Something that a file system can be in. */
static int
check_source(const struct fs_resource *r, int fd, struct stat *st,
    struct err *e)
{
	if (fstat(fd, st) == -1)
		return err_sys(e, "fs %s: %s", r->dir, r->special);
	if (!S_ISREG(st->st_mode) && !S_ISBLK(st->st_mode))
		return err_set(e, ERR_CONFIG,
		    "fs %s: %s is neither a block device nor an image file; "
		    "a directory has type=lofs",
		    r->dir, r->special);
	return 0;
}

/* A type that this kernel has, or has a module for, which this loads. */
static int
check_kernel(const struct fs_resource *r, struct err *e)
{
	_autoclose int fd = sys_fsopen(r->type);

	if (fd == -1 && errno == ENODEV)
		return err_set(e, ERR_CONFIG,
		    "cannot verify fs %s: type %s is not allowed: this kernel "
		    "has no such file system; /proc/filesystems lists those "
		    "it has",
		    r->dir, r->type);
	return 0;
}

/* Of a device or an image; where it can, its owners are mapped. */
static int
foreign(const struct fs_resource *r, int userns, struct err *e)
{
	bool readonly = r->attrs & MOUNT_ATTR_RDONLY;
	int flags = readonly ? O_RDONLY : O_RDWR;
	_autoclose int fd = open_path(r, r->special, O_PATH, e);
	_autoclose int loop = -1;
	_autoclose int mount = -1;
	char path[FD_PATH_SIZE];
	struct stat st;
	int mapped;

	if (fd == -1 || check_source(r, fd, &st, e) == -1)
		return -1;
	(void)close(fd);
	fd = open_path(r, r->special, flags | O_NOCTTY | O_NONBLOCK, e);
	if (fd == -1 || check_source(r, fd, &st, e) == -1)
		return -1;
	(void)fd_path(fd, path);
	if (S_ISREG(st.st_mode)) {
		loop = loop_over(fd, readonly, path, e);
		if (loop == -1)
			return err_in(e, "fs %s", r->dir);
	}
	mount = fs_mount_source(r->type, path, readonly,
	    (const char *const *)r->option, r->attrs, e);
	if (mount == -1 && e->code == EINVAL)
		return err_set(e, EINVAL,
		    "fs %s: %s: %s; 'blkid %s' tells what is in it", r->dir,
		    r->special, e->msg, r->special);
	if (mount == -1)
		return err_in(e, "fs %s: %s", r->dir, r->special);
	if (!is_mapped(r))
		return fd_take(&mount);
	mapped = fs_mount_map(mount, userns, e);
	if (mapped == -1 &&
	    (e->code != EINVAL || r->owners == FS_OWNERS_MAPPED))
		return err_in(e, "fs %s", r->dir);
	return fd_take(&mount);
}

/* The zone's root owns it. Half of what tmpfs(5) takes without a size. */
static int
fresh(const struct fs_resource *r, uint32_t id_base, struct err *e)
{
	_autofree char *id = mem_printf("%" PRIu32, id_base);
	_autofree const char **options = mem_alloc(
	    (r->noptions + 8) * sizeof(*options));
	const char *const ours[] = { "uid", id, "gid", id, "size", "25%" };
	int mount;

	memcpy(options, ours, sizeof(ours));
	for (size_t i = 0; i < r->noptions; i++)
		options[ARRAY_LEN(ours) + i] = r->option[i];
	options[ARRAY_LEN(ours) + r->noptions] = NULL;
	options[ARRAY_LEN(ours) + r->noptions + 1] = NULL;
	mount = fs_mount_new("tmpfs", options, r->attrs, e);
	return mount == -1 ? err_in(e, "fs %s", r->dir) : mount;
}

int
fs_resource_check(const struct fs_resource *r, struct err *e)
{
	bool is_shared = str_eq(r->type, "lofs");
	_autoclose int fd = -1;
	struct stat st;

	if (str_eq(r->type, "tmpfs"))
		return 0;
	if (!is_shared && check_kernel(r, e) == -1)
		return -1;
	fd = open_path(r, r->special, O_PATH, e);
	if (fd == -1)
		return -1;
	return is_shared ? check_shared(r, fd, e) : check_source(r, fd, &st, e);
}

int
fs_resource_fsck(const struct fs_resource *r, struct err *e)
{
	_autofree char *program = mem_printf("/sbin/fsck.%s", r->type);
	const char *const argv[] = { program, "-n", "/dev/fd/3", NULL };
	struct spawn fsck = SPAWN(argv);
	_autoclose int fd = -1;

	if (*r->raw == '\0')
		return 0;
	fd = open_path(r, r->raw, O_RDONLY | O_NOCTTY | O_NONBLOCK, e);
	if (fd == -1)
		return -1;
	fsck.keep = &fd;
	fsck.nkeep = 1;
	if (spawn_run(&fsck, FSCK_MS, e) == 0)
		return 0;
	return err_in(e,
	    "fs %s: %s has a fault, or cannot be looked at; run 'fsck.%s %s' "
	    "in the global zone",
	    r->dir, r->raw, r->type, r->raw);
}

int
fs_resource_mount(const struct fs_resource *r, int userns, uint32_t id_base,
    struct err *e)
{
	if (str_eq(r->type, "lofs"))
		return shared(r, userns, e);
	if (str_eq(r->type, "tmpfs"))
		return fresh(r, id_base, e);
	return foreign(r, userns, e);
}
