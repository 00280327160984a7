/* SPDX-License-Identifier: ISC
 *
 * identity - make a root the zone's own.
 */
#include "fs/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/str.h"

enum { HOSTS_MAX = 1024 * 1024 };

static const char plain_hosts[] = "127.0.0.1\tlocalhost\n"
				  "::1\tlocalhost ip6-localhost ip6-loopback\n"
				  "ff02::1\tip6-allnodes\n"
				  "ff02::2\tip6-allrouters\n";

/* A new file in place of whatever has the name; a directory is left, and an
 * error. */
static int
put_file(int dir, const char *name, mode_t mode, const char *text,
    struct err *e)
{
	_autoclose int fd = -1;

	if (unlinkat(dir, name, 0) == -1 && errno != ENOENT)
		return err_sys(e, "replace '/etc/%s'", name);
	fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd == -1)
		return err_sys(e, "create '/etc/%s'", name);
	if (fchmod(fd, mode) == -1)
		return err_sys(e, "chmod '/etc/%s'", name);
	if (fd_write_all(fd, text, strlen(text), e) == -1)
		return err_in(e, "'/etc/%s'", name);
	return 0;
}

/* The content of a regular file, "" where there is none. */
static char *
read_regular(int dir, const char *name)
{
	struct err ignored;
	struct stat st;
	char *text = NULL;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISREG(st.st_mode) ||
	    fd_read_file(dir, name, HOSTS_MAX, &text, NULL, &ignored) == -1)
		return mem_strdup("");
	return text;
}

static int
set_hosts(int etc, const char *zone, struct err *e)
{
	_autofree char *old = read_regular(etc, "hosts");
	const char *base = str_has_word(old, " \t\r\n", "localhost")
	    ? old
	    : plain_hosts;
	size_t len = strlen(base);
	_autofree char *fresh = NULL;

	if (base == old && str_has_word(old, " \t\r\n", zone))
		return 0;
	fresh = mem_printf("%s%s127.0.1.1\t%s\n", base,
	    base[len - 1] == '\n' ? "" : "\n", zone);
	return put_file(etc, "hosts", 0644, fresh, e);
}

/* A link into /run leads nowhere before a service of the zone fills that in,
 * and nowhere for ever where that service is not there. */
