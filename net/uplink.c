/* SPDX-License-Identifier: ISC
 *
 * uplink - links of the host that zones share.
 */
#include "net/uplink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/str.h"

#define STORE "/run/zones-net"

enum { VALUE_MAX = 64, WAS_MAX = 4096 };

/* A switch of a link: below /proc/sys/net, %s the link. */
struct knob {
	int family;
	const char *path;
	const char *value;
	const char *only; /* changed only where this is what it says */
	bool lacking_ok;  /* older kernels do not have it */
};

/* accept_ra=2: who forwards takes router advertisements only with that; it
 * comes first, or the routes that came by them are dropped. Proxies answer at
 * once: the delay is for hosts that compete. */
static const struct knob knobs[] = {
	{ AF_INET, "ipv4/neigh/%s/proxy_delay", "0", NULL, false },
	{ AF_INET, "ipv4/conf/%s/forwarding", "1", NULL, false },
	{ AF_INET6, "ipv6/conf/%s/accept_ra", "2", "1", false },
	{ AF_INET6, "ipv6/neigh/%s/proxy_delay", "0", NULL, false },
	{ AF_INET6, "ipv6/conf/%s/proxy_ndp", "1", NULL, false },
	{ AF_INET6, "ipv6/conf/%s/force_forwarding", "1", NULL, true },
	{ AF_INET6, "ipv6/conf/%s/forwarding", "1", NULL, false },
};

/* Of a zone's end. */
static const struct knob end_knobs[] = {
	{ AF_INET, "ipv4/conf/%s/forwarding", "1", NULL, false },
	{ AF_INET, "ipv4/conf/%s/accept_redirects", "0", NULL, false },
	{ AF_INET, "ipv4/conf/%s/send_redirects", "0", NULL, false },
	{ AF_INET6, "ipv6/conf/%s/accept_ra", "0", NULL, true },
	{ AF_INET6, "ipv6/conf/%s/accept_redirects", "0", NULL, true },
	{ AF_INET6, "ipv6/conf/%s/forwarding", "1", NULL, true },
	{ AF_INET6, "ipv6/conf/%s/force_forwarding", "1", NULL, true },
};

static int
open_sys(struct err *e)
{
	return fd_open_dir(AT_FDCWD, "/proc/sys/net", e);
}

static char *
knob_path(const struct knob *k, const char *link)
{
	const char *mark = strstr(k->path, "%s");

	return mem_printf("%.*s%s%s", (int)(mark - k->path), k->path, link,
	    mark + 2);
}

static char *
read_knob(int sys, const char *path, struct err *e)
{
	char *text = NULL;

	if (fd_read_file(sys, path, VALUE_MAX, &text, NULL, e) == -1)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static int
turn(int sys, const struct knob *k, const char *link, struct err *e)
{
	_autofree char *path = knob_path(k, link);
	_autofree char *now = read_knob(sys, path, e);

	if (!now)
		return k->lacking_ok ? 0 : -1;
	if (str_eq(now, k->value) || (k->only && !str_eq(now, k->only)))
		return 0;
	return fd_put(sys, path, k->value, e);
}

int
uplink_end(const char *link, struct err *e)
{
	_autoclose int sys = open_sys(e);

	if (sys == -1)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(end_knobs); i++) {
		if (turn(sys, &end_knobs[i], link, e) == -1)
			return -1;
	}
	return 0;
}

/* --- the store ------------------------------------------------------------ */

static char *
store_path(void)
{
	struct stat st;

	if (stat("/proc/self/ns/net", &st) == -1)
		return NULL;
	return mem_printf(STORE "/%llu", (unsigned long long)st.st_ino);
}

/* The directory of this network namespace. */
static int
open_store(struct err *e)
{
	_autofree char *path = store_path();
	_autoclose int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root == -1 || !path)
		return err_sys(e, "network namespace");
	return fd_make_dirs(root, path + 1, 0700, e);
}

int
uplink_lock(struct err *e)
{
	_autoclose int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	_autoclose int dir = -1;

	if (root == -1)
		return err_sys(e, "open '/'");
	dir = fd_make_dirs(root, &STORE[1], 0700, e);
	return dir == -1 ? -1 : lock_take(dir, "lock", "zone-net", 30000, e);
}

static char *
zone_mark(const struct net_spec *s, const char *link)
{
	return mem_printf("%s/zones/%s.%s", link, s->root, s->zone);
}

