/* SPDX-License-Identifier: ISC
 *
 * resolver - name servers of a zone.
 */
#include "zoned/resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

enum { TEXT_MAX = 64 * 1024 };

static const char mark[] =
    "# Written at boot by the global zone (anet: dns).\n";

/* --- what it is to say ---------------------------------------------------- */

static bool
is_kept(const char *line, bool v4, unsigned *servers)
{
	const char *value = line + strcspn(line, " \t");

	value += strspn(value, " \t");
	if (!str_starts(line, "nameserver"))
		return str_starts(line, "search") ||
		    str_starts(line, "domain") || str_starts(line, "options");
	if (str_starts(value, "127.") || str_starts(value, "::1") ||
	    str_starts(value, "fe80:") || (v4 && strchr(value, ':')))
		return false;
	(*servers)++;
	return true;
}

static void
add_line(char **text, const char *first, const char *second)
{
	_autofree char *before = *text;

	*text = mem_printf("%s%s%s\n", before, first, second);
}

char *
zd_resolver_text(const char *host, bool v4, unsigned *servers)
{
	_autofree char *copy = mem_strdup(host);
	char *text = mem_strdup(mark);
	char *save;

	*servers = 0;
	for (char *line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (is_kept(line, v4, servers))
			add_line(&text, line, "");
	}
	return text;
}

/* The global zone's; where its own stands behind a service on the loopback
 * link, what that service asks. */
static char *
of_host(bool v4)
{
	static const char *const files[] = { "/etc/resolv.conf",
		"/run/systemd/resolve/resolv.conf" };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		/* Often a link, which the global zone's services make. */
		_autoclose int fd = open(files[i],
		    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		_autofree char *host = NULL;
		char *text;
		unsigned servers;
		struct err ignored;

		if (fd == -1 ||
		    fd_read_all(fd, TEXT_MAX, &host, NULL, &ignored) == -1)
			continue;
		text = zd_resolver_text(host, v4, &servers);
		if (servers > 0)
			return text;
		free(text);
	}
	log_info("the global zone has no name server that a zone can reach; "
		 "'set dns' of the anet to one");
	return mem_strdup(mark);
}

static char *
of_list(const char *list)
{
	_autofree char *copy = mem_strdup(list);
	char *text = mem_strdup(mark);
	char *save;

	for (char *w = strtok_r(copy, ",", &save); w;
	     w = strtok_r(NULL, ",", &save))
		add_line(&text, "nameserver ", w);
	return text;
}

static char *
of_word(const char *dns, bool v4)
{
	if (str_eq(dns, "none"))
		return mem_strdup(mark);
	return str_eq(dns, "host") ? of_host(v4) : of_list(dns);
}

/* --- the zone's file ------------------------------------------------------ */

/* A file of the zone's own making stays, unless the administrator said what it
 * is to be; one that says it already is not written again. */
static bool
is_wanted(int etc, const char *text, bool ordered)
{
	_autofree char *old = NULL;
	struct stat st;
	struct err why;

	if (fstatat(etc, "resolv.conf", &st, AT_SYMLINK_NOFOLLOW) == -1)
		return ordered || (errno == ENOENT && !str_eq(text, mark));
	if (!S_ISREG(st.st_mode) ||
	    fd_read_file(etc, "resolv.conf", TEXT_MAX, &old, NULL, &why) == -1)
		return ordered;
	return strcmp(old, text) != 0 &&
	    (ordered || *old == '\0' || str_starts(old, mark));
}

/* The zone halts, but its tree is its own: no link in it is followed. */
static int
put(const char *zonepath, const char *text, bool ordered, struct err *e)
{
	_autofree char *path = mem_printf("%s/root", zonepath);
	_autoclose int root = fd_open_dir(AT_FDCWD, path, e);
	_autoclose int etc = -1;
	struct err why;

	if (root == -1)
		return -1;
	etc = fd_open_beneath(root, "etc", FD_NO_SYMLINKS | FD_NO_XDEV,
	    O_RDONLY | O_DIRECTORY, 0, &why);
	if (etc == -1 || !is_wanted(etc, text, ordered))
		return 0;
	return fd_replace_file(etc, "resolv.conf", 0644, text, strlen(text),
	    FD_VOLATILE, e);
}

int
zd_resolver_write(const struct zc_zone *cfg, const char *zonepath,
    struct err *e)
{
	size_t n = str_eq(zc_get(cfg, "ip-type"), "exclusive")
	    ? zc_count(cfg, "anet")
	    : 0;

	for (size_t i = 0; i < n; i++) {
		const char *dns = zc_res_get(cfg, "anet", i, "dns");
		const char *lower = zc_res_get(cfg, "anet", i, "lower-link");
		const char *only = zc_res_get(cfg, "anet", i,
		    "allowed-address");
		bool nat = lower && str_eq(lower, "auto");
		/* It may have addresses of IPv4 alone. */
		bool v4 = nat && only && *only != '\0' && !strchr(only, ':');
		bool ordered = dns && *dns != '\0';
		_autofree char *text = NULL;
		struct err why;

		if (!ordered && !nat)
			continue;
		text = of_word(ordered ? dns : "host", v4);
		/* The zone's own affair, but what we wrote goes. */
		ordered = ordered && !str_eq(dns, "none");
		if (put(zonepath, text, ordered, &why) == 0)
			return 0;
		if (ordered) {
			*e = why;
			return -1;
		}
		log_info("no name servers for the zone: %s", why.msg);
		return 0;
	}
	return 0;
}