static int
set_resolver(int root, int etc, struct err *e)
{
	struct err why = { 0 };
	struct stat st;
	_autoclose int fd = -1;

	if (fstatat(etc, "resolv.conf", &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISLNK(st.st_mode))
		return 0;
	fd = fd_open_beneath(root, "etc/resolv.conf", FD_IN_ROOT, O_PATH, 0,
	    &why);
	if (fd != -1 || why.code != ENOENT)
		return 0;
	return put_file(etc, "resolv.conf", 0644, "", e);
}

/* D-Bus' copy of the machine id, where it is one of its own. */
static int
drop_dbus_id(int root, struct err *e)
{
	struct err ignored;
	struct stat st;
	_autoclose int dir = fd_open_beneath(root, "var/lib/dbus",
	    FD_NO_SYMLINKS, O_PATH | O_DIRECTORY, 0, &ignored);

	if (dir == -1 ||
	    fstatat(dir, "machine-id", &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISREG(st.st_mode))
		return 0;
	if (unlinkat(dir, "machine-id", 0) == -1)
		return err_sys(e, "remove '/var/lib/dbus/machine-id'");
	return 0;
}

static int
open_etc(int root, struct err *e)
{
	int fd;

	if (mkdirat(root, "etc", 0755) == -1 && errno != EEXIST)
		return err_sys(e, "make directory '/etc'");
	fd = fd_open_beneath(root, "etc", FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, e);
	if (fd == -1 && (e->code == ELOOP || e->code == ENOTDIR))
		return err_set(e, ENOTDIR, "'/etc' is not a directory");
	return fd;
}

int
fs_identity_set(int root, const char *zone, struct err *e)
{
	_autofree char *line = mem_printf("%s\n", zone);
	_autoclose int etc = open_etc(root, e);

	if (etc == -1 || put_file(etc, "hostname", 0644, line, e) == -1 ||
	    set_hosts(etc, zone, e) == -1 ||
	    put_file(etc, "machine-id", 0444, "", e) == -1 ||
	    drop_dbus_id(root, e) == -1)
		return -1;
	return set_resolver(root, etc, e);
}

/* --- clones -----------------------------------------------------------------
 */

/* Looked for in a halted zone's root by clients: a name in /etc each. */
static const char *const shown[] = { "default", "group", "gshadow", "hostname",
	"hosts", "machine-id", "passwd", "shadow", "ssh" };

int
fs_identity_show(int root, struct err *e)
{
	_autoclose int etc = open_etc(root, e);

	if (etc == -1)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		struct stat st;

		if (fstatat(etc, shown[i], &st, AT_SYMLINK_NOFOLLOW) == -1 ||
		    (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
			continue;
		/* Any change of attributes copies up; this one changes none. */
		if (utimensat(etc, shown[i],
			(struct timespec[]){ st.st_atim, st.st_mtim },
			AT_SYMLINK_NOFOLLOW) == -1)
			return err_sys(e, "copy up '/etc/%s'", shown[i]);
	}
	return 0;
}

/* The kinds of host keys that ssh-keygen makes. */
static const char *const key_types[] = { "rsa", "ecdsa", "ed25519" };

static int
remove_file(int dir, const char *name, const char *where, struct err *e)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	return err_sys(e, "remove '%s/%s'", where, name);
}

/* One file that ssh-keygen made, into the zone. */
static int
put_key(int scratch, int ssh, const char *made, const char *name, mode_t mode,
    struct err *e)
{
	_autofree char *text = NULL;

	if (fd_read_file(scratch, made, HOSTS_MAX, &text, NULL, e) == -1 ||
	    put_file(ssh, name, mode, text, e) == -1)
		return -1;
	return remove_file(scratch, made, "", e);
}

/* A new pair in place of what was there. 1: there is no ssh-keygen. */
static int
make_key(int scratch, int ssh, const char *type, const char *zone,
    struct err *e)
{
	_autofree char *name = mem_printf("ssh_host_%s_key", type);
	_autofree char *public = mem_printf("%s.pub", name);
	_autofree char *comment = mem_printf("root@%s", zone);
	char dir[FD_PATH_SIZE];
	_autofree char *file = NULL;
	const char *argv[] = { "/usr/bin/ssh-keygen", "-q", "-t", type, "-N",
		"", "-C", comment, "-f", NULL, NULL };
	struct spawn s = SPAWN(argv);

	if (access(argv[0], X_OK) == -1)
		return 1;
	/* Its own descriptor: the child opens it anew. */
	(void)snprintf(dir, sizeof(dir), "/proc/%d/fd/%d", (int)getpid(),
	    scratch);
	file = mem_printf("%s/key", dir);
	argv[9] = file;
	if (remove_file(scratch, "key", "", e) == -1 ||
	    remove_file(scratch, "key.pub", "", e) == -1 ||
	    spawn_run(&s, 60000, e) == -1 ||
	    put_key(scratch, ssh, "key", name, 0600, e) == -1 ||
	    put_key(scratch, ssh, "key.pub", public, 0644, e) == -1)
		return err_in(e, "new host key");
	return 0;
}

static int
fresh_keys(int root, const char *zone, int scratch, struct err *e)
{
	struct err ignored;
	int missing = 0;
	_autoclose int ssh = fd_open_beneath(root, "etc/ssh",
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_RDONLY | O_DIRECTORY, 0, &ignored);

	if (ssh == -1)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(key_types); i++) {
		_autofree char *name = mem_printf("ssh_host_%s_key",
		    key_types[i]);
		_autofree char *public = mem_printf("%s.pub", name);
		struct stat st;
		int result;

		if (fstatat(ssh, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (remove_file(ssh, name, "/etc/ssh", e) == -1 ||
		    remove_file(ssh, public, "/etc/ssh", e) == -1)
			return -1;
		result = make_key(scratch, ssh, key_types[i], zone, e);
		if (result == -1)
			return -1;
		missing |= result;
	}
	return missing;
}

/* What makes random numbers unlike another's must not be another's. */
static int
drop_seed(int root, struct err *e)
{
	struct err ignored;
	_autoclose int dir = fd_open_beneath(root, "var/lib/systemd",
	    FD_NO_SYMLINKS | FD_NO_XDEV, O_PATH | O_DIRECTORY, 0, &ignored);

	if (dir == -1)
		return 0;
	return remove_file(dir, "random-seed", "/var/lib/systemd", e);
}

/* The line that names the source in etc/hosts. */
static int
drop_old_name(int root, struct err *e)
{
	_autoclose int etc = open_etc(root, e);
	_autofree char *old = NULL;
	_autofree char *hosts = NULL;
	_autofree char *line = NULL;
	char *at;

	if (etc == -1)
		return -1;
	old = read_regular(etc, "hostname");
	hosts = read_regular(etc, "hosts");
	line = mem_printf("\n127.0.1.1\t%.*s\n", (int)strcspn(old, "\n"), old);
	at = strstr(hosts, line);
	if (!at)
		return 0;
	memmove(at + 1, at + strlen(line), strlen(at + strlen(line)) + 1);
	return put_file(etc, "hosts", 0644, hosts, e);
}

int
fs_identity_fresh(int root, const char *zone, int scratch, struct err *e)
{
	if (drop_old_name(root, e) == -1 ||
	    fs_identity_set(root, zone, e) == -1 || drop_seed(root, e) == -1)
		return -1;
	return fresh_keys(root, zone, scratch, e);
}