static int
mark_use(int store, const struct net_spec *s, const char *link, struct err *e)
{
	_autofree char *zones = mem_printf("%s/zones", link);
	_autofree char *mark = zone_mark(s, link);
	_autoclose int dir = fd_make_dirs(store, zones, 0700, e);
	_autoclose int fd = -1;

	if (dir == -1)
		return -1;
	fd = openat(store, mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd == -1 ? err_sys(e, "make '%s'", mark) : 0;
}

/* "PATH=VALUE" a line, of all knobs of a family. */
static char *
present(int sys, const char *link, int family)
{
	char *text = mem_strdup("");

	for (size_t i = 0; i < ARRAY_LEN(knobs); i++) {
		_autofree char *path = knob_path(&knobs[i], link);
		_autofree char *now = NULL;
		struct err ignored;
		char *longer;

		if (knobs[i].family != family)
			continue;
		now = read_knob(sys, path, &ignored);
		if (!now)
			continue;
		longer = mem_printf("%s%s=%s\n", text, path, now);
		free(text);
		text = longer;
	}
	return text;
}

static const char *
was_name(int family)
{
	return family == AF_INET ? "was4" : "was6";
}

/* The values before, read from the kernel by the first zone. */
static int
remember(int store, int sys, const char *link, int family, char **was,
    struct err *e)
{
	_autofree char *name = mem_printf("%s/%s", link, was_name(family));
	struct err why;

	if (fd_read_file(store, name, WAS_MAX, was, NULL, &why) == 0)
		return 0;
	*was = present(sys, link, family);
	_autoclose int dir = fd_open_dir(store, link, e);

	if (dir == -1)
		return -1;
	return fd_replace_file(dir, was_name(family), 0600, *was, strlen(*was),
	    FD_VOLATILE, e);
}

/* What the kernel asks before it forwards IPv6 from a link. */
static int
can_forward6(int sys, const char *link, struct err *e)
{
	_autofree char *path = mem_printf("ipv6/conf/%s/force_forwarding",
	    link);
	_autofree char *all = NULL;

	if (faccessat(sys, path, F_OK, 0) == 0)
		return 0;
	all = read_knob(sys, "ipv6/conf/all/forwarding", e);
	if (!all)
		return err_in(e, "IPv6");
	if (str_eq(all, "1"))
		return 0;
	return err_set(e, EOPNOTSUPP,
	    "this kernel cannot forward IPv6 on one link only; run 'sysctl "
	    "net.ipv6.conf.all.forwarding=1', or use ip-type=exclusive");
}

bool
uplink_can6(void)
{
	static const char *const off[] = { "ipv6/conf/all/disable_ipv6",
		"ipv6/conf/default/disable_ipv6" };
	struct err ignored;
	_autoclose int sys = open_sys(&ignored);

	for (size_t i = 0; i < ARRAY_LEN(off); i++) {
		_autofree char *is = sys == -1
		    ? NULL
		    : read_knob(sys, off[i], &ignored);

		if (!is || !str_eq(is, "0"))
			return false;
	}
	return can_forward6(sys, "lo", &ignored) == 0;
}

int
uplink_up(const struct net_spec *s, const char *link, int family, bool *filter,
    struct err *e)
{
	_autoclose int store = open_store(e);
	_autoclose int sys = open_sys(e);
	_autofree char *was = NULL;

	if (store == -1 || sys == -1 ||
	    (family == AF_INET6 && can_forward6(sys, link, e) == -1) ||
	    mark_use(store, s, link, e) == -1 ||
	    remember(store, sys, link, family, &was, e) == -1)
		return -1;
	*filter = strstr(was, "/forwarding=0\n") != NULL;
	for (size_t i = 0; i < ARRAY_LEN(knobs); i++) {
		if (knobs[i].family == family &&
		    turn(sys, &knobs[i], link, e) == -1)
			return -1;
	}
	return 0;
}

/* Last to first: a link that forwards no more before it takes advertisements
 * again. What is gone with its link is no loss. */
static void
put_back(int sys, char *was)
{
	for (size_t len = strlen(was); len > 0;) {
		struct err ignored;
		char *line;
		char *value;

		was[--len] = '\0';
		line = strrchr(was, '\n');
		line = line ? line + 1 : was;
		value = strchr(line, '=');
		len = (size_t)(line - was);
		if (!value)
			continue;
		*value++ = '\0';
		(void)!fd_put(sys, line, value, &ignored);
	}
}

static void
release(int store, int sys, const char *link)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		_autofree char *name = mem_printf("%s/%s", link,
		    was_name(families[i]));
		_autofree char *was = NULL;
		struct err ignored;

		if (fd_read_file(store, name, WAS_MAX, &was, NULL, &ignored) ==
		    -1)
			continue;
		put_back(sys, was);
		(void)unlinkat(store, name, 0);
	}
	(void)unlinkat(store, link, AT_REMOVEDIR);
}

