/* SPDX-License-Identifier: ISC
 *
 * device - device nodes of the global zone that a zone gets in its /dev.
 */
#include "fs/device.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/major.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

#define DEV "/dev/"

/* Columns: numbers, and why no zone gets it. */
static const struct {
	int major;
	int minor;
	const char *why;
} refused[] = {
#define FS_DEVICE_CHAR(major, minor, why) { major, minor, why },
#include "fs/device.def"
};

static const struct {
	const char *subsystem;
	const char *why;
} refused_class[] = {
#define FS_DEVICE_CLASS(subsystem, why) { subsystem, why },
#include "fs/device.def"
};

void
fs_devices_done(struct fs_devices *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->item[i].name);
	free(d->item);
	*d = (struct fs_devices){ 0 };
}

/* --- may a zone have it? --------------------------------------------------
 */

/* The reason against it, or NULL. A terminal of the machine's own screens and
 * keyboard is one below 64 (devices.txt). */
static const char *
refused_number(const struct fs_device *d)
{
	if (d->major == TTY_MAJOR && d->minor < 64)
		return "it is a screen of the machine";
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		if ((unsigned)refused[i].major == d->major &&
		    (refused[i].minor == -1 ||
			(unsigned)refused[i].minor == d->minor))
			return refused[i].why;
	}
	return NULL;
}

static const char *
refused_subsystem(const struct fs_device *d)
{
	_autofree char *path = mem_printf("/sys/dev/char/%u:%u/subsystem",
	    d->major, d->minor);
	char target[256];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	const char *name;

	if (n <= 0)
		return NULL;
	target[n] = '\0';
	name = strrchr(target, '/');
	for (size_t i = 0; name && i < ARRAY_LEN(refused_class); i++) {
		if (str_eq(name + 1, refused_class[i].subsystem))
			return refused_class[i].why;
	}
	return NULL;
}

/* A disk that is mounted, swapped to, or a part of another one is claimed, and
 * so is one that has such a partition: the kernel knows. */
static int
check_block(int node, const char *pattern, const struct fs_device *d,
    struct err *e)
{
	char path[FD_PATH_SIZE];
	_autoclose int fd = open(fd_path(node, path),
	    O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);

	/* A drive without a medium holds nothing. */
	if (fd != -1 || errno == ENOMEDIUM)
		return 0;
	if (errno != EBUSY)
		return err_sys(e,
		    "device %s: look whether the global zone uses " DEV "%s",
		    pattern, d->name);
	return err_set(e, EBUSY,
	    "device %s: the global zone uses " DEV
	    "%s: it is mounted, swap, or "
	    "a part of another disk that is",
	    pattern, d->name);
}

static int
check(int node, const char *pattern, const struct fs_device *d, struct err *e)
{
	const char *why;

	if (d->block)
		return check_block(node, pattern, d, e);
	why = refused_number(d);
	if (!why)
		why = refused_subsystem(d);
	if (!why)
		return 0;
	return err_set(e, EPERM, "device %s: " DEV "%s is for no zone: %s",
	    pattern, d->name, why);
}

/* --- finding them ---------------------------------------------------------
 */

static bool
has(const struct fs_devices *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++) {
		if (str_eq(all->item[i].name, name))
			return true;
	}
	return false;
}

/* One path that the pattern found; what is no device is passed over, and so is
 * what lies on, or leads to, another mount: others than root write there. */
static int
add_one(struct fs_devices *all, int dev, const char *pattern, const char *name,
    struct err *e)
{
	struct err ignored;
	struct fs_device d = { .name = (char *)(uintptr_t)name };
	_autoclose int node = fd_open_beneath(dev, name, FD_NO_XDEV, O_PATH, 0,
	    &ignored);
	struct stat st;

	if (node == -1 || fstat(node, &st) == -1 ||
	    (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode)) || has(all, name))
		return 0;
	d.block = S_ISBLK(st.st_mode);
	d.major = major(st.st_rdev);
	d.minor = minor(st.st_rdev);
	d.mode = st.st_mode & 0777;
	if (check(node, pattern, &d, e) == -1)
		return -1;
	if (all->n == FS_DEVICES_MAX)
		return err_set(e, ENOSPC,
		    "device %s: a zone has at most %d devices", pattern,
		    FS_DEVICES_MAX);
	d.name = mem_strdup(name);
	all->item = mem_grow(all->item, all->n + 1, sizeof(*all->item));
	all->item[all->n++] = d;
	return 0;
}

static int
add_found(struct fs_devices *all, const char *pattern, const glob_t *found,
    struct err *e)
{
	_autoclose int dev = fd_open_dir(AT_FDCWD, DEV, e);
	bool any = false;

	for (size_t i = 0; dev != -1 && i < found->gl_pathc; i++) {
		const char *name = str_after(found->gl_pathv[i], DEV);

		if (!name || !path_is_normal(found->gl_pathv[i]))
			continue;
		if (add_one(all, dev, pattern, name, e) == -1)
			return -1;
		any = any || has(all, name);
	}
	if (dev == -1 || any)
		return dev == -1 ? -1 : 0;
	return err_set(e, ENODEV, "device %s: this host has no such device",
	    pattern);
}

int
fs_devices_add(struct fs_devices *d, const char *pattern, struct err *e)
{
	glob_t found = { 0 };
	int rc = glob(pattern, 0, NULL, &found);
	int result;

	if (rc != 0 && rc != GLOB_NOMATCH)
		result = err_set(e, EIO, "device %s: look for it", pattern);
	else
		result = add_found(d, pattern, &found, e);
	globfree(&found);
	return result;
}

/* --- making them ----------------------------------------------------------
 */

/* The directory of a name, made; what is new belongs to the zone's root. */
static int
make_dirs(int dev, const char *name, uint32_t id, struct err *e)
{
	_autoclose int at = fd_dup(dev, e);
	const char *slash;

	for (; at != -1 && (slash = strchr(name, '/')); name = slash + 1) {
		_autofree char *dir = mem_strndup(name, (size_t)(slash - name));
		int next;

		if (mkdirat(at, dir, 0755) == 0 &&
		    fchownat(at, dir, id, id, AT_SYMLINK_NOFOLLOW) == -1)
			return err_sys(e, "owner of '%s'", dir);
		next = fd_open_beneath(at, dir, FD_NO_SYMLINKS | FD_NO_XDEV,
		    O_RDONLY | O_DIRECTORY, 0, e);
		fd_close_at(&at);
		at = next;
	}
	return fd_take(&at);
}

static int
make_one(const struct fs_device *d, int dev, uint32_t id, struct err *e)
{
	_autoclose int dir = make_dirs(dev, d->name, id, e);
	const char *slash = strrchr(d->name, '/');
	const char *name = slash ? slash + 1 : d->name;
	mode_t type = d->block ? S_IFBLK : S_IFCHR;

	if (dir == -1)
		return -1;
	if (mknodat(dir, name, type | d->mode, makedev(d->major, d->minor)) ==
	    0)
		return fchownat(dir, name, id, id, AT_SYMLINK_NOFOLLOW) == -1
		    ? err_sys(e, "owner of '%s'", d->name)
		    : 0;
	return errno == EEXIST ? 0 : err_sys(e, "device '%s'", d->name);
}

int
fs_devices_make(const struct fs_devices *d, int dev, uint32_t id, struct err *e)
{
	for (size_t i = 0; i < d->n; i++) {
		if (make_one(&d->item[i], dev, id, e) == -1)
			return -1;
	}
	return 0;
}