/* --- switches ------------------------------------------------------------- */

int
uplink_join(const struct net_spec *s, const char *link, struct err *e)
{
	_autoclose int store = open_store(e);

	return store == -1 ? -1 : mark_use(store, s, link, e);
}

bool
uplink_leave(const struct net_spec *s, const char *link)
{
	struct err ignored;
	_autoclose int store = open_store(&ignored);
	_autofree char *mark = zone_mark(s, link);
	_autofree char *zones = mem_printf("%s/zones", link);
	_autofree char *path = store_path();
	bool alone;

	if (store == -1)
		return false;
	(void)unlinkat(store, mark, 0);
	alone = unlinkat(store, zones, AT_REMOVEDIR) == 0;
	(void)unlinkat(store, link, AT_REMOVEDIR);
	if (path)
		(void)rmdir(path);
	return alone;
}

int
uplink_mute(const char *link, struct err *e)
{
	_autoclose int sys = open_sys(e);
	static const struct knob quiet = { AF_INET6,
		"ipv6/conf/%s/disable_ipv6", "1", NULL, true };

	return sys == -1 ? -1 : turn(sys, &quiet, link, e);
}

/* --- claims --------------------------------------------------------------- */

/* No link can have this name. */
static const char claims[] = ":claims";

static char *
claimant(const struct net_spec *s)
{
	return mem_printf("%s.%s", s->root, s->zone);
}

int
claim_take(const struct net_spec *s, const char *what, struct err *e)
{
	_autoclose int store = open_store(e);
	_autoclose int dir = -1;
	_autofree char *self = claimant(s);
	char holder[128];
	const char *zone;
	ssize_t len;

	if (store == -1)
		return -1;
	dir = fd_make_dirs(store, claims, 0700, e);
	if (dir == -1)
		return -1;
	if (symlinkat(self, dir, what) == 0)
		return 0;
	if (errno != EEXIST)
		return err_sys(e, "claim %s", what);
	len = readlinkat(dir, what, holder, sizeof(holder) - 1);
	if (len == -1)
		return err_sys(e, "read the claim on %s", what);
	holder[len] = '\0';
	if (str_eq(holder, self))
		return 0;
	zone = strchr(holder, '.');
	return err_set(e, EEXIST, "%s is in use by zone '%s'", what,
	    zone ? zone + 1 : holder);
}

void
claim_drop(const struct net_spec *s, const char *what)
{
	struct err ignored;
	_autoclose int store = open_store(&ignored);
	_autofree char *name = mem_printf("%s/%s", claims, what);
	_autofree char *self = claimant(s);
	_autofree char *path = store_path();
	char holder[128];
	ssize_t len = store == -1
	    ? -1
	    : readlinkat(store, name, holder, sizeof(holder) - 1);

	if (len == -1)
		return;
	holder[len] = '\0';
	if (!str_eq(holder, self))
		return;
	(void)unlinkat(store, name, 0);
	if (unlinkat(store, claims, AT_REMOVEDIR) == 0 && path)
		(void)rmdir(path); /* unless links are in it */
}

int
uplink_down(const struct net_spec *s, const char *link, struct err *e)
{
	_autoclose int store = open_store(e);
	_autoclose int sys = open_sys(e);
	_autofree char *mark = zone_mark(s, link);
	_autofree char *zones = mem_printf("%s/zones", link);
	_autofree char *path = store_path();

	if (store == -1 || sys == -1)
		return -1;
	(void)unlinkat(store, mark, 0);
	if (unlinkat(store, zones, AT_REMOVEDIR) == 0 || errno == ENOENT)
		release(store, sys, link);
	if (path)
		(void)rmdir(path); /* empty, it goes */
	return 0;
}

bool
uplink_unused(void)
{
	_autofree char *path = store_path();

	return path && access(path, F_OK) == -1 && errno == ENOENT;
}
